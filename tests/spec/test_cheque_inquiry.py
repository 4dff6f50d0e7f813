"""Cheque inquiries: what is asked about, whom, in which order, and what nobody's answer means."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from payment_core.approval.cheque_inquiry import (
    ChequeAnswer,
    ChequeDoesNotFitError,
    ChequeNotKnownError,
    ChequeState,
    inquire_cheque,
    require_cheque,
    told_of_cheque,
)
from payment_core.approval.model import Answer, SaleId
from payment_core.approval.outcome import BadCheque, InDoubt, NotSent
from payment_core.approval.ports import Order
from payment_core.kernel.cheque import Cheque, ChequeKind
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.van_router import (
    ChequesNotTakenError,
    asked_about_cheque,
    require_cheques_taken,
)
from tests.fakes.hands import NOON_IN_SEOUL_MS, Clock
from tests.fakes.links import GOOD_CHEQUE, SILENCE, ScriptedLink

CHEQUE = Cheque("10000013", "91", "0470", ChequeKind.HUNDRED_THOUSAND, 100_000, "20250303", "384729")
STOLEN = BadCheque("6101", "분실 또는 도난 신고된 수표입니다")
DAY = "20261120"


@dataclass
class Counter:
    """A shop with a cheque in hand, and the VANs of its route."""

    first: ScriptedLink = field(default_factory=ScriptedLink)
    second: ScriptedLink = field(default_factory=ScriptedLink)
    clock: Clock = field(default_factory=Clock)

    def ask(self, *, fence_seconds: int = 24) -> ChequeAnswer | None:
        links = {"first": self.first, "second": self.second}
        hand = self.clock.hand("cheque_inquiry", fence_seconds=fence_seconds)
        return inquire_cheque(
            CHEQUE, "1001", "10010001", destinations=links, link=links.__getitem__, hand=hand
        )


def test_a_good_cheque_is_told_with_who_said_so() -> None:
    assert Counter().ask() == ChequeAnswer(ChequeState.GOOD, "first", "0000", "정상 수표입니다")


def test_a_bad_cheque_is_told_with_the_banks_reason_and_nobody_else_is_asked() -> None:
    counter = Counter(first=ScriptedLink(cheques=[STOLEN]))

    told = counter.ask()

    assert told == ChequeAnswer(ChequeState.BAD, "first", "6101", STOLEN.message)
    assert counter.second.asked == []


@pytest.mark.parametrize("unclear", [SILENCE, NotSent("refused"), InDoubt("4949", "4949")])
def test_whoever_gives_no_clear_answer_is_passed_over_since_no_money_hangs_on_it(
    unclear: InDoubt | NotSent,
) -> None:
    told = Counter(first=ScriptedLink(cheques=[unclear])).ask()

    assert told == ChequeAnswer(ChequeState.GOOD, "second", "0000", GOOD_CHEQUE.message)


def test_what_nobody_answers_is_neither_good_nor_bad() -> None:
    silent = ScriptedLink(cheques=[SILENCE])

    assert Counter(silent, silent).ask() is None


def test_nobody_is_asked_when_there_is_no_time_left_for_an_answer() -> None:
    counter = Counter(first=ScriptedLink(cheques=[SILENCE]))
    counter.first.meanwhile = lambda: counter.clock.pass_seconds(11)

    assert counter.ask(fence_seconds=14) is None
    assert counter.second.asked == []


def test_three_seconds_and_the_one_for_the_answer_are_just_enough_to_ask() -> None:
    assert Counter().ask(fence_seconds=4) is not None


def test_an_inquiry_has_a_number_that_no_sale_has_and_another_at_each_destination() -> None:
    counter = Counter(first=ScriptedLink(cheques=[SILENCE]))

    counter.ask()

    orders = [order for link in (counter.first, counter.second) for _, order in link.asked]
    assert [order.trace_number[:3] for order in orders] == ["998", "998"]
    assert len({order.trace_number for order in orders}) == 2


def test_an_inquiry_is_a_telegram_about_the_cheque_and_about_no_sale() -> None:
    counter = Counter(clock=Clock(NOON_IN_SEOUL_MS + 7))

    counter.ask()

    assert counter.first.asked == [
        (
            "inquire_cheque",
            Order(
                sale_id=SaleId("1001", "10010001", 998, DAY, 95_143_600),
                trace_number="998951436000",
                requested_at_ms=NOON_IN_SEOUL_MS + 7,
                amount_won=100_000,
                vat_won=0,
                service_won=0,
                tax_free_won=0,
                installment_months=0,
                original_amount_won=100_000,
                original_trace_number="",
                original_approval_number="",
                original_requested_at_ms=NOON_IN_SEOUL_MS + 7,
            ),
        )
    ]


def test_a_clerk_reads_which_cheque_it_is_who_spoke_and_what_was_said_in_korean() -> None:
    told = told_of_cheque(CHEQUE, ChequeAnswer(ChequeState.GOOD, "first", "0000", GOOD_CHEQUE.message))

    assert told == Answer(
        200,
        '{"number": "10000013", "state": "GOOD", "destination": "first", "response_code": "0000", '
        '"message": "정상 수표입니다"}',
    )


def test_refusals_say_what_does_not_fit_and_what_nobody_said() -> None:
    assert str(ChequeDoesNotFitError("issued_on")) == "no cheque has such issued_on"
    assert str(ChequeNotKnownError()) == "nobody said whether the cheque is good"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"amount_won": 300_000}, "amount_won"),
        ({"kind": ChequeKind.FIVE_HUNDRED_THOUSAND}, "amount_won"),
        ({"issued_on": "20261121"}, "issued_on"),
        ({"issued_on": "20250230"}, "issued_on"),
    ],
)
def test_a_cheque_that_cannot_be_is_refused_before_anybody_is_asked(
    changes: dict[str, object], word: str
) -> None:
    with pytest.raises(ChequeDoesNotFitError) as refusal:
        require_cheque(replace(CHEQUE, **changes), NOON_IN_SEOUL_MS)  # type: ignore[arg-type]  # of its own words

    assert refusal.value.word == word


def test_a_cheque_of_today_and_of_its_kinds_amount_is_asked_about() -> None:
    require_cheque(replace(CHEQUE, issued_on=DAY), NOON_IN_SEOUL_MS)


def test_nobody_sees_whose_cheque_it_is() -> None:
    assert repr(CHEQUE) == "Cheque(91-0470-10000013, 100,000 won)"


def a_van(name: str, *, takes_cheques: bool = True) -> Destination:
    return Destination(
        name,
        is_issuer=False,
        serves_bins=(),
        net_cancel_mode=NetCancelMode.RELAY,
        takes_cheques=takes_cheques,
    )


VANS = {"a": a_van("a"), "b": a_van("b"), "c": a_van("c", takes_cheques=False)}
ROUTE = Plan("1001", (Terms("", {"a": 5_000, "b": 3_000, "c": 2_000}),))


def order_of(cheque: str, *open_breakers: str) -> list[str]:
    return asked_about_cheque(cheque, ROUTE, VANS, DAY, open_breakers)


def test_the_vans_that_take_cheques_are_asked_by_share_and_the_same_cheque_finds_the_same_first() -> None:
    firsts = [order_of(f"{number}")[0] for number in range(1_000)]

    assert set(firsts) == {"a", "b"}
    assert 575 < firsts.count("a") < 675  # five of eight
    assert order_of("7") == order_of("7")


def test_an_open_breaker_diverts_and_holds_nobody_where_there_is_nobody_else() -> None:
    assert order_of("7", "a") == ["b"]
    assert sorted(order_of("7", "a", "b")) == ["a", "b"]


def test_a_route_on_which_nobody_takes_cheques_is_told_so_at_once() -> None:
    require_cheques_taken(ROUTE, VANS, DAY)

    with pytest.raises(ChequesNotTakenError):
        require_cheques_taken(Plan("1003", (Terms("", {"c": 10_000}),)), VANS, DAY)
