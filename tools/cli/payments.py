"""`payrelay approve`, `cancel` and `show`: a POS, and a look at what became of it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from payment_core.kernel.tender import Tender
from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again, running

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from payment_core.approval.model import SaleId
    from payrelay.client import Answer, Declined, NotApproved, Sold
    from payrelay.client.in_hand import CardTender

CVC: Final = "123"  # of every test card

Amount = Annotated[int, typer.Option("--amount", min=1, help="Won, VAT included.")]


def approve(
    *,
    amount_won: Amount,
    card: Annotated[
        str | None,
        typer.Option(help="A test card; 4000000000000002 is declined. By default another one each time."),
    ] = None,
    expiry: Annotated[str, typer.Option(help="MMYY.")] = "1230",
    vat_won: Annotated[int | None, typer.Option("--vat", min=0, help="Won; by default an eleventh.")] = None,
    installment_months: Annotated[int, typer.Option("--installment", min=0, max=36, help="Months.")] = 0,
    tender: Annotated[Tender, typer.Option(help="6200000000000005 is UnionPay's.")] = Tender.CARD,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a payment.

    Exit 0 approved, 3 declined, 4 no clear answer and being undone.
    """
    from payrelay.client import CardInHand, RefusedError  # noqa: PLC0415 -- heavy
    from tools.simulators.cards import another_card  # noqa: PLC0415 -- heavy

    pos = running(state).pos()
    in_hand = CardInHand(card or another_card(), expiry, CVC)
    began = time.monotonic()
    try:
        told = pos.sell(
            amount_won,
            in_hand,
            tender=cast("CardTender", str(tender)),
            vat_won=vat_won,
            installment_months=installment_months,
        )
    except RefusedError as refusal:
        raise refused(refusal.answer, as_json=as_json) from None
    style, line, code = outcome(told, f"{amount_won:,} won")
    answer = told.answer
    if answer is None:
        raise silent(told.sale_id, state)
    tell(answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    raise typer.Exit(code)


def cancel(
    sale_id: Annotated[str, typer.Argument(help="As `approve` printed it.")],
    *,
    amount_won: Annotated[int | None, typer.Option("--amount", min=1, help="Won; all by default.")] = None,
    vat_won: Annotated[int | None, typer.Option("--vat", min=0, help="Won; shared out by default.")] = None,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Give back all or part of a payment.

    Exit 0 given back, or by the next settlement file; 3 refused, 4 still being repeated.
    """
    from payrelay.client import RefusedError  # noqa: PLC0415 -- heavy

    parsed(sale_id)
    pos = running(state).pos()
    began = time.monotonic()
    try:
        told = pos.give_back(sale_id, amount_won=amount_won, vat_won=vat_won)
    except RefusedError as refusal:
        raise refused(refusal.answer, as_json=as_json) from None
    if told.answer is None:
        raise silent(sale_id, state)
    given_back = f"{told.amount_won:,} won"
    lines = {
        "DONE": ("green", f"✓ Cancelled {given_back}", Exit.DONE),
        "REFUND": ("green", f"✓ Noted a refund of {given_back}", Exit.DONE),
        "REFUSED": ("red", f"✗ The cancel of {given_back} was refused", Exit.REFUSED),
    }
    unfinished = ("yellow", f"! Not cancelled yet: {given_back}", Exit.UNFINISHED)
    style, line, code = lines.get(told.state, unfinished)
    tell(told.answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    raise typer.Exit(code)


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
    wanted = parsed(sale_id)
    sales = running(state).sales
    sale = sales.read(wanted)
    if sale is None:
        typer.echo(f"payrelay: there is no sale {sale_id} in this world.", err=True)
        raise typer.Exit(Exit.REFUSED)
    from payment_adapters.timeline import as_words  # noqa: PLC0415 -- heavy
    from tools.cli import screen, story  # noqa: PLC0415 -- heavy

    exchanges = [*sale.trails(), *sales.evidence(wanted)]
    if as_json:
        typer.echo(json.dumps(as_words(sale, exchanges), ensure_ascii=False))
    else:
        story.show_story(screen.console(), sale, exchanges, telegrams=True, fields=fields)


def parsed(sale_id: str) -> SaleId:
    """The id of a sale as it was typed."""
    from payment_core.approval.model import SaleId  # noqa: PLC0415 -- not for --help

    try:
        return SaleId.parse(sale_id)
    except ValueError:
        raise typer.BadParameter("that is no sale id; one looks like 1001-10010001-1-20261120-42.") from None


def outcome(told: Sold | Declined | NotApproved, amount: str) -> tuple[str, str, Exit]:
    """Style, first line and exit code of how a sale ended."""
    from payrelay.client import Declined, NotApproved, Sold  # noqa: PLC0415 -- heavy

    match told:
        case Sold():
            return "green", f"✓ Approved {amount}", Exit.DONE
        case Declined():
            return "red", f"✗ Declined {amount}", Exit.REFUSED
        case NotApproved():
            return "yellow", f"! Not approved: {amount}", Exit.UNFINISHED


def refused(answer: Answer, *, as_json: bool) -> typer.Exit:
    """Tell a problem."""
    words = answer.words
    if as_json:
        typer.echo(json.dumps({"http_status": answer.http_status, **words}, ensure_ascii=False))
    else:
        faults = "".join(f" {one['field']}: {one['reason']}." for one in words.get("faults", ()))
        detail = words.get("detail", f"HTTP {answer.http_status}")
        typer.echo(f"payrelay refused it: {detail.rstrip('.')}.{faults}", err=True)
    return typer.Exit(Exit.REFUSED)


def silent(sale_id: str, state: Path) -> typer.Exit:
    """Tell that nobody knows yet."""
    known = f"`payrelay show {sale_id}{again(state)}` tells what is known"
    typer.echo(f"payrelay did not say how it ended; {known}.", err=True)
    return typer.Exit(Exit.UNFINISHED)


def tell(answer: Answer, style: str, line: str, seconds: float, *, state: State, as_json: bool) -> None:
    """Print what the POS would show."""
    words = answer.words
    if as_json:
        typer.echo(json.dumps({"http_status": answer.http_status, **words}, ensure_ascii=False))
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
