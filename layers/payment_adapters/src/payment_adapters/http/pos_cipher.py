"""The cipher of the POS telegram: AES-256-GCM under keys drawn from the terminal's own signing key.

    body on the wire = nonce (12 bytes) + ciphertext + tag (16 bytes)
    additional data  = the header as it travels, without its length (bytes 4 to 59)

Requests and answers have keys of their own, so neither can be passed off as the other (docs/adr/0012).
"""

from __future__ import annotations

from dataclasses import field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from payment_adapters import outside
from payment_core.kernel.frozen import dataclass
from telegram_codec.errors import DecodeError
from telegram_codec.specs import pos

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
LENGTH_BYTES: Final = 4
HEADER_BYTES: Final = 60
COMPRESSED, ENCIPHERED = 12, 13


@dataclass(frozen=True)
class PosCipher:
    """Both directions of one terminal's telegrams."""

    request_key: bytes = field(repr=False)
    answer_key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> PosCipher:
        """The cipher of one signing key."""
        return cls(_derived(secret, b"request"), _derived(secret, b"answer"))

    def decipher(self, header: bytes) -> pos.Cipher:
        """What undoes the body of a request behind this header; DecodeError for anything else."""

        def plain(body: bytes) -> bytes:
            nonce, box = body[:NONCE_BYTES], body[NONCE_BYTES:]
            try:
                return AESGCM(self.request_key).decrypt(nonce, box, header[LENGTH_BYTES:HEADER_BYTES])
            except (InvalidTag, ValueError):
                rule = "a body enciphered with the signer's key for this header"
                raise DecodeError.at("pos", "", HEADER_BYTES, body, rule) from None

        return plain

    def pack(self, telegram: pos.Request | pos.Answer, *, compress: bool = False) -> bytes:
        """The frame of a telegram, enciphered for its direction."""
        key = self.request_key if isinstance(telegram, pos.Request) else self.answer_key
        header = bytearray(telegram.encode()[LENGTH_BYTES:HEADER_BYTES])
        header[ENCIPHERED - LENGTH_BYTES] = ord("Y")
        if compress:
            header[COMPRESSED - LENGTH_BYTES] = ord("Y")

        def enciphered(body: bytes) -> bytes:
            nonce = outside.fresh_bytes(NONCE_BYTES)
            return nonce + AESGCM(key).encrypt(nonce, body, bytes(header))

        return pos.pack(telegram, compress=compress, encipher=enciphered)


def _derived(secret: bytes, direction: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"payrelay pos telegram " + direction).derive(
        secret
    )
