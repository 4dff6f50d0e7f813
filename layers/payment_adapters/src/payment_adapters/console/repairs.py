"""Pages of breaks: what differs, which repair each proposes, and having one proposed by this person.

What is proposed becomes a case (console/cases.py), where another person approves.
"""

from __future__ import annotations

from typing import Final

from payment_adapters import casework
from payment_adapters.console.acting import note
from payment_adapters.console.asking import Asked
from payment_adapters.console.browser import ForgedError
from payment_adapters.console.rendering import GUARDED, page, redirect
from payment_adapters.http.response import Response
from payment_adapters.settling import wired
from payment_adapters.settling.letters import letter_of, table_of
from payment_adapters.settling.repairing import Found, Wish, found_by, proposed, proposed_accounts
from payment_core.cases.model import NEEDS_TWO
from payment_core.cases.refusals import CaseNotFoundError, CaseRefusal
from payment_core.console.audit import Deed
from payment_core.console.roles import Act
from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.breaks import Repair
from payment_core.reconciliation.difference import differences
from payment_core.reconciliation.repair import repairs

AT_MOST: Final = 200  # differences of a page


def breaks_page(asked: Asked) -> Response:
    """Every difference that is open, the most won first, with the repair that it proposes."""
    found = differences(wired.breaks().open_breaks())
    return page(
        "settlement_breaks.html",
        asked.frame,
        differences=found[:AT_MOST],
        count=len(found),
        won=sum(one.version.found.at_risk_won for one in found),
        today=korean_time(asked.hand.now_ms()).date(),
        tab="breaks",
    )


def break_page(asked: Asked) -> Response:
    """One difference, with what this person may propose about it."""
    found = _found(asked)
    return _shown(asked, found) if found else page("told.html", asked.frame, 404, told="absent")


def propose_repair(asked: Asked) -> Response:
    """Write down what this person wants done about a difference; its case shows it."""
    found, form, name = _found(asked), asked.request.form, asked.names["break"]
    if found is None:
        return page("told.html", asked.frame, 404, told="absent")
    if form.get("repair") not in set(Repair):
        raise ForgedError(f"no form offers {form.get('repair')}")
    wish = Wish(Repair(form["repair"]), form.get("reason", ""), form.get("debit", ""), form.get("credit", ""))
    note(asked, Deed.PROPOSED, name, "", "asked")
    try:
        proposed(
            name, wish, by=asked.who.name, cases=casework.cases(), breaks=wired.breaks(), hand=asked.hand
        )
    except CaseRefusal as refusal:
        note(asked, Deed.PROPOSED, name, "", "not_done")
        return _shown(asked, found, refusal)
    note(asked, Deed.PROPOSED, name, f"{wish.repair}: {wish.reason}", "done")
    return redirect(f"{asked.frame.root}cases/{name}")


def break_letter(asked: Asked) -> Response:
    """The question about a difference, as a letter."""
    found = _found(asked)
    if found is None:
        return page("told.html", asked.frame, 404, told="absent")
    return _kept(asked, letter_of(*found, asked.frame.language), "text/plain", "txt")


def break_table(asked: Asked) -> Response:
    """The facts of a difference, as CSV that goes with the letter."""
    found = _found(asked)
    if found is None:
        return page("told.html", asked.frame, 404, told="absent")
    return _kept(asked, table_of(*found, asked.frame.language).decode(), "text/csv", "csv")


def _shown(asked: Asked, found: Found, refusal: CaseRefusal | None = None) -> Response:
    compared, version = found
    name = asked.names["break"]
    case = casework.cases().read(name)
    debit, credit = proposed_accounts(compared, version)
    return page(
        "settlement_break.html",
        asked.frame,
        refusal.http_status if refusal else 200,
        name=name,
        version=version,
        compared=compared,
        today=korean_time(asked.hand.now_ms()).date(),
        case=case,
        may=repairs(version.found.kind),
        may_propose=asked.who.may(Act.PROPOSE)
        and (case is None or case.state in {"OPEN", "EXECUTED", "CLOSED"}),
        needs_two=NEEDS_TWO,
        debit=debit,
        credit=credit,
        refusal=refusal,
        tab="breaks",
    )


def _found(asked: Asked) -> Found | None:
    try:
        return found_by(asked.names["break"], wired.breaks())
    except CaseNotFoundError:
        return None


def _kept(asked: Asked, text: str, media_type: str, ending: str) -> Response:
    name = f"break-{asked.names['break'].replace(':', '-')}.{ending}"
    headers = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        **GUARDED,
    }
    return Response(200, text, headers)
