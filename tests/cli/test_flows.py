"""The pictures of docs/flows: drawn from what happened on a real world, and possible in today's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from payment_adapters.timeline import UNREADABLE, layout_class
from payment_core.approval.model import (
    MAXIMUM_ATTEMPTS,
    NEXT,
    AttemptState,
    Decision,
    Step,
    after,
    allows,
    is_open,
)
from tools.flows.pages import PAGES, filled, record, told
from tools.flows.record import RECORDS
from tools.flows.stories import STORIES

NAMES = [story.__name__ for stories in STORIES.values() for story in stories]
STATES = tuple[Decision, tuple[AttemptState, ...]]


def events_of(name: str) -> list[list[dict[str, Any]]]:
    return [part["events"] for part in record(name)["parts"]]


def sales_of(name: str) -> list[list[dict[str, Any]]]:
    """The parts of a record that are about a sale; the others say what was done to the world."""
    return [events for events in events_of(name) if any(event["kind"] == "step" for event in events)]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_shows_its_stories_as_they_were_recorded(page: Path) -> None:
    written = page.read_text(encoding="utf-8")

    assert told(written) == [story.__name__ for story in STORIES.get(page.stem, ())]
    assert written == filled(written), "run: python -m tools.flows.pages"


def test_every_story_is_recorded_and_every_record_is_a_story() -> None:
    assert {place.stem for place in RECORDS.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_step_of_a_story_is_one_that_the_code_allows_today(name: str) -> None:
    for events in sales_of(name):
        state: STATES = (Decision.ABSENT, (AttemptState.ABSENT,) * MAXIMUM_ATTEMPTS)
        for event in events:
            if event["kind"] == "step":
                reached = (Decision(event["decision"]), tuple(map(AttemptState, event["attempts"])))
                assert reached in one_step_on(Step(event["step"]), state), event
                state = reached
        assert not is_open(*state), "a story ends when its money is at rest"


def one_step_on(step: Step, state: STATES) -> list[STATES]:
    """Where a step may lead, whichever attempt it is about; history leaves out attempts never made."""
    indexes = range(MAXIMUM_ATTEMPTS) if NEXT[step].attempt else (None,)
    return [after(step, *state, index) for index in indexes if allows(step, *state, index)]


@pytest.mark.parametrize("name", NAMES)
def test_every_telegram_of_a_story_is_one_of_the_papers(name: str) -> None:
    telegrams = {
        event["telegram"] for events in events_of(name) for event in events if event.get("telegram")
    } - {UNREADABLE}

    assert all(layout_class(telegram).layout.rows for telegram in telegrams)


@pytest.mark.parametrize("name", NAMES)
def test_no_byte_leaves_before_its_intent_and_no_net_cancel_before_its_reversal(name: str) -> None:
    for events in events_of(name):
        seen: list[str] = []
        for event in events:
            if event["kind"] == "step":
                seen.append(event["step"])
            if event["kind"] == "sent" and event["telegram"].endswith("ApprovalRequest"):
                assert "intent" in seen
            if event["kind"] == "sent" and event["telegram"].endswith("NetCancelRequest"):
                assert {"doubt", "doubt_go_on", "pos_undo"} & set(seen)


def test_the_pictures_show_every_step_but_these() -> None:
    told_steps = {event.get("step") for name in NAMES for events in events_of(name) for event in events}

    assert set(Step) - told_steps == {
        *(Step.NOT_SENT, Step.NOT_FORWARDED_GO_ON, Step.GIVE_UP_UNSENT),
        *(Step.POS_UNDO_IDLE, Step.POS_UNDO_VAN_OWNED),
        *(Step.REVERSAL_PROVED, Step.AMOUNT_HEARD, Step.CANCEL_REFUSED, Step.CANCEL_DIFFERS),
        *(Step.KEPT_THERE, Step.KEPT_REFUSED, Step.KEPT_UNDONE),
    }
