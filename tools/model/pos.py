"""What the POS may do: sell, ask again, give up, die, net-cancel, cancel."""

from __future__ import annotations

from typing import Final

from tools.model import messages as m
from tools.model.messages import Actor
from tools.model.state import State, Till, Undo
from tools.model.world import Deed, Found, World

SEND: Final = Deed(Actor.POS, "sends the sale")
RETRY: Final = Deed(Actor.POS, "hears nothing, sends the same sale again")
GIVE_UP: Final = Deed(Actor.POS, "gives up waiting: not approved")
DIE: Final = Deed(Actor.POS, "dies")
UNDO: Final = Deed(Actor.POS, "sends its net-cancel")
CANCEL: Final = Deed(Actor.POS, "a person cancels the sale")
CANCEL_AGAIN: Final = Deed(Actor.POS, "asks for the cancel again")


def act(state: State, world: World, found: Found) -> None:
    """Add what the POS may do next."""
    till, network = state.till, state.network
    if till == Till.IDLE:
        found.append((SEND, state._replace(till=Till.WAITING, network=network | m.REQUEST[0])))
    elif till == Till.WAITING:
        if state.retries:
            found.append((RETRY, state._replace(retries=0, network=network | m.REQUEST[1])))
        found.append((GIVE_UP, state._replace(till=Till.GAVE_UP, undo=Undo.PENDING)))
        found.append((DIE, state._replace(till=Till.DEAD, undo=Undo.NONE)))
    elif till == Till.GAVE_UP:
        found.append((DIE, state._replace(till=Till.DEAD, undo=Undo.NONE)))
        if state.undo == Undo.PENDING and not network & (m.POS_UNDO | m.POS_UNDO_OK):
            found.append((UNDO, state._replace(network=network | m.POS_UNDO)))
    else:
        _cancel(state, found)


def _cancel(state: State, found: Found) -> None:
    till, network = state.till, state.network
    if till == Till.APPROVED:
        found.append((CANCEL, state._replace(till=Till.CANCEL_WAIT, network=network | m.CANCEL[0])))
    elif till == Till.CANCEL_WAIT and not network & (m.CANCEL[1] | m.CANCEL_OK):
        found.append((CANCEL_AGAIN, state._replace(network=network | m.CANCEL[1])))


def hear(bit: int, state: State) -> State:
    """Take a message that reached the POS; ``state`` has it out of the network already."""
    till = state.till
    if till == Till.WAITING and bit in {m.TOLD_APPROVED, m.TOLD_DECLINED}:
        return state._replace(till=Till.APPROVED if bit == m.TOLD_APPROVED else Till.DECLINED)
    if bit == m.POS_UNDO_OK:  # also where the till has died since
        return state._replace(undo=Undo.DONE)
    if bit == m.CANCEL_OK and till == Till.CANCEL_WAIT:
        return state._replace(till=Till.CANCELLED)
    return state
