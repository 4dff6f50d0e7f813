"""Fees (수수료): what contracts say from which day on, held against what files say.

The acquirer's file is the truth, and our figure a check of it: nothing is corrected by it, a difference is
shown. A small merchant pays the rates of law of its class (우대수수료) wherever a contract's are higher. A
refund gives its fee back, with the sign turned. What VANs cost is computed per month, beside the shares that
they should have had; of a month drawn again (payment_core/routing/what_if.py) just the same.
Rates are basis points: 40 are 0.40 %. Every contract says how it rounds to whole won.
Promise: tests/spec/test_fees.py. Decision: docs/adr/0062.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import CardKind, ClaimRow, RowKind, RowState

WHOLE_BASIS_POINTS: Final = 10_000
MILLION_WON: Final = 1_000_000


class Rounding(StrEnum):
    """What becomes of a part of a won; of a refund's fee the same, before its sign."""

    DOWN = "DOWN"
    HALF_UP = "HALF_UP"
    UP = "UP"


@dataclass(frozen=True)
class Flat:
    """The same for each."""

    fee_won: int


@dataclass(frozen=True)
class Rate:
    """A part of the amount (정률), by the kind of card."""

    credit_basis_points: int
    check_basis_points: int
    rounding: Rounding = Rounding.DOWN


@dataclass(frozen=True)
class Preferential:
    """The rates of law for small merchants (우대수수료), by their sales of a year."""

    annual_sales_won: int
    rounding: Rounding = Rounding.DOWN


@dataclass(frozen=True)
class Tier:
    """What each costs up to so many in a month; 0 where there is no end."""

    up_to: int
    fee_won: int


@dataclass(frozen=True)
class Tiered:
    """Cheaper, the more there are (구간제)."""

    tiers: tuple[Tier, ...]


Fee = Flat | Rate | Preferential | Tiered

# The rates of law: from which day, up to which sales of a year, credit and check in basis points.
PREFERENTIAL: Final[tuple[tuple[str, tuple[tuple[int, int, int], ...]], ...]] = (
    (
        "",
        (
            (300 * MILLION_WON, 50, 25),
            (500 * MILLION_WON, 110, 85),
            (1_000 * MILLION_WON, 125, 100),
            (3_000 * MILLION_WON, 150, 125),
        ),
    ),
    (
        "20250101",
        (
            (300 * MILLION_WON, 40, 15),
            (500 * MILLION_WON, 100, 75),
            (1_000 * MILLION_WON, 115, 90),
            (3_000 * MILLION_WON, 145, 115),
        ),
    ),
)


@dataclass(frozen=True)
class FeeTerms:
    """What a contract says from a day on; `since` is YYYYMMDD, empty for always.

    Attributes:
        least_month_won: What a month costs at least.
    """

    since: str
    fee: Fee
    least_month_won: int = 0


@dataclass(frozen=True)
class Contract:
    """FeeTerms by their days."""

    terms: tuple[FeeTerms, ...]

    def on(self, day: str) -> FeeTerms | None:
        """The terms of a day YYYYMMDD; ``None`` before the first."""
        begun = [one for one in self.terms if one.since <= day]
        return max(begun, key=lambda one: one.since) if begun else None


NO_CLASS: Final = Contract(())


def fee_won(fee: Fee, amount_won: int, card_kind: CardKind, day: str, *, nth: int = 1) -> int | None:
    """What one sale costs; ``None`` where the law names no rate: more than 3 billion won a year.

    Args:
        fee: Of the contract.
        amount_won: Of the sale.
        card_kind: Credit, or check.
        day: YYYYMMDD, which decides the rates of law.
        nth: Which of the month it is, from 1: decides the tier.
    """
    if isinstance(fee, Flat):
        return fee.fee_won
    if isinstance(fee, Tiered):
        return next(one.fee_won for one in fee.tiers if not one.up_to or nth <= one.up_to)
    rate = fee if isinstance(fee, Rate) else rate_of_law(fee, day)
    if rate is None:
        return None
    is_credit = card_kind is CardKind.CREDIT
    basis_points = rate.credit_basis_points if is_credit else rate.check_basis_points
    return part_of(amount_won, basis_points, rate.rounding)


def rate_of_law(fee: Preferential, day: str) -> Rate | None:
    """The rates of a merchant's class on a day; ``None`` above the last class."""
    classes = max((since, classes) for since, classes in PREFERENTIAL if since <= day)[1]
    for up_to_won, credit, check in classes:
        if fee.annual_sales_won <= up_to_won:
            return Rate(credit, check, fee.rounding)
    return None


def bound_by_law(fee: Fee, law: Fee | None, day: str) -> Fee:
    """What a merchant of a class pays on a day: of each kind of card the lower of law and contract.

    Args:
        fee: Of the acquirer's contract, which says as well how it is rounded.
        law: The merchant's class; ``None`` where it has none.
        day: YYYYMMDD.
    """
    rates = rate_of_law(law, day) if isinstance(law, Preferential) else None
    if rates is None or not isinstance(fee, Rate):
        return fee
    return Rate(
        min(fee.credit_basis_points, rates.credit_basis_points),
        min(fee.check_basis_points, rates.check_basis_points),
        fee.rounding,
    )


def part_of(amount_won: int, basis_points: int, rounding: Rounding) -> int:
    """Basis points of an amount that is not below 0, in whole won."""
    more = {Rounding.DOWN: 0, Rounding.HALF_UP: WHOLE_BASIS_POINTS // 2, Rounding.UP: WHOLE_BASIS_POINTS - 1}
    return (amount_won * basis_points + more[rounding]) // WHOLE_BASIS_POINTS


@dataclass(frozen=True)
class FeeDifference:
    """A row whose file says another fee than its contract.

    Attributes:
        told_won, expected_won: With the sign of files: below 0 for a refund.
    """

    row: ClaimRow
    told_won: int
    expected_won: int

    @property
    def too_much_won(self) -> int:
        """What the acquirer kept too much; below 0 where it kept too little."""
        return self.told_won - self.expected_won


def fee_differences(
    rows: Iterable[ClaimRow],
    contracts: Mapping[str, Contract],
    law: Contract = NO_CLASS,
    tolerance_won: int = 0,
) -> list[FeeDifference]:
    """Hold the fees of bought rows against contracts; what no contract speaks of is not compared.

    Args:
        rows: Of one merchant, in any order.
        contracts: By acquirer; tiers are for VANs, and count each row here as the first.
        law: The merchant's classes by their days: a refund, too, is of its sale's day.
        tolerance_won: What a row may differ by: rounding that nobody published.
    """
    found = []
    for row in rows:
        contract = contracts.get(row.acquirer)
        terms = contract.on(row.sale_date) if contract else None
        if terms is None or row.state not in {RowState.CAPTURED, RowState.PAID}:
            continue
        classed = law.on(row.sale_date)
        agreed = bound_by_law(terms.fee, classed.fee if classed else None, row.sale_date)
        fee = fee_won(agreed, row.amount_won, row.card_kind, row.sale_date)
        if fee is None:
            continue
        expected_won = fee if row.kind is RowKind.SALE else -fee
        if abs(row.fee_won - expected_won) > tolerance_won:
            found.append(FeeDifference(row, row.fee_won, expected_won))
    return found


@dataclass(frozen=True)
class VanUse:
    """What one VAN approved in a month."""

    van: str
    approvals: int
    amount_won: int


@dataclass(frozen=True)
class VanMonth:
    """One VAN's month against its contract.

    Attributes:
        contract_basis_points, share_basis_points: What it should have of the approvals, and what it had.
        more_approvals: What it had more than its contract; below 0 where it had less.
        fee_won: What the approvals cost.
        made_up_won: What is paid beyond that, up to the least of the contract.
    """

    use: VanUse
    contract_basis_points: int
    share_basis_points: int
    more_approvals: int
    fee_won: int
    made_up_won: int

    @property
    def cost_won(self) -> int:
        """What the month costs."""
        return self.fee_won + self.made_up_won


def van_months(
    month: str, uses: Iterable[VanUse], shares: Mapping[str, int], contracts: Mapping[str, Contract]
) -> list[VanMonth]:
    """The share report of a month YYYYMM, in the order of names.

    Args:
        month: Whose terms hold: those of its last day.
        uses: What each VAN approved; one without use is in the report when it has a share.
        shares: Of contract, in basis points, together 10,000.
        contracts: By VAN.
    """
    known = {one.van: one for one in uses}
    names = sorted({*known, *shares})
    total = sum(one.approvals for one in known.values())
    report = []
    for name in names:
        use, share = known.get(name, VanUse(name, 0, 0)), shares.get(name, 0)
        had = use.approvals * WHOLE_BASIS_POINTS // total if total else 0
        more = use.approvals - (share * total + WHOLE_BASIS_POINTS // 2) // WHOLE_BASIS_POINTS
        contract = contracts.get(name)
        terms = contract.on(f"{month}31") if contract else None
        fee = _month_won(terms.fee, use) if terms else 0
        made_up = max(0, terms.least_month_won - fee) if terms else 0
        report.append(VanMonth(use, share, had, more, fee, made_up))
    return report


def _month_won(fee: Fee, use: VanUse) -> int:
    """What a month's approvals cost; a rate is taken of their sum, and rounded once."""
    if isinstance(fee, Flat):
        return fee.fee_won * use.approvals
    if isinstance(fee, Tiered):
        cost_won = begun = 0
        for one in fee.tiers:
            end = min(use.approvals, one.up_to) if one.up_to else use.approvals
            cost_won += max(0, end - begun) * one.fee_won
            begun = max(begun, end)
        return cost_won
    assert isinstance(fee, Rate), "the rates of law are for acquirers"  # noqa: S101 -- a bug
    return part_of(use.amount_won, fee.credit_basis_points, fee.rounding)
