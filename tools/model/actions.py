"""Everything that may happen next in one state: each actor's own steps, and every message's fate."""

from __future__ import annotations

from typing import Final

from tools.model import messages as m
from tools.model import pos, relay, vans
from tools.model.messages import MESSAGES, VANS, Actor
from tools.model.state import Issuer, State, Till, Undo
from tools.model.world import COPIED, DELIVERED, LOST, Found, Rules, World

ANSWERS: Final = frozenset((*m.ANSWER_APPROVED, *m.ANSWER_DECLINED, *m.EOT))
PARTS: Final = frozenset((*m.VAN_CANCEL_OK, *m.VAN_CANCEL_NO))


def first_state(rules: Rules) -> State:
    """Nothing has happened: an idle POS that may repeat once, no item, nothing in flight."""
    return State(Till.IDLE, 1, Undo.NONE, 0, 0, Issuer.NONE, 0, 0, rules.duplicates)


def successors(state: State, world: World) -> Found:
    """List every deed that is possible now and the state it leads to, in a fixed order."""
    found: Found = []
    pos.act(state, world, found)
    relay.act(state, world, found)
    vans.act(state, world, found)
    rest = state.network
    while rest:
        bit = rest & -rest
        rest ^= bit
        gone = state._replace(network=state.network & ~bit)
        found.append((LOST[bit], gone))
        _deliver(bit, gone, world, found)
        if state.faults:
            copied: Found = []
            _deliver(bit, state._replace(faults=state.faults - 1), world, copied)
            found += ((COPIED[bit], after) for _, after in copied)
    return found


def _deliver(bit: int, state: State, world: World, found: Found) -> None:
    receiver = MESSAGES[bit].receiver
    if receiver is Actor.POS:
        found.append((DELIVERED[bit], pos.hear(bit, state)))
    elif receiver in VANS:
        vans.hear(bit, state, world, found)
    elif MESSAGES[bit].sender is Actor.POS:
        if (heard := relay.hear(bit, state, world)) is not None:
            found.append((DELIVERED[bit], heard))
    elif bit in ANSWERS:
        found.append((DELIVERED[bit], relay.hear_answer(bit, state, world)))
    elif bit in PARTS:
        found.append((DELIVERED[bit], vans.hear_part(bit, state, world)))
    else:
        found.append((DELIVERED[bit], vans.hear_undo(bit, state, world)))
