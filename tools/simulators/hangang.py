"""How the VAN hangang answers each telegram of its paper (telegram_codec.specs.hangang)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, TypedDict

from telegram_codec import Framing
from telegram_codec.masking import masked_card_number
from telegram_codec.specs import hangang as paper
from tools.simulators.books import Authorisation, Books, Fate, Key
from tools.simulators.cards import ISSUERS, reason_to_decline
from tools.simulators.faults import Fault, Kind

ALREADY_PROCESSED: Final = "4383"
ALREADY_CANCELLED: Final = "2558"
NO_ORIGINAL: Final = "2810"
OTHER_AMOUNT: Final = "2011"
MORE_THAN_REMAINS: Final = "2032"
TOO_LATE: Final = "6371"
NOT_CONTRACTED: Final = "8521"
UNLISTED: Final = "9998"

MESSAGES: Final = {
    paper.APPROVED: "정상 처리되었습니다",
    ALREADY_PROCESSED: "이미 처리된 거래입니다",
    ALREADY_CANCELLED: "이미 취소된 거래입니다",
    NO_ORIGINAL: "원거래가 없습니다",
    OTHER_AMOUNT: "취소금액이 맞지 않습니다",
    MORE_THAN_REMAINS: "취소 가능 금액을 초과하였습니다",
    TOO_LATE: "취소 가능 시간이 지났습니다",
    "0414": "카드번호 오류",
    "8314": "유효기간 경과 카드",
    "7576": "CVC 오류",
    "8410": "할부 불가",
    NOT_CONTRACTED: "계약되지 않은 서비스입니다",
    "8326": "한도 초과",
}

KINDS: Final[dict[type[paper.Header], Kind]] = {
    paper.ApprovalRequest: Kind.AUTHORISE,
    paper.NetCancelRequest: Kind.NET_CANCEL,
    paper.CancelRequest: Kind.CANCEL,
    paper.InquiryRequest: Kind.INQUIRE,
    paper.CashReceiptRequest: Kind.CASH_RECEIPT,
    paper.CashReceiptCancelRequest: Kind.CASH_RECEIPT,
    paper.EchoRequest: Kind.ECHO,
}
ORIGINAL_STATES: Final = {
    Fate.APPROVED: "A",
    Fate.DECLINED: "D",
    Fate.CANCELLED: "X",
    Fate.NET_CANCELLED: "R",
}


class _Echoed(TypedDict):
    """What every answer repeats of its request."""

    terminal_id: str
    serial: str
    transaction_date: date
    transaction_time: Any
    merchant_id: str
    company_terminal_id: str


class Hangang:
    """The desk behind the line: one request in, one answer out, the books in between."""

    framing: Final[Framing] = paper.FRAMING

    def __init__(self, books: Books, now: Callable[[], datetime]) -> None:
        """Open the desk; `now` is a Korean wall clock."""
        self._books = books
        self._now = now

    def read(self, frame: bytes) -> paper.AnyRequest:
        """Read one frame; DecodeError when it is no request of the paper."""
        return paper.decode_request(frame)

    def kind_of(self, request: paper.AnyRequest) -> Kind:
        """What the request asks for."""
        return KINDS[type(request)]

    def answer(self, request: paper.AnyRequest) -> paper.AnyAnswer:
        """Do what is asked and say so."""
        match request:
            case paper.ApprovalRequest():
                return self._authorise(request)
            case paper.NetCancelRequest():
                return self._undone(request, self._net_cancel(request))
            case paper.CancelRequest():
                return self._cancelled(request, self._cancel(request))
            case paper.InquiryRequest():
                return self._inquire(request)
            case paper.CashReceiptRequest():
                return paper.CashReceiptAnswer(**_echoed(request), **self._no_service(request))
            case paper.CashReceiptCancelRequest():
                return paper.CashReceiptCancelAnswer(**_echoed(request), **self._no_service(request))
            case paper.EchoRequest():
                return paper.EchoAnswer(**_echoed(request), response_code=paper.APPROVED)

    def refusal(self, request: paper.AnyRequest, fault: Fault) -> paper.AnyAnswer:
        """Answer without having looked at the books."""
        code = NO_ORIGINAL if fault is Fault.NOT_FOUND else TOO_LATE
        match request:
            case paper.NetCancelRequest():
                return self._undone(request, code)
            case paper.CancelRequest():
                return self._cancelled(request, code)
            case paper.ApprovalRequest():
                return self._approval_answer(request, None, code)
            case _:
                return self.answer(request)

    def spoilt(self, answer: paper.AnyAnswer, fault: Fault) -> paper.AnyAnswer:
        """The answer with one field gone wrong; readable, and not to be believed."""
        if isinstance(answer, paper.EchoAnswer):
            return answer
        match fault:
            case Fault.OTHER_SALE:
                return replace(answer, serial=f"{(int(answer.serial) + 1) % 10**12:012d}")
            case Fault.WRONG_AMOUNT:
                return replace(answer, amount_won=answer.amount_won + 1)
            case Fault.UNKNOWN_CODE:
                return replace(answer, response_code=UNLISTED)
            case Fault.NO_APPROVAL_NUMBER:
                return replace(answer, approval_number="")
            case _:
                return answer

    def _authorise(self, request: paper.ApprovalRequest) -> paper.ApprovalAnswer:
        key = _key(request, request.serial, request.transaction_date)
        if (known := self._books.find(key)) is not None:
            return self._approval_answer(request, known, ALREADY_PROCESSED)
        card = masked_card_number(request.card_number)
        reason = reason_to_decline(
            request.card_number,
            request.expiry,
            request.cvc,
            request.amount_won,
            request.instalment_months,
            month_now=f"{self._now():%y%m}",
        )
        decided = (
            self._books.decline(key, request.amount_won, card, reason)
            if reason
            else self._books.approve(key, request.amount_won, card)
        )
        return self._approval_answer(request, decided, decided.code)

    def _approval_answer(
        self, request: paper.ApprovalRequest, decided: Authorisation | None, code: str
    ) -> paper.ApprovalAnswer:
        approved = decided is not None and code == paper.APPROVED
        issuer = ISSUERS.get(request.card_number)
        return paper.ApprovalAnswer(
            **_echoed(request),
            **self._said(code),
            amount_won=request.amount_won,
            instalment_months=request.instalment_months,
            printed_card_number=masked_card_number(request.card_number),
            approval_number=decided.approval_number if decided and approved else "",
            van_transaction_id=f"HG{decided.approval_number:>010}" if decided and approved else "",
            issuer_code=issuer.code if issuer else "",
            issuer_name=issuer.name if issuer else "",
            acquirer_code=issuer.code if issuer else "",
            acquirer_name=issuer.name if issuer else "",
            capture_kind="D" if approved else "",
            merchant_use=request.merchant_use,
        )

    def _net_cancel(self, request: paper.NetCancelRequest) -> str:
        known = self._books.find(_key(request, request.original_serial, request.original_date))
        if known is None or known.fate is Fate.DECLINED:
            return NO_ORIGINAL
        if not known.is_live:
            return ALREADY_CANCELLED
        if known.cancels:
            return ALREADY_PROCESSED
        self._books.net_cancel(known.key)
        return paper.APPROVED

    def _undone(self, request: paper.NetCancelRequest, code: str) -> paper.NetCancelAnswer:
        return paper.NetCancelAnswer(
            **_echoed(request),
            **self._said(code),
            amount_won=request.amount_won,
            original_serial=request.original_serial,
        )

    def _cancel(self, request: paper.CancelRequest) -> str:
        day = f"{request.original_date:%Y%m%d}"
        known = self._books.find_approved(request.terminal_id, day, request.original_approval_number)
        if known is None:
            return NO_ORIGINAL
        if request.serial in known.cancels or not known.is_live:
            return ALREADY_CANCELLED
        if request.amount_won > known.remaining_won:
            return MORE_THAN_REMAINS
        if request.cancel_scope == "F" and request.amount_won != known.amount_won:
            return OTHER_AMOUNT
        self._books.cancel(known.key, request.serial, request.amount_won)
        return paper.APPROVED

    def _cancelled(self, request: paper.CancelRequest, code: str) -> paper.CancelAnswer:
        return paper.CancelAnswer(**_echoed(request), **self._said(code), amount_won=request.amount_won)

    def _inquire(self, request: paper.InquiryRequest) -> paper.InquiryAnswer:
        known = self._books.find(_key(request, request.original_serial, request.original_date))
        return paper.InquiryAnswer(
            **_echoed(request),
            **self._said(paper.APPROVED),
            amount_won=request.amount_won,
            approval_number=known.approval_number if known else "",
            original_serial=request.original_serial,
            original_state=ORIGINAL_STATES[known.fate] if known else "N",
        )

    def _no_service(self, request: paper.Request) -> dict[str, Any]:
        """The shops of this VAN have no contract for cash receipts."""
        return {**self._said(NOT_CONTRACTED), "amount_won": request.amount_won}

    def _said(self, code: str) -> dict[str, Any]:
        now = self._now()
        return {
            "response_code": code,
            "answered_date": now.date(),
            "answered_time": now.time().replace(microsecond=0),
            "message": MESSAGES[code],
        }


def _key(request: paper.Header, serial: str, day: date) -> Key:
    return Key(request.terminal_id, f"{day:%Y%m%d}", serial)


def _echoed(request: paper.Header) -> _Echoed:
    return {
        "terminal_id": request.terminal_id,
        "serial": request.serial,
        "transaction_date": request.transaction_date,
        "transaction_time": request.transaction_time,
        "merchant_id": request.merchant_id,
        "company_terminal_id": request.company_terminal_id,
    }
