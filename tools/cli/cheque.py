"""`payrelay cheque`: ask whether a cashier's cheque is good."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from payment_core.kernel.cheque import AMOUNTS_WON, ChequeKind
from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running
from tools.cli.payments import refused
from tools.simulators.cheques import ACCOUNT, BANK, BRANCH, ISSUED_ON

if TYPE_CHECKING:
    from payrelay.client import ChequeTold

app = typer.Typer(help="Ask about cashier's cheques.", no_args_is_help=True)


@app.callback()
def cheques() -> None:
    """Keep the one command below a word of its own."""


@app.command()
def inquire(
    number: Annotated[str, typer.Argument(help="20000013 is stolen, 30000013 paid already.")] = "10000013",
    *,
    kind: Annotated[ChequeKind, typer.Option(help="100,000, 300,000 or 500,000 won.")] = (
        ChequeKind.HUNDRED_THOUSAND
    ),
    bank: Annotated[str, typer.Option(help="Two digits.")] = BANK,
    branch: Annotated[str, typer.Option(help="Four digits.")] = BRANCH,
    issued_on: Annotated[str, typer.Option(help="YYYYMMDD.")] = ISSUED_ON,
    account: Annotated[str, typer.Option(help="Six digits.")] = ACCOUNT,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Ask whether a cheque is good; a test cheque by default.

    Exit 0 good, 3 bad, 4 not known: ask again.
    """
    from payrelay.client import Cheque, RefusedError  # noqa: PLC0415 -- heavy

    printed = cast("Literal['13', '14', '15']", str(kind))
    cheque = Cheque(number, bank, branch, printed, AMOUNTS_WON[kind], issued_on, account)
    pos, began = running(state).pos(), time.monotonic()
    try:
        told = pos.inquire_cheque(cheque)
    except RefusedError as refusal:
        raise refused(refusal.answer, as_json=as_json) from None
    lines = {
        "GOOD": ("green", f"✓ Cheque {number} is good", Exit.DONE),
        "BAD": ("red", f"✗ Cheque {number} is bad", Exit.REFUSED),
        "NOT_KNOWN": ("yellow", f"! Cheque {number} is not known: ask again", Exit.UNFINISHED),
    }
    style, line, code = lines[told.state]
    _show(told, style, f"{line} after {time.monotonic() - began:.2f} s", as_json=as_json)
    raise typer.Exit(code)


def _show(told: ChequeTold, style: str, line: str, *, as_json: bool) -> None:
    words = told.answer.words if told.answer else {}
    if as_json:
        status = told.answer.http_status if told.answer else None
        typer.echo(json.dumps({"http_status": status, **words}, ensure_ascii=False))
        return
    from rich.text import Text  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    shown = console()
    shown.print(Text(line, f"bold {style}"))
    parts = [words.get("destination", ""), f"{told.response_code} {told.message}".strip()]
    if said := "  ·  ".join(part for part in parts if part):
        shown.print(f"  {said}")
