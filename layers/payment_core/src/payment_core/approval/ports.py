"""What the approval rules need from the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from payment_core.approval.change import Change
from payment_core.approval.model import Answer, Sale, SaleId
from payment_core.approval.outcome import (
    AuthorisationOutcome,
    CancelOutcome,
    ChequeOutcome,
    InquiryOutcome,
    NetCancelOutcome,
    Trail,
)
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.instrument import Instrument, Presented
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender


@dataclass(frozen=True)
class Written:
    """What a conditional write came to.

    Attributes:
        won: Whether this write (or an earlier delivery of the same write) stands.
        sale: The sale after it, or as it stood in its way.
    """

    won: bool
    sale: Sale


@dataclass(frozen=True)
class Nonce:
    """The number that a signed request carries once: whoever sends it again repeats a captured request."""

    key_id: str
    value: str


@dataclass(frozen=True)
class CardMark:
    """The last sale of a card, so that no card pays twice at once, whatever terminal it is at.

    Attributes:
        busy_until_ms: After this moment the sale can no longer be undecided, whoever died on the way.
    """

    card_token: str
    sale_id: SaleId
    amount_won: int
    at_ms: int
    busy_until_ms: int


@dataclass(frozen=True)
class Claim:
    """A sale, its nonce and its card, to be taken together or not at all.

    Attributes:
        instead_of: The mark that was seen on the card and may be replaced; ``None`` when none was looked at,
            and only a mark whose time is over gives way.
    """

    change: Change
    nonce: Nonce
    mark: CardMark
    instead_of: CardMark | None = None


@dataclass(frozen=True)
class Claimed:
    """What a claim came to.

    Attributes:
        sale: The sale in its way; ``ABSENT`` when won, or when something else was.
        mark_in_the_way: The card's mark that did not give way.
    """

    won: bool
    sale: Sale
    nonce_is_spent: bool = False
    mark_in_the_way: CardMark | None = None


class Sales(Protocol):
    """The one place of truth: conditional writes and strongly consistent reads."""

    def apply(self, change: Change) -> Written:
        """Write if everything seen still stands.

        Raises:
            StoreUnavailableError: it is not known whether the write happened.
        """
        ...

    def read(self, sale_id: SaleId) -> Sale | None:
        """The sale now, strongly consistent.

        Raises:
            StoreUnavailableError: no answer.
        """
        ...

    def keep_evidence(self, sale_id: SaleId, name: str, trail: Trail) -> None:
        """Append what went over the wire, masked; never part of a guard."""
        ...


class Claims(Protocol):
    """What can be taken only once: a sale with its card, and a nonce."""

    def claim(self, claim: Claim) -> Claimed:
        """Take the sale, the nonce and the card, if all three are free.

        Raises:
            StoreUnavailableError: it is not known whether they were taken.
        """
        ...

    def spend(self, nonce: Nonce, now_ms: int) -> bool:
        """Take a nonce alone; ``False`` when it was taken before.

        Raises:
            StoreUnavailableError: it is not known whether it was taken.
        """
        ...


class OpenMoney(Protocol):
    """The sparse index of sales that still need somebody."""

    def due(self, now_ms: int, limit: int) -> list[SaleId]:
        """Open sales whose next action is due, oldest first; eventually consistent."""
        ...


class ClaimQueue(Protocol):
    """What waits for a settlement file, and which sales each batch may hold something of.

    Each method raises `StoreUnavailableError` when the store gives no answer.
    """

    def waiting(self, merchant: str, last_day: str) -> Iterable[SaleId]:
        """Sales with something to claim of a business date or an earlier one; eventually consistent."""
        ...

    def enlist(self, batch: str, sale_id: SaleId) -> None:
        """Note that a batch may hold something of a sale, before the sale says so; again is no news."""
        ...

    def enlisted(self, batch: str) -> Iterable[SaleId]:
        """Every sale so noted, strongly consistent; only the sale says what of it the batch holds."""
        ...


class Drivers(Protocol):
    """Starts the workflows that repeat; a name that runs or ran is not started again."""

    def start_net_cancel(self, sale_id: SaleId, attempt: int, run: int) -> bool:
        """Start; ``False`` when an execution of this name is closed: its run is used up.

        Raises:
            DriverUnavailableError: no answer.
        """
        ...

    def start_cancel(self, sale: Sale, run: int) -> bool:
        """Start the repeating of the sale's open cancel, as above."""
        ...


@dataclass(frozen=True)
class Order:
    """What a telegram says, in our words; a spec names its fields like these.

    Attributes:
        trace_number: This telegram's own number; a net-cancel repeats the original's.
        requested_at_ms: Date and time in the telegram; the original's for a net-cancel.
        original_amount_won: Of the approval, as far as it is known, else of the sale; where a cancel names
            it in ``amount_won`` as well, it is of the whole.
        original_trace_number: For a cancel and a net-cancel; empty for an authorisation.
        original_approval_number: For a cancel; empty otherwise.
        purpose: Of a cash receipt; empty otherwise.
        reason: Of the cancel of one; empty otherwise.
    """

    sale_id: SaleId
    trace_number: str
    requested_at_ms: int
    amount_won: int
    vat_won: int
    service_won: int
    tax_free_won: int
    installment_months: int
    original_amount_won: int
    original_trace_number: str
    original_approval_number: str
    original_requested_at_ms: int
    tender: Tender = Tender.CARD
    purpose: str = ""
    reason: str = ""


class Link(Protocol):
    """One destination's line: one telegram out, one outcome back, nothing kept between calls."""

    def authorise(self, order: Order, presented: Presented, budget_ms: int) -> AuthorisationOutcome:
        """Ask for an approval, within one total budget."""
        ...

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        """Ask to undo an approval whose answer never came."""
        ...

    def cancel(self, order: Order, budget_ms: int, customer: Instrument | None = None) -> CancelOutcome:
        """Ask to cancel a known approval, all or part of it; a cash receipt's names its customer again."""
        ...

    def inquire(self, order: Order, budget_ms: int) -> InquiryOutcome:
        """Ask what became of an authorisation; the order is that of its net-cancel.

        An approval that was taken back in part is still approved.
        """
        ...

    def inquire_cheque(self, order: Order, cheque: Cheque, budget_ms: int) -> ChequeOutcome:
        """Ask whether a cheque is good; it moves no money, so anybody may ask again."""
        ...


class NetCancelKey(StrEnum):
    """By what a destination finds the approval that a net-cancel means.

    Where it is the approval number, an answer that never came can only be inquired.
    """

    TRACE_NUMBER = "TRACE_NUMBER"
    APPROVAL_NUMBER = "APPROVAL_NUMBER"


class CancelVerify(StrEnum):
    """How a cancel in doubt becomes definite: the same again, or an inquiry first."""

    REPEAT = "REPEAT"
    INQUIRE = "INQUIRE"


@dataclass(frozen=True)
class Profile:
    """What the contract with a destination says; one file of ``destinations/`` each.

    Attributes:
        leaves_tombstone: An unmatched net-cancel blocks a later original, so the horizon is zero.
        max_processing_seconds: The longest an accepted telegram may work inside the destination.
        net_cancel_window_seconds: After it a net-cancel is refused, and the ordinary cancel is left.
        net_cancel_repeat_safe: Otherwise one net-cancel, then inquiry.
        net_cancel_needs_card: The card number must be kept, sealed, until the attempt is closed.
        net_cancel_mode: Its own part; what holds for an attempt is of its route, and frozen there.
        has_inquiry: `Link.inquire` can get an answer.
    """

    name: str
    net_cancel_mode: NetCancelMode
    net_cancel_first_delay_seconds: int
    leaves_tombstone: bool
    max_processing_seconds: int
    answer_seconds: int
    net_cancel_window_seconds: int = 86_400
    net_cancel_key: NetCancelKey = NetCancelKey.TRACE_NUMBER
    net_cancel_repeat_safe: bool = True
    net_cancel_needs_card: bool = False
    has_inquiry: bool = False
    cancel_verify: CancelVerify = CancelVerify.REPEAT


class ApprovalWorkflow(Protocol):
    """Routes, sends, and undoes when no clear answer came, while the POS waits."""

    def approve(
        self, sale_id: SaleId, tender: Tender, bin_digits: str, sealed_card: Mapping[str, object]
    ) -> Answer | None:
        """Run it; ``None`` when it did not say how it ended: then only the sale itself knows."""
        ...


class DriverUnavailableError(Exception):
    """It is not known whether the workflow was started; the wakers will see to it."""


class StoreUnavailableError(Exception):
    """The store did not say whether a write happened, or what stands."""
