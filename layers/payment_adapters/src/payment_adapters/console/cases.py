"""Pages of cases: what people must look at, and what two of them do about it, one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from payment_adapters import casework
from payment_adapters.console.acting import note
from payment_adapters.console.asking import Asked
from payment_adapters.console.browser import ForgedError
from payment_adapters.console.rendering import page, redirect
from payment_adapters.http.response import Response
from payment_core.cases.model import NEEDS_TWO, Action, Case, State
from payment_core.cases.propose import Offer, approve, propose, refuse, same_person
from payment_core.cases.refusals import CaseRefusal
from payment_core.console.audit import Deed
from payment_core.console.roles import Act

WHOLE: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


def cases_page(asked: Asked) -> Response:
    """Every open case, the one that must be closed first at the top."""
    open_cases = sorted(casework.cases().open_cases(), key=lambda one: one.deadline_at_ms)
    return page("cases.html", asked.frame, cases=open_cases, now_ms=asked.hand.now_ms())


def case_page(asked: Asked) -> Response:
    """One case, with the forms that this person may send about it as it stands."""
    case = casework.cases().read(asked.names["case"])
    if case is None:
        return page("told.html", asked.frame, 404, told="absent")
    return _shown(asked, case)


def propose_action(asked: Asked) -> Response:
    """Write down what this person wants done."""
    form = asked.request.form
    offer = Offer(
        case_id=asked.names["case"],
        version=_whole(form.get("version", "")),
        action=_action(form.get("action", "")),
        reason=form.get("reason", ""),
        approval_number=form.get("approval_number", ""),
        approved_won=_whole(form.get("approved_won", "")),
        proof=form.get("proof", ""),
    )
    reason = f"{offer.action}: {offer.reason}"
    return _moved(
        asked,
        Deed.PROPOSED,
        reason,
        lambda: propose(offer, by=asked.who.name, cases=casework.cases(), hand=asked.hand),
    )


def approve_action(asked: Asked) -> Response:
    """Approve what another person proposed."""
    version = _whole(asked.request.form.get("version", ""))
    return _moved(
        asked,
        Deed.APPROVED,
        "",
        lambda: approve(
            asked.names["case"], version, by=asked.who.name, cases=casework.cases(), hand=asked.hand
        ),
    )


def refuse_action(asked: Asked) -> Response:
    """Turn a proposal down, or take one's own back."""
    version, reason = _whole(asked.request.form.get("version", "")), asked.request.form.get("reason", "")
    return _moved(
        asked,
        Deed.REFUSED,
        reason,
        lambda: refuse(
            asked.names["case"],
            version,
            by=asked.who.name,
            reason=reason,
            cases=casework.cases(),
            hand=asked.hand,
        ),
    )


def _moved(asked: Asked, deed: Deed, reason: str, move: Callable[[], Case]) -> Response:
    """Write down that it is wanted, do it, write down what it came to; show the case with the refusal."""
    case_id = asked.names["case"]
    kept = casework.cases().read(case_id)
    if kept is None:
        return page("told.html", asked.frame, 404, told="absent")
    note(asked, deed, case_id, "", "asked")
    try:
        move()
    except CaseRefusal as refusal:
        note(asked, deed, case_id, "", "not_done")
        return _shown(asked, casework.cases().read(case_id) or kept, refusal)
    note(asked, deed, case_id, reason, "done")
    return redirect(f"{asked.frame.root}cases/{case_id}")


def _shown(asked: Asked, case: Case, refusal: CaseRefusal | None = None) -> Response:
    maker = case.proposal.maker if case.proposal else ""
    is_proposed, who = case.state is State.PROPOSED, asked.who
    status = refusal.http_status if refusal else 200
    return page(
        "case.html",
        asked.frame,
        status,
        case=case,
        now_ms=asked.hand.now_ms(),
        refusal=refusal,
        needs_two=NEEDS_TWO,
        may_propose=who.may(Act.PROPOSE) and case.state in (State.OPEN, State.EXECUTED),
        may_approve=who.may(Act.APPROVE) and is_proposed and not same_person(who.name, maker),
        may_refuse=who.may(Act.REFUSE) and is_proposed,
        is_own=is_proposed and same_person(who.name, maker),
    )


def _whole(text: str) -> int:
    """A number as a form sends it; 0, which no case and no money has, for anything else."""
    return int(text) if WHOLE.fullmatch(text) else 0


def _action(text: str) -> Action:
    """What a form names.

    Raises:
        ForgedError: no form of ours offers it.
    """
    if text not in set(Action):
        raise ForgedError(f"no form offers {text}")
    return Action(text)
