"""What a party makes of a claim file: each row is paid, returned with a reason, held, or released later.

It goes by its own books and by its own answers of before, which it keeps, one file for each claim. The answer
to a claim never changes, however often it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Final

from payment_core.settlement.calendar import days_after
from payment_core.settlement.rows import Outcome
from telegram_codec.specs.settlement import Claim
from tools.simulators.books import Fate
from tools.simulators.settlement.terms import acquirer_of, merchant_number, terms_of
from tools.simulators.settlement.view import View

NORMAL, NO_APPROVAL, NOT_LIVE, OTHER_AMOUNT, TWICE, OTHER_NUMBER, BY_CHANCE, IS_HELD = (
    *("00", "61", "62", "63", "64", "65", "31", "71"),
)
PER_MILLE: Final = 1_000
PAID: Final = (Outcome.PAID, Outcome.RELEASED)


@dataclass(frozen=True)
class Mood:
    """How often an acquirer returns or holds a row that is right; per mille, by a seed."""

    seed: int = 0
    returned_per_mille: int = 0
    held_per_mille: int = 0


@dataclass(frozen=True)
class Answered:
    """One row of a claim, and what became of it; amounts without a sign, fees with theirs."""

    outcome: Outcome
    is_refund: bool
    acquirer: str
    merchant_number: str
    claim_date: str
    payment_date: str
    sale_date: str
    card: str
    terminal: str
    installment_months: int
    amount_won: int
    fee_won: int
    approval_number: str
    reason: str
    mark: str
    is_check: bool = False

    @property
    def net_won(self) -> int:
        """What it adds to a deposit."""
        if self.outcome not in PAID:
            return 0
        return (-self.amount_won if self.is_refund else self.amount_won) - self.fee_won


@dataclass(frozen=True)
class Drawer:
    """Where a party keeps what it answered: one file for each merchant and claim date."""

    folder: Path

    def keep(self, merchant: str, claim_date: str, rows: Iterable[Answered]) -> None:
        """Keep an answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = [asdict(row) for row in rows]
        path = self.folder / f"{merchant}-{claim_date}.json"
        path.write_text(json.dumps(words, ensure_ascii=False, indent=0), encoding="utf-8")

    def kept(self, merchant: str, *, before: str = "99999999") -> list[Answered]:
        """What was answered to a merchant's claims of earlier dates, oldest first."""
        return [row for date, rows in self._files(merchant) if date < before for row in rows]

    def _files(self, merchant: str) -> Iterator[tuple[str, list[Answered]]]:
        for path in sorted(self.folder.glob(f"{merchant}-*.json")):
            words = json.loads(path.read_text(encoding="utf-8"))
            rows = [Answered(**{**word, "outcome": Outcome(word["outcome"])}) for word in words]
            yield path.stem.rpartition("-")[2], rows


def answered(
    view: View,
    merchant: str,
    claim_date: str,
    claims: Iterable[Claim],
    before: Iterable[Answered],
    mood: Mood,
    holidays: frozenset[str],
) -> list[Answered]:
    """What becomes of every row, and of those that were held the last time.

    What came back by chance is bought when it is claimed again.
    """
    earlier = list(before)
    came_back = {_claimed(row) for row in earlier if row.reason == BY_CHANCE}
    bought = {_name(row) for row in earlier if row.outcome in PAID and not row.is_refund}
    rows: list[Answered] = []
    for claim in claims:
        row = _row(view, merchant, claim_date, claim, holidays)
        reason = _reason(view, merchant, claim, bought)
        outcome = _outcome(reason, row, Mood() if _claimed(row) in came_back else mood)
        fee = _fee_won(row, merchant) if outcome is Outcome.PAID else 0
        told = {Outcome.PAID: NORMAL, Outcome.HELD: IS_HELD}.get(
            outcome, reason if reason != NORMAL else BY_CHANCE
        )
        rows.append(_with(row, outcome, told, -fee if row.is_refund else fee))
        if outcome is Outcome.PAID and not row.is_refund:
            bought.add(_name(row))
    return [*rows, *_released(merchant, earlier, claim_date, holidays)]


def _fee_won(row: Answered, merchant: str) -> int:
    terms = terms_of(row.acquirer)
    return terms.fee_won(row.amount_won, merchant, row.sale_date, is_check=row.is_check)


def still_held(earlier: list[Answered]) -> list[Answered]:
    """What was held and not released since."""
    over = {_claimed(row) for row in earlier if row.outcome is Outcome.RELEASED}
    return [row for row in earlier if row.outcome is Outcome.HELD and _claimed(row) not in over]


def _released(
    merchant: str, earlier: list[Answered], claim_date: str, holidays: frozenset[str]
) -> Iterator[Answered]:
    for row in still_held(earlier):
        terms = terms_of(row.acquirer)
        fee = _fee_won(row, merchant)
        payment_date = days_after(claim_date, terms.days, terms.counts, holidays)
        words = {**asdict(row), "claim_date": claim_date, "payment_date": payment_date}
        yield _with(Answered(**words), Outcome.RELEASED, NORMAL, -fee if row.is_refund else fee)


def _with(row: Answered, outcome: Outcome, reason: str, fee_won: int) -> Answered:
    return Answered(**{**asdict(row), "outcome": outcome, "reason": reason, "fee_won": fee_won})


def _row(view: View, merchant: str, claim_date: str, claim: Claim, holidays: frozenset[str]) -> Answered:
    acquirer = acquirer_of(view.party, claim.card_number)
    terms, sale_date = terms_of(acquirer), f"{claim.sale_date:%Y%m%d}"
    known = view.find(claim.approval_number, sale_date)
    return Answered(
        outcome=Outcome.RETURNED,
        is_refund=claim.kind == "25",
        acquirer=acquirer,
        merchant_number=merchant_number(acquirer, merchant),
        claim_date=claim_date,
        payment_date=days_after(claim_date, terms.days, terms.counts, holidays),
        sale_date=sale_date,
        card=claim.card_number,
        is_check=known is not None and known.is_check,
        terminal=claim.terminal_id,
        installment_months=claim.instalment_months,
        amount_won=claim.amount_won,
        fee_won=0,
        approval_number=claim.approval_number,
        reason=NORMAL,
        mark=claim.merchant_use,
    )


def _reason(view: View, merchant: str, claim: Claim, bought: set[tuple[str, str]]) -> str:
    """Why not, if not."""
    sale_date = f"{claim.sale_date:%Y%m%d}"
    known = view.find(claim.approval_number, sale_date)
    if known is None or not _is_same_card(known.card, claim.card_number):
        return NO_APPROVAL
    if claim.merchant_number != merchant_number(acquirer_of(view.party, known.card), merchant):
        return OTHER_NUMBER
    if claim.kind == "25":
        is_too_much = claim.amount_won > known.amount_won
        return OTHER_AMOUNT if is_too_much else NORMAL
    if known.fate is not Fate.APPROVED:
        return NOT_LIVE
    if not known.remaining_won <= claim.amount_won <= known.amount_won:
        return OTHER_AMOUNT
    return TWICE if (claim.approval_number, sale_date) in bought else NORMAL


def _is_same_card(known: str, claimed: str) -> bool:
    """Whether two masked numbers may be one: what both show is the same, from either end."""
    ends = [*zip(known, claimed, strict=False), *zip(reversed(known), reversed(claimed), strict=False)]
    return all(one == other for one, other in ends if "*" not in (one, other))


def _outcome(reason: str, row: Answered, mood: Mood) -> Outcome:
    if reason != NORMAL:
        return Outcome.RETURNED
    drawn = Random(f"{mood.seed}/{row.approval_number}/{row.sale_date}/{row.amount_won}").randrange(PER_MILLE)  # noqa: S311 -- the same every time
    if drawn < mood.returned_per_mille:
        return Outcome.RETURNED
    return Outcome.HELD if drawn < mood.returned_per_mille + mood.held_per_mille else Outcome.PAID


def _name(row: Answered) -> tuple[str, str]:
    return row.approval_number, row.sale_date


def _claimed(row: Answered) -> tuple[tuple[str, str], bool, int]:
    """What a row says of itself whenever it is claimed."""
    return _name(row), row.is_refund, row.amount_won
