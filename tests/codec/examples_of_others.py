"""One whole telegram of every kind of the issuer sol, the POS and the firm-banking line."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.moments import MonthDay, YearMonth
from telegram_codec.specs import firm_banking, pos, sol

if TYPE_CHECKING:
    from telegram_codec import Telegram

CARD_NUMBER = "5555555555554444"
SOL_KEY: Final = b"sol and payrelay, for tests"

_DAY = date(2026, 3, 2)


def _sol_head(serial: str, sent_time: time) -> dict[str, Any]:
    return {
        "sent_day": MonthDay(3, 2),
        "sent_time": sent_time,
        "serial": serial,
        "merchant_number": "900112233",
    }


def _sol_till(serial: str, sent_time: time) -> dict[str, Any]:
    return _sol_head(serial, sent_time) | {"terminal_id": "1002003004"}


def _sol_answer(serial: str, answered_time: time, amount_won: int) -> dict[str, Any]:
    return _sol_till(serial, answered_time) | {
        "response_code": "0000",
        "answered_date": _DAY,
        "answered_time": answered_time,
        "amount_won": amount_won,
    }


settlement_notice = sol.signed(
    sol.SettlementNotice(
        **_sol_head("000000009001", time(6, 0)),
        payment_date=date(2026, 3, 4),
        line_count=2,
        amount_won=44_000,
        fee_won=352,
        deposit_won=43_648,
        lines=(
            sol.SettlementLine(approval_number="30012345", sale_date=_DAY, amount_won=55_000, fee_won=440),
            sol.SettlementLine(approval_number="30012345", sale_date=_DAY, amount_won=-11_000, fee_won=-88),
        ),
        signature=bytes(32),
    ),
    SOL_KEY,
)

_SOL: dict[str, Telegram] = {
    "sol/approval_request": sol.ApprovalRequest(
        **_sol_till("000000004711", time(12, 30, 45)),
        entry_mode="K",
        card_number=CARD_NUMBER,
        expiry=YearMonth(2028, 12),
        cvc="917",
        instalment_months=3,
        amount_won=55_000,
        vat_won=5_000,
        merchant_name="솔숲식당",
    ),
    "sol/cancel_request": sol.CancelRequest(
        **_sol_till("000000004712", time(12, 41)),
        amount_won=11_000,
        vat_won=1_000,
        original_date=_DAY,
        original_approval_number="30012345",
    ),
    "sol/net_cancel_request": sol.NetCancelRequest(
        **_sol_till("000000004713", time(12, 31, 9)),
        amount_won=55_000,
        vat_won=5_000,
        original_serial="000000004711",
        original_date=_DAY,
    ),
    "sol/inquiry_request": sol.InquiryRequest(
        **_sol_till("000000004714", time(12, 32)),
        amount_won=55_000,
        vat_won=5_000,
        original_serial="000000004711",
        original_date=_DAY,
    ),
    "sol/settlement_notice": settlement_notice,
    "sol/approval_answer": sol.ApprovalAnswer(
        **_sol_answer("000000004711", time(12, 30, 46), 55_000),
        approval_number="30012345",
        message="정상승인",
    ),
    "sol/cancel_answer": sol.CancelAnswer(
        **_sol_answer("000000004712", time(12, 41, 1), 11_000), approval_number="30012345"
    ),
    "sol/net_cancel_answer": sol.NetCancelAnswer(
        **_sol_answer("000000004713", time(12, 31, 10), 55_000), original_serial="000000004711"
    ),
    "sol/inquiry_answer": sol.InquiryAnswer(
        **_sol_answer("000000004714", time(12, 32, 1), 55_000),
        original_serial="000000004711",
        original_state="R",
    ),
    "sol/settlement_answer": sol.SettlementAnswer(
        **_sol_head("000000009001", time(6, 0, 1)), response_code="0000"
    ),
}


def _pos_head(serial: str, transaction_time: time) -> dict[str, Any]:
    return {
        "till": "TILL-03",
        "serial": serial,
        "transaction_date": _DAY,
        "transaction_time": transaction_time,
    }


_POS: dict[str, Telegram] = {
    "pos/approval_request": pos.ApprovalRequest(
        **_pos_head("000000000815", time(12, 30, 44)),
        cashier="김하나",
        entry_mode="S",
        track_2="4000000000000002=28121019170000",
        amount_won=55_000,
        vat_won=5_000,
        item_name="떡볶이 외 3건",
    ),
    "pos/cancel_request": pos.CancelRequest(
        **_pos_head("000000000816", time(12, 40, 58)),
        amount_won=11_000,
        vat_won=1_000,
        original_date=_DAY,
        original_approval_number="30012345",
        cancel_scope="P",
    ),
    "pos/net_cancel_request": pos.NetCancelRequest(
        **_pos_head("000000000817", time(12, 31, 8)),
        amount_won=55_000,
        vat_won=5_000,
        original_serial="000000000815",
        original_date=_DAY,
    ),
    "pos/approval_answer": pos.ApprovalAnswer(
        **_pos_head("000000000815", time(12, 30, 47)),
        response_code="0000",
        approval_number="30012345",
        printed_card_number="400000******0002",
        amount_won=55_000,
        issuer_name="하늘카드",
        message="정상승인",
    ),
    "pos/cancel_answer": pos.CancelAnswer(
        **_pos_head("000000000816", time(12, 41, 2)), response_code="0000", amount_won=11_000
    ),
    "pos/net_cancel_answer": pos.NetCancelAnswer(
        **_pos_head("000000000817", time(12, 31, 9)), response_code="0000", amount_won=55_000
    ),
}


def _bank_head(serial: str) -> dict[str, Any]:
    return {
        "company": "PAYRELAY",
        "bank": "81",
        "serial": serial,
        "sent_date": _DAY,
        "sent_time": time(9, 0, 30),
    }


_TRANSFER: dict[str, Any] = {
    "from_account": "81012345678901",
    "amount_won": 1_500_000,
    "to_bank": "82",
    "to_account": "82098765432109",
    "payee_name": "한강분식",
    "memo": "3월 정산",
}
_RESULT: dict[str, Any] = {
    "from_account": "81012345678901",
    "to_account": "82098765432109",
    "amount_won": 1_500_000,
    "fee_won": 300,
    "original_date": "20260302",
    "original_time": "090030",
    "original_result": "0000",
    "to_bank": "82",
}
_DEPOSIT: dict[str, Any] = {
    "account": "81012345678901",
    "deposit_kind": "20",
    "payer_bank": "82",
    "amount_won": 43_648,
    "balance_won": 10_043_648,
    "payer_name": "솔카드",
    "deposit_date": _DAY,
    "deposit_time": time(8, 59, 1),
    "cash_won": 43_648,
    "deposit_serial": "000077",
}
_TOTALS: dict[str, Any] = {
    "same_bank_requested": firm_banking.Sum(count=2, amount_won=300_000),
    "same_bank_done": firm_banking.Sum(count=2, amount_won=300_000),
    "same_bank_failed": firm_banking.Sum(count=0, amount_won=0),
    "other_bank_requested": firm_banking.Sum(count=3, amount_won=4_500_000),
    "other_bank_done": firm_banking.Sum(count=2, amount_won=3_000_000),
    "other_bank_failed": firm_banking.Sum(count=1, amount_won=1_500_000),
    "fee_won": 600,
}
_PAYEE: dict[str, Any] = {"to_bank": "82", "account": "82098765432109"}
_MISSING: dict[str, Any] = {"missing_serial": "500003", "missing_date": _DAY}
_ACCOUNT: dict[str, Any] = {"account": "81012345678901"}
_DONE: dict[str, Any] = {"response_code": "0000"}
_PAID: dict[str, Any] = {"balance_won": 8_499_700, "fee_won": 300}

_FIRM_BANKING: dict[str, Telegram] = {
    "firm_banking/open_day": firm_banking.OpenDay(**_bank_head("000001")),
    "firm_banking/same_bank_transfer": firm_banking.SameBankTransfer(
        **_bank_head("000002"), **_TRANSFER | {"to_bank": "81", "account_secret": "0000"}
    ),
    "firm_banking/other_bank_transfer": firm_banking.OtherBankTransfer(**_bank_head("000003"), **_TRANSFER),
    "firm_banking/transfer_failed": firm_banking.TransferFailed(**_bank_head("500002"), **_TRANSFER),
    "firm_banking/result_inquiry": firm_banking.ResultInquiry(
        **_bank_head("000004"), original_serial="000003"
    ),
    "firm_banking/deposit_notice": firm_banking.DepositNotice(**_bank_head("500001"), **_DEPOSIT),
    "firm_banking/missing_numbers": firm_banking.MissingNumbers(**_bank_head("000005"), **_MISSING),
    "firm_banking/balance": firm_banking.Balance(**_bank_head("000006"), **_ACCOUNT),
    "firm_banking/payee_name": firm_banking.PayeeName(**_bank_head("000007"), **_PAYEE),
    "firm_banking/totals": firm_banking.Totals(**_bank_head("000008"), **_TOTALS),
    "firm_banking/open_day_answer": firm_banking.OpenDayAnswer(**_bank_head("000001"), **_DONE),
    "firm_banking/same_bank_transfer_answer": firm_banking.SameBankTransferAnswer(
        **_bank_head("000002"), **_TRANSFER | {"to_bank": "81"} | _PAID | _DONE
    ),
    "firm_banking/other_bank_transfer_answer": firm_banking.OtherBankTransferAnswer(
        **_bank_head("000003"), **_TRANSFER | _PAID | _DONE
    ),
    "firm_banking/transfer_failed_answer": firm_banking.TransferFailedAnswer(
        **_bank_head("500002"), **_TRANSFER | _DONE
    ),
    "firm_banking/result_inquiry_answer": firm_banking.ResultInquiryAnswer(
        **_bank_head("000004"), original_serial="000003", **_RESULT | _DONE
    ),
    "firm_banking/deposit_notice_answer": firm_banking.DepositNoticeAnswer(
        **_bank_head("500001"), **_DEPOSIT | _DONE
    ),
    "firm_banking/missing_numbers_answer": firm_banking.MissingNumbersAnswer(
        **_bank_head("000005"), **_MISSING | _DONE
    ),
    "firm_banking/balance_answer": firm_banking.BalanceAnswer(
        **_bank_head("000006"), **_ACCOUNT | _DONE, balance_won=-25_000
    ),
    "firm_banking/payee_name_answer": firm_banking.PayeeNameAnswer(
        **_bank_head("000007"), **_PAYEE | _DONE, holder_name="한강분식"
    ),
    "firm_banking/totals_answer": firm_banking.TotalsAnswer(**_bank_head("000008"), **_TOTALS | _DONE),
}

EXAMPLES: dict[str, Telegram] = _SOL | _POS | _FIRM_BANKING
