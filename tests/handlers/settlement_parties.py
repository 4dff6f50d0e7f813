"""What a VAN, an acquirer and a bank send about one merchant's day, written from what was claimed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from payment_adapters.files.plan import plan_of, settled_merchant
from payment_adapters.settling import wired
from payment_core.settlement.model import FileKind
from telegram_codec.specs import settlement, statement
from telegram_codec.telegram import Telegram

AGREED = settled_merchant("1001")
FEE_WON = 44  # of 11,000 won, by haneul's contract
NONE = settlement.Sum(count=0, amount_won=0)


def day(text: str) -> date:
    """A date YYYYMMDD."""
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def paid_on(text: str) -> str:
    """When the acquirer pays what was sold on a date."""
    return f"{day(text) + timedelta(days=2):%Y%m%d}"


def arrive(counterparty: str, kind: FileKind, text: str, records: Sequence[Telegram]) -> str:
    """Put a file into the inbox, as its counterparty does; its name."""
    plan = plan_of(counterparty, kind)
    assert plan is not None
    name = plan.name("1001", text)
    wired.store().arrive(counterparty, name, plan.records.write(records))
    return name


def nothing(text: str) -> None:
    """The VAN's list and the merchant's own of a date, with nothing in them."""
    for counterparty in ("hangang", "1001"):
        arrive(counterparty, FileKind.TRANSACTIONS, text, [])


def lists(
    sale: Any,  # noqa: ANN401 -- a sale
    text: str,
    *,
    amount_won: int | None = None,
    file_date: str = "",
    by: Sequence[str] = ("hangang", "1001"),
) -> None:
    """The VAN's list and the merchant's own, of one sale; in the files of another date, where one is told."""
    assert AGREED is not None
    for counterparty in by:
        plan = plan_of(counterparty, FileKind.TRANSACTIONS)
        assert plan is not None
        record = settlement.Transaction(
            terminal_id=sale.sale_id.terminal,
            card_number=sale.card_masked,
            issuer_code=plan.codes["haneul"].zfill(3),
            entry_flag="K",
            transaction_date=day(text),
            transaction_time=time(12),
            instalment_months=0,
            amount_won=sale.amount_won if amount_won is None else amount_won,
            approval_number=sale.approved_attempt.approval_number,
            business_number=AGREED.business_number,
            merchant_number="1001",
            acquirer_bank=plan.codes["haneul"].zfill(3),
            acquirer_branch="0001",
        )
        arrive(counterparty, FileKind.TRANSACTIONS, file_date or text, [record])


def returns(
    text: str, *, kind: str = "41", reason: str = "00", off_won: int = 0, fee_won: int = FEE_WON
) -> str:
    """The VAN's answer to the claim file that lies in its folder: every row alike."""
    assert AGREED is not None
    claim, answer = plan_of("hangang", FileKind.CLAIM), plan_of("hangang", FileKind.RETURN)
    assert claim is not None
    assert answer is not None
    with wired.store().left("hangang", claim.name("1001", text)) as left:
        claimed = [one for one in claim.records.records(left) if isinstance(one, settlement.Claim)]
    fee_won = fee_won if kind in ("41", "44") else 0
    won = sum(one.amount_won - off_won for one in claimed)
    some = settlement.Sum(count=len(claimed), amount_won=won)
    start = settlement.ReturnStart(
        written_date=day(text),
        acquirer_business_number="2148100002",
        business_number=AGREED.business_number,
        received_from=day(text),
        received_to=day(text),
        payment_date=day(paid_on(text)),
        merchant_number=claimed[0].merchant_number,
        service="EDI",
        sales_from=day(text),
        sales_to=day(text),
        claim_date=day(text),
        acquirer_code=answer.codes["haneul"].zfill(3),
    )
    rows = [
        settlement.Return(
            kind=kind,
            sale_date=one.sale_date,
            received_date=day(text),
            card_number=one.card_number,
            instalment_months=one.instalment_months,
            amount_won=one.amount_won - off_won,
            merchant_use=one.merchant_use,
            approval_number=one.approval_number,
            fee_won=fee_won,
            terminal_id=one.terminal_id,
            card_kind="1",
            reason=reason,
        )
        for one in claimed
    ]
    pays = bool(fee_won)
    total = settlement.ReturnTotal(
        paid=some if kind == "41" else NONE,
        returned=some if kind == "42" else NONE,
        held=some if kind == "43" else NONE,
        released=some if kind == "44" else NONE,
        total=some,
        fee_won=fee_won * len(rows),
        deposit_won=won - fee_won * len(rows) if pays else 0,
    )
    return arrive("hangang", FileKind.RETURN, text, [start, *rows, total])


def pays(text: str, won: int) -> str:
    """The bank's statement of a date, with one line of the acquirer's."""
    assert AGREED is not None
    plan = plan_of(AGREED.bank, FileKind.BANK)
    assert plan is not None
    line = statement.Entry(
        kind="B1",
        sequence=1,
        entry_date=day(text),
        entry_time=time(11),
        acquirer_code=plan.codes["haneul"].zfill(3),
        merchant_number="1001",
        amount_won=won,
    )
    start = statement.StatementStart(statement_date=day(text), bank_code=plan.number, account=AGREED.account)
    total = statement.StatementTotal(
        paid_in=settlement.Sum(count=1, amount_won=won), taken_off=NONE, balance_won=won
    )
    return arrive(AGREED.bank, FileKind.BANK, text, [start, line, total])
