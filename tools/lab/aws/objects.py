"""What the adapters ask of S3: to keep, read, find and delete objects; put again, it is the same object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Literal

from tools.lab.aws.calls import Clock, Line, NotProvidedError
from tools.lab.aws.refusals import refused


@dataclass(frozen=True, slots=True)
class Content:
    """The body of an object, as it is read."""

    data: bytes

    def read(self) -> bytes:
        """All of it."""
        return self.data

    def iter_chunks(self, chunk_size: int) -> Iterator[bytes]:
        """Piece by piece."""
        return (self.data[start : start + chunk_size] for start in range(0, len(self.data), chunk_size))


@dataclass(frozen=True)
class Objects:
    """Every object of the account.

    Attributes:
        kept: Bucket and key, joined by ``/``, to its bytes.
        put_at: When each was put last.
    """

    clock: Clock
    kept: dict[str, bytes] = field(default_factory=dict)
    put_at: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class S3Client:
    """The client; every operation has boto3's words."""

    line: Line
    objects: Objects

    def put_object(self, *, Bucket: str, Key: str, Body: bytes | BinaryIO, **_: Any) -> dict[str, Any]:  # noqa: ANN401 -- S3's words
        """Keep an object."""
        data = Body if isinstance(Body, bytes) else Body.read()

        def put() -> dict[str, Any]:
            self.objects.kept[f"{Bucket}/{Key}"] = data
            self.objects.put_at[f"{Bucket}/{Key}"] = self.objects.clock.now()
            return {}

        return self.line.call("PutObject", Bucket, put)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        """Read an object."""

        def get() -> dict[str, Any]:
            name = f"{Bucket}/{Key}"
            if name not in self.objects.kept:
                raise refused("NoSuchKey", "GetObject", "The specified key does not exist.")
            return {"Body": Content(self.objects.kept[name])}

        return self.line.call("GetObject", Bucket, get)

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        """Look whether an object is there."""

        def head() -> dict[str, Any]:
            if f"{Bucket}/{Key}" not in self.objects.kept:
                raise refused("404", "HeadObject", "Not Found")
            return {}

        return self.line.call("HeadObject", Bucket, head)

    def delete_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        """Delete an object; one that is not there is none."""

        def delete() -> dict[str, Any]:
            self.objects.kept.pop(f"{Bucket}/{Key}", None)
            return {}

        return self.line.call("DeleteObject", Bucket, delete)

    def get_paginator(self, operation: Literal["list_objects_v2"]) -> ObjectPages:
        """Pages of a list."""
        if operation != "list_objects_v2":
            raise NotProvidedError(f"pages of {operation}")
        return ObjectPages(self)

    def found(self, bucket: str, prefix: str) -> dict[str, Any]:
        """The objects under a prefix, in the order of their keys; one page, however many."""

        def listed() -> dict[str, Any]:
            start = f"{bucket}/{prefix}"
            names = sorted(name for name in self.objects.kept if name.startswith(start))
            contents = [
                {
                    "Key": name.removeprefix(f"{bucket}/"),
                    "Size": len(self.objects.kept[name]),
                    "LastModified": self.objects.put_at[name],
                }
                for name in names
            ]
            return {"Contents": contents} if contents else {}

        return self.line.call("ListObjectsV2", bucket, listed)


@dataclass(frozen=True)
class ObjectPages:
    """Every page of a list."""

    client: S3Client

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        """Ask for them."""
        yield self.client.found(Bucket, Prefix)
