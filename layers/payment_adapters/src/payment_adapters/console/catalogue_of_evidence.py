"""What a case's evidence is called, in English and Korean; catalogue.py takes it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said

SENTENCES: Final[Mapping[str, Said]] = {
    "evidence.trace_number": Said("Trace number", "추적번호"),
    "evidence.approval_number": Said("Approval number", "승인번호"),
    "evidence.approved_won": Said("Approved, won", "승인 금액(원)"),
    "evidence.left_won": Said("Left by a cancel, won", "취소 후 잔액(원)"),
    "evidence.taken_back_won": Said("Taken back, won", "취소된 금액(원)"),
    "evidence.cancelled_won": Said("Cancelled, won", "취소 금액(원)"),
    "evidence.held_won": Said("May be held, won", "남아 있을 수 있는 금액(원)"),
    "evidence.our_won": Said("In the books, won", "승인 원장(원)"),
    "evidence.journal_won": Said("In the journal, won", "POS 저널(원)"),
    "evidence.sale": Said("Sale", "거래"),
    "evidence.cancel": Said("Cancel", "취소"),
    "evidence.destination": Said("Destination", "승인처"),
    "evidence.code": Said("Code", "응답코드"),
    "evidence.message": Said("Message", "응답 메시지"),
    "evidence.reason": Said("Reason", "사유"),
    "evidence.step": Said("Ended by", "종결 단계"),
    "evidence.by": Said("Done by", "처리 주체"),
    "evidence.settled_by": Said("Settled by", "해소"),
    "evidence.actor": Said("Proposed by", "제안자"),
    "evidence.checker": Said("Checked by", "승인자"),
    "evidence.proof": Said("Proof", "증빙"),
    "evidence.case": Said("Case", "사고 건"),
    "evidence.compared": Said("Compared", "비교 대상"),
    "evidence.break": Said("Difference", "대사 차이"),
    "evidence.their_won": Said("In their list, won", "상대 내역(원)"),
    "evidence.version": Said("Version", "버전"),
}
