"""Keys of terminals, envelopes and card tokens: secrets, read once per sandbox and kept five minutes.

A terminal's key is derived from the master secret and its key id, so a million terminals need no lookup
(docs/adr/0005). A secret that was rotated is accepted beside its successor for a while (docs/adr/0010).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.aws.keys_unavailable import KeysUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECRET_LIFE_MS = 300_000
OVERLAP_MS = 30 * 86_400_000  # a terminal that is switched off for a month is served a new epoch by a person
NO_SUCH_VERSION = "ResourceNotFoundException"


class SecretReader:
    """One secret of Secrets Manager, kept in memory for five minutes."""

    def __init__(self, client: SecretsManagerClient, secret_id: str, now_ms: Callable[[], int]) -> None:
        """Take the secret's name or ARN."""
        self._client = client
        self._secret_id = secret_id
        self._now_ms = now_ms
        self._value = b""
        self._until_ms = 0
        self._previous: bytes | None = None
        self._previous_until_ms = 0
        self._previous_known_until_ms = 0

    def value(self) -> bytes:
        """The secret's bytes.

        Raises:
            KeysUnavailableError: Secrets Manager gave no answer.
        """
        if self._now_ms() >= self._until_ms:
            try:
                read = self._client.get_secret_value(SecretId=self._secret_id)
            except (ClientError, BotoCoreError) as error:
                raise KeysUnavailableError("Secrets Manager") from error
            self._value = read["SecretString"].encode()
            self._until_ms = self._now_ms() + SECRET_LIFE_MS
            self._previous_until_ms = int(read["CreatedDate"].timestamp()) * 1_000 + OVERLAP_MS
        return self._value

    def values(self) -> tuple[bytes, ...]:
        """The secret's bytes and, for thirty days after a rotation, those it replaced; the present first.

        Raises:
            KeysUnavailableError: Secrets Manager gave no answer.
        """
        present = self.value()
        if self._now_ms() >= self._previous_known_until_ms:
            self._previous = self._read_previous()
            self._previous_known_until_ms = self._now_ms() + SECRET_LIFE_MS
        replaced = self._previous
        if replaced is None or replaced == present or self._now_ms() >= self._previous_until_ms:
            return (present,)
        return (present, replaced)

    def _read_previous(self) -> bytes | None:
        try:
            read = self._client.get_secret_value(SecretId=self._secret_id, VersionStage="AWSPREVIOUS")
        except ClientError as error:
            if error.response["Error"]["Code"] == NO_SUCH_VERSION:
                return None
            raise KeysUnavailableError("Secrets Manager") from error
        except BotoCoreError as error:
            raise KeysUnavailableError("Secrets Manager") from error
        return read["SecretString"].encode()


def terminal_key(master: bytes, key_id: str) -> bytes:
    """The 32-byte signing key of one terminal; ``key_id`` is ``merchant.terminal.epoch[.generation]``."""
    return hmac.new(master, f"terminal-key|{key_id}".encode(), hashlib.sha256).digest()


def keyed_digest(key: bytes, purpose: str, text: str) -> str:
    """A keyed SHA-256 in hex: tokens and fingerprints that nobody without the key can guess back."""
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()
