"""What a POS says to payrelay over HTTP, signed (RFC 9421) with the terminal's own key."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import urllib3
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    COMPONENTS_WITH_BODY,
    COMPONENTS_WITHOUT_BODY,
    TAG,
    SignedMessage,
)
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import korean_time
from tools.pos.journal import Journal

PATIENCE_SECONDS: Final = 30.0
NONCE_BYTES: Final = 16
CONNECTIONS: Final = 32  # kept open when several clerks share a terminal
FIRST_PROBLEM: Final = 400


class NoAnswerError(Exception):
    """The relay did not answer: whether it acted is unknown; the same request may be repeated."""

    code = "NO_ANSWER"

    def __init__(self, key: str, reason: str) -> None:
        """Keep the key that is to be repeated."""
        super().__init__(f"payrelay did not answer ({reason}).")
        self.key = key
        self.reason = reason


@dataclass(frozen=True)
class CardInHand:
    """A card at the terminal; it lives as long as the request that carries it."""

    number: str = field(repr=False)
    expiry: str = field(default="1230", repr=False)
    cvc: str = field(default="123", repr=False)
    entry: str = "KEYED"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    http_status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it was answered as asked; a decline is such an answer, a problem is not."""
        return self.http_status < FIRST_PROBLEM

    @cached_property
    def words(self) -> dict[str, Any]:
        """The body as JSON; empty when it is none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


@dataclass(frozen=True)
class PosRequest:
    """A request with its key, made once; every repetition sends the same body under a fresh signature."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    key: str = ""


class _Key(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> bytes:  # noqa: ARG002 -- a terminal has one key
        return self._key


class Pos:
    """One terminal of one merchant."""

    def __init__(
        self, api_url: str, terminal: Terminal, master: bytes, journal: Journal, api_key: str = ""
    ) -> None:
        """Take what a terminal needs to be heard.

        Args:
            api_url: The API's base address.
            terminal: Who it is.
            master: The secret that the terminal's key is derived from.
            journal: Its numbers.
            api_key: Of its merchant; it meters, it proves nothing.
        """
        self.terminal = terminal
        self._api_key = {"x-api-key": api_key} if api_key else {}
        self._api_url = api_url.rstrip("/")
        self._journal = journal
        key = terminal_key(master, terminal.key_id)
        self._signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=_Key(key))
        self._http = urllib3.PoolManager(retries=False, timeout=PATIENCE_SECONDS, maxsize=CONNECTIONS)

    def approval(
        self,
        amount_won: int,
        card: CardInHand,
        *,
        vat_won: int | None = None,
        installment_months: int = 0,
    ) -> PosRequest:
        """A new sale, under a number that is in the journal before anything is sent."""
        sale_id = self._sale_id("approve", amount_won=amount_won)
        words = {
            "merchant": sale_id.merchant,
            "terminal": sale_id.terminal,
            "terminal_epoch": sale_id.terminal_epoch,
            "business_date": sale_id.business_date,
            "sequence": sale_id.sequence,
            "tender": "card",
            "amount_won": amount_won,
            "vat_won": vat_won,
            "installment_months": installment_months,
            "card": {"number": card.number, "expiry": card.expiry, "cvc": card.cvc, "entry": card.entry},
        }
        return PosRequest("POST", "/v1/approvals", _json(words), str(sale_id))

    def cancel(
        self, sale_id: str, *, amount_won: int | None = None, vat_won: int | None = None
    ) -> PosRequest:
        """A cancel of all that remains, or of a part; it has a number of its own."""
        cancel_id = self._sale_id("cancel", sale_id=sale_id, amount_won=amount_won or 0)
        words = {
            "business_date": cancel_id.business_date,
            "sequence": cancel_id.sequence,
            "amount_won": amount_won,
            "vat_won": vat_won,
        }
        return PosRequest("POST", f"/v1/approvals/{sale_id}/cancels", _json(words), str(cancel_id))

    def look(self, sale_id: str) -> PosRequest:
        """How a sale stands now."""
        return PosRequest("GET", f"/v1/approvals/{sale_id}")

    def send(self, request: PosRequest, *, created_at: float | None = None) -> Answer:
        """Sign and send; `created_at` (seconds since 1970) replaces the terminal's clock.

        Raises:
            NoAnswerError: no answer within the POS's patience, or no connection.
        """
        return self.send_as(request, self.signed(request, created_at=created_at))

    def send_as(self, request: PosRequest, headers: Mapping[str, str]) -> Answer:
        """Send under headers that are given.

        Raises:
            NoAnswerError: no answer within the POS's patience, or no connection.
        """
        try:
            told = self._http.request(
                request.method,
                self._api_url + request.path,
                body=request.body or None,
                headers={**self._api_key, **headers},
            )
        except urllib3.exceptions.HTTPError as failure:
            raise NoAnswerError(request.key, type(failure).__name__) from failure
        return Answer(told.status, {name.lower(): value for name, value in told.headers.items()}, told.data)

    def signed(self, request: PosRequest, *, created_at: float | None = None) -> dict[str, str]:
        """The headers of a request, its signature among them."""
        headers = {"Idempotency-Key": request.key, "Content-Type": "application/json"} if request.body else {}
        message = SignedMessage(request.method, request.path, headers, request.body)
        self._signer.sign(
            message,
            key_id=self.terminal.key_id,
            created=korean_time(int(1_000 * (time.time() if created_at is None else created_at))),
            nonce=secrets.token_urlsafe(NONCE_BYTES),
            tag=TAG,
            label="pos",
            covered_component_ids=COMPONENTS_WITH_BODY if request.body else COMPONENTS_WITHOUT_BODY,
            body=request.body or None,
        )
        return headers

    def health(self) -> Answer:
        """Whether the door is open; the one request that nobody signs."""
        return self.send_as(PosRequest("GET", "/v1/health"), {})

    def _sale_id(self, what: str, **words: str | int) -> SaleId:
        business_date = f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
        sequence = self._journal.next_sequence(what, business_date, **words)
        me = self.terminal
        return SaleId(me.merchant, me.terminal, me.terminal_epoch, business_date, sequence)


def _json(words: dict[str, Any]) -> bytes:
    said = {name: value for name, value in words.items() if value is not None}
    return json.dumps(said, ensure_ascii=False).encode()
