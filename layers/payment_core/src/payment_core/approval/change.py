"""A change: one step of one sale, the state it was decided on, and what it writes.

Its condition is always the same sentence: *what I saw still stands*. Every attribute that a decision was
based on is pinned to the value that was seen, so no rule has to be said twice, once in code and once as a
database expression (docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from payment_core.approval.model import (
    Decision,
    Entry,
    Sale,
    SaleId,
    Step,
    after,
    allows,
    is_open,
)
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand

Path = tuple[str, ...]

DRIVER_LIMIT_MS: Final = 30_000  # what a request may take before the sweeper looks at its sale
MAY_BE_CLAIMED: Final = frozenset({Decision.APPROVED, Decision.CANCELLING})


@dataclass(frozen=True)
class Change:
    """What to write, and on which condition.

    Attributes:
        step: ``None`` for a repeated try that heard nothing new: no transition, and no line of history.
        seen: Path → the value it must still have; ``None`` where it must still be absent.
        sets: Path → new value. Integers, strings and maps of them.
        removes: Paths to remove.
        entry: The line of history that this write appends.
    """

    sale_id: SaleId
    step: Step | None
    write_id: str
    seen: Mapping[Path, str | int | None]
    sets: Mapping[Path, object]
    removes: tuple[Path, ...] = ()
    entry: Entry | None = None


@dataclass(frozen=True)
class Wake:
    """Who looks at an open sale next, and when."""

    owner: str
    at_ms: int


class StepNotAllowedError(Exception):
    """``NEXT`` does not allow the step from the state that was seen; read again and choose again."""

    def __init__(self, step: Step, sale: Sale) -> None:
        """Keep the step and the state it met."""
        super().__init__(f"{step} is not allowed from {sale.decision} {sale.attempt_states()}")
        self.step = step
        self.sale = sale


@dataclass(frozen=True)
class Facts:
    """What a step writes besides the states that ``NEXT`` names.

    Attributes:
        seen: Further attributes the decision was based on, pinned like the states.
        evidence: What the line of history carries.
    """

    sets: Mapping[Path, object] = field(default_factory=dict)
    removes: tuple[Path, ...] = ()
    seen: Mapping[Path, str | int | None] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)


def transition(
    step: Step, sale: Sale, hand: Hand, *, index: int | None = None, wake: Wake | None = None, facts: Facts
) -> Change:
    """Build the change that moves ``sale`` by ``step``.

    Args:
        step: A row of ``NEXT``.
        sale: The sale as it was seen.
        hand: Who acts.
        index: Which attempt, for a step about one.
        wake: The next owner and moment; required exactly when the step leaves the sale open.
        facts: What else is written and pinned.

    Raises:
        StepNotAllowedError: the table does not allow it from here.
    """
    states = sale.attempt_states()
    if not allows(step, sale.decision, states, index):
        raise StepNotAllowedError(step, sale)
    decision, attempts = after(step, sale.decision, states, index)
    sets = dict(facts.sets)
    removes = list(facts.removes)
    if decision is not sale.decision:
        sets["decision",] = str(decision)
    if index is not None and attempts[index] is not states[index] and (f"a{index}",) not in sets:
        sets[f"a{index}", "state"] = str(attempts[index])
    if is_open(decision, attempts):
        assert wake is not None, f"{step} leaves the sale open: it needs an owner"  # noqa: S101 -- a bug
        sets["owner",] = wake.owner
        sets["next_action_at_ms",] = wake.at_ms
    else:
        removes += [("owner",), ("next_action_at_ms",), ("open_bucket",)]
        removes += [("sealed_customer",)] if sale.sealed_customer else []
    if sale.decision in MAY_BE_CLAIMED and decision not in MAY_BE_CLAIMED:
        removes.append(("claim_day",))
    write_id = hand.new_id()
    sets["write_id",] = write_id
    entry = Entry(step, hand.now_ms(), hand.name, write_id, decision, attempts, facts.evidence)
    return Change(
        sale.sale_id, step, write_id, {**pinned_states(sale), **facts.seen}, sets, tuple(removes), entry
    )


def pinned_states(sale: Sale) -> dict[Path, str | int | None]:
    """The state of the sale and of both attempts, as a condition."""
    pins: dict[Path, str | int | None] = {
        ("decision",): None if sale.decision is Decision.ABSENT else str(sale.decision)
    }
    for index, state in enumerate(sale.attempt_states()):
        pins[f"a{index}", "state"] = str(state) if index < len(sale.attempts) else None
    return pins


def noted_try(sale: Sale, hand: Hand, *, path: Path, tries: int, wake: Wake) -> Change:
    """Write down that one more telegram went out without a definite answer: not a transition."""
    write_id = hand.new_id()
    return Change(
        sale.sale_id,
        step=None,
        write_id=write_id,
        seen=pinned_states(sale),
        sets={
            (*path, "tries"): tries,
            ("owner",): wake.owner,
            ("next_action_at_ms",): wake.at_ms,
            ("write_id",): write_id,
        },
    )


def given_up(sale: Sale, cancel_id: str) -> dict[Path, object]:
    """What may be cancelled once more, where a cancel took nothing back."""
    cancel = sale.cancels[cancel_id]
    return {
        ("cancellable_won",): sale.cancellable_won + cancel.amount_won,
        ("cancellable_vat_won",): sale.cancellable_vat_won + cancel.vat_won,
    }
