"""Lanes: by which telegram an approval that may live is undone next. They change; none of them is the end.

net-cancel → inquiry → ordinary cancel with the approval number that the inquiry found. Where a destination
refuses, a person is called and the next lane goes on; where no lane is left, the sale waits for a person or
for reconciliation, open. Promise: tests/spec/test_lanes.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from enum import StrEnum

from payment_core.approval.model import Attempt, AttemptState
from payment_core.approval.ports import NetCancelKey, Profile
from payment_core.kernel.tender import Tender


class Lane(StrEnum):
    """One way to undo; the word is what evidence items are named by."""

    NET_CANCEL = "undo"
    INQUIRY = "inquiry"
    CANCEL = "cancel"
    PEOPLE = "people"


def lane_of(attempt: Attempt, profile: Profile, now_ms: int, tender: Tender = Tender.CARD) -> Lane:
    """The next telegram for an open attempt; no cancel of a cash receipt, whose customer nobody kept."""
    if attempt.state is AttemptState.REVERSING and _may_net_cancel(attempt, profile, now_ms):
        return Lane.NET_CANCEL
    if attempt.approval_number and tender is not Tender.CASH_RECEIPT:
        return Lane.CANCEL
    if profile.has_inquiry:
        return Lane.INQUIRY
    if attempt.state is AttemptState.UNRESOLVED:
        return Lane.PEOPLE  # the VAN undoes by itself, and there is nothing to ask it
    return Lane.NET_CANCEL  # refused or late, but all there is: its answer may change


def _may_net_cancel(attempt: Attempt, profile: Profile, now_ms: int) -> bool:
    """Whether the contract still takes a net-cancel of this attempt."""
    in_window = now_ms - attempt.intent_at_ms < profile.net_cancel_window_seconds * 1_000
    repeats = profile.net_cancel_repeat_safe or attempt.tries == 0
    has_key = profile.net_cancel_key is NetCancelKey.TRACE_NUMBER or bool(attempt.approval_number)
    return in_window and repeats and has_key
