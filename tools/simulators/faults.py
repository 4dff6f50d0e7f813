"""The bad days of a VAN or issuer: scripted from outside, one entry for each next telegram of a kind."""

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
    CASH_RECEIPT_CANCEL = "cash_receipt_cancel"
    ECHO = "echo"
    CHEQUE_INQUIRY = "cheque_inquiry"


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
    RESET_MIDWAY = "reset_midway"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    NOT_FORWARDED = "not_forwarded"
    TRY_LATER = "try_later"
    PRETEND = "pretend"
    RESURRECT = "resurrect"
    GARBLE_ONCE = "garble_once"
    NO_ENQ = "no_enq"
    IGNORE_ACK = "ignore_ack"
    DROP_EOT = "drop_eot"


MENU: Final[Mapping[Fault, str]] = {
    Fault.NONE: "answer as usual; a place holder in a script",
    Fault.HANG: "take the telegram, do nothing, say nothing",
    Fault.LOSE_ANSWER: "do what is asked, say nothing",
    Fault.LATE: "do it, answer after `seconds`",
    Fault.STALL: "do it after `seconds`, even when nobody waits any more, then answer",
    Fault.GARBLE: "do it, answer with every byte after the head of the frame inverted",
    Fault.TRUNCATE: "do it, send `at` bytes of the answer, half of it if 0, and close",
    Fault.SPLIT: "do it, send the answer byte by byte",
    Fault.DUPLICATE_ANSWER: "do it, send the answer twice in one piece",
    Fault.OTHER_SALE: "do it, answer with another sale's trace number",
    Fault.STRAY_FIRST: "do it, send another sale's answer and then the right one",
    Fault.WRONG_AMOUNT: "approve one won more or cancel one less, and say so; else say one won more",
    Fault.UNKNOWN_CODE: "do it, answer with a response code that no paper lists",
    Fault.NO_APPROVAL_NUMBER: "do it, answer without an approval number",
    Fault.CLOSE: "do it, close without a byte",
    Fault.RESET: "do nothing, reset the connection",
    Fault.RESET_MIDWAY: "do it, send `at` bytes of the answer, half of it if 0, and reset the connection",
    Fault.NOT_FOUND: "do nothing, answer that there is no such original",
    Fault.REFUSED: "do nothing, answer that it is too late for that",
    Fault.NOT_FORWARDED: "do nothing, answer that the issuer was never asked",
    Fault.TRY_LATER: "do it, answer that the outcome is open",
    Fault.PRETEND: "do nothing, answer that it is done",
    Fault.RESURRECT: "undo it and say so; `seconds` later the approval is live again",
    Fault.GARBLE_ONCE: "session: do it, answer garbled, and rightly when asked again",
    Fault.NO_ENQ: "session: never invite the telegram",
    Fault.IGNORE_ACK: "session: do it, answer, hear no ACK, and so undo an approval; no EOT",
    Fault.DROP_EOT: "session: do it, answer, hear the ACK, send no EOT",
}
ONLY_FOR: Final[Mapping[Fault, frozenset[Kind]]] = {
    Fault.NOT_FORWARDED: frozenset({Kind.AUTHORISE}),
    Fault.NO_APPROVAL_NUMBER: frozenset({Kind.AUTHORISE, Kind.INQUIRE, Kind.CASH_RECEIPT}),
    Fault.PRETEND: frozenset({Kind.NET_CANCEL, Kind.CANCEL, Kind.CASH_RECEIPT_CANCEL}),
    Fault.RESURRECT: frozenset({Kind.NET_CANCEL}),
}
OF_SESSIONS: Final = frozenset({Fault.GARBLE_ONCE, Fault.NO_ENQ, Fault.IGNORE_ACK, Fault.DROP_EOT})


@dataclass(frozen=True)
class Entry:
    """One planned bad moment; `seconds` is for those that wait, `at` for those that stop at a byte."""

    fault: Fault
    seconds: float = 0.0
    at: int = 0


AS_USUAL: Final = Entry(Fault.NONE)


class Script:
    """What is planned for the next telegrams, one queue per kind."""

    def __init__(self, *, has_sessions: bool = False) -> None:
        """Start with nothing planned."""
        self._has_sessions = has_sessions
        self._planned: dict[Kind, deque[Entry]] = defaultdict(deque)

    def add(self, entries: list[dict[str, Any]], kind: str) -> None:
        """Plan entries such as ``{"fault": "late", "seconds": 3, "times": 2}``.

        Raises:
            ValueError: a fault or a kind that is not on the menu, or not for each other; nothing was planned.
        """
        read = [
            (
                Entry(Fault(entry["fault"]), float(entry.get("seconds", 0)), int(entry.get("at", 0))),
                int(entry.get("times", 1)),
            )
            for entry in entries
        ]
        for entry, _ in read:
            self._refuse_nonsense(entry.fault, Kind(kind))
        planned = self._planned[Kind(kind)]
        for entry, times in read:
            planned.extend([entry] * times)

    def next_for(self, kind: Kind) -> Entry:
        """Take what is planned for this telegram."""
        planned = self._planned[kind]
        return planned.popleft() if planned else AS_USUAL

    def takes(self, fault: Fault) -> bool:
        """Take this fault if it is next for any kind: it comes before the telegram tells which."""
        for planned in self._planned.values():
            if planned and planned[0].fault is fault:
                planned.popleft()
                return True
        return False

    def _refuse_nonsense(self, fault: Fault, kind: Kind) -> None:
        if kind not in ONLY_FOR.get(fault, Kind):
            raise ValueError(f"{fault} means nothing for {kind}")
        if fault in OF_SESSIONS and not self._has_sessions:
            raise ValueError(f"{fault} is for lines that acknowledge, this one does not")

    def clear(self) -> None:
        """Forget every plan."""
        self._planned.clear()
