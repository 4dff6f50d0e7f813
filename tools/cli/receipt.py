"""`payrelay receipt`: report what was paid in cash, and take it back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, cast

import typer

from payment_core.approval.cash_receipt import Identity, Purpose, Reason
from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, running
from tools.cli.payments import Amount, outcome, parsed, refused, silent, tell

if TYPE_CHECKING:
    from payrelay.client import Customer
    from payrelay.client.in_hand import CustomerNumber, ReceiptPurpose, ReceiptReason

app = typer.Typer(help="Report what was paid in cash.", no_args_is_help=True)

Phone = Annotated[str, typer.Option(help="The customer's phone, digits alone.")]
Card = Annotated[str, typer.Option(help="The customer's card.")]
Business = Annotated[str, typer.Option("--business-number", help="A business's number, ten digits.")]


@app.command()
def issue(
    *,
    amount_won: Amount,
    phone: Phone = "",
    card: Card = "",
    business_number: Business = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Issue a cash receipt; without a customer it is self-issued.

    Exit 0 issued, 3 declined, 4 no clear answer and being undone.
    """
    from payrelay.client import RefusedError  # noqa: PLC0415 -- heavy

    customer = _customer(phone, card, business_number)
    purpose = Purpose.EXPENSE_PROOF if business_number else Purpose.INCOME_DEDUCTION
    pos, began = running(state).pos(), time.monotonic()
    told_as = cast("ReceiptPurpose", str(purpose if customer else Purpose.SELF_ISSUED))
    try:
        told = pos.issue_receipt(amount_won, told_as, customer)
    except RefusedError as refusal:
        raise refused(refusal.answer, as_json=as_json) from None
    style, line, code = outcome(told, f"a receipt over {amount_won:,} won")
    if told.answer is None:
        raise silent(told.sale_id, state)
    tell(told.answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def cancel(
    sale_id: Annotated[str, typer.Argument(help="As `receipt issue` printed it.")],
    *,
    reason: Annotated[Reason, typer.Option(help="Why.")] = Reason.SALE_CANCELLED,
    phone: Phone = "",
    card: Card = "",
    business_number: Business = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Take a cash receipt back, from the customer it was issued to.

    Exit 0 taken back, 3 refused, 4 still being repeated.
    """
    from payrelay.client import RefusedError  # noqa: PLC0415 -- heavy

    parsed(sale_id)
    pos, began = running(state).pos(), time.monotonic()
    customer, why = _customer(phone, card, business_number), cast("ReceiptReason", str(reason))
    try:
        told = pos.take_back_receipt(sale_id, why, customer)
    except RefusedError as refusal:
        raise refused(refusal.answer, as_json=as_json) from None
    if told.answer is None:
        raise silent(sale_id, state)
    lines = {
        "DONE": ("green", "✓ The receipt was taken back", Exit.DONE),
        "REFUSED": ("red", "✗ The receipt stays: its cancel was refused", Exit.REFUSED),
    }
    unfinished = ("yellow", "! The receipt is not taken back yet", Exit.UNFINISHED)
    style, line, code = lines.get(told.state, unfinished)
    tell(told.answer, style, line, time.monotonic() - began, state=state, as_json=as_json)
    raise typer.Exit(code)


def _customer(phone: str, card: str, business_number: str) -> Customer | None:
    from payrelay.client import Customer  # noqa: PLC0415 -- heavy

    numbers = {
        Identity.PHONE: phone,
        Identity.CARD: card,
        Identity.BUSINESS_NUMBER: business_number,
    }
    named = [(by, number) for by, number in numbers.items() if number]
    if len(named) > 1:
        raise typer.BadParameter("name the customer once.", param_hint="--phone, --card, --business-number")
    return Customer(cast("CustomerNumber", str(named[0][0])), named[0][1]) if named else None
