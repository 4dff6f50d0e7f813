"""Evidence: what counterparties said of one sale, so that nothing is closed but by a definite answer.

This is invariant 9. What was said may never have been heard; what was never said can prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tools.simulators.desk import Told
from tools.simulators.faults import Kind
from tools.simulators.says import Say

if TYPE_CHECKING:
    from tools.lab.counterparties import Heard

NOTHING_LIVES: Final = frozenset({Say.DONE, Say.ALREADY_CANCELLED, Say.NO_ORIGINAL})
TAKEN_BACK: Final = frozenset({Say.DONE, Say.ALREADY_CANCELLED})
NEEDS_EVIDENCE: Final = frozenset({"REVERSED", "DECLINED"})


@dataclass
class Evidence:
    """Of one sale.

    Attributes:
        attempts: Attempt and the state that an answer allows it to end in.
        cancels: The cancels that a destination said something definite about.
    """

    attempts: set[tuple[int, str]] = field(default_factory=set)
    cancels: set[str] = field(default_factory=set)

    def hear(self, heard: Heard) -> None:
        """Something was said to a telegram."""
        told, words = heard.told, heard.about.payload
        if told is None:
            return
        if "attempt" in words and (state := _allowed_by(heard.asked.kind, told)):
            self.attempts.add((words["attempt"], state))
        elif "cancel" in words:
            self.cancels.add(words["cancel"])

    def missing(self, before: Iterable[str], now: Iterable[str], arrived: Iterable[int]) -> str:
        """What attempt was closed without any, in a few words; empty if none was."""
        for index, (was, state) in enumerate(zip((*before, "", ""), now, strict=False)):
            if state == was:
                continue
            if state in NEEDS_EVIDENCE and (index, state) not in self.attempts:
                return f"attempt {index} became {state}, and nobody had said so"
            if state == "NOT_SENT" and index in arrived:
                return f"attempt {index} became {state}, and it had arrived"
        return ""


def _allowed_by(kind: Kind, told: Told) -> str:
    """The state that an answer allows an attempt to end in."""
    match kind:
        case Kind.AUTHORISE | Kind.CASH_RECEIPT:
            return "" if told.say is Say.DONE else "DECLINED"
        case Kind.NET_CANCEL:
            return "REVERSED" if told.say in NOTHING_LIVES else ""
        case Kind.INQUIRE:
            return "" if told.original is not None and told.original.is_live else "REVERSED"
        case _:
            return "REVERSED" if told.say in TAKEN_BACK else ""
