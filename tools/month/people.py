"""Two people in the evening: they see to every break that is open, by the cases of the console.

What moves money one proposes and the other approves; the minute's look carries it out. A party is asked first
what its list means; the next evening both decide by what it said: its list was wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from payment_adapters import casework, wiring
from payment_adapters.settling import wired
from payment_adapters.settling.repairing import Wish, proposed
from payment_core.cases.model import State
from payment_core.cases.propose import approve
from payment_core.reconciliation.break_history import BreakVersion
from payment_core.reconciliation.breaks import BreakKind, Repair
from payment_core.reconciliation.repair import repair_id, repairs
from payment_core.settlement.model import RowState
from tools.month.world import MonthWorld

MAKER, CHECKER = "kim", "lee"
GIVEN_UP_OF: Final = 7  # of what comes back by chance, one in so many
BY_CHANCE: Final = "31"
# What mends a kind, where it is not simply asked about: then nobody of theirs has to say anything.
AT_ONCE: Final[Mapping[BreakKind, Repair]] = {
    BreakKind.LIVE_WITHOUT_APPROVAL: Repair.SEND_NET_CANCEL,
    BreakKind.CHARGED_TWICE: Repair.SEND_NET_CANCEL,
    BreakKind.MERCHANT_NUMBER: Repair.REFILE,
}


class Evening:
    """The run that a person's click is."""

    aws_request_id = "evening"

    def get_remaining_time_in_millis(self) -> int:
        """As long as a function of the console has."""
        return 29_000


@dataclass
class People:
    """Two of them.

    Attributes:
        done: What they had done about which kind of break, counted.
    """

    world: MonthWorld
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    _tried: set[str] = field(default_factory=set)

    def see_to_everything(self) -> None:
        """Propose and approve for each break that waits for people, and have it carried out."""
        self.world.settle()
        for compared, version in wired.breaks().open_breaks():
            name = repair_id(compared, version.found)
            wish = self._wish(version, was_tried=name in self._tried)
            if wish is not None:
                self._tried.add(name)
                self._agree(name, wish)
                self.done[str(version.found.kind), str(wish.repair)] += 1
        self.world.ask("CaseMinuteFunction", {})
        self.world.settle()

    @staticmethod
    def _agree(name: str, wish: Wish) -> None:
        hand, cases = wiring.hand("console", Evening()), casework.cases()
        case = proposed(name, wish, by=MAKER, cases=cases, breaks=wired.breaks(), hand=hand)
        if case.state is State.PROPOSED:
            approve(case.case_id, case.version, by=CHECKER, cases=cases, hand=hand)

    @staticmethod
    def _wish(version: BreakVersion, *, was_tried: bool) -> Wish | None:
        kind, before = version.found.kind, version.repair
        if kind is BreakKind.RETURNED:
            return _of_a_row(version.found.name)
        if not was_tried:
            return Wish(AT_ONCE.get(kind, Repair.ASK_COUNTERPARTY), "it differs from ours")
        if before in {Repair.SEND_NET_CANCEL, Repair.DECIDE} or Repair.DECIDE not in repairs(kind):
            return None  # somebody answers: the undoing's end, a release, the bank's next line, a comparison
        return Wish(Repair.DECIDE, "they say that theirs was wrong")


def _of_a_row(row_id: str) -> Wish | None:
    row = next((one for one in wired.rows().due("99991231") if one.row_id == row_id), None)
    if row is None or row.state is not RowState.RETURNED:
        return None
    by_chance = row.return_code == BY_CHANCE
    is_given_up = by_chance and not int(row.approval_number) % GIVEN_UP_OF
    return Wish(Repair.GIVE_UP if is_given_up else Repair.RECLAIM, row.return_reason or "as agreed")
