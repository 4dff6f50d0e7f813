"""The nouns of one sale and ``NEXT``, the only table of what may follow what.

The sale is one item. It moves only by a ``Change``: a step that ``NEXT`` allows from the state that was seen,
on the condition that it still stands. Story: docs/flows/approval.md. Promise: tests/spec/test_approval.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from payment_core.approval.outcome import NO_TRAIL, Trail
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender

MAXIMUM_ATTEMPTS: Final = 2


class Decision(StrEnum):
    """What the sale came to. ``ABSENT`` is never stored: nothing was written yet."""

    ABSENT = "ABSENT"
    RECEIVED = "RECEIVED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    REVERSE = "REVERSE"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"


class AttemptState(StrEnum):
    """What one authorisation telegram to one destination came to."""

    ABSENT = "ABSENT"
    INTENT = "INTENT"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    NOT_SENT = "NOT_SENT"
    REVERSING = "REVERSING"
    UNRESOLVED = "UNRESOLVED"
    REVERSED = "REVERSED"
    MANUAL = "MANUAL"


class CancelState(StrEnum):
    """What one cancel of a known approval came to."""

    REQUESTED = "REQUESTED"
    MANUAL = "MANUAL"  # what its destination says does not end it: still open, and a person owns it
    DONE = "DONE"
    REFUSED = "REFUSED"
    REFUND = "REFUND"  # a settlement file gives it back


OPEN_CANCELS: Final = frozenset({CancelState.REQUESTED, CancelState.MANUAL})
OPEN_DECISIONS: Final = frozenset({Decision.RECEIVED, Decision.CANCELLING})
OPEN_ATTEMPTS: Final = frozenset(
    {AttemptState.INTENT, AttemptState.REVERSING, AttemptState.UNRESOLVED, AttemptState.MANUAL}
)
TO_BE_UNDONE: Final = OPEN_ATTEMPTS - {AttemptState.INTENT}
CLOSED_WITHOUT_APPROVAL: Final = frozenset(
    {AttemptState.DECLINED, AttemptState.NOT_SENT, AttemptState.REVERSED}
)


class Step(StrEnum):
    """A named move of the sale. The word is what history, events and timelines say."""

    ACCEPT = "accept"
    INTENT = "intent"
    APPROVE = "approve"
    DECLINE = "decline"
    NOT_SENT = "not_sent"
    DOUBT = "doubt"
    DOUBT_VAN_OWNED = "doubt_van_owned"
    NOT_SENT_GO_ON = "not_sent_go_on"
    NOT_FORWARDED_GO_ON = "not_forwarded_go_on"
    DOUBT_GO_ON = "doubt_go_on"
    GIVE_UP_UNSENT = "give_up_unsent"
    GIVE_UP_REVERSING = "give_up_reversing"
    POS_TOMBSTONE = "pos_tombstone"
    POS_UNDO = "pos_undo"
    POS_UNDO_VAN_OWNED = "pos_undo_van_owned"
    POS_UNDO_IDLE = "pos_undo_idle"
    REVERSAL_CONFIRMED = "reversal_confirmed"
    REVERSAL_REFUSED = "reversal_refused"
    REVERSAL_PROVED = "reversal_proved"
    AMOUNT_HEARD = "amount_heard"
    LATE_APPROVAL = "late_approval"
    KEPT_THERE = "kept_there"
    KEPT_REFUSED = "kept_refused"
    KEPT_UNDONE = "kept_undone"
    BEGIN_CANCEL = "begin_cancel"
    CANCEL_DONE = "cancel_done"
    CANCEL_PART_DONE = "cancel_part_done"
    CANCEL_REFUSED = "cancel_refused"
    CANCEL_DIFFERS = "cancel_differs"
    CLAIM = "claim"
    REFUND = "refund"
    CLAIM_REFUND = "claim_refund"


@dataclass(frozen=True)
class Move:
    """From any of these states to that one; ``to`` equal to the state it came from changes nothing."""

    came_from: frozenset[str]
    to: str | None = None


@dataclass(frozen=True)
class Rule:
    """One row of ``NEXT``.

    Attributes:
        decision: The sale's move.
        attempt: The move of the attempt the step names; ``None`` for a step about the whole sale.
        every_attempt: What all attempts must be, for a step about the whole sale.
    """

    decision: Move
    attempt: Move | None = None
    every_attempt: frozenset[AttemptState] | None = None


def _from(*states: str) -> Move:
    return Move(frozenset(states))


def _move(came_from: str, to: str) -> Move:
    return Move(frozenset({came_from}), to)


_ANY_DECIDED = _from(Decision.RECEIVED, Decision.REVERSE)
_UNSENT = frozenset({AttemptState.ABSENT, AttemptState.DECLINED, AttemptState.NOT_SENT})
_MAY_BE_LIVE = frozenset({AttemptState.INTENT, AttemptState.APPROVED})
_NOT_LIVE_OR_OWNED = frozenset(AttemptState) - _MAY_BE_LIVE
_POS_MAY_UNDO = Move(frozenset({Decision.RECEIVED, Decision.APPROVED}), Decision.REVERSE)
_IS_DECLINED = _move(Decision.RECEIVED, Decision.DECLINED)
_IS_REVERSED = _move(Decision.RECEIVED, Decision.REVERSE)
_DECIDED = Move(frozenset(Decision) - {Decision.ABSENT, Decision.RECEIVED})
_KEPT = Rule(_DECIDED, _from(AttemptState.REVERSED))  # of the sale itself nothing moves

NEXT: Final[Mapping[Step, Rule]] = {
    Step.ACCEPT: Rule(
        _move(Decision.ABSENT, Decision.RECEIVED), every_attempt=frozenset({AttemptState.ABSENT})
    ),
    Step.INTENT: Rule(_from(Decision.RECEIVED), _move(AttemptState.ABSENT, AttemptState.INTENT)),
    Step.APPROVE: Rule(
        _move(Decision.RECEIVED, Decision.APPROVED), _move(AttemptState.INTENT, AttemptState.APPROVED)
    ),
    Step.DECLINE: Rule(_IS_DECLINED, _move(AttemptState.INTENT, AttemptState.DECLINED)),
    Step.NOT_SENT: Rule(_IS_DECLINED, _move(AttemptState.INTENT, AttemptState.NOT_SENT)),
    Step.DOUBT: Rule(_IS_REVERSED, _move(AttemptState.INTENT, AttemptState.REVERSING)),
    Step.DOUBT_VAN_OWNED: Rule(_IS_REVERSED, _move(AttemptState.INTENT, AttemptState.UNRESOLVED)),
    Step.NOT_SENT_GO_ON: Rule(_from(Decision.RECEIVED), _move(AttemptState.INTENT, AttemptState.NOT_SENT)),
    Step.NOT_FORWARDED_GO_ON: Rule(
        _from(Decision.RECEIVED), _move(AttemptState.INTENT, AttemptState.DECLINED)
    ),
    Step.DOUBT_GO_ON: Rule(_from(Decision.RECEIVED), _move(AttemptState.INTENT, AttemptState.REVERSING)),
    Step.GIVE_UP_UNSENT: Rule(_IS_DECLINED, every_attempt=_UNSENT),
    Step.GIVE_UP_REVERSING: Rule(_IS_REVERSED, every_attempt=_NOT_LIVE_OR_OWNED),
    Step.POS_TOMBSTONE: Rule(
        _move(Decision.ABSENT, Decision.REVERSE), every_attempt=frozenset({AttemptState.ABSENT})
    ),
    Step.POS_UNDO: Rule(_POS_MAY_UNDO, Move(_MAY_BE_LIVE, AttemptState.REVERSING)),
    Step.POS_UNDO_VAN_OWNED: Rule(_POS_MAY_UNDO, Move(_MAY_BE_LIVE, AttemptState.UNRESOLVED)),
    Step.POS_UNDO_IDLE: Rule(_IS_REVERSED, every_attempt=_NOT_LIVE_OR_OWNED),
    Step.REVERSAL_CONFIRMED: Rule(_ANY_DECIDED, Move(TO_BE_UNDONE, AttemptState.REVERSED)),
    Step.REVERSAL_REFUSED: Rule(
        _ANY_DECIDED,
        Move(frozenset({AttemptState.REVERSING, AttemptState.UNRESOLVED}), AttemptState.MANUAL),
    ),
    Step.REVERSAL_PROVED: Rule(_from(Decision.REVERSE), _move(AttemptState.MANUAL, AttemptState.REVERSED)),
    Step.AMOUNT_HEARD: Rule(_ANY_DECIDED, Move(OPEN_ATTEMPTS)),
    Step.LATE_APPROVAL: Rule(_from(Decision.REVERSE), _move(AttemptState.REVERSED, AttemptState.REVERSING)),
    Step.KEPT_THERE: _KEPT,
    Step.KEPT_REFUSED: _KEPT,
    Step.KEPT_UNDONE: _KEPT,
    Step.BEGIN_CANCEL: Rule(_move(Decision.APPROVED, Decision.CANCELLING)),
    Step.CANCEL_DONE: Rule(_move(Decision.CANCELLING, Decision.CANCELLED)),
    Step.CANCEL_PART_DONE: Rule(_move(Decision.CANCELLING, Decision.APPROVED)),
    Step.CANCEL_REFUSED: Rule(_move(Decision.CANCELLING, Decision.APPROVED)),
    Step.CANCEL_DIFFERS: Rule(_from(Decision.CANCELLING)),
    Step.CLAIM: Rule(_from(Decision.APPROVED)),
    Step.REFUND: Rule(_from(Decision.APPROVED)),
    Step.CLAIM_REFUND: Rule(_from(Decision.APPROVED)),
}


@dataclass(frozen=True, order=True)
class SaleId:
    """The sale's name, made by the POS before it sends: also its Idempotency-Key.

    Attributes:
        terminal_epoch: Raised when a terminal is replaced, so that a restarted sequence is a new sale.
        business_date: YYYYMMDD, the POS's own.
        sequence: The terminal's number of the transaction that day, 1–99,999,999.
    """

    merchant: str
    terminal: str
    terminal_epoch: int
    business_date: str
    sequence: int

    def __str__(self) -> str:
        """``M1001-T01-1-20261120-42``: what people, URLs and logs use."""
        return f"{self.merchant}-{self.terminal}-{self.terminal_epoch}-{self.business_date}-{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> SaleId:
        """Read what ``str`` wrote.

        Raises:
            ValueError: not five parts, or a number that is none.
        """
        merchant, terminal, epoch, business_date, sequence = text.split("-")
        if not (epoch.isascii() and epoch.isdigit() and sequence.isascii() and sequence.isdigit()):
            raise ValueError(f"not a sale id: {text}")
        parsed = cls(merchant, terminal, int(epoch), business_date, int(sequence))
        if str(parsed) != text:
            raise ValueError(f"not a sale id: {text}")
        return parsed


@dataclass(frozen=True)
class Answer:
    """The exact bytes a POS is told, built before the decision is written and stored by that write."""

    http_status: int
    body: str


@dataclass(frozen=True)
class Attempt:
    """One authorisation telegram to one destination.

    Attributes:
        trace_number: The number this telegram and every net-cancel of it carry.
        send_by_ms: After this moment the sender must not start to send.
        run, tries: Of its undoing: executions that ended without an end, for the next name; telegrams.
        approved_won: What the destination says it approved, whatever was asked; 0 while nobody knows.
        left_won: What a cancel left of it; from then on only an inquiry or a person ends its undoing.
        told_lane: By which telegram people want it tried next (by_hand.py); empty: the protocol chooses.
        named_won, names: What the last cancel that undoes it names, and how many amounts were named so far.
        trail, undone_trail: What it was decided and undone on (``undone_as``); all else is evidence items.
    """

    state: AttemptState
    destination: str
    trace_number: str
    net_cancel_mode: NetCancelMode
    intent_at_ms: int
    send_by_ms: int
    invocation_id: str
    run: int = 0
    tries: int = 0
    approval_number: str = ""
    response_code: str = ""
    message: str = ""
    approved_won: int = 0
    left_won: int = 0
    told_lane: str = ""
    named_won: int = 0
    names: int = 0
    trail: Trail = NO_TRAIL
    undone_as: str = ""
    undone_trail: Trail = NO_TRAIL


@dataclass(frozen=True)
class Cancel:
    """One cancel of a known approval, by its own POS sequence number."""

    state: CancelState
    amount_won: int
    vat_won: int
    requested_at_ms: int
    trace_number: str
    run: int = 0
    tries: int = 0
    sent: int = 0  # telegrams that may have left; written before each of them does
    sent_at_ms: int = 0  # when the last of them may have left
    response_code: str = ""
    message: str = ""
    claim_batch: str = ""  # of a refund: whose file gives it back; empty while it waits for one
    taken_back_won: int | None = None  # where a destination says that it is not what was asked
    reason: str = ""  # of a cash receipt's
    sealed_customer: Mapping[str, str] = field(default_factory=dict, repr=False)  # while it is open


@dataclass(frozen=True)
class Entry:
    """One line of history: a transition that happened, and the states that it left behind."""

    step: Step
    at_ms: int
    by: str
    write_id: str
    decision: Decision
    attempts: tuple[AttemptState, ...]
    evidence: Mapping[str, str] = field(default_factory=dict)  # what the move relied on


@dataclass(frozen=True)
class Sale:
    """The truth about one sale: the item as it stood when it was read."""

    sale_id: SaleId
    decision: Decision
    tender: Tender = Tender.CARD
    purpose: str = ""  # of a cash receipt
    sealed_customer: Mapping[str, str] = field(default_factory=dict, repr=False)  # of one that is open
    amount_won: int = 0
    vat_won: int = 0
    service_won: int = 0
    tax_free_won: int = 0
    installment_months: int = 0
    card_masked: str = ""  # of whatever was presented, card or not; so is the token
    card_token: str = ""
    fingerprint: str = ""
    language: Language = Language.ENGLISH
    received_at_ms: int = 0
    deadline_at_ms: int = 0
    answer: Answer | None = None
    attempts: tuple[Attempt, ...] = ()
    cancellable_won: int = 0
    cancellable_vat_won: int = 0
    cancels: Mapping[str, Cancel] = field(default_factory=dict)
    open_cancel: str = ""
    claim_batch: str = ""
    next_action_at_ms: int = 0
    owner: str = ""
    history: tuple[Entry, ...] = ()

    def attempt_states(self) -> tuple[AttemptState, ...]:
        """The states of both attempts, ``ABSENT`` where none was made."""
        states = tuple([attempt.state for attempt in self.attempts])
        return states + (AttemptState.ABSENT,) * (MAXIMUM_ATTEMPTS - len(states))

    @property
    def is_open(self) -> bool:
        """Whether money may still be on its way somewhere."""
        return is_open(self.decision, self.attempt_states())

    def trails(self) -> list[tuple[str, Trail]]:
        """The exchanges that attempts were decided on and undone by, named as evidence items are."""
        decided = [(f"a{index}", one.trail) for index, one in enumerate(self.attempts)]
        undone = [(one.undone_as, one.undone_trail) for one in self.attempts]
        return [(name, trail) for name, trail in decided + undone if trail.carried]

    @property
    def approved_attempt(self) -> Attempt | None:
        """The attempt that carries the live approval, if one does."""
        return next((one for one in self.attempts if one.state is AttemptState.APPROVED), None)

    @property
    def refunds(self) -> Mapping[str, Cancel]:
        """The cancels that settlement files give back, by their ids."""
        return {name: one for name, one in self.cancels.items() if one.state is CancelState.REFUND}


def is_open(decision: Decision, attempts: tuple[AttemptState, ...]) -> bool:
    """Whether a sale in this state still needs an owner and a next action."""
    return decision in OPEN_DECISIONS or any(state in OPEN_ATTEMPTS for state in attempts)


def allows(
    step: Step,
    decision: Decision,
    attempts: tuple[AttemptState, ...],
    index: int | None,
    table: Mapping[Step, Rule] = NEXT,
) -> bool:
    """Whether ``NEXT`` lets this step happen to a sale in this state; the model asks broken tables too."""
    rule = table[step]
    if decision not in rule.decision.came_from:
        return False
    if rule.attempt is None:
        return rule.every_attempt is None or all(state in rule.every_attempt for state in attempts)
    assert index is not None, f"{step} is about one attempt"  # noqa: S101 -- a bug, not a refusal
    earlier_closed = all(state in CLOSED_WITHOUT_APPROVAL for state in attempts[:index])
    return attempts[index] in rule.attempt.came_from and (step is not Step.INTENT or earlier_closed)


def after(
    step: Step, decision: Decision, attempts: tuple[AttemptState, ...], index: int | None
) -> tuple[Decision, tuple[AttemptState, ...]]:
    """The state this step leaves behind."""
    rule = NEXT[step]
    if rule.decision.to is not None:
        decision = Decision(rule.decision.to)
    if rule.attempt is not None and rule.attempt.to is not None and index is not None:
        attempts = (*attempts[:index], AttemptState(rule.attempt.to), *attempts[index + 1 :])
    return decision, attempts
