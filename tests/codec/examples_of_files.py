"""One small settlement file of every kind, record by record, and its records as examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

from telegram_codec.specs import settlement, statement

if TYPE_CHECKING:
    from telegram_codec import Telegram

CARD_NUMBER = "555555******4444"

_DAY = date(2026, 3, 2)
_CLAIMED = date(2026, 3, 3)
_PAID = date(2026, 3, 4)
_NOTHING = settlement.Sum(count=0, amount_won=0)

_transaction = settlement.Transaction(
    terminal_id="1002003004",
    card_number=CARD_NUMBER,
    issuer_code="031",
    entry_flag="K",
    transaction_date=_DAY,
    transaction_time=time(12, 30, 45),
    instalment_months=3,
    amount_won=55_000,
    approval_number="30012345",
    business_number="1208100001",
    merchant_number="900112233",
    merchant_name="한강분식",
    acquirer_bank="044",
    acquirer_branch="0001",
)
TRANSACTIONS: tuple[Telegram, ...] = (
    _transaction,
    replace(_transaction, cancel="R", amount_won=11_000, transaction_time=time(12, 41)),
)

_claim_start = settlement.ClaimStart(
    claim_date=_CLAIMED,
    business_number="1208100001",
    van_code="HANGANG",
    sales_from=_DAY,
    sales_to=_DAY,
)
_claim = settlement.Claim(
    kind="20",
    sequence=1,
    terminal_id="1002003004",
    sale_date=_DAY,
    card_number=CARD_NUMBER,
    instalment_months=3,
    amount_won=55_000,
    vat_won=5_000,
    approval_number="30012345",
    merchant_number="900112233",
    merchant_use="table 9",
)
_claim_total = settlement.ClaimTotal(
    sales=settlement.Sum(count=1, amount_won=55_000),
    cancels=settlement.Sum(count=1, amount_won=-11_000),
    total=settlement.Sum(count=2, amount_won=44_000),
)
CLAIMS: tuple[Telegram, ...] = (
    _claim_start,
    _claim,
    replace(_claim, kind="25", sequence=2, amount_won=11_000, vat_won=1_000),
    _claim_total,
)

_return_start = settlement.ReturnStart(
    written_date=_PAID,
    acquirer_business_number="2148100002",
    business_number="1208100001",
    received_from=_CLAIMED,
    received_to=_CLAIMED,
    payment_date=_PAID,
    merchant_number="900112233",
    service="EDI",
    sales_from=_DAY,
    sales_to=_DAY,
    claim_date=_CLAIMED,
    acquirer_code="044",
)
_return = settlement.Return(
    kind="41",
    sale_date=_DAY,
    received_date=_CLAIMED,
    card_number=CARD_NUMBER,
    instalment_months=3,
    amount_won=55_000,
    merchant_use="table 9",
    approval_number="30012345",
    fee_won=440,
    terminal_id="1002003004",
    card_kind="1",
)
_taken_off: dict[str, Any] = {"kind": "45", "amount_won": 11_000, "fee_won": -88}
_sent_back: dict[str, Any] = {"kind": "42", "amount_won": 7_000, "fee_won": 0, "reason": "31"}
_return_total = settlement.ReturnTotal(
    paid=settlement.Sum(count=2, amount_won=44_000),
    returned=settlement.Sum(count=1, amount_won=7_000),
    held=_NOTHING,
    released=_NOTHING,
    total=settlement.Sum(count=3, amount_won=51_000),
    fee_won=352,
    deposit_won=43_648,
)
RETURNS: tuple[Telegram, ...] = (
    _return_start,
    _return,
    replace(_return, **_taken_off),
    replace(_return, **_sent_back),
    _return_total,
)

_deposit_start = settlement.DepositStart(
    issuer_code="0031",
    business_number="1208100001",
    payment_date=_PAID,
    merchant_number="900112233",
    claim_date=_CLAIMED,
)
_deposit = settlement.Deposit(
    kind="41",
    sale_date=_DAY,
    received_date=_CLAIMED,
    card_number=CARD_NUMBER,
    instalment_months=3,
    amount_won=55_000,
    fee_won=440,
    van_transaction_id="HG2603020001",
    terminal_id="1002003004",
    approval_number="30012345",
)
_deposit_total = settlement.DepositTotal(
    paid=settlement.Sum(count=2, amount_won=44_000),
    returned=settlement.Sum(count=1, amount_won=7_000),
    held=_NOTHING,
    released=_NOTHING,
    fee_won=352,
    deposit_won=43_648,
)
DEPOSITS: tuple[Telegram, ...] = (
    _deposit_start,
    _deposit,
    replace(_deposit, **_taken_off),
    replace(_deposit, **_sent_back, reason_text="한도초과"),
    _deposit_total,
)

_outcome = settlement.Outcome(
    kind="41",
    sale_date=_DAY,
    received_date=_CLAIMED,
    card_number=CARD_NUMBER,
    instalment_months=3,
    approval_number="30012345",
    amount_won=55_000,
    issuer_code="31",
    merchant_number="900112233",
    capture="매입",
    payment_date=_PAID,
    merchant_use="table 9",
    fee_won=440,
)
_outcome_total = settlement.OutcomeTotal(
    paid=settlement.ShortSum(count=2, amount_won=44_000),
    returned=settlement.ShortSum(count=1, amount_won=7_000),
    held=settlement.ShortSum(count=0, amount_won=0),
    released=settlement.ShortSum(count=0, amount_won=0),
    total=settlement.ShortSum(count=3, amount_won=51_000),
    fee_won=352,
    payment_date=_PAID,
    deposit_won=43_648,
    merchant_number="900112233",
    written_date=_PAID,
)
OUTCOMES: tuple[Telegram, ...] = (
    _outcome,
    replace(_outcome, **_taken_off, capture="취소"),
    replace(_outcome, **_sent_back),
    _outcome_total,
)

_statement_start = statement.StatementStart(statement_date=_PAID, bank_code="701", account="7012-****-3301")
_entry = statement.Entry(
    kind="B1",
    sequence=1,
    entry_date=_PAID,
    entry_time=time(11, 5),
    acquirer_code="031",
    merchant_number="900112233",
    amount_won=43_648,
    remark="바다카드 매출대금",
)
_statement_total = statement.StatementTotal(
    paid_in=settlement.Sum(count=1, amount_won=43_648),
    taken_off=settlement.Sum(count=1, amount_won=-3_000),
    balance_won=1_040_648,
)
STATEMENTS: tuple[Telegram, ...] = (
    _statement_start,
    _entry,
    replace(_entry, kind="B2", sequence=2, amount_won=3_000, acquirer_code="", remark="하늘카드 환수"),
    _statement_total,
)

EXAMPLES: dict[str, Telegram] = {
    "settlement/transaction": _transaction,
    "settlement/claim_start": _claim_start,
    "settlement/claim": _claim,
    "settlement/claim_total": _claim_total,
    "settlement/return_start": _return_start,
    "settlement/return": replace(_return, **_taken_off),
    "settlement/return_total": _return_total,
    "settlement/deposit_start": _deposit_start,
    "settlement/deposit": _deposit,
    "settlement/deposit_total": _deposit_total,
    "settlement/outcome": replace(_outcome, **_taken_off, capture="취소"),
    "settlement/outcome_total": _outcome_total,
    "statement/statement_start": _statement_start,
    "statement/entry": _entry,
    "statement/statement_total": _statement_total,
}
