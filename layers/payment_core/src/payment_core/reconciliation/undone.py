"""What our log never heard was approved may stand on a list all the same: undone there, too, or live.

A VAN that undoes by itself (VAN_OWNED) lists what it approved and could not tell with its whole cancel: no
difference. One that said "undone" and kept it lists the sale alone: a difference, about that very sale.
Which attempt of our log a row is about is told by its number, or by terminal, won, date and card; where it is
not clear whose row is whose, it is nobody's.

Promise: tests/spec/test_undone.py. Caller: payment_adapters/settling/comparison.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Undone:
    """An approval that our log has as undone: as a list shows it, or a reversed attempt.

    Attributes:
        approval_number: Empty in our log where no answer ever told it.
        terminal: Empty on the list of a party whose telegrams name none.
        day: ``date.toordinal``.
        card_masked: Empty where it is not looked at.
    """

    approval_number: str
    terminal: str
    amount_won: int
    day: int
    card_masked: str = ""


def undone_on_both(
    listed: Collection[Undone], logged: Iterable[Undone], live: Collection[str]
) -> frozenset[Undone]:
    """Those sales of a destination's list that our log shows as undone there.

    Args:
        listed: Of the list: sales with their whole cancels, or sales that stand alone.
        logged: What our log has as undone at this destination.
        live: Approval numbers that our log holds as live or in doubt: a cancel of these is a difference.
    """
    ours = list(logged)
    may_be = [one for one in listed if one.approval_number not in live]
    named = {one for one in may_be if any(_is_named(one, other) for other in ours)}
    rest = [one for one in may_be if one not in named]
    unnamed = [one for one in ours if not one.approval_number]
    return frozenset(named).union(
        one for one in rest if _many_like(one, rest) <= sum(_fits(one, other) for other in unnamed)
    )


def whose(one: Undone, logged: Iterable[Undone]) -> list[Undone]:
    """What of our log a row of a list may be about: what bears its number, else whatever was told none."""
    fits = [other for other in logged if _fits(one, other)]
    return [other for other in fits if _is_named(one, other)] or [
        other for other in fits if not other.approval_number
    ]


def _is_named(one: Undone, other: Undone) -> bool:
    return one.approval_number == other.approval_number and _fits(one, other)


def _many_like(one: Undone, listed: Iterable[Undone]) -> int:
    return sum(_fits(one, other) for other in listed)


def _fits(one: Undone, other: Undone) -> bool:
    told = ((one.terminal, other.terminal), (one.card_masked, other.card_masked))
    may_be = all(not here or not there or here == there for here, there in told)
    return may_be and (one.amount_won, one.day) == (other.amount_won, other.day)
