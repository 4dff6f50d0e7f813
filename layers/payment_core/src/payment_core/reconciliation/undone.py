"""What was undone at a destination stands on its list as a sale and its whole cancel, and is no difference.

A VAN that undoes by itself (VAN_OWNED) cancels what it approved and could not tell. Our log never had it as
an approval, so that both rows of the list would miss here. Where our log shows an attempt as undone there,
they are one and the same; nothing else is left out, and where it is not clear whose pair is whose, none is.

Promise: tests/spec/test_undone.py. Caller: payment_adapters/settling/comparison.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Undone:
    """An approval of which nothing lives: a pair of a list's rows, or a reversed attempt of our log.

    Attributes:
        approval_number: Empty in our log where no answer ever told it.
        terminal: Empty on the list of a party whose telegrams name none.
        day: ``date.toordinal``.
    """

    approval_number: str
    terminal: str
    amount_won: int
    day: int


def undone_on_both(
    listed: Collection[Undone], logged: Iterable[Undone], live: Collection[str]
) -> frozenset[Undone]:
    """Those pairs of a destination's list that our log shows as undone there.

    Args:
        listed: Sales of the list with their whole cancels.
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


def _is_named(one: Undone, other: Undone) -> bool:
    return one.approval_number == other.approval_number and _fits(one, other)


def _many_like(one: Undone, listed: Iterable[Undone]) -> int:
    return sum(_fits(one, other) for other in listed)


def _fits(one: Undone, other: Undone) -> bool:
    is_there = not one.terminal or not other.terminal or one.terminal == other.terminal
    return is_there and (one.amount_won, one.day) == (other.amount_won, other.day)
