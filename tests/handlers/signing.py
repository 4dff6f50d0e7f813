"""Signs any request as a terminal would, with any of its keys, and wraps it as API Gateway does."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    COMPONENTS_WITH_BODY,
    COMPONENTS_WITHOUT_BODY,
    TAG,
    SignedMessage,
)
from tests.handlers.world import MASTER

FIRST_KEY_ID = "1001.10010001.1"


@dataclass(frozen=True)
class _Key(HTTPSignatureKeyResolver):
    key: bytes | Ed25519PrivateKey

    def resolve_private_key(self, key_id: str) -> bytes | Ed25519PrivateKey:  # noqa: ARG002 -- the one it was given
        return self.key


@dataclass(frozen=True)
class SignedRequest:
    """One request; words are sent as JSON, bytes as they are."""

    path: str
    said: dict[str, Any] | bytes = b""
    method: str = "POST"
    key_id: str = FIRST_KEY_ID
    key: bytes | Ed25519PrivateKey = field(
        default=terminal_key(MASTER.encode(), FIRST_KEY_ID),
        repr=False,
    )
    idempotency_key: str = "any"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """What travels."""
        return self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()

    def event(self) -> dict[str, Any]:
        """As API Gateway hands it to the gateway, its body as bytes."""
        headers = {"Content-Type": "application/json", **self.headers} if self.body else {}
        headers |= {"Idempotency-Key": self.idempotency_key} if self.body else {}
        is_shared = isinstance(self.key, bytes)
        HTTPMessageSigner(
            signature_algorithm=algorithms.HMAC_SHA256 if is_shared else algorithms.ED25519,
            key_resolver=_Key(self.key),
        ).sign(
            SignedMessage(self.method, self.path, headers, self.body),
            key_id=self.key_id,
            created=datetime.now(UTC),
            nonce=secrets.token_urlsafe(16),
            tag=TAG,
            label="pos",
            covered_component_ids=COMPONENTS_WITH_BODY if self.body else COMPONENTS_WITHOUT_BODY,
            body=self.body or None,
        )
        return {
            "httpMethod": self.method,
            "path": self.path,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": None,
            "requestContext": {"stage": "live"},
            "body": base64.b64encode(self.body).decode(),
            "isBase64Encoded": True,
        }
