"""`payrelay journal`: what a terminal's own journal says of a day, against what stands here."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from payment_core.approval.model import Sale
    from payment_core.reconciliation.pos_journal import Difference, JournalSale, OurSale, Stand
    from payrelay.client import Journal
    from tools.world.running import RunningWorld

TERMINAL: Final = re.compile(r"[0-9]{1,15}-[0-9]{8,10}-[1-9][0-9]{0,2}")
DATE: Final = re.compile(r"[0-9]{8}")

app = typer.Typer(help="Compare the journals of terminals with what stands here.", no_args_is_help=True)


@app.callback()
def _named_even_though_it_is_alone() -> None:
    """Compare the journals of terminals with what stands here."""


@app.command()
def compare(
    *,
    date: Annotated[str, typer.Option(help="Business date YYYYMMDD; today in Korea by default.")] = "",
    terminal: Annotated[str, typer.Option(help="Merchant, terminal and epoch.")] = "1001-10010001-1",
    korean: Annotated[bool, typer.Option("--ko", help="Sentences in Korean.")] = False,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what differs, one sentence each.

    Exit 0 nothing differs, 4 something does.
    """
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy with the rest
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest
    from payment_core.reconciliation.pos_journal import differences  # noqa: PLC0415 -- heavy with the rest

    world, language = running(state), Language.KOREAN if korean else Language.ENGLISH
    day = date or f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
    if not TERMINAL.fullmatch(terminal):
        raise typer.BadParameter("it must be like 1001-10010001-1.", param_hint="--terminal")
    if not DATE.fullmatch(day):
        raise typer.BadParameter("it must be a date YYYYMMDD.", param_hint="--date")
    found = differences(_ours(world, terminal, day), _theirs(world, terminal, day))
    told = [{**asdict(one), "sentence": one.sentence(language)} for one in found]
    if as_json:
        typer.echo(
            json.dumps({"terminal": terminal, "business_date": day, "differences": told}, ensure_ascii=False)
        )
    else:
        _show(found, language, f"{terminal} on {day}")
    if found:
        raise typer.Exit(Exit.UNFINISHED)


def _ours(world: RunningWorld, terminal: str, day: str) -> list[OurSale]:
    from payment_adapters.tables.read_models import DynamoDays  # noqa: PLC0415 -- heavy
    from payment_core.approval.model import SaleId  # noqa: PLC0415 -- heavy
    from payment_core.reconciliation.pos_journal import OurSale  # noqa: PLC0415 -- heavy with the rest

    ids = DynamoDays(world.dynamodb, world.outputs["ReadModelsTable"]).sales(terminal, day)
    sales = [sale for one in ids if (sale := world.sales.read(SaleId.parse(one))) is not None]
    return [OurSale(str(sale.sale_id), _stand(sale), sale.amount_won) for sale in sales]


def _stand(sale: Sale) -> Stand:
    from payment_core.approval.model import Decision  # noqa: PLC0415 -- heavy
    from payment_core.reconciliation.pos_journal import Stand  # noqa: PLC0415 -- heavy with the rest

    if sale.is_open:
        return Stand.UNKNOWN
    stands = {
        Decision.APPROVED: Stand.APPROVED if sale.cancellable_won else Stand.GIVEN_BACK,
        Decision.CANCELLED: Stand.GIVEN_BACK,
        Decision.REVERSE: Stand.REVERSED,
    }
    return stands.get(sale.decision, Stand.NOT_APPROVED)


def _theirs(world: RunningWorld, terminal: str, day: str) -> list[JournalSale] | None:
    from payment_adapters.terminals.key_ids import Terminal  # noqa: PLC0415 -- heavy
    from payrelay.client import Journal  # noqa: PLC0415 -- heavy

    merchant, number, epoch = terminal.split("-")
    path = world.places.journal(Terminal(merchant, number, int(epoch)).key_id)
    return _sales_of(Journal(path), day) if path.is_file() else None


def _sales_of(journal: Journal, day: str) -> list[JournalSale]:
    from payment_core.reconciliation.pos_journal import JournalSale  # noqa: PLC0415 -- heavy with the rest

    return [
        JournalSale(
            entry.key,
            is_approved=entry.state == "APPROVED" and not entry.is_to_be_undone,
            amount_won=int(entry.words["amount_won"]),
        )
        for entry in journal.entries()
        if entry.what == "approve" and entry.words["business_date"] == day
    ]


def _show(found: list[Difference], language: str, where: str) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    if not found:
        typer.echo(f"The journal of {where} and payrelay agree.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("sale", "what", "sentence"):
        table.add_column(head)
    for one in found:
        table.add_row(one.sale_id or "–", str(one.kind), one.sentence(Language(language)))
    console().print(table)
