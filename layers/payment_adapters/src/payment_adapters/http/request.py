"""A POS request as it came through API Gateway: bounded, signed, opened, and about the signer's own sales."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self
from urllib.parse import quote

from payment_adapters import wiring
from payment_adapters.http import trust
from payment_adapters.http.envelope import TELEGRAM_TYPE, BodyTooLargeError, media_type, plain_body
from payment_adapters.http.faults import WHOLE_BODY, Fault, MalformedRequestError
from payment_adapters.http.signatures import SignatureRefusedError, Signed, SignedMessage
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payment_core.approval.ports import Nonce
from payment_core.approval.refusals import NonceReusedError, SaleNotFoundError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.refusal import Refusal

if TYPE_CHECKING:
    from payment_adapters.http.pos_telegram import ReadTelegram

MAXIMUM_BODY_BYTES: Final = 16 * 1024
SALE_ID: Final = re.compile(r"[0-9]{1,15}-[0-9]{8,10}-[0-9]{1,3}-[0-9]{8}-[0-9]{1,8}", re.ASCII)


class KeyIsNotTheSaleError(Refusal):
    """The Idempotency-Key is missing or is not the id that the body spells out."""

    code: ClassVar[str] = "idempotency-key-is-not-the-sale"
    http_status: ClassVar[int] = 400

    def __init__(self, expected: str) -> None:
        """Name the key that belongs to the body."""
        super().__init__(f"the Idempotency-Key of this body is {expected}")
        self.expected = expected


@dataclass(frozen=True)
class PosRequest:
    """Method, path, headers (names in lower case) and the body's bytes, as they were signed."""

    message: SignedMessage
    takes_query: bool = False

    @classmethod
    def from_event(cls, event: Mapping[str, Any], *, takes_query: bool = False) -> Self:
        """Read an API Gateway proxy event.

        Raises:
            BodyTooLargeError: more than 16 KiB.
            MalformedRequestError: a body that is not what API Gateway hands over.
        """
        text = event.get("body") or ""
        body = _bytes_of(text) if event.get("isBase64Encoded") else text.encode(errors="surrogatepass")
        if len(body) > MAXIMUM_BODY_BYTES:
            raise BodyTooLargeError(MAXIMUM_BODY_BYTES)
        several: Mapping[str, list[str]] = event.get("multiValueHeaders") or {
            name: [value] for name, value in (event.get("headers") or {}).items()
        }
        headers = {name.lower(): ", ".join(values) for name, values in several.items()}
        return cls(
            SignedMessage(event["httpMethod"], event["path"], headers, body, _query(event)), takes_query
        )

    @cached_property
    def signed(self) -> Signed:
        """Who signed it, when and under which nonce; a query is refused where an address takes none.

        Raises:
            SignatureRefusedError: nobody we know, or not this request.
            TerminalBlockedError: the terminal may not speak.
        """
        if self.message.query and not self.takes_query:
            raise SignatureRefusedError("this address takes no query")
        return trust.credentials().verify(self.message)

    def verify(self) -> None:
        """Refuse whoever is nobody, before anything else is looked at; the rest as ``signed``."""
        _ = self.signed

    @property
    def nonce(self) -> Nonce:
        """What makes this request heard once."""
        return Nonce(str(self.signed.key_id), self.signed.nonce)

    def spend_nonce(self) -> None:
        """See to it that this very request is not heard a second time.

        Raises:
            NonceReusedError: it was heard before.
            StoreUnavailableError: nobody can tell.
        """
        if not wiring.claims().spend(self.nonce, wiring.now_ms()):
            raise NonceReusedError

    def words(self) -> bytes:
        """What was said, as JSON, whatever it was wrapped in: verified, then decrypted, then inflated.

        Raises:
            SignatureRefusedError: nobody we know.
            EnvelopeRefusedError: a layer is not what it says.
            BodyTooLargeError: a compressed body holds more than any sale.
            TelegramRefusedError: a POS telegram is none, or belongs to another address.
        """
        signed = self.signed
        if media_type(self.message.headers) == TELEGRAM_TYPE:
            from payment_adapters.http.pos_telegram import words_of  # noqa: PLC0415 -- only tills load it

            return words_of(self.telegram(), signed.terminal, self.message.path)
        return plain_body(self.message.headers, self.message.body, trust.envelope_keys)

    def telegram(self) -> ReadTelegram:
        """The POS telegram that the body is.

        Raises:
            SignatureRefusedError: nobody we know.
            TelegramRefusedError: it is none.
        """
        from payment_adapters.http.pos_telegram import read_telegram  # noqa: PLC0415 -- only tills load it

        return read_telegram(self.message.body, self.signed)

    def require_key(self, expected: str) -> None:
        """Insist that the Idempotency-Key is this one.

        Raises:
            KeyIsNotTheSaleError: it is not.
        """
        if self.message.headers.get("idempotency-key") != expected:
            raise KeyIsNotTheSaleError(expected)


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise MalformedRequestError(Fault(WHOLE_BODY, "base64")) from None


def _query(event: Mapping[str, Any]) -> str:
    """The query as a POS signs it: API Gateway hands it over decoded, so it is encoded again (RFC 3986)."""
    several: Mapping[str, list[str]] = event.get("multiValueQueryStringParameters") or {
        name: [value] for name, value in (event.get("queryStringParameters") or {}).items()
    }
    pairs = [(name, value) for name, values in several.items() for value in values]
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def require_owner(sale_id: SaleId, terminal: Terminal) -> None:
    """Insist that the sale is the signer's own; another's is as absent as none.

    Raises:
        SaleNotFoundError: it is not.
    """
    if (sale_id.merchant, sale_id.terminal, sale_id.terminal_epoch) != (
        terminal.merchant,
        terminal.terminal,
        terminal.terminal_epoch,
    ):
        raise SaleNotFoundError(sale_id)


def own_sale_id(text: str, terminal: Terminal) -> SaleId:
    """Read a sale id that a POS names; one that is none is as absent as another's.

    Raises:
        SaleNotFoundError: not a sale id, or not the signer's.
    """
    try:
        sale_id = SaleId.parse(text if SALE_ID.fullmatch(text) else "")  # a longer one is no key of a table
    except ValueError:
        raise SaleNotFoundError(None) from None
    require_owner(sale_id, terminal)
    return sale_id
