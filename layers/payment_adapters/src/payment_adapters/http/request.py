"""A POS request as it came through API Gateway: bounded, signed, and about the signer's own sales."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from payment_adapters import wiring
from payment_adapters.http.faults import WHOLE_BODY, Fault, MalformedRequestError
from payment_adapters.http.signatures import Signed, SignedMessage, Terminal, signer_of
from payment_core.approval.model import SaleId
from payment_core.approval.refusals import NonceReusedError, SaleNotFoundError
from payment_core.kernel.refusal import Refusal

MAXIMUM_BODY_BYTES: Final = 16 * 1024
SALE_ID: Final = re.compile(r"[0-9]{1,15}-[0-9]{8,10}-[0-9]{1,3}-[0-9]{8}-[0-9]{1,8}", re.ASCII)


class BodyTooLargeError(Refusal):
    """The body is larger than any sale."""

    code: ClassVar[str] = "body-too-large"
    http_status: ClassVar[int] = 413

    def __init__(self, size: int) -> None:
        """Name the size and the limit, in bytes."""
        super().__init__(f"the body has {size:,} bytes, at most {MAXIMUM_BODY_BYTES:,} are read")
        self.size = size
        self.limit = MAXIMUM_BODY_BYTES


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

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Read an API Gateway proxy event.

        Raises:
            BodyTooLargeError: more than 16 KiB.
            MalformedRequestError: a body that is not what API Gateway hands over.
        """
        text = event.get("body") or ""
        body = _bytes_of(text) if event.get("isBase64Encoded") else text.encode(errors="surrogatepass")
        if len(body) > MAXIMUM_BODY_BYTES:
            raise BodyTooLargeError(len(body))
        several: Mapping[str, list[str]] = event.get("multiValueHeaders") or {
            name: [value] for name, value in (event.get("headers") or {}).items()
        }
        headers = {name.lower(): ", ".join(values) for name, values in several.items()}
        return cls(SignedMessage(event["httpMethod"], event["path"], headers, body))

    def signed(self) -> Signed:
        """Who signed it, for a call that spends the nonce itself, together with what it claims.

        Raises:
            SignatureRefusedError: nobody we know.
        """
        return signer_of(self.message, wiring.terminal_master().value)

    def signer(self) -> Terminal:
        """Who signed it, its nonce spent: this very request is not heard a second time.

        Raises:
            SignatureRefusedError: nobody we know.
            NonceReusedError: it was heard before.
        """
        signed = self.signed()
        if not wiring.claims().spend(signed.nonce, wiring.now_ms()):
            raise NonceReusedError
        return signed.terminal

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


def require_owner(sale_id: SaleId, terminal: Terminal) -> None:
    """Insist that the sale is the signer's own; another's is as absent as none.

    Raises:
        SaleNotFoundError: it is not. It repeats nothing: fifteen digits in ``merchant`` may be a card number.
    """
    if (sale_id.merchant, sale_id.terminal, sale_id.terminal_epoch) != (
        terminal.merchant,
        terminal.terminal,
        terminal.terminal_epoch,
    ):
        raise SaleNotFoundError(None)


def sale_id_in_path(text: str, terminal: Terminal) -> SaleId:
    """Read a sale id out of an address; one that is none is as absent as another's.

    Raises:
        SaleNotFoundError: not a sale id, or not the signer's.
    """
    try:
        sale_id = SaleId.parse(text if SALE_ID.fullmatch(text) else "")  # a longer one is no key of a table
    except ValueError:
        raise SaleNotFoundError(None) from None
    require_owner(sale_id, terminal)
    return sale_id
