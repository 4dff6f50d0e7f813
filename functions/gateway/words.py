"""What a POS may say, checked before anything else looks at it, and the form of what it is told.

The descriptions and bounds are the API's reference: openapi.json is generated from them.
Rules about more than one word: payment_core/approval/admission.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal, Self, cast

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails
from typing_extensions import TypedDict

from functions.gateway.presented import (
    BarcodeWords,
    CardWords,
    Digits,
    PointWords,
    ReceiptWords,
    TakenBackWords,
    Words,
    customer_token,
    instrument_of,
)
from payment_adapters.aws.secrets import keyed_digest
from payment_adapters.http.request import own_sale_id
from payment_adapters.merchants import merchant
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.accept import WORKFLOW_BUDGET_MS, SaleRequest
from payment_core.approval.cancel import CancelRequest
from payment_core.approval.cash_receipt import TakenBack
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Nonce
from payment_core.kernel.card import Card
from payment_core.kernel.instrument import Instrument, Presented, masked
from payment_core.kernel.language import Language
from payment_core.kernel.tender import CARDS, Tender
from payment_core.kernel.won import MAXIMUM_AMOUNT_WON, MINIMUM_AMOUNT_WON, vat_included_won
from payment_core.reconciliation.journal import MOST_PARTS, MOST_ROWS, Part, Row, Shown, What

TERMINAL_SEQUENCE: Final = "terminal_sequence"
TERMINAL_SEQUENCE_FORM: Final = r"[0-9]{8}-[1-9][0-9]{0,7}"
Won = Annotated[int, Field(strict=True, ge=0, le=MAXIMUM_AMOUNT_WON)]
Sequence = Annotated[
    int,
    Field(strict=True, ge=1, le=99_999_999, description="The terminal's number of this transaction today."),
]
BusinessDate = Annotated[
    Digits,
    Field(min_length=8, max_length=8, description="YYYYMMDD of the shop, within a day of today in Korea."),
]
Seal = Callable[[SaleId, Instrument], Mapping[str, object]]


class ApprovalWords(Words):
    """``POST /v1/approvals``."""

    merchant: Annotated[Digits, Field(min_length=1, max_length=15, description="Yours.")]
    terminal: Annotated[Digits, Field(min_length=8, max_length=10, description="The one that signs.")]
    terminal_epoch: Annotated[
        int, Field(strict=True, ge=1, le=999, description="Raised when the terminal is replaced.")
    ]
    business_date: BusinessDate
    sequence: Sequence
    tender: Annotated[
        Tender,
        Field(
            description="What is paid with; `card`: a credit card, or one whose kind the till cannot tell."
        ),
    ]
    amount_won: Annotated[Won, Field(ge=MINIMUM_AMOUNT_WON, description="All that the customer pays.")]
    vat_won: Annotated[
        Won | None,
        Field(description="VAT inside the amount; left out: the eleventh of what is taxed; zero is zero."),
    ] = None
    service_won: Annotated[Won, Field(description="Service charge inside the amount.")] = 0
    tax_free_won: Annotated[Won, Field(description="Tax-free part of the amount.")] = 0
    installment_months: Annotated[
        int,
        Field(strict=True, ge=0, le=36, description="0 and 1: paid at once; 2-36 from 50,000 won."),
    ] = 0
    card: Annotated[CardWords | None, Field(description="With every tender that is a card.")] = None
    receipt: Annotated[ReceiptWords | None, Field(description="With `cash_receipt`, in place of a card.")] = (
        None
    )

    points: Annotated[PointWords | None, Field(description="With `points`.")] = None
    barcode: Annotated[BarcodeWords | None, Field(description="With `barcode`.")] = None

    @model_validator(mode="after")
    def _carries_what_its_tender_is_paid_with(self) -> Self:
        """Insist on the one table that goes with the tender, and on no other."""
        faults = [
            InitErrorDetails(
                type="missing" if name == self._needed else "extra_forbidden", loc=(name,), input=None
            )
            for name in ("card", "receipt", "points", "barcode")
            if (getattr(self, name) is None) == (name == self._needed)
        ]
        if faults:
            raise ValidationError.from_exception_data(type(self).__name__, faults)
        return self

    @property
    def _needed(self) -> str:
        if self.tender in CARDS:
            return "card"
        return "receipt" if self.tender is Tender.CASH_RECEIPT else str(self.tender)

    def presented(self) -> Presented:
        """What the customer showed: a card, or the number of a cash receipt."""
        if self.card is not None:
            return self.card.card()
        if self.points is not None:
            return Instrument(self.points.number, secret=self.points.pin)
        if self.barcode is not None:
            return Instrument(self.barcode.number)
        return instrument_of(self.receipt.customer if self.receipt else None)

    def vat(self) -> int:
        """The VAT named, or the eleventh of what is taxed; zero named is zero."""
        taxed_won = self.amount_won - self.service_won - self.tax_free_won
        return vat_included_won(max(0, taxed_won)) if self.vat_won is None else self.vat_won

    def sale_id(self) -> SaleId:
        """The key this sale must be sent under."""
        return SaleId(self.merchant, self.terminal, self.terminal_epoch, self.business_date, self.sequence)

    def request(self, key: bytes, nonce: Nonce, language: Language, now_ms: int) -> SaleRequest:
        """The request of the core: the card only as mask and keyed token."""
        presented = self.presented()
        token = self._token(key, presented)
        said = self.model_dump(
            mode="json",
            exclude={"card": True, "points": True, "barcode": True, "receipt": {"customer"}},
            exclude_none=True,
        )
        business = said | {"card": token, "vat_won": self.vat()}
        return SaleRequest(
            sale_id=self.sale_id(),
            tender=self.tender,
            amount_won=self.amount_won,
            vat_won=self.vat(),
            service_won=self.service_won,
            tax_free_won=self.tax_free_won,
            installment_months=self.installment_months,
            card_masked=masked(presented),
            card_token=token,
            fingerprint=hashlib.sha256(json.dumps(business, sort_keys=True).encode()).hexdigest(),
            nonce=nonce,
            language=language,
            double_tap_seconds=merchant(self.merchant).double_tap_seconds,
            deadline_at_ms=now_ms + WORKFLOW_BUDGET_MS,
            receipt=self.receipt.receipt() if self.receipt else None,
        )

    def _token(self, key: bytes, presented: Presented) -> str:
        """Keyed: one card or customer is busy with one sale at a time, and nobody is with many."""
        if isinstance(presented, Card):
            return keyed_digest(key, "card", presented.number)
        if self.receipt is None:
            return keyed_digest(key, str(self.tender), presented.number)
        if self.receipt.customer is None:
            return keyed_digest(key, "nobody", str(self.sale_id()))
        return customer_token(key, presented)


ApprovalWords.model_rebuild()  # while the sandbox starts; all other words when they are first said


class NetCancelWords(Words):
    """``POST /v1/net-cancels``: the sale whose answer never came, by the key that its POS made."""

    sale_id: Annotated[str, Field(max_length=60)]


class CancelWords(Words):
    """``POST /v1/approvals/{sale_id}/cancels``; without an amount, all that remains."""

    business_date: BusinessDate
    sequence: Sequence
    amount_won: Annotated[
        Annotated[Won, Field(ge=1)] | None, Field(description="Left out: all that remains.")
    ] = None
    vat_won: Annotated[
        Won | None, Field(description="VAT inside it; left out: its share of what remains.")
    ] = None
    receipt: Annotated[
        TakenBackWords | None, Field(description="Of a cash receipt, which is taken back whole.")
    ] = None

    def request(self, sale_id: SaleId, key: Callable[[], bytes], seal: Seal) -> CancelRequest:
        """The request of the core; the customer of a receipt goes into a box of its own."""
        said = CancelRequest(sale_id, self.business_date, self.sequence, self.amount_won, self.vat_won)
        if self.receipt is None:
            return said
        customer = instrument_of(self.receipt.customer)
        token, box = customer_token(key(), customer), dict(seal(sale_id, customer))
        return replace(said, taken_back=TakenBack(self.receipt.reason, token, cast("dict[str, str]", box)))


class SaleRowWords(Words):
    """A sale's number in a journal."""

    what: Literal["approve"]
    sequence: Sequence
    amount_won: Won
    shown: Annotated[
        Literal["APPROVED", "NOT_APPROVED", "UNDONE", "UNKNOWN"],
        Field(description="What the till showed. UNDONE: net-cancelled. UNKNOWN: nothing was shown."),
    ]

    def row(self, _: Terminal) -> Row:
        """The row of the core."""
        return Row(What.APPROVE, self.sequence, Shown(self.shown), self.amount_won)


class CancelRowWords(Words):
    """A cancel's number in a journal."""

    what: Literal["cancel"]
    sequence: Sequence
    sale_id: Annotated[str, Field(max_length=60, description="The sale it is about; your own.")]
    amount_won: Annotated[Won | None, Field(description="Left out: all that remained.")] = None
    shown: Literal["DONE", "REFUSED", "UNKNOWN"]

    def row(self, terminal: Terminal) -> Row:
        """The row of the core; another terminal's sale is as absent as none."""
        sale_id = str(own_sale_id(self.sale_id, terminal))
        return Row(What.CANCEL, self.sequence, Shown(self.shown), self.amount_won, sale_id)


class JournalWords(Words):
    """``POST /v1/journals``: one part of what the terminal itself wrote down of a business date."""

    business_date: Annotated[
        Digits,
        Field(min_length=8, max_length=8, description="YYYYMMDD of all its numbers, at most 30 days ago."),
    ]
    revision: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=99_999_999,
            description="Grows with the journal, e.g. its number of lines; the newest whole one counts.",
        ),
    ]
    part: Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS, description="From 1 to `parts`.")]
    parts: Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS)]
    rows: Annotated[
        list[Annotated[SaleRowWords | CancelRowWords, Field(discriminator="what")]],
        Field(max_length=MOST_ROWS, description="Every number of the date, once."),
    ]

    @model_validator(mode="after")
    def _is_one_of_its_parts(self) -> JournalWords:
        if self.part > self.parts:
            raise ValueError("a part beyond the last")
        return self

    def delivered_by(self, terminal: Terminal) -> Part:
        """The part of the core."""
        name = f"{terminal.merchant}-{terminal.terminal}-{terminal.terminal_epoch}"
        rows = tuple(one.row(terminal) for one in self.rows)
        return Part(name, self.business_date, self.revision, self.part, self.parts, rows)


class JournalAnswer(TypedDict):
    """A part that is kept."""

    journal_id: Annotated[str, Field(description="merchant-terminal-epoch-date-revision-part.")]
    state: Literal["DELIVERED"]
    rows: Annotated[int, Field(ge=0, description="How many were in it.")]


class SaleAnswer(TypedDict):
    """A sale as its POS sees it. Every word is always there; what does not apply is empty or zero."""

    sale_id: Annotated[str, Field(description="merchant-terminal-epoch-date-sequence.")]
    state: Literal[
        "RECEIVED", "APPROVED", "DECLINED", "BEING_REVERSED", "REVERSED", "CANCELLING", "CANCELLED"
    ]
    approval_number: Annotated[str, Field(description="Of the destination; empty unless approved.")]
    destination: Annotated[str, Field(description="The VAN or issuer that was asked; empty if none.")]
    response_code: Annotated[str, Field(description="The destination's own, or R001-R003 of the relay.")]
    message: Annotated[str, Field(description="For the customer, in the destination's words.")]
    remaining_amount_won: Annotated[int, Field(ge=0, description="What may still be cancelled.")]
    remaining_vat_won: Annotated[int, Field(ge=0)]


class CancelTold(TypedDict):
    """One cancel of a sale."""

    id: Annotated[str, Field(description="date-sequence of the cancel.")]
    state: Annotated[
        Literal["REQUESTED", "DONE", "REFUSED", "REFUND"],
        Field(description="REFUND: the sale was claimed, so the next settlement file gives it back."),
    ]
    amount_won: Annotated[int, Field(ge=1)]
    vat_won: Annotated[int, Field(ge=0)]
    response_code: str
    message: str


class CancelAnswer(SaleAnswer):
    """A sale, and the cancel that was asked for."""

    cancel: CancelTold


class ChequeInquiryAnswer(TypedDict):
    """What the bank says of a cheque, now; it is asked again each time."""

    number: Annotated[str, Field(description="The cheque's; compare it with the one in hand.")]
    state: Annotated[Literal["GOOD", "BAD"], Field(description="BAD: `message` is the bank's reason.")]
    destination: Annotated[str, Field(description="The VAN that was asked.")]
    response_code: Annotated[str, Field(description="The destination's own.")]
    message: Annotated[str, Field(description="For the cashier, in the destination's words.")]


class HealthAnswer(TypedDict):
    """Whether the door is open."""

    status: Literal["ok"]
