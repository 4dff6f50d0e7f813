"""The record of a terminal: what is known of its keys and its software beyond what can be derived.

No record is a record too: generation 1 alone, not blocked, never checked. Decision: docs/adr/0010.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, ClassVar, Final, Self

from payment_adapters.terminals.key_ids import FIRST_GENERATION, KeyId
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.refusal import Refusal

DAY_MS: Final = 86_400_000
OVERLAP_MS: Final = DAY_MS
PUBLIC_KEY_LIFE_MS: Final = 365 * DAY_MS
MAXIMUM_PUBLIC_KEYS: Final = 3
MAXIMUM_GENERATION: Final = 9_999


class TerminalBlockedError(Refusal):
    """The terminal was blocked by a person; nothing it asks for is done."""

    code: ClassVar[str] = "terminal-blocked"
    http_status: ClassVar[int] = 403

    def __init__(self, terminal: str) -> None:
        """Name the terminal."""
        super().__init__(f"terminal {terminal} is blocked; call the acquirer")
        self.terminal = terminal


class KeyAlreadyTakenError(Refusal):
    """The newest key is in use already: only its holder may ask for another."""

    code: ClassVar[str] = "terminal-key-already-taken"
    http_status: ClassVar[int] = 409

    def __init__(self, key_id: str) -> None:
        """Name the key that the request must be signed with."""
        super().__init__(f"key {key_id} is in use already; sign with it, or have the terminal replaced")
        self.key_id = key_id


class TooManyPublicKeysError(Refusal):
    """The terminal has as many registered public keys as it may have."""

    code: ClassVar[str] = "terminal-keys-full"
    http_status: ClassVar[int] = 409

    def __init__(self, until_ms: int) -> None:
        """Say when the oldest one ends, in milliseconds since 1970."""
        super().__init__(f"{MAXIMUM_PUBLIC_KEYS} public keys are registered; one ends at {until_ms} ms")
        self.until_ms = until_ms


@dataclass(frozen=True)
class PublicKey:
    """One registered Ed25519 key.

    Attributes:
        x: The key's 32 bytes, base64url as in its JWK.
        from_ms: Valid from, milliseconds since 1970; likewise ``until_ms``.
    """

    thumbprint: str
    x: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Integrity:
    """What came of the last integrity check."""

    model: str
    software_version: str
    passed: bool
    at_ms: int
    due_at_ms: int


@dataclass(frozen=True)
class TerminalRecord:
    """One terminal in one epoch.

    Attributes:
        version: Of the stored item; 0 while none is stored.
        generation: Of the newest derived key.
        previous_until_ms: Until when the generation before it is valid.
        first_used_at_ms: When the newest key was first seen in use; 0 while it was not.
    """

    version: int = 0
    generation: int = FIRST_GENERATION
    previous_until_ms: int = 0
    first_used_at_ms: int = 0
    public_keys: tuple[PublicKey, ...] = field(default=())
    blocked: bool = False
    integrity: Integrity | None = None

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read a stored item."""
        integrity = plain.get("integrity")
        return cls(
            version=plain.get("version", 0),
            generation=plain.get("generation", FIRST_GENERATION),
            previous_until_ms=plain.get("previous_until_ms", 0),
            first_used_at_ms=plain.get("first_used_at_ms", 0),
            public_keys=tuple(PublicKey(**key) for key in plain.get("public_keys", ())),
            blocked=plain.get("blocked", False),
            integrity=Integrity(**integrity) if integrity else None,
        )

    def is_valid(self, key_id: KeyId, now_ms: int) -> bool:
        """Whether a key of this terminal may sign now."""
        if key_id.thumbprint:
            return self.public_key(key_id.thumbprint, now_ms) is not None
        is_previous = key_id.generation == self.generation - 1 and now_ms < self.previous_until_ms
        return key_id.generation == self.generation or is_previous

    def public_key(self, thumbprint: str, now_ms: int) -> PublicKey | None:
        """A registered key that is valid now."""
        return next((key for key in self._valid_keys(now_ms) if key.thumbprint == thumbprint), None)

    def is_first_use(self, key_id: KeyId) -> bool:
        """Whether the newest key is seen in use for the first time."""
        is_newest = not key_id.thumbprint and key_id.generation == self.generation
        return is_newest and self.generation > FIRST_GENERATION and not self.first_used_at_ms

    def used(self, now_ms: int) -> TerminalRecord:
        """The newest key is in use: it is not handed out again."""
        return replace(self, first_used_at_ms=now_ms)

    def renewed(self, signer: KeyId, now_ms: int) -> TerminalRecord:
        """Give the terminal its next key, or the newest once more while nobody has used that.

        Whoever signs with the newest key has it and asks for another. Whoever signs otherwise, while the
        newest was never used, lost the answer that carried it.

        Raises:
            KeyAlreadyTakenError: the newest is in use, and the request is signed with the one before it.
        """
        newest = KeyId(signer.terminal, self.generation)
        if signer != newest and self.generation > FIRST_GENERATION and not self.first_used_at_ms:
            return self
        if signer != newest and not signer.thumbprint:
            raise KeyAlreadyTakenError(str(newest))
        if self.generation >= MAXIMUM_GENERATION:
            raise KeyAlreadyTakenError(str(newest))
        return replace(
            self,
            generation=self.generation + 1,
            previous_until_ms=now_ms + OVERLAP_MS,
            first_used_at_ms=0,
        )

    def registered(self, thumbprint: str, x: str, now_ms: int) -> TerminalRecord:
        """Add a public key; one that is registered already stays as it is.

        Raises:
            TooManyPublicKeysError: as many as allowed are valid.
        """
        valid = self._valid_keys(now_ms)
        if any(key.thumbprint == thumbprint for key in valid):
            return self
        if len(valid) >= MAXIMUM_PUBLIC_KEYS:
            raise TooManyPublicKeysError(min(key.until_ms for key in valid))
        added = PublicKey(thumbprint, x, now_ms, now_ms + PUBLIC_KEY_LIFE_MS)
        return replace(self, public_keys=(*valid, added))

    def checked(self, integrity: Integrity) -> TerminalRecord:
        """Note what came of an integrity check."""
        return replace(self, integrity=integrity)

    def _valid_keys(self, now_ms: int) -> tuple[PublicKey, ...]:
        return tuple(key for key in self.public_keys if key.from_ms <= now_ms < key.until_ms)
