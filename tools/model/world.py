"""Which world is explored, and what of it a mutant breaks: switches, read by the actions.

Everything that moves the sale asks ``payment_core``: ``allows`` and ``after`` on the table of production, and
``end_undecided`` for what a sweep chooses. A mutant is another table or another set of switches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from payment_core.approval.model import (
    CLOSED_WITHOUT_APPROVAL,
    NEXT,
    OPEN_CANCELS,
    AttemptState,
    CancelState,
    Decision,
    Rule,
    Step,
    after,
    allows,
)
from tools.model.messages import MESSAGES, Actor
from tools.model.state import ATTEMPTS, Sale, Sales, State

_Each = TypeVar("_Each")

REPEATED: Final = 2  # telegrams of one cancel: whether there are more makes no difference
UNDONE_BY_LANES: Final = frozenset({AttemptState.REVERSING, AttemptState.UNRESOLVED, AttemptState.MANUAL})


class Deed(NamedTuple):
    """One action as a story tells it: an arrow between two columns, or a note over one."""

    actor: Actor
    text: str
    receiver: Actor | None = None
    lost: bool = False


DELIVERED: Final = {bit: Deed(one.sender, one.name, one.receiver) for bit, one in MESSAGES.items()}
COPIED: Final = {
    bit: Deed(one.sender, f"{one.name}, with a copy to come", one.receiver) for bit, one in MESSAGES.items()
}
LOST: Final = {bit: Deed(one.sender, one.name, one.receiver, lost=True) for bit, one in MESSAGES.items()}


class Act(NamedTuple):
    """What may happen, the state it leaves behind, and the messages in flight that each forbid it."""

    deed: Deed
    after: State
    unless: int = 0


class Found(list[Act]):
    """What may happen in one state, in a fixed order."""

    def add(self, deed: Deed, after: State, unless: int = 0) -> None:
        """Add one act."""
        self.append(Act(deed, after, unless))


@dataclass(frozen=True)
class Rules:
    """One world.

    Attributes:
        handshake: Approvals are kept only where ENQ/ACK/EOT ends well.
        destinations: One VAN, or two with failover.
        duplicates: How many messages may arrive twice.
        partial: The POS cancels in two parts, each with its own number, and a cancel may be refused.
        refuses: A cancel that was carried out may be refused when repeated, and a refused one carried out.
        manual: A refused net-cancel puts the attempt into a person's hands, and the lanes go on.
        people: Two of them may close what was refused, with a proof that is true.
        lists: A destination may say that it undid what it did not; two people undo once more what it lists.
        claims: Settlement may claim an approved sale at any time, and what it is to refund of it.
        van_owned: The only VAN undoes by itself; payrelay inquires.
        abstract_sweep: The sweeper reverses what was never sent, too, as the published abstraction has it.
        broken: Names of the switches a mutant sets.
        table: What may follow what; production's unless a mutant loosens a row.
    """

    handshake: bool = False
    destinations: int = 2
    duplicates: int = 0
    partial: bool = False
    refuses: bool = False
    manual: bool = False
    people: bool = False
    lists: bool = False
    claims: bool = False
    van_owned: bool = False
    abstract_sweep: bool = False
    broken: frozenset[str] = frozenset()
    table: Mapping[Step, Rule] = field(default_factory=lambda: NEXT)


class World:
    """The rules, and the items that occurred so far under them."""

    def __init__(self, rules: Rules) -> None:
        """Begin with no item known but the absent one."""
        self.rules = rules
        self.broken = rules.broken
        self.sales = Sales()
        self._moved: dict[tuple[Step, int, int | None], int | None] = {}
        self.sweeps: dict[int, tuple[Step, int] | None] = {}
        self._undoing: dict[int, tuple[int, ...]] = {}

    def sale(self, state: State) -> Sale:
        """The item of this state."""
        return self.sales.known[state.sale]

    def moved(self, step: Step, number: int, index: int | None = None) -> int | None:
        """The item that this step leaves behind; ``None`` where the table refuses it."""
        key = (step, number, index)
        if key not in self._moved:
            self._moved[key] = self._move(step, self.sales.known[number], index)
        return self._moved[key]

    def _move(self, step: Step, sale: Sale, index: int | None) -> int | None:
        seen = sale.attempts
        if step is Step.INTENT and index and "failover_unacked" in self.broken:
            seen = (AttemptState.REVERSED, *sale.attempts[1:])
        if not allows(step, sale.decision, seen, index, self.rules.table):
            return None
        part = index or 0
        if not self._facts_allow(step, sale, part):
            return None
        decision, attempts = after(step, sale.decision, sale.attempts, index)
        return self.sales.number(
            self._with_facts(step, sale._replace(decision=decision, attempts=attempts), part)
        )

    def _facts_allow(self, step: Step, sale: Sale, part: int) -> bool:
        """The guards beside the table: what was cancelled, claimed or refunded before, and what was not."""
        match step:
            case Step.POS_UNDO | Step.POS_UNDO_VAN_OWNED if sale.decision is Decision.APPROVED:
                untouched = not any(sale.cancels)
                return untouched and (not sale.claimed or "undo_after_claim" in self.broken)
            case Step.BEGIN_CANCEL:
                return not sale.claimed or "cancel_after_claim" in self.broken
            case Step.REFUND:
                is_claimed = bool(sale.claimed) or "refund_unclaimed" in self.broken
                return is_claimed and "cancel_after_claim" not in self.broken
            case Step.CLAIM:
                return not sale.claimed or (sale.claimed == 1 and "claim_twice" in self.broken)
            case Step.CLAIM_REFUND:
                may_be_filed = not sale.filed[part] or (sale.filed[part] == 1 and "file_twice" in self.broken)
                return sale.cancels[part] is CancelState.REFUND and may_be_filed
            case _:
                return True

    def _with_facts(self, step: Step, sale: Sale, part: int) -> Sale:
        match step:
            case Step.BEGIN_CANCEL if self.rules.partial:
                return sale._replace(cancels=_with(sale.cancels, part, CancelState.REQUESTED))
            case Step.REFUND:
                return sale._replace(cancels=_with(sale.cancels, part, CancelState.REFUND))
            case Step.CLAIM:
                return sale._replace(claimed=sale.claimed + 1)
            case Step.CLAIM_REFUND:
                return sale._replace(filed=_with(sale.filed, part, sale.filed[part] + 1))
            case Step.CANCEL_DONE | Step.CANCEL_PART_DONE:
                return self._cancel_ended(sale, CancelState.DONE)
            case Step.CANCEL_REFUSED:
                return self._cancel_ended(sale, CancelState.REFUSED)
            case Step.CANCEL_DIFFERS:
                return self._cancel_ended(sale, CancelState.MANUAL)
            case _:
                return sale

    @staticmethod
    def _cancel_ended(sale: Sale, how: CancelState) -> Sale:
        return sale._replace(cancels=tuple(how if one in OPEN_CANCELS else one for one in sale.cancels))

    def about_to_send(self, number: int, part: int) -> int:
        """The item that says of one more telegram of a cancel that it may have left."""
        sale = self.sales.known[number]
        many = min(sale.sent[part] + 1, REPEATED)
        return self.sales.number(sale._replace(sent=_with(sale.sent, part, many)))

    def undoing(self, number: int) -> tuple[int, ...]:
        """The attempts that a worker undoes now: a cancel of the whole is one more way to undo."""
        if number not in self._undoing:
            sale = self.sales.known[number]
            cancelling = sale.decision is Decision.CANCELLING and not self.rules.partial
            self._undoing[number] = tuple(
                index
                for index in ATTEMPTS
                if sale.attempts[index] in UNDONE_BY_LANES
                or (cancelling and sale.attempts[index] is AttemptState.APPROVED)
            )
        return self._undoing[number]

    def holds_nothing(self, number: int) -> bool:
        """Whether the first attempt is closed without an approval, so that another may follow."""
        return self.sales.known[number].attempts[0] in CLOSED_WITHOUT_APPROVAL


def _with(these: tuple[_Each, ...], index: int, value: _Each) -> tuple[_Each, ...]:
    return (*these[:index], value, *these[index + 1 :])
