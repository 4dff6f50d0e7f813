"""Won: whole numbers only, and the VAT rules that every tender shares."""

from __future__ import annotations

MINIMUM_AMOUNT_WON = 100
MAXIMUM_AMOUNT_WON = 1_000_000_000


def vat_included_won(amount_won: int) -> int:
    """VAT (부가세) inside an amount: one eleventh, rounded half up; 1,000 won → 91 won."""
    return (2 * amount_won + 11) // 22


def vat_of_cancel_won(cancel_won: int, *, remaining_won: int, remaining_vat_won: int) -> int:
    """VAT of a cancel that names none.

    The last cancel takes all that remains. An earlier one takes its eleventh, moved into the range that
    leaves ``0 <= remaining VAT <= remaining amount``: clamped, not refused, because the shopkeeper named
    no VAT that could be wrong.
    """
    if cancel_won == remaining_won:
        return remaining_vat_won
    lowest, highest = vat_range_of_cancel_won(
        cancel_won, remaining_won=remaining_won, remaining_vat_won=remaining_vat_won
    )
    return min(max(vat_included_won(cancel_won), lowest), highest)


def vat_range_of_cancel_won(
    cancel_won: int, *, remaining_won: int, remaining_vat_won: int
) -> tuple[int, int]:
    """Lowest and highest VAT of a cancel that leave ``0 <= remaining VAT <= remaining amount``."""
    lowest = max(0, remaining_vat_won - (remaining_won - cancel_won))
    highest = min(remaining_vat_won, cancel_won)
    return lowest, highest
