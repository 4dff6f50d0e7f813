"""`payrelay claim`: take a merchant's approved sales of a day, and its refunds, into a settlement batch."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from payment_core.approval.claim import Record
    from tools.world.running import RunningWorld

DATE: Final = re.compile(r"[0-9]{8}")
BATCH: Final = re.compile(r"[0-9A-Za-z-]{1,40}")
PATIENCE_MS: Final = 3_600_000


def claim(
    merchant: Annotated[str, typer.Argument(help="Its number.")] = "1001",
    *,
    date: Annotated[
        str, typer.Option(help="Last business date YYYYMMDD to take in; today in Korea by default.")
    ] = "",
    batch: Annotated[str, typer.Option(help="Its name; by default merchant and date.")] = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Claim approved sales, and refunds of sales claimed before, into a batch; show all that it holds.

    The same batch again takes in what has come since; what it holds stays in it. A claimed sale cannot be
    net-cancelled any more, and a cancel of it becomes a refund of a later batch.
    """
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy with the rest

    day = date or f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
    name = batch or f"{merchant}-{day}"
    if not DATE.fullmatch(day):
        raise typer.BadParameter("it must be a date YYYYMMDD.", param_hint="--date")
    if not BATCH.fullmatch(name):
        raise typer.BadParameter("up to 40 letters, digits and hyphens.", param_hint="--batch")
    records = claim_into(name, running(state), merchant, day)
    if as_json:
        told = {"batch": name, "merchant": merchant, "records": [_words(one) for one in records]}
        typer.echo(json.dumps({**told, **_totals(records)}, ensure_ascii=False))
    else:
        _show(name, records)


def claim_into(batch: str, world: RunningWorld, merchant: str, last_day: str) -> list[Record]:
    """Do what settlement does: claim what waits, and read what the batch holds then."""
    from payment_adapters.tables.claim_queue import DynamoClaimQueue  # noqa: PLC0415 -- heavy
    from payment_adapters.wiring import hand  # noqa: PLC0415 -- heavy
    from payment_core.approval.claim import claim_waiting, records_of  # noqa: PLC0415 -- heavy with the rest

    queue = DynamoClaimQueue(world.dynamodb, world.outputs["PaymentsTable"])
    by = hand("settlement", _Run(secrets.token_hex(8)))
    claim_waiting(merchant, last_day, batch, sales=world.sales, queue=queue, hand=by)
    return list(records_of(batch, sales=world.sales, queue=queue))


@dataclass(frozen=True)
class _Run:
    """This command as a hand's invocation: nobody stops it from outside."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        return PATIENCE_MS


def _words(record: Record) -> dict[str, Any]:
    approved = record.sale.approved_attempt
    return {
        "what": "refund" if record.cancel_id else "sale",
        "sale_id": str(record.sale.sale_id),
        "cancel_id": record.cancel_id,
        "destination": approved.destination if approved else "",
        "approval_number": approved.approval_number if approved else "",
        "amount_won": record.amount_won,
        "vat_won": record.vat_won,
    }


def _totals(records: list[Record]) -> dict[str, int]:
    return {
        "claimed_won": sum(one.amount_won for one in records if not one.cancel_id),
        "refunded_won": sum(one.amount_won for one in records if one.cancel_id),
    }


def _show(batch: str, records: list[Record]) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    if not records:
        typer.echo(f"Batch {batch} is empty: nothing was waiting for it.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head in ("what", "sale", "cancel", "destination", "approval", "won", "VAT"):
        table.add_column(head, justify="right" if head in {"won", "VAT"} else "left", no_wrap=True)
    for one in map(_words, records):
        sign = -1 if one["cancel_id"] else 1
        told = (one["what"], one["sale_id"], one["cancel_id"], one["destination"], one["approval_number"])
        table.add_row(*told, f"{sign * one['amount_won']:,}", f"{sign * one['vat_won']:,}")
    totals = _totals(records)
    left_won = totals["claimed_won"] - totals["refunded_won"]
    console().print(table)
    typer.echo(
        f"Batch {batch}: {totals['claimed_won']:,} won claimed, {totals['refunded_won']:,} won to refund, "
        f"{left_won:,} won in all."
    )
