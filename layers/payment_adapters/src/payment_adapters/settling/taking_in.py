"""What lies in the inbox is taken in: known by name and bytes, checked, applied once, archived, told.

A file of returns moves rows, a bank statement pays deposits, a list waits for the day that compares it.
Whoever stops halfway takes it in again: it lies in the inbox until its last word is written.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta

from payment_adapters.aws import metrics
from payment_adapters.files.families import Addressee
from payment_adapters.files.intake import Received, addressee_of, receive, refuse_unnamed
from payment_adapters.files.reading import CheckedFile
from payment_adapters.files.store import Arrived
from payment_adapters.settling import wired
from payment_adapters.tables.deposits import DynamoDeposits
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.post import PostingDiffersError
from payment_core.settlement.apply import apply
from payment_core.settlement.bank import book_match, match_bank, paid_of, settled
from payment_core.settlement.calendar import as_date
from payment_core.settlement.model import (
    BankLine,
    ClaimRow,
    DepositState,
    ExpectedDeposit,
    FileKind,
    FileState,
    SettlementFile,
    file_moved,
)
from payment_core.settlement.ports import RowMovedError
from payment_core.settlement.return_file import ReturnFile
from payment_core.settlement.rows import BankRow, DepositNotice, ReturnedRow

ANSWERS = frozenset({FileKind.RETURN, FileKind.DEPOSIT})
OPEN = frozenset(DepositState) - {DepositState.MATCHED}
DAYS_TAKEN_AGAIN = 7  # a file that was taken in by half is taken in again within this


def take_in(hand: Hand, largest_bytes: int | None = None) -> Counter[str]:
    """Take in everything that lies there; how often each outcome came, by its code.

    Args:
        hand: Who does it.
        largest_bytes: What is larger is left lying for a hand that has more time.

    Raises:
        ExceptionGroup: files that are right contradict what stands; people must look. The others were taken.
    """
    told: Counter[str] = Counter()
    failures: list[Exception] = []
    for arrived in list(wired.store().arrived()):
        if largest_bytes is not None and arrived.size_bytes > largest_bytes:
            continue
        addressee, now_ms = addressee_of(arrived), hand.now_ms()
        received = (
            _looked_at(arrived, addressee, now_ms)
            if addressee
            else refuse_unnamed(wired.store(), arrived, now_ms=now_ms)
        )
        try:
            with _uncollected():
                ended = _applied(received, addressee.merchant.merchant if addressee else "")
        except (RowMovedError, PostingDiffersError) as failure:
            failures.append(failure)
            continue
        told[received.outcome or str(ended.state)] += 1
        if received.checked and ended.state is FileState.REFUSED:
            metrics.count("FileRefused")
        wired.store().take(arrived.counterparty, arrived.name)
    if failures:
        raise ExceptionGroup("files contradict what stands", failures)
    return told


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows hold no cycles, and of a million the collector would take a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _looked_at(arrived: Arrived, addressee: Addressee, now_ms: int) -> Received:
    holidays = wired.holidays(addressee.business_date)
    return receive(wired.store(), wired.files(), arrived, addressee, now_ms=now_ms, holidays=holidays)


def _applied(received: Received, merchant: str) -> SettlementFile:
    """Write the file down, and do what it says; as it stands at the end."""
    file, checked = received.file, received.checked
    with closing(checked) if checked else nullcontext():
        if not wired.files().move(None, file):
            file = wired.files().standing(file)
        if checked is None:
            return file
        if file.kind in ANSWERS:
            return _returns(file, checked, merchant)
        if file.state is FileState.RECEIVED:
            file = _moved(file, FileState.CHECKED)
        if file.kind is FileKind.BANK and file.state is FileState.CHECKED:
            _pay(file, checked, merchant)
        return _moved(file, FileState.APPLIED) if file.state is FileState.CHECKED else file


def _returns(file: SettlementFile, checked: CheckedFile, merchant: str) -> SettlementFile:
    """Move the rows that it answers; what it will pay is expected from then on."""

    def rows() -> Iterator[ReturnedRow]:
        return (one for one in checked.rows() if isinstance(one, ReturnedRow))

    came = ReturnFile(file, checked.notices, rows)
    ended = apply(
        came,
        files=wired.files(),
        rows=wired.rows(merchant),
        books=wired.books(merchant),
        reasons=wired.reasons(file.counterparty),
    )
    if ended.state is FileState.APPLIED:
        expect(ended.file_id, checked.notices, merchant)
    return ended


def expect(file_id: str, notices: Iterable[DepositNotice], merchant: str) -> None:
    """Write down what a file of answers says will be paid; each of it once."""
    shares = [
        ExpectedDeposit(
            one.acquirer,
            one.merchant_number,
            one.payment_date,
            one.paid_count,
            one.gross_won,
            one.refund_won,
            one.fee_won,
        )
        for one in notices
        if one.paid_count
    ]
    wired.deposits(merchant).expect(file_id, shares)


def _pay(file: SettlementFile, checked: CheckedFile, merchant: str) -> None:
    """Hold the bank's lines against what is expected, book each, and say which rows are paid."""
    deposits, rows, date = wired.deposits(merchant), wired.rows(merchant), file.business_date
    lines = [
        BankLine(
            line_id=f"{file.file_id}/{one.row}",
            bank=file.counterparty,
            account=wired.account_of(merchant),
            paid_date=one.date,
            acquirer=one.acquirer,
            merchant_number=one.merchant_number,
            amount_won=one.amount_won,
            memo=one.remark,
        )
        for one in checked.rows()
        if isinstance(one, BankRow)
    ]
    expected = _before(file, deposits)

    def rows_of(deposit: ExpectedDeposit) -> Iterator[ClaimRow]:
        return rows.to_be_paid(deposit.acquirer, deposit.merchant_number, deposit.payment_date)

    for match in match_bank(
        [one.before for one in expected.values()], lines, today=date, holidays=wired.holidays(date)
    ):
        book_match(match, rows_of, rows=rows, books=wired.books(merchant))
        for becomes in settled(match):
            one = expected[becomes.deposit_id]
            if (one.stands.state, one.stands.paid_won) != (becomes.state, becomes.paid_won):
                deposits.tell(one.stands, becomes, {**one.lines, **paid_of(match, becomes)})


@dataclass(frozen=True)
class _Expected:
    """A deposit as it stands, as it stood without a bank file's lines, and the lines of the others."""

    stands: ExpectedDeposit
    before: ExpectedDeposit
    lines: Mapping[str, int]


def _before(file: SettlementFile, deposits: DynamoDeposits) -> dict[str, _Expected]:
    """What was open before a bank's file: a file that is taken in again says the same as the first time."""
    open_dates = {one.payment_date for one in deposits.open_until(file.business_date)}
    near = {
        f"{as_date(file.business_date) - timedelta(days=days):%Y%m%d}" for days in range(DAYS_TAKEN_AGAIN)
    }
    found: dict[str, _Expected] = {}
    for date in sorted(open_dates | near):
        lines_of = deposits.paid_by(date)
        for one in deposits.of_date(date):
            lines = lines_of.get(one.deposit_id, {})
            others = {name: won for name, won in lines.items() if not name.startswith(f"{file.file_id}/")}
            before = replace(one, paid_won=sum(others.values()))
            is_open = one.state in OPEN or len(others) < len(lines)
            if is_open and (before.open_won or not before.paid_won):
                found[one.deposit_id] = _Expected(one, before, others)
    return found


def _moved(file: SettlementFile, to: FileState) -> SettlementFile:
    becomes = file_moved(file, to)
    return becomes if wired.files().move(file, becomes) else wired.files().standing(file)


def today_in_korea(now_ms: int) -> str:
    """YYYYMMDD."""
    return f"{korean_time(now_ms):%Y%m%d}"
