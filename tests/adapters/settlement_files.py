"""One small file of each family, about one merchant's day, as its counterparty writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest

from payment_adapters.files.families import Addressee
from payment_adapters.files.outcomes import FileRefusedError
from payment_adapters.files.plan import plan_of, settled_merchant
from payment_adapters.files.reading import CheckedFile, read_file
from payment_core.settlement.model import FileKind
from telegram_codec.telegram import Telegram
from tests.codec import examples_of_files

DAY = "20260303"  # the examples claim for this day and are paid on the next
EXAMPLES: dict[str, tuple[str, FileKind, tuple[Telegram, ...]]] = {
    "transactions": ("hangang", FileKind.TRANSACTIONS, examples_of_files.TRANSACTIONS),
    "returns": ("hangang", FileKind.RETURN, examples_of_files.RETURNS),
    "deposits": ("namsan", FileKind.DEPOSIT, examples_of_files.DEPOSITS),
    "outcomes": ("gyeongbok", FileKind.RETURN, examples_of_files.OUTCOMES),
    "statements": ("gaon", FileKind.BANK, examples_of_files.STATEMENTS),
}


def addressee(family: str) -> Addressee:
    """Merchant 1001's day at the counterparty that writes this family."""
    counterparty, kind, _ = EXAMPLES[family]
    plan, merchant = plan_of(counterparty, kind), settled_merchant("1001")
    assert plan is not None
    assert merchant is not None
    own_codes = {"haneul": "44", "bada": "31"}
    return Addressee(replace(plan, codes=own_codes), replace(merchant, account="7012-****-3301"), _day(kind))


def _day(kind: FileKind) -> str:
    return "20260304" if kind is FileKind.BANK else DAY


def wire_of(family: str, *change: Callable[[Telegram], Telegram]) -> bytes:
    """The bytes of the example, its records changed as each of `change` says; totals stay as they are."""
    records = EXAMPLES[family][2]
    for one in change:
        records = tuple(one(record) for record in records)
    line_end = addressee(family).plan.records.line_end
    return b"".join(record.encode() + line_end for record in records)


def checked(family: str, wire: bytes) -> CheckedFile:
    """The file, read."""
    return read_file(addressee(family), f"{family}.dat", BytesIO(wire))


def refusal(family: str, wire: bytes) -> FileRefusedError:
    """Why it is not."""
    with pytest.raises(FileRefusedError) as refused:
        checked(family, wire)
    return refused.value
