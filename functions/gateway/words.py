"""What a POS may say, checked before anything else looks at it, and the form of what it is told.

The descriptions and bounds are the API's reference: openapi.json is generated from them.
Rules about more than one word: payment_core/approval/admission.py.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from payment_adapters.aws.secrets import keyed_digest
from payment_adapters.http.request import own_sale_id
from payment_adapters.merchants import merchant
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.accept import WORKFLOW_BUDGET_MS, SaleRequest
from payment_core.approval.cancel import CancelRequest
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Nonce
from payment_core.kernel.card import Card, Entry, masked_number
from payment_core.kernel.language import Language
from payment_core.kernel.won import MAXIMUM_AMOUNT_WON, MINIMUM_AMOUNT_WON, vat_included_won
from payment_core.reconciliation.journal import MOST_PARTS, MOST_ROWS, Part, Row, Shown, What

# ASCII digits only: int() would also take full-width digits and 1_000.
TERMINAL_SEQUENCE: Final = "terminal_sequence"
TERMINAL_SEQUENCE_FORM: Final = r"[0-9]{8}-[1-9][0-9]{0,7}"
DIGITS: Final = r"^[0-9]*$"
MONTH_AND_YEAR: Final = r"^(0[1-9]|1[0-2])[0-9]{2}$"
Digits = Annotated[str, Field(pattern=DIGITS)]
Won = Annotated[int, Field(strict=True, ge=0, le=MAXIMUM_AMOUNT_WON)]
Sequence = Annotated[
    int,
    Field(strict=True, ge=1, le=99_999_999, description="The terminal's number of this transaction today."),
]
BusinessDate = Annotated[
    Digits,
    Field(min_length=8, max_length=8, description="YYYYMMDD of the shop, within a day of today in Korea."),
]


class Words(BaseModel):
    """Base of everything a POS says: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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

    def card(self) -> Card:
        """The card of the core."""
        return Card(self.number, self.expiry, self.entry, self.cvc, self.track2)


class ApprovalWords(Words):
    """``POST /v1/approvals``."""

    merchant: Annotated[Digits, Field(min_length=1, max_length=15, description="Yours.")]
    terminal: Annotated[Digits, Field(min_length=8, max_length=10, description="The one that signs.")]
    terminal_epoch: Annotated[
        int, Field(strict=True, ge=1, le=999, description="Raised when the terminal is replaced.")
    ]
    business_date: BusinessDate
    sequence: Sequence
    tender: Annotated[Literal["card"], Field(description="What is paid with.")]
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
    card: CardWords

    def vat(self) -> int:
        """The VAT named, or the eleventh of what is taxed; zero named is zero."""
        taxed_won = self.amount_won - self.service_won - self.tax_free_won
        return vat_included_won(max(0, taxed_won)) if self.vat_won is None else self.vat_won

    def sale_id(self) -> SaleId:
        """The key this sale must be sent under."""
        return SaleId(self.merchant, self.terminal, self.terminal_epoch, self.business_date, self.sequence)

    def request(self, key: bytes, nonce: Nonce, language: Language, now_ms: int) -> SaleRequest:
        """The request of the core: the card only as mask and keyed token."""
        token = keyed_digest(key, "card", self.card.number)
        business = self.model_dump(mode="json", exclude={"card"}) | {"card": token, "vat_won": self.vat()}
        return SaleRequest(
            sale_id=self.sale_id(),
            amount_won=self.amount_won,
            vat_won=self.vat(),
            service_won=self.service_won,
            tax_free_won=self.tax_free_won,
            installment_months=self.installment_months,
            card_masked=masked_number(self.card.number),
            card_token=token,
            fingerprint=hashlib.sha256(json.dumps(business, sort_keys=True).encode()).hexdigest(),
            nonce=nonce,
            language=language,
            double_tap_seconds=merchant(self.merchant).double_tap_seconds,
            deadline_at_ms=now_ms + WORKFLOW_BUDGET_MS,
        )


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

    def request(self, sale_id: SaleId) -> CancelRequest:
        """The request of the core."""
        return CancelRequest(sale_id, self.business_date, self.sequence, self.amount_won, self.vat_won)


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


class HealthAnswer(TypedDict):
    """Whether the door is open."""

    status: Literal["ok"]
