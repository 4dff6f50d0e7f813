"""What a terminal asks about itself: its next key, its public keys, whether its software is certified.

Story: docs/flows/gateway.md. Decision: docs/adr/0010.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hmac import compare_digest
from typing import ClassVar, Final

from payment_adapters.aws.metrics import count
from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.jose import EnvelopeKey, sealed
from payment_adapters.http.signatures import Signed
from payment_adapters.terminals.certified import CertifiedSoftware, certified_software
from payment_adapters.terminals.credentials import Credentials
from payment_adapters.terminals.key_ids import FIRST_GENERATION, KeyId
from payment_adapters.terminals.record import DAY_MS, Integrity
from payment_adapters.terminals.words import EcKeyWords, IntegrityWords, KeyWords, OkpKeyWords
from payment_core.approval.model import Answer
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.refusal import Refusal

HTTP_OK: Final = 200
HTTP_MADE: Final = 201


class TerminalIntegrityError(Refusal):
    """The terminal runs something that was not certified; it is noted and a person is called."""

    code: ClassVar[str] = "terminal-integrity-failed"
    http_status: ClassVar[int] = 422

    def __init__(self, terminal: str, reason: str) -> None:
        """Name the terminal and what differs."""
        super().__init__(f"terminal {terminal} failed its integrity check: {reason}")
        self.terminal = terminal
        self.reason = reason


def give_key(signed: Signed, words: KeyWords, credentials: Credentials) -> Answer:
    """Hand out the next derived key, wrapped; or register a public one.

    Raises:
        KeyAlreadyTakenError: as ``TerminalRecord.renewed``.
        TooManyPublicKeysError: as ``TerminalRecord.registered``.
    """
    now_ms = credentials.now_ms()
    match words.public_key:
        case OkpKeyWords() as key:
            name = key.thumbprint()
            record = credentials.change(
                signed.terminal, lambda record: record.registered(name, key.x, now_ms)
            )
            registered = record.public_key(name, now_ms)
            return _told(
                HTTP_MADE,
                key_id=str(KeyId(signed.terminal, thumbprint=name)),
                algorithm="ed25519",
                valid_until=_when(registered.until_ms if registered else now_ms),
            )
        case EcKeyWords() as key:
            record = credentials.change(signed.terminal, lambda record: record.renewed(signed.key_id, now_ms))
            key_id = str(KeyId(signed.terminal, record.generation))
            secret = terminal_key(credentials.masters()[0], key_id)
            return _told(
                HTTP_MADE,
                key_id=key_id,
                algorithm="hmac-sha256",
                key=sealed(_jwk(secret, key_id), key.key(), kid=key.thumbprint(), cty="jwk+json"),
                previous_valid_until=_when(record.previous_until_ms),
            )


def tell_keys(signed: Signed, credentials: Credentials, envelope_keys: tuple[EnvelopeKey, ...]) -> Answer:
    """This terminal's keys, and payrelay's own for encrypted bodies; no secret among them."""
    now_ms = credentials.now_ms()
    record = credentials.fresh_record(signed.terminal)
    derived = [_derived(signed, record.generation, "")]
    if record.generation > FIRST_GENERATION and now_ms < record.previous_until_ms:
        derived.append(_derived(signed, record.generation - 1, _when(record.previous_until_ms)))
    registered = [
        {
            "key_id": str(KeyId(signed.terminal, thumbprint=key.thumbprint)),
            "algorithm": "ed25519",
            "valid_until": _when(key.until_ms),
        }
        for key in record.public_keys
        if key.from_ms <= now_ms < key.until_ms
    ]
    jwks = {"keys": [key.public_jwk() for key in envelope_keys]}
    return _told(HTTP_OK, keys=[*derived, *registered], jwks=jwks)


def check_integrity(signed: Signed, words: IntegrityWords, credentials: Credentials) -> Answer:
    """Compare what a terminal runs with what was certified, and note the outcome either way.

    Raises:
        TerminalIntegrityError: it is not the same.
    """
    now_ms = credentials.now_ms()
    software = certified_software().get((words.model, words.software_version))
    reason = _difference(words, software)
    days = software.check_days if software and not reason else 0
    outcome = Integrity(
        model=words.model,
        software_version=words.software_version,
        passed=not reason,
        at_ms=now_ms,
        due_at_ms=now_ms + days * DAY_MS,
    )
    credentials.change(signed.terminal, lambda record: record.checked(outcome))
    if reason:
        count("TerminalIntegrityFailed")
        raise TerminalIntegrityError(signed.terminal.key_id, reason)
    return _told(HTTP_OK, passed=True, checked_at=_when(now_ms), next_check_due=_when(outcome.due_at_ms))


def _difference(words: IntegrityWords, software: CertifiedSoftware | None) -> str:
    """What differs from the certificate; empty for nothing."""
    if software is None:
        return "this model and version are not certified"
    if not compare_digest(words.software_sha256, software.software_sha256):
        return "the software is not the certified one"
    if software.needs_reader and words.reader_serial is None:
        return "this model needs a card reader with a serial number"
    return ""


def _derived(signed: Signed, generation: int, valid_until: str) -> dict[str, str]:
    key_id = str(KeyId(signed.terminal, generation))
    return {"key_id": key_id, "algorithm": "hmac-sha256", "valid_until": valid_until}


def _jwk(secret: bytes, key_id: str) -> bytes:
    k = b64encode(secret, altchars=b"-_").rstrip(b"=").decode()
    return json.dumps({"kty": "oct", "k": k, "alg": "HS256", "kid": key_id}).encode()


def _when(at_ms: int) -> str:
    """A moment as terminals are told it, in Korean time."""
    return korean_time(at_ms).isoformat()


def _told(http_status: int, **words: object) -> Answer:
    return Answer(http_status, json.dumps(words, ensure_ascii=False))
