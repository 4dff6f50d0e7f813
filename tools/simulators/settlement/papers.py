"""What a party says, put into its paper: a list, one of three families of answers, a bank statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any, Final

from payment_adapters.files.plan import FilePlan, Settled
from payment_core.settlement.rows import Outcome
from telegram_codec.specs import settlement, statement
from telegram_codec.telegram import Telegram
from tools.simulators.settlement.answers import PAID, Answered
from tools.simulators.settlement.terms import BUSINESS_NUMBERS, VAN_BUSINESS_NUMBER
from tools.simulators.settlement.view import Entry

KINDS: Final[Mapping[tuple[Outcome, bool], str]] = {
    (Outcome.PAID, False): "41",
    (Outcome.RETURNED, False): "42",
    (Outcome.HELD, False): "43",
    (Outcome.RELEASED, False): "44",
    (Outcome.PAID, True): "45",
    (Outcome.RETURNED, True): "46",
    (Outcome.HELD, True): "47",
    (Outcome.RELEASED, True): "48",
}
REASONS: Final[Mapping[str, str]] = {
    "31": "매입 불가",
    "61": "승인내역 없음",
    "62": "취소된 승인",
    "63": "금액 상이",
    "64": "중복 청구",
    "65": "가맹점번호 상이",
    "71": "확인 중",
}


@dataclass(frozen=True)
class Deposited:
    """What one acquirer pays, or takes back, on one day."""

    acquirer: str
    merchant_number: str
    amount_won: int
    remark: str


def list_paper(plan: FilePlan, merchant: Settled, entries: Iterable[Entry]) -> Iterator[Telegram]:
    """거래내역."""
    for entry in entries:
        code = plan.codes.get(entry.acquirer, "999").zfill(3)
        yield settlement.Transaction(
            terminal_id=entry.terminal,
            cancel="R" if entry.is_cancel else "",
            card_number=entry.card,
            issuer_code=code,
            transaction_date=_date(entry.date),
            transaction_time=time(int(entry.time[:2]), int(entry.time[2:4]), int(entry.time[4:])),
            instalment_months=entry.installment_months,
            amount_won=entry.amount_won,
            approval_number=entry.approval_number,
            business_number=merchant.business_number,
            merchant_number=entry.merchant_number[-14:],
            merchant_name=merchant.name,
            acquirer_bank=code,
            acquirer_branch="0001",
        )


def answer_paper(plan: FilePlan, merchant: Settled, rows: Sequence[Answered]) -> Iterator[Telegram]:
    """입반송 of the party's family: a section for each acquirer, merchant number and payment date."""
    section = PAPERS[plan.layout]
    for _, of_it in groupby(sorted(rows, key=_section_of), key=_section_of):
        yield from section(plan, merchant, list(of_it))


def statement_paper(
    plan: FilePlan, merchant: Settled, day: str, lines: Sequence[Deposited], balance_won: int
) -> Iterator[Telegram]:
    """입금 내역."""
    yield statement.StatementStart(statement_date=_date(day), bank_code=plan.number, account=merchant.account)
    sums = {"B1": [0, 0], "B2": [0, 0]}
    for sequence, line in enumerate(lines, start=1):
        kind = "B1" if line.amount_won > 0 else "B2"
        sums[kind][0] += 1
        sums[kind][1] += line.amount_won
        yield statement.Entry(
            kind=kind,
            sequence=sequence,
            entry_date=_date(day),
            entry_time=time(9, sequence % 60),
            acquirer_code=plan.codes.get(line.acquirer, "999").zfill(3),
            merchant_number=line.merchant_number,
            amount_won=abs(line.amount_won),
            remark=line.remark,
        )
    yield statement.StatementTotal(
        paid_in=settlement.Sum(count=sums["B1"][0], amount_won=sums["B1"][1]),
        taken_off=settlement.Sum(count=sums["B2"][0], amount_won=sums["B2"][1]),
        balance_won=balance_won,
    )


def _returns(plan: FilePlan, merchant: Settled, rows: list[Answered]) -> Iterator[Telegram]:
    first = rows[0]
    sold = [_date(row.sale_date) for row in rows]
    yield settlement.ReturnStart(
        written_date=_date(first.claim_date),
        acquirer_business_number=BUSINESS_NUMBERS.get(first.acquirer, VAN_BUSINESS_NUMBER),
        business_number=merchant.business_number,
        received_from=_date(first.claim_date),
        received_to=_date(first.claim_date),
        payment_date=_date(first.payment_date),
        merchant_number=first.merchant_number,
        service="EDI",
        sales_from=min(sold),
        sales_to=max(sold),
        claim_date=_date(first.claim_date),
        acquirer_code=_code(plan, first, 3),
    )
    for row in rows:
        yield settlement.Return(
            **_common(row),
            card_kind="2" if row.is_check else "1",
            merchant_use=row.mark,
            terminal_id=row.terminal,
        )
    yield settlement.ReturnTotal(
        **_sums(rows, settlement.Sum), total=_total(rows, settlement.Sum), **_money(rows)
    )


def _deposits(plan: FilePlan, merchant: Settled, rows: list[Answered]) -> Iterator[Telegram]:
    first = rows[0]
    yield settlement.DepositStart(
        issuer_code=_code(plan, first, 4),
        business_number=merchant.business_number,
        payment_date=_date(first.payment_date),
        merchant_number=first.merchant_number,
        claim_date=_date(first.claim_date),
    )
    for row in rows:
        yield settlement.Deposit(
            **_common(row), reason_text=REASONS.get(row.reason, ""), terminal_id=row.terminal
        )
    yield settlement.DepositTotal(**_sums(rows, settlement.Sum), **_money(rows))


def _outcomes(plan: FilePlan, _merchant: Settled, rows: list[Answered]) -> Iterator[Telegram]:
    first = rows[0]
    for row in rows:
        yield settlement.Outcome(
            **_common(row),
            issuer_code=_code(plan, row, 2),
            merchant_number=row.merchant_number,
            capture="취소" if row.is_refund else "매입",
            payment_date=_date(row.payment_date),
            merchant_use=row.mark,
        )
    yield settlement.OutcomeTotal(
        **_sums(rows, settlement.ShortSum),
        total=_total(rows, settlement.ShortSum),
        **_money(rows),
        payment_date=_date(first.payment_date),
        merchant_number=first.merchant_number[-13:],
        written_date=_date(first.claim_date),
    )


def _common(row: Answered) -> dict[str, Any]:
    return {
        "kind": KINDS[row.outcome, row.is_refund],
        "sale_date": _date(row.sale_date),
        "received_date": _date(row.claim_date),
        "card_number": row.card,
        "instalment_months": row.installment_months,
        "amount_won": row.amount_won,
        "reason": row.reason,
        "approval_number": row.approval_number,
        "fee_won": row.fee_won,
    }


AnySum = type[settlement.Sum] | type[settlement.ShortSum]


def _sums(rows: Sequence[Answered], kind: AnySum) -> dict[str, Any]:
    names = {outcome: outcome.lower() for outcome in Outcome}
    return {
        name: _total([row for row in rows if row.outcome is outcome], kind) for outcome, name in names.items()
    }


def _total(rows: Sequence[Answered], kind: AnySum) -> Any:  # noqa: ANN401 - of the kind that is asked for
    won = sum(-row.amount_won if row.is_refund else row.amount_won for row in rows)
    return kind(count=len(rows), amount_won=won)


def _money(rows: Sequence[Answered]) -> dict[str, Any]:
    paid = [row for row in rows if row.outcome in PAID]
    return {
        "fee_won": sum(row.fee_won for row in rows),
        "deposit_won": sum(row.net_won for row in paid),
    }


def _section_of(row: Answered) -> tuple[str, str, str]:
    return row.acquirer, row.merchant_number, row.payment_date


def _code(plan: FilePlan, row: Answered, digits: int) -> str:
    return plan.codes.get(row.acquirer, "9" * digits).zfill(digits)


def _date(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


Section = Callable[[FilePlan, Settled, list[Answered]], Iterator[Telegram]]
PAPERS: Final[Mapping[str, Section]] = {"returns": _returns, "deposits": _deposits, "outcomes": _outcomes}
