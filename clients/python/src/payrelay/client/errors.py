"""What can go wrong, all of it.

    PayrelayError
    ├── NoAnswerError   no answer that says how it ended: unknown, never a decline; repeat the same key
    └── RefusedError    payrelay refused the request with a reason, and did nothing

A journal that cannot be written raises OSError before anything is sent.
"""

from __future__ import annotations

from payrelay.client.exchange import Answer


class PayrelayError(Exception):
    """Raised by this package for whatever a till must handle; the classes below say which."""


class NoAnswerError(PayrelayError):
    """No usable answer came: whether payrelay acted is unknown; the same request may be repeated."""

    def __init__(self, key: str, reason: str) -> None:
        """Keep the key that is to be repeated."""
        super().__init__(f"payrelay did not answer ({reason}).")
        self.key = key
        self.reason = reason


class RefusedError(PayrelayError):
    """The request was refused with a problem document, and nothing came of it: the till's own mistake."""

    def __init__(self, key: str, answer: Answer) -> None:
        """Keep the answer; its `words` name the faults, field by field."""
        detail = str(answer.words.get("detail", f"HTTP {answer.http_status}")).rstrip(".")
        super().__init__(f"payrelay refused it: {detail}.")
        self.key = key
        self.answer = answer

    @property
    def code(self) -> str:
        """The stable code, e.g. ``malformed-request``."""
        return self.answer.code
