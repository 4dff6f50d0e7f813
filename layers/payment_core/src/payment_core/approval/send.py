"""Send: intent before the wire, decision before the answer.

One invocation does all of it, so that the telegram leaves from the very hand that wrote the intent.
Door: functions/van_link. Promise: tests/spec/test_send.py. Story: docs/flows/van_link.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final, assert_never

from payment_core.approval.answer import approved_answer, being_undone_answer, declined_answer
from payment_core.approval.change import DRIVER_LIMIT_MS, Change, Facts, Path, Wake, transition
from payment_core.approval.lanes import approval_heard
from payment_core.approval.late import late_news
from payment_core.approval.model import (
    Answer,
    AttemptState,
    Decision,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    Declined,
    InDoubt,
    NotForwarded,
    NotSent,
)
from payment_core.approval.ports import Link, Order, Profile, Sales
from payment_core.approval.second_attempt import may_ask_another, may_go_on
from payment_core.approval.trace_number import trace_number_of
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.instrument import Presented
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender

SEND_WITHIN_MS: Final = 3_000  # from the intent write to the first byte, on the clock of one process
DECISION_WRITE_MS: Final = 1_500  # kept back for writing what the answer came to
IN_LINE_TRY_MS: Final = 5_000  # the approval workflow's own try comes before the recovery driver's first


class Verdict(StrEnum):
    """What the approval workflow chooses its next state by.

    ``FAIL_OVER``: the first destination holds nothing, and another may be asked. ``IN_DOUBT``: the same, once
    its net-cancel is confirmed. ``UNDECIDED``: somebody else must have an eye on it.
    """

    DECIDED = "DECIDED"
    FAIL_OVER = "FAIL_OVER"
    IN_DOUBT = "IN_DOUBT"
    BEING_REVERSED = "BEING_REVERSED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Route:
    """What the router chose.

    Attributes:
        why: Its sentence, kept with the intent.
        spare: Another destination that may be asked after this one; empty if there is none.
        net_cancel_mode: Who undoes it; frozen into the attempt, so that recovery needs no route.
    """

    why: str
    spare: str
    net_cancel_mode: NetCancelMode


@dataclass(frozen=True)
class Sent:
    """Where the sale stands after this invocation, and what the POS may be told."""

    verdict: Verdict
    answer: Answer | None


def send(
    sale_id: SaleId,
    index: int,
    presented: Presented,
    *,
    route: Route,
    sales: Sales,
    link: Link,
    profile: Profile,
    hand: Hand,
) -> Sent:
    """Write the intent, send one authorisation, write what it came to.

    Whoever loses a condition tells what is stored: another hand has decided.

    Args:
        sale_id: Which sale; it was claimed before.
        index: Which attempt of it.
        presented: Opened for this telegram, gone after it.
        route: Why this destination, which one is left should this one hold nothing, and who undoes it.
        sales: The truth.
        link: The destination's line.
        profile: What its contract says.
        hand: Who acts.
    """
    intending_since_ms = hand.monotonic_ms()
    seen = _as_seen(sale_id, index, sales)
    is_free = seen.attempt_states()[index] is AttemptState.ABSENT
    if (
        seen.decision is not Decision.RECEIVED or not is_free
    ):  # somebody else was quicker than this second attempt
        return stands(seen, hand)
    intended = sales.apply(_intent(seen, index, route, profile.name, hand))
    sale = intended.sale
    if not intended.won or sale.attempt_states()[index] is not AttemptState.INTENT:
        return stands(sale, hand)  # lost, or won in a write that was heard of only after others went on
    outcome = _ask(order_of(sale, index), presented, link, _budget_ms(sale, hand, intending_since_ms))
    decided = sales.apply(decide(sale, index, outcome, profile, hand, spare=bool(route.spare)))
    if not decided.won:  # somebody else decided first: what came too late is kept, and flips nothing
        sales.keep_evidence(sale_id, f"a{index}-late", outcome.trail)
        if (news := late_news(decided.sale, index, outcome, hand)) is not None:
            sales.apply(news)
    return stands(decided.sale, hand)


def stands(sale: Sale, hand: Hand) -> Sent:
    """Read the stored decision: the only thing a POS is ever told."""
    if sale.answer is None:
        return Sent(_undecided(sale, hand), None)
    reversing = any(state is AttemptState.REVERSING for state in sale.attempt_states())
    return Sent(Verdict.BEING_REVERSED if reversing else Verdict.DECIDED, sale.answer)


def _undecided(sale: Sale, hand: Hand) -> Verdict:
    if may_ask_another(sale, hand):
        return Verdict.FAIL_OVER
    return Verdict.IN_DOUBT if AttemptState.REVERSING in sale.attempt_states() else Verdict.UNDECIDED


def _as_seen(sale_id: SaleId, index: int, sales: Sales) -> Sale:
    """Save the first attempt a read: a sale that may be sent is one nobody has touched since accept."""
    untouched = Sale(sale_id, Decision.RECEIVED)
    return untouched if index == 0 else sales.read(sale_id) or untouched


def _intent(sale: Sale, index: int, route: Route, destination: str, hand: Hand) -> Change:
    now_ms = hand.now_ms()
    attempt = {
        "state": str(AttemptState.INTENT),
        "destination": destination,
        "trace_number": trace_number_of(sale.sale_id, sale.sale_id.sequence, index),
        "net_cancel_mode": str(route.net_cancel_mode),
        "intent_at_ms": now_ms,
        "send_by_ms": now_ms + SEND_WITHIN_MS,
        "invocation_id": hand.invocation_id,
    }
    return transition(
        Step.INTENT,
        sale,
        hand,
        index=index,
        wake=Wake("request", now_ms + DRIVER_LIMIT_MS),
        facts=Facts(
            sets={(f"a{index}",): attempt},
            evidence={
                "destination": destination,
                "trace_number": str(attempt["trace_number"]),
                "why": route.why,
            },
        ),
    )


def _ask(order: Order, presented: Presented, link: Link, budget_ms: int) -> AuthorisationOutcome:
    if budget_ms <= 0:
        return NotSent("no time is left to wait for an answer", by_us=True)
    return link.authorise(order, presented, budget_ms)


def _budget_ms(sale: Sale, hand: Hand, intended_at_ms: int) -> int:
    """Time this sandbox may still spend on the line: nothing when it was paused after its intent."""
    if hand.monotonic_ms() - intended_at_ms > SEND_WITHIN_MS:
        return 0
    return min(hand.remaining_ms(), sale.deadline_at_ms - hand.now_ms()) - DECISION_WRITE_MS


def order_of(sale: Sale, index: int) -> Order:
    """The words of one attempt's telegrams: its authorisation, and every net-cancel of it."""
    attempt = sale.attempts[index]
    return Order(
        sale_id=sale.sale_id,
        trace_number=attempt.trace_number,
        requested_at_ms=attempt.intent_at_ms,
        amount_won=sale.amount_won,
        vat_won=sale.vat_won,
        service_won=sale.service_won,
        tax_free_won=sale.tax_free_won,
        installment_months=sale.installment_months,
        original_amount_won=attempt.approved_won or sale.amount_won,
        original_trace_number=attempt.trace_number,
        original_approval_number="",
        original_requested_at_ms=attempt.intent_at_ms,
        tender=sale.tender,
        purpose=sale.purpose,
    )


def decide(
    sale: Sale, index: int, outcome: AuthorisationOutcome, profile: Profile, hand: Hand, *, spare: bool
) -> Change:
    """Turn what the telegram came to into the one write that decides the sale, or leaves it for a spare."""
    written = _written(sale, index, outcome, profile, hand, spare=spare)
    attempt = f"a{index}"
    sets = dict(written.sets)
    if written.answer is not None:
        sets["answer",] = {"http_status": written.answer.http_status, "body": written.answer.body}
    if outcome.trail.carried:
        sets[attempt, "trail"] = outcome.trail.words()
    evidence = {
        "sent": outcome.trail.sent_layout,
        "received": outcome.trail.received_layout,
        **written.evidence,
    }
    said = {name: value for name, value in evidence.items() if value}
    facts = Facts(sets=sets, evidence=said)
    return transition(written.step, sale, hand, index=index, wake=written.wake, facts=facts)


@dataclass(frozen=True)
class _Written:
    """What one outcome writes; without an answer, the sale stays undecided."""

    step: Step
    answer: Answer | None
    evidence: Mapping[str, str]
    sets: Mapping[Path, object] = field(default_factory=dict)
    wake: Wake | None = None


def _written(
    sale: Sale, index: int, outcome: AuthorisationOutcome, profile: Profile, hand: Hand, *, spare: bool
) -> _Written:
    attempt = f"a{index}"
    request = Wake("request", sale.received_at_ms + DRIVER_LIMIT_MS)
    doubted = profile if isinstance(outcome, InDoubt) else None
    goes_on = may_go_on(sale, index, spare=spare, in_doubt=doubted, hand=hand)
    match outcome:
        case Approved():
            answer = approved_answer(sale, profile.name, outcome)
            evidence = {"approval_number": outcome.approval_number, "code": outcome.response_code}
            return _Written(Step.APPROVE, answer, evidence, _approval_facts(attempt, sale, outcome))
        case NotForwarded() | Declined():
            evidence = {"code": outcome.response_code, "message": outcome.message}
            sets = _code_facts(attempt, outcome)
            if goes_on and isinstance(outcome, NotForwarded):
                return _Written(Step.NOT_FORWARDED_GO_ON, None, evidence, sets, request)
            return _Written(Step.DECLINE, declined_answer(sale, profile.name, outcome), evidence, sets)
        case NotSent():
            evidence = {"reason": outcome.reason}
            if goes_on:
                return _Written(Step.NOT_SENT_GO_ON, None, evidence, wake=request)
            return _Written(Step.NOT_SENT, declined_answer(sale, profile.name, outcome), evidence)
        case InDoubt():
            evidence = {"reason": outcome.reason, "code": outcome.response_code}
            sets = approval_heard(index, outcome)
            if goes_on:
                return _Written(Step.DOUBT_GO_ON, None, evidence, sets, request)
            step, wake = _doubt(
                sale.attempts[index].net_cancel_mode, profile.net_cancel_first_delay_seconds, hand
            )
            answer = being_undone_answer(sale, profile.name, outcome)
            return _Written(step, answer, evidence, sets, wake)
        case _:
            assert_never(outcome)


def _doubt(mode: NetCancelMode, first_delay_seconds: int, hand: Hand) -> tuple[Step, Wake]:
    """Name the owner of an unknown: payrelay's net-cancel, or inquiry where the VAN undoes by itself."""
    now_ms = hand.now_ms()
    if mode is NetCancelMode.VAN_OWNED:
        return Step.DOUBT_VAN_OWNED, Wake("inquiry", now_ms)
    return Step.DOUBT, Wake("net_cancel", now_ms + max(first_delay_seconds * 1_000, IN_LINE_TRY_MS))


def _approval_facts(attempt: str, sale: Sale, outcome: Approved) -> dict[Path, object]:
    is_claimed = sale.tender is not Tender.CASH_RECEIPT  # nobody pays for a receipt
    return {
        (attempt, "approval_number"): outcome.approval_number,
        (attempt, "approved_won"): sale.amount_won,  # no answer that names another amount is an approval
        ("cancellable_won",): sale.amount_won,
        ("cancellable_vat_won",): sale.vat_won,
        **({("claim_day",): sale.sale_id.business_date} if is_claimed else {}),
        **_code_facts(attempt, outcome),
    }


def _code_facts(attempt: str, outcome: Approved | Declined | NotForwarded) -> dict[Path, object]:
    return {
        (attempt, "response_code"): outcome.response_code,
        (attempt, "message"): outcome.message,
    }
