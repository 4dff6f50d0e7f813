"""Lanes: by which telegram an approval that may live is undone next. They change; none of them is the end.

net-cancel → inquiry → ordinary cancel with the approval number and the amount that the destination said it
approved. Where a destination refuses, a person is called and the next lane goes on; where no lane is left,
the sale waits for a person or for reconciliation, open.
Promise: tests/spec/test_lanes.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from enum import StrEnum

from payment_core.approval.change import Path
from payment_core.approval.model import TO_BE_UNDONE, Attempt, AttemptState, Sale
from payment_core.approval.outcome import Approved, InDoubt
from payment_core.approval.ports import NetCancelKey, Profile
from payment_core.approval.trace_number import has_number_for
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender


class Lane(StrEnum):
    """One way to undo; the word is what evidence items are named by."""

    NET_CANCEL = "undo"
    INQUIRY = "inquiry"
    CANCEL = "cancel"
    PEOPLE = "people"


def lane_of(attempt: Attempt, profile: Profile, now_ms: int, *, can_fill: bool = True) -> Lane:
    """The next telegram for an open attempt.

    Args:
        attempt: Which.
        profile: What the contract with its destination says.
        now_ms: Wall clock.
        can_fill: An ordinary cancel can be filled: that of a cash receipt names its customer.
    """
    if attempt.told_lane in may_be_told(attempt, profile, can_fill=can_fill):
        return Lane(attempt.told_lane)
    if attempt.state is AttemptState.REVERSING and _may_net_cancel(attempt, profile, now_ms):
        return Lane.NET_CANCEL
    if may_be_cancelled(attempt, can_fill=can_fill):
        return Lane.CANCEL
    if profile.has_inquiry:
        return Lane.INQUIRY
    if attempt.state is AttemptState.UNRESOLVED or attempt.left_won:
        return Lane.PEOPLE  # the VAN undoes by itself or has done its part, and there is nothing to ask it
    return Lane.NET_CANCEL  # refused or late, but all there is: its answer may change


def may_be_told(attempt: Attempt, profile: Profile, *, can_fill: bool) -> frozenset[Lane]:
    """By which telegrams people may have it tried next, whatever the protocol would choose.

    A net-cancel after its window too, because its answer may change; but none where the VAN undoes by itself,
    where it may not be repeated, or where a cancel left something, which would be called undone.
    """
    if attempt.state not in TO_BE_UNDONE:
        return frozenset()
    net_cancels = attempt.net_cancel_mode is NetCancelMode.RELAY and not attempt.left_won
    possible = {
        Lane.NET_CANCEL: net_cancels and _takes_net_cancel(attempt, profile),
        Lane.INQUIRY: profile.has_inquiry,
        Lane.CANCEL: may_be_cancelled(attempt, can_fill=can_fill),
    }
    return frozenset(lane for lane, is_possible in possible.items() if is_possible)


def can_fill_cancel(sale: Sale) -> bool:
    """Whether an ordinary cancel can be filled: that of a cash receipt names its customer (docs/adr/0033)."""
    return sale.tender is not Tender.CASH_RECEIPT or bool(sale.sealed_customer)


def may_be_cancelled(attempt: Attempt, *, can_fill: bool) -> bool:
    """Whether an ordinary cancel can take back all of it: nothing is cancelled by a guessed amount.

    A cancel that left something is not repeated, because its number is known as done; none is sent for a cash
    receipt whose customer nobody kept, nor under a number that has named another amount.
    """
    is_known = bool(attempt.approval_number) and bool(attempt.approved_won)
    return is_known and not attempt.left_won and can_fill and has_number_for(attempt)


def approval_heard(index: int, said: Approved | InDoubt) -> dict[Path, object]:
    """What an answer says of an approval that is to be undone, as its attempt keeps it; no more than that."""
    facts: dict[Path, object] = {
        (f"a{index}", "approval_number"): said.approval_number,
        (f"a{index}", "approved_won"): said.approved_won,
    }
    return {path: one for path, one in facts.items() if one}


def _may_net_cancel(attempt: Attempt, profile: Profile, now_ms: int) -> bool:
    """Whether the contract still takes a net-cancel of this attempt."""
    in_window = now_ms - attempt.intent_at_ms < profile.net_cancel_window_seconds * 1_000
    return in_window and _takes_net_cancel(attempt, profile)


def _takes_net_cancel(attempt: Attempt, profile: Profile) -> bool:
    """Whether a net-cancel can be repeated, and names what its destination looks for."""
    repeats = profile.net_cancel_repeat_safe or attempt.tries == 0
    has_key = profile.net_cancel_key is NetCancelKey.TRACE_NUMBER or bool(attempt.approval_number)
    return repeats and has_key
