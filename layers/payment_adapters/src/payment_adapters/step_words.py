"""Steps in words: what each move of a sale says in its history, in English and Korean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said
from payment_adapters.remarks import remark
from payment_core.approval.model import Step
from payment_core.kernel.language import Language
from payment_core.kernel.tender import Tender

REFUSED: Final = Said("the VAN refused to undo it", "VAN이 취소를 거절했습니다")
UNDONE_FOR_PEOPLE: Final = Said(
    "decided: not approved, to be undone ({actor} and {checker}: {reason})",
    "결정: 미승인, 취소 예정 ({actor}·{checker}: {reason})",
)
CLAIMED_RECEIPT: Final = Said(
    "claimed the cash receipt: {sale_won} won, for {card}", "현금영수증 접수: {sale_won}원, {card}"
)
SENTENCES: Final[Mapping[Step, Said]] = {
    Step.ACCEPT: Said(
        "claimed the sale: {sale_won} won, card {card}", "거래 접수: {sale_won}원, 카드 {card}"
    ),
    Step.INTENT: Said(
        "noted: {destination} will be asked, trace {trace_number}",
        "기록: {destination}에 요청 예정, 거래추적번호 {trace_number}",
    ),
    Step.APPROVE: Said(
        "decided: approved, number {approval_number}", "결정: 승인, 승인번호 {approval_number}"
    ),
    Step.DECLINE: Said("decided: declined, {says}", "결정: 거절, {says}"),
    Step.NOT_SENT: Said(
        "decided: declined, nothing was sent ({reason})", "결정: 거절, 보내지 않음 ({reason})"
    ),
    Step.NOT_SENT_GO_ON: Said(
        "noted: nothing was sent ({reason}); the next may be asked",
        "기록: 보내지 않음 ({reason}), 다음 승인처에 요청 가능",
    ),
    Step.NOT_FORWARDED_GO_ON: Said(
        "noted: not passed on to the issuer, {says}; the next may be asked",
        "기록: 카드사에 전달되지 않음, {says}, 다음 승인처에 요청 가능",
    ),
    Step.DOUBT: Said(
        "decided: not approved, to be undone ({reason})", "결정: 미승인, 망취소 예정 ({reason})"
    ),
    Step.DOUBT_GO_ON: Said(
        "noted: no clear answer ({reason}); it is undone first, then the next may be asked",
        "기록: 명확한 응답 없음 ({reason}), 망취소 후 다음 승인처에 요청 가능",
    ),
    Step.DOUBT_VAN_OWNED: Said(
        "decided: not approved, the VAN undoes it ({reason})", "결정: 미승인, VAN이 취소함 ({reason})"
    ),
    Step.GIVE_UP_UNSENT: Said(
        "decided: declined, nothing was sent in time", "결정: 거절, 제시간에 보내지 못함"
    ),
    Step.GIVE_UP_REVERSING: Said(
        "decided: not approved, the undoing goes on ({reason})", "결정: 미승인, 망취소 계속 ({reason})"
    ),
    Step.LATE_APPROVAL: Said(
        "noted: approved after all as {approval_number}, too late; to be undone again",
        "기록: 뒤늦은 승인 {approval_number}, 다시 망취소 예정",
    ),
    Step.KEPT_THERE: Said(
        "noted: {destination} lists {told_won} won as {approval_number} that it said were undone; "
        "to be undone there again ({actor} and {checker}: {reason})",
        "기록: {destination}이(가) 취소했다고 한 {told_won}원이 승인번호 {approval_number}로 남아 있음, "
        "해당 승인처에 다시 취소 예정 ({actor}·{checker}: {reason})",
    ),
    Step.KEPT_REFUSED: Said(
        "noted: {destination} does not undo what it kept: {why} ({says})",
        "기록: {destination}이(가) 남은 승인을 취소하지 않음: {why} ({says})",
    ),
    Step.KEPT_UNDONE: Said(
        "closed: {destination} has undone what it kept ({reason}, {says})",
        "종결: {destination}이(가) 남은 승인을 취소함 ({reason}, {says})",
    ),
    Step.POS_TOMBSTONE: Said(
        "noted: the POS withdrew this sale before it arrived; it will never be approved",
        "기록: 도착 전에 POS가 망취소함, 승인되지 않음",
    ),
    Step.POS_UNDO: Said(
        "decided: not approved, to be undone (its POS net-cancelled it)",
        "결정: 미승인, 망취소 예정 (POS 망취소)",
    ),
    Step.POS_UNDO_VAN_OWNED: Said(
        "decided: not approved, the VAN undoes it (its POS net-cancelled it)",
        "결정: 미승인, VAN이 취소함 (POS 망취소)",
    ),
    Step.POS_UNDO_IDLE: Said("decided: not approved (its POS net-cancelled it)", "결정: 미승인 (POS 망취소)"),
    Step.REVERSAL_CONFIRMED: Said(
        "closed: nothing is charged ({reason}, {says})", "종결: 청구되지 않음 ({reason}, {says})"
    ),
    Step.REVERSAL_REFUSED: Said("called a person: {why} ({says})", "담당자 호출: {why} ({says})"),
    Step.REVERSAL_PROVED: Said(
        "closed by {actor} and {checker}: {reason} (proof: {proof})",
        "{actor}·{checker} 증빙 종결: {reason} (증빙: {proof})",
    ),
    Step.BEGIN_CANCEL: Said("began cancel {cancel}: {told_won} won", "취소 시작 {cancel}: {told_won}원"),
    Step.CANCEL_DONE: Said("closed: everything went back ({says})", "종결: 전액 취소됨 ({says})"),
    Step.CANCEL_PART_DONE: Said(
        "closed the cancel: its part went back ({says})", "취소 종결: 부분 취소됨 ({says})"
    ),
    Step.CANCEL_REFUSED: Said(
        "closed the cancel: refused ({says}), the money stays where it was",
        "취소 종결: 거절됨 ({says}), 금액 변동 없음",
    ),
    Step.AMOUNT_HEARD: Said("heard: {held_won} won may be held", "확인: {held_won}원이 남아 있을 수 있음"),
    Step.CANCEL_DIFFERS: Said("called a person: {reason}", "담당자 호출: {reason}"),
    Step.CLAIM: Said(
        "claimed for settlement: {told_won} won in batch {batch}", "매입 청구: {told_won}원, 배치 {batch}"
    ),
    Step.REFUND: Said(
        "noted refund {cancel}: {told_won} won go back with the next settlement file",
        "기록: 환불 {cancel}, {told_won}원은 다음 정산 파일로 반환",
    ),
    Step.CLAIM_REFUND: Said(
        "put refund {cancel} into batch {batch}: {told_won} won",
        "환불 {cancel}을 배치 {batch}에 포함: {told_won}원",
    ),
}


def told(step: Step, evidence: Mapping[str, str], language: Language = Language.ENGLISH) -> str:
    """A transition in words; what its evidence does not say stays out, what people wrote stays as it is."""
    said = defaultdict(str, evidence)
    said["told_won"] = f"{int(said['amount_won'] or 0):,}"
    said["says"] = f"{said['code']} {said['message']}".strip()
    said["reason"] = said["reason"] if said["actor"] else remark(said["reason"], language)
    said["why"] = said["reason"] or REFUSED.in_(language)
    of_a_receipt = step is Step.ACCEPT and said["tender"] == Tender.CASH_RECEIPT
    by_people = step in {Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED} and said["actor"]
    sentence = CLAIMED_RECEIPT if of_a_receipt else UNDONE_FOR_PEOPLE if by_people else SENTENCES[step]
    return sentence.in_(language).format_map(said)
