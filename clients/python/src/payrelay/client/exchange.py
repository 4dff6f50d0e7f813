"""One request and one answer, as they travel: bytes, headers, and which answers say how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

FIRST_PROBLEM: Final = 400
FIRST_TROUBLE_OF_A_SERVER: Final = 500
ANSWERED: Final = frozenset({200, 201, 202})
CONFLICT: Final = 409
PASSING: Final = frozenset({408, 425, 429})
FINAL_CONFLICTS: Final = frozenset({"sale-not-cancellable", "net-cancel-not-possible"})


@dataclass(frozen=True)
class PosRequest:
    """A request with its key, made once; every repetition sends the same body under a fresh signature.

    Attributes:
        path: Below the API's base address, with its query if it has one.
        body: May hold a card; it lives as long as this object and is never written down.
        sale_id: The sale, or the part of a journal, that an answer must name; empty when any will do.
        headers: Of the body, e.g. its encoding; key and signature are added when it is signed.
    """

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    key: str = ""
    sale_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    http_status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether it was answered as asked; a decline is such an answer, a problem is not."""
        return self.http_status < FIRST_PROBLEM

    @cached_property
    def words(self) -> dict[str, Any]:
        """The body as JSON; empty when it is none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    @property
    def state(self) -> str:
        """How the sale stands, in payrelay's word."""
        return str(self.words.get("state", ""))

    @property
    def code(self) -> str:
        """The stable code of a problem; empty when this is none of payrelay's."""
        return str(self.words.get("code", ""))

    @property
    def retry_after_seconds(self) -> int:
        """How long payrelay asks to wait; 0 when it does not say."""
        told = self.headers.get("retry-after", "")
        return int(told) if told.isascii() and told.isdigit() else 0

    def tells_of(self, request: PosRequest) -> bool:
        """Whether it says how the request's own sale stands; a stranger's page with status 200 does not."""
        named = self.words.get("sale_id", self.words.get("journal_id"))
        return self.http_status in ANSWERED and bool(self.state) and named == request.sale_id

    @property
    def refuses(self) -> bool:
        """Whether payrelay refused for good; a proxy's page, a conflict that passes and a 5xx do not."""
        if not FIRST_PROBLEM <= self.http_status < FIRST_TROUBLE_OF_A_SERVER or not self.code:
            return False
        if self.http_status == CONFLICT:
            return self.code in FINAL_CONFLICTS
        return self.http_status not in PASSING
