"""A terminal proves who it is with a shared secret or with a key of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from payrelay.client import Connection, Credentials, PosRequest
from payrelay.client.credentials import Signer

SECRET = b"a secret of 32 bytes, or of more"
OWN_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
POST = PosRequest("POST", "/v1/approvals", b"{}", "1001-10010001-1-20261120-42")
INQUIRY = PosRequest("GET", "/v1/approvals?terminal_sequence=20261120-42")
both_keys = pytest.mark.parametrize("key", [SECRET, OWN_KEY], ids=["hmac-sha256", "ed25519"])
both_requests = pytest.mark.parametrize("request_", [POST, INQUIRY], ids=["post", "inquiry"])


class Sent:
    """A request as a server sees it."""

    def __init__(self, request: PosRequest, headers: dict[str, str]) -> None:
        self.method = request.method
        self.url = f"https://relay.example{request.path}"
        self.headers = headers


class Public(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes | Ed25519PrivateKey) -> None:
        self._key = key if isinstance(key, bytes) else key.public_key()

    def resolve_public_key(self, key_id: str) -> bytes | Ed25519PublicKey:
        assert key_id == "1001.10010001.1"
        return self._key


def verify(key: bytes | Ed25519PrivateKey, request: PosRequest, headers: dict[str, str]) -> None:
    algorithm = algorithms.HMAC_SHA256 if isinstance(key, bytes) else algorithms.ED25519
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=Public(key))
    needed = ("@method", "@path", "content-digest", "idempotency-key")
    verifier.verify(
        Sent(request, headers),
        expect_tag="payrelay",
        require_components=needed if request.body else ("@method", "@path", "@query"),
        body=request.body,
    )


@both_keys
@both_requests
def test_either_kind_of_key_signs_what_a_server_verifies(
    key: bytes | Ed25519PrivateKey, request_: PosRequest
) -> None:
    headers = Connection("", Credentials("1001.10010001.1", key)).signed(request_)

    verify(key, request_, headers)
    with pytest.raises(InvalidSignature):
        verify(key, replace(request_, path=request_.path + "0"), headers)


def test_an_api_key_is_sent_where_the_operator_gave_one() -> None:
    with_one = Connection("", Credentials("1001.10010001.1", SECRET, "from the operator"))
    without = Connection("", Credentials("1001.10010001.1", SECRET))

    assert with_one.signed(INQUIRY)["X-Api-Key"] == "from the operator"
    assert "X-Api-Key" not in without.signed(INQUIRY)


@both_keys
def test_credentials_never_show_their_key(key: bytes | Ed25519PrivateKey) -> None:
    assert repr(Credentials("1001.10010001.1", key, "a secret")) == "Credentials(key_id='1001.10010001.1')"


def test_a_signature_covers_the_body_as_it_travels_not_as_it_was_made() -> None:
    sealed = replace(POST, body=b"sealed", headers={"Content-Type": "application/jose"})

    headers = Signer(Credentials("1001.10010001.1", SECRET)).headers(sealed, datetime.now(UTC), "nonce")

    assert headers["Content-Type"] == "application/jose"
    verify(SECRET, sealed, headers)
