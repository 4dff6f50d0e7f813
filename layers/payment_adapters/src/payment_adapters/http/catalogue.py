"""The catalogue: every problem a caller may meet, in the order of checking, in English and Korean.

The codes are for programs and never change. docs/reference/problems.md is generated from here.
Details are filled from a refusal's own facts, never from what was sent.
"""

from __future__ import annotations

from typing import Final

from payment_adapters.http.catalogue_of_tenders import CANCELS, CHEQUES, TENDERS
from payment_adapters.http.languages import Said
from payment_adapters.http.problem_entry import Entry, Place

CATALOGUE: Final = (
    Entry(
        "no-such-address",
        404,
        "Nothing is served at this method and path.",
        Said("No such address", "없는 주소"),
        Said("There is nothing at this address.", "이 주소에는 아무것도 없습니다."),
    ),
    Entry(
        "api-key-refused",
        403,
        "The header x-api-key holds no key of a merchant.",
        Said("API key refused", "API 키 거부"),
        Said(
            "The header x-api-key does not hold a key of a merchant. Nothing was looked at.",
            "x-api-key 헤더에 등록된 가맹점 키가 없습니다. 요청을 읽지 않았습니다.",
        ),
        Place.DOOR,
    ),
    Entry(
        "too-many-requests",
        429,
        "The account's or the stage's rate is used up; nothing was read.",
        Said("Too many requests", "요청 한도 초과"),
        Said(
            "Nothing was read. Repeat the same request later.",
            "요청을 읽지 않았습니다. 잠시 후 같은 요청을 다시 보내 주십시오.",
        ),
        Place.DOOR,
    ),
    Entry(
        "quota-exceeded",
        429,
        "The merchant's requests of the day are used up.",
        Said("Quota exceeded", "일일 한도 초과"),
        Said(
            "The requests of this merchant for today are used up. Nothing was sent.",
            "이 가맹점의 오늘 요청 한도를 모두 사용했습니다. 아무것도 전송하지 않았습니다.",
        ),
        Place.DOOR,
    ),
    Entry(
        "gateway-busy",
        503,
        "The gateway function has no room.",
        Said("Gateway busy", "게이트웨이 혼잡"),
        Said(
            "No room just now. This is not a decline. Repeat the same request in a moment.",
            "지금은 처리할 여유가 없습니다. 거절이 아닙니다. 잠시 후 같은 요청을 다시 보내 주십시오.",
        ),
        Place.DOOR,
    ),
    Entry(
        "body-too-large",
        413,
        "The body is larger than any request of this API.",
        Said("Body too large", "본문이 너무 큼"),
        Said(
            "The body is larger than the {limit:,} bytes that are read.",
            "본문이 읽을 수 있는 크기 {limit:,}바이트를 넘습니다.",
        ),
    ),
    Entry(
        "keys-unavailable",
        503,
        "KMS or Secrets Manager gave no answer: nobody can be recognised and no card sealed.",
        Said("Keys unavailable", "키 사용 불가"),
        Said(
            "The relay cannot reach its keys. Nothing was sent. Repeat the same request.",
            "중계기가 키를 가져올 수 없습니다. 아무것도 전송하지 않았습니다. 같은 요청을 다시 보내 주십시오.",
        ),
    ),
    Entry(
        "signature-refused",
        401,
        "The signature (RFC 9421) or the digest of the body (RFC 9530) does not hold.",
        Said("Signature refused", "서명 거부"),
        Said(
            "The signature is missing, not in the form that is asked for, not by a terminal we know, "
            "not over this content, or made more than {window_seconds} seconds before or after our clock.",
            "서명이 없거나, 형식이 다르거나, 등록된 단말기의 서명이 아니거나, "
            "이 내용에 대한 서명이 아니거나, 서명 시각이 서버 시각과 {window_seconds}초 넘게 다릅니다.",
        ),
    ),
    Entry(
        "terminal-blocked",
        403,
        "The terminal was blocked by a person.",
        Said("Terminal blocked", "사용 중지된 단말기"),
        Said(
            "This terminal is blocked. Ask the operator.",
            "사용이 중지된 단말기입니다. 운영자에게 문의하십시오.",
        ),
    ),
    Entry(
        "unsupported-media-type",
        415,
        "Content-Type or Content-Encoding names a form that this address does not read.",
        Said("Unsupported media type", "지원하지 않는 형식"),
        Said(
            "The body is not in a form that this address reads: {accepted}.",
            "이 주소가 읽을 수 있는 본문 형식이 아닙니다: {accepted}.",
        ),
    ),
    Entry(
        "envelope-refused",
        400,
        "A layer of the envelope (gzip, jwe, card) is not what its header says.",
        Said("Envelope refused", "봉투 거부"),
        Said(
            "The {layer} layer was refused: {reason}.",
            "{layer} 계층을 열 수 없습니다: {reason}.",
        ),
    ),
    Entry(
        "telegram-refused",
        400,
        "The body is no POS telegram, or one that another address takes.",
        Said("Telegram refused", "전문 거부"),
        Said(
            "{telegram} at byte {byte}, {field}: {reason}.",
            "{telegram} 전문의 {byte}번째 바이트, {field} 항목이 맞지 않습니다: {reason}.",
        ),
    ),
    Entry(
        "malformed-request",
        400,
        "Not strict JSON, or words that are missing, unknown or out of range; `faults` names each.",
        Said("Malformed request", "잘못된 요청"),
        Said(
            "The request was refused before anything was sent.",
            "요청이 거부되었으며 아무것도 전송하지 않았습니다.",
        ),
    ),
    Entry(
        "nonce-reused",
        401,
        "The signature's nonce was used before; for a sale at most its stored answer is told.",
        Said("Nonce reused", "이미 쓰인 nonce"),
        Said(
            "The signature's nonce was used before. Sign the request again with a fresh one.",
            "서명의 nonce 가 이미 사용되었습니다. 새 nonce 로 다시 서명해 주십시오.",
        ),
    ),
    Entry(
        "sale-not-found",
        404,
        "No sale has this id, or it is not the signer's: the two are not told apart.",
        Said("Sale not found", "거래 없음"),
        Said("There is no such sale.", "해당 거래가 없습니다."),
    ),
    Entry(
        "idempotency-key-is-not-the-sale",
        400,
        "The Idempotency-Key is missing or is not the id that the body spells out.",
        Said("The key is not the sale", "키가 거래와 다름"),
        Said(
            "The Idempotency-Key of this body is {expected}.",
            "이 본문의 Idempotency-Key 는 {expected} 입니다.",
        ),
    ),
    Entry(
        "business-date-out-of-range",
        422,
        "The business date is neither yesterday, today nor tomorrow in Korea.",
        Said("Business date out of range", "영업일 범위 초과"),
        Said(
            "The business date {business_date} is not within a day of today in Korea.",
            "영업일 {business_date} 은(는) 한국 시간 기준 오늘의 전후 하루 안에 있지 않습니다.",
        ),
    ),
    Entry(
        "journal-date-out-of-range",
        422,
        "A journal is of a date more than 30 days ago in Korea, or beyond tomorrow.",
        Said("Journal date out of range", "저널 영업일 범위 초과"),
        Said(
            "The date {business_date} is neither tomorrow nor within {oldest_days} days before it in Korea.",
            "영업일 {business_date} 은(는) 한국 시간 기준 {oldest_days}일 전부터 내일까지의 날짜가 아닙니다.",
        ),
    ),
    Entry(
        "parts-exceed-the-amount",
        422,
        "VAT, service charge and tax-free part together are more than the amount.",
        Said("Parts exceed the amount", "세부 금액이 총액을 초과"),
        Said(
            "VAT, service charge and tax-free part are {parts_won:,} won together, "
            "the amount is {amount_won:,} won.",
            "부가세, 봉사료, 비과세 금액의 합 {parts_won:,}원이 총액 {amount_won:,}원보다 큽니다.",
        ),
    ),
    *TENDERS,
    *CHEQUES,
    Entry(
        "key-reused-for-another-sale",
        422,
        "The key was used before, for a sale with other contents.",
        Said("Key reused for another sale", "다른 거래에 쓰인 키"),
        Said(
            "{sale_id} was already used for a sale with other contents. Nothing was sent.",
            "{sale_id} 은(는) 내용이 다른 거래에 이미 쓰였습니다. 아무것도 전송하지 않았습니다.",
        ),
    ),
    Entry(
        "sale-in-progress",
        409,
        "The first request with this key is still on its way; no second telegram leaves.",
        Said("Sale in progress", "거래 처리 중"),
        Said(
            "{sale_id} is still being decided. Ask again in a moment with the same key.",
            "{sale_id} 은(는) 아직 처리 중입니다. 잠시 후 같은 키로 다시 보내 주십시오.",
        ),
    ),
    Entry(
        "card-busy",
        409,
        "Another sale with the same card is still being decided, at whatever terminal.",
        Said("Card busy", "카드 처리 중"),
        Said(
            "{sale_id} has to wait: another sale with the same card is still being decided.",
            "{sale_id} 은(는) 기다려야 합니다. 같은 카드의 다른 거래가 아직 처리 중입니다.",
        ),
    ),
    Entry(
        "suspected-duplicate",
        422,
        "The same card paid the same amount at this merchant a moment ago, under another key.",
        Said("Suspected duplicate", "중복 결제 의심"),
        Said(
            "{sale_id} looks like a double tap: same card and amount less than {window_seconds} s ago.",
            "{sale_id} 은(는) 중복 결제로 보입니다. 같은 카드와 금액이 {window_seconds}초 안에 있었습니다.",
        ),
    ),
    Entry(
        "no-destination",
        503,
        "No destination may take a sale now. The sale is then declined; a POS reads that, not this.",
        Said("No destination", "전송할 곳 없음"),
        Said(
            "No destination of route {route} can take a sale now.",
            "경로 {route} 에 지금 거래를 받을 수 있는 곳이 없습니다.",
        ),
        Place.WITHIN,
    ),
    Entry(
        "key-reused-for-another-cancel",
        422,
        "The cancel's number was used before, for another amount.",
        Said("Key reused for another cancel", "다른 취소에 쓰인 키"),
        Said(
            "Cancel {cancel_id} exists with another amount and is {state}.",
            "취소 {cancel_id} 은(는) 금액이 다른 건으로 이미 있으며 상태는 {state} 입니다.",
        ),
    ),
    *CANCELS,
    Entry(
        "key-reused-for-another-journal",
        422,
        "The part of this revision was delivered before, with other contents.",
        Said("Key reused for another journal", "다른 저널에 쓰인 키"),
        Said(
            "{journal_id} was delivered before with other contents. What stands stays; raise the revision.",
            "{journal_id} 은(는) 내용이 다른 저널로 이미 접수되었습니다. 개정 번호를 올려 주십시오.",
        ),
    ),
    Entry(
        "sale-not-cancellable",
        409,
        "The sale is not approved, nothing of it is left, or another cancel is in flight.",
        Said("Sale not cancellable", "취소할 수 없는 거래"),
        Said(
            "{sale_id} is {standing}; only what is left of an approved sale can be cancelled.",
            "{sale_id} 의 상태는 {standing} 입니다. 승인되어 잔액이 있는 거래만 취소할 수 있습니다.",
        ),
    ),
    Entry(
        "cancel-amount-out-of-range",
        422,
        "The amount or VAT of a cancel does not fit what is left of the sale.",
        Said("Cancel amount out of range", "취소 금액 범위 초과"),
        Said(
            "{field} must lie between {lowest:,} and {highest:,} won.",
            "{field} 은(는) {lowest:,}원에서 {highest:,}원 사이여야 합니다.",
        ),
    ),
    Entry(
        "net-cancel-not-possible",
        409,
        "The sale was cancelled in part, is being cancelled, is claimed, or is of another day.",
        Said("Net-cancel not possible", "망취소 불가"),
        Said(
            "{sale_id} is {decision} and cannot be net-cancelled any more. Use a cancel.",
            "{sale_id} 의 상태는 {decision} 이며 더 이상 망취소할 수 없습니다. 취소를 이용해 주십시오.",
        ),
    ),
    Entry(
        "terminal-key-already-taken",
        409,
        "The next key was taken and used; sign with it.",
        Said("Terminal key already taken", "이미 발급된 단말기 키"),
        Said(
            "The next key of this terminal was taken and used. Sign with it.",
            "이 단말기의 다음 키는 이미 발급되어 사용되었습니다. 그 키로 서명해 주십시오.",
        ),
    ),
    Entry(
        "terminal-keys-full",
        409,
        "Three Ed25519 keys of this terminal are valid; one has to end first.",
        Said("Terminal keys full", "단말기 키 한도 초과"),
        Said(
            "This terminal has as many registered keys as it may have. One has to end first.",
            "이 단말기에 등록할 수 있는 키를 모두 사용했습니다. 먼저 하나가 만료되어야 합니다.",
        ),
    ),
    Entry(
        "terminal-integrity-failed",
        422,
        "The terminal runs something that was not certified; it is noted and a person is called.",
        Said("Terminal integrity failed", "단말기 무결성 점검 실패"),
        Said(
            "Terminal {terminal} failed its integrity check: {reason}.",
            "단말기 {terminal} 의 무결성 점검에 실패했습니다: {reason}.",
        ),
    ),
    Entry(
        "store-unavailable",
        503,
        "The table cannot say what happened.",
        Said("Store unavailable", "저장소 응답 없음"),
        Said(
            "Nothing definitive is known. Repeat the same request.",
            "확정된 결과가 없습니다. 같은 요청을 다시 보내 주십시오.",
        ),
    ),
    Entry(
        "answer-unknown",
        504,
        "The function failed or took too long. The sale may stand: this is not a decline.",
        Said("Answer unknown", "결과 알 수 없음"),
        Said(
            "This is not a decline. Repeat the same request, or ask for the sale.",
            "거절이 아닙니다. 같은 요청을 다시 보내거나 거래를 조회해 주십시오.",
        ),
        Place.DOOR,
    ),
)

BY_CODE: Final = {entry.code: entry for entry in CATALOGUE}
