"""`payrelay approve`, `cancel` and `show`: a POS, and a look at what became of it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again, running

if TYPE_CHECKING:
    from rich.console import Console

    from payment_core.approval.model import SaleId
    from tools.pos.client import Answer, Pos, PosRequest

TRIES: Final = 4
RETRY_SECONDS: Final = 2.0
UNAVAILABLE: Final = 503
NOT_APPROVED_YET: Final = 202
ASK_AGAIN: Final = ("sale-in-progress", "too-many-requests")

Amount = Annotated[int, typer.Option("--amount", min=1, help="Won, VAT included.")]


def approve(
    *,
    amount_won: Amount,
    card: Annotated[
        str, typer.Option(help="A test card; 4000000000000002 is declined.")
    ] = "4111111111111111",
    expiry: Annotated[str, typer.Option(help="MMYY.")] = "1230",
    vat_won: Annotated[int | None, typer.Option("--vat", min=0, help="Won; by default an eleventh.")] = None,
    installment_months: Annotated[int, typer.Option("--installment", min=0, max=36, help="Months.")] = 0,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a payment.

    Exit 0 approved, 3 declined, 4 no clear answer and being undone.
    """
    from tools.pos.client import CardInHand  # noqa: PLC0415 -- heavy

    pos = running(state).pos()
    request = pos.approval(
        amount_won, CardInHand(card, expiry), vat_won=vat_won, installment_months=installment_months
    )
    began = time.monotonic()
    answer = ask(pos, request)
    outcome = answer.words.get("state", "")
    lines = {
        "APPROVED": ("green", f"✓ Approved {amount_won:,} won"),
        "DECLINED": ("red", f"✗ Declined {amount_won:,} won"),
    }
    style, line = lines.get(outcome, ("yellow", f"! Not approved: {amount_won:,} won"))
    _tell(answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    if outcome != "APPROVED":
        raise typer.Exit(Exit.UNFINISHED if answer.http_status == NOT_APPROVED_YET else Exit.REFUSED)


def cancel(
    sale_id: Annotated[str, typer.Argument(help="As `approve` printed it.")],
    *,
    amount_won: Annotated[int | None, typer.Option("--amount", min=1, help="Won; all by default.")] = None,
    vat_won: Annotated[int | None, typer.Option("--vat", min=0, help="Won; shared out by default.")] = None,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Give back all or part of a payment.

    Exit 0 given back, 3 refused, 4 still being repeated.
    """
    _parsed(sale_id)
    pos = running(state).pos()
    began = time.monotonic()
    answer = ask(pos, pos.cancel(sale_id, amount_won=amount_won, vat_won=vat_won))
    told = answer.words.get("cancel", {})
    given_back = f"{told.get('amount_won', 0):,} won"
    lines = {
        "DONE": ("green", f"✓ Cancelled {given_back}"),
        "REFUSED": ("red", f"✗ The cancel of {given_back} was refused"),
    }
    style, line = lines.get(told.get("state", ""), ("yellow", f"! Not cancelled yet: {given_back}"))
    _tell(answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    if told.get("state") != "DONE":
        raise typer.Exit(Exit.UNFINISHED if answer.http_status == NOT_APPROVED_YET else Exit.REFUSED)


def show(
    sale_id: Annotated[str, typer.Argument(help="As `approve` printed it.")],
    *,
    fields: Annotated[bool, typer.Option("--fields", help="Every field of every telegram.")] = False,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show what happened to a sale: when, by whom, for how long, with which bytes.

    Card numbers are masked and secrets are never kept. Exit 3 when there is no such sale.
    """
    wanted = _parsed(sale_id)
    sales = running(state).sales
    sale = sales.read(wanted)
    if sale is None:
        typer.echo(f"payrelay: there is no sale {sale_id} in this world.", err=True)
        raise typer.Exit(Exit.REFUSED)
    from tools.cli import screen, story, timeline  # noqa: PLC0415 -- heavy

    exchanges = [*sale.trails(), *sales.evidence(wanted)]
    if as_json:
        typer.echo(json.dumps(timeline.as_words(sale, exchanges), ensure_ascii=False))
    else:
        story.show_story(screen.console(), sale, exchanges, telegrams=True, fields=fields)


def ask(pos: Pos, request: PosRequest) -> Answer:
    """Send, and repeat the same key while nothing definitive comes back, as a POS does.

    Raises:
        NoAnswerError: still nothing.
    """
    from tools.pos.client import NoAnswerError  # noqa: PLC0415 -- heavy

    reason = "no answer"
    for tried in range(TRIES):
        if tried:
            time.sleep(RETRY_SECONDS)
        try:
            answer = pos.send(request)
        except NoAnswerError as silence:
            reason = silence.reason
            continue
        if answer.http_status != UNAVAILABLE and answer.words.get("code") not in ASK_AGAIN:
            return answer
        reason = str(answer.words.get("detail", answer.http_status))
    raise NoAnswerError(request.key, f"{reason}; `payrelay show {request.key}` tells what is known")


def _parsed(sale_id: str) -> SaleId:
    from payment_core.approval.model import SaleId  # noqa: PLC0415 -- not for --help

    try:
        return SaleId.parse(sale_id)
    except ValueError:
        raise typer.BadParameter("that is no sale id; one looks like 1001-10010001-1-20261120-42.") from None


def _tell(answer: Answer, style: str, line: str, seconds: float, *, state: State, as_json: bool) -> None:
    """Print what the POS would show; a problem is told on stderr and ends the command."""
    words = answer.words
    if as_json:
        typer.echo(json.dumps({"http_status": answer.http_status, **words}, ensure_ascii=False))
    if not answer.ok:
        if not as_json:
            faults = "".join(f" {one['field']}: {one['reason']}." for one in words.get("faults", ()))
            detail = words.get("detail", f"HTTP {answer.http_status}")
            typer.echo(f"payrelay refused it: {detail.rstrip('.')}.{faults}", err=True)
        raise typer.Exit(Exit.REFUSED)
    if as_json:
        return
    from rich.text import Text  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    shown: Console = console()
    said = words.get("cancel", words)
    told = f"{said['response_code']} {said['message']}".strip()
    parts = [words["destination"], words["approval_number"] and f"approval {words['approval_number']}", told]
    shown.print(Text.assemble((line, f"bold {style}"), f" in {seconds:.2f} s"))
    shown.print("  " + "  ·  ".join(part for part in parts if part))
    shown.print(f"  payrelay show {words['sale_id']}{again(state)}", soft_wrap=True)
