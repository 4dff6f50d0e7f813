"""Credentials: the keys a key id stands for now, and whether its terminal may speak.

A derived key costs no read until its signature holds; only a key id that names a registered key costs one
before. What is read is kept for a minute: a block, and the end of an old key, are heeded within that time.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    SignatureRefusedError,
    Signed,
    SignedMessage,
    VerificationKey,
    signed_by,
)
from payment_adapters.terminals.key_ids import KeyId, Terminal
from payment_adapters.terminals.record import TerminalBlockedError, TerminalRecord
from payment_core.approval.ports import StoreUnavailableError

KEPT_MS: Final = 60_000
MOST_KEPT: Final = 10_000  # about 10 MB; a sandbox that serves more begins again


class Terminals(Protocol):
    """Where records are kept."""

    def read(self, terminal: Terminal) -> TerminalRecord:
        """What is known of a terminal; the record of a new one where nothing is."""
        ...

    def write(self, terminal: Terminal, record: TerminalRecord) -> TerminalRecord | None:
        """Write over the version the record was made from; ``None`` if another writer came first."""
        ...


@dataclass
class Credentials:
    """Verifies requests; remembers records for a minute.

    Attributes:
        masters: The master secrets of the derived keys, the present one first.
    """

    masters: Callable[[], tuple[bytes, ...]]
    terminals: Terminals
    now_ms: Callable[[], int]
    _known: dict[Terminal, tuple[int, TerminalRecord]] = field(default_factory=dict, repr=False)

    def verify(self, message: SignedMessage) -> Signed:
        """Say who signed a request, with a key that is valid now.

        Raises:
            SignatureRefusedError: nobody we know, or a key whose time is over.
            TerminalBlockedError: the terminal may not speak.
            KeysUnavailableError: Secrets Manager gave no answer.
            StoreUnavailableError: the terminals table gave no answer.
        """
        signed = signed_by(message, self.keys)
        record = self.record(signed.terminal)
        if not record.is_valid(signed.key_id, self.now_ms()):
            record = self.fresh_record(signed.terminal)  # it may have been renewed a moment ago
        if not record.is_valid(signed.key_id, self.now_ms()):
            raise SignatureRefusedError("its key is no longer valid")
        if record.blocked:
            raise TerminalBlockedError(signed.terminal.key_id)
        if record.is_first_use(signed.key_id):
            self._note_first_use(signed.terminal, record)
        return signed

    def keys(self, key_id: KeyId) -> tuple[VerificationKey, ...]:
        """What a key id stands for: one derived key per master, or the one registered public key."""
        if not key_id.thumbprint:
            return tuple(terminal_key(master, str(key_id)) for master in self.masters())
        registered = self.record(key_id.terminal).public_key(key_id.thumbprint, self.now_ms())
        if registered is None:
            fresh = self.fresh_record(key_id.terminal)  # it may have been registered a moment ago
            registered = fresh.public_key(key_id.thumbprint, self.now_ms())
        if registered is None:
            return ()
        return (Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(f"{registered.x}=")),)

    def record(self, terminal: Terminal) -> TerminalRecord:
        """What is known of a terminal, at most a minute old."""
        known = self._known.get(terminal)
        if known is None or known[0] <= self.now_ms():
            return self.fresh_record(terminal)
        return known[1]

    def fresh_record(self, terminal: Terminal) -> TerminalRecord:
        """What is known of a terminal now."""
        return self._kept(terminal, self.terminals.read(terminal))

    def change(self, terminal: Terminal, to: Callable[[TerminalRecord], TerminalRecord]) -> TerminalRecord:
        """Move a record on, whatever other writers do meanwhile; one that stays as it is is not written."""
        while True:
            record = self.fresh_record(terminal)
            wanted = to(record)
            if wanted == record:
                return record
            if (written := self.terminals.write(terminal, wanted)) is not None:
                return self._kept(terminal, written)

    def _note_first_use(self, terminal: Terminal, record: TerminalRecord) -> None:
        """A note that is not written now is written by the next request; no sale waits for it twice."""
        try:
            written = self.terminals.write(terminal, record.used(self.now_ms()))
        except StoreUnavailableError:
            return
        if written is not None:
            self._kept(terminal, written)
        else:
            self._known.pop(terminal, None)

    def _kept(self, terminal: Terminal, record: TerminalRecord) -> TerminalRecord:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[terminal] = (self.now_ms() + KEPT_MS, record)
        return record
