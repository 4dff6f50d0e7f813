"""Why a file is refused, in the order in which it is checked: each record first, then the sums.

Nothing is posted from a file that is refused. A refusal names the record by its place in the file, and never
a card.
Promise: tests/spec/test_return_file.py.
"""

from __future__ import annotations

from typing import ClassVar


class FileRefusal(Exception):  # noqa: N818 -- a refusal is the business saying no, not an error
    """A file whose words cannot be true of our rows; all of it is refused.

    Attributes:
        code: Stable word for programs.
        record: Which, from 1; 0 where it is about a section.
    """

    code: ClassVar[str]

    def __init__(self, record: int, facts: str) -> None:
        """Name the record and what is wrong with it."""
        super().__init__(f"record {record}: {facts}" if record else facts)
        self.record = record
        self.facts = str(self)


class ReasonContradictsError(FileRefusal):
    """A row that was paid has a reason of a return, or one that came back is called normal."""

    code: ClassVar[str] = "reason-contradicts"


class FeeContradictsError(FileRefusal):
    """A row that is not paid costs a fee, or a fee has the sign of the other kind."""

    code: ClassVar[str] = "fee-contradicts"


class UnknownRecordError(FileRefusal):
    """No row of ours is what this record is about."""

    code: ClassVar[str] = "unknown-record"


class RecordDiffersError(FileRefusal):
    """The record carries our mark, and says something else of that row than we claimed."""

    code: ClassVar[str] = "record-differs"


class AmountDiffersError(FileRefusal):
    """Everything fits a row of ours but its amount."""

    code: ClassVar[str] = "amount-differs"


class DuplicateRecordError(FileRefusal):
    """A record before this one was about the same row."""

    code: ClassVar[str] = "duplicate-record"


class AmbiguousRecordError(FileRefusal):
    """Rows of more than one sale fit, and nothing tells which is meant."""

    code: ClassVar[str] = "ambiguous-record"


class RowNotOpenError(FileRefusal):
    """The row was captured, returned or paid before, or was never claimed."""

    code: ClassVar[str] = "row-not-open"


class SectionUnknownError(FileRefusal):
    """Rows without a total, or a total without rows."""

    code: ClassVar[str] = "section-unknown"


class SumsDifferError(FileRefusal):
    """A total is not what its rows add up to."""

    code: ClassVar[str] = "sums-differ"


IN_ORDER: tuple[type[FileRefusal], ...] = (
    ReasonContradictsError,
    FeeContradictsError,
    UnknownRecordError,
    RecordDiffersError,
    AmountDiffersError,
    DuplicateRecordError,
    RowNotOpenError,
    AmbiguousRecordError,
    SectionUnknownError,
    SumsDifferError,
)
