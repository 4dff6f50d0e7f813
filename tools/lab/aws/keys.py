"""Keys and secrets: data keys that only their master and context open, and secrets with their rotation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, Final

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tools.lab.aws.calls import Line, NotProvidedError
from tools.lab.aws.refusals import refused

NONCE_BYTES: Final = 12
IN_ORDER: Final = json.JSONEncoder(sort_keys=True)


class InvalidCiphertextException(ClientError):  # noqa: N818 -- as boto3 names it
    """No box of this key, or of another context."""


class KeyErrors:
    """What ``client.exceptions`` has of KMS."""

    InvalidCiphertextException = InvalidCiphertextException


@dataclass
class Kms:
    """Every key of the account; data keys are numbered, not drawn, so that one seed tells one story."""

    _numbers: count[int] = field(default_factory=count)

    def make(self, key_id: str, context: dict[str, str]) -> dict[str, Any]:
        """A data key, plain and sealed."""
        number = next(self._numbers)
        plain = hashlib.sha256(f"data key {number} of {key_id}".encode()).digest()
        nonce = number.to_bytes(NONCE_BYTES, "big")
        sealed = _master(key_id).encrypt(nonce, plain, _words(context))
        return {
            "KeyId": key_id,
            "Plaintext": plain,
            "CiphertextBlob": b"|".join((key_id.encode(), nonce.hex().encode(), sealed)),
        }

    def open(self, blob: bytes, context: dict[str, str]) -> dict[str, Any]:
        """The data key again.

        Raises:
            InvalidCiphertextException: it was changed, or sealed for another purpose.
        """
        try:
            key_id, nonce, sealed = blob.split(b"|", 2)
            plain = _master(key_id.decode()).decrypt(bytes.fromhex(nonce.decode()), sealed, _words(context))
        except (ValueError, InvalidTag):
            raise refused(
                "InvalidCiphertextException", "Decrypt", "", kind=InvalidCiphertextException
            ) from None
        return {"KeyId": key_id.decode(), "Plaintext": plain, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}


@dataclass(frozen=True)
class KmsClient:
    """What the adapters ask of KMS."""

    line: Line
    kms: Kms
    exceptions: type[KeyErrors] = KeyErrors

    def generate_data_key(
        self,
        *,
        KeyId: str,
        KeySpec: str,
        EncryptionContext: dict[str, str],
    ) -> dict[str, Any]:
        """Make a data key of 32 bytes."""
        if KeySpec != "AES_256":
            raise NotProvidedError(f"data keys of {KeySpec}")
        return self.line.call("GenerateDataKey", KeyId, lambda: self.kms.make(KeyId, EncryptionContext))

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:
        """Open a data key; the blob names the key that sealed it."""
        key_id = CiphertextBlob.partition(b"|")[0].decode(errors="replace")
        return self.line.call("Decrypt", key_id, lambda: self.kms.open(CiphertextBlob, EncryptionContext))


@dataclass
class Secret:
    """One secret: its present value, the one before, and when the present one was made."""

    value: str
    created_at: datetime
    previous: str | None = None

    def rotate(self, value: str, now: datetime) -> None:
        """Put a new value in its place."""
        self.value, self.previous, self.created_at = value, self.value, now


@dataclass(frozen=True)
class SecretsManagerClient:
    """What the adapters ask of Secrets Manager."""

    line: Line
    secrets: dict[str, Secret]

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "AWSCURRENT") -> dict[str, Any]:
        """Read the present value, or the one it replaced."""
        return self.line.call("GetSecretValue", SecretId, lambda: self._read(SecretId, VersionStage))

    def _read(self, secret_id: str, stage: str) -> dict[str, Any]:
        secret = self.secrets.get(secret_id)
        value = secret and (secret.value if stage == "AWSCURRENT" else secret.previous)
        if secret is None or value is None:
            raise refused("ResourceNotFoundException", "GetSecretValue", "Secrets Manager can't find it.")
        return {
            "Name": secret_id,
            "SecretString": value,
            "CreatedDate": secret.created_at,
            "VersionStages": [stage],
        }


@cache
def generated(secret_id: str) -> str:
    """What stands for ``GenerateSecretString``: 64 characters that are the same in every run."""
    return hashlib.sha256(f"secret {secret_id}".encode()).hexdigest()


@cache
def _master(key_id: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"master {key_id}".encode()).digest())


def _words(context: dict[str, str]) -> bytes:
    return IN_ORDER.encode(context).encode()
