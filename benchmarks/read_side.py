"""How many requests a search takes among a million sales, and how long: `python -m benchmarks.read_side`.

The real repository (payment_adapters/tables/search.py) asks a table that answers by DynamoDB's rules
(million_sales.py): the embedded engine looks through a whole table for each query, and holds no million.
So requests are those of DynamoDB; the milliseconds are this machine's, for unpacking what came.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.figures import kept
from benchmarks.million_sales import MillionSales
from payment_adapters.tables.search import DynamoSearch
from payment_core.projection.known import OPEN_STATES, Known
from payment_core.projection.search import MOST_REQUESTS, Query

WHOLE_SALES: Final = 1_000_000
PAGE: Final = 20
REPEATS: Final = 5
NOON_MS: Final = 1_795_143_600_000
MONTH_MS: Final = 30 * 86_400_000
SHARES: Final = (("hangang", 40), ("namsan", 25), ("gyeongbok", 15), ("dongdaemun", 10), ("haneul", 10))
# Of ten thousand sales.
STATES: Final = (
    ("BEING_REVERSED", 5),
    ("REVERSED", 80),
    ("CANCELLED", 115),
    ("DECLINED", 300),
    ("APPROVED", 9_500),
)


def sale(number: int, of: int) -> Known:
    """One of many sales of a month: 1,000 merchants, 4,000 terminals, 50 kinds of card, 200,000 cards."""
    drawn = number * 2_654_435_761 % 2**32  # the same sales in every run, spread as if drawn
    merchant = 1_001 + drawn % 1_000
    terminal = drawn // 1_000 % 4 + 1
    state = _of(STATES, drawn // 7 % 10_000)
    is_open = state in OPEN_STATES
    amount_won = 1_000 + drawn // 11 % 1_000 * 100
    received_at_ms = NOON_MS + number * MONTH_MS // of
    return Known(
        sale_id=f"{merchant}-{merchant}{terminal:04d}-1-202611{1 + number * 30 // of:02d}-{number + 1}",
        versions=0b111,
        version=3,
        received_at_ms=received_at_ms,
        tender="card",
        amount_won=amount_won,
        cancellable_won=amount_won if state == "APPROVED" else 0,
        card_masked=f"{411_111 + drawn // 13 % 50}**********",
        card_token=f"{drawn // 17 % 200_000:064x}",
        state=state,
        destination=_of(SHARES, drawn // 19 % 100),
        approval_number=f"{30_000_000 + number}" if state in {"APPROVED", "CANCELLED"} else "",
        open_since_ms=received_at_ms if is_open else 0,
        open_won=amount_won if is_open else 0,
    )


def _of(shares: tuple[tuple[str, int], ...], place: int) -> str:
    for name, share in shares:
        if place < share:
            return name
        place -= share
    return shares[-1][0]


def queries(one: Known) -> Iterator[tuple[str, Query]]:
    """What people at a desk look for, with the words of one sale that they seek."""
    merchant, day = one.merchant, {"from_ms": one.received_at_ms - 3_600_000, "until_ms": one.received_at_ms}
    terminal, amount_won, card_masked = one.terminal, one.amount_won, one.card_masked
    yield "sale id", Query(sale_id=one.sale_id)
    yield "approval number", Query(approval_number=one.approval_number)
    yield "card token", Query(card_token=one.card_token)
    yield "terminal", Query(terminal=terminal)
    yield "amount", Query(amount_won=amount_won)
    yield "masked card", Query(card_masked=card_masked)
    yield "merchant", Query(merchant=merchant)
    yield "destination", Query(destination=one.destination)
    yield "state", Query(state="REVERSED")
    yield "nothing: the newest", Query()
    yield "an hour", Query(**day)
    yield "terminal, amount, an hour", Query(terminal=terminal, amount_won=amount_won, **day)
    yield "merchant, amount", Query(merchant=merchant, amount_won=amount_won)
    yield "masked card, amount", Query(card_masked=card_masked, amount_won=amount_won)
    yield (
        "masked card, amount, destination",
        Query(card_masked=card_masked, amount_won=amount_won, destination=one.destination),
    )
    yield "merchant, undone", Query(merchant=merchant, state="REVERSED")
    yield "destination, undone", Query(destination=one.destination, state="REVERSED")
    yield "destination, being undone", Query(destination=one.destination, state="BEING_REVERSED")
    yield "masked card, being undone", Query(card_masked=card_masked, state="BEING_REVERSED")


def measure(count: int) -> dict[str, Any]:
    """Fill the table, then look for the words of a sale in the middle of the month."""
    with tempfile.TemporaryDirectory(prefix="read-side-") as folder:
        table = MillionSales(Path(folder) / "sales.sqlite")
        began = time.monotonic()
        held = table.fill(sale(number, count) for number in range(count))
        filled = time.monotonic() - began
        search = DynamoSearch(cast("Any", table), "search")
        sought = next(
            one for one in (sale(number, count) for number in range(count // 2, count)) if one.approval_number
        )
        rows = [_row(name, query, search, table) for name, query in queries(sought)]
    return {
        "sales": count,
        "megabytes": held // 1_048_576,
        "filled_in_seconds": round(filled, 1),
        "page": PAGE,
        "most_requests": max(row["requests"] for row in rows),
        "memory_peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024,
        "searches": rows,
    }


def _row(name: str, query: Query, search: DynamoSearch, table: MillionSales) -> dict[str, Any]:
    took = []
    for _ in range(REPEATS):
        table.requests = 0
        began = time.perf_counter()
        page = search.find(query, limit=PAGE)
        took.append((time.perf_counter() - began) * 1_000)
    end = "page full" if len(page.hits) == PAGE else "all found" if not page.cursor else "goes on"
    return {
        "by": name,
        "requests": table.requests,
        "hits": len(page.hits),
        "end": end,
        "ms": round(sorted(took)[REPEATS // 2], 1),
    }


def table(told: dict[str, Any]) -> str:
    """What is kept, as a table."""
    head = f"{told['sales']:,} sales, {told['megabytes']:,} MB of items; pages of {told['page']}."
    rows = [
        f"| {row['by']} | {row['requests']} | {row['hits']} | {row['end']} | {row['ms']} |"
        for row in told["searches"]
    ]
    return "\n".join(
        [head, "", "| looked for by | requests | found | | ms |", "|---|---|---|---|---|", *rows]
    )


def main() -> None:
    """Fill, search, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sales", type=int, default=WHOLE_SALES)
    figures = measure(parser.parse_args().sales)
    assert figures["most_requests"] <= MOST_REQUESTS, figures
    kept("read_side", figures)
    print(table(figures))


if __name__ == "__main__":
    main()
