"""What each page reads before it is shown."""

from __future__ import annotations

import re
from typing import Any, Final

from payment_adapters import read_side, wiring
from payment_adapters.console import wired
from payment_adapters.console.asking import Asked
from payment_adapters.console.overview import board, overview
from payment_adapters.console.rendering import page, part, redirect
from payment_adapters.console.sale import sale_page
from payment_adapters.destinations import destinations
from payment_adapters.http.response import Response
from payment_core.approval.model import SaleId
from payment_core.console.roles import Act
from payment_core.kernel.korean_time import korean_time

AUDIT_AT_MOST: Final = 200
DAY: Final = re.compile(r"20[0-9]{6}")


def home(asked: Asked) -> Response:
    """The console itself is its overview."""
    return redirect(asked.frame.root + "overview")


def overview_page(asked: Asked) -> Response:
    """How sales go now."""
    view = overview(
        sales=wiring.sales(),
        search=read_side.search(),
        totals=read_side.totals(),
        breakers=wiring.breakers(),
        kinds=kinds(),
        now_ms=asked.hand.now_ms(),
        language=asked.frame.language,
    )
    return _shown(asked, "overview", view=view)


def sale_shown(asked: Asked) -> Response:
    """One sale."""
    sale_id = sale_id_in(asked.names["sale"])
    view = sale_id and sale_page(sale_id, wiring.sales(), asked.hand.now_ms(), asked.frame.language)
    if not view:
        return page("told.html", asked.frame, 404, told="no_such_sale")
    return _shown(asked, "sale", view=view)


def destinations_page(asked: Asked) -> Response:
    """Every destination, and its breaker."""
    shown = board(wiring.breakers(), kinds(), {}, asked.hand.now_ms(), asked.frame.language)
    may_move = asked.who.may(Act.MOVE_BREAKER)
    told = asked.request.query.get("told", "")
    known = told if told in ("moved", "not_moved", "reason_missing") else ""
    return page("destinations.html", asked.frame, board=shown, may_move=may_move, told=known)


def audit_page(asked: Asked) -> Response:
    """What people did on a day."""
    said = asked.request.query.get("day", "").replace("-", "")
    day = said if DAY.fullmatch(said) else f"{korean_time(asked.hand.now_ms()):%Y%m%d}"
    return page("audit.html", asked.frame, lines=wired.audit().of_day(day, AUDIT_AT_MOST), audited_day=day)


def kinds() -> dict[str, str]:
    """Destination → what it is."""
    return {one.profile.name: one.kind for one in destinations()}


def sale_id_in(text: str) -> SaleId | None:
    """A sale's id, if it is one."""
    try:
        return SaleId.parse(text)
    except ValueError:
        return None


def _shown(asked: Asked, name: str, **view: Any) -> Response:  # noqa: ANN401 -- whatever the page shows
    """The page, or the part of it that moves."""
    if asked.only_what_moves:
        return part(f"{name}_live.html", asked.frame, asked.request.known_as, **view)
    return page(f"{name}.html", asked.frame, **view)
