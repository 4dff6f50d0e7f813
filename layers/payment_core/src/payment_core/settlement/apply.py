"""Apply (적용): a return file moves the rows it is about, all or none, and once.

All of the file is checked before anything of it counts. ``CHECKED`` is then written, with its sums: an
intent, as before a telegram, which is only ever followed by ``APPLIED``. Whoever is stopped runs it again:
what this file moved is passed over, and what was booked is not booked twice.
Which row, which step: payment_core/settlement/return_file.py. Promise: tests/spec/test_apply.py.
Decisions: docs/adr/0043, docs/adr/0044.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from payment_core.settlement.model import FileState, RowKind, SettlementFile, Step, file_moved
from payment_core.settlement.ports import Books, Files, Movement, RowMovedError, Rows
from payment_core.settlement.refusals import FileRefusal, SectionUnknownError, SumsDifferError
from payment_core.settlement.return_file import Reason, ReturnFile, Told, check_words, told_by
from payment_core.settlement.rows import DepositNotice

AT_ONCE: Final = 5_000  # records that are looked up and moved together: twenty pages of a table
PAYS: Final = frozenset({Step.CAPTURE, Step.RELEASE})

Section = tuple[str, str, str]  # acquirer, merchant number, payment date
Some = TypeVar("Some")


@dataclass
class Sum:
    """What is added up while a file is read; amounts without a sign, fees with theirs."""

    rows: int = 0
    amount_won: int = 0
    fee_won: int = 0


@dataclass
class Sums:
    """What the records of a file come to, by section and by what moves."""

    moves: dict[tuple[Section, str, Step, RowKind, bool], Sum] = field(
        default_factory=partial(defaultdict, Sum)
    )

    def add(self, told: Told) -> None:
        """Count one record."""
        record, row = told.record, told.row
        section = (record.acquirer, record.merchant_number, record.payment_date)
        was_held = row.was_held and told.step is not Step.HOLD
        one = self.moves[section, row.merchant, told.step, row.kind, was_held]
        one.rows += 1
        one.amount_won += record.amount_won
        one.fee_won += record.fee_won

    @property
    def sections(self) -> set[Section]:
        """Those that have rows."""
        return {section for section, *_ in self.moves}

    def paid(self, section: Section, kind: RowKind) -> Sum:
        """What is bought of a section, sales or refunds."""
        of_it = [
            one
            for (where, _, step, what, _), one in self.moves.items()
            if where == section and step in PAYS and what is kind
        ]
        return Sum(
            sum(one.rows for one in of_it),
            sum(one.amount_won for one in of_it),
            sum(one.fee_won for one in of_it),
        )

    def movements(self, file: SettlementFile) -> list[Movement]:
        """What the file moves in the books, in an order that stays."""
        return [
            Movement(
                step,
                f"{file.file_id}/{'/'.join(section)}",
                file.business_date,
                merchant,
                *section[:2],
                kind,
                was_held,
                one.rows,
                one.amount_won,
                one.fee_won,
            )
            for (section, merchant, step, kind, was_held), one in sorted(
                self.moves.items(), key=lambda it: it[0]
            )
        ]

    def checked(self, file: SettlementFile) -> SettlementFile:
        """The file with what it comes to."""
        signed = {kind: 1 if kind is RowKind.SALE else -1 for kind in RowKind}
        paid = [(one, signed[kind]) for (_, _, step, kind, _), one in self.moves.items() if step in PAYS]
        fee_won = sum(one.fee_won for one, _ in paid)
        return replace(
            file_moved(file, FileState.CHECKED),
            records=sum(one.rows for one in self.moves.values()),
            amount_won=sum(one.amount_won * signed[kind] for (_, _, _, kind, _), one in self.moves.items()),
            fee_won=fee_won,
            deposit_won=sum(one.amount_won * sign for one, sign in paid) - fee_won,
        )


def apply(
    came: ReturnFile,
    *,
    files: Files,
    rows: Rows,
    books: Books,
    reasons: Mapping[str, Reason],
    at_once: int = AT_ONCE,
) -> SettlementFile:
    """Check a file and apply it, or refuse it, or go on with it, or leave it where it is over.

    Args:
        came: The file as it stands in `files`, and its records.
        files: Where its state stands.
        rows: What it is about.
        books: Where its money moves.
        reasons: What the return codes of its destination mean.
        at_once: Records at a time.

    Returns:
        The file: ``APPLIED``, or ``REFUSED`` with a stable code and facts, or as it was.

    Raises:
        RowMovedError: it was checked, and then another hand moved a row; it stays ``CHECKED``.
        StoreUnavailableError: run it again.
    """
    file = came.file
    if file.state not in {FileState.RECEIVED, FileState.CHECKED}:
        return file
    try:
        sums = _checked(came, rows, at_once)
    except FileRefusal as refusal:
        if file.state is FileState.CHECKED:
            raise RowMovedError(refusal.facts) from refusal
        refused = replace(file_moved(file, FileState.REFUSED), refusal=refusal.code, facts=refusal.facts)
        return _kept(file, refused, files)
    if file.state is FileState.RECEIVED:
        file = _kept(file, sums.checked(file), files)
    if file.state is not FileState.CHECKED:
        return file
    for some in _told(came, rows, at_once):
        rows.move([told.move(file.file_id, reasons) for told in some if not told.is_done])
    for movement in sums.movements(file):
        books.book(movement)
    return _kept(file, file_moved(file, FileState.APPLIED), files)


def _checked(came: ReturnFile, rows: Rows, at_once: int) -> Sums:
    """Add up a file of which every record is right; FileRefusal for the first that is not."""
    sums = Sums()
    for some in _told(came, rows, at_once):
        for told in some:
            sums.add(told)
    noticed = {(one.acquirer, one.merchant_number, one.payment_date): one for one in came.notices}
    for section in sorted(sums.sections - noticed.keys()):
        raise SectionUnknownError(0, f"rows of {'/'.join(section)} have no total")
    for section, notice in noticed.items():
        _check_sum(section, notice, sums)
    return sums


def _check_sum(section: Section, notice: DepositNotice, sums: Sums) -> None:
    sales, refunds = sums.paid(section, RowKind.SALE), sums.paid(section, RowKind.REFUND)
    fee_won = sales.fee_won + refunds.fee_won
    pairs = {
        "rows": (notice.paid_count, sales.rows + refunds.rows),
        "sales": (notice.gross_won, sales.amount_won),
        "refunds": (notice.refund_won, refunds.amount_won),
        "fees": (notice.fee_won, fee_won),
        "deposit": (notice.deposit_won, sales.amount_won - refunds.amount_won - fee_won),
    }
    for what, (says, adds_up) in pairs.items():
        if says != adds_up:
            where = "/".join(section)
            raise SumsDifferError(0, f"{what} of {where}: the total says {says:,}, its rows {adds_up:,}")


def _told(came: ReturnFile, rows: Rows, at_once: int) -> Iterator[list[Told]]:
    """Every record with its row, some at a time."""
    taken: set[str] = set()
    file = came.file
    for records in _some(came.rows(), at_once):
        for record in records:
            check_words(record)
        theirs = [
            [row for row in candidates if row.destination == file.counterparty]
            for candidates in rows.matching(records)
        ]
        yield [
            told_by(record, candidates, file.file_id, taken)
            for record, candidates in zip(records, theirs, strict=True)
        ]


def _kept(seen: SettlementFile, becomes: SettlementFile, files: Files) -> SettlementFile:
    """Write the file; as another run left it, where one came first."""
    if files.move(seen, becomes):
        return becomes
    return files.read(seen.file_id) or seen


def _some(values: Iterable[Some], at_once: int) -> Iterator[list[Some]]:
    left = iter(values)
    while some := list(islice(left, at_once)):
        yield some
