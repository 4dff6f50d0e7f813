"""Records of each family ↔ the words that all of them share.

A file is read record by record; what a row says of itself and what its section's start says of it come
together here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from payment_adapters.files.kept_rows import AnyRow
from payment_adapters.files.plan import FilePlan, Settled
from payment_core.settlement.model import RowKind
from payment_core.settlement.rows import BankRow, DepositNotice, ListedRow, Outcome, ReturnedRow
from telegram_codec.specs import settlement, statement
from telegram_codec.telegram import Telegram

OUTCOMES: Final[Mapping[str, tuple[Outcome, RowKind]]] = {
    "41": (Outcome.PAID, RowKind.SALE),
    "42": (Outcome.RETURNED, RowKind.SALE),
    "43": (Outcome.HELD, RowKind.SALE),
    "44": (Outcome.RELEASED, RowKind.SALE),
    "45": (Outcome.PAID, RowKind.REFUND),
    "46": (Outcome.RETURNED, RowKind.REFUND),
    "47": (Outcome.HELD, RowKind.REFUND),
    "48": (Outcome.RELEASED, RowKind.REFUND),
}
CARD_KINDS: Final[Mapping[str, str]] = {"1": "CREDIT", "2": "CHECK", "3": "GIFT", "4": "PREPAID"}
PAYS: Final = frozenset({Outcome.PAID, Outcome.RELEASED})
NUMBER_DIGITS_OF_TOTAL: Final = 13


class MisaddressedError(Exception):
    """A record that is of another merchant, sender or date; `field` is the row that says so."""

    def __init__(self, field: str, rule: str) -> None:
        """Name the row and what had to stand there."""
        super().__init__(f"{field} must be {rule}")
        self.field, self.rule = field, rule


@dataclass
class Sums:
    """What a file comes to, in won: refunds count against sales, fees are those of what is paid."""

    records: int = 0
    amount_won: int = 0
    fee_won: int = 0
    deposit_won: int = 0


@dataclass(frozen=True)
class Addressee:
    """Whose file it is, as its name says."""

    plan: FilePlan
    merchant: Settled
    business_date: str


@dataclass(frozen=True)
class _Section:
    """What a start record says of the rows behind it."""

    acquirer: str
    merchant_number: str
    claim_date: str
    payment_date: str


class Reader:
    """Reads the records of one file in their order; one reader reads once."""

    def __init__(self, addressee: Addressee) -> None:
        """Take what the file's name says; no record has come."""
        self._to = addressee
        self._section: _Section | None = None
        self._since_total: list[ReturnedRow] = []
        self._open: dict[tuple[str, str, str], list[int]] = {}
        self.notices: list[DepositNotice] = []
        self.sums = Sums()

    def take(self, record: Telegram, number: int) -> AnyRow | None:
        """What a record says; ``None`` of a start or total.

        Raises:
            MisaddressedError: it is not of this merchant, sender and date.
        """
        row = self._row(record, number)
        if row is not None:
            self._add(row)
        return row

    def _row(self, record: Telegram, number: int) -> AnyRow | None:
        match record:
            case settlement.Transaction():
                return self._listed(record, number)
            case settlement.Return() | settlement.Deposit():
                return self._returned(record, number)
            case settlement.Outcome():
                return self._outcome(record, number)
            case statement.Entry():
                return self._bank(record, number)
            case settlement.ReturnTotal() | settlement.DepositTotal() | settlement.OutcomeTotal():
                self._end(record)
            case settlement.ReturnStart() | settlement.DepositStart():
                self._begin(record)
            case statement.StatementStart():
                self._begin_statement(record)
            case _:
                pass
        return None

    def _begin(self, start: settlement.ReturnStart | settlement.DepositStart) -> None:
        self._require("business_number", start.business_number, self._to.merchant.business_number)
        self._require("claim_date", _day(start.claim_date), self._to.business_date)
        self._require_later("payment_date", start.payment_date)
        code = start.acquirer_code if isinstance(start, settlement.ReturnStart) else start.issuer_code
        acquirer, payment_date = self._to.plan.company(code), _day(start.payment_date)
        self._section = _Section(acquirer, start.merchant_number, _day(start.claim_date), payment_date)

    def _begin_statement(self, start: statement.StatementStart) -> None:
        self._require("bank_code", start.bank_code, self._to.plan.number)
        self._require("account", start.account, self._to.merchant.account)
        self._require("statement_date", _day(start.statement_date), self._to.business_date)

    def _listed(self, record: settlement.Transaction, number: int) -> ListedRow:
        """One of a list; a sale may cross midnight between two clocks, so one day more or less is right."""
        self._require("business_number", record.business_number, self._to.merchant.business_number)
        listed = _day(record.transaction_date)
        if abs((record.transaction_date - _date(self._to.business_date)).days) > 1:
            raise MisaddressedError("transaction_date", f"{self._to.business_date}, give or take a day")
        return ListedRow(
            row=number,
            kind=RowKind.REFUND if record.cancel else RowKind.SALE,
            terminal=record.terminal_id,
            card_masked=record.card_number,
            issuer=self._to.plan.company(record.issuer_code),
            acquirer=self._to.plan.company(record.acquirer_bank),
            date=listed,
            time=f"{record.transaction_time:%H%M%S}",
            installment_months=record.instalment_months,
            amount_won=record.amount_won,
            approval_number=record.approval_number,
            merchant_number=record.merchant_number,
        )

    def _returned(self, record: settlement.Return | settlement.Deposit, number: int) -> ReturnedRow:
        section = self._section
        assert section is not None, "a section has begun"  # noqa: S101 -- the codec lets no other order through
        outcome, kind = OUTCOMES[record.kind]
        carries_more = record if isinstance(record, settlement.Return) else None
        return ReturnedRow(
            row=number,
            outcome=outcome,
            kind=kind,
            acquirer=section.acquirer,
            merchant_number=section.merchant_number,
            claim_date=section.claim_date,
            payment_date=section.payment_date,
            sale_date=_day(record.sale_date),
            received_date=_day(record.received_date),
            card_masked=record.card_number,
            card_kind=CARD_KINDS[carries_more.card_kind] if carries_more else "",
            installment_months=record.instalment_months,
            amount_won=record.amount_won,
            approval_number=record.approval_number,
            terminal=record.terminal_id,
            fee_won=record.fee_won,
            reason=record.reason,
            mark=carries_more.merchant_use if carries_more else "",
        )

    def _outcome(self, record: settlement.Outcome, number: int) -> ReturnedRow:
        self._require_later("payment_date", record.payment_date)
        outcome, kind = OUTCOMES[record.kind]
        row = ReturnedRow(
            row=number,
            outcome=outcome,
            kind=kind,
            acquirer=self._to.plan.company(record.issuer_code),
            merchant_number=record.merchant_number,
            claim_date=self._to.business_date,
            payment_date=_day(record.payment_date),
            sale_date=_day(record.sale_date),
            received_date=_day(record.received_date),
            card_masked=record.card_number,
            card_kind="",
            installment_months=record.instalment_months,
            amount_won=record.amount_won,
            approval_number=record.approval_number,
            terminal="",
            fee_won=record.fee_won,
            reason=record.reason,
            mark=record.merchant_use,
        )
        first = next(iter(self._open), None)
        if first is not None:
            self._require("merchant_number", row.merchant_number, first[1])
            self._require("payment_date", row.payment_date, first[2])
        return row

    def _bank(self, record: statement.Entry, number: int) -> BankRow:
        self._require("entry_date", _day(record.entry_date), self._to.business_date)
        return BankRow(
            row=number,
            date=_day(record.entry_date),
            acquirer=self._to.plan.company(record.acquirer_code) if record.acquirer_code else "",
            merchant_number=record.merchant_number,
            amount_won=record.amount_won if record.kind == "B1" else -record.amount_won,
            remark=record.remark,
        )

    def _end(self, total: settlement.ReturnTotal | settlement.DepositTotal | settlement.OutcomeTotal) -> None:
        """A section is over: what it pays is noticed, one notice for each acquirer in it."""
        if isinstance(total, settlement.OutcomeTotal):
            for _, merchant_number, payment_date in self._open:
                stated = merchant_number[-NUMBER_DIGITS_OF_TOTAL:]
                self._require("merchant_number", total.merchant_number, stated)
                self._require("payment_date", _day(total.payment_date), payment_date)
        self.notices.extend(_notice(section, sums) for section, sums in self._open.items())
        self._open.clear()
        self._section = None

    def _add(self, row: AnyRow) -> None:
        self.sums.records += 1
        sign = -1 if not isinstance(row, BankRow) and row.kind is RowKind.REFUND else 1
        self.sums.amount_won += sign * row.amount_won
        if not isinstance(row, ReturnedRow):
            return
        section = row.acquirer, row.merchant_number, row.payment_date
        sums = self._open.setdefault(section, [0, 0, 0, 0])
        if row.outcome not in PAYS:
            return
        self.sums.fee_won += row.fee_won
        self.sums.deposit_won += sign * row.amount_won - row.fee_won
        sums[0] += 1
        sums[1 if row.kind is RowKind.SALE else 2] += row.amount_won
        sums[3] += row.fee_won

    def _require(self, field: str, found: str, wanted: str) -> None:
        if found != wanted:
            raise MisaddressedError(field, wanted)

    def _require_later(self, field: str, day: date) -> None:
        if _day(day) < self._to.business_date:
            raise MisaddressedError(field, f"{self._to.business_date} or later")


def _notice(section: tuple[str, str, str], sums: list[int]) -> DepositNotice:
    count, gross_won, refund_won, fee_won = sums
    return DepositNotice(*section, count, gross_won, refund_won, fee_won, gross_won - refund_won - fee_won)


@lru_cache(maxsize=256)  # of a million rows they are a few
def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _date(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))
