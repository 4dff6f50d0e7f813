"""Cheque inquiry (수표조회): a shop asks whether a cashier's cheque is good before it takes it.

It moves no money and leaves nothing behind: there is no sale, no intent and nothing to undo. So whoever gives
no answer is passed over, doubt and all, and a shop that heard nothing asks again.

Door: functions/cheque_inquiry. Promise: tests/spec/test_cheque_inquiry.py.
Story: docs/flows/cheque_inquiry.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, assert_never

from payment_core.approval.model import Answer, SaleId
from payment_core.approval.outcome import BadCheque, GoodCheque, InDoubt, NotSent
from payment_core.approval.ports import Link, Order
from payment_core.approval.trace_number import trace_number_of
from payment_core.kernel.cheque import AMOUNTS_WON, Cheque
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.refusal import Refusal

HTTP_OK: Final = 200
INQUIRY_EPOCH: Final = 998  # no terminal ever reaches it: an inquiry's number is no sale's
ANSWER_MS: Final = 1_000  # kept back for saying what it came to
SHORTEST_ASKING_MS: Final = 3_000  # below it a line could only be opened and left


class ChequeDoesNotFitError(Refusal):
    """No such cheque was ever printed: another amount than its kind's, or a date that has not come."""

    code: ClassVar[str] = "cheque-does-not-fit"
    http_status: ClassVar[int] = 422

    def __init__(self, word: str) -> None:
        """Name the word that does not fit."""
        super().__init__(f"no cheque has such {word}")
        self.word = word


class ChequeNotKnownError(Refusal):
    """Nobody said whether the cheque is good: it is not known, and may be asked again."""

    code: ClassVar[str] = "cheque-not-known"
    http_status: ClassVar[int] = 503

    def __init__(self) -> None:
        """Name nothing: there is nothing to name."""
        super().__init__("nobody said whether the cheque is good")


class ChequeState(StrEnum):
    """What a bank says of a cheque."""

    GOOD = "GOOD"
    BAD = "BAD"


@dataclass(frozen=True)
class ChequeAnswer:
    """A bank's answer, as a destination brought it; what nobody answered is no such thing."""

    state: ChequeState
    destination: str
    response_code: str
    message: str


def require_cheque(cheque: Cheque, now_ms: int) -> None:
    """Insist on a cheque that there can be, before anybody is asked about it.

    Raises:
        ChequeDoesNotFitError: there can be none.
    """
    if cheque.amount_won != AMOUNTS_WON[cheque.kind]:
        raise ChequeDoesNotFitError("amount_won")
    if not _is_a_day(cheque.issued_on) or cheque.issued_on > f"{korean_time(now_ms):%Y%m%d}":
        raise ChequeDoesNotFitError("issued_on")


def _is_a_day(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y%m%d").strftime("%Y%m%d") == text  # noqa: DTZ007 -- a date has no zone
    except ValueError:
        return False


def inquire_cheque(
    cheque: Cheque,
    merchant: str,
    terminal: str,
    *,
    destinations: Iterable[str],
    link: Callable[[str], Link],
    hand: Hand,
) -> ChequeAnswer | None:
    """Ask one destination after the other until a bank has answered or the time is over.

    Returns:
        ``None`` where nobody has: it is not known, which is neither good nor bad.
    """
    for place, name in enumerate(destinations):
        budget_ms = hand.remaining_ms() - ANSWER_MS
        if budget_ms < SHORTEST_ASKING_MS:
            return None
        outcome = link(name).inquire_cheque(
            _order(cheque, merchant, terminal, place, hand), cheque, budget_ms
        )
        match outcome:
            case GoodCheque():
                return ChequeAnswer(ChequeState.GOOD, name, outcome.response_code, outcome.message)
            case BadCheque():
                return ChequeAnswer(ChequeState.BAD, name, outcome.response_code, outcome.message)
            case NotSent() | InDoubt():
                pass  # whoever is next is asked
            case _:
                assert_never(outcome)
    return None


def told_of_cheque(cheque: Cheque, answer: ChequeAnswer) -> Answer:
    """Tell the POS what the bank says, and of which cheque: a clerk has one in hand."""
    return Answer(HTTP_OK, json.dumps({"number": cheque.number, **asdict(answer)}, ensure_ascii=False))


def _order(cheque: Cheque, merchant: str, terminal: str, place: int, hand: Hand) -> Order:
    """The words of one inquiry; its number is that of a sale that never was."""
    now_ms = hand.now_ms()
    serial = now_ms // 1_000 % 10**8
    sale_id = SaleId(merchant, terminal, INQUIRY_EPOCH, f"{korean_time(now_ms):%Y%m%d}", serial)
    return Order(
        sale_id=sale_id,
        trace_number=trace_number_of(sale_id, serial, place),
        requested_at_ms=now_ms,
        amount_won=cheque.amount_won,
        vat_won=0,
        service_won=0,
        tax_free_won=0,
        installment_months=0,
        original_amount_won=cheque.amount_won,
        original_trace_number="",
        original_approval_number="",
        original_requested_at_ms=now_ms,
    )
