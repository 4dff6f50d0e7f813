"""What the POS may do: sell, ask again, give up, die, net-cancel, cancel."""

from __future__ import annotations

from typing import Final

from tools.model import messages as m
from tools.model.messages import Actor
from tools.model.state import ATTEMPTS, State, Till, Undo
from tools.model.world import Deed, Found, World

SEND: Final = Deed(Actor.POS, "sends the sale")
RETRY: Final = Deed(Actor.POS, "hears nothing, sends the same sale again")
GIVE_UP: Final = Deed(Actor.POS, "gives up waiting: not approved")
DIE: Final = Deed(Actor.POS, "dies")
UNDO: Final = Deed(Actor.POS, "sends its net-cancel")
CANCEL: Final = Deed(Actor.POS, "a person cancels the sale")
CANCEL_AGAIN: Final = Deed(Actor.POS, "asks for the cancel again")


CANCEL_PART: Final = tuple(Deed(Actor.POS, f"a person cancels part {part}") for part in ATTEMPTS)
NEXT_PART: Final = {
    Till.APPROVED: (0, Till.PART_WAIT),
    Till.PART_DONE: (1, Till.LAST_WAIT_AFTER_DONE),
    Till.PART_REFUSED: (1, Till.LAST_WAIT_AFTER_REFUSED),
}
# Waiting for a part → what the POS knows once it hears "done", and once it hears "refused".
ENDS_OF_PART: Final = {
    Till.PART_WAIT: (Till.PART_DONE, Till.PART_REFUSED),
    Till.LAST_WAIT_AFTER_DONE: (Till.CANCELLED, Till.ONE_PART_DONE),
    Till.LAST_WAIT_AFTER_REFUSED: (Till.ONE_PART_DONE, Till.NO_PART_DONE),
}


def act(state: State, world: World, found: Found) -> None:
    """Add what the POS may do next."""
    till, network = state.till, state.network
    if till == Till.IDLE:
        found.add(SEND, state._replace(till=Till.WAITING, network=network | m.REQUEST[0]))
    elif till == Till.WAITING:
        if state.retries:
            found.add(RETRY, state._replace(retries=0, network=network | m.REQUEST[1]))
        found.add(GIVE_UP, state._replace(till=Till.GAVE_UP, undo=Undo.PENDING))
        found.add(DIE, state._replace(till=Till.DEAD, undo=Undo.NONE))
    elif till == Till.GAVE_UP:
        found.add(DIE, state._replace(till=Till.DEAD, undo=Undo.NONE))
        if state.undo == Undo.PENDING:
            sent = state._replace(network=network | m.POS_UNDO)
            found.add(UNDO, sent, unless=m.POS_UNDO | m.POS_UNDO_OK | m.POS_UNDO_NO)
    elif world.rules.partial:
        _cancel_a_part(state, found)
    else:
        _cancel(state, found)


def _cancel_a_part(state: State, found: Found) -> None:
    """Two cancels by their own numbers, one after the other, each asked again until its end is heard."""
    till = state.till
    if till in NEXT_PART:
        part, waits = NEXT_PART[Till(till)]
        asked = state._replace(till=waits, network=state.network | m.CANCEL[part])
        found.add(CANCEL_PART[part], asked)
    elif till in ENDS_OF_PART:
        part = int(till != Till.PART_WAIT)
        again = state._replace(network=state.network | m.CANCEL[part])
        found.add(CANCEL_AGAIN, again, unless=m.CANCEL[part] | m.PART_OK[part] | m.PART_NO[part])


def _cancel(state: State, found: Found) -> None:
    till, network = state.till, state.network
    if till == Till.APPROVED:
        found.add(CANCEL, state._replace(till=Till.CANCEL_WAIT, network=network | m.CANCEL[0]))
    elif till == Till.CANCEL_WAIT:
        again = state._replace(network=network | m.CANCEL[1])
        found.add(CANCEL_AGAIN, again, unless=m.CANCEL[1] | m.CANCEL_OK)


def hear(bit: int, state: State) -> State:
    """Take a message that reached the POS; ``state`` has it out of the network already."""
    till = state.till
    if till == Till.WAITING and bit in {m.TOLD_APPROVED, m.TOLD_DECLINED}:
        return state._replace(till=Till.APPROVED if bit == m.TOLD_APPROVED else Till.DECLINED)
    if bit == m.POS_UNDO_OK:  # also where the till has died since
        return state._replace(undo=Undo.DONE)
    if bit == m.POS_UNDO_NO and state.undo == Undo.PENDING:
        return state._replace(undo=Undo.REFUSED)
    if till in ENDS_OF_PART:
        part = int(till != Till.PART_WAIT)
        done, refused = ENDS_OF_PART[Till(till)]
        if bit in {m.PART_OK[part], m.PART_NO[part]}:
            return state._replace(till=done if bit == m.PART_OK[part] else refused)
    if bit == m.CANCEL_OK and till == Till.CANCEL_WAIT:
        return state._replace(till=Till.CANCELLED)
    return state
