"""Where files of settlement lie in S3: they arrive in one folder, leave by another, and are archived.

| Key | What |
|---|---|
| `inbox/<counterparty>/<name>` | what a counterparty put there, by SFTP or as it pleases |
| `outbox/<counterparty>/<name>` | what it fetches |
| `archive/<SHA-256>` | every original that was looked at, byte for byte |
| `statements/<merchant>/<date>.<ending>` | what a merchant gets to read |
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from botocore.exceptions import ClientError

from payment_adapters.files.reading import BLOCK_BYTES, sha256_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INBOX: Final = "inbox/"
OUTBOX: Final = "outbox/"
ARCHIVE: Final = "archive/"
LINK_SECONDS: Final = 60
IN_MEMORY_BYTES: Final = 8 << 20  # of a larger file the rest lies on disk while it is read


@dataclass(frozen=True)
class Arrived:
    """A file in the inbox; `arrived_at_ms` is when its last byte was there.

    Attributes:
        counterparty: Whose folder it lies in; empty where it lies in none.
    """

    counterparty: str
    name: str
    size_bytes: int
    arrived_at_ms: int


@dataclass(frozen=True)
class FileStore:
    """One bucket."""

    client: S3Client
    bucket: str

    def arrived(self, counterparty: str = "") -> Iterator[Arrived]:
        """What lies in the inbox, by counterparty and name."""
        prefix = f"{INBOX}{counterparty}/" if counterparty else INBOX
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        for page in pages:
            for one in page.get("Contents", ()):
                sender, slash, name = one["Key"].removeprefix(INBOX).partition("/")
                at_ms = int(one["LastModified"].timestamp() * 1_000)
                if not slash:
                    yield Arrived("", sender, one["Size"], at_ms)
                elif name:  # else it is the folder itself
                    yield Arrived(sender, name, one["Size"], at_ms)

    def arrive(self, counterparty: str, name: str, pieces: Iterable[bytes]) -> None:
        """Put a file there as its counterparty does."""
        self._put(_in_inbox(counterparty, name), pieces)

    def leave(self, counterparty: str, name: str, pieces: Iterable[bytes]) -> str:
        """Put a file where its counterparty fetches it, and archive it; its SHA-256."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as held:
            file = cast("BinaryIO", held)
            file.writelines(pieces)
            file_id = self.archive(file)
            self.client.put_object(Bucket=self.bucket, Key=f"{OUTBOX}{counterparty}/{name}", Body=file)
        return file_id

    def left(self, counterparty: str, name: str) -> BinaryIO:
        """A file that left; the caller closes it."""
        return self._got(f"{OUTBOX}{counterparty}/{name}")

    def opened(self, counterparty: str, name: str) -> BinaryIO:
        """A file of the inbox, which can be read more than once; the caller closes it."""
        return self._got(_in_inbox(counterparty, name))

    def take(self, counterparty: str, name: str) -> None:
        """Take a file out of the inbox: its original is archived, and what it says is written down."""
        self.client.delete_object(Bucket=self.bucket, Key=_in_inbox(counterparty, name))

    def archive(self, file: BinaryIO) -> str:
        """Keep an original byte for byte under its SHA-256, which is given back; once is enough."""
        file_id = sha256_of(file)
        if not self._is_there(f"{ARCHIVE}{file_id}"):
            self.client.put_object(Bucket=self.bucket, Key=f"{ARCHIVE}{file_id}", Body=file)
            file.seek(0)
        return file_id

    def archived(self, file_id: str) -> BinaryIO:
        """An original; the caller closes it."""
        return self._got(f"{ARCHIVE}{file_id}")

    def link(self, key: str, name: str) -> str | None:
        """An address that a browser may fetch an object from, for a minute; ``None`` if it is not there."""
        if not self._is_there(key):
            return None
        asked = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
        }
        return self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS)

    def _put(self, key: str, pieces: Iterable[bytes]) -> None:
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as held:
            file = cast("BinaryIO", held)
            file.writelines(pieces)
            file.seek(0)
            self.client.put_object(Bucket=self.bucket, Key=key, Body=file)

    def _got(self, key: str) -> BinaryIO:
        body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"]
        held = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES))  # noqa: SIM115 -- the caller closes it
        for block in body.iter_chunks(BLOCK_BYTES):
            held.write(block)
        held.seek(0)
        return held

    def _is_there(self, key: str) -> bool:
        try:
            self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True


def _in_inbox(counterparty: str, name: str) -> str:
    return f"{INBOX}{counterparty}/{name}" if counterparty else f"{INBOX}{name}"
