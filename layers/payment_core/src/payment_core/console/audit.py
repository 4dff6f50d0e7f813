"""The audit log: who did what, to what, why, and what it came to. Only ever added to.

Door: functions/console. Promise: tests/spec/test_console.py. Story: docs/flows/console.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

SHORTEST_REASON: Final = 5
LONGEST_REASON: Final = 200


class Deed(StrEnum):
    """What is written down."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    NOT_ALLOWED = "not_allowed"
    OPENED_BREAKER = "opened_breaker"
    CLOSED_BREAKER = "closed_breaker"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        id: Of its own, so that what is written twice is one line.
        at_ms: Milliseconds since 1970 UTC.
        who: A name of the user pool; of a refused sign-in, empty: what was typed there may be a password.
        subject: A destination, a case, a sale; empty for a deed about nothing.
        reason: As the person gave it.
        outcome: What it came to, in a word.
    """

    id: str
    at_ms: int
    who: str
    deed: Deed
    subject: str = ""
    reason: str = ""
    outcome: str = ""


class AuditLog(Protocol):
    """Where it is kept.

    Each method raises `AuditUnavailableError` when the store gives no answer.
    """

    def add(self, entry: Entry) -> None:
        """Add one line; the same line again is no news."""
        ...

    def of_day(self, korean_day: str, at_most: int) -> Sequence[Entry]:
        """Read a day (YYYYMMDD, in Korea), the latest first."""
        ...


class AuditUnavailableError(Exception):
    """The audit log gave no answer; nothing is done that cannot be written down."""


class ReasonMissingError(Exception):
    """An action came without a reason that tells something."""


def reason_in(text: str) -> str:
    """A reason as it is kept: one line, a few words at least, and nothing that looks like a card's number.

    Raises:
        ReasonMissingError: too short, too long, or with thirteen or more digits.
    """
    reason = " ".join(text.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ReasonMissingError(f"a reason has {SHORTEST_REASON} to {LONGEST_REASON} characters")
    if re.search(r"(?:\d[ -]?){13,}", reason):
        raise ReasonMissingError("a reason must not contain a number as long as a card's")
    return reason
