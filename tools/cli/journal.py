"""`payrelay journal`: what a terminal wrote down itself of a day, against what stands here."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again, running

if TYPE_CHECKING:
    from payment_core.reconciliation.day import Day
    from payment_core.reconciliation.journal import Journal
    from payment_core.reconciliation.pos_journal import Difference
    from tools.world.running import RunningWorld

TERMINAL: Final = re.compile(r"[0-9]{1,15}-[0-9]{8,10}-[1-9][0-9]{0,2}")
MERCHANT: Final = re.compile(r"[0-9]{1,15}")
DATE: Final = re.compile(r"[0-9]{8}")

Date = Annotated[str, typer.Option(help="Business date YYYYMMDD; today in Korea by default.")]
OfTerminal = Annotated[str, typer.Option(help="Merchant, terminal and epoch.")]
Korean = Annotated[bool, typer.Option("--ko", help="In Korean.")]

app = typer.Typer(help="The journals of terminals against what stands here.", no_args_is_help=True)


@app.command()
def compare(
    *,
    date: Date = "",
    terminal: OfTerminal = "1001-10010001-1",
    korean: Korean = False,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what differs between the till's own file and what stands here, one sentence each.

    Exit 0 nothing differs, 4 something does.
    """
    from payment_adapters.books import DynamoBooks  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.read_models import DynamoDays  # noqa: PLC0415 -- heavy
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest
    from payment_core.reconciliation.reconcile import compare, named_in  # noqa: PLC0415 -- heavy with the rest

    world, day = running(state), _day(terminal, date)
    language = Language.KOREAN if korean else Language.ENGLISH
    journal = _journal_of_the_till(world, day)
    books = DynamoBooks(DynamoDays(world.dynamodb, world.outputs["ReadModelsTable"]), world.sales)
    sales, cancels = books.entries(day, named_in(journal))
    found = compare(sales, cancels, journal)
    told = [{**asdict(one), "sentence": one.sentence(language)} for one in found]
    where = f"{day.terminal} on {day.business_date}"
    if as_json:
        words = {"terminal": day.terminal, "business_date": day.business_date, "differences": told}
        typer.echo(json.dumps(words, ensure_ascii=False))
    elif found:
        _show([(one.cancel_id or one.sale_id, one) for one in found], korean=korean)
    elif sales or cancels or (journal and journal.rows):
        typer.echo(f"The journal of {where} and payrelay agree.")
    else:
        typer.echo(f"Nothing was sold and nothing written down: {where}.")
    if found:
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def deliver(
    *,
    date: Date = "",
    terminal: OfTerminal = "1001-10010001-1",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Have a terminal deliver its journal, as its till does at the end of the day."""
    from payment_adapters.terminals.key_ids import Terminal  # noqa: PLC0415 -- heavy

    world, day = running(state), _day(terminal, date)
    merchant, number, epoch = day.terminal.split("-")
    delivered = world.pos(Terminal(merchant, number, int(epoch))).deliver_journal(day.business_date)
    if as_json:
        typer.echo(json.dumps(asdict(delivered)))
        return
    typer.echo(f"✓ Delivered {delivered.rows} numbers as {delivered.revision_id}.")
    typer.echo(f"  payrelay journal run --date {day.business_date}{again(state)}")


@app.command()
def run(*, date: Date = "", state: State = DEFAULT, as_json: Json = False) -> None:
    """Compare every terminal of a date now, instead of at six in the morning after it.

    Exit 0 nothing differs, 4 something does.
    """
    world, business_date = running(state), _date(date)
    told = world.invoke("ReconciliationFunction", {"business_date": business_date})
    if as_json:
        typer.echo(json.dumps(told))
    else:
        typer.echo(f"{told['compared']} terminals compared, {told['differences']} differences stand.")
    if told["differences"]:
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def report(
    *,
    merchant: Annotated[str, typer.Option(help="Merchant number.")] = "1001",
    date: Date = "",
    korean: Korean = False,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what differs at a merchant's terminals, as the last comparison found it.

    Exit 0 nothing differs, 3 nothing was compared yet, 4 something differs.
    """
    from payment_adapters.tables.findings import DynamoFindings  # noqa: PLC0415 -- heavy
    from tools.cli.journal_report import Report  # noqa: PLC0415 -- heavy with the rest

    world, business_date = running(state), _date(date)
    if not MERCHANT.fullmatch(merchant):
        raise typer.BadParameter("it must be digits.", param_hint="--merchant")
    kept = DynamoFindings(world.dynamodb, world.outputs["JournalsTable"])
    made = Report.of(merchant, business_date, *kept.of_merchant(merchant, business_date), korean=korean)
    if as_json:
        typer.echo(json.dumps(made.words(), ensure_ascii=False))
    else:
        made.show(now_ms=time.time_ns() // 1_000_000)
    if not made.compared:
        raise typer.Exit(Exit.REFUSED)
    if made.standing:
        raise typer.Exit(Exit.UNFINISHED)


def _day(terminal: str, date: str) -> Day:
    from payment_core.reconciliation.day import Day  # noqa: PLC0415 -- heavy with the rest

    if not TERMINAL.fullmatch(terminal):
        raise typer.BadParameter("it must be like 1001-10010001-1.", param_hint="--terminal")
    return Day(_date(date), terminal)


def _date(date: str) -> str:
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy with the rest

    if not date:
        return f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
    try:
        datetime.strptime(date if DATE.fullmatch(date) else "", "%Y%m%d")  # noqa: DTZ007 -- a date has no zone
    except ValueError:
        raise typer.BadParameter("it must be a date YYYYMMDD.", param_hint="--date") from None
    return date


def _journal_of_the_till(world: RunningWorld, day: Day) -> Journal | None:
    """The till's own file as it would be delivered."""
    from payment_adapters.terminals.key_ids import Terminal  # noqa: PLC0415 -- heavy
    from payment_core.reconciliation.journal import Journal, Row, Shown, What  # noqa: PLC0415 -- heavy
    from payrelay.client import Journal as File  # noqa: PLC0415 -- heavy

    merchant, number, epoch = day.terminal.split("-")
    path = world.places.journal(Terminal(merchant, number, int(epoch)).key_id)
    if not path.is_file():
        return None
    said = [one.row() for one in File(path).entries() if one.words["business_date"] == day.business_date]
    rows = tuple(
        Row(
            What(one["what"]),
            one["sequence"],
            Shown(one["shown"]),
            one.get("amount_won"),
            one.get("sale_id", ""),
        )
        for one in said
    )
    return Journal(day.terminal, day.business_date, rows)


def _show(found: list[tuple[str, Difference]], *, korean: bool) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("sale", "what", "sentence"):
        table.add_column(head)
    for about, one in found:
        sentence = one.sentence(Language.KOREAN if korean else Language.ENGLISH)
        table.add_row(about or "–", str(one.kind), sentence)
    console().print(table)
