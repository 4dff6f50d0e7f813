"""What the model remembers of one sale: small whole numbers, packed into one for the set of states seen.

The decision and the attempts are the words of payment_core; everything else is the world around them.
Story: docs/proof/model.md.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

from payment_core.approval.model import MAXIMUM_ATTEMPTS, AttemptState, CancelState, Decision

MOST_SALES: Final = 4_096  # twelve bits in `pack`
NETWORK_AT: Final = 43  # the messages in flight are the bits of `pack` from here
ATTEMPTS: Final = range(MAXIMUM_ATTEMPTS)


class Till(IntEnum):
    """What the POS knows of its sale."""

    IDLE = 0
    WAITING = 1
    APPROVED = 2
    DECLINED = 3
    GAVE_UP = 4
    DEAD = 5
    CANCEL_WAIT = 6
    CANCELLED = 7
    PART_WAIT = 8
    PART_DONE = 9
    PART_REFUSED = 10
    ONE_PART_DONE = 11
    NO_PART_DONE = 12
    LAST_WAIT_AFTER_DONE = 13
    LAST_WAIT_AFTER_REFUSED = 14


class Undo(IntEnum):
    """The POS's own net-cancel."""

    NONE = 0
    PENDING = 1
    DONE = 2
    REFUSED = 3


class Part(IntEnum):
    """What the destination made of one cancel; it keeps to it, unless its world lets it refuse a repeat."""

    NONE = 0
    DONE = 1
    REFUSED = 2


class Issuer(IntEnum):
    """What one destination holds for one attempt; ``LIVE_TWICE`` only where a mutant sends twice."""

    NONE = 0
    LIVE = 1
    CANCELLED = 2
    DECLINED = 3
    TENTATIVE = 4
    LIVE_TWICE = 5


LIVE_COUNT: Final = (0, 1, 0, 0, 1, 2)


class Hand(IntEnum):
    """Where one handler stands: a step, and the attempt it is about."""

    NOBODY = 0
    START = 1
    OWN_0 = 2
    OWN_1 = 3
    INTENT_0 = 4
    INTENT_1 = 5
    WAIT_0 = 6
    WAIT_1 = 7
    EOT_0 = 8
    EOT_1 = 9
    NET_CANCEL_WAIT = 10
    ANSWER_APPROVED = 11
    ANSWER_DECLINED = 12


OWN: Final = (Hand.OWN_0, Hand.OWN_1)
INTENT: Final = (Hand.INTENT_0, Hand.INTENT_1)
WAIT: Final = (Hand.WAIT_0, Hand.WAIT_1)
EOT: Final = (Hand.EOT_0, Hand.EOT_1)


class Sale(NamedTuple):
    """The item, as far as guards read it.

    Attributes:
        attempts: States of both attempts.
        cancels: What each of the two cancels of the POS came to, where there are partial ones.
        claimed: How many batches of settlement hold it.
        filed: How many hold the refund that each of the two cancels became.
        sent: Whether no telegram, one, or more of each of the two cancels may have left.
    """

    decision: Decision
    attempts: tuple[AttemptState, ...] = (AttemptState.ABSENT,) * MAXIMUM_ATTEMPTS
    cancels: tuple[CancelState | None, ...] = (None, None)
    claimed: int = 0
    filed: tuple[int, ...] = (0, 0)
    sent: tuple[int, ...] = (0, 0)


class State(NamedTuple):
    """One state of the whole world.

    Attributes:
        sale: A number of ``Sales``.
        horizon: Bit i: an authorisation of attempt i can reach its destination no more.
        issuer: Three bits per attempt: ``Issuer``.
        handlers: Four bits each, at most two, the larger one first.
        network: One bit per message in flight.
        faults: Duplications that may still happen.
        parts: Two bits per partial cancel: ``Part``.
        tries: Net-cancels counted, where a mutant counts them.
    """

    till: int
    retries: int
    undo: int
    sale: int
    horizon: int
    issuer: int
    handlers: int
    network: int
    faults: int = 0
    parts: int = 0
    tries: int = 0


def pack(state: State) -> int:
    """One number per state, exactly: what the set of seen states keeps."""
    till, retries, undo, sale, horizon, issuer, handlers, network, faults, parts, tries = state
    low = till | retries << 4 | undo << 5 | horizon << 7 | issuer << 9 | handlers << 15
    return low | (faults | parts << 2 | tries << 6) << 23 | sale << 31 | network << NETWORK_AT


def unpack(key: int) -> State:
    """The state that ``pack`` made this number of."""
    return State(
        till=key & 15,
        retries=key >> 4 & 1,
        undo=key >> 5 & 3,
        sale=key >> 31 & 0xFFF,
        horizon=key >> 7 & 3,
        issuer=key >> 9 & 63,
        handlers=key >> 15 & 0xFF,
        network=key >> NETWORK_AT,
        faults=key >> 23 & 3,
        parts=key >> 25 & 15,
        tries=key >> 29 & 3,
    )


def issuer_of(state: State, index: int) -> int:
    """What the destination of attempt ``index`` holds."""
    return state.issuer >> 3 * index & 7


def with_issuer(state: State, index: int, value: Issuer) -> int:
    """Both destinations, with that of ``index`` changed."""
    return state.issuer & ~(7 << 3 * index) | value << 3 * index


def live_count(state: State) -> int:
    """How many approvals the issuers hold for this sale."""
    return LIVE_COUNT[state.issuer & 7] + LIVE_COUNT[state.issuer >> 3]


def has_hand(handlers: int, hand: int) -> bool:
    """Whether one of the handlers stands there."""
    return handlers & 15 == hand or handlers >> 4 == hand


def moved_hand(handlers: int, before: int, after: int) -> int:
    """The handlers with one of them elsewhere; ``NOBODY`` comes from nowhere or goes for good."""
    other = handlers >> 4 if handlers & 15 == before else handlers & 15
    return max(other, after) << 4 | min(other, after)


class Sales:
    """Numbers for the items that occur, so that a state stays small."""

    def __init__(self) -> None:
        """Begin with the item that is not there yet: number 0."""
        self._numbers: dict[Sale, int] = {}
        self.known: list[Sale] = []
        self.number(Sale(Decision.ABSENT))

    def number(self, sale: Sale) -> int:
        """The number of this item; a new one where it occurs for the first time."""
        if sale not in self._numbers:
            assert len(self.known) < MOST_SALES, "pack has no room for more items"  # noqa: S101 -- a bug
            self._numbers[sale] = len(self.known)
            self.known.append(sale)
        return self._numbers[sale]
