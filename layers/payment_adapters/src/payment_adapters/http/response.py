"""Response: what goes back to whoever asked, in the form that API Gateway takes from a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Response:
    """One answer over HTTP: its status, its text, its headers."""

    http_status: int
    body: str
    headers: Mapping[str, str]

    def for_api_gateway(self) -> dict[str, Any]:
        """The answer as API Gateway takes it."""
        return {
            "statusCode": self.http_status,
            "body": self.body,
            "isBase64Encoded": False,
            "multiValueHeaders": {name: [value] for name, value in self.headers.items()},
        }
