"""The single requests of a till: the journal holds the number of each sale and cancel before it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from payrelay.client.connection import Clock, Connection, as_it_is
from payrelay.client.credentials import Credentials, Terminal
from payrelay.client.delivery import deliveries
from payrelay.client.exchange import PosRequest
from payrelay.client.in_hand import (
    Barcode,
    CardInHand,
    CardTender,
    Cheque,
    Customer,
    PointCard,
    ReceiptPurpose,
    ReceiptReason,
    named,
)
from payrelay.client.journal import Journal


class TillRequests(Connection):
    """Makes what one terminal sends, and keeps its numbers."""

    def __init__(
        self,
        api_url: str,
        terminal: Terminal,
        credentials: Credentials,
        journal: Journal,
        *,
        clock: Clock | None = None,
        prepare: Callable[[PosRequest], PosRequest] = as_it_is,
    ) -> None:
        """Take the API's base address, who the terminal is, and where it remembers."""
        super().__init__(api_url, credentials, clock=clock, prepare=prepare)
        self.terminal = terminal
        self._journal = journal

    def approval(
        self,
        amount_won: int,
        card: CardInHand,
        *,
        tender: CardTender = "card",
        vat_won: int | None = None,
        service_won: int | None = None,
        tax_free_won: int | None = None,
        installment_months: int = 0,
    ) -> PosRequest:
        """A new sale, under a number that is in the journal before anything is sent."""
        read = {"cvc": card.cvc, "track2": card.track2, "fallback_reason": card.fallback_reason}
        secrets = {name: value or None for name, value in read.items()}
        amounts = {
            "vat_won": vat_won,
            "service_won": service_won,
            "tax_free_won": tax_free_won,
            "installment_months": installment_months,
        }
        words = {
            **amounts,
            "card": _said({"number": card.number, "expiry": card.expiry, **secrets, "entry": card.entry}),
        }
        return self._sale(tender, amount_won, words)

    def receipt(
        self,
        amount_won: int,
        purpose: ReceiptPurpose,
        customer: Customer | None = None,
        *,
        vat_won: int | None = None,
    ) -> PosRequest:
        """A new cash receipt, under a number that is in the journal, as its customer is not."""
        words = {"vat_won": vat_won, "receipt": {"purpose": purpose, **named(customer)}}
        return self._sale("cash_receipt", amount_won, words)

    def payment(
        self, amount_won: int, instrument: PointCard | Barcode, *, vat_won: int | None = None
    ) -> PosRequest:
        """A new sale by points or by a barcode, under a number that is in the journal."""
        return self._sale(instrument.tender, amount_won, {"vat_won": vat_won, **instrument.words})

    def _sale(self, tender: str, amount_won: int, words: dict[str, Any]) -> PosRequest:
        business_date, sequence = self._begin("approve", amount_won=amount_won)
        me = self.terminal
        said = {
            "merchant": me.merchant,
            "terminal": me.terminal,
            "terminal_epoch": me.terminal_epoch,
            "business_date": business_date,
            "sequence": sequence,
            "tender": tender,
            "amount_won": amount_won,
        }
        sale_id = self._id(business_date, sequence)
        return PosRequest("POST", "/v1/approvals", _json(said | words), sale_id, sale_id)

    def cancel(
        self, sale_id: str, *, amount_won: int | None = None, vat_won: int | None = None
    ) -> PosRequest:
        """A cancel of all that remains, or of a part; it has a number of its own."""
        amounts = _said({"amount_won": amount_won, "vat_won": vat_won})
        business_date, sequence = self._begin("cancel", sale_id=sale_id, **amounts)
        return self._cancel(sale_id, business_date, sequence, amounts)

    def receipt_cancel(
        self, sale_id: str, reason: ReceiptReason, customer: Customer | None = None
    ) -> PosRequest:
        """A cancel of a whole cash receipt, under a number that is in the journal."""
        begun = self._begin("cancel", sale_id=sale_id)
        return self._cancel(sale_id, *begun, {}, {"reason": reason, **named(customer)})

    def net_cancel(self, sale_id: str) -> PosRequest:
        """Undo a sale whose answer never came, whether or not it ever arrived."""
        return PosRequest("POST", "/v1/net-cancels", _json({"sale_id": sale_id}), sale_id, sale_id)

    def journal_parts(self, business_date: str = "") -> list[PosRequest]:
        """This journal of a business date (today's by default), in parts."""
        date = business_date or f"{self.clock.in_korea():%Y%m%d}"
        revision, entries = self._journal.at_a_moment()
        rows = [entry.row() for entry in entries if entry.words["business_date"] == date]
        return deliveries(self._id(date), date, max(1, revision), rows)

    def look(self, sale_id: str) -> PosRequest:
        """How a sale stands now."""
        return PosRequest("GET", f"/v1/approvals/{sale_id}", sale_id=sale_id)

    def inquiry(self, business_date: str, sequence: int) -> PosRequest:
        """The same, asked for by the terminal's own number."""
        query = urlencode({"terminal_sequence": f"{business_date}-{sequence}"})
        sale_id = self._id(business_date, sequence)
        return PosRequest("GET", f"/v1/approvals?{query}", sale_id=sale_id)

    def cheque_inquiry(self, cheque: Cheque) -> PosRequest:
        """Whether a cheque is good; no journal knows of it, since no money moves."""
        return PosRequest("POST", "/v1/cheque-inquiries", _json(cheque.words), self._id())

    def _cancel(
        self,
        sale_id: str,
        business_date: str,
        sequence: int,
        amounts: dict[str, int],
        receipt: dict[str, Any] | None = None,
    ) -> PosRequest:
        body = _json({"business_date": business_date, "sequence": sequence, **amounts, "receipt": receipt})
        cancel_id = self._id(business_date, sequence)
        return PosRequest("POST", f"/v1/approvals/{sale_id}/cancels", body, cancel_id, sale_id)

    def _begin(self, what: str, **words: str | int) -> tuple[str, int]:
        business_date = f"{self.clock.in_korea():%Y%m%d}"
        return business_date, self._journal.begin(what, self._id(), business_date, **words)

    def _id(self, *parts: str | int) -> str:
        me = self.terminal
        return "-".join(map(str, (me.merchant, me.terminal, me.terminal_epoch, *parts)))


def _said(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}


def _json(words: dict[str, Any]) -> bytes:
    return json.dumps(_said(words), ensure_ascii=False).encode()
