"""Who a terminal is, and what it proves that with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payrelay.client.exchange import PosRequest

LABEL: Final = "pos"
TAG: Final = "payrelay"


@dataclass(frozen=True)
class Terminal:
    """One POS terminal of one merchant; replacing it raises its epoch, and its numbers start anew."""

    merchant: str
    terminal: str
    terminal_epoch: int


@dataclass(frozen=True)
class Credentials:
    """What payrelay gave the terminal; the kind of the key says the algorithm.

    Attributes:
        key: A shared secret's bytes (hmac-sha256), or the terminal's own private key (ed25519).
        api_key: Sent as ``X-Api-Key`` where the operator asks for one.
    """

    key_id: str
    key: bytes | Ed25519PrivateKey = field(repr=False)
    api_key: str = field(default="", repr=False)


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes | Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> bytes | Ed25519PrivateKey:  # noqa: ARG002 -- there is one
        return self._key


@dataclass
class _Message:
    """A request as the library wants it; the host is not signed and stands for any."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def url(self) -> str:
        return f"https://payrelay.invalid{self.path}"


class Signer:
    """Signs requests by RFC 9421, and their bodies by RFC 9530."""

    def __init__(self, credentials: Credentials) -> None:
        """Take the terminal's credentials."""
        self._credentials = credentials
        algorithm = algorithms.HMAC_SHA256 if isinstance(credentials.key, bytes) else algorithms.ED25519
        self._signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=_OneKey(credentials.key))

    def headers(self, request: PosRequest, created: datetime, nonce: str) -> dict[str, str]:
        """Every header of the request; method, path, query, body and key are covered by the signature."""
        headers = dict(request.headers)
        covered = ["@method", "@path"]
        if "?" in request.path:
            covered.append("@query")
        if request.body:
            headers = {"Idempotency-Key": request.key, "Content-Type": "application/json"} | headers
            covered += ["content-digest", "idempotency-key"]
        if self._credentials.api_key:
            headers["X-Api-Key"] = self._credentials.api_key
        self._signer.sign(
            _Message(request.method, request.path, headers),
            key_id=self._credentials.key_id,
            created=created,
            nonce=nonce,
            tag=TAG,
            label=LABEL,
            covered_component_ids=covered,
            body=request.body or None,
        )
        return headers
