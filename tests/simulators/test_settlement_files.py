"""Each difference of the menu really is in the file, as its name says, and nothing else of it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from payment_adapters.agreements import agreements
from payment_adapters.files.families import Addressee
from payment_adapters.files.kept_rows import AnyRow
from payment_adapters.files.outcomes import FileOutcome, FileRefusedError
from payment_adapters.files.plan import Settled, plan_of, settled_merchant
from payment_adapters.files.reading import read_file
from payment_adapters.files.writing import claim_file
from payment_core.settlement.fees import bound_by_law, fee_won
from payment_core.settlement.model import CardKind, FileKind, RowKind
from payment_core.settlement.rows import ClaimedRow, Outcome, ReturnedRow, mark_of
from telegram_codec.masking import masked_card_number
from tools.generate import difference_page
from tools.simulators.books import Authorisation, Books, Key
from tools.simulators.settlement.answers import Mood
from tools.simulators.settlement.day import Counterparties, parties
from tools.simulators.settlement.mailbox import Folder
from tools.simulators.settlement.menu import ANSWER, BANK, MENU, Difference, NothingToChangeError
from tools.simulators.settlement.terms import acquirer_of, merchant_number, terms_of

DAY, PAID = "20261117", "20261119"  # a Tuesday; two business days on
CARDS = {"haneul": "4111111111111111", "bada": "5555555555554444", "sol": "378282246310005"}
SALES = 6  # of a party's day: the first is cancelled, the second in part, the last net-cancelled
Read = list[AnyRow] | FileOutcome | None


def books_of(party: str) -> Books:
    """A day of shop 1002, or of haneul's line, which names no terminal."""
    books = Books(None)
    cards = [CARDS[party]] if party in CARDS else list(CARDS.values())
    terminal = "" if party == "haneul" else "10020001"
    for number in range(1, SALES + 1):
        key, at = Key(terminal, DAY, f"{number:012d}"), f"2026-11-17T1{number}:00:00+09:00"
        card = masked_card_number(cards[number % len(cards)])
        books.approve(key, 11_000 * number, card, "0000", at)
        if number == 1:
            books.cancel(key, "C1", 11_000, "2026-11-17T19:00:00+09:00")
        if number == 2:
            books.cancel(key, "C2", 2_000, "2026-11-17T19:05:00+09:00")
        if number == SALES:
            books.net_cancel(key)
    books.decline(Key(terminal, DAY, "999"), 5, "411111******1111", "8326", "2026-11-17T19:10:00+09:00")
    return books


def claim_of(party: str, merchant: Settled, live: list[Authorisation]) -> bytes:
    """What we claim: everything that is live, cancels netted."""
    plan = plan_of(party, FileKind.CLAIM)
    assert plan is not None
    rows = [
        ClaimedRow(
            kind=RowKind.SALE,
            terminal="10020001",
            sale_date=one.key.date,
            card_masked=one.card,
            installment_months=0,
            amount_won=one.remaining_won,
            vat_won=0,
            approval_number=one.approval_number,
            merchant_number=merchant_number(acquirer_of(party, one.card), merchant.merchant),
            mark=mark_of(one.approval_number),
        )
        for one in live
    ]
    to = Addressee(plan, merchant, DAY)
    return b"".join(claim_file(to, rows, sales_from=DAY, sales_to=DAY))


class World:
    """All parties' books, a folder for files, and the claims of the day in it."""

    def __init__(self, root: Path, mood: Mood | None = None) -> None:
        merchant = settled_merchant("1002")
        assert merchant is not None
        self.merchant, self.root = merchant, root
        self.books = {party: list(books_of(party)) for party in parties()}
        self.parties = Counterparties(self.books, root / "home", Folder(root), mood or Mood())
        for party, books in self.books.items():
            live = [one for one in books if one.is_live]
            plan = plan_of(party, FileKind.CLAIM)
            assert plan is not None
            path = root / "outbox" / party / plan.name("1002", DAY)
            path.parent.mkdir(parents=True)
            path.write_bytes(claim_of(party, merchant, live))

    def read(self, party: str, kind: FileKind, day: str) -> Read:
        """What payrelay reads of a file; ``None`` where there is none."""
        plan = plan_of(party, kind)
        assert plan is not None
        path = self.root / "inbox" / party / plan.name("1002", day)
        if not path.exists():
            return None
        try:
            checked = read_file(Addressee(plan, self.merchant, day), path.name, BytesIO(path.read_bytes()))
        except FileRefusedError as refused:
            return refused.outcome
        return list(checked.rows())

    def files(self, party: str, difference: Difference | None = None) -> Mapping[FileKind, Read]:
        """A party's day with a difference in it: its list, its answer, and the bank's statement."""
        kinds = MENU[difference].strikes if difference else ()
        answer = next(kind for kind in ANSWER if plan_of(party, kind))
        in_list = difference if FileKind.TRANSACTIONS in kinds else None
        in_answer = difference if set(kinds) & set(ANSWER) else None
        self.parties.send_lists(party, self.merchant, DAY, in_list)
        self.parties.send_answer(party, self.merchant, DAY, in_answer)
        self.parties.send_statement("gaon", self.merchant, PAID, difference if kinds == BANK else None)
        return {
            FileKind.TRANSACTIONS: self.read(party, FileKind.TRANSACTIONS, DAY),
            FileKind.RETURN: self.read(party, answer, DAY),
            FileKind.BANK: self.read("gaon", FileKind.BANK, PAID),
        }


def without_places(rows: Read) -> Counter[Any]:
    assert isinstance(rows, list)
    return Counter(replace(row, row=0) for row in rows)


def told(tmp_path: Path, party: str, difference: Difference) -> tuple[FileKind, Read, Read]:
    """The one file that a difference changes: what kind it is, what it was, and what it is."""
    right = World(tmp_path / "right").files(party)
    wrong = World(tmp_path / "wrong").files(party, difference)
    kinds = MENU[difference].strikes  # what an acquirer keeps as its fee is missing at the bank as well
    changed = [kind for kind in right if kind in kinds and right[kind] != wrong[kind]]
    assert len(changed) == 1, changed
    return changed[0], right[changed[0]], wrong[changed[0]]


OF_ROWS = {  # difference → rows that are gone, rows that are new
    Difference.ROW_MISSING: (1, 0),
    Difference.ROW_EXTRA: (0, 1),
    Difference.AMOUNT_OFF_BY_ONE: (1, 1),
    Difference.DATE_ACROSS_MIDNIGHT: (1, 1),
    Difference.DUPLICATE_ROW: (0, 1),
    Difference.CANCELLED_THERE: (0, 1),
    Difference.APPROVED_THERE: (1, 0),
    Difference.LIVE_WITHOUT_APPROVAL: (0, 1),
    Difference.OTHER_MERCHANT_NUMBER: (1, 1),
    Difference.FEE_DIFFERS: (1, 1),
    Difference.DEPOSIT_SHORT: (1, 1),
    Difference.DEPOSIT_OVER: (1, 1),
    Difference.DEPOSIT_MISSING: (1, 0),
}
IN_A_ROW = {  # what of a row is another, and by how much
    Difference.AMOUNT_OFF_BY_ONE: ("amount_won", 1),
    Difference.DATE_ACROSS_MIDNIGHT: ("date", 1),
    Difference.OTHER_MERCHANT_NUMBER: ("merchant_number", None),
    Difference.FEE_DIFFERS: ("fee_won", 10),
    Difference.DEPOSIT_SHORT: ("amount_won", -1_000),
    Difference.DEPOSIT_OVER: ("amount_won", 1_000),
}
OF_FILES = {
    Difference.TRUNCATED_FILE: FileOutcome.TRUNCATED,
    Difference.WRONG_TRAILER: FileOutcome.TOTALS_DIFFER,
    Difference.WRONG_ENCODING: FileOutcome.ENCODING,
    Difference.UNKNOWN_RECORD: FileOutcome.UNKNOWN_RECORD,
    Difference.LATE_FILE: None,
}
AS_BYTES = (Difference.CHANGED_RESEND, Difference.DUPLICATE_FILE)


def test_every_dish_of_the_menu_has_its_test() -> None:
    assert len(MENU) >= 20
    tested = {*OF_ROWS, *OF_FILES, *AS_BYTES, Difference.APPROVAL_WITHOUT_LIVE}
    assert tested == set(Difference) == set(MENU)
    assert difference_page.PAGE.read_text(encoding="utf-8") == difference_page.page(), "run `make docs`"


@pytest.mark.parametrize("difference", OF_ROWS)
def test_a_difference_of_rows_changes_just_these(tmp_path: Path, difference: Difference) -> None:
    kind, right, wrong = told(tmp_path, "hangang", difference)

    gone = list((without_places(right) - without_places(wrong)).elements())
    new = list((without_places(wrong) - without_places(right)).elements())
    assert (len(gone), len(new)) == OF_ROWS[difference]
    assert kind in {FileKind.RETURN if one in ANSWER else one for one in MENU[difference].strikes}
    if difference in IN_A_ROW:
        word, more = IN_A_ROW[difference]
        before, after = getattr(gone[0], word), getattr(new[0], word)
        assert before != after
        assert more is None or int(after) - int(before) == more


@pytest.mark.parametrize("party", ["hangang", "namsan", "gyeongbok"])  # one of each family
@pytest.mark.parametrize("difference", OF_FILES)
def test_a_spoilt_answer_is_what_its_name_says(tmp_path: Path, difference: Difference, party: str) -> None:
    kind, right, wrong = told(tmp_path, party, difference)

    assert (kind, wrong) == (FileKind.RETURN, OF_FILES[difference])
    assert isinstance(right, list)


def test_the_cancelled_and_the_live_are_told_by_the_right_rows(tmp_path: Path) -> None:
    _, right, wrong = told(tmp_path / "c", "hangang", Difference.CANCELLED_THERE)
    (cancel,) = without_places(wrong) - without_places(right)
    _, right, wrong = told(tmp_path / "a", "hangang", Difference.APPROVED_THERE)
    (gone,) = without_places(right) - without_places(wrong)
    _, right, wrong = told(tmp_path / "l", "hangang", Difference.LIVE_WITHOUT_APPROVAL)
    (live,) = without_places(wrong) - without_places(right)

    assert cancel.kind is gone.kind is RowKind.REFUND
    assert (live.kind, live.amount_won) == (RowKind.SALE, 11_000 * SALES)


def test_an_approval_that_nobody_knows_is_on_no_list_and_comes_back(tmp_path: Path) -> None:
    right = World(tmp_path / "right").files("hangang")
    wrong = World(tmp_path / "wrong").files("hangang", Difference.APPROVAL_WITHOUT_LIVE)

    gone = without_places(right[FileKind.TRANSACTIONS]) - without_places(wrong[FileKind.TRANSACTIONS])
    returned = [row for row in without_places(wrong[FileKind.RETURN]) if row.outcome is Outcome.RETURNED]
    assert len({row.approval_number for row in gone}) == 1
    assert [row.approval_number for row in returned] == [next(iter(gone)).approval_number]
    assert returned[0].reason == "61"


def test_a_changed_answer_is_right_in_itself_and_the_same_answer_is_the_same_bytes(tmp_path: Path) -> None:
    world = World(tmp_path)
    send = world.parties.send_answer
    (name,) = send("hangang", world.merchant, DAY)
    path = tmp_path / "inbox" / "hangang" / name
    first = path.read_bytes()

    send("hangang", world.merchant, DAY, Difference.DUPLICATE_FILE)
    again = path.read_bytes()
    send("hangang", world.merchant, DAY, Difference.CHANGED_RESEND)

    assert again == first != path.read_bytes()
    assert isinstance(world.read("hangang", FileKind.RETURN, DAY), list)


def test_a_shops_own_list_is_that_of_its_slips(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.parties.send_own_list(world.merchant, DAY)
    slips = world.read("1002", FileKind.TRANSACTIONS, DAY)
    world.parties.send_own_list(world.merchant, DAY, Difference.ROW_MISSING)
    fewer = world.read("1002", FileKind.TRANSACTIONS, DAY)

    lists = [world.files(party)[FileKind.TRANSACTIONS] for party in parties()]
    assert isinstance(slips, list)
    assert isinstance(fewer, list)
    assert len(slips) == sum(len(one) for one in lists if isinstance(one, list)) == len(fewer) + 1


def test_a_difference_that_has_nothing_to_strike_says_so(tmp_path: Path) -> None:
    world = World(tmp_path)

    with pytest.raises(NothingToChangeError, match="approved_there could strike"):
        world.parties.send_lists("hangang", world.merchant, "20261116", Difference.APPROVED_THERE)


def test_the_bank_shows_what_every_answer_promised_on_its_day(tmp_path: Path) -> None:
    world, promised = World(tmp_path), 0
    for party in parties():
        rows = world.files(party)[FileKind.RETURN]
        assert isinstance(rows, list)
        for row in rows:
            assert (row.outcome, row.reason) == (Outcome.PAID, "00")  # type: ignore[union-attr]  # of an answer
            promised += row.amount_won - row.fee_won  # type: ignore[union-attr]  # as above

    shown = world.read("gaon", FileKind.BANK, PAID)
    assert isinstance(shown, list)
    assert sum(row.amount_won for row in shown) == promised > 0
    assert {row.acquirer for row in shown} == set(CARDS)


def test_an_acquirer_keeps_less_of_a_check_card_and_names_it_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    for one in world.parties.books["hangang"]:
        one.is_check = one.approval_number.endswith("3")

    told = world.files("hangang")[FileKind.RETURN]
    assert isinstance(told, list)
    kinds = {row.card_kind: row for row in told if isinstance(row, ReturnedRow)}
    assert set(kinds) == {"CREDIT", "CHECK"}
    check = kinds["CHECK"]
    assert check.fee_won == check.amount_won * terms_of(check.acquirer).check // 10_000


@pytest.mark.parametrize("merchant", ["1001", "1002", "1003"])
def test_what_acquirers_keep_is_what_contracts_and_the_law_of_each_day_say(merchant: str) -> None:
    law = settled_merchant(merchant)
    assert law is not None
    seen = set()
    for acquirer, day, kind in product(agreements(), ("20260813", "20270213", "20270214"), CardKind):
        contract, classed = agreements()[acquirer].fees.on(day), law.law.on(day)
        assert contract is not None
        fee = bound_by_law(contract.fee, classed.fee if classed else None, day)
        theirs = terms_of(acquirer).fee_won(99_999, merchant, day, is_check=kind is CardKind.CHECK)
        assert theirs == fee_won(fee, 99_999, kind, day)
        seen.add((acquirer, kind, theirs))
    assert (len(seen) > len(agreements()) * len(CardKind)) == bool(law.law.terms), "a class changes something"


def test_what_is_held_is_released_by_the_next_answer(tmp_path: Path) -> None:
    world = World(tmp_path, Mood(held_per_mille=1_000))
    world.parties.send_answer("hangang", world.merchant, DAY)
    held = world.read("hangang", FileKind.RETURN, DAY)
    plan = plan_of("hangang", FileKind.CLAIM)
    assert plan is not None
    next_day = "20261118"
    empty = claim_file(Addressee(plan, world.merchant, next_day), (), sales_from=next_day, sales_to=next_day)
    assert world.parties.send_answer("hangang", world.merchant, next_day) == [], "its claim may still come"
    (tmp_path / "outbox" / "hangang" / plan.name("1002", next_day)).write_bytes(b"".join(empty))

    world.parties.send_answer("hangang", world.merchant, next_day)
    released = world.read("hangang", FileKind.RETURN, next_day)

    assert isinstance(held, list)
    assert isinstance(released, list)
    assert {row.outcome for row in held} == {Outcome.HELD}  # type: ignore[union-attr]  # of an answer
    assert {row.outcome for row in released} == {Outcome.RELEASED}  # type: ignore[union-attr]  # as above
    assert len(held) == len(released)


def test_books_are_read_beside_the_party_that_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    books = Books(path)
    books.approve(Key("10020001", DAY, "1"), 1_000, "411111******1111", "0000", "2026-11-17T10:00:00", "", 3)
    books.cancel(Key("10020001", DAY, "1"), "2", 400, "2026-11-17T11:00:00")
    with path.open("ab") as file:
        file.write(b'{"event": "appro')

    (seen,) = Books.as_written(path)

    assert (seen.remaining_won, seen.installment_months) == (600, 3)
    assert seen.cancelled_at == {"2": "2026-11-17T11:00:00"}
    assert path.read_bytes().endswith(b"appro")
    books.close()
