"""What the payer shows at the till: a card, or a number of another kind that is as much a secret."""

from __future__ import annotations

from payment_core.kernel.card import SHOWN_TAIL_DIGITS, Card, Entry, masked_number
from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True, repr=False)
class Instrument:
    """A number that names the payer and is no card's: in memory only between opening and sending.

    Attributes:
        number: Digits: the customer of a cash receipt, a point card, a barcode.
        entry: How it met the terminal; ``None`` where no paper asks.
        secret: The PIN of a point card, or empty.
    """

    number: str
    entry: Entry | None = None
    secret: str = ""

    def __repr__(self) -> str:
        """Show the masked number and nothing else."""
        return f"Instrument({masked_instrument(self.number)})"


Presented = Card | Instrument


def masked(presented: Presented) -> str:
    """What may be shown of either."""
    number = presented.number
    return masked_number(number) if isinstance(presented, Card) else masked_instrument(number)


def masked_instrument(number: str) -> str:
    """The last 4 digits: a phone's first ones are known, so they would hide nothing."""
    return "*" * (len(number) - SHOWN_TAIL_DIGITS) + number[-SHOWN_TAIL_DIGITS:]
