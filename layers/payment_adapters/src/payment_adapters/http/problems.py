"""Problems: a refusal or a failure in the one form of RFC 9457, in the caller's language.

Every code, status and sentence is in catalogue.py.
"""

from __future__ import annotations

import json
from typing import Final

from payment_adapters.http.catalogue import BY_CODE
from payment_adapters.http.faults import Fault, MalformedRequestError
from payment_adapters.http.problem_entry import Entry
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.kernel.refusal import Refusal

CONTENT_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:payrelay:problem:"
RETRY_AFTER_SECONDS: Final = "2"
MAY_SUCCEED_LATER: Final = frozenset({409, 429, 503})

Refused = Refusal | StoreUnavailableError


@dataclass(frozen=True)
class Problem:
    """One problem document."""

    entry: Entry
    facts: dict[str, object]
    language: Language = Language.ENGLISH
    faults: tuple[Fault, ...] = ()

    @property
    def http_status(self) -> int:
        """The answer's status."""
        return self.entry.http_status

    @property
    def code(self) -> str:
        """The stable word."""
        return self.entry.code

    @property
    def detail(self) -> str:
        """The sentence a person reads."""
        return self.entry.detail.in_(self.language).format_map(self.facts)

    def headers(self) -> dict[str, str]:
        """Name the form and the language; ask for patience where the same request may succeed later."""
        later = {"Retry-After": RETRY_AFTER_SECONDS} if self.http_status in MAY_SUCCEED_LATER else {}
        spoken = {"Content-Language": self.language.value, "Vary": "Accept-Language"}
        return {"Content-Type": CONTENT_TYPE, **spoken, **later}

    def body(self) -> str:
        """The document."""
        words = {
            "type": TYPE + self.code,
            "title": self.entry.title.in_(self.language),
            "status": self.http_status,
            "detail": self.detail,
            "code": self.code,
        }
        faults = [fault.told(self.language) for fault in self.faults]
        return json.dumps({**words, "faults": faults} if faults else words, ensure_ascii=False)


def problem_of(error: Refused, language: Language = Language.ENGLISH) -> Problem:
    """Tell a refusal, or that nothing definitive is known."""
    match error:
        case MalformedRequestError():
            return Problem(BY_CODE[error.code], {}, language, error.faults)
        case Refusal():
            return Problem(BY_CODE[error.code], vars(error), language)
        case StoreUnavailableError():
            return Problem(BY_CODE["store-unavailable"], {}, language)


def problem_with(code: str, language: Language = Language.ENGLISH) -> Problem:
    """Tell a problem that has no facts."""
    return Problem(BY_CODE[code], {}, language)
