"""Signatures: who sends a request, proved over its method, path, body and key (RFC 9421, RFC 9530).

Verified inside the gateway function: an authorizer of API Gateway does not see the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

from payment_adapters.aws.secrets import terminal_key
from payment_core.approval.ports import Nonce
from payment_core.kernel.refusal import Refusal

WINDOW: Final = timedelta(seconds=300)
TAG: Final = "payrelay"
COMPONENTS_WITH_BODY: Final = ("@method", "@path", "content-digest", "idempotency-key")
COMPONENTS_WITHOUT_BODY: Final = ("@method", "@path")
OWN_WORDS: Final = re.compile(r"[A-Za-z ,.'-]+\Z")


class SignatureRefusedError(Refusal):
    """The request is not signed by the terminal it names, or not within the window."""

    code: ClassVar[str] = "signature-refused"
    http_status: ClassVar[int] = 401

    def __init__(self, reason: str) -> None:
        """Say which part of the signature failed, never a key."""
        super().__init__(f"the signature was refused: {reason}")
        self.reason = reason
        self.window_seconds = int(WINDOW.total_seconds())


@dataclass(frozen=True)
class Terminal:
    """Who signed: one POS terminal of one merchant, in its present epoch."""

    merchant: str
    terminal: str
    terminal_epoch: int

    @property
    def key_id(self) -> str:
        """``1001.10010001.1``."""
        return f"{self.merchant}.{self.terminal}.{self.terminal_epoch}"

    @classmethod
    def parse(cls, key_id: str) -> Terminal:
        """Read a key id.

        Raises:
            SignatureRefusedError: it is not of this form.
        """
        parts = key_id.split(".")
        if len(parts) != 3 or not parts[2].isascii() or not parts[2].isdigit():  # noqa: PLR2004 -- the form above
            raise SignatureRefusedError("keyid is not merchant.terminal.epoch")
        return cls(parts[0], parts[1], int(parts[2]))


@dataclass(frozen=True)
class SignedMessage:
    """A request as it was signed.

    Attributes:
        path: Below the API's base address, e.g. ``/v1/approvals``.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def url(self) -> str:
        """The library reads the path out of an address; the host is not signed and stands for any."""
        return f"https://payrelay.invalid{self.path}"


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, master: Callable[[], bytes]) -> None:
        self._master = master

    def resolve_public_key(self, key_id: str) -> bytes:
        return terminal_key(self._master(), key_id)


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = WINDOW  # a POS clock may be off by as much as a request may be old


def _without_strangers_words(reason: str) -> str:
    """Keep a reason of the library that is only its own words; what it quotes may be a card number."""
    return reason if OWN_WORDS.match(reason) else "it cannot be read, or does not hold for this request"


@dataclass(frozen=True)
class Signed:
    """A signature that holds: whose it is, and the number that makes it good for one request."""

    terminal: Terminal
    nonce: Nonce


def signer_of(message: SignedMessage, master: Callable[[], bytes]) -> Signed:
    """Verify the signature and name the terminal that made it.

    Args:
        message: The request, its body as received.
        master: Reads the master secret of the terminal keys.

    Raises:
        SignatureRefusedError: absent, malformed, too old, too new, or not of this content.
    """
    verifier = _Verifier(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=_Keys(master))
    components = COMPONENTS_WITH_BODY if message.body else COMPONENTS_WITHOUT_BODY
    try:
        results = verifier.verify(
            message,
            max_age=timedelta(0),  # the window's other half: nothing is older than the skew allows
            expect_tag=TAG,
            require_components=components,
            body=message.body,
        )
    except HTTPMessageSignaturesException as error:
        raise SignatureRefusedError(_without_strangers_words(str(error))) from None
    if len(results) != 1:
        raise SignatureRefusedError("one request has one signer")
    key_id, nonce = (str(results[0].parameters.get(name, "")) for name in ("keyid", "nonce"))
    if not nonce:
        raise SignatureRefusedError("it carries no nonce")
    return Signed(Terminal.parse(key_id), Nonce(key_id, nonce))
