"""Cards: what may be shown of one, and the block that lives only between opening and sending."""

from __future__ import annotations

from enum import StrEnum

from payment_core.kernel.frozen import dataclass

BIN_DIGITS = 6
SHOWN_TAIL_DIGITS = 4
HIDDEN_DIGITS_AT_LEAST = 4  # a short number keeps at least this much to itself
HIDDEN_IN_FILES_AT_LEAST = 5
LONGEST_IN_FILES = 19  # the narrowest field of all families of settlement files
SHORTEST_WITH_CHECK_DIGIT = (
    13  # shorter ones are private cards (store, fuel) with numbers of their own making
)


class Entry(StrEnum):
    """How the card met the terminal (POS entry mode)."""

    KEYED = "KEYED"
    SWIPED = "SWIPED"
    CHIP = "CHIP"
    CONTACTLESS = "CONTACTLESS"
    FALLBACK = "FALLBACK"  # swiped, after its chip failed


def masked_number(number: str) -> str:
    """First 6 and last 4 digits, the rest hidden; fewer are shown of a number shorter than 14 digits."""
    shown = max(0, len(number) - HIDDEN_DIGITS_AT_LEAST)
    head = min(BIN_DIGITS, shown)
    tail = min(SHOWN_TAIL_DIGITS, shown - head)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def masked_in_files(masked: str) -> str:
    """A masked number as files of settlement carry it: five signs hidden at least, nineteen signs at most.

    A short one, such as a point card's, keeps its last digits only; a long one, a barcode's, loses stars.
    """
    tail = masked[-SHOWN_TAIL_DIGITS:]
    if masked.count("*") < HIDDEN_IN_FILES_AT_LEAST:
        return "*" * (len(masked) - len(tail)) + tail
    if len(masked) > LONGEST_IN_FILES:
        head = masked[:BIN_DIGITS]
        return head + "*" * (LONGEST_IN_FILES - len(head) - len(tail)) + tail
    return masked


def check_digit_holds(number: str) -> bool:
    """Whether the last digit fits the others (Luhn, ISO/IEC 7812-1); a private card's number has none."""
    if len(number) < SHORTEST_WITH_CHECK_DIGIT:
        return True
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


@dataclass(frozen=True, repr=False)
class Card:
    """A card as the POS read it. CVC and track 2 exist in memory only, and in no repr.

    Attributes:
        number: 10–19 digits.
        expiry: MMYY.
        cvc: 3–4 digits, or empty.
        track2: As read, or empty.
        fallback_reason: Why the chip failed, 01–08 as the reader says it; empty unless swiped for that.
    """

    number: str
    expiry: str
    entry: Entry
    cvc: str = ""
    track2: str = ""
    fallback_reason: str = ""

    def __repr__(self) -> str:
        """Show the masked number and nothing else."""
        return f"Card({masked_number(self.number)}, {self.entry})"

    @property
    def bin(self) -> str:
        """The issuer's prefix: the first six digits."""
        return self.number[:BIN_DIGITS]

    def is_expired_on(self, business_date: str) -> bool:
        """Whether its last month was over on a date YYYYMMDD; a card is good to the end of its month."""
        return f"20{self.expiry[2:]}{self.expiry[:2]}" < business_date[:6]
