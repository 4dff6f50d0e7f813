"""`payrelay fees`: what a month cost at VANs, against their contracts; and would cost, by other shares."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from payment_core.routing.shares import WHOLE_BASIS_POINTS
from tools.cli.options import DEFAULT, Json, State, running

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from payment_core.routing.what_if import Had
    from payment_core.settlement.fees import VanMonth

MONTH: Final = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])")
SHARE: Final = re.compile(r"([a-z_]+)=([0-9]{1,5})")


def fees(
    month: Annotated[str, typer.Argument(help="YYYYMM.")],
    *,
    merchant: Annotated[str, typer.Option(help="Whose month.")] = "1001",
    share: Annotated[
        list[str] | None,
        typer.Option(help="VAN=BASIS_POINTS, together 10000: draw the month again by these shares."),
    ] = None,
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Show each VAN's share and cost of a month against its contract; with --share also what it would be."""
    from payment_adapters.console.routing import compared  # noqa: PLC0415 -- heavy
    from payment_adapters.merchants import merchant as agreed_with  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.search import DynamoSearch  # noqa: PLC0415 -- heavy

    if not MONTH.fullmatch(month):
        raise typer.BadParameter("it must be a month YYYYMM.", param_hint="MONTH")
    tried, world = shares_told(share), running(state)
    terms = agreed_with(merchant).plan.on(f"{month}01")
    search = DynamoSearch(world.dynamodb, world.outputs["SearchTable"])
    view = compared(merchant, month, terms, tried, search)
    shares = {**dict.fromkeys(tried or {}, 0), **terms.vans}
    was = report(month, {row.name: row.had for row in view.rows if row.is_van}, shares)
    would = report(month, {row.name: row.would for row in view.rows if row.is_van and row.would}, tried or {})
    if as_json:
        words = {"month": month, "merchant": merchant, "is_whole": view.is_whole, "was": _words(was)}
        typer.echo(json.dumps({**words, "would": _words(would) if tried else None}))
        return
    _show(was, would if tried else None)
    if not view.is_whole:
        typer.echo("The month has more sales than are shown at once: these are its newest.")


def report(month: str, had: Mapping[str, Had], shares: Mapping[str, int]) -> list[VanMonth]:
    """The share report of what VANs had, by the contracts of their files."""
    from payment_adapters.agreements import agreements  # noqa: PLC0415 -- heavy
    from payment_core.settlement.fees import VanUse, van_months  # noqa: PLC0415 -- heavy

    uses = [
        VanUse(name, one.approvals, one.won) for name, one in had.items() if name in shares or one.approvals
    ]
    contracts = {name: one.van_fees for name, one in agreements().items()}
    return van_months(month, uses, shares, contracts)


def shares_told(told: Sequence[str] | None) -> dict[str, int] | None:
    """The shares of an option, in basis points."""
    if not told:
        return None
    found = [SHARE.fullmatch(one) for one in told]
    shares = {one[1]: int(one[2]) for one in found if one}
    if len(shares) != len(told) or sum(shares.values()) != WHOLE_BASIS_POINTS:
        raise typer.BadParameter("they must be like hangang=6000, together 10000.", param_hint="--share")
    return shares


def _words(months: Iterable[VanMonth]) -> list[dict[str, Any]]:
    return [{**asdict(one), "cost_won": one.cost_won} for one in months]


def _show(was: Sequence[VanMonth], would: Sequence[VanMonth] | None) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    again = {one.use.van: one for one in would or ()}
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("VAN")
    heads = ("contract", "share", "approvals", "too many", "fee", "up to the least", "cost")
    for head in (*heads, *(("would be", "would cost") if would is not None else ())):
        table.add_column(head, justify="right")
    for one in was:
        cells = (
            *(
                _percent(one.contract_basis_points),
                _percent(one.share_basis_points),
                f"{one.use.approvals:,}",
            ),
            *(f"{one.more_approvals:+,}", f"{one.fee_won:,}", f"{one.made_up_won:,}", f"{one.cost_won:,}"),
        )
        drawn = again.get(one.use.van)
        more = (f"{drawn.use.approvals:,}", f"{drawn.cost_won:,}") if drawn else ("–", "–")
        table.add_row(one.use.van, *cells, *(more if would is not None else ()))
    console().print(table)
    cost, other = sum(one.cost_won for one in was), sum(one.cost_won for one in again.values())
    console().print(f"{cost:,} won" + (f", by the other shares {other:,} won." if would is not None else "."))


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:.1f} %"
