"""A merchant, an acquirer, a VAN and a bank in memory: the builders settlement's sentences are told with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from payment_core.ledger.model import AccountKind
from payment_core.ledger.post import Side, approval, cancel, post
from payment_core.ledger.trial_balance import TrialBalance, folded_of, trial_balance
from payment_core.settlement.apply import apply
from payment_core.settlement.calendar import Terms
from payment_core.settlement.claim_file import claim_files, claimed
from payment_core.settlement.close import Closed, close
from payment_core.settlement.model import (
    CardKind,
    ClaimRow,
    FileKind,
    RowKind,
    RowState,
    SettlementFile,
)
from payment_core.settlement.ports import Taken
from payment_core.settlement.return_file import Proposal, Reason, ReturnFile
from payment_core.settlement.rows import DepositNotice, Outcome, ReturnedRow, mark_of
from tests.fakes.ledger import InMemoryPostings
from tests.fakes.settlement import (
    InMemoryBooks,
    InMemoryClaims,
    InMemoryFiles,
    InMemoryRows,
    Power,
)

DAY, NEXT_DAY, PAYMENT_DAY = "20261119", "20261120", "20261124"  # a Thursday, a Friday, a Tuesday
BATCH = f"1001-{DAY}"
TERMS = {"haneul": Terms(), "sol": Terms()}
REASONS = {
    "31": Reason("유효기간 오류", "expiry wrong", Proposal.RECLAIM),
    "77": Reason("거래정지 카드", "card stopped", Proposal.GIVE_UP),
}
BOUGHT = frozenset({Outcome.PAID, Outcome.RELEASED})


def sold(number: int = 1, amount_won: int = 11_000, *, refund: str = "", **said: str) -> Taken:
    """One line of a batch: a sale, or with a cancel's id its refund."""
    told = Taken(
        sale_id=f"1001-10010001-1-{DAY}-{number}",
        cancel_id=refund,
        merchant="1001",
        merchant_number="00012345",
        terminal="10010001",
        destination="hangang",
        acquirer="haneul",
        card_masked="411111******1111",
        card_kind=CardKind.CREDIT,
        approval_number=f"{30_000_000 + number}",
        sale_date=DAY,
        amount_won=amount_won,
        vat_won=amount_won // 11,
        installment_months=0,
    )
    return replace(told, **said)  # type: ignore[arg-type]  # a test changes words only


def told(
    row: ClaimRow,
    outcome: Outcome = Outcome.PAID,
    *,
    fee_won: int | None = None,
    reason: str = "",
    mark: bool = True,
) -> ReturnedRow:
    """What a file says of a row: what was claimed, and what became of it."""
    fee = (row.signed_won // 250 if outcome in BOUGHT else 0) if fee_won is None else fee_won
    return ReturnedRow(
        row=1,
        outcome=outcome,
        kind=row.kind,
        acquirer=row.acquirer,
        merchant_number=row.merchant_number,
        claim_date=DAY,
        payment_date=PAYMENT_DAY,
        sale_date=row.sale_date,
        received_date=NEXT_DAY,
        card_masked=row.card_masked,
        card_kind=row.card_kind,
        installment_months=row.installment_months,
        amount_won=row.amount_won,
        approval_number=row.approval_number,
        terminal=row.terminal,
        fee_won=fee,
        reason=reason or ("00" if outcome in BOUGHT else "31"),
        mark=mark_of(row.row_id) if mark else "",
    )


def notices_of(records: Iterable[ReturnedRow]) -> list[DepositNotice]:
    """The totals that a right file has."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for one in records:
        some = sums.setdefault((one.acquirer, one.merchant_number, one.payment_date), [0, 0, 0, 0])
        if one.outcome in BOUGHT:
            some[0] += 1
            some[1 if one.kind is RowKind.SALE else 2] += one.amount_won
            some[3] += one.fee_won
    return [
        DepositNotice(*place, count, gross_won, refund_won, fee_won, gross_won - refund_won - fee_won)
        for place, (count, gross_won, refund_won, fee_won) in sums.items()
    ]


@dataclass
class Clearing:
    """Everything that a merchant's days need; `power` fails before any write."""

    power: Power = field(default_factory=Power)
    claims: InMemoryClaims = field(init=False)
    rows: InMemoryRows = field(init=False)
    files: InMemoryFiles = field(init=False)
    books: InMemoryBooks = field(init=False)

    def __post_init__(self) -> None:
        self.claims = InMemoryClaims(self.power)
        self.rows = InMemoryRows(self.power)
        self.files = InMemoryFiles(self.power)
        self.books = InMemoryBooks(self.power)

    def sells(self, one: Taken, day: str = DAY) -> None:
        """A sale is approved, or a claimed one cancelled: it is booked, and waits."""
        side = Side(one.merchant, one.acquirer, one.merchant_number)
        booked = (
            cancel(one.sale_id, one.cancel_id, day, side, one.amount_won)
            if one.cancel_id
            else approval(one.sale_id, day, side, one.amount_won)
        )
        post(booked, postings=self.postings)
        self.claims.sold(one, day)

    def close(self, day: str = DAY) -> Closed:
        """Close a day."""
        return close(
            "1001",
            day,
            f"1001-{day}",
            claims=self.claims,
            rows=self.rows,
            terms=TERMS,
            holidays=(),
        )

    def claim(self, day: str = DAY) -> None:
        """Write every claim file of a day, and note that it has left."""
        batch = f"1001-{day}"
        for file in claim_files(batch, day, self.rows.of_batch(batch)):
            claimed(file, f"claim-{file.destination}-{day}", rows=self.rows, books=self.books)

    def claimed(self, *lines: Taken, day: str = DAY) -> list[ClaimRow]:
        """Sell, close, and claim."""
        for one in lines:
            self.sells(one, day)
        self.close(day)
        self.claim(day)
        return self.rows.of_batch(f"1001-{day}")

    def comes(
        self,
        *records: ReturnedRow,
        file_id: str = "f1",
        notices: list[DepositNotice] | None = None,
        counterparty: str = "hangang",
        at_once: int = 2,
    ) -> SettlementFile:
        """A return file comes, or comes again, and is applied."""
        numbered = [replace(one, row=place) for place, one in enumerate(records, start=1)]
        file = self.files.read(file_id)
        if file is None:
            file = SettlementFile(file_id, counterparty, FileKind.RETURN, f"R{file_id}", DAY, 0)
            self.files.move(None, file)
        came = ReturnFile(file, notices_of(numbered) if notices is None else notices, lambda: numbered)
        return apply(
            came, files=self.files, rows=self.rows, books=self.books, reasons=REASONS, at_once=at_once
        )

    def row(self, like: ClaimRow) -> ClaimRow:
        """A row as it stands now."""
        return self.rows.kept[like.row_id]

    def states(self) -> list[RowState]:
        """Of all rows, in the order of their names."""
        return [self.rows.kept[name].state for name in sorted(self.rows.kept)]

    @property
    def postings(self) -> InMemoryPostings:
        """What is booked."""
        return self.books.postings

    @property
    def balance(self) -> TrialBalance:
        """The trial balance of all postings."""
        return trial_balance(folded_of(self.postings.kept.values()))

    def won(self, kind: AccountKind) -> int:
        """What stands in the accounts of a kind."""
        return self.balance.won(kind)
