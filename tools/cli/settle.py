"""`payrelay settle`: run the settlement day of merchants by hand, and look at days, money and the ledger."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again, running
from tools.cli.repair import letter, repair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_core.settlement.settlement_day import MerchantDay
    from tools.world.running import RunningWorld

DATE: Final = re.compile(r"[0-9]{8}")
MERCHANT: Final = re.compile(r"[0-9]{1,15}")
STEP: Final = "SettlementStepFunction"

Day = Annotated[str, typer.Argument(help="Business date YYYYMMDD.")]
OfDate = Annotated[str, typer.Option(help="Business date YYYYMMDD; all of them by default.")]
Korean = Annotated[bool, typer.Option("--ko", help="In Korean.")]
Only = Annotated[str, typer.Option("--merchant", help="One merchant; all that sold by default.")]


app = typer.Typer(help="Settlement days, money on its way, and the ledger.", no_args_is_help=True)
app.command()(repair)
app.command()(letter)


@app.command()
def run(day: Day, *, merchant: Only = "", state: State = DEFAULT, as_json: Json = False) -> None:
    """Do every stage of a business date that can be done now, of each merchant; running twice is harmless.

    Exit 0 every day is over, 3 nobody sold on it, 4 something is waited for.
    """
    from tools.cli.settle_shown import progress  # noqa: PLC0415 -- rich is heavy

    world, date = running(state), _date(day)
    whose = [merchant] if merchant else _merchants(world, date)
    if merchant and not MERCHANT.fullmatch(merchant):
        raise typer.BadParameter("it must be digits.", param_hint="--merchant")
    told = []
    with progress(len(whose), quiet=as_json) as advanced:
        for one in whose:
            last: dict[str, Any] = {}
            for last in _stages(world, one, date):
                advanced(one, last["stage"])
            told.append({"merchant": one, **last})
    if as_json:
        typer.echo(json.dumps({"business_date": date, "days": told}, ensure_ascii=False))
    else:
        _say(told, date, state)
    if not told:
        raise typer.Exit(Exit.REFUSED)
    if not all(one["is_over"] for one in told):
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def show(day: Day, *, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show how far each merchant's day is, what it waits for, and the files of the date.

    Exit 0 every day is over, 3 none was begun, 4 something is waited for.
    """
    from payment_adapters.tables.settlement_days import DynamoDays  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.settlement_files import DynamoFiles  # noqa: PLC0415 -- heavy
    from tools.cli.settle_shown import show_days, show_files  # noqa: PLC0415 -- rich is heavy

    world, date = running(state), _date(day)
    table = world.outputs["SettlementTable"]
    days = sorted(DynamoDays(world.dynamodb, table).of_date(date), key=lambda one: one.merchant)
    files = DynamoFiles(world.dynamodb, table).of_date(date)
    if as_json:
        words = {"business_date": date, "days": list(map(_words, days)), "files": list(map(asdict, files))}
        typer.echo(json.dumps(words, ensure_ascii=False))
    elif days:
        show_days(days)
        show_files(files)
    else:
        typer.echo(f"No settlement of {date} was begun.")
    if not days:
        raise typer.Exit(Exit.REFUSED)
    if not all(one.is_over for one in days):
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def month(
    seed: Annotated[int, typer.Argument(help="Of everything.")],
    *,
    days: Annotated[int, typer.Option("--days", min=1, help="On which everything may go wrong.")] = 28,
    into: Annotated[Path | None, typer.Option("--into", help="A file for the report.")] = None,
) -> None:
    """Play a month of sales and everybody's files in one process; exit 1 unless all books are one."""
    from tools.cli.screen import console  # noqa: PLC0415 -- rich is heavy
    from tools.lab.campaign import laboratory  # noqa: PLC0415 -- heavy
    from tools.month.month import month as played  # noqa: PLC0415 -- heavy
    from tools.month.report import report  # noqa: PLC0415 -- heavy

    screen = console(stderr=True)

    def tick(day: str) -> None:
        status.update(day)
        if not screen.is_terminal:
            screen.print(day)

    with screen.status("") as status, laboratory():
        told = played(seed, days=days, tick=tick)
    text = report(told)
    if into is None:
        typer.echo(text, nl=False)
    else:
        into.write_text(text, encoding="utf-8")
    if not told.is_good:
        raise typer.Exit(Exit.TROUBLE)


@app.command()
def ledger(*, date: OfDate = "", state: State = DEFAULT, as_json: Json = False) -> None:
    """Fold what was posted, and show the trial balance (시산표): debits are credits, or exit 4."""
    from payment_adapters.tables.ledger import EVERY_WINDOW, DynamoLedger  # noqa: PLC0415 -- heavy
    from payment_core.ledger.trial_balance import differences, trial_balance  # noqa: PLC0415 -- heavy
    from tools.cli.settle_shown import show_balance  # noqa: PLC0415 -- rich is heavy

    world = running(state)
    business_date = _date(date) if date else ""
    world.invoke("SettlementWindowFunction", {})
    kept = DynamoLedger(world.dynamodb, world.outputs["LedgerTable"])
    folded = kept.balances(business_date or EVERY_WINDOW)
    told = trial_balance(folded)
    wrong = differences(folded, kept.of(business_date)) if business_date else ()
    if as_json:
        accounts = {str(one.account): one.won for one in told.balances}
        words = {"debit_won": told.debit_won, "credit_won": told.credit_won, "accounts": accounts}
        typer.echo(json.dumps({**words, "differs": [str(one.account) for one in wrong]}, ensure_ascii=False))
    else:
        show_balance(told, [str(one.account) for one in wrong])
    if wrong or not told.holds:
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def overdue(*, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show money whose deadline is over (미매입, 미입금), the most won first; exit 4 if there is any."""
    from payment_adapters.tables.claim_rows import DynamoClaimRows  # noqa: PLC0415 -- heavy
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.settle_shown import show_rows  # noqa: PLC0415 -- rich is heavy

    world = running(state)
    today = f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
    late = DynamoClaimRows(world.dynamodb, world.outputs["SettlementTable"], "").due(today)
    rows = sorted(late, key=lambda one: -one.amount_won)
    if as_json:
        typer.echo(json.dumps([{**asdict(one), "row_id": one.row_id} for one in rows], ensure_ascii=False))
    elif rows:
        show_rows(rows)
    else:
        typer.echo("Nothing is overdue.")
    if rows:
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def breaks(*, korean: Korean = False, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show what differs between lists, rows and deposits, the most won first; exit 4 if anything does."""
    from payment_adapters.tables.breaks import DynamoBreaks  # noqa: PLC0415 -- heavy
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.repair import break_words  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.settle_shown import show_breaks  # noqa: PLC0415 -- rich is heavy

    world = running(state)
    language = Language.KOREAN if korean else Language.ENGLISH
    kept = DynamoBreaks(world.dynamodb, world.outputs["SettlementTable"]).open_breaks()
    found = sorted(kept, key=lambda one: -one[1].found.at_risk_won)
    if as_json:
        typer.echo(json.dumps([break_words(*one) for one in found], ensure_ascii=False))
    elif found:
        show_breaks(found, language)
    else:
        typer.echo("No difference is open.")
    if found:
        raise typer.Exit(Exit.UNFINISHED)


@app.command()
def statement(
    day: Day,
    *,
    merchant: Annotated[str, typer.Option(help="Whose.")] = "1001",
    into: Annotated[Path, typer.Option(help="A folder.")] = Path(),
    state: State = DEFAULT,
) -> None:
    """Write a merchant's statement of a day as a page, as CSV and as a workbook; exit 3 if it has no rows."""
    from payment_adapters.settling.sheets import as_csv, as_page, as_workbook  # noqa: PLC0415 -- heavy
    from payment_adapters.settling.statement import sheet_of  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.claim_rows import DynamoClaimRows  # noqa: PLC0415 -- heavy

    world, date = running(state), _date(day)
    rows = DynamoClaimRows(world.dynamodb, world.outputs["SettlementTable"], merchant)
    found = list(rows.of_batch(f"{merchant}-{date}"))
    if not found:
        typer.echo(f"{merchant} has no rows of {date}.")
        raise typer.Exit(Exit.REFUSED)
    sheet = sheet_of(merchant, date, found)
    made = {"html": as_page(sheet, "ko"), "csv": as_csv(sheet), "xlsx": as_workbook(sheet)}
    for ending, body in made.items():
        file = into / f"statement-{merchant}-{date}.{ending}"
        file.write_bytes(body)
        typer.echo(str(file))


def _stages(world: RunningWorld, merchant: str, date: str) -> Iterator[dict[str, Any]]:
    """Ask for one stage after the other, until one waits."""
    from payment_core.settlement.settlement_day import STAGES  # noqa: PLC0415 -- heavy with the rest

    for place, stage in enumerate(STAGES, 1):
        asked = {"stage": str(stage), "merchant": merchant, "business_date": date}
        told = world.invoke(STEP, asked)
        is_over = told["is_done"] and place == len(STAGES)
        came_to = {"waits_for": told["waits_for"], "facts": told["facts"], "is_over": is_over}
        yield {**came_to, "stage": str(stage)}
        if not told["is_done"]:
            return


def _say(told: Sequence[dict[str, Any]], date: str, state: Any) -> None:  # noqa: ANN401 -- a path
    if not told:
        typer.echo(f"Nobody sold on {date}.")
    for one in told:
        waits = f"waits in `{one['stage']}` for {', '.join(one['waits_for'])}"
        typer.echo(
            f"{'✓' if one['is_over'] else '…'} {one['merchant']}: {'over' if one['is_over'] else waits}"
        )
    typer.echo(f"  payrelay settle show {date}{again(state)}")


def _merchants(world: RunningWorld, date: str) -> list[str]:
    """Every merchant that sold on a date, or whose day was begun."""
    from payment_adapters.tables.read_models import DynamoDays as SoldDays  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.settlement_days import DynamoDays  # noqa: PLC0415 -- heavy

    sold = SoldDays(world.dynamodb, world.outputs["ReadModelsTable"]).terminals(date)
    begun = DynamoDays(world.dynamodb, world.outputs["SettlementTable"]).of_date(date)
    return sorted({one.split("-")[0] for one in sold} | {one.merchant for one in begun})


def _words(day: MerchantDay) -> dict[str, Any]:
    return {**asdict(day), "is_over": day.is_over, "next_stage": day.next_stage}


def _date(text: str) -> str:
    try:
        datetime.strptime(text if DATE.fullmatch(text) else "", "%Y%m%d")  # noqa: DTZ007 -- a date has no zone
    except ValueError:
        raise typer.BadParameter("it must be a date YYYYMMDD.", param_hint="DAY") from None
    return text
