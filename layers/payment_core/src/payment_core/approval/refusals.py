"""Every refusal of the approval context, in the order they are checked."""

from __future__ import annotations

from typing import ClassVar

from payment_core.approval.model import CancelState, Decision, SaleId
from payment_core.kernel.refusal import Refusal
from payment_core.kernel.tender import Tender


class BusinessDateError(Refusal):
    """The business date is neither yesterday, today nor tomorrow in Korea."""

    code: ClassVar[str] = "business-date-out-of-range"
    http_status: ClassVar[int] = 422

    def __init__(self, business_date: str) -> None:
        """Name the date that was sent."""
        super().__init__(f"the business date {business_date} is not within a day of today in Korea")
        self.business_date = business_date


class AmountPartsError(Refusal):
    """VAT, service charge and tax-free part together are more than the amount."""

    code: ClassVar[str] = "parts-exceed-the-amount"
    http_status: ClassVar[int] = 422

    def __init__(self, parts_won: int, amount_won: int) -> None:
        """Name both sums, in won."""
        super().__init__(f"the parts are {parts_won:,} won together, the amount is {amount_won:,}")
        self.parts_won = parts_won
        self.amount_won = amount_won


class InstalmentError(Refusal):
    """The amount is too small to be paid in instalments."""

    code: ClassVar[str] = "instalments-not-allowed"
    http_status: ClassVar[int] = 422

    def __init__(self, amount_won: int, lowest_won: int) -> None:
        """Name the amount and the lowest that may be divided, in won."""
        super().__init__(f"{amount_won:,} won cannot be paid in instalments, {lowest_won:,} could")
        self.amount_won = amount_won
        self.lowest_won = lowest_won


class TenderInInstalmentsError(Refusal):
    """Only a credit card can be paid in instalments."""

    code: ClassVar[str] = "tender-not-in-instalments"
    http_status: ClassVar[int] = 422

    def __init__(self, tender: Tender) -> None:
        """Name what is paid with."""
        super().__init__(f"{tender} cannot be paid in instalments, only a credit card can")
        self.tender = tender


class NotUnionPayError(Refusal):
    """The sale is to be paid by UnionPay, and the card is none of UnionPay's."""

    code: ClassVar[str] = "card-is-not-unionpay"
    http_status: ClassVar[int] = 422

    def __init__(self) -> None:
        """Name nothing: the number is a secret."""
        super().__init__("the sale is to be paid by UnionPay, and the card is none of UnionPay's")


class FallbackError(Refusal):
    """A swipe after a failed chip has track 2 and the reader's reason; anything else has no such reason."""

    code: ClassVar[str] = "fallback-incomplete"
    http_status: ClassVar[int] = 422

    def __init__(self) -> None:
        """Name nothing: what is missing is named by the rule."""
        super().__init__(
            "track 2 and the reader's reason go with a fallback, and the reason with nothing else"
        )


class CardExpiredError(Refusal):
    """The card's last month was over on the sale's business date."""

    code: ClassVar[str] = "card-expired"
    http_status: ClassVar[int] = 422

    def __init__(self, business_date: str) -> None:
        """Name the date it had to be valid on, never the card's own."""
        super().__init__(f"the card was no longer valid on {business_date}")
        self.business_date = business_date


class CardNumberError(Refusal):
    """A keyed card number whose check digit (Luhn) is wrong: somebody mistyped it."""

    code: ClassVar[str] = "card-number-mistyped"
    http_status: ClassVar[int] = 422

    def __init__(self) -> None:
        """Name nothing: a number that is nearly right is a secret as well."""
        super().__init__("the check digit of the card number is wrong")


class ReceiptCustomerError(Refusal):
    """The customer of a cash receipt is not named as its purpose wants."""

    code: ClassVar[str] = "receipt-customer-does-not-fit"
    http_status: ClassVar[int] = 422

    def __init__(self, purpose: str) -> None:
        """Name the purpose, never the number."""
        super().__init__(f"the customer is not named as {purpose} wants")
        self.purpose = purpose


class FingerprintDiffersError(Refusal):
    """The key was used before for a sale with other contents; nothing was sent."""

    code: ClassVar[str] = "key-reused-for-another-sale"
    http_status: ClassVar[int] = 422

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale that already owns the key."""
        super().__init__(f"{sale_id} was already used for a sale with other contents; nothing was sent")
        self.sale_id = sale_id


class SaleInProgressError(Refusal):
    """The first request with this key is still on its way; ask again, no second telegram leaves."""

    code: ClassVar[str] = "sale-in-progress"
    http_status: ClassVar[int] = 409

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale that is on its way."""
        super().__init__(f"{sale_id} is still being decided; ask again in a moment with the same key")
        self.sale_id = sale_id


class NonceReusedError(Refusal):
    """The nonce of the signature was used before: a captured request never executes a second time."""

    code: ClassVar[str] = "nonce-reused"
    http_status: ClassVar[int] = 401

    def __init__(self) -> None:
        """Repeat nothing of it: whoever sent it knows it."""
        super().__init__("the signature's nonce was used before; sign the request again with a fresh one")


class CardBusyError(Refusal):
    """Another sale with this card is still being decided; nothing was claimed, the same key may ask again."""

    code: ClassVar[str] = "card-busy"
    http_status: ClassVar[int] = 409

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale that has to wait."""
        super().__init__(f"{sale_id} has to wait: another sale with the same card is still being decided")
        self.sale_id = sale_id


class SuspectedDuplicateError(Refusal):
    """The same card paid the same amount at this merchant a moment ago, under another key: a double tap?"""

    code: ClassVar[str] = "suspected-duplicate"
    http_status: ClassVar[int] = 422

    def __init__(self, sale_id: SaleId, window_seconds: int) -> None:
        """Name the sale that is suspected and how long the suspicion lasts."""
        super().__init__(
            f"{sale_id} looks like a double tap: same card and amount less than {window_seconds} s ago"
        )
        self.sale_id = sale_id
        self.window_seconds = window_seconds


class SaleNotFoundError(Refusal):
    """No such sale, or not the asker's: the two are not told apart."""

    code: ClassVar[str] = "sale-not-found"
    http_status: ClassVar[int] = 404

    def __init__(self, sale_id: SaleId | None) -> None:
        """Name the sale that was asked for; ``None`` for a text that is no sale id, which is not repeated."""
        super().__init__(f"there is no sale {sale_id}" if sale_id else "there is no such sale")
        self.sale_id = sale_id


class SaleNotCancellableError(Refusal):
    """Only an approved sale, with something left of it and no other cancel in flight, can be cancelled."""

    code: ClassVar[str] = "sale-not-cancellable"
    http_status: ClassVar[int] = 409

    def __init__(self, sale_id: SaleId, decision: Decision) -> None:
        """Name the sale and what it is; an approved one has nothing left but refunds."""
        self.sale_id = sale_id
        self.decision = decision
        self.standing = "REFUNDED" if decision is Decision.APPROVED else str(decision)
        super().__init__(
            f"{sale_id} is {self.standing}, only what is left of an approved sale can be cancelled"
        )


class ReceiptReasonError(Refusal):
    """A cancel of a cash receipt names reason and customer, and no other cancel does."""

    code: ClassVar[str] = "receipt-words-do-not-fit"
    http_status: ClassVar[int] = 422

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale."""
        super().__init__(f"{sale_id}: reason and customer go with the cancel of a cash receipt, and no other")
        self.sale_id = sale_id


class ReceiptCustomerDiffersError(Refusal):
    """A cash receipt is taken back from the customer that it was issued to."""

    code: ClassVar[str] = "receipt-customer-differs"
    http_status: ClassVar[int] = 422

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale, and neither customer."""
        super().__init__(f"{sale_id} was issued to another customer")
        self.sale_id = sale_id


class ReceiptCancelLateError(Refusal):
    """A cash receipt is taken back within 90 days."""

    code: ClassVar[str] = "receipt-cancel-too-late"
    http_status: ClassVar[int] = 422

    def __init__(self, sale_id: SaleId, days: int) -> None:
        """Name the sale and the days it had."""
        super().__init__(f"{sale_id} could be taken back for {days} days, and they are over")
        self.sale_id = sale_id
        self.days = days


class CancelAmountError(Refusal):
    """The amount or VAT of a cancel does not fit what is left of the sale."""

    code: ClassVar[str] = "cancel-amount-out-of-range"
    http_status: ClassVar[int] = 422

    def __init__(self, field: str, value: int, lowest: int, highest: int) -> None:
        """Name the field and the range it must lie in, in won."""
        super().__init__(f"{field} is {value:,} won, it must lie between {lowest:,} and {highest:,}")
        self.field = field
        self.value = value
        self.lowest = lowest
        self.highest = highest


class CancelReusedError(Refusal):
    """The cancel's number was used before, with another amount."""

    code: ClassVar[str] = "key-reused-for-another-cancel"
    http_status: ClassVar[int] = 422

    def __init__(self, cancel_id: str, state: CancelState) -> None:
        """Name the cancel that already owns the number."""
        super().__init__(f"cancel {cancel_id} exists with another amount and is {state}")
        self.cancel_id = cancel_id
        self.state = state


class NetCancelNotPossibleError(Refusal):
    """The sale is past what its POS may net-cancel: cancelled in part, claimed, or of another day."""

    code: ClassVar[str] = "net-cancel-not-possible"
    http_status: ClassVar[int] = 409

    def __init__(self, sale_id: SaleId, decision: Decision) -> None:
        """Name the sale and how it stands."""
        super().__init__(f"{sale_id} is {decision} and cannot be net-cancelled any more; use a cancel")
        self.sale_id = sale_id
        self.decision = decision
