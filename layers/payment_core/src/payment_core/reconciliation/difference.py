"""Difference: what several comparisons of one merchant's date found alike is one thing to look at.

A sale that we never saw stands in a VAN's list and in the merchant's own. Each list is asked about by itself
(repair.py), the money is at risk once.
Promise: tests/spec/test_breaks.py. Story: docs/flows/repair.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.break_history import BreakState, BreakVersion
from payment_core.reconciliation.repair import counterparty_of, merchant_of, repair_id


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes:
        version: As the first comparison has it that nobody repairs; as the first, where each is repaired.
        breaks: The name of each break (repair.py) and whose list it is; empty where it is no list's.
    """

    version: BreakVersion
    breaks: tuple[tuple[str, str], ...]


def differences(found: Iterable[tuple[str, BreakVersion]]) -> list[Difference]:
    """Put together what is alike, the most won at risk first.

    Args:
        found: Which comparison, and what it found.
    """
    alike: dict[tuple[str, str, int, int], list[tuple[str, BreakVersion]]] = {}
    for compared, version in sorted(found, key=lambda one: one[0]):
        one = version.found
        key = (merchant_of(compared), one.break_id, one.our_won, one.their_won)
        alike.setdefault(key, []).append((compared, version))
    told = [
        Difference(
            min((one for _, one in some), key=lambda one: one.state is not BreakState.OPEN),
            tuple((repair_id(compared, one.found), counterparty_of(compared)) for compared, one in some),
        )
        for some in alike.values()
    ]
    return sorted(told, key=lambda one: -one.version.found.at_risk_won)
