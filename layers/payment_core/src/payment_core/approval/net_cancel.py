"""Net-cancel (망취소): undo an approval whose answer never came, and never forget it.

First the reversal is made durable, so that a late approval can never win; then the telegram goes out, with
the same trace number every time, until a definite answer comes. Nothing here ends by a count or by age.

Flow: workflows/net_cancel.asl.json and the NetCancel state of workflows/approval.asl.json.
Door: functions/net_cancel. Promise: tests/spec/test_net_cancel.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from payment_core.approval.answer import being_undone_answer, busy_answer, unsent_answer
from payment_core.approval.change import Change, Facts, Wake, noted_try, transition
from payment_core.approval.model import (
    OPEN_ATTEMPTS,
    Attempt,
    AttemptState,
    Decision,
    NetCancelMode,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import (
    InDoubt,
    NetCancelOutcome,
    NotFound,
    NotSent,
    Refused,
    Undone,
)
from payment_core.approval.ports import Link, Profile, Sales
from payment_core.approval.send import order_of
from payment_core.kernel.hand import Hand

FENCE_SECONDS: Final = 24  # the sending function's timeout: after it, that sandbox can send nothing more
HORIZON_MARGIN_SECONDS: Final = 10
HORIZON_SECONDS: Final = 120  # shipped; never less than fence + processing + margin

BACK_OFF_SECONDS: Final = (2, 4, 8, 15, 30, 60, 120, 300)
HORIZON_JITTER_MS: Final = 5_000
ANSWER_WRITE_MS: Final = 1_000  # kept back for writing what the telegram came to


@dataclass(frozen=True)
class Undoing:
    """Where the undoing stands.

    Attributes:
        closed: Nothing is left to undo for this attempt.
        wait_seconds: When not closed: how long the workflow waits before the next try; at least 1.
    """

    sale: Sale
    closed: bool
    wait_seconds: int = 0


def horizon_ms(attempt: Attempt, profile: Profile) -> int:
    """The moment after which "original not found" proves that nothing is live.

    Until then the authorisation may still be on its way: a paused sender, then the destination's own work.
    """
    if profile.leaves_tombstone:
        return attempt.intent_at_ms
    needed = FENCE_SECONDS + profile.max_processing_seconds + HORIZON_MARGIN_SECONDS
    return attempt.intent_at_ms + max(HORIZON_SECONDS, needed) * 1_000


def back_off_ms(tries: int, hand: Hand) -> int:
    """Wait before the next try: a growing step with full jitter, at least one second."""
    step_ms = BACK_OFF_SECONDS[min(tries, len(BACK_OFF_SECONDS) - 1)] * 1_000
    return 1_000 + hand.chance_below(step_ms)


def end_undecided(sale: Sale, hand: Hand, *, busy: bool = False) -> Change | None:
    """Decide a sale whose driver did not: nothing sent → declined, an intent → reversed.

    Firing too early is only a false decline: whoever still holds the old state loses its condition.
    ``busy`` only changes the words: there was no room to send it, so a new sale may be tried at once.
    """
    states = sale.attempt_states()
    now_ms = hand.now_ms()
    if AttemptState.INTENT in states:
        index = states.index(AttemptState.INTENT)
        unknown = InDoubt("the sending hand never said what its telegram came to")
        answer = being_undone_answer(sale, sale.attempts[index].destination, unknown)
        van_owned = sale.attempts[index].net_cancel_mode is NetCancelMode.VAN_OWNED
        step = Step.DOUBT_VAN_OWNED if van_owned else Step.DOUBT
        wake = Wake("inquiry" if van_owned else "net_cancel", now_ms)
        evidence = {"reason": unknown.reason}
        sets: dict[tuple[str, ...], object] = {
            ("answer",): {"http_status": answer.http_status, "body": answer.body}
        }
        return transition(step, sale, hand, index=index, wake=wake, facts=Facts(sets=sets, evidence=evidence))
    if sale.decision is Decision.RECEIVED:
        answer = busy_answer(sale) if busy else unsent_answer(sale)
        reason = "no room, nothing was sent" if busy else "nothing was sent"
        sets = {("answer",): {"http_status": answer.http_status, "body": answer.body}}
        return transition(
            Step.GIVE_UP_UNSENT, sale, hand, facts=Facts(sets=sets, evidence={"reason": reason})
        )
    return None


def undo(
    sale_id: SaleId,
    index: int,
    *,
    in_line: bool,
    busy: bool = False,
    sales: Sales,
    link: Callable[[str], Link],
    profile: Callable[[str], Profile],
    hand: Hand,
) -> Undoing:
    """Make the reversal durable if it is not yet, send one net-cancel if one is due, write what it came to.

    Args:
        sale_id: Which sale.
        index: Which of its attempts.
        in_line: The approval workflow's own try, made at once while the POS still waits.
        busy: The sender had no room for it; an undecided sale is told so.
        sales: The truth.
        link: The line of a destination by name.
        profile: What its contract says.
        hand: Who acts.
    """
    sale = _decided(sale_id, sales, hand, busy=busy)
    if sale.attempt_states()[index] not in OPEN_ATTEMPTS:
        return Undoing(sale, closed=True)
    attempt = sale.attempts[index]
    contract = profile(attempt.destination)
    if not _may_send_now(sale, attempt, contract, hand, in_line=in_line):
        return standing(sale, index, hand)
    outcome = link(attempt.destination).net_cancel(
        order_of(sale, index), hand.remaining_ms() - ANSWER_WRITE_MS
    )
    sales.keep_evidence(sale.sale_id, f"a{index}-undo-{attempt.tries}", outcome.trail)
    written = sales.apply(record(sale, index, outcome, contract, hand))
    return standing(written.sale, index, hand)


def _may_send_now(sale: Sale, attempt: Attempt, profile: Profile, hand: Hand, *, in_line: bool) -> bool:
    if attempt.state is AttemptState.UNRESOLVED:
        return False  # the VAN undoes by itself: payrelay sends no net-cancel, and does not forget
    if in_line:
        return profile.net_cancel_first_delay_seconds == 0
    return sale.next_action_at_ms <= hand.now_ms()


def standing(sale: Sale, index: int, hand: Hand) -> Undoing:
    """Read off how the undoing of this attempt stands, and when its next try is due."""
    if sale.attempt_states()[index] not in OPEN_ATTEMPTS:
        return Undoing(sale, closed=True)
    return Undoing(sale, closed=False, wait_seconds=seconds_until(sale.next_action_at_ms, hand))


def seconds_until(at_ms: int, hand: Hand) -> int:
    """Whole seconds to wait for a moment, rounded up; at least one."""
    return max(1, -((hand.now_ms() - at_ms) // 1_000))


def record(sale: Sale, index: int, outcome: NetCancelOutcome, profile: Profile, hand: Hand) -> Change:
    """Turn the answer to a net-cancel into the write that closes the attempt, or keeps it open."""
    attempt = sale.attempts[index]
    match outcome:
        case Undone():
            return _confirmed(sale, index, hand, code=outcome.response_code, reason="undone")
        case NotFound() if outcome.sent_at_ms >= horizon_ms(attempt, profile):
            return _confirmed(sale, index, hand, code=outcome.response_code, reason="not found after horizon")
        case NotFound():
            after_horizon_ms = horizon_ms(attempt, profile) + 1 + hand.chance_below(HORIZON_JITTER_MS)
            return _tried(sale, index, hand, after_horizon_ms)
        case Refused() if attempt.state is not AttemptState.MANUAL:
            evidence = {"code": outcome.response_code, "message": outcome.message}
            wake = Wake("operator", hand.now_ms() + back_off_ms(attempt.tries, hand))
            return transition(
                Step.REVERSAL_REFUSED, sale, hand, index=index, wake=wake, facts=Facts(evidence=evidence)
            )
        case Refused() | NotSent() | InDoubt():
            return _tried(sale, index, hand, hand.now_ms() + back_off_ms(attempt.tries, hand))
        case _:
            assert_never(outcome)


def _decided(sale_id: SaleId, sales: Sales, hand: Hand, *, busy: bool) -> Sale:
    """Read the sale; where its driver left it undecided, decide it. Whoever else decides first is as good."""
    sale = sales.read(sale_id)
    assert sale is not None, f"{sale_id} was claimed before anything of it could be undone"  # noqa: S101 -- a bug
    while (change := end_undecided(sale, hand, busy=busy)) is not None:
        sale = sales.apply(change).sale
    return sale


def _confirmed(sale: Sale, index: int, hand: Hand, *, code: str, reason: str) -> Change:
    still_open = [one for i, one in enumerate(sale.attempt_states()) if i != index and one in OPEN_ATTEMPTS]
    wake = Wake("net_cancel", hand.now_ms()) if still_open else None
    return transition(
        Step.REVERSAL_CONFIRMED,
        sale,
        hand,
        index=index,
        wake=wake,
        facts=Facts(evidence={"code": code, "reason": reason}),
    )


def _tried(sale: Sale, index: int, hand: Hand, next_at_ms: int) -> Change:
    owner = "operator" if sale.attempts[index].state is AttemptState.MANUAL else "net_cancel"
    return noted_try(
        sale, hand, path=(f"a{index}",), tries=sale.attempts[index].tries + 1, wake=Wake(owner, next_at_ms)
    )
