"""What a till has in hand for one request, and nowhere else: a card, a receipt's customer, a cheque."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

CardTender = Literal["card", "check_card", "unionpay"]
CustomerNumber = Literal["phone", "card", "business_number"]
ReceiptPurpose = Literal["income_deduction", "expense_proof", "self_issued"]
ReceiptReason = Literal["sale_cancelled", "issued_by_mistake", "other"]


@dataclass(frozen=True)
class CardInHand:
    """A card at the terminal; it lives as long as the request that carries it. `expiry` is MMYY.

    A fallback is a swipe after a failed chip: it has `track2` and the reader's `fallback_reason`, 01-08.
    """

    number: str = field(repr=False)
    expiry: str = field(repr=False)
    cvc: str = field(default="", repr=False)
    track2: str = field(default="", repr=False)
    entry: Literal["KEYED", "SWIPED", "CHIP", "CONTACTLESS", "FALLBACK"] = "KEYED"
    fallback_reason: str = ""


@dataclass(frozen=True)
class Customer:
    """Who a cash receipt is for; it lives as long as the request that carries it.

    A person is named by a phone or a card, a business by its number or a card.
    """

    named_by: CustomerNumber
    number: str = field(repr=False)


def named(customer: Customer | None) -> dict[str, Any]:
    """The customer as payrelay reads it; nothing for nobody."""
    return {"customer": {"named_by": customer.named_by, "number": customer.number}} if customer else {}


@dataclass(frozen=True)
class PointCard:
    """A point card; it lives as long as the request that carries it."""

    tender: ClassVar[str] = "points"
    number: str = field(repr=False)
    pin: str = field(default="", repr=False)

    @property
    def words(self) -> dict[str, Any]:
        """The card as payrelay reads it."""
        return {self.tender: {"number": self.number, **({"pin": self.pin} if self.pin else {})}}


@dataclass(frozen=True)
class Barcode:
    """A barcode on the customer's phone; it pays once."""

    tender: ClassVar[str] = "barcode"
    number: str = field(repr=False)

    @property
    def words(self) -> dict[str, Any]:
        """The barcode as payrelay reads it."""
        return {self.tender: {"number": self.number}}


@dataclass(frozen=True)
class Cheque:
    """A cashier's cheque as it is printed; `kind` is 13, 14 or 15, for 100,000, 300,000 or 500,000 won.

    `number` has 8 digits, `bank` 2, `branch` 4, `account` 6; `issued_on` is YYYYMMDD.
    """

    number: str
    bank: str
    branch: str
    kind: Literal["13", "14", "15"]
    amount_won: int
    issued_on: str
    account: str = field(repr=False)

    @property
    def words(self) -> dict[str, Any]:
        """The cheque as payrelay reads it."""
        return asdict(self)
