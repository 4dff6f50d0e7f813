"""The nouns of a case and ``NEXT``, the only table of what may follow what.

A case is one thing about one sale, one terminal's journal or one break between settlement's lists that does
not end by itself in time. It is one item whose history only grows: that history is the log of who did what,
and why. It closes by evidence and by nothing else; age calls more people.
Door: functions/cases. Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from payment_core.kernel.hand import Hand
from payment_core.kernel.language import Language


class Kind(StrEnum):
    """What is the matter; a case may turn from one into another."""

    UNKNOWN_TOO_LONG = "UNKNOWN_TOO_LONG"
    NET_CANCEL_FAILED = "NET_CANCEL_FAILED"
    NET_CANCEL_REFUSED = "NET_CANCEL_REFUSED"
    LATE_APPROVAL = "LATE_APPROVAL"
    JOURNAL_DIFFERENCE = "JOURNAL_DIFFERENCE"
    BREAK = "BREAK"


class State(StrEnum):
    """How far people are. ``ABSENT`` is never stored: nothing was written yet."""

    ABSENT = "ABSENT"
    OPEN = "OPEN"
    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    EXECUTED = "EXECUTED"
    CLOSED = "CLOSED"


class Step(StrEnum):
    """A named move of a case. The word is what its history and its events say."""

    OPEN = "open"
    SEE = "see"
    ESCALATE = "escalate"
    PROPOSE = "propose"
    ORDER = "order"
    REFUSE = "refuse"
    APPROVE = "approve"
    EXECUTE = "execute"
    CLOSE = "close"


class Action(StrEnum):
    """What a person may have done; each runs through the protocol like everything else."""

    SEND_AGAIN = "SEND_AGAIN"
    INQUIRE = "INQUIRE"
    CANCEL = "CANCEL"
    PROVE = "PROVE"
    DISPROVE = "DISPROVE"
    UNDO = "UNDO"
    # of a break, by the words of payment_core/reconciliation/breaks.py
    SEND_NET_CANCEL = "SEND_NET_CANCEL"
    RECLAIM = "RECLAIM"
    GIVE_UP = "GIVE_UP"
    LEAVE = "LEAVE"
    REFUND_ROW = "REFUND_ROW"
    REFILE = "REFILE"
    ADJUST_ENTRY = "ADJUST_ENTRY"
    DECIDE = "DECIDE"
    ASK_COUNTERPARTY = "ASK_COUNTERPARTY"
    TELL_MERCHANT = "TELL_MERCHANT"
    WAIT = "WAIT"


# What a case about a sale or a journal offers; the rest repairs a break.
OF_A_SALE: Final = (
    Action.SEND_AGAIN,
    Action.INQUIRE,
    Action.CANCEL,
    Action.PROVE,
    Action.DISPROVE,
    Action.UNDO,
)
PROOFS: Final = frozenset({Action.PROVE, Action.DISPROVE})

# These move no money; everything else does, or says that none is missing.
NEEDS_ONE: Final = frozenset(
    {Action.INQUIRE, Action.LEAVE, Action.ASK_COUNTERPARTY, Action.TELL_MERCHANT, Action.WAIT}
)
NEEDS_TWO: Final = frozenset(Action) - NEEDS_ONE

# Whose case it is, by level; age raises the level, and nothing lowers it while the case is open.
OWNERS: Final = {1: "operator", 2: "supervisor", 3: "director"}
HIGHEST_LEVEL: Final = 3
HOUR_MS: Final = 3_600_000
DEADLINES_MS: Final[Mapping[Kind, int]] = {
    Kind.UNKNOWN_TOO_LONG: 24 * HOUR_MS,
    Kind.NET_CANCEL_FAILED: 24 * HOUR_MS,
    Kind.NET_CANCEL_REFUSED: 4 * HOUR_MS,
    Kind.LATE_APPROVAL: 4 * HOUR_MS,
    Kind.JOURNAL_DIFFERENCE: 72 * HOUR_MS,
    Kind.BREAK: 72 * HOUR_MS,
}


@dataclass(frozen=True)
class Rule:
    """One row of ``NEXT``; ``to`` is ``None`` where the state stays."""

    came_from: frozenset[State]
    to: State | None = None


_STANDING: Final = frozenset({State.OPEN, State.PROPOSED, State.APPROVED, State.EXECUTED})
_FREE: Final = frozenset({State.OPEN, State.EXECUTED})

NEXT: Final[Mapping[Step, Rule]] = {
    Step.OPEN: Rule(frozenset({State.ABSENT, State.CLOSED}), State.OPEN),
    Step.SEE: Rule(_STANDING),
    Step.ESCALATE: Rule(_STANDING),
    Step.PROPOSE: Rule(_FREE, State.PROPOSED),
    Step.ORDER: Rule(_FREE, State.APPROVED),
    Step.REFUSE: Rule(frozenset({State.PROPOSED}), State.OPEN),
    Step.APPROVE: Rule(frozenset({State.PROPOSED}), State.APPROVED),
    Step.EXECUTE: Rule(frozenset({State.APPROVED}), State.EXECUTED),
    Step.CLOSE: Rule(_STANDING, State.CLOSED),
}


@dataclass(frozen=True)
class Proposal:
    """What somebody wants done.

    Attributes:
        maker: Who proposed it.
        reason: Why, in the maker's words.
        approval_number: For a cancel: what the destination approved it as; empty where that is known.
        approved_won: For a cancel: how much it approved; 0 where that is known.
        proof: What shows that nothing is live any more: who said so, where it can be read.
        debit, credit: For an entry that is adjusted: the accounts; empty where the rule names them.
        checker: Who approved it; empty before, and of an order that one person may give.
    """

    action: Action
    maker: str
    reason: str
    at_ms: int
    approval_number: str = ""
    approved_won: int = 0
    proof: str = ""
    debit: str = ""
    credit: str = ""
    checker: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of history, which is never changed.

    Attributes:
        by: The person, or the hand that looked.
        state: The case after it.
        words: What it relied on, or what was said.
    """

    step: Step
    at_ms: int
    by: str
    write_id: str
    state: State
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One thing that people must look at.

    Attributes:
        about: The sale's or cancel's id, terminal and date of a journal, or merchant and date of a break.
        part: What of it: an attempt (``a0``), a cancel, a kind of a journal's difference, or a break's sign.
        version: How often it was written.
        opened_at_ms: When it came up; again, after it had been closed.
        deadline_at_ms: By then it should be closed; nothing happens to the money then, people are called.
        since_ms: Since when what it is about stands as it does.
        won: What may be held, or what differs.
        level: Of its owner, 1 to 3.
        evidence: What is known of it.
        may: What the protocol lets people do about it now.
        action: What is proposed to people; ``None`` where nothing can be done from here.
        why: A sentence for people, by language, with that proposal.
        proposal: What somebody wants done; ``None`` where nobody does.
    """

    about: str
    part: str
    kind: Kind
    state: State
    version: int
    opened_at_ms: int
    deadline_at_ms: int
    since_ms: int
    won: int
    destination: str = ""
    level: int = 1
    evidence: Mapping[str, str] = field(default_factory=dict)
    may: tuple[Action, ...] = ()
    action: Action | None = None
    why: Mapping[Language, str] = field(default_factory=dict)
    proposal: Proposal | None = None
    history: tuple[Entry, ...] = ()

    @property
    def case_id(self) -> str:
        """``1001-10010001-1-20261120-42:a0``: what people, addresses and logs use."""
        return f"{self.about}:{self.part}"

    @property
    def owner(self) -> str:
        """Whose turn it is."""
        return OWNERS[self.level]

    @property
    def is_open(self) -> bool:
        """Whether it still needs somebody."""
        return self.state is not State.CLOSED

    def age_ms(self, now_ms: int) -> int:
        """How long it has been open."""
        return max(0, now_ms - self.opened_at_ms)


def allows(step: Step, state: State) -> bool:
    """Whether ``NEXT`` lets this step happen to a case in this state."""
    return state in NEXT[step].came_from


def moved(step: Step, case: Case, hand: Hand, words: Mapping[str, str], *, by: str = "") -> Case:
    """The case after one step, with its line of history.

    Args:
        step: One that ``NEXT`` allows from here.
        case: As it was seen, with whatever else the step changes.
        hand: Who writes.
        words: What the line says.
        by: The person, where one acted.
    """
    assert allows(step, case.state), f"{step} is not allowed from {case.state}"  # noqa: S101 -- a bug
    state = NEXT[step].to or case.state
    entry = Entry(step, hand.now_ms(), by or hand.name, hand.new_id(), state, words)
    return replace(case, state=state, version=case.version + 1, history=(*case.history, entry))
