"""The workflow of a settlement day: stages in their order; one that waits or fails is asked for again."""

from __future__ import annotations

from typing import Final

import pytest

from payment_core.settlement.settlement_day import STAGES
from tests.workflows.memory_stage import MemoryStage
from tests.workflows.stage import Act, Played, answers, fails

FUNCTION: Final = "SettlementStepFunction"
DONE: Final = answers(is_done=True)
WAITS: Final = answers(is_done=False)


def play(*acts: Act, seconds: int = 1, **shrink: int) -> Played:
    return MemoryStage().play(
        "settlement_day",
        {FUNCTION: list(acts)},
        shrink={"Seconds": seconds, **shrink},
        merchant="1001",
        business_date="20261120",
    )


def asked(played: Played) -> list[str]:
    return [event["stage"] for _, event in played.calls]


def test_every_stage_is_asked_for_once_and_in_its_order() -> None:
    played = play(DONE)

    assert played.status == "SUCCEEDED"
    assert asked(played) == [str(stage) for stage in STAGES]
    assert played.calls[0] == (FUNCTION, {"stage": "close", "merchant": "1001", "business_date": "20261120"})


@pytest.mark.parametrize("place", [0, 3, len(STAGES) - 1])
@pytest.mark.parametrize(
    "act", [WAITS, fails("StoreUnavailableError"), fails("NobodyKnowsThisError"), {"exit": 1}]
)
def test_a_stage_that_waits_or_fails_is_asked_for_again_and_nothing_after_it(place: int, act: Act) -> None:
    played = play(*[DONE] * place, act, act, DONE)

    words = [str(stage) for stage in STAGES]
    assert played.status == "SUCCEEDED"
    assert asked(played) == [*words[:place], *[words[place]] * 3, *words[place + 1 :]]


def test_a_stage_that_takes_too_long_is_asked_for_again() -> None:
    played = play({"sleep": 3}, DONE, TimeoutSeconds=1)

    assert (played.status, asked(played)[:2]) == ("SUCCEEDED", ["close", "close"])
