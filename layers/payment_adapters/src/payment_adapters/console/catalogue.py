"""Every sentence of the console, in English and Korean; templates name them and write none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said
from payment_core.kernel.language import Language

SENTENCES: Final[Mapping[str, Said]] = {
    "title": Said("payrelay console", "payrelay 운영 콘솔"),
    "skip": Said("Skip to the content", "본문으로 건너뛰기"),
    "menu": Said("Pages", "메뉴"),
    "other_language": Said("한국어", "English"),
    "other_language_tag": Said("ko", "en"),
    "sign_out": Said("Sign out", "로그아웃"),
    "none": Said("none", "없음"),
    "unit.won": Said("won", "원"),
    "unit.sales": Said("sales", "건"),
    "unit.bytes": Said("bytes", "바이트"),
    # -- pages
    "page.overview": Said("Overview", "현황"),
    "page.sales": Said("Find a sale", "거래 조회"),
    "page.destinations": Said("Destinations", "승인처"),
    "page.audit": Said("Audit log", "감사 기록"),
    "page.sign_in": Said("Sign in", "로그인"),
    # -- signing in
    "sign_in.name": Said("Name", "이름"),
    "sign_in.password": Said("Password", "비밀번호"),
    "sign_in.refused": Said(
        "That name and password do not go together, or the account is locked for a while.",
        "이름과 비밀번호가 맞지 않거나 계정이 잠시 잠겼습니다.",
    ),
    "sign_in.about": Said(
        "For operators, approvers and auditors. What you do here is written down.",
        "운영자, 승인자, 감사자 전용입니다. 모든 작업은 기록됩니다.",
    ),
    "role.operator": Said("operator", "운영자"),
    "role.approver": Said("approver", "승인자"),
    "role.auditor": Said("auditor", "감사자"),
    # -- overview
    "overview.today": Said("Today", "오늘"),
    "overview.whole_day": Said("sales since midnight in Korea", "자정 이후 거래"),
    "overview.newest_only": Said("the newest sales of today only", "오늘의 최근 거래만 표시"),
    "overview.throughput": Said("Sales in the last hour", "최근 1시간 거래"),
    "overview.throughput.about": Said(
        "Sales in bins of two minutes, the last hour: {approved} approved, {declined} declined, "
        "{undone} undone, {open} open.",
        "최근 1시간 거래(2분 단위): 승인 {approved}건, 거절 {declined}건, 망취소 {undone}건, 미확정 {open}건",
    ),
    "overview.meter": Said("Money whose end is not known", "미확정 금액"),
    "overview.meter.zero": Said("Every sale has its end.", "모든 거래가 확정되었습니다."),
    "overview.board": Said("Destinations", "승인처"),
    "overview.recent": Said("Newest sales", "최근 거래"),
    "overview.nothing": Said("No sale came today.", "오늘 들어온 거래가 없습니다."),
    "outcome.approved": Said("approved", "승인"),
    "outcome.declined": Said("declined", "거절"),
    "outcome.undone": Said("undone", "망취소"),
    "outcome.open": Said("open", "미확정"),
    "age.under 30 s": Said("under 30 s", "30초 미만"),
    "age.under 15 min": Said("under 15 min", "15분 미만"),
    "age.under 24 h": Said("under 24 h", "24시간 미만"),
    "age.24 h and older": Said("24 h and older", "24시간 이상"),
    "live.pause": Said("Pause", "멈춤"),
    "live.go_on": Said("Go on", "계속"),
    "live.on": Said("live", "실시간"),
    "live.paused": Said("paused", "멈춤"),
    "live.lost": Said("not up to date: no answer", "갱신되지 않음: 응답 없음"),
    "as_of": Said("as of {clock}", "{clock} 기준"),
    # -- lists
    "column.sale": Said("Sale", "거래"),
    "column.time": Said("Time", "시각"),
    "column.amount": Said("Amount", "금액"),
    "column.card": Said("Card", "카드"),
    "column.standing": Said("Standing", "상태"),
    "column.destination": Said("Destination", "승인처"),
    "column.open_for": Said("Open for", "경과"),
    "column.acts": Said("Acts", "담당"),
    "column.next": Said("Next", "다음 시도"),
    "column.state": Said("State", "상태"),
    "column.errors": Said("Errors / min", "분당 오류"),
    "column.sales": Said("Sales today", "오늘 거래"),
    "column.why": Said("Why", "사유"),
    "column.who": Said("Who", "작업자"),
    "column.deed": Said("What", "작업"),
    "column.subject": Said("To what", "대상"),
    "column.reason": Said("Reason", "사유"),
    "column.outcome": Said("Came to", "결과"),
    "a_person": Said("a person", "담당자"),
    "at_once": Said("now", "지금"),
    # -- states
    "breaker.CLOSED": Said("takes sales", "정상"),
    "breaker.OPEN": Said("takes none", "차단"),
    "breaker.HALF_OPEN": Said("being probed", "점검 중"),
    "kind.van": Said("VAN", "VAN"),
    "kind.issuer": Said("issuer", "카드사"),
    "standing.BEING_DECIDED": Said("being decided", "승인 확인 중"),
    "standing.APPROVED": Said("approved", "승인"),
    "standing.RECEIPT_ISSUED": Said("receipt issued", "현금영수증 발급"),
    "standing.PARTLY_CANCELLED": Said("partly cancelled", "부분 취소"),
    "standing.BEING_CANCELLED": Said("being cancelled", "취소 중"),
    "standing.CANCELLED": Said("cancelled", "취소"),
    "standing.REFUNDED": Said("refunded", "환불"),
    "standing.RECEIPT_TAKEN_BACK": Said("receipt taken back", "현금영수증 취소"),
    "standing.DECLINED": Said("declined", "거절"),
    "standing.NOT_REACHED": Said("not reached", "연결 실패"),
    "standing.NOT_IN_TIME": Said("not in time", "시간 초과"),
    "standing.NO_ROOM": Said("no room", "혼잡"),
    "standing.BEING_UNDONE": Said("being undone", "망취소 중"),
    "standing.LEFT_TO_THE_VAN": Said("left to the VAN", "VAN 처리 중"),
    "standing.WITH_A_PERSON": Said("with a person", "담당자 확인"),
    "standing.UNDONE": Said("undone", "망취소 완료"),
    "standing.UNDONE_FOR_THE_POS": Said("undone for the POS", "POS 망취소 완료"),
    "standing.WITHDRAWN": Said("withdrawn", "철회"),
    # -- one sale
    "sale.title": Said("Sale {sale_id}", "거래 {sale_id}"),
    "sale.facts": Said("Facts", "거래 정보"),
    "sale.picture": Said("What happened", "처리 과정"),
    "sale.picture.about": Said(
        "Sequence picture of the sale; the same in words follows.",
        "거래 순서도. 같은 내용이 아래에 글로 이어집니다.",
    ),
    "sale.in_words": Said("The same in words", "글로 보기"),
    "sale.telegrams": Said("Telegrams, field by field", "전문 내역"),
    "sale.telegrams.none": Said("Nothing went over the wire.", "주고받은 전문이 없습니다."),
    "sale.attempts": Said("Attempts", "승인 시도"),
    "sale.cancels": Said("Cancels", "취소"),
    "sale.merchant": Said("Merchant", "가맹점"),
    "sale.terminal": Said("Terminal", "단말기"),
    "sale.received": Said("Received", "접수"),
    "sale.vat": Said("VAT", "부가세"),
    "sale.tender": Said("Tender", "결제 수단"),
    "sale.instalments": Said("Instalments", "할부"),
    "sale.months": Said("{months} months", "{months}개월"),
    "sale.lump_sum": Said("lump sum", "일시불"),
    "sale.remaining": Said("Can be cancelled", "취소 가능"),
    "sale.batch": Said("Settlement batch", "정산 배치"),
    "sale.owner": Said("Owner", "담당"),
    "sale.next": Said("Next look", "다음 확인"),
    "sale.trace": Said("Trace", "추적번호"),
    "sale.sent": Said("Sent", "보냄"),
    "sale.received_telegram": Said("Received", "받음"),
    "sale.no_answer": Said("No answer came.", "응답이 없었습니다."),
    "sale.for_a_person": Said("A person must look.", "담당자가 확인해야 합니다."),
    "sale.later": Said("{age} later", "{age} 뒤"),
    "field.offset": Said("At", "위치"),
    "field.size": Said("Bytes", "길이"),
    "field.name": Said("Field", "필드"),
    "field.text": Said("Value, masked", "값(마스킹)"),
    "field.note": Said("On paper", "설명"),
    # -- finding
    "search.sale": Said("Sale id", "거래 번호"),
    "search.example": Said("for example 1001-10010001-1-20261126-42", "예: 1001-10010001-1-20261126-42"),
    "search.find": Said("Find", "조회"),
    "search.not_found": Said("There is no sale {said}.", "{said} 거래가 없습니다."),
    # -- destinations
    "breaker.take_out": Said("Take out of use", "차단"),
    "breaker.put_back": Said("Put back", "차단 해제"),
    "breaker.reason": Said("Reason, shown to everybody", "사유 (모두에게 표시)"),
    "breaker.moved": Said("Done. The reason stands beside it.", "처리했습니다. 사유가 함께 표시됩니다."),
    "breaker.not_moved": Said(
        "Nothing was changed: it is so already, or somebody else moved it at this moment.",
        "변경되지 않았습니다. 이미 그 상태이거나 다른 사람이 방금 변경했습니다.",
    ),
    "breaker.reason_missing": Said(
        "Nothing was changed: say why, in 5 to 200 characters and without a card's number.",
        "변경되지 않았습니다. 사유를 5~200자로, 카드번호 없이 입력하십시오.",
    ),
    "breaker.only_operators": Said(
        "Operators may take a destination out of use.", "차단은 운영자만 할 수 있습니다."
    ),
    # -- audit
    "audit.day": Said("Day", "날짜"),
    "audit.show": Said("Show", "보기"),
    "audit.nothing": Said("Nothing was written down on this day.", "이 날의 기록이 없습니다."),
    "deed.signed_in": Said("signed in", "로그인"),
    "deed.sign_in_refused": Said("sign-in refused", "로그인 거절"),
    "deed.signed_out": Said("signed out", "로그아웃"),
    "deed.not_allowed": Said("not allowed", "권한 없음"),
    "deed.opened_breaker": Said("took out of use", "승인처 차단"),
    "deed.closed_breaker": Said("put back", "차단 해제"),
    "came_to.": Said("", ""),
    "came_to.asked": Said("asked", "요청"),
    "came_to.done": Said("done", "완료"),
    "came_to.not_done": Said("not done", "미처리"),
    # -- what cannot be shown
    "told.forged": Said(
        "This form came from somewhere else, or is too old.",
        "다른 곳에서 온 요청이거나 너무 오래된 양식입니다.",
    ),
    "told.forged.on": Said(
        "Nothing was changed. Open the page again, and repeat it.",
        "변경되지 않았습니다. 페이지를 다시 열어 시도하십시오.",
    ),
    "told.not_allowed": Said("Your role may not do this.", "이 작업을 할 권한이 없습니다."),
    "told.not_allowed.on": Said(
        "Nothing was changed, and it was written down that it was tried.",
        "변경되지 않았으며 시도가 기록되었습니다.",
    ),
    "told.unavailable": Said("The console cannot read just now.", "지금은 읽을 수 없습니다."),
    "told.unavailable.on": Said(
        "Sales go on without it. Try again in a moment.", "거래는 계속 처리됩니다. 잠시 후 다시 시도하십시오."
    ),
    "told.absent": Said("There is nothing at this address.", "이 주소에는 아무것도 없습니다."),
    "told.absent.on": Said("The overview shows where to go.", "현황에서 시작하십시오."),
    "told.no_such_sale": Said("There is no such sale.", "그런 거래가 없습니다."),
    "told.no_such_sale.on": Said(
        "Check the number, down to its last digit.", "번호를 끝자리까지 확인하십시오."
    ),
}


def say(key: str, language: Language, **words: object) -> str:
    """A sentence with its words filled in."""
    return SENTENCES[key].in_(language).format(**words)
