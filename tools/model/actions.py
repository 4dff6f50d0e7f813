"""Everything that may happen next in one state: each actor's own steps, and every message's fate.

Messages in flight matter to what may happen in one way only: some of them forbid it. So it is worked out
once for all states that differ in nothing else, and kept: a state is its setting and its messages in flight.
"""

from __future__ import annotations

from typing import Final

from tools.model import messages as m
from tools.model import pos, relay, vans
from tools.model.messages import MESSAGES, VANS, Actor
from tools.model.properties import for_reconciliation, quiescent, unquiet, unsafe
from tools.model.state import NETWORK_AT, Issuer, State, Till, Undo, pack, unpack
from tools.model.world import COPIED, DELIVERED, LOST, Deed, Found, Rules, World

ANSWERS: Final = frozenset((*m.ANSWER_APPROVED, *m.ANSWER_DECLINED, *m.EOT))
PARTS: Final = frozenset((*m.VAN_CANCEL_OK, *m.VAN_CANCEL_NO))
SETTING: Final = (1 << NETWORK_AT) - 1  # what is left of a packed state without its messages

Fates = list[tuple[int, int, Deed]]


def first_state(rules: Rules) -> State:
    """Nothing has happened: an idle POS that may repeat once, no item, nothing in flight."""
    return State(Till.IDLE, 1, Undo.NONE, 0, 0, Issuer.NONE, 0, 0, rules.duplicates)


class Setting:
    """All that a state holds but the messages in flight: what may happen in it, and what the properties say.

    Attributes:
        acts: What the actors do by themselves: messages that forbid it, what it leaves and sends, its deed.
        fates: By message in flight: which leaves the network, what else it leaves and sends, its deed.
        unsafe: What must never be; empty where nothing is.
        rests: Whether this is rest once no message is in flight.
        unquiet: What must not be at rest; empty where nothing is.
        reconciliation: Whether people have to look at it at rest.
    """

    def __init__(self, state: State, world: World) -> None:
        """Ask every actor and every property once; ``state`` has an empty network."""
        self.state, self.world = state, world
        found = Found()
        for actor in (pos, relay, vans):
            actor.act(state, world, found)
        self.acts = [(act.unless << NETWORK_AT, pack(act.after), act.deed) for act in found]
        self.fates: dict[int, Fates] = {}
        self.unsafe = unsafe(state, world)
        self.rests = quiescent(state, world)
        self.unquiet = unquiet(state, world) if self.rests else ""
        self.reconciliation = self.rests and for_reconciliation(state, world)

    def fates_of(self, place: int) -> Fates:
        """One message is lost, or heard, or heard with a copy to come; ``place`` is its packed bit."""
        if place not in self.fates:
            bit = place >> NETWORK_AT
            heard = Found()
            _deliver(bit, self.state, self.world, heard)
            fates = [(place, pack(self.state), LOST[bit])]
            fates += ((place, pack(act.after), act.deed) for act in heard)
            if self.state.faults:
                copied = Found()
                _deliver(bit, self.state._replace(faults=self.state.faults - 1), self.world, copied)
                fates += ((0, pack(act.after), COPIED[bit]) for act in copied)
            self.fates[place] = fates
        return self.fates[place]


class Settings(dict[int, Setting]):
    """Every setting that occurred so far in one world, by a packed state without its messages."""

    def __init__(self, world: World) -> None:
        """Begin with none."""
        super().__init__()
        self.world = world

    def __missing__(self, key: int) -> Setting:
        """Work out a new one."""
        setting = self[key] = Setting(unpack(key), self.world)
        return setting

    def successors(self, key: int) -> list[tuple[int, Deed]]:
        """List every packed state that may follow this one, and by which deed, in a fixed order."""
        setting = self[key & SETTING]
        network = key & ~SETTING
        found = [(network | after, deed) for unless, after, deed in setting.acts if not network & unless]
        rest = network
        while rest:
            place = rest & -rest
            rest ^= place
            found += [(network ^ taken | after, deed) for taken, after, deed in setting.fates_of(place)]
        return found


def _deliver(bit: int, state: State, world: World, found: Found) -> None:
    receiver = MESSAGES[bit].receiver
    if receiver is Actor.POS:
        found.add(DELIVERED[bit], pos.hear(bit, state))
    elif receiver in VANS:
        vans.hear(bit, state, world, found)
    elif MESSAGES[bit].sender is Actor.POS:
        if (heard := relay.hear(bit, state, world)) is not None:
            found.add(DELIVERED[bit], heard)
    elif bit in ANSWERS:
        found.add(DELIVERED[bit], relay.hear_answer(bit, state, world))
    elif bit in PARTS:
        found.add(DELIVERED[bit], vans.hear_part(bit, state, world))
    else:
        found.add(DELIVERED[bit], vans.hear_undo(bit, state, world))
