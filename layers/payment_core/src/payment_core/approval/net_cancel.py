"""Net-cancel (망취소): undo an approval whose answer never came, and never forget it.

First the reversal is made durable, so that a late approval can never win; then a telegram goes out, the same
trace number every time, until a definite answer comes. Nothing here ends by a count or by age.

Flow: workflows/net_cancel.asl.json and the NetCancel state of workflows/approval.asl.json.
Door: functions/net_cancel. Promise: tests/spec/test_net_cancel.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, assert_never

from payment_core.approval.cash_receipt import Reason
from payment_core.approval.change import Change, Facts, Path, Wake, noted_try, pinned_states, transition
from payment_core.approval.ending import end_undecided
from payment_core.approval.heard import with_what_was_heard
from payment_core.approval.kept import STILL_LISTED, is_kept, kept_step, kept_try, state_of_undoing
from payment_core.approval.lanes import Lane, approval_heard, can_fill_cancel, lane_of, may_be_cancelled
from payment_core.approval.late import NOT_FOUND_AFTER_HORIZON
from payment_core.approval.model import (
    OPEN_ATTEMPTS,
    Attempt,
    AttemptState,
    Decision,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import (
    Approved,
    InDoubt,
    NotApproved,
    NotFound,
    NotSent,
    Refused,
    Trail,
    Undone,
)
from payment_core.approval.ports import Link, Order, Profile, Sales
from payment_core.approval.second_attempt import may_ask_another
from payment_core.approval.send import order_of
from payment_core.approval.trace_number import trace_number_of_undoing
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.tender import Tender

FENCE_SECONDS: Final = 24  # the sending function's timeout: after it, that sandbox can send nothing more
HORIZON_MARGIN_SECONDS: Final = 10
HORIZON_SECONDS: Final = 120  # shipped; never less than fence + processing + margin

BACK_OFF_SECONDS: Final = (2, 4, 8, 15, 30, 60, 120, 300)
HORIZON_JITTER_MS: Final = 5_000
ANSWER_WRITE_MS: Final = 1_000  # kept back for writing what the telegram came to
NOBODY_TO_ASK_MS: Final = 3_600_000  # until a person or reconciliation brings evidence
AMOUNT_UNKNOWN: Final = "it approved, and nobody knows how much"

NOTHING: Final[Mapping[Path, object]] = {}
NO_MORE: Final = Facts()

UndoOutcome = Undone | NotFound | Refused | Approved | NotApproved | NotSent | InDoubt


@dataclass(frozen=True)
class Reach:
    """How a destination is reached for undoing.

    Attributes:
        link: The line of a destination by name.
        profile: What its contract says.
        opened: Takes a receipt's customer out of the box that it was sealed in.
    """

    link: Callable[[str], Link]
    profile: Callable[[str], Profile]
    opened: Callable[[Mapping[str, str]], Instrument]


@dataclass(frozen=True)
class Undoing:
    """Where the undoing stands.

    Attributes:
        closed: Nothing is left to undo for this attempt.
        wait_seconds: When not closed: how long the workflow waits before the next try; at least 1.
        fail_over: The sale was kept undecided for this, and another destination may be asked now.
    """

    sale: Sale
    closed: bool
    wait_seconds: int = 0
    fail_over: bool = False


def horizon_ms(attempt: Attempt, profile: Profile) -> int:
    """The moment after which "original not found" proves that nothing is live.

    Until then the authorisation may still be on its way: a paused sender, then the destination's own work.
    """
    if profile.leaves_tombstone:
        return attempt.intent_at_ms
    return settled_by_ms(attempt.intent_at_ms, profile)


def settled_by_ms(sent_at_ms: int, profile: Profile) -> int:
    """From when on a telegram that may have left at ``sent_at_ms`` has done all that it will ever do."""
    needed = FENCE_SECONDS + profile.max_processing_seconds + HORIZON_MARGIN_SECONDS
    return sent_at_ms + max(HORIZON_SECONDS, needed) * 1_000


def back_off_ms(tries: int, hand: Hand) -> int:
    """Wait before the next try: a growing step with full jitter, at least one second."""
    step_ms = BACK_OFF_SECONDS[min(tries, len(BACK_OFF_SECONDS) - 1)] * 1_000
    return 1_000 + hand.chance_below(step_ms)


def undo(
    sale_id: SaleId,
    index: int,
    *,
    in_line: bool,
    busy: bool = False,
    sales: Sales,
    reach: Reach,
    hand: Hand,
) -> Undoing:
    """Make the reversal durable if it is not yet, send one telegram if one is due, write what it came to.

    Args:
        sale_id: Which sale.
        index: Which of its attempts.
        in_line: The approval workflow's own try, made at once while the POS still waits.
        busy: The sender had no room for it; an undecided sale is told so.
        sales: The truth.
        reach: How its destination is reached.
        hand: Who acts.
    """
    sale = sales.read(sale_id)
    assert sale is not None, f"{sale_id} was claimed before anything of it could be undone"  # noqa: S101 -- a bug
    if _is_kept_for_another(sale, index):
        if not in_line and sale.next_action_at_ms > hand.now_ms():
            return standing(sale, index, hand)  # its request still has time to ask another destination
    else:
        sale = _decided(sale, sales, hand, busy=busy)
    sale = _tried_once(sale, index, in_line=in_line, sales=sales, reach=reach, hand=hand)
    if in_line and may_ask_another(sale, hand):
        return replace(standing(sale, index, hand), fail_over=True)
    return standing(_decided(sale, sales, hand, busy=busy), index, hand)


def _is_kept_for_another(sale: Sale, index: int) -> bool:
    """Whether this attempt is in doubt, and its sale undecided so that another may follow."""
    return sale.decision is Decision.RECEIVED and sale.attempt_states()[index] is AttemptState.REVERSING


def _tried_once(
    sale: Sale,
    index: int,
    *,
    in_line: bool,
    sales: Sales,
    reach: Reach,
    hand: Hand,
) -> Sale:
    state = state_of_undoing(sale, index)
    if state not in OPEN_ATTEMPTS:
        return sale
    attempt = replace(sale.attempts[index], state=state)
    contract = reach.profile(attempt.destination)
    if not (is_kept(sale, index) or _may_send_now(sale, attempt, contract, hand, in_line=in_line)):
        return sale
    lane = lane_of(attempt, contract, hand.now_ms(), can_fill=can_fill_cancel(sale))
    if lane is Lane.PEOPLE:
        return sales.apply(_left_to_people(sale, index, hand)).sale
    if lane is Lane.CANCEL and attempt.named_won != attempt.approved_won:
        named = sales.apply(_named(sale, index, hand))
        if not named.won:
            return named.sale
        sale = named.sale
    outcome = _asked(lane, reach, sale, index, hand)
    name = f"a{index}-{lane}-{attempt.tries}"
    if lane is not Lane.NET_CANCEL:  # only a net-cancel leaves a tombstone: who merely asks must wait and see
        contract = replace(contract, leaves_tombstone=False)
    change = with_what_was_heard(record(sale, index, lane, outcome, contract, hand), sale, index, hand)
    if attempt.told_lane:  # people are heeded once
        change = replace(change, removes=(*change.removes, (f"a{index}", "told_lane")))
    if change.step is not Step.REVERSAL_CONFIRMED or attempt.undone_as:
        sales.keep_evidence(sale.sale_id, name, outcome.trail)
        return sales.apply(change).sale
    written = sales.apply(_with_exchange(change, index, name, outcome.trail))
    if not written.won:
        sales.keep_evidence(sale.sale_id, name, outcome.trail)
    return written.sale


def _with_exchange(change: Change, index: int, name: str, trail: Trail) -> Change:
    """Let the exchange that ends the undoing ride with the write that says so (docs/adr/0008)."""
    if not trail.carried:
        return change
    attempt = f"a{index}"
    exchange: dict[Path, object] = {(attempt, "undone_as"): name, (attempt, "undone_trail"): trail.words()}
    return replace(change, sets={**change.sets, **exchange})


def _may_send_now(sale: Sale, attempt: Attempt, profile: Profile, hand: Hand, *, in_line: bool) -> bool:
    if in_line:
        return attempt.state is AttemptState.REVERSING and profile.net_cancel_first_delay_seconds == 0
    return sale.next_action_at_ms <= hand.now_ms()


def _asked(lane: Lane, reach: Reach, sale: Sale, index: int, hand: Hand) -> UndoOutcome:
    line = reach.link(sale.attempts[index].destination)
    budget_ms = hand.remaining_ms() - ANSWER_WRITE_MS
    match lane:
        case Lane.NET_CANCEL:
            return line.net_cancel(order_of(sale, index), budget_ms)
        case Lane.INQUIRY:
            return line.inquire(order_of(sale, index), budget_ms)
        case Lane.CANCEL:
            customer = reach.opened(sale.sealed_customer) if sale.sealed_customer else None
            return line.cancel(_cancel_order(sale, index), budget_ms, customer)
        case Lane.PEOPLE:
            raise AssertionError


def _cancel_order(sale: Sale, index: int) -> Order:
    """An ordinary cancel of all that was approved, whatever was asked (docs/adr/0034).

    Its trace number is its own, and the same for every try. Like every cancel it names the amount and its VAT
    alone; no VAT is more than its amount.
    """
    attempt = sale.attempts[index]
    return replace(
        order_of(sale, index),
        trace_number=trace_number_of_undoing(sale.sale_id, index, attempt),
        amount_won=attempt.approved_won,
        vat_won=min(sale.vat_won, attempt.approved_won),
        service_won=0,
        tax_free_won=0,
        original_approval_number=attempt.approval_number,
        reason=str(Reason.OTHER) if sale.tender is Tender.CASH_RECEIPT else "",
    )


def _named(sale: Sale, index: int, hand: Hand) -> Change:
    """Write down what the cancel is about to name, before it leaves: another amount has another number.

    A destination tells the same cancel by its number, whatever it names: one that took back what was heard
    first would answer for what was heard later that it is done.
    """
    attempt, path, write_id = sale.attempts[index], f"a{index}", hand.new_id()
    seen: dict[Path, str | int | None] = {
        **pinned_states(sale),
        (path, "approved_won"): attempt.approved_won,
        (path, "names"): attempt.names or None,
    }
    sets: dict[Path, object] = {
        (path, "named_won"): attempt.approved_won,
        (path, "names"): attempt.names + 1,
        ("write_id",): write_id,
    }
    return Change(sale.sale_id, step=None, write_id=write_id, seen=seen, sets=sets)


def standing(sale: Sale, index: int, hand: Hand) -> Undoing:
    """Read off how the undoing of this attempt stands, and when its next try is due."""
    if state_of_undoing(sale, index) not in OPEN_ATTEMPTS:
        return Undoing(sale, closed=True)
    due_ms = sale.next_action_at_ms
    if is_kept(sale, index):  # the sale itself waits for nothing
        due_ms = hand.now_ms() + back_off_ms(sale.attempts[index].tries, hand)
    return Undoing(sale, closed=False, wait_seconds=hand.seconds_until(due_ms))


def record(sale: Sale, index: int, lane: Lane, outcome: UndoOutcome, profile: Profile, hand: Hand) -> Change:
    """Turn an answer into the write that closes the attempt, or keeps it open; only evidence closes."""
    attempt = sale.attempts[index]
    match outcome:
        case Undone() | NotApproved():
            whole = _the_whole(attempt, index) if lane is Lane.CANCEL else NO_MORE
            reason = "undone" if isinstance(outcome, Undone) else "inquiry: not approved"
            return _confirmed(sale, index, hand, code=outcome.response_code, reason=reason, more=whole)
        case Approved():
            return _found(sale, index, outcome, hand)
        case NotFound() if is_kept(sale, index):
            return _called(sale, index, hand, {"code": outcome.response_code, "reason": STILL_LISTED})
        case NotFound() if outcome.sent_at_ms >= horizon_ms(attempt, profile):
            return _confirmed(sale, index, hand, code=outcome.response_code, reason=NOT_FOUND_AFTER_HORIZON)
        case NotFound():
            after_horizon_ms = horizon_ms(attempt, profile) + 1 + hand.chance_below(HORIZON_JITTER_MS)
            return _tried(sale, index, hand, after_horizon_ms)
        case InDoubt(taken_back_won=int(taken_back_won)):
            left_won = max(0, attempt.approved_won - taken_back_won)
            reason = f"a cancel took back {taken_back_won:,} won of {attempt.approved_won:,}"
            evidence = {"code": outcome.response_code, "reason": reason}
            return _called(sale, index, hand, evidence, more={(f"a{index}", "left_won"): left_won})
        case Refused():
            evidence = {"code": outcome.response_code, "message": outcome.message}
            called = _called(sale, index, hand, evidence)
            asks_again = lane is Lane.CANCEL and profile.has_inquiry  # perhaps the amount was wrong
            forgets = ((f"a{index}", "approved_won"),) if asks_again else ()
            return replace(called, removes=(*called.removes, *forgets))
        case NotSent() | InDoubt():
            return _tried(sale, index, hand, hand.now_ms() + back_off_ms(attempt.tries, hand))
        case _:
            assert_never(outcome)


def _decided(sale: Sale, sales: Sales, hand: Hand, *, busy: bool) -> Sale:
    """Where its driver left a sale undecided, decide it. Whoever else decides first is as good."""
    while (change := end_undecided(sale, hand, busy=busy)) is not None:
        sale = sales.apply(change).sale
    return sale


def _confirmed(
    sale: Sale, index: int, hand: Hand, *, code: str, reason: str, more: Facts = NO_MORE
) -> Change:
    """Close the attempt; what is still open, the decision included, keeps its owner."""
    facts = replace(more, evidence={"code": code, "reason": reason, **more.evidence})
    if is_kept(sale, index):
        return kept_step(Step.KEPT_UNDONE, sale, index, hand, facts)
    return transition(
        Step.REVERSAL_CONFIRMED,
        sale,
        hand,
        index=index,
        wake=Wake(sale.owner or "net_cancel", max(sale.next_action_at_ms, hand.now_ms())),
        facts=facts,
    )


def _the_whole(attempt: Attempt, index: int) -> Facts:
    """What makes a cancel the end: it took back all that was approved, and nobody has heard of more."""
    won = attempt.approved_won
    return Facts(seen={(f"a{index}", "approved_won"): won}, evidence={"cancelled_won": str(won)})


def _found(sale: Sale, index: int, outcome: Approved, hand: Hand) -> Change:
    """Keep what an inquiry found, and cancel it next; without an amount a person must look."""
    attempt, heard = sale.attempts[index], approval_heard(index, outcome)
    if not outcome.approved_won:
        evidence = {"code": outcome.response_code, "reason": AMOUNT_UNKNOWN}
        return _called(sale, index, hand, evidence, more=heard)
    known = replace(attempt, approval_number=outcome.approval_number, approved_won=outcome.approved_won)
    wait_ms = (
        0 if may_be_cancelled(known, can_fill=can_fill_cancel(sale)) else back_off_ms(attempt.tries, hand)
    )
    return _tried(sale, index, hand, hand.now_ms() + wait_ms, more=heard)


def _called(
    sale: Sale, index: int, hand: Hand, evidence: dict[str, str], *, more: Mapping[Path, object] = NOTHING
) -> Change:
    """Call a person, once, and go on: the next lane may still close it."""
    attempt = sale.attempts[index]
    next_at_ms = hand.now_ms() + back_off_ms(attempt.tries, hand)
    if state_of_undoing(sale, index) is AttemptState.MANUAL:
        return _tried(sale, index, hand, next_at_ms, more=more)
    facts = Facts(sets={(f"a{index}", "tries"): attempt.tries + 1, **more}, evidence=evidence)
    if is_kept(sale, index):
        return kept_step(Step.KEPT_REFUSED, sale, index, hand, facts)
    return transition(
        Step.REVERSAL_REFUSED,
        sale,
        hand,
        index=index,
        wake=Wake("operator", next_at_ms),
        facts=facts,
    )


def _left_to_people(sale: Sale, index: int, hand: Hand) -> Change:
    """Wait where nobody can be asked; a person is called for an approval that is known to stand."""
    attempt, state = sale.attempts[index], state_of_undoing(sale, index)
    if attempt.approval_number and not attempt.approved_won and state is not AttemptState.MANUAL:
        return _called(sale, index, hand, {"reason": AMOUNT_UNKNOWN})
    return _tried(sale, index, hand, hand.now_ms() + NOBODY_TO_ASK_MS)


def _tried(
    sale: Sale, index: int, hand: Hand, next_at_ms: int, *, more: Mapping[Path, object] = NOTHING
) -> Change:
    if is_kept(sale, index):
        return kept_try(sale, index, hand, more)
    attempt = sale.attempts[index]
    owners = {AttemptState.MANUAL: "operator", AttemptState.UNRESOLVED: "inquiry"}
    wake = Wake(owners.get(attempt.state, "net_cancel"), next_at_ms)
    change = noted_try(sale, hand, path=(f"a{index}",), tries=attempt.tries + 1, wake=wake)
    return replace(change, sets={**change.sets, **more})
