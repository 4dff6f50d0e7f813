"""Read a file of settlement: everything is checked before anything is given.

Memory hardly grows with the file: it is gone through once, as a stream. Its rows are kept on disk
(kept_rows.py); of each stay eight bytes, by which the same one is known again.
Layouts: telegram_codec/specs/{settlement,statement}.py.
Promise: tests/adapters/test_reading_files.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from payment_adapters.files.families import Addressee, MisaddressedError, Reader, Sums
from payment_adapters.files.kept_rows import AnyRow, KeptRows
from payment_adapters.files.outcomes import OF_TROUBLE, FileOutcome, FileRefusedError
from payment_core.settlement.model import FileKind, SettlementFile
from payment_core.settlement.rows import DepositNotice
from telegram_codec.records import RecordError

LARGEST_BYTES: Final = 1 << 30  # five million rows of 200 bytes; a day of one merchant has fewer
BLOCK_BYTES: Final = 1 << 20
FINGERPRINT_BYTES: Final = 8  # of five million different records two look alike once in a million files
LISTS: Final = frozenset(
    {FileKind.TRANSACTIONS, FileKind.BANK}
)  # there a row that stands twice is a difference
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class CheckedFile:
    """A file that is right from its first to its last byte.

    Attributes:
        file_id: SHA-256 of its bytes, hexadecimal.
        notices: What its totals say will be paid, in the order of the file.
    """

    addressee: Addressee
    name: str
    file_id: str
    sums: Sums
    notices: tuple[DepositNotice, ...]
    kept: KeptRows

    def rows(self) -> Iterable[AnyRow]:
        """Its data records from the first, each time it is called, in the order that they are kept in."""
        return self.kept

    def close(self) -> None:
        """Forget the rows."""
        self.kept.close()

    def file(self, received_at_ms: int) -> SettlementFile:
        """The noun of it, ``RECEIVED``, with what it comes to."""
        return SettlementFile(
            file_id=self.file_id,
            counterparty=self.addressee.plan.counterparty,
            kind=self.addressee.plan.kind,
            name=self.name,
            business_date=self.addressee.business_date,
            received_at_ms=received_at_ms,
            records=self.sums.records,
            amount_won=self.sums.amount_won,
            fee_won=self.sums.fee_won,
            deposit_won=self.sums.deposit_won,
        )


def sha256_of(stream: BinaryIO) -> str:
    """The name of these bytes; the stream stands at its beginning afterwards."""
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    stream.seek(0)
    return digest.hexdigest()


def read_file(
    addressee: Addressee, name: str, stream: BinaryIO, *, largest_bytes: int = LARGEST_BYTES
) -> CheckedFile:
    """Check a file, all of it; the caller closes what it gets.

    Args:
        addressee: Whose it is, as its name says.
        name: As it was called.
        stream: It stands at the file's beginning, and can go back there; not needed afterwards.
        largest_bytes: What is refused unread.

    Raises:
        FileRefusedError: nothing of it counts; with the outcome and the place.
    """
    size = stream.seek(0, 2)
    if size > largest_bytes:
        facts = f"has {size:,} bytes, and is not read beyond {largest_bytes:,}"
        raise FileRefusedError(name, FileOutcome.TOO_LARGE, facts)
    if length := _other_length(addressee, stream):
        facts = f"its first line has {length} bytes, a record has {addressee.plan.records.record_bytes}"
        raise _refused(name, stream, FileOutcome.TRUNCATED, facts, 1, 0)
    file_id = sha256_of(stream)
    reader, kept = Reader(addressee), KeptRows()
    try:
        _go_through(addressee, name, stream, reader, kept)
    except RecordError as error:
        kept.close()
        outcome = OF_TROUBLE[error.trouble]
        raise _refused(name, stream, outcome, str(error), error.record, error.offset) from None
    except FileRefusedError:
        kept.close()
        raise
    return CheckedFile(addressee, name, file_id, reader.sums, tuple(reader.notices), kept)


def _go_through(addressee: Addressee, name: str, stream: BinaryIO, reader: Reader, kept: KeptRows) -> None:
    """Check each record, and keep the rows."""
    records, kind = addressee.plan.records, addressee.plan.kind
    seen: set[int] = set()
    for number, (offset, raw, record) in enumerate(records.placed(stream), start=1):
        try:
            row = reader.take(record, number)
        except MisaddressedError as wrong:
            at = offset + record.layout.row(wrong.field).offset
            facts = f"record {number}, byte {at}: {wrong.field} must be {wrong.rule}"
            raise FileRefusedError(name, FileOutcome.MISADDRESSED, facts, record=number, offset=at) from None
        if row is not None:
            kept.keep(row)
        if row is None or kind in LISTS:
            continue
        mark = _fingerprint(raw)
        if mark in seen:
            facts = f"record {number}, byte {offset}: the same stands before it"
            raise FileRefusedError(name, FileOutcome.DUPLICATE_ROW, facts, record=number, offset=offset)
        seen.add(mark)


def _fingerprint(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=FINGERPRINT_BYTES).digest(), "big")


def _refused(
    name: str, stream: BinaryIO, outcome: FileOutcome, facts: str, record: int, offset: int
) -> FileRefusedError:
    """What the first fault of a file means; another charset shifts every row, so it is looked for first."""
    if charset := _other_charset(stream):
        outcome, facts = FileOutcome.ENCODING, f"reads as {charset}, the contract says EUC-KR; {facts}"
    return FileRefusedError(name, outcome, facts, record=record, offset=offset)


def _other_charset(stream: BinaryIO) -> str:
    """The charset that a file is in, as far as its first block tells; empty if it may be EUC-KR."""
    stream.seek(0)
    block = stream.read(BLOCK_BYTES)
    if block.startswith(_BYTE_ORDER_MARKS) or b"\x00" in block:
        return "Unicode"
    if block.isascii():
        return ""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as fault:
        cut_at_the_end = fault.end == len(block) == BLOCK_BYTES
        return "UTF-8" if cut_at_the_end and not block[: fault.start].isascii() else ""
    return "UTF-8"


def _other_length(addressee: Addressee, stream: BinaryIO) -> int:
    """The length of the first line, where a file has lines and that is not a record's; else 0."""
    stream.seek(0)
    line = stream.readline(2 * addressee.plan.records.record_bytes)
    length = len(line.rstrip(b"\r\n"))
    return length if line.endswith(b"\n") and length != addressee.plan.records.record_bytes else 0
