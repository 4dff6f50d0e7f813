"""The bad days of a VAN: scripted from outside, one entry for each next telegram of a kind."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What a telegram asks for."""

    AUTHORISE = "authorise"
    NET_CANCEL = "net_cancel"
    CANCEL = "cancel"
    INQUIRE = "inquire"
    CASH_RECEIPT = "cash_receipt"
    ECHO = "echo"


class Fault(StrEnum):
    """Every way to fail; MENU says what each does."""

    NONE = "none"
    HANG = "hang"
    LOSE_ANSWER = "lose_answer"
    LATE = "late"
    STALL = "stall"
    GARBLE = "garble"
    TRUNCATE = "truncate"
    SPLIT = "split"
    DUPLICATE_ANSWER = "duplicate_answer"
    OTHER_SALE = "other_sale"
    STRAY_FIRST = "stray_first"
    WRONG_AMOUNT = "wrong_amount"
    UNKNOWN_CODE = "unknown_code"
    NO_APPROVAL_NUMBER = "no_approval_number"
    CLOSE = "close"
    RESET = "reset"
    NOT_FOUND = "not_found"
    REFUSED = "refused"


MENU: Final[Mapping[Fault, str]] = {
    Fault.NONE: "answer as usual; a place holder in a script",
    Fault.HANG: "take the telegram, do nothing, say nothing",
    Fault.LOSE_ANSWER: "do what is asked, say nothing",
    Fault.LATE: "do it, answer after `seconds`",
    Fault.STALL: "do it after `seconds`, even when nobody waits any more, then answer",
    Fault.GARBLE: "do it, answer with every byte after the length inverted",
    Fault.TRUNCATE: "do it, send half the answer and close",
    Fault.SPLIT: "do it, send the answer byte by byte",
    Fault.DUPLICATE_ANSWER: "do it, send the answer twice in one piece",
    Fault.OTHER_SALE: "do it, answer with another sale's trace number",
    Fault.STRAY_FIRST: "do it, send another sale's answer and then the right one",
    Fault.WRONG_AMOUNT: "do it, answer with one won more than was asked",
    Fault.UNKNOWN_CODE: "do it, answer with a response code that no paper lists",
    Fault.NO_APPROVAL_NUMBER: "do it, answer without an approval number",
    Fault.CLOSE: "do it, close without a byte",
    Fault.RESET: "do nothing, reset the connection",
    Fault.NOT_FOUND: "do nothing, answer 2810: no such original",
    Fault.REFUSED: "do nothing, answer 6371: too late for that",
}


@dataclass(frozen=True)
class Entry:
    """One planned bad moment; `seconds` is for those that wait."""

    fault: Fault
    seconds: float = 0.0


AS_USUAL: Final = Entry(Fault.NONE)


class Script:
    """What is planned for the next telegrams, one queue per kind."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        self._planned: dict[Kind, deque[Entry]] = defaultdict(deque)

    def add(self, entries: list[dict[str, Any]], kind: str) -> None:
        """Plan entries such as ``{"fault": "late", "seconds": 3, "times": 2}``.

        Raises:
            ValueError: a fault or a kind that is not on the menu; nothing was planned then.
        """
        read = [
            (Entry(Fault(entry["fault"]), float(entry.get("seconds", 0))), int(entry.get("times", 1)))
            for entry in entries
        ]
        planned = self._planned[Kind(kind)]
        for entry, times in read:
            planned.extend([entry] * times)

    def next_for(self, kind: Kind) -> Entry:
        """Take what is planned for this telegram."""
        planned = self._planned[kind]
        return planned.popleft() if planned else AS_USUAL

    def clear(self) -> None:
        """Forget every plan."""
        self._planned.clear()
