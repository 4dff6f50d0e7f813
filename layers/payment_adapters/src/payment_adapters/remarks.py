"""Remarks: what a rule writes beside what it decided, kept in English, and the same for Korean readers.

The English sentence is the key, with names in braces where it is filled; what stands there is said in the
same way if it is a remark itself. What a person or a counterparty wrote is none, and stays as it was written.
Promise: tests/house/rules_of_words.py, which reads the rules and finds what has no Korean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from payment_core.kernel.language import Language

OF_LINES: Final[Mapping[str, str]] = {  # between a destination and the relay
    "no answer by the deadline": "기한 내 응답 없음",
    "no time is left to send": "전송할 시간이 남지 않음",
    "no time is left to open the line": "연결할 시간이 남지 않음",
    "no time is left to wait for an answer": "응답을 기다릴 시간이 남지 않음",
    "the line broke while sending: {fault}": "전송 중 회선 끊김: {fault}",
    "the line broke while waiting: {fault}": "응답 대기 중 회선 끊김: {fault}",
    "the destination closed the line without an answer": "승인처가 응답 없이 회선을 끊음",
    "the line could not be opened: {fault}": "회선 연결 실패: {fault}",
    "the host has no address": "호스트 주소 없음",
    "Connection refused": "연결 거부",
    "Connection reset by peer": "상대가 연결을 끊음",
    "Broken pipe": "끊어진 연결",
    "No route to host": "경로 없음",
    "Network is unreachable": "네트워크에 연결할 수 없음",
    "timed out": "시간 초과",
    "TimeoutError": "시간 초과",
    "the destination's code {code} leaves it open": "응답코드 {code}: 결과 미확정",
    "the destination's code {code} is not in its profile": "응답코드 {code}: 프로파일에 없는 코드",
    "the telegram cannot carry it: {fault}": "전문에 담을 수 없음: {fault}",
    "the answer cannot be read: {fault}": "응답을 해석할 수 없음: {fault}",
    "approved without an approval number": "승인번호 없는 승인",
    "the answer is about {heard} won instead of {asked}": "응답 금액 {heard}원, 요청 금액 {asked}원",
    "an answer of another transaction came ({rows} differ)": "다른 거래의 응답 수신({rows} 불일치)",
    "{came} came instead of {asked}": "{asked} 대신 {came} 수신",
    "an answer with a wrong MAC came": "MAC이 맞지 않는 응답 수신",
    "{destination} has no such telegram": "{destination}에 없는 전문",
    "the session broke: it {where} and {came} came": "세션 오류: {where}, {came} 수신",
    "noise came instead of ENQ": "ENQ 대신 알 수 없는 신호 수신",
    "no ENQ came: {fault}": "ENQ 수신 안 됨: {fault}",
    "no EOT came: {fault}": "EOT 수신 안 됨: {fault}",
    "nobody says {words}": "값이 없음: {words}",
    "the contract has no letter for {word} {value}": "계약에 없는 값: {word} {value}",
    "there is no key for the MAC": "MAC 키 없음",
}
OF_SALES: Final[Mapping[str, str]] = {
    "no room, nothing was sent": "혼잡하여 보내지 않음",
    "nothing was sent": "보내지 않음",
    "the sending hand never said what its telegram came to": "전송 결과가 보고되지 않음",
    "no other destination could be asked in time": "제시간에 다른 승인처에 요청하지 못함",
    "undone": "망취소 완료",
    "inquiry: not approved": "조회 결과 미승인",
    "not found after horizon": "확인 기한 경과 후에도 거래 없음",
    "it approved, and nobody knows how much": "승인되었으나 금액을 알 수 없음",
    "it knows no such sale, and lists it": "원거래가 없다고 하나 거래내역에는 있음",
    "the POS net-cancelled it": "POS 망취소",
    "a cancel took back {taken} won of {approved}": "{approved}원 중 {taken}원만 취소됨",
    "refused, but a telegram before it may have been carried out": "거절되었으나 앞선 요청의 처리 여부 미상",
    "inquiry: still approved": "조회 결과 승인 유지",
    "the cancel took back {taken} won instead of {asked}": "취소 금액 {taken}원, 요청 금액 {asked}원",
}
OF_BREAKERS: Final[Mapping[str, str]] = {
    "{errors} technical errors within {seconds} s": "{seconds}초 안에 기술 오류 {errors}건",
    "the alarm counted {errors} or more technical errors in its minute": "1분간 기술 오류 {errors}건 이상",
    "{probes} probes in a row were answered": "점검 {probes}회 연속 응답",
}
OF_FILES: Final[Mapping[str, str]] = {
    "record {record}, byte {byte}: {fault}": "{record}번째 레코드, {byte}바이트: {fault}",
    "record {record}: {fault}": "{record}번째 레코드: {fault}",
    "no contract knows such a name in this folder": "이 폴더의 계약에 없는 파일명",
    "the same bytes came before: {state}": "같은 내용의 파일이 이미 있음: {state}",
    "another of this name came before, and counts": "같은 이름의 파일이 이미 반영됨",
    "has {size} bytes, and is not read beyond {largest}": "{size}바이트. {largest}바이트까지만 읽음",
    "its first line has {length} bytes, a record has {size}": "첫 줄 {length}바이트, 레코드 {size}바이트",
    "{field} must be {rule}": "{field}: {rule}이어야 함",
    "the same stands before it": "앞에 같은 레코드가 있음",
    "reads as {charset}, the contract says EUC-KR; {fault}": "문자 집합 {charset}, 계약은 EUC-KR; {fault}",
    "{place} at byte {byte}: found '{found}', must be {rule}": "{place} {byte}바이트: {found}, 규칙: {rule}",
    "{rule}; {hint}": "{rule}; {hint}",
    "{day}, give or take a day": "{day} 전후 1일",
    "{day} or later": "{day} 이후",
    "one of {words}": "{words} 중 하나",
    "{size} bytes": "{size}바이트",
    "the line end {end} as before": "앞과 같은 줄 끝 {end}",
    "a total record": "합계 레코드",
    "a start record": "시작 레코드",
    "a start record, as no section has begun": "시작 레코드(아직 시작된 구간 없음)",
    "a data or total record, as the section has begun": "데이터 또는 합계 레코드(구간이 이미 시작됨)",
    "the number {number}, one more than before": "앞보다 1 큰 번호 {number}",
    "{count} records and {won} won, as they add up to": "합산 결과 {count}건 {won}원",
    "the end of the file": "파일 끝",
    "{outcome} with reason {reason}": "{outcome}, 사유 {reason}: 서로 맞지 않음",
    "a {kind} costs {won} won": "{kind} 수수료 {won}원: 부호가 맞지 않음",
    "{outcome} costs {won} won": "{outcome}, 수수료 {won}원: 서로 맞지 않음",
    "{row} stands in a record before it": "앞의 레코드와 중복: {row}",
    "{row} is {state}, and is told {outcome}": "{row} 현재 {state}, 파일은 {outcome}",
    "fits {rows}": "해당하는 거래가 여럿: {rows}",
    "no row of ours has the mark {mark}": "당사에 없는 관리번호 {mark}",
    "says something else of {row} than was claimed": "청구 내용과 다름: {row}",
    "no row of ours is {about}": "당사에 없는 건: {about}",
    "approval {number} of {day}, {won} won": "승인번호 {number}, {day}, {won}원",
    "{won} won; claimed: {claimed} won": "파일 {won}원, 청구 {claimed}원",
    "rows of {section} have no total": "합계 없는 구간 {section}",
    "{sum} of {section}: the total says {says}, its rows {rows}": "{section} {sum}: 합계 {says}, 내역 {rows}",
}
OF_DAYS: Final[Mapping[str, str]] = {
    "found by {run}": "{run}에서 발견",
    "found again by {run}": "{run}에서 다시 발견",
    "changed in {run}": "{run}에서 변경",
    "not found by {run}": "{run}에서 해소",
    "accounted for by {evidence}": "{evidence} 분개로 해소",
    "the settlement day": "정산일 대사",
    "settlement": "정산",
    "rows that were put a moment ago": "방금 만든 청구 행",
    "[settlement] of {file}": "{file}의 [settlement]",
    "[files.claims] of {file}": "{file}의 [files.claims]",
    "[files.bank] of {file}": "{file}의 [files.bank]",
    "{counterparty} TRANSACTIONS {name}": "{counterparty} 거래내역 {name}",
    "{counterparty} CLAIM {name}": "{counterparty} 청구 {name}",
    "{counterparty} RETURN {name}": "{counterparty} 입반송 {name}",
    "{counterparty} DEPOSIT {name}": "{counterparty} 입금 {name}",
    "{counterparty} BANK {name}": "{counterparty} 은행 거래내역 {name}",
}
WORDS: Final[Mapping[str, str]] = {  # of states and kinds, where a remark holds one
    "APPLIED": "적용",
    "REFUSED": "거절",
    "DUPLICATE": "중복",
    "CHANGED_RESEND": "변경 재전송",
    "TO_CLAIM": "청구 대기",
    "CLAIMED": "청구",
    "CAPTURED": "매입",
    "HELD": "보류",
    "RETURNED": "반송",
    "RECLAIMED": "재청구",
    "GIVEN_UP": "포기",
    "UNASSIGNED": "미지정",
    "PAID": "입금",
    "SALE": "매출",
    "REFUND": "환불",
    "rows": "건수",
    "sales": "매출",
    "refunds": "환불",
    "fees": "수수료",
    "deposit": "입금액",
}
REMARKS: Final[Mapping[str, str]] = {
    **OF_LINES, **OF_SALES, **OF_BREAKERS, **OF_FILES, **OF_DAYS, **WORDS,
}  # fmt: skip
HOLE: Final = re.compile(r"\{(\w+)\}")


def remark(text: str, language: Language) -> str:
    """A remark in one language; what is none stays as it is."""
    if language is Language.ENGLISH:
        return text
    if text in REMARKS:
        return REMARKS[text]
    for pattern, korean in _filled():
        if found := pattern.fullmatch(text):
            return korean.format_map(
                {name: remark(held, language) for name, held in found.groupdict().items()}
            )
    return text


@cache
def _filled() -> list[tuple[re.Pattern[str], str]]:
    """Those with something to fill in, the one with the most words of its own first."""
    by_size = sorted(REMARKS, key=lambda one: -len(HOLE.sub("", one)))
    return [(_pattern(english), REMARKS[english]) for english in by_size if HOLE.search(english)]


def _pattern(english: str) -> re.Pattern[str]:
    own, names = HOLE.split(english)[::2], HOLE.findall(english)
    parts = [f"(?P<{name}>.+?)" for name in names]
    return re.compile(
        "".join(re.escape(word) + part for word, part in zip(own, [*parts, ""], strict=True)), re.DOTALL
    )
