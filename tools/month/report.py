"""A month as people read it: what was sold, what went wrong, what became of it, and whose books say what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from payment_adapters.files.outcomes import METRICS
from payment_core.ledger.model import AccountKind
from payment_core.settlement.model import RowKind, RowState
from tools.month.month import Month
from tools.month.truth import Side
from tools.simulators.settlement.menu import MENU

RINGS: Final = (*METRICS.values(), "FileRefused", "LedgerUnbalancedWon")


def report(told: Month) -> str:
    """Markdown; the same seed gives the same bytes."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Month) -> Iterator[str]:
    books = told.books
    net_won = sum(one.net_won for one in books.theirs.values())
    fee_won = sum(one.fee_won for one in books.theirs.values())
    gross_won = sum(one.gross_won - one.refund_won for one in books.theirs.values())
    is_one = f"**{len(books.differences)} differences**"
    yield f"# A month through the whole system: seed {told.seed}\n"
    command = f"payrelay settle month {told.seed} --days {told.busy_days}"
    yield f"`{command}` plays it again. {told.days[0]} to {told.days[-1]}: {is_one}."
    yield f"{len(books.sales):,} sales became {len(books.rows):,} claim rows.\n"
    yield f"Σ gross {gross_won:,} = Σ net {net_won:,} + Σ fee {fee_won:,} won.\n"
    yield from (f"- {one}" for one in books.differences)
    yield "## Sales\n"
    yield from _counted("tender", Counter(str(one.tender) for one in books.sales))
    yield from _counted("ended as", Counter(str(one.decision) for one in books.sales))
    yield "## Everybody's books and ours\n"
    yield "| destination | | live | won | bought | gross | refunds | fees | paid |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for party, theirs in books.theirs.items():
        yield _side(party, "theirs", theirs)
        yield _side("", "ours", books.ours[party])
    yield "\n## Trial balance\n"
    yield "| account | won |\n|---|---|"
    for kind in AccountKind:
        yield f"| {kind} | {books.balance.won(kind):,} |"
    yield f"| **debits less credits** | **{books.balance.debit_won - books.balance.credit_won:,}** |\n"
    yield "## Claim rows\n"
    refunds = sum(one.kind is RowKind.REFUND for one in books.rows)
    held = sum(one.was_held for one in books.rows)
    again = sum(one.state is RowState.RECLAIMED for one in books.rows)
    yield f"{refunds} are refunds; {held} were held, and {again} came back and were claimed again.\n"
    yield from _counted("state", Counter(str(one.state) for one in books.rows))
    yield "## What was wrong\n"
    yield "| day | whose | merchant | difference | found as |\n|---|---|---|---|---|"
    for one, found in books.found.items():
        yield f"| {one.day} | {one.party} | {one.merchant} | `{one.difference}` | {found or '**nothing**'} |"
    kinds = len({one.difference for one in books.found})
    yield f"\n{kinds} of the {len(MENU)} differences of [the menu](../reference/differences.md) struck.\n"
    yield "## What people had done\n"
    yield "Two people for all that moves money or ends a difference; each is carried out by its case.\n"
    done = told.office.people.done
    yield from _counted(
        "break: repair", Counter({f"{kind}: {what}": many for (kind, what), many in done.items()})
    )
    yield "## Files\n"
    yield from _counted("kind and what became of it", books.files)
    yield "## Alarms' metrics\n"
    yield from _counted("metric", Counter({name: books.metrics[name] for name in RINGS}))
    yield "## Breaks that are still open\n"
    yield from _counted("kind", Counter(str(one.found.kind) for _, one in books.breaks))


def _side(party: str, whose: str, side: Side) -> str:
    figures = (
        side.live,
        side.live_won,
        side.sales,
        side.gross_won,
        side.refund_won,
        side.fee_won,
        side.net_won,
    )
    return f"| {party} | {whose} | {' | '.join(f'{one:,}' for one in figures)} |"


def _counted(what: str, counted: Counter[str]) -> Iterable[str]:
    yield f"| {what} | |\n|---|---|"
    yield from (f"| {name} | {many:,} |" for name, many in sorted(counted.items()))
    yield ""
