"""What can be said of a file of settlement before a word of it counts: each with its code, alarm and page.

The code is the page as well: docs/operating/<code>.md. Nothing is posted from a file that is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from telegram_codec.records import Trouble


class FileOutcome(StrEnum):
    """A file that is not simply there, right and in time."""

    MISSING = "file-missing"  # by its time it is not there
    LATE = "file-late"  # it came, after its time; it counts
    DUPLICATE = "file-duplicate"  # the same bytes came before; nothing happens
    CHANGED = "file-changed"  # other bytes under the same name; people decide
    TOO_LARGE = "file-too-large"
    TRUNCATED = "file-truncated"  # its start, its total, records or part of one are missing
    ENCODING = "file-encoding"  # not the charset of the contract
    UNKNOWN_RECORD = "file-unknown-record"  # a kind of record that the layout does not have
    ROW_WRONG = "file-row-wrong"  # a row of a record is not what it must be
    DUPLICATE_ROW = "file-duplicate-row"  # one record stands in it twice
    TOTALS_DIFFER = "file-totals-differ"  # a total is not what its records add up to
    MISADDRESSED = "file-misaddressed"  # of another merchant, sender or date than its name says

    @property
    def is_refusal(self) -> bool:
        """Whether nothing of the file counts."""
        return self not in {FileOutcome.MISSING, FileOutcome.LATE, FileOutcome.DUPLICATE}


METRICS: Final[Mapping[FileOutcome, str]] = {
    FileOutcome.MISSING: "FileMissing",
    FileOutcome.LATE: "FileLate",
    FileOutcome.DUPLICATE: "FileDuplicate",
    FileOutcome.CHANGED: "FileChanged",
    FileOutcome.TOO_LARGE: "FileTooLarge",
    FileOutcome.TRUNCATED: "FileTruncated",
    FileOutcome.ENCODING: "FileEncoding",
    FileOutcome.UNKNOWN_RECORD: "FileUnknownRecord",
    FileOutcome.ROW_WRONG: "FileRowWrong",
    FileOutcome.DUPLICATE_ROW: "FileDuplicateRow",
    FileOutcome.TOTALS_DIFFER: "FileTotalsDiffer",
    FileOutcome.MISADDRESSED: "FileMisaddressed",
}

OF_TROUBLE: Final[Mapping[Trouble, FileOutcome]] = {
    Trouble.SIZE: FileOutcome.TRUNCATED,
    Trouble.ORDER: FileOutcome.TRUNCATED,
    Trouble.KIND: FileOutcome.UNKNOWN_RECORD,
    Trouble.ROW: FileOutcome.ROW_WRONG,
    Trouble.TEXT: FileOutcome.ENCODING,
    Trouble.TOTAL: FileOutcome.TOTALS_DIFFER,
}


class FileRefusedError(Exception):
    """A file of which nothing counts.

    `outcome` is the code; `record` counts from 1 and `offset` from the file's first byte, both 0 where the
    whole is meant; `facts` is a clause that names the place and never what stands there.
    """

    def __init__(
        self, name: str, outcome: FileOutcome, facts: str, *, record: int = 0, offset: int = 0
    ) -> None:
        """Name the file, the place and what is wrong there."""
        super().__init__(f"{name}: {facts} ({outcome})")
        self.name, self.outcome, self.facts = name, outcome, facts
        self.record, self.offset = record, offset
