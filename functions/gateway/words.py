"""What a POS may say, checked before anything else looks at it. Faults name fields, never values."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from payment_adapters.aws.secrets import keyed_digest
from payment_adapters.merchants import merchant
from payment_core.approval.accept import WORKFLOW_BUDGET_MS, SaleRequest
from payment_core.approval.cancel import CancelRequest
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Nonce
from payment_core.kernel.card import Card, Entry, masked_number
from payment_core.kernel.language import Language
from payment_core.kernel.won import MAXIMUM_AMOUNT_WON, MINIMUM_AMOUNT_WON, vat_included_won

Digits = Annotated[
    str, Field(pattern=r"^[0-9]*$")
]  # ASCII digits only: int() would also take full-width digits and 1_000
Won = Annotated[int, Field(strict=True, ge=0, le=MAXIMUM_AMOUNT_WON)]
Sequence = Annotated[int, Field(strict=True, ge=1, le=99_999_999)]
BusinessDate = Annotated[Digits, Field(min_length=8, max_length=8)]


class Words(BaseModel):
    """Base of everything a POS says: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CardWords(Words):
    """The card as the reader gave it."""

    number: Annotated[Digits, Field(min_length=10, max_length=19, repr=False)]
    expiry: Annotated[Digits, Field(min_length=4, max_length=4, repr=False)]
    entry: Entry
    cvc: Annotated[Digits, Field(max_length=4, repr=False)] = ""
    track2: Annotated[str, Field(max_length=37, pattern=r"^[0-9=D?;]*$", repr=False)] = ""

    def card(self) -> Card:
        """The card of the core."""
        return Card(self.number, self.expiry, self.entry, self.cvc, self.track2)


class ApprovalWords(Words):
    """``POST /v1/approvals``."""

    merchant: Annotated[Digits, Field(min_length=1, max_length=15)]
    terminal: Annotated[Digits, Field(min_length=8, max_length=10)]
    terminal_epoch: Annotated[int, Field(strict=True, ge=1, le=999)]
    business_date: BusinessDate
    sequence: Sequence
    tender: Literal["card"]
    amount_won: Annotated[Won, Field(ge=MINIMUM_AMOUNT_WON)]
    vat_won: Won | None = None
    service_won: Won = 0
    tax_free_won: Won = 0
    installment_months: Annotated[int, Field(strict=True, ge=0, le=36)] = 0
    card: CardWords

    @model_validator(mode="after")
    def _parts_fit_the_whole(self) -> ApprovalWords:
        if self.vat() + self.service_won + self.tax_free_won > self.amount_won:
            raise ValueError("vat_won, service_won and tax_free_won together exceed amount_won")
        return self

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
    amount_won: Annotated[Won, Field(ge=1)] | None = None
    vat_won: Won | None = None

    def request(self, sale_id: SaleId) -> CancelRequest:
        """The request of the core."""
        return CancelRequest(sale_id, self.business_date, self.sequence, self.amount_won, self.vat_won)
