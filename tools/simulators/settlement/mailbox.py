"""Where files are put and fetched: the bucket of a running world, or a folder that looks like it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from botocore.exceptions import ClientError

from payment_adapters.files.store import INBOX, OUTBOX, FileStore


class Mailbox(Protocol):
    """What a counterparty sees of payrelay."""

    def put(self, counterparty: str, name: str, wire: bytes) -> None:
        """Put a file into payrelay's inbox, over one of the same name."""
        ...

    def fetch(self, counterparty: str, name: str) -> bytes | None:
        """Fetch a file of payrelay's outbox; ``None`` if there is none."""
        ...


@dataclass(frozen=True)
class Folder:
    """A folder with an inbox and an outbox."""

    root: Path

    def put(self, counterparty: str, name: str, wire: bytes) -> None:
        """As `Mailbox.put`."""
        path = self.root / INBOX / counterparty / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wire)

    def fetch(self, counterparty: str, name: str) -> bytes | None:
        """As `Mailbox.fetch`."""
        path = self.root / OUTBOX / counterparty / name
        return path.read_bytes() if path.exists() else None


@dataclass(frozen=True)
class Bucket:
    """The bucket of a world."""

    store: FileStore

    def put(self, counterparty: str, name: str, wire: bytes) -> None:
        """As `Mailbox.put`."""
        self.store.arrive(counterparty, name, [wire])

    def fetch(self, counterparty: str, name: str) -> bytes | None:
        """As `Mailbox.fetch`."""
        try:
            with self.store.left(counterparty, name) as file:
                return file.read()
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise
