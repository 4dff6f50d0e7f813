"""The next try of an undoing: what an answer without an end writes down, whom it calls, and for when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from payment_core.approval.change import Change
from payment_core.approval.lanes import Lane
from payment_core.approval.model import AttemptState, Sale
from payment_core.approval.net_cancel import AMOUNT_UNKNOWN, record
from payment_core.approval.outcome import Refused
from payment_core.approval.ports import Profile
from tests.fakes.hands import Clock
from tests.fakes.links import APPROVAL, SILENCE
from tests.spec.till import HANGANG, an_unanswered_sale

OPEN = an_unanswered_sale().sale
SOON_MS = 1_000  # after the moment of the answer: the hand draws no jitter
UNKNOWN = replace(APPROVAL, approved_won=0)
REFUSED = Refused("2020", "망취소 기한 경과")


def open_at(state: AttemptState) -> Sale:
    """The sale in doubt after three tries, its attempt in this state."""
    (attempt,) = OPEN.attempts
    return replace(OPEN, attempts=(replace(attempt, state=state, tries=3),))


def written(change: Change) -> Mapping[Any, object]:
    """What it writes beside its own id."""
    return {path: one for path, one in change.sets.items() if path != ("write_id",)}


@pytest.mark.parametrize(
    ("state", "owner"),
    [
        (AttemptState.REVERSING, "net_cancel"),
        (AttemptState.UNRESOLVED, "inquiry"),
        (AttemptState.MANUAL, "operator"),
    ],
)
def test_silence_is_tried_again_by_whoever_has_it(state: AttemptState, owner: str) -> None:
    clock = Clock()

    change = record(open_at(state), 0, Lane.NET_CANCEL, SILENCE, HANGANG, clock.hand())

    assert written(change) == {
        ("a0", "tries"): 4,
        ("owner",): owner,
        ("next_action_at_ms",): clock.at_ms + SOON_MS,
    }


def test_a_refusal_counts_as_a_try_and_calls_a_person_once() -> None:
    clock = Clock()

    called = record(open_at(AttemptState.REVERSING), 0, Lane.NET_CANCEL, REFUSED, HANGANG, clock.hand())
    again = record(open_at(AttemptState.MANUAL), 0, Lane.NET_CANCEL, REFUSED, HANGANG, clock.hand())

    tried = {("a0", "tries"): 4, ("owner",): "operator", ("next_action_at_ms",): clock.at_ms + SOON_MS}
    assert written(called) == {**tried, ("a0", "state"): "MANUAL"}
    assert written(again) == tried
    assert again.step is None


@pytest.mark.parametrize("profile", [HANGANG, replace(HANGANG, has_inquiry=True)])
def test_an_approval_of_an_amount_that_nobody_told_calls_a_person_and_is_remembered(profile: Profile) -> None:
    clock = Clock()

    change = record(open_at(AttemptState.REVERSING), 0, Lane.INQUIRY, UNKNOWN, profile, clock.hand())

    assert change.entry is not None
    assert change.entry.evidence == {"code": "0000", "reason": AMOUNT_UNKNOWN}
    assert written(change)["a0", "approval_number"] == "30000001"


def test_an_approval_that_an_inquiry_found_is_cancelled_at_once() -> None:
    clock = Clock()

    change = record(open_at(AttemptState.UNRESOLVED), 0, Lane.INQUIRY, APPROVAL, HANGANG, clock.hand())

    assert written(change)["next_action_at_ms",] == clock.at_ms
    assert (written(change)["a0", "approval_number"], written(change)["a0", "approved_won"]) == (
        "30000001",
        11_000,
    )


def test_an_approval_that_cannot_be_cancelled_yet_is_looked_at_later() -> None:
    clock, receipt = Clock(), replace(APPROVAL, approval_number="")

    change = record(open_at(AttemptState.UNRESOLVED), 0, Lane.INQUIRY, receipt, HANGANG, clock.hand())

    assert written(change)["next_action_at_ms",] == clock.at_ms + SOON_MS
