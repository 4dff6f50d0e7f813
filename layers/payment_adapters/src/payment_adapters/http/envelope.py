"""The envelope: what a verified body turns into before anything reads its words.

Compressed, then encrypted, then signed by the POS; so verified, then decrypted, then inflated here
(docs/adr/0011). What comes out is JSON in plain bytes, whatever went in:

| as it came                                     | what is done                                            |
|------------------------------------------------|---------------------------------------------------------|
| ``Content-Encoding: gzip``                     | inflated, bounded                                       |
| ``Content-Type: application/jose``             | a compact JWE is opened; ``cty: gzip`` is then inflated |
| ``"card": {"jwe": "…"}`` in the JSON           | the card alone is opened                                |
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from payment_core.kernel.refusal import Refusal

if TYPE_CHECKING:
    from payment_adapters.http.jose import EnvelopeKey, JweOpened

JOSE_TYPE: Final = "application/jose"
TELEGRAM_TYPE: Final = "application/vnd.payrelay.telegram"
GZIP_WINDOW_BITS: Final = 31  # gzip's header and checksum, no other format
MAXIMUM_INFLATED_BYTES: Final = 64 * 1024
MAXIMUM_RATIO: Final = 20
NAMES_A_CARD_JWE: Final = b'"jwe"'  # a name may be spelt with escapes as well; such a body is malformed

Keys = Callable[[], tuple["EnvelopeKey", ...]]


class EnvelopeRefusedError(Refusal):
    """A layer of the envelope is not what its header says; nothing inside was read."""

    code: ClassVar[str] = "envelope-refused"
    http_status: ClassVar[int] = 400

    def __init__(self, layer: str, reason: str) -> None:
        """Name the layer (``gzip``, ``jwe``, ``card``) and the rule it broke."""
        super().__init__(f"the {layer} layer was refused: {reason}")
        self.layer = layer
        self.reason = reason


class BodyTooLargeError(Refusal):
    """The body is larger than any request, as it came or inflated; it was read up to the limit."""

    code: ClassVar[str] = "body-too-large"
    http_status: ClassVar[int] = 413

    def __init__(self, limit: int) -> None:
        """Name the limit, in bytes."""
        super().__init__(f"at most {limit:,} bytes are read")
        self.limit = limit


def plain_body(headers: Mapping[str, str], body: bytes, keys: Keys) -> bytes:
    """Open every layer of a verified body.

    Args:
        headers: Names in lower case.
        body: As it was received and signed.
        keys: payrelay's private keys, the present one first; read only if something is encrypted.

    Raises:
        EnvelopeRefusedError: a layer is not what it says.
        BodyTooLargeError: more than 64 KiB, or more than 20 times its size.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise EnvelopeRefusedError("gzip", "Content-Encoding is gzip or nothing")
    if media_type(headers) == JOSE_TYPE:
        if encoding == "gzip":
            raise EnvelopeRefusedError("gzip", "compress before encrypting: cty says gzip inside the JWE")
        body = _decrypted(body, keys)
    elif encoding == "gzip":
        body = inflated(body)
    return _with_plain_card(body, keys) if NAMES_A_CARD_JWE in body else body


def media_type(headers: Mapping[str, str]) -> str:
    """The Content-Type without its parameters, in lower case."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def inflated(body: bytes) -> bytes:
    """Inflate one gzip member that is the whole body.

    Raises:
        EnvelopeRefusedError: not gzip, cut off, damaged, or followed by something.
        BodyTooLargeError: more than 64 KiB, or more than 20 times its size.
    """
    limit = min(MAXIMUM_INFLATED_BYTES, MAXIMUM_RATIO * len(body))
    inflater = zlib.decompressobj(GZIP_WINDOW_BITS)
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error:
        raise EnvelopeRefusedError("gzip", "not gzip, or damaged") from None
    if len(plain) > limit:
        raise BodyTooLargeError(limit)
    if not inflater.eof:
        raise EnvelopeRefusedError("gzip", "cut off before its end")
    if inflater.unused_data:
        raise EnvelopeRefusedError("gzip", "something follows its end")
    return plain


def _decrypted(body: bytes, keys: Keys) -> bytes:
    found = _opened("jwe", body.decode("ascii", "replace").strip(), keys)
    match found.cty:
        case "" | "json" | "application/json":
            return found.content
        case "gzip" | "application/gzip":
            return inflated(found.content)
        case _:
            raise EnvelopeRefusedError("jwe", "cty is json or gzip")


def _with_plain_card(body: bytes, keys: Keys) -> bytes:
    """The same words with the card opened; a body that is no JSON is left to whoever reads the words."""
    try:
        words: Any = json.loads(body)
    except (ValueError, RecursionError):
        return body
    match words:
        case {"card": {"jwe": str(token), **more}} if not more:
            return json.dumps({**words, "card": _card(_opened("card", token, keys).content)}).encode()
        case _:
            return body


def _card(content: bytes) -> dict[str, Any]:
    try:
        card = json.loads(content)
    except (ValueError, RecursionError):
        raise EnvelopeRefusedError("card", "there is no JSON in it") from None
    if not isinstance(card, dict):
        raise EnvelopeRefusedError("card", "there is no card in it")
    return card


def _opened(layer: str, token: str, keys: Keys) -> JweOpened:
    from payment_adapters.http.jose import JweRefusedError, opened  # noqa: PLC0415 -- encrypted requests load it

    try:
        return opened(token, keys())
    except JweRefusedError as refused:
        raise EnvelopeRefusedError(layer, refused.reason) from None
