"""Addresses: what each of the console's pages is called, who may see it, and what a form of it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from payment_adapters.aws.operators import OperatorsUnavailableError, TokenRefusedError
from payment_adapters.console import (
    acting,
    cases,
    finding,
    repairs,
    routing,
    settlement,
    showing,
    signing,
    wired,
)
from payment_adapters.console.asking import Asked
from payment_adapters.console.browser import ForgedError, Request
from payment_adapters.console.rendering import Frame, asset, page
from payment_adapters.http.response import Response
from payment_core.approval.ports import StoreUnavailableError
from payment_core.console.audit import AuditUnavailableError, Deed, Entry
from payment_core.console.roles import Act, NotAllowedError, Person
from payment_core.kernel.hand import Hand
from payment_core.projection.approvals import ReadModelsUnavailableError
from payment_core.routing.ports import BreakersUnavailableError

UNAVAILABLE: Final = (
    *(StoreUnavailableError, BreakersUnavailableError, ReadModelsUnavailableError),
    *(AuditUnavailableError, OperatorsUnavailableError),
)


@dataclass(frozen=True)
class Door:
    """One address.

    Attributes:
        path: Below ``/console/``; a name in braces stands for one part.
        may: What it takes; ``None`` for those who have not signed in, too.
    """

    method: str
    path: str
    does: Callable[[Asked], Response]
    may: Act | None

    def names(self, request: Request) -> Mapping[str, str] | None:
        """The parts of the address that have names, if this is its door."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, request.page) if request.method == self.method else None
        return found and found.groupdict()


DOORS: Final = (
    Door("GET", "", showing.home, Act.READ),
    Door("GET", "overview", showing.overview_page, Act.READ),
    Door("GET", "sales", finding.find_page, Act.READ),
    Door("GET", "sales/{sale}", showing.sale_shown, Act.READ),
    Door("GET", "cases", cases.cases_page, Act.READ),
    Door("GET", "cases/{case}", cases.case_page, Act.READ),
    Door("POST", "cases/{case}/propose", cases.propose_action, Act.PROPOSE),
    Door("POST", "cases/{case}/approve", cases.approve_action, Act.APPROVE),
    Door("POST", "cases/{case}/refuse", cases.refuse_action, Act.REFUSE),
    Door("GET", "settlement", settlement.days_page, Act.READ),
    Door("GET", "settlement/files", settlement.files_page, Act.READ),
    Door("GET", "settlement/overdue", settlement.overdue_page, Act.READ),
    Door("GET", "settlement/breaks", repairs.breaks_page, Act.READ),
    Door("GET", "settlement/breaks/{break}", repairs.break_page, Act.READ),
    Door("GET", "settlement/breaks/{break}/letter", repairs.break_letter, Act.READ),
    Door("GET", "settlement/breaks/{break}/csv", repairs.break_table, Act.READ),
    Door("POST", "settlement/breaks/{break}/propose", repairs.propose_repair, Act.PROPOSE),
    Door("GET", "settlement/statements/{merchant}/{day}", settlement.statement_page, Act.READ),
    Door("GET", "settlement/statements/{merchant}/{day}/csv", settlement.statement_table, Act.READ),
    Door("GET", "settlement/statements/{merchant}/{day}/xlsx", settlement.statement_workbook, Act.READ),
    Door("GET", "settlement/ledger", settlement.ledger_page, Act.READ),
    Door("GET", "destinations", showing.destinations_page, Act.READ),
    Door("GET", "routing", routing.routing_page, Act.READ),
    Door("GET", "audit", showing.audit_page, Act.READ_AUDIT),
    Door("POST", "destinations/{name}/breaker", acting.move_breaker, Act.MOVE_BREAKER),
    Door("GET", "sign-in", signing.sign_in_page, None),
    Door("POST", "sign-in", signing.sign_in, None),
    Door("POST", "sign-in/code", signing.prove_code, None),
    Door("POST", "sign-out", signing.sign_out, Act.READ),
    Door("POST", "language", signing.choose_language, None),
)


def answer(event: Mapping[str, Any], hand: Hand) -> Response:
    """Answer one request of a browser."""
    request = Request.from_event(event)
    if request.method == "GET" and request.page.startswith("assets/"):
        return asset(request.page.removeprefix("assets/"), request.known_as) or _absent(request, None)
    person: Person | None = None
    try:
        person = _who(request)
        asker = person.name if person else request.address
        if wait_ms := wired.askers().wait_ms(asker, request.method, hand.now_ms()):
            return _too_fast(_frame(request, person), wait_ms)
        return _answered(request, person, hand)
    except ForgedError:
        return page("told.html", _frame(request, person), 403, told="forged")
    except NotAllowedError as refused:
        wired.audit().add(Entry(hand.new_id(), hand.now_ms(), refused.name, Deed.NOT_ALLOWED, request.page))
        return page("told.html", _frame(request, person), 403, told="not_allowed")
    except UNAVAILABLE:
        return page("told.html", _frame(request, person), 503, told="unavailable")


def _answered(request: Request, person: Person | None, hand: Hand) -> Response:
    for door in DOORS:
        names = door.names(request)
        if names is None:
            continue
        if request.method == "POST":
            request.require_own_form()
        if door.may is not None:
            if person is None:
                return signing.sent_to_sign_in(Asked(request, _frame(request, None), None, hand, names))
            person.require(door.may)
        return door.does(Asked(request, _frame(request, person), person, hand, names))
    return _absent(request, person)


def _who(request: Request) -> Person | None:
    """Whoever signed in, and still is; a form is sent with the rights of this moment."""
    if not request.session:
        return None
    try:
        return wired.operators().person(request.session, asks_now=request.method == "POST")
    except TokenRefusedError:
        return None


def _too_fast(frame: Frame, wait_ms: int) -> Response:
    told = page("told.html", frame, 429, told="too_fast")
    return replace(told, headers={**told.headers, "Retry-After": str(-(-wait_ms // 1_000))})


def _frame(request: Request, person: Person | None) -> Frame:
    return Frame(request.language, request.root, request.page, person, request.form_word if person else "")


def _absent(request: Request, person: Person | None) -> Response:
    return page("told.html", _frame(request, person), 404, told="absent")
