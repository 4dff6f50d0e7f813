"""The page that finds sales: by an id at once in the truth, by everything else in the read model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from payment_adapters import read_side, wiring
from payment_adapters.console.asking import Asked
from payment_adapters.console.overview import OUTCOMES, line
from payment_adapters.console.rendering import page, redirect
from payment_adapters.console.showing import sale_id_in
from payment_adapters.http.response import Response
from payment_core.kernel.korean_time import KOREA
from payment_core.projection.search import END_OF_TIME_MS, CursorRefusedError, Page, Query

AT_MOST: Final = 50
SAID: Final = (
    *("sale", "approval_number", "card", "token", "terminal", "merchant", "amount", "state", "destination"),
    *("from", "until"),
)
MINUTE: Final = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", re.ASCII)
MINUTE_MS: Final = 60_000
AMOUNT: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


def find_page(asked: Asked) -> Response:
    """Find sales by everything that is said at once; one id in full leads to its sale."""
    said = {name: asked.request.query.get(name, "").strip() for name in SAID}
    sale_id = sale_id_in(said["sale"])
    if sale_id is not None and wiring.sales().read(sale_id) is not None:
        return redirect(f"{asked.frame.root}sales/{sale_id}")
    query, cursor = query_of(said), asked.request.query.get("cursor", "")
    try:
        found = Page((), "") if said["sale"] else read_side.search().find(query, limit=AT_MOST, cursor=cursor)
    except CursorRefusedError:
        found = read_side.search().find(query, limit=AT_MOST)
    return page(
        "search.html",
        asked.frame,
        said=said,
        lines=[line(one) for one in found.hits],
        cursor=found.cursor,
        states=list(OUTCOMES),
    )


def query_of(said: Mapping[str, str]) -> Query:
    """What a form says, as the read model is asked; what is no time and no amount does not count."""
    from_ms, until_ms = _minute_ms(said["from"]), _minute_ms(said["until"])
    amount = said["amount"].replace(",", "")
    return Query(
        approval_number=said["approval_number"],
        card_masked=said["card"],
        card_token=said["token"],
        terminal=said["terminal"],
        amount_won=int(amount) if AMOUNT.fullmatch(amount) else None,
        merchant=said["merchant"],
        state=said["state"] if said["state"] in OUTCOMES else "",
        destination=said["destination"],
        from_ms=from_ms or 0,
        until_ms=END_OF_TIME_MS if until_ms is None else until_ms + MINUTE_MS - 1,
    )


def _minute_ms(text: str) -> int | None:
    """When a minute begins in Korea, as a form says it; ``None`` for what is none."""
    try:
        begins = datetime.fromisoformat(text) if MINUTE.fullmatch(text) else None
    except ValueError:  # a day that no month has
        return None
    return int(begins.replace(tzinfo=KOREA).timestamp()) * 1_000 if begins else None
