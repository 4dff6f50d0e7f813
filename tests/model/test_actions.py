"""No action looks at the messages in flight: what may happen is worked out for all of them (ADR 0023)."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn, cast

import pytest

from tools.model import pos, relay, vans
from tools.model.actions import Settings, first_state
from tools.model.messages import MESSAGES
from tools.model.state import State, pack
from tools.model.world import Found, Rules, World
from tools.model.worlds import ONE_VAN, PARTS, STRICT, VAN_OWNED

ENOUGH_STATES = 6_000


class InFlight:
    """Messages that may be added to, and not looked at."""

    def __or__(self, _: int) -> InFlight:
        return self

    def __bool__(self) -> NoReturn:
        raise AssertionError("an action asked whether anything is in flight; say `unless=`")

    def __eq__(self, _: object) -> NoReturn:
        raise AssertionError("an action compared what is in flight; say `unless=`")

    __hash__ = None  # type: ignore[assignment]  # not even to be put into a set


def settings_of(rules: Rules) -> Settings:
    """What may happen in the first thousands of states of a world, by setting."""
    settings = Settings(World(rules))
    reached = [pack(first_state(rules))]
    known = set(reached)
    for key in reached:
        if len(reached) > ENOUGH_STATES:
            break
        new = [after for after, _ in settings.successors(key) if after not in known]
        known.update(new)
        reached += dict.fromkeys(new)
    return settings


@pytest.mark.parametrize(
    "rules",
    [STRICT, VAN_OWNED, PARTS, replace(ONE_VAN, handshake=True)],
    ids=["strict", "owned", "parts", "ack"],
)
def test_no_actor_looks_at_what_is_in_flight_before_it_acts(rules: Rules) -> None:
    settings = settings_of(rules)

    for setting in list(settings.values()):
        state = unread(setting.state)
        for actor in (pos, relay, vans):
            actor.act(state, settings.world, Found())

    assert len(settings) > len(MESSAGES)


def test_an_actor_that_looks_would_be_caught() -> None:
    state = unread(first_state(STRICT))

    with pytest.raises(TypeError):
        assert state.network & 1
    with pytest.raises(AssertionError, match="unless="):
        assert not state.network


def unread(state: State) -> State:
    """The same state, with messages that cannot be looked at."""
    return state._replace(network=cast("int", InFlight()))
