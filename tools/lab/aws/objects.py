"""What the adapters ask of S3: to keep an object; written again, it is the same object."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from tools.lab.aws.calls import Line


@dataclass(frozen=True)
class S3Client:
    """The client; every operation has boto3's words."""

    line: Line
    objects: MutableMapping[str, bytes]

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> dict[str, Any]:  # noqa: ANN401 -- S3's words
        """Keep an object."""

        def put() -> dict[str, Any]:
            self.objects[f"{Bucket}/{Key}"] = Body
            return {}

        return self.line.call("PutObject", Bucket, put)
