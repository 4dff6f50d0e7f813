"""Where a sale stands, in one sentence for the shopkeeper: what a POS, the timeline and the page all say.

Page: docs/reference/standings.md. Promise: tests/spec/test_standing.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from payment_core.approval.model import (
    OPEN_ATTEMPTS,
    Attempt,
    AttemptState,
    Cancel,
    CancelState,
    Decision,
    Sale,
    Step,
)
from payment_core.kernel.language import Language
from payment_core.kernel.tender import Tender

NO_ROOM_REASON: Final = "no room, nothing was sent"
BY_THE_POS: Final = frozenset(
    {Step.POS_TOMBSTONE, Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED, Step.POS_UNDO_IDLE}
)


class Standing(StrEnum):
    """Everything a shopkeeper tells apart; an open one may still move by itself."""

    BEING_DECIDED = "BEING_DECIDED"
    APPROVED = "APPROVED"
    RECEIPT_ISSUED = "RECEIPT_ISSUED"
    PARTLY_CANCELLED = "PARTLY_CANCELLED"
    BEING_CANCELLED = "BEING_CANCELLED"
    CANCEL_DIFFERS = "CANCEL_DIFFERS"
    CANCEL_IN_DOUBT = "CANCEL_IN_DOUBT"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"
    RECEIPT_TAKEN_BACK = "RECEIPT_TAKEN_BACK"
    DECLINED = "DECLINED"
    NOT_REACHED = "NOT_REACHED"
    NOT_IN_TIME = "NOT_IN_TIME"
    NO_ROOM = "NO_ROOM"
    BEING_UNDONE = "BEING_UNDONE"
    LEFT_TO_THE_VAN = "LEFT_TO_THE_VAN"
    WITH_A_PERSON = "WITH_A_PERSON"
    UNDONE = "UNDONE"
    UNDONE_FOR_THE_POS = "UNDONE_FOR_THE_POS"
    UNDONE_WITH_PROOF = "UNDONE_WITH_PROOF"
    WITHDRAWN = "WITHDRAWN"


OF_RECEIPTS: Final[Mapping[Decision, Standing]] = {
    Decision.APPROVED: Standing.RECEIPT_ISSUED,
    Decision.CANCELLED: Standing.RECEIPT_TAKEN_BACK,
}

# {where}: the destination · {of}: won of the sale · {won}: of them, won that stay paid or are on their way
# back · {back}: won that came back instead · {refund}: of them, won that settlement files give back ·
# {held}: won that may be held meanwhile.
SENTENCES: Final[Mapping[Standing, Mapping[Language, str]]] = {
    Standing.BEING_DECIDED: {
        Language.ENGLISH: "Being decided now.",
        Language.KOREAN: "승인 여부를 확인하는 중입니다.",
    },
    Standing.APPROVED: {
        Language.ENGLISH: "The customer pays {won} won: approved by {where} as {number}.",
        Language.KOREAN: "{won}원이 결제되었습니다. 승인처 {where}, 승인번호 {number}.",
    },
    Standing.RECEIPT_ISSUED: {
        Language.ENGLISH: "A cash receipt over {won} won stands: {where} took it as {number}.",
        Language.KOREAN: "현금영수증 {won}원이 발급되었습니다. 접수처 {where}, 승인번호 {number}.",
    },
    Standing.PARTLY_CANCELLED: {
        Language.ENGLISH: "The customer pays {won} won of {of}: approved by {where} as {number}.",
        Language.KOREAN: "{of}원 중 {won}원이 결제로 남아 있습니다. 승인처 {where}, 승인번호 {number}.",
    },
    Standing.BEING_CANCELLED: {
        Language.ENGLISH: "{won} won are on their way back: payrelay repeats until {where} confirms.",
        Language.KOREAN: "{won}원을 취소하는 중입니다. 승인처({where})가 확인할 때까지 반복합니다.",
    },
    Standing.CANCEL_DIFFERS: {
        Language.ENGLISH: (
            "{where} took back {back} won instead of {won}: a person must look; {held} may still be held."
        ),
        Language.KOREAN: (
            "승인처({where})가 {won}원이 아니라 {back}원을 취소했습니다. 담당자가 확인해야 합니다. "
            "남아 있을 수 있는 금액: {held}."
        ),
    },
    Standing.CANCEL_IN_DOUBT: {
        Language.ENGLISH: (
            "{where} refused a repeat of the cancel of {won} won, and nobody knows whether the first went "
            "through: payrelay asks, and a person must look; {held} may still be held."
        ),
        Language.KOREAN: (
            "승인처({where})가 {won}원 취소의 재요청을 거절했고, 먼저 보낸 요청의 처리 여부를 모릅니다. "
            "조회를 계속하며 담당자가 확인해야 합니다. 남아 있을 수 있는 금액: {held}."
        ),
    },
    Standing.CANCELLED: {
        Language.ENGLISH: "All {of} won went back to the customer.",
        Language.KOREAN: "{of}원 전액이 취소되었습니다.",
    },
    Standing.REFUNDED: {
        Language.ENGLISH: (
            "The customer pays {won} won of {of}: claimed before, {refund} won go back by settlement."
        ),
        Language.KOREAN: (
            "{of}원 중 {won}원이 결제로 남습니다. 매입 청구 후 취소한 {refund}원은 정산을 통해 환불됩니다."
        ),
    },
    Standing.RECEIPT_TAKEN_BACK: {
        Language.ENGLISH: "The cash receipt over {of} won was taken back.",
        Language.KOREAN: "현금영수증 {of}원이 취소되었습니다.",
    },
    Standing.DECLINED: {
        Language.ENGLISH: "Nothing was charged: {where} declined with {says}.",
        Language.KOREAN: "결제되지 않았습니다. 승인처({where})가 거절했습니다: {says}.",
    },
    Standing.NOT_REACHED: {
        Language.ENGLISH: "Nothing was charged: {where} could not be reached, so nothing was sent.",
        Language.KOREAN: "결제되지 않았습니다. 승인처({where})에 연결하지 못해 보내지 않았습니다.",
    },
    Standing.NOT_IN_TIME: {
        Language.ENGLISH: "Nothing was charged: the sale could not be sent in time.",
        Language.KOREAN: "결제되지 않았습니다. 제시간에 요청을 보내지 못했습니다.",
    },
    Standing.NO_ROOM: {
        Language.ENGLISH: "Nothing was charged: too busy to send the sale. Try again as a new sale.",
        Language.KOREAN: "결제되지 않았습니다. 요청이 많아 보내지 못했습니다. 새 거래로 다시 시도하십시오.",
    },
    Standing.BEING_UNDONE: {
        Language.ENGLISH: "Not approved: payrelay is undoing it and repeats until {where} confirms.",
        Language.KOREAN: "승인되지 않았습니다. 승인처({where})가 확인할 때까지 취소를 반복합니다.",
    },
    Standing.LEFT_TO_THE_VAN: {
        Language.ENGLISH: "Not approved: {where} undoes it by itself, and payrelay asks until that is sure.",
        Language.KOREAN: "승인되지 않았습니다. 승인처({where})가 스스로 취소하며, 확인될 때까지 조회합니다.",
    },
    Standing.WITH_A_PERSON: {
        Language.ENGLISH: (
            "Not approved, but {where} did not undo all of it: a person must look; {held} may still be held."
        ),
        Language.KOREAN: (
            "승인되지 않았으나 승인처({where})에서 모두 취소되지 않았습니다. 담당자가 확인해야 합니다. "
            "남아 있을 수 있는 금액: {held}."
        ),
    },
    Standing.UNDONE: {
        Language.ENGLISH: (
            "Nothing is charged: no clear answer came, and {where} confirmed that it is undone."
        ),
        Language.KOREAN: "결제되지 않습니다. 명확한 응답이 없었고, 승인처({where})가 취소를 확인했습니다.",
    },
    Standing.UNDONE_FOR_THE_POS: {
        Language.ENGLISH: (
            "Nothing is charged: the POS net-cancelled the sale, and {where} confirmed that it is undone."
        ),
        Language.KOREAN: "결제되지 않습니다. POS가 망취소했고, 승인처({where})가 취소를 확인했습니다.",
    },
    Standing.UNDONE_WITH_PROOF: {
        Language.ENGLISH: "Nothing is charged: two people closed it with proof that {where} holds nothing.",
        Language.KOREAN: "결제되지 않습니다. 담당자 두 명이 승인처({where})의 취소 증빙을 확인했습니다.",
    },
    Standing.WITHDRAWN: {
        Language.ENGLISH: "Nothing was charged: the POS withdrew the sale before it was sent.",
        Language.KOREAN: "결제되지 않았습니다. 보내기 전에 POS가 망취소한 거래입니다.",
    },
}

# What may be held of an approval that is to be undone: what a destination said of it, or nobody knows.
HELD: Final[Mapping[Language, str]] = {Language.ENGLISH: "{won} won", Language.KOREAN: "{won}원"}
HELD_UNKNOWN: Final[Mapping[Language, str]] = {
    Language.ENGLISH: "an amount that nobody knows (asked were {won} won)",
    Language.KOREAN: "미확인(요청 {won}원)",
}

# The same for a cashier, where a till's row has 40 bytes; only what payrelay decides in words of its own.
AT_THE_TILL: Final[Mapping[Standing, str]] = {
    Standing.NOT_REACHED: "승인불가: 청구되지 않았습니다",
    Standing.BEING_UNDONE: "미승인: 자동 취소 처리중입니다",
    Standing.NOT_IN_TIME: "시간초과: 청구되지 않았습니다",
    Standing.NO_ROOM: "혼잡: 새 거래로 다시 시도하세요",
    Standing.WITHDRAWN: "POS 망취소: 청구되지 않습니다",
}


def standing_of(sale: Sale) -> Standing:
    """Where the sale stands: by its state, and by who asked where the state does not tell."""
    if sale.tender is Tender.CASH_RECEIPT and sale.decision in OF_RECEIPTS:
        return OF_RECEIPTS[sale.decision]
    match sale.decision:
        case Decision.ABSENT | Decision.RECEIVED:
            return Standing.BEING_DECIDED
        case Decision.APPROVED if sale.refunds:
            return Standing.REFUNDED
        case Decision.APPROVED:
            whole = sale.cancellable_won == sale.amount_won
            return Standing.APPROVED if whole else Standing.PARTLY_CANCELLED
        case Decision.CANCELLING:
            return _how_far_cancelled(sale.cancels[sale.open_cancel])
        case Decision.CANCELLED:
            return Standing.CANCELLED
        case Decision.DECLINED:
            return _why_declined(sale)
        case Decision.REVERSE:
            return _how_far_undone(sale)


def _how_far_cancelled(cancel: Cancel) -> Standing:
    if cancel.state is not CancelState.MANUAL:
        return Standing.BEING_CANCELLED
    return Standing.CANCEL_IN_DOUBT if cancel.taken_back_won is None else Standing.CANCEL_DIFFERS


def sentence(sale: Sale, language: Language) -> str:
    """Where the money is, for the shopkeeper."""
    asked = asked_last(sale)
    cancel = sale.cancels.get(sale.open_cancel)
    words = {
        "won": f"{cancel.amount_won if cancel else sale.cancellable_won:,}",
        "of": f"{sale.amount_won:,}",
        "refund": f"{sum(one.amount_won for one in sale.refunds.values()):,}",
        "held": _held(sale, language),
    }
    if asked is not None:
        words |= {"where": asked.destination, "number": asked.approval_number}
        words |= {"says": f"{asked.response_code} {asked.message}".strip()}
    if cancel is not None and cancel.taken_back_won is not None:
        words |= {"back": f"{cancel.taken_back_won:,}"}
    return say(standing_of(sale), language, **words)


def held_won(sale: Sale) -> int:
    """What a destination may hold of it: what a cancel left, else what it approved; 0 while nobody knows."""
    cancel = sale.cancels.get(sale.open_cancel)
    if cancel and cancel.state is CancelState.MANUAL:
        return max(0, sale.cancellable_won + cancel.amount_won - (cancel.taken_back_won or 0))
    asked = asked_last(sale)
    return (asked.left_won or asked.approved_won) if asked else 0


def _held(sale: Sale, language: Language) -> str:
    won = held_won(sale)
    is_known = won or standing_of(sale) is Standing.CANCEL_DIFFERS
    return (HELD if is_known else HELD_UNKNOWN)[language].format(
        won=f"{won if is_known else sale.amount_won:,}"
    )


def say(standing: Standing, language: Language, **words: str) -> str:
    """The sentence of a standing with its words filled in."""
    return SENTENCES[standing][language].format(**words)


def asked_last(sale: Sale) -> Attempt | None:
    """The attempt a sentence is about: one that is live or open, else the one undone, else the last."""
    telling = [{AttemptState.APPROVED, *OPEN_ATTEMPTS}]
    if sale.decision is Decision.REVERSE:
        telling.append({AttemptState.REVERSED})
    found = [one for states in telling for one in sale.attempts if one.state in states]
    return (*found, *sale.attempts[::-1], None)[0]


def _why_declined(sale: Sale) -> Standing:
    if sale.attempts:
        was_sent = sale.attempts[-1].state is not AttemptState.NOT_SENT
        return Standing.DECLINED if was_sent else Standing.NOT_REACHED
    was_busy = any(entry.evidence.get("reason") == NO_ROOM_REASON for entry in sale.history)
    return Standing.NO_ROOM if was_busy else Standing.NOT_IN_TIME


def _how_far_undone(sale: Sale) -> Standing:
    states = set(sale.attempt_states())
    if AttemptState.MANUAL in states:
        return Standing.WITH_A_PERSON
    if AttemptState.UNRESOLVED in states:
        return Standing.LEFT_TO_THE_VAN
    if sale.is_open:
        return Standing.BEING_UNDONE
    if AttemptState.REVERSED not in states:
        return Standing.WITHDRAWN
    if any(entry.step is Step.REVERSAL_PROVED for entry in sale.history):
        return Standing.UNDONE_WITH_PROOF
    for_the_pos = any(entry.step in BY_THE_POS and "actor" not in entry.evidence for entry in sale.history)
    return Standing.UNDONE_FOR_THE_POS if for_the_pos else Standing.UNDONE
