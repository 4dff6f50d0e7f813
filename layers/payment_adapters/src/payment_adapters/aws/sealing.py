"""Sealing: a card travels from the gateway to the sender only inside a box that the sender's role can open.

AES-256-GCM with the sale id as additional data, under a data key of KMS that lives five minutes or a
thousand sales. The box travels in the synchronous Express execution, whose execution data is not logged.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from payment_adapters import outside
from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_core.approval.model import SaleId
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.instrument import Instrument, Presented

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

KEY_LIFE_MS = 300_000
KEY_USES = 1_000
NONCE_BYTES = 12
CONTEXT = {"purpose": "card"}


class SealedCard(TypedDict):
    """The box as it travels: all parts base64."""

    key: str
    nonce: str
    box: str


class SealBrokenError(Exception):
    """The box was not sealed for this sale, or was changed on its way."""

    def __init__(self, sale_id: SaleId) -> None:
        """Name the sale the box was opened for."""
        super().__init__(f"the card box does not belong to sale {sale_id}")
        self.sale_id = sale_id


@dataclass
class _DataKey:
    plain: bytes
    sealed: bytes
    until_ms: int
    uses: int = 0


class CardSealer:
    """Seals cards; holds one data key of this sandbox in memory."""

    def __init__(self, client: KMSClient, key_id: str, now_ms: Callable[[], int]) -> None:
        """Take the KMS key that wraps the data keys."""
        self._client = client
        self._key_id = key_id
        self._now_ms = now_ms
        self._data_key: _DataKey | None = None

    def seal(self, sale_id: SaleId, presented: Presented) -> SealedCard:
        """Put a card, or what stands for one, into a box for one sale.

        Raises:
            KeysUnavailableError: KMS gave no answer.
        """
        data_key = self._fresh_key()
        nonce = outside.fresh_bytes(NONCE_BYTES)
        words = json.dumps(vars(presented)).encode()
        box = AESGCM(data_key.plain).encrypt(nonce, words, str(sale_id).encode())
        data_key.uses += 1
        return {
            "key": b64encode(data_key.sealed).decode(),
            "nonce": b64encode(nonce).decode(),
            "box": b64encode(box).decode(),
        }

    def _fresh_key(self) -> _DataKey:
        known = self._data_key
        if known is not None and known.until_ms > self._now_ms() and known.uses < KEY_USES:
            return known
        try:
            made = self._client.generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=CONTEXT
            )
        except (ClientError, BotoCoreError) as error:
            raise KeysUnavailableError("KMS") from error
        self._data_key = _DataKey(made["Plaintext"], made["CiphertextBlob"], self._now_ms() + KEY_LIFE_MS)
        return self._data_key


class CardOpener:
    """Opens cards; remembers the data key it saw last, for as long as the sealer may use it."""

    def __init__(self, client: KMSClient, now_ms: Callable[[], int]) -> None:
        """Take the client whose role may decrypt."""
        self._client = client
        self._now_ms = now_ms
        self._known: dict[str, _DataKey] = {}

    def open(self, sale_id: SaleId, sealed: SealedCard) -> Presented:
        """Take out of its box what was presented; only a card has an expiry.

        Raises:
            SealBrokenError: another sale's box, or a changed one.
        """
        try:
            plain_key = self._plain_key(sealed["key"])
            words = AESGCM(plain_key).decrypt(
                b64decode(sealed["nonce"]), b64decode(sealed["box"]), str(sale_id).encode()
            )
        except (InvalidTag, ValueError, self._client.exceptions.InvalidCiphertextException):
            raise SealBrokenError(sale_id) from None  # ValueError: not base64, or of another length
        opened = json.loads(words)
        made: type[Card | Instrument] = Card if "expiry" in opened else Instrument
        return made(**{**opened, "entry": opened["entry"] and Entry(opened["entry"])})

    def _plain_key(self, sealed_key: str) -> bytes:
        known = self._known.get(sealed_key)
        if known is None or known.until_ms <= self._now_ms():
            made = self._client.decrypt(CiphertextBlob=b64decode(sealed_key), EncryptionContext=CONTEXT)
            self._known = {name: one for name, one in self._known.items() if one.until_ms > self._now_ms()}
            known = _DataKey(made["Plaintext"], b"", self._now_ms() + KEY_LIFE_MS)
            self._known[sealed_key] = known
        return known.plain
