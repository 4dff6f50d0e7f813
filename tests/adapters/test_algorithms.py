"""Which algorithm verifies is the key id's affair: a message that hints at another one opens nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    COMPONENTS_WITH_BODY,
    TAG,
    SignatureRefusedError,
    SignedMessage,
    VerificationKey,
    signed_by,
)
from payment_adapters.terminals.key_ids import KeyId
from tests.adapters.test_signatures import MASTER, REQUEST, TERMINAL

REGISTERED = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_BYTES = REGISTERED.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
PUBLIC_PEM = REGISTERED.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
ED25519_ID = str(KeyId(TERMINAL, thumbprint="kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"))


@dataclass(frozen=True)
class AnyKey(HTTPSignatureKeyResolver):
    """Signs with whatever it is given, as a forger would."""

    key: Any

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ANN401, ARG002 -- a key of any kind
        return self.key


def forged(key: Any, algorithm: Any, key_id: str, *, include_alg: bool = True) -> SignedMessage:  # noqa: ANN401 -- a key and an algorithm of any kind
    message = SignedMessage("POST", REQUEST.path, {"idempotency-key": REQUEST.key}, REQUEST.body)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=AnyKey(key)).sign(
        message,
        key_id=key_id,
        created=datetime.now(UTC),
        nonce="n" * 16,
        label="pos",
        tag=TAG,
        covered_component_ids=COMPONENTS_WITH_BODY,
        include_alg=include_alg,
        body=REQUEST.body,
    )
    return replace(message, headers={name.lower(): value for name, value in message.headers.items()})


def keys_of_both_kinds(key_id: KeyId) -> tuple[VerificationKey, ...]:
    return (REGISTERED.public_key(),) if key_id.thumbprint else (terminal_key(MASTER, str(key_id)),)


@pytest.mark.parametrize("include_alg", [True, False])
def test_a_registered_public_key_verifies_its_terminal(*, include_alg: bool) -> None:
    message = forged(REGISTERED, algorithms.ED25519, ED25519_ID, include_alg=include_alg)

    signed = signed_by(message, keys_of_both_kinds)

    assert (signed.terminal, signed.secret) == (TERMINAL, b"")


@pytest.mark.parametrize("key", [PUBLIC_BYTES, PUBLIC_PEM], ids=["raw", "pem"])
@pytest.mark.parametrize("include_alg", [True, False])
def test_a_public_key_used_as_a_shared_secret_opens_nothing(key: bytes, *, include_alg: bool) -> None:
    message = forged(key, algorithms.HMAC_SHA256, ED25519_ID, include_alg=include_alg)

    with pytest.raises(SignatureRefusedError):
        signed_by(message, keys_of_both_kinds)


def test_an_ed25519_signature_under_the_id_of_a_derived_key_opens_nothing() -> None:
    with pytest.raises(SignatureRefusedError):
        signed_by(forged(REGISTERED, algorithms.ED25519, TERMINAL.key_id), keys_of_both_kinds)
