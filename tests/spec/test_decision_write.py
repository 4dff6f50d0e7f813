"""The write that an attempt's outcome becomes: its step, what history keeps of it, and who looks next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.change import DRIVER_LIMIT_MS
from payment_core.approval.model import Sale, Step
from payment_core.approval.outcome import AuthorisationOutcome, Declined, InDoubt, NotForwarded, NotSent
from payment_core.approval.second_attempt import SECOND_ATTEMPT_MS, may_go_on
from payment_core.approval.send import IN_LINE_TRY_MS, decide
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.hands import NOON_IN_SEOUL_MS, Clock
from tests.fakes.links import APPROVAL
from tests.spec.till import HANGANG, Till

NOW_MS = NOON_IN_SEOUL_MS
NOBODY = (None, None)
THE_REQUEST = ("request", NOW_MS + DRIVER_LIMIT_MS)
DECLINED = Declined("8326", "한도 초과")
ELSEWHERE = NotForwarded("8381", "전산장애")
UNSENT = NotSent("the line could not be opened")
DOUBT = InDoubt("cut", "0001", approval_number="30000001", approved_won=11_000)


def at_intent(mode: NetCancelMode = NetCancelMode.RELAY) -> Sale:
    """The sale while its destination is asked."""
    till = Till(profile=replace(HANGANG, net_cancel_mode=mode))
    till.accept()
    seen: list[Sale] = []
    till.link.meanwhile = lambda: seen.append(till.sale)
    till.send()
    return seen[0]


@pytest.mark.parametrize(
    ("outcome", "spare", "step", "evidence", "wake"),
    [
        (APPROVAL, False, Step.APPROVE, {"approval_number": "30000001", "code": "0000"}, NOBODY),
        (DECLINED, True, Step.DECLINE, {"code": "8326", "message": "한도 초과"}, NOBODY),
        (ELSEWHERE, False, Step.DECLINE, {"code": "8381", "message": "전산장애"}, NOBODY),
        (ELSEWHERE, True, Step.NOT_FORWARDED_GO_ON, {"code": "8381", "message": "전산장애"}, THE_REQUEST),
        (UNSENT, False, Step.NOT_SENT, {"reason": UNSENT.reason}, NOBODY),
        (UNSENT, True, Step.NOT_SENT_GO_ON, {"reason": UNSENT.reason}, THE_REQUEST),
        (
            DOUBT,
            False,
            Step.DOUBT,
            {"reason": "cut", "code": "0001"},
            ("net_cancel", NOW_MS + IN_LINE_TRY_MS),
        ),
        (DOUBT, True, Step.DOUBT_GO_ON, {"reason": "cut", "code": "0001"}, THE_REQUEST),
    ],
)
def test_an_outcome_becomes_one_write(
    outcome: AuthorisationOutcome,
    spare: bool,  # noqa: FBT001 -- a column of the table
    step: Step,
    evidence: dict[str, str],
    wake: tuple[str | None, int | None],
) -> None:
    change = decide(at_intent(), 0, outcome, HANGANG, Clock().hand(), spare=spare)

    assert change.entry is not None
    assert (change.step, change.entry.evidence) == (step, evidence)
    assert (change.sets.get(("owner",)), change.sets.get(("next_action_at_ms",))) == wake


def test_what_was_heard_before_the_doubt_is_kept_for_whoever_undoes_it() -> None:
    change = decide(at_intent(), 0, DOUBT, HANGANG, Clock().hand(), spare=True)

    assert (change.sets["a0", "approval_number"], change.sets["a0", "approved_won"]) == ("30000001", 11_000)


def test_what_its_van_owns_is_inquired_from_now_on() -> None:
    change = decide(at_intent(NetCancelMode.VAN_OWNED), 0, DOUBT, HANGANG, Clock().hand(), spare=False)

    assert (change.step, change.sets["owner",], change.sets["next_action_at_ms",]) == (
        Step.DOUBT_VAN_OWNED,
        "inquiry",
        NOW_MS,
    )


def test_a_destination_that_wants_a_pause_is_undone_behind_it() -> None:
    slow = replace(HANGANG, net_cancel_first_delay_seconds=30)

    change = decide(at_intent(), 0, DOUBT, slow, Clock().hand(), spare=False)

    assert change.sets["next_action_at_ms",] == NOW_MS + 30_000


@pytest.mark.parametrize(("left_ms", "goes_on"), [(SECOND_ATTEMPT_MS, True), (SECOND_ATTEMPT_MS - 1, False)])
def test_another_is_asked_as_long_as_its_time_just_fits(
    left_ms: int,
    goes_on: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    sale = replace(at_intent(), deadline_at_ms=NOW_MS + left_ms)

    assert may_go_on(sale, 0, spare=True, in_doubt=None, hand=Clock().hand()) is goes_on
