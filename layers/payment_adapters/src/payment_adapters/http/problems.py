"""Problems: every refusal and failure a POS meets, in the one form of RFC 9457, with a stable code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.refusal import Refusal

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = "2"
CONFLICT: Final = 409
UNAVAILABLE: Final = 503
FIELD_NAME: Final = re.compile(r"[a-z_]{1,40}[0-9]?\Z")

Refused = Refusal | ValidationError | StoreUnavailableError


@dataclass(frozen=True)
class Problem:
    """One problem document.

    Attributes:
        code: Stable word for programs; also the last part of ``type``.
        faults: Field → what is wrong with it; never a value that was sent.
    """

    http_status: int
    code: str
    detail: str
    faults: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Ask for patience where the same request may succeed later."""
        later = {"Retry-After": RETRY_AFTER_SECONDS} if self.http_status in {CONFLICT, UNAVAILABLE} else {}
        return {"Content-Type": CONTENT_TYPE, **later}

    def body(self) -> str:
        """The document."""
        words = {
            "type": f"urn:payrelay:problem:{self.code}",
            "title": self.code.replace("-", " "),
            "status": self.http_status,
            "detail": self.detail,
            "code": self.code,
        }
        faults = [{"field": name, "reason": reason} for name, reason in self.faults.items()]
        return json.dumps({**words, "faults": faults} if faults else words, ensure_ascii=False)


def problem_of(error: Refused) -> Problem:
    """Tell a refusal, words that are not what they should be, or that nothing definitive is known."""
    match error:
        case Refusal():
            return Problem(error.http_status, error.code, str(error))
        case ValidationError():
            detail = "The request was refused before anything was sent."
            return Problem(400, "malformed-request", detail, _faults(error))
        case StoreUnavailableError():
            detail = "Nothing definitive is known. Repeat the same request."
            return Problem(UNAVAILABLE, "store-unavailable", detail)


def _faults(error: ValidationError) -> dict[str, str]:
    """Field → reason, without what was sent: a field that is no name of ours may itself be a card number."""
    return {
        ".".join(part if FIELD_NAME.match(part) else "?" for part in map(str, one["loc"])) or "body": one[
            "msg"
        ]
        for one in error.errors(include_input=False)
    }
