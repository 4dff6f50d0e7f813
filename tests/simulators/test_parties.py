"""Every simulated party behaves as its paper and its contract say, by its own books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from payment_adapters.destinations import destination
from payment_core.kernel.tender import Tender
from telegram_codec import DecodeError, Telegram
from tests.codec.examples import EXAMPLES
from tools.simulators.books import Books
from tools.simulators.faults import MENU, ONLY_FOR, Fault, Kind, Script
from tools.simulators.parties import PARTIES, manner_of
from tools.simulators.party import Party
from tools.simulators.says import Say

VANS = ("dongdaemun", "gyeongbok", "hangang", "namsan")
ISSUERS = ("bada", "haneul", "sol")
INQUIRABLE = tuple(name for name in PARTIES if name != "bada")
CARDS = {"bada": "5555555555554444", "sol": "378282246310005"}
KOREA = timezone(timedelta(hours=9))
NOON = datetime(2026, 3, 2, 12, 31, tzinfo=KOREA)  # the day of the examples

each = pytest.mark.parametrize("name", PARTIES)
each_van = pytest.mark.parametrize("name", VANS)
each_issuer = pytest.mark.parametrize("name", ISSUERS)


@dataclass
class Counter:
    """A party without a line: whole telegrams in, whole telegrams out."""

    name: str
    party: Party
    books: Books
    clock: list[datetime] = field(default_factory=lambda: [NOON])

    def say(self, request: Telegram) -> Any:  # noqa: ANN401 - of one of seven papers
        """The answer, after a round trip over the wire."""
        told = self.party.desk.answer(self.party.asked(request))
        wire = self.party.wire(self.party.answer(request, told))
        return self.party.manner.paper.decode_answer(wire)

    def code(self, request: Telegram) -> str:
        code: str = self.say(request).response_code
        return code

    def means(self, say: Say) -> str:
        return self.party.manner.codes[say]

    def example(self, *kinds: str) -> Any:  # noqa: ANN401 - of one of seven papers
        """The example of this kind, under the name that this paper gives it."""
        return next(EXAMPLES[f"{self.name}/{kind}"] for kind in kinds if f"{self.name}/{kind}" in EXAMPLES)

    def approval(self, **changes: Any) -> Any:  # noqa: ANN401 - rows of one of seven papers
        card = CARDS.get(self.name, "4111111111111111")
        return replace(self.example("approval_request", "payment"), **{"card_number": card, **changes})

    def net_cancel(self) -> Any:  # noqa: ANN401 - of one of seven papers
        return self.example("net_cancel_request", "net_cancel_advice", "net_cancel")

    def inquiry(self) -> Any:  # noqa: ANN401 - of one of seven papers
        return self.example("inquiry_request", "inquiry")

    def cancel(self, amount_won: int, **changes: Any) -> Any:  # noqa: ANN401 - rows of one of seven papers
        request = replace(self.example("cancel_request", "cancel"), amount_won=amount_won)
        names = {row.name for row in request.layout.rows}
        if "cancel_scope" in names:
            changes = {"cancel_scope": "P", **changes}
        if "original_approval_number" in names:
            changes = {"original_approval_number": self.number, **changes}
        return replace(request, **changes)

    @property
    def number(self) -> str:
        """The approval number of the last authorisation."""
        return list(self.books)[-1].approval_number


OpenCounter = Callable[[str], Counter]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[OpenCounter]:
    """Opens the counter of a party, with empty books and a clock that a test may move."""
    with ExitStack() as books_to_close:

        def opened(name: str) -> Counter:
            clock = [NOON]
            manner = manner_of(name)
            books = Books(tmp_path / f"{name}.jsonl", manner.approval_digits)
            books_to_close.callback(books.close)
            return Counter(name, Party(manner, books, lambda: clock[0]), books, clock)

        yield opened


@each
def test_a_party_behaves_as_the_contract_that_payrelay_has_with_it(name: str) -> None:
    ours, theirs = destination(name), manner_of(name)

    assert ours.profile.net_cancel_window_seconds == theirs.contract.net_cancel_window_seconds
    assert ours.profile.leaves_tombstone == theirs.contract.leaves_tombstone
    assert (ours.handshake is not None) == theirs.acknowledges
    assert bool(ours.authentication) == bool(theirs.mac_key)
    assert (ours.kind == "issuer") == bool(theirs.contract.issuer)
    assert ours.profile.has_inquiry == (Kind.INQUIRE in theirs.kinds.values())


@each
def test_everything_a_party_can_say_but_one_thing_is_in_its_contract(name: str) -> None:
    listed = {code for plan in destination(name).telegrams.values() for code in plan.codes}
    said = manner_of(name).codes

    assert {say for say, code in said.items() if code not in listed} == {Say.UNLISTED}


@each
def test_an_approval_gets_a_number_as_wide_as_the_paper(counter: OpenCounter, name: str) -> None:
    party = counter(name)

    answer = party.say(party.approval())

    assert answer.response_code == party.means(Say.DONE)
    assert len(answer.approval_number) == party.party.manner.approval_digits
    assert answer.amount_won == party.approval().amount_won


@each
def test_a_known_trace_number_is_refused(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    party.say(party.approval())

    assert party.code(party.approval()) == party.means(Say.ALREADY_PROCESSED)
    assert len(list(party.books)) == 1


@each
def test_a_net_cancel_undoes_once_and_is_the_same_when_repeated(counter: OpenCounter, name: str) -> None:
    party = counter(name)

    before = party.code(party.net_cancel())
    assert before == party.means(Say.NO_ORIGINAL)
    if name == "sol":
        return  # the tombstone is a test of its own
    party.say(party.approval())

    codes = [party.code(party.net_cancel()) for _ in range(2)]

    assert codes == [party.means(Say.DONE), party.means(Say.ALREADY_CANCELLED)]
    assert not any(one.is_live for one in party.books)


def test_sol_never_approves_what_was_net_cancelled_before_it_came(counter: OpenCounter) -> None:
    party = counter("sol")

    assert party.code(party.net_cancel()) == party.means(Say.NO_ORIGINAL)
    assert party.code(party.approval()) == party.means(Say.ALREADY_CANCELLED)
    assert list(party.books) == []


@each
def test_a_net_cancel_after_its_window_is_refused(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    party.say(party.approval())
    window = party.party.manner.contract.net_cancel_window_seconds
    party.clock[0] = NOON + timedelta(seconds=window + 1)

    assert party.code(party.net_cancel()) == party.means(Say.WINDOW_OVER)
    assert all(one.is_live for one in party.books)


@each
def test_parts_are_taken_back_and_never_more_than_the_whole(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    total = party.approval().amount_won
    party.say(party.approval())

    assert party.code(party.cancel(total + 1)) == party.means(Say.MORE_THAN_REMAINS)
    assert party.code(party.cancel(1_000)) == party.means(Say.DONE)
    assert party.code(party.cancel(1_000)) == party.means(Say.ALREADY_CANCELLED)
    assert party.code(party.net_cancel()) == party.means(Say.ALREADY_PROCESSED)
    assert next(iter(party.books)).remaining_won == total - 1_000


@pytest.mark.parametrize("name", INQUIRABLE)
def test_an_inquiry_tells_each_fate(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    unknown = party.say(party.inquiry())
    party.say(party.approval())

    told = party.say(party.inquiry())
    party.say(party.net_cancel())
    after = party.say(party.inquiry())

    assert (told.response_code, told.approval_number) == (party.means(Say.DONE), party.number)
    if name == "haneul":  # it has no row for the state: its code is the fate
        assert (unknown.response_code, after.response_code) == ("2810", "2558")
    else:
        states = [one.original_state for one in (unknown, told, after)]
        assert states == ["N", "A", "R"]


@each_issuer
def test_an_issuer_knows_its_own_cards_alone(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    strange = "4111111111111111" if name != "haneul" else "5555555555554444"

    assert party.code(party.approval(card_number=strange)) == party.means(Say.NO_SUCH_CARD)


@each_van
def test_a_van_reaches_every_issuer_and_says_whose_card_it_was(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    codes = [
        party.say(replace(party.approval(card_number=card), serial=serial)).issuer_code
        for card, serial in zip(
            ("4111111111111111", "5555555555554444", "378282246310005"), _serials(party), strict=True
        )
    ]

    assert codes == [code for whose, code in party.party.manner.issuer_codes.items() if whose != "unionpay"]


@each_van
def test_unionpay_is_a_deal_of_its_own_where_the_contract_has_it(counter: OpenCounter, name: str) -> None:
    party, takes_it = counter(name), Tender.UNIONPAY in destination(name).tenders
    card = {"card_number": "6200000000000005"}
    named = {"payment_kind": destination(name).letters["tender"]["unionpay"]} if takes_it else {}

    answer = party.say(party.approval(**card, **named))

    assert answer.response_code == party.means(Say.DONE if takes_it else Say.NO_SUCH_CARD)
    if takes_it:
        assert answer.issuer_code == party.party.manner.issuer_codes["unionpay"]
        unnamed = replace(party.approval(**card), serial=_serials(party)[1])
        assert party.code(unnamed) == party.means(Say.NO_SUCH_CARD)


def _serials(party: Counter) -> list[str]:
    serial = party.approval().serial
    return [serial[:-1] + last for last in "123"]


@each_van
def test_a_cash_receipt_is_issued_and_taken_back_once(counter: OpenCounter, name: str) -> None:
    party = counter(name)
    request = party.example("cash_receipt_request")
    number = party.say(request).approval_number
    back = replace(
        party.example("cash_receipt_cancel_request"),
        original_approval_number=number,
        original_date=datetime(2026, 3, 2, tzinfo=KOREA).date(),
        amount_won=request.amount_won,
        receipt_kind=request.receipt_kind,
        customer_number=request.customer_number,
        terminal_id=request.terminal_id,
    )

    assert party.code(request) == party.means(Say.ALREADY_PROCESSED)
    assert party.code(replace(back, amount_won=1)) == party.means(Say.OTHER_AMOUNT)
    assert party.code(replace(back, original_approval_number="399999")) == party.means(Say.NO_ORIGINAL)
    party.clock[0] = NOON + timedelta(days=91)
    assert party.code(back) == party.means(Say.TOO_LATE)
    party.clock[0] = NOON
    assert party.code(back) == party.means(Say.DONE)
    assert party.code(back) == party.means(Say.ALREADY_CANCELLED)
    assert request.customer_number not in str(list(party.books))


@each
def test_books_that_are_opened_again_say_the_same(counter: OpenCounter, name: str, tmp_path: Path) -> None:
    party = counter(name)
    party.say(party.approval())
    party.say(party.net_cancel())
    party.party.desk.resurrect(party.party.asked(party.net_cancel()))

    with closing(Books(tmp_path / f"{name}.jsonl", party.party.manner.approval_digits)) as again:
        assert [one.as_words() for one in again] == [one.as_words() for one in party.books]
        assert [one.is_live for one in again] == [True]


def test_bada_reads_no_telegram_that_nobody_vouches_for(counter: OpenCounter) -> None:
    party = counter("bada")

    with pytest.raises(DecodeError, match="the MAC of its bytes"):
        party.party.read(party.approval().encode())


@pytest.mark.parametrize("fault", [Fault.NO_ENQ, Fault.IGNORE_ACK, Fault.DROP_EOT, Fault.GARBLE_ONCE])
def test_a_fault_of_sessions_is_refused_where_there_are_none(fault: Fault) -> None:
    with pytest.raises(ValueError, match="for lines that acknowledge"):
        Script().add([{"fault": fault}], "authorise")

    Script(has_sessions=True).add([{"fault": fault}], "authorise")


@pytest.mark.parametrize("fault", ONLY_FOR)
def test_a_fault_is_refused_for_a_telegram_it_means_nothing_for(fault: Fault) -> None:
    script = Script()

    for kind in Kind:
        if kind in ONLY_FOR[fault]:
            script.add([{"fault": fault}], kind)
        else:
            with pytest.raises(ValueError, match="means nothing"):
                script.add([{"fault": fault}], kind)


def test_every_fault_is_explained() -> None:
    assert set(MENU) == set(Fault)
