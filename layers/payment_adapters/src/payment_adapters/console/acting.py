"""What a form does: written down first, done, and written down again with what it came to."""

from __future__ import annotations

from payment_adapters import wiring
from payment_adapters.console import wired
from payment_adapters.console.asking import Asked
from payment_adapters.console.rendering import page, redirect
from payment_adapters.console.showing import kinds
from payment_adapters.http.response import Response
from payment_core.console.audit import Deed, Entry, ReasonMissingError, reason_in
from payment_core.routing.breaker import Breaker, Reason, closed, opened


def move_breaker(asked: Asked) -> Response:
    """Take a destination out of use, or put it back; everybody who asks is shown the reason."""
    name, form = asked.names["name"], asked.request.form
    is_opening = form.get("to") == "open"
    back = f"{asked.frame.root}destinations?told="
    if name not in kinds():
        return page("told.html", asked.frame, 404, told="absent")
    try:
        reason = reason_in(form.get("reason", ""))
    except ReasonMissingError:
        return redirect(f"{back}reason_missing")
    deed = Deed.OPENED_BREAKER if is_opening else Deed.CLOSED_BREAKER
    note(asked, deed, name, reason, "asked")
    seen = wiring.breakers().read().get(name, Breaker(name))
    becomes = (opened if is_opening else closed)(seen, Reason.PERSON, reason, asked.hand.now_ms())
    is_done = becomes is not None and wiring.breakers().move(seen, becomes)
    note(asked, deed, name, reason, "done" if is_done else "not_done")
    return redirect(f"{back}{'moved' if is_done else 'not_moved'}")


def note(asked: Asked, deed: Deed, subject: str, reason: str, outcome: str) -> None:
    """Write one line into the audit log.

    Raises:
        AuditUnavailableError: it is not there; then nothing is to be done either.
    """
    entry = Entry(asked.hand.new_id(), asked.hand.now_ms(), asked.who.name, deed, subject, reason, outcome)
    wired.audit().add(entry)
