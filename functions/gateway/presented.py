"""What a customer presents at the till, as a POS says it: a card, or what stands in the place of one.

Rules about more than one word: payment_core/approval/{admission,cash_receipt}.py.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from payment_adapters.aws.secrets import keyed_digest
from payment_core.approval.cash_receipt import SELF_ISSUED_NUMBER, Identity, Purpose, Reason, Receipt
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.cheque import Cheque, ChequeKind
from payment_core.kernel.instrument import Instrument

# ASCII digits only: int() would also take full-width digits and 1_000.
DIGITS: Final = r"^[0-9]*$"
PIN: Final = r"^([0-9]{4,6})?$"
FALLBACK_REASON: Final = r"^(0[1-8])?$"
MONTH_AND_YEAR: Final = r"^(0[1-9]|1[0-2])[0-9]{2}$"
Digits = Annotated[str, Field(pattern=DIGITS)]


class Words(BaseModel):
    """Base of everything a POS says: nothing unknown, nothing converted, nothing changed afterwards.

    The checks of each are built when it is first said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class CardWords(Words):
    """The card as the reader gave it."""

    number: Annotated[
        Digits,
        Field(
            min_length=10,
            max_length=19,
            repr=False,
            description="Keyed numbers of 13 or more digits must pass the Luhn check.",
        ),
    ]
    expiry: Annotated[
        str, Field(min_length=4, max_length=4, pattern=MONTH_AND_YEAR, repr=False, description="MMYY.")
    ]
    entry: Annotated[Entry, Field(description="How the card met the terminal.")]
    cvc: Annotated[Digits, Field(max_length=4, repr=False, description="Never stored.")] = ""
    track2: Annotated[
        str, Field(max_length=37, pattern=r"^[0-9=D?;]*$", repr=False, description="As read. Never stored.")
    ] = ""
    fallback_reason: Annotated[
        str,
        Field(
            pattern=FALLBACK_REASON,
            description="Why the chip failed, 01-08 of the reader; with `FALLBACK` and `track2` only.",
        ),
    ] = ""

    def card(self) -> Card:
        """The card of the core."""
        return Card(self.number, self.expiry, self.entry, self.cvc, self.track2, self.fallback_reason)


class CustomerWords(Words):
    """The customer of a cash receipt: personal data, like a card."""

    named_by: Annotated[
        Identity,
        Field(description="A person's `phone` or `card`; a business's `business_number` or `card`."),
    ]
    number: Annotated[Digits, Field(min_length=10, max_length=19, repr=False, description="Never stored.")]
    entry: Annotated[Entry, Field(description="How the number met the terminal.")] = Entry.KEYED


class ReceiptWords(Words):
    """What a cash receipt is for, and whom; `self_issued` names nobody."""

    purpose: Purpose
    customer: CustomerWords | None = None

    def receipt(self) -> Receipt:
        """The receipt of the core."""
        return Receipt(self.purpose, self.customer.named_by if self.customer else None)


class TakenBackWords(Words):
    """Why a cash receipt is taken back, and its customer once more: nobody keeps the number."""

    reason: Reason
    customer: CustomerWords | None = None


def instrument_of(customer: CustomerWords | None) -> Instrument:
    """The customer of the core; the tax office's own number stands for nobody."""
    if customer is None:
        return Instrument(SELF_ISSUED_NUMBER, Entry.KEYED)
    return Instrument(customer.number, customer.entry)


def customer_token(key: bytes, customer: Instrument) -> str:
    """What a customer is recognised by when a receipt is taken back."""
    return keyed_digest(key, "customer", customer.number)


class PointWords(Words):
    """A point card, in place of a card."""

    number: Annotated[Digits, Field(min_length=10, max_length=19, repr=False, description="Never stored.")]
    pin: Annotated[
        str, Field(pattern=PIN, repr=False, description="Where the card has one. Never stored.")
    ] = ""


class BarcodeWords(Words):
    """A barcode on a phone, in place of a card; it pays once."""

    number: Annotated[Digits, Field(min_length=16, max_length=24, repr=False, description="Never stored.")]


class ChequeWords(Words):
    """``POST /v1/cheque-inquiries``: a cashier's cheque as the till read it."""

    number: Annotated[Digits, Field(min_length=8, max_length=8)]
    bank: Annotated[Digits, Field(min_length=2, max_length=2, description="Who issued it.")]
    branch: Annotated[Digits, Field(min_length=4, max_length=4, description="Of that bank.")]
    kind: Annotated[ChequeKind, Field(description="`13`: 100,000 won. `14`: 300,000 won. `15`: 500,000 won.")]
    amount_won: Annotated[
        int, Field(strict=True, ge=100_000, le=500_000, description="As it is printed; its kind's.")
    ]
    issued_on: Annotated[Digits, Field(min_length=8, max_length=8, description="YYYYMMDD.")]
    account: Annotated[Digits, Field(min_length=6, max_length=6, repr=False, description="Never stored.")]

    def cheque(self) -> Cheque:
        """The cheque of the core."""
        return Cheque(**dict(self))
