"""`payrelay route`: over whom a sale would go, and why; files say it, and a world how far the month is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payment_core.kernel.card import BIN_DIGITS
from payment_core.kernel.tender import Tender
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_core.approval.model import SaleId
    from payment_core.routing.plan import Plan
    from payment_core.routing.van_router import Asked, Candidate

app = typer.Typer(help="Tell over whom sales go.", no_args_is_help=True)


@app.callback()
def _named_even_though_it_is_alone() -> None:
    """Tell over whom sales go."""


@app.command()
def explain(  # noqa: PLR0913 -- an option each
    *,
    card: Annotated[str, typer.Option(help="A card's number, or its first six digits; only those are used.")],
    sale_id: Annotated[str, typer.Option(help="The sale; its id draws among the VANs.")],
    merchant: Annotated[str, typer.Option(help="The plan of another merchant than the sale's own.")] = "",
    date: Annotated[str, typer.Option(help="YYYYMMDD, to see a scheduled change; else the sale's own.")] = "",
    tried: Annotated[list[str] | None, typer.Option(help="A destination that was tried before.")] = None,
    breaker_open: Annotated[list[str] | None, typer.Option(help="A destination that takes no sales.")] = None,
    approved: Annotated[
        list[str] | None, typer.Option(help="VAN=APPROVALS of the month, instead of what the world has.")
    ] = None,
    tender: Annotated[Tender, typer.Option(help="What is paid with.")] = Tender.CARD,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show every contracted destination, what speaks against it, the choice and its reason."""
    from payment_adapters.merchants import merchant as agreed_with  # noqa: PLC0415 -- heavy
    from payment_core.routing.van_router import Asked  # noqa: PLC0415 -- heavy

    sale = _sale(sale_id)
    whose, day = merchant or sale.merchant, date or sale.business_date
    plan = agreed_with(whose).plan
    month = _told(approved) if approved else _counted(state, whose, plan.counts_since(day))
    asked = Asked(sale_id, day, _bin(card), tried or [], breaker_open or [], month or {}, tender)
    told = {**_explained(plan, asked), "month_is_known": month is not None}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show(told)


def _explained(plan: Plan, asked: Asked) -> dict[str, Any]:
    from payment_adapters.merchants import known_destinations  # noqa: PLC0415 -- heavy
    from payment_core.routing.van_router import NoDestinationError, candidates, choose  # noqa: PLC0415 -- heavy

    rows = [_row(one) for one in candidates(plan, known_destinations(), asked)]
    told = {
        "route": plan.name,
        "business_date": asked.business_date,
        "terms_since": plan.on(asked.business_date).since,
        "tender": str(asked.tender),
        "bin": asked.bin_digits,
        "candidates": rows,
    }
    try:
        choice = choose(plan, known_destinations(), asked)
    except NoDestinationError as none:
        return {**told, "destination": "", "why": str(none), "spare": "", "net_cancel_mode": ""}
    return {
        **told,
        "destination": choice.destination,
        "why": choice.why,
        "spare": choice.spare,
        "net_cancel_mode": str(choice.net_cancel_mode),
    }


def _told(approved: list[str]) -> Mapping[str, int]:
    pairs = [one.partition("=") for one in approved]
    if not all(name and count.isascii() and count.isdigit() for name, _, count in pairs):
        raise typer.BadParameter("it must be like hangang=120.", param_hint="--approved")
    return {name: int(count) for name, _, count in pairs}


def _counted(state: State, merchant: str, since: str) -> Mapping[str, int] | None:
    """What the month has in the running world; ``None`` without one."""
    from payment_adapters.tables.read_models import DynamoApprovals  # noqa: PLC0415 -- heavy
    from tools.world.places import NoWorldError  # noqa: PLC0415 -- beside the heavy one

    try:
        world = running(state)
    except NoWorldError:
        return None
    counted = DynamoApprovals(world.dynamodb, world.outputs["ReadModelsTable"]).since(merchant, since)
    return {name: one.approvals for name, one in counted.items()}


def _sale(text: str) -> SaleId:
    from payment_core.approval.model import SaleId  # noqa: PLC0415 -- heavy

    try:
        return SaleId.parse(text)
    except ValueError:
        raise typer.BadParameter(
            "it must be a sale's id, such as 1002-10020001-1-20261120-1.", param_hint="--sale-id"
        ) from None


def _bin(card: str) -> str:
    if not (card.isascii() and card.isdigit() and len(card) >= BIN_DIGITS):
        raise typer.BadParameter("it must be digits, six or more.", param_hint="--card")
    return card[:BIN_DIGITS]


def _row(one: Candidate) -> dict[str, Any]:
    return {
        "destination": one.destination.name,
        "kind": "issuer" if one.destination.is_issuer else "van",
        "share_basis_points": one.standing and one.standing.share_basis_points,
        "month_approvals": one.standing and one.standing.approvals,
        "weight_basis_points": one.standing and one.standing.weight_basis_points,
        "score": round(one.score, 1),
        "passed_over": one.passed_over,
    }


def _show(told: dict[str, Any]) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("destination", "kind"):
        table.add_column(head)
    for head in ("contract", "month", "weight", "drew"):
        table.add_column(head, justify="right")
    table.add_column("")
    roles = {told["spare"]: "spare", told["destination"]: "chosen"}
    total = sum(one["month_approvals"] or 0 for one in told["candidates"])
    for one in told["candidates"]:
        share, weight = one["share_basis_points"], one["weight_basis_points"]
        against = one["passed_over"] and f"passed over: {one['passed_over']}"
        table.add_row(
            one["destination"],
            one["kind"],
            "direct" if share is None else _percent(share),
            "–" if share is None or not total else _percent(one["month_approvals"] * 10_000 // total),
            "–" if share is None else _percent(weight),
            "–" if share is None else f"{one['score']:,.0f}",
            roles.get(one["destination"], against),
        )
    shown = console()
    shown.print(table)
    since = f" (terms since {told['terms_since']})" if told["terms_since"] else ""
    shown.print(f"\n{told['why']}{since}.")
    if told["net_cancel_mode"] == "VAN_OWNED":
        shown.print("Without a clear answer the VAN undoes by itself, and payrelay inquires.")
    if not told["month_is_known"]:
        shown.print("No world is running: the month is not known, and contracts alone are told.")


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:.1f} %"
