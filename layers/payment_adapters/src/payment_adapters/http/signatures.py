"""Signatures: who sends a request, proved over its method, path, body and key (RFC 9421, RFC 9530).

Verified inside the gateway function: an authorizer of API Gateway does not see the body. The key id decides
the algorithm; a message that names another one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import timedelta
from hmac import compare_digest
from typing import Any, ClassVar, Final

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from payment_adapters import outside
from payment_adapters.terminals.key_ids import KeyId, Terminal
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.refusal import Refusal

WINDOW: Final = timedelta(seconds=300)
TAG: Final = "payrelay"
COMPONENTS_WITH_BODY: Final = ("@method", "@path", "content-digest", "idempotency-key")
COMPONENTS_WITHOUT_BODY: Final = ("@method", "@path")
NONCE: Final = re.compile(r"[!-~]{16,128}", re.ASCII)

VerificationKey = bytes | Ed25519PublicKey
Keys = Callable[[KeyId], tuple[VerificationKey, ...]]


class SignatureRefusedError(Refusal):
    """The request is not signed by the terminal it names, or not within the window."""

    code: ClassVar[str] = "signature-refused"
    http_status: ClassVar[int] = 401

    def __init__(self, reason: str) -> None:
        """Say which part of the signature failed, never a key and never what was sent."""
        super().__init__(f"the signature was refused: {reason}")
        self.reason = reason
        self.window_seconds = int(WINDOW.total_seconds())


@dataclass(frozen=True)
class SignedMessage:
    """A request as it was signed.

    Attributes:
        path: Below the API's base address, e.g. ``/v1/approvals``.
        query: Without the question mark; empty for none.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    query: str = ""

    @property
    def url(self) -> str:
        """The library reads path and query out of an address; the host is not signed and stands for any."""
        return f"https://payrelay.invalid{self.path}" + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Signed:
    """What a verified signature says.

    Attributes:
        nonce: 16–128 printable characters; whoever stores it sees to it that it is used once.
        created: When it was signed, seconds since 1970, within the window of now.
        secret: The shared key that verified it; empty where a public key did.
    """

    key_id: KeyId
    nonce: str
    created: int
    secret: bytes = field(default=b"", repr=False)

    @property
    def terminal(self) -> Terminal:
        """Who signed."""
        return self.key_id.terminal


class _HmacSha256(algorithms.HMAC_SHA256):
    """The one place where a secret's result meets what was sent: compared in constant time."""

    def verify(self, signature: bytes, message: bytes) -> None:
        if not compare_digest(self.sign(message), signature):
            raise InvalidSignature("does not match")


@dataclass(frozen=True)
class _OneKey(HTTPSignatureKeyResolver):
    key: VerificationKey

    def resolve_public_key(self, key_id: str) -> VerificationKey:  # noqa: ARG002 -- chosen by the key id before
        return self.key


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = WINDOW  # a POS clock may be off by as much as a request may be old


def signed_by(message: SignedMessage, keys: Keys) -> Signed:
    """Verify the signature and say who made it, when, and under which nonce.

    Args:
        message: The request, its body as received.
        keys: The keys that a key id may stand for now, none for an unknown one; more than one while a
            secret is being rotated.

    Raises:
        SignatureRefusedError: absent, malformed, too old, too new, or not of this content.
    """
    covered, said = _only_signature(message)
    _require_components(message, covered)
    key_id = _key_id(said)
    created, nonce = _created(said), _nonce(said)
    if said.get("tag") != TAG:
        raise SignatureRefusedError(f"its tag is not {TAG}")
    candidates = keys(key_id)
    if not candidates:
        raise SignatureRefusedError("there is no such key")
    for key in candidates:
        if _holds(message, key):
            secret = key if isinstance(key, bytes) else b""
            return Signed(key_id, nonce, created, secret)
    raise SignatureRefusedError("it does not fit this request and this key")


def _only_signature(message: SignedMessage) -> tuple[set[str], Mapping[str, Any]]:
    """The components and parameters of the one signature; what they are worth is not known yet."""
    words = message.headers.get("signature-input", "")
    if not words or "signature" not in message.headers:
        raise SignatureRefusedError("there is none")
    try:
        members: dict[str, Any] = dict(http_sf.parse(words.encode(), tltype="dictionary"))  # type: ignore[arg-type, unused-ignore]  # a dictionary was asked for
    except (ValueError, RecursionError):
        raise SignatureRefusedError("Signature-Input is malformed") from None
    if len(members) != 1:
        raise SignatureRefusedError("one request has one signature")
    (member,) = members.values()
    if not (isinstance(member, tuple) and isinstance(member[0], list)):
        raise SignatureRefusedError("Signature-Input is malformed")
    covered, parameters = member
    plain = {name for name, parameters_of_it in covered if isinstance(name, str) and not parameters_of_it}
    return plain, parameters


def _require_components(message: SignedMessage, covered: set[str]) -> None:
    required = COMPONENTS_WITH_BODY if message.body else COMPONENTS_WITHOUT_BODY
    for component in (*required, *(("@query",) if message.query else ())):
        if component not in covered:
            raise SignatureRefusedError(f"it does not cover {component}")


def _key_id(said: Mapping[str, Any]) -> KeyId:
    try:
        return KeyId.parse(said.get("keyid", ""))
    except (ValueError, TypeError):
        raise SignatureRefusedError(
            "keyid is not merchant.terminal.epoch, alone or with one of its keys"
        ) from None


def _created(said: Mapping[str, Any]) -> int:
    created = said.get("created")
    if type(created) is not int:
        raise SignatureRefusedError("created is missing")
    if abs(outside.now_ms() // 1_000 - created) > WINDOW.total_seconds():
        raise SignatureRefusedError("created is more than 300 s from now")
    return created


def _nonce(said: Mapping[str, Any]) -> str:
    nonce = said.get("nonce")
    if type(nonce) is not str or not NONCE.fullmatch(nonce):
        raise SignatureRefusedError("nonce is not 16 to 128 printable characters")
    return nonce


def _holds(message: SignedMessage, key: VerificationKey) -> bool:
    """Whether the signature is this key's; bytes are an hmac key and nothing else ever is."""
    algorithm = _HmacSha256 if isinstance(key, bytes) else algorithms.ED25519
    verifier = _Verifier(signature_algorithm=algorithm, key_resolver=_OneKey(key))
    try:
        verifier.verify(
            message,
            max_age=timedelta(0),  # the window's other half: nothing is older than the skew allows
            expect_tag=TAG,
            body=message.body,
        )
    except HTTPMessageSignaturesException:
        return False
    return True
