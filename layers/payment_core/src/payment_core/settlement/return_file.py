"""Return files (입반송): which row of ours each record is about, which step it is, and whether it adds up.

Whatever its layout, a file is read into the same words. A record that carries our mark is about the row of
that mark. One that does not is found by what both sides know: kind, sale date, approval number, card,
terminal, merchant number, amount. Rows that fit and are of one sale differ in nothing that a file could say
(two refunds of one amount), and are taken in the order of their names; rows of two sales are never guessed.
Applying: payment_core/settlement/apply.py. Promise: tests/spec/test_return_file.py. Decision: docs/adr/0044.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import NEXT, ClaimRow, Facts, RowKind, SettlementFile, Step, allows, moved
from payment_core.settlement.ports import Move
from payment_core.settlement.refusals import (
    AmbiguousRecordError,
    AmountDiffersError,
    DuplicateRecordError,
    FeeContradictsError,
    ReasonContradictsError,
    RecordDiffersError,
    RowNotOpenError,
    UnknownRecordError,
)
from payment_core.settlement.rows import DepositNotice, Outcome, ReturnedRow, mark_of

NORMAL: Final = ("", "00")
BOUGHT: Final = frozenset({Outcome.PAID, Outcome.RELEASED})
STEPS: Final[Mapping[Outcome, Step]] = {
    Outcome.PAID: Step.CAPTURE,
    Outcome.RETURNED: Step.RETURN,
    Outcome.HELD: Step.HOLD,
    Outcome.RELEASED: Step.RELEASE,
}


class Proposal(StrEnum):
    """What to do about a row that came back; people decide."""

    RECLAIM = "RECLAIM"
    GIVE_UP = "GIVE_UP"
    ASK = "ASK"


@dataclass(frozen=True)
class Reason:
    """What a return code (반송코드) means at one destination; no list of them is public, so they are data."""

    korean: str
    english: str
    proposal: Proposal = Proposal.ASK


UNLISTED: Final = Reason("등록되지 않은 반송코드", "a return code that is not listed")


@dataclass(frozen=True)
class ReturnFile:
    """A file as it was read.

    Attributes:
        notices: What its totals say, one for each acquirer, merchant number and payment date.
        rows: Its data records from the first, each time it is called.
    """

    file: SettlementFile
    notices: Sequence[DepositNotice]
    rows: Callable[[], Iterable[ReturnedRow]]


@dataclass(frozen=True)
class Told:
    """One record, the row it is about, and how it moves it.

    Attributes:
        is_done: It was moved by this file before: a run was stopped.
    """

    record: ReturnedRow
    row: ClaimRow
    step: Step
    is_done: bool

    def move(self, file_id: str, reasons: Mapping[str, Reason]) -> Move:
        """The row as the record leaves it."""
        record, row, step = self.record, self.row, self.step
        facts: Facts = {"file_id": file_id}
        if record.outcome in BOUGHT:
            facts |= {"fee_won": record.fee_won, "payment_date": record.payment_date}
        else:
            facts |= {
                "return_code": record.reason,
                "return_reason": reasons.get(record.reason, UNLISTED).korean,
                "was_held": row.was_held or step is Step.HOLD,
            }
        return Move(row, moved(row, step, **facts))


def check_words(record: ReturnedRow) -> None:
    """Refuse a record that contradicts itself.

    Raises:
        ReasonContradictsError: as it says.
        FeeContradictsError: as it says.
    """
    is_bought, is_normal = record.outcome in BOUGHT, record.reason in NORMAL
    if is_bought != is_normal:
        raise ReasonContradictsError(record.row, f"{record.outcome} with reason {record.reason!r}")
    if record.fee_won and not is_bought:
        raise FeeContradictsError(record.row, f"{record.outcome} costs {record.fee_won:,} won")
    if record.fee_won * (1 if record.kind is RowKind.SALE else -1) < 0:
        raise FeeContradictsError(record.row, f"a {record.kind} costs {record.fee_won:,} won")


def told_by(record: ReturnedRow, candidates: Iterable[ClaimRow], file_id: str, taken: set[str]) -> Told:
    """The row that a record is about.

    Args:
        record: One that does not contradict itself.
        candidates: Every row that could be meant, and others.
        file_id: Of the file: what it moved before is done, and not refused.
        taken: The rows of the records before; this one is added.

    Raises:
        FileRefusal: one of those of a record.
    """
    fitting = _named(record, candidates)
    free = [row for row in fitting if row.row_id not in taken]
    if not free:
        raise DuplicateRecordError(record.row, f"{fitting[0].row_id} stands in a record before it")
    steps = {row.row_id: (row, step) for row in free if (step := _step(record, row, file_id)) is not None}
    if not steps:
        row = free[0]
        raise RowNotOpenError(record.row, f"{row.row_id} is {row.state}, and is told {record.outcome}")
    if len({row.sale_id for row, _ in steps.values()}) > 1:
        raise AmbiguousRecordError(record.row, f"fits {', '.join(sorted(steps))}")
    name = min(steps)
    row, step = steps[name]
    taken.add(name)
    return Told(record, row, step, is_done=_is_done(row, step, file_id))


def _named(record: ReturnedRow, candidates: Iterable[ClaimRow]) -> list[ClaimRow]:
    """Rows that a record names, of its amount; at least one."""
    if record.mark:
        marked = [row for row in candidates if mark_of(row.row_id) == record.mark]
        if not marked:
            raise UnknownRecordError(record.row, f"no row of ours has the mark {record.mark}")
        row = marked[0]
        if not (_is_about(record, row) and _is_amount(record, row)):
            raise RecordDiffersError(record.row, f"says something else of {row.row_id} than was claimed")
        return marked
    named = [row for row in candidates if _is_about(record, row)]
    if not named:
        about = f"approval {record.approval_number} of {record.sale_date}, {record.amount_won:,} won"
        raise UnknownRecordError(record.row, f"no row of ours is {about}")
    fitting = [row for row in named if _is_amount(record, row)]
    if not fitting:
        claimed = ", ".join(f"{row.amount_won:,}" for row in named)
        raise AmountDiffersError(record.row, f"{record.amount_won:,} won; claimed: {claimed} won")
    return fitting


def _is_about(record: ReturnedRow, row: ClaimRow) -> bool:
    """Whether both speak of one thing; approval numbers keep their leading zeros and lose their blanks.

    A family that has no place for a terminal leaves it empty, and says nothing of it.
    """
    return (
        record.kind is row.kind
        and record.sale_date == row.sale_date
        and record.approval_number.strip() == row.approval_number.strip()
        and record.card_masked == row.card_masked
        and record.terminal in {"", row.terminal}
        and record.acquirer == row.acquirer
        and record.merchant_number == row.merchant_number
    )


def _is_amount(record: ReturnedRow, row: ClaimRow) -> bool:
    return record.amount_won == row.amount_won


def _step(record: ReturnedRow, row: ClaimRow, file_id: str) -> Step | None:
    """What the record does to the row, or did; ``None`` where neither is possible.

    Some acquirers call a row that they held and bought "paid", without a word of its release.
    """
    step = STEPS[record.outcome]
    if step is Step.CAPTURE and row.was_held:
        step = Step.RELEASE
    return step if allows(step, row.state) or _is_done(row, step, file_id) else None


def _is_done(row: ClaimRow, step: Step, file_id: str) -> bool:
    return row.file_id == file_id and row.state is NEXT[step].to
