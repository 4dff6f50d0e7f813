"""Files spoilt as a whole: what goes wrong after they were written, or in the hands of whoever sends them."""

from __future__ import annotations

from random import Random

from payment_adapters.files.plan import FilePlan
from tools.simulators.settlement.menu import Difference

CUT_BYTES = 60
NO_KIND = b"XX"


def spoilt(plan: FilePlan, wire: bytes, difference: Difference | None, chance: Random) -> bytes:
    """The bytes as they are put; those of an answer, which has totals."""
    size = plan.records.record_bytes + len(plan.records.line_end)
    match difference:
        case Difference.TRUNCATED_FILE:
            return wire[: -chance.randrange(CUT_BYTES, size)]
        case Difference.WRONG_TRAILER:
            return _one_more(plan, wire, size)
        case Difference.CHANGED_RESEND:
            return _another(plan, wire, size)
        case Difference.WRONG_ENCODING:
            return wire.decode("cp949").encode("utf-16")
        case Difference.UNKNOWN_RECORD:
            at = size * chance.randrange(1, max(2, len(wire) // size - 1))
            return wire[:at] + NO_KIND + wire[at + len(NO_KIND) :]
        case _:
            return wire


def _one_more(plan: FilePlan, wire: bytes, size: int) -> bytes:
    """The deposit of the last total is one won more."""
    assert plan.records.total is not None, "an answer has totals"  # noqa: S101 -- every family has
    row = plan.records.total.layout.row("deposit_won")
    at = len(wire) - size + row.offset
    deposit_won = int(wire[at : at + row.size]) + 1
    told = f"-{-deposit_won:0{row.size - 1}d}" if deposit_won < 0 else f"{deposit_won:0{row.size}d}"
    return wire[:at] + told.encode() + wire[at + row.size :]


def _another(plan: FilePlan, wire: bytes, size: int) -> bytes:
    """Right in itself, and another: the issuer's own reason of a row, which no total counts."""
    row = plan.records.data.layout.row("issuer_reason")
    first = 0 if plan.records.start is None else size
    at = first + row.offset
    return wire[:at] + b"0099" + wire[at + row.size :]
