"""Faults: which word of a body is wrong and why, in English and Korean; never what was sent.

A field that is no name of ours may itself be a card number, so only what looks like a name is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Final

from pydantic import ValidationError

from payment_adapters.http.languages import Said
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.kernel.refusal import Refusal

FIELD_NAME: Final = re.compile(r"[a-z_]{1,40}[0-9]?\Z")
WHOLE_BODY: Final = "body"

# Kind of fault → sentence; the names in braces come from the schema, not from the request.
REASONS: Final[Mapping[str, Said]] = {
    "missing": Said("is missing", "누락되었습니다"),
    "extra_forbidden": Said("is not known", "알 수 없는 항목입니다"),
    "int_type": Said("is not a whole number", "정수가 아닙니다"),
    "greater_than_equal": Said("is less than {ge}", "{ge}보다 작습니다"),
    "less_than_equal": Said("is more than {le}", "{le}보다 큽니다"),
    "string_type": Said("is not a text", "문자열이 아닙니다"),
    "string_too_short": Said("has fewer than {min_length} characters", "{min_length}자보다 짧습니다"),
    "string_too_long": Said("has more than {max_length} characters", "{max_length}자보다 깁니다"),
    "string_pattern_mismatch": Said("has not the form {pattern}", "형식이 {pattern} 이(가) 아닙니다"),
    "enum": Said("is none of {expected}", "{expected} 중 하나가 아닙니다"),
    "literal_error": Said("is not {expected}", "{expected} 이(가) 아닙니다"),
    "model_type": Said("is not an object", "객체가 아닙니다"),
    "list_type": Said("is not a list", "목록이 아닙니다"),
    "too_long": Said("has more than {max_length} entries", "항목이 {max_length}개보다 많습니다"),
    "union_tag_invalid": Said("is none of {expected_tags}", "{expected_tags} 중 하나가 아닙니다"),
    "charset": Said("is not UTF-8", "UTF-8 이 아닙니다"),
    "json": Said("is not JSON (RFC 8259)", "JSON(RFC 8259)이 아닙니다"),
    "too_deep": Said("is nested deeper than {depth} levels", "{depth}단계보다 깊게 중첩되었습니다"),
    "duplicate": Said("is said twice", "두 번 나옵니다"),
    "base64": Said("is not what API Gateway hands over", "API Gateway 가 넘긴 형식이 아닙니다"),
}
ANY_OTHER: Final = Said("is not right", "올바르지 않습니다")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        where: Path of the field, e.g. ``card.number``.
        kind: A key of ``REASONS``.
        facts: What the sentence is filled with; of the schema.
    """

    where: str
    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: Language) -> dict[str, str]:
        """As a problem document says it."""
        reason = REASONS.get(self.kind, ANY_OTHER).in_(language).format_map(self.facts)
        return {"field": self.where, "reason": reason}


class MalformedRequestError(Refusal):
    """A body that cannot be read, or words that cannot be; nothing was sent."""

    code: ClassVar[str] = "malformed-request"
    http_status: ClassVar[int] = 400

    def __init__(self, *faults: Fault) -> None:
        """Name everything that is wrong."""
        super().__init__("; ".join(f"{one['field']} {one['reason']}" for one in map(_in_english, faults)))
        self.faults = faults

    @classmethod
    def of_words(cls, error: ValidationError) -> MalformedRequestError:
        """Name what pydantic found, without what was sent."""
        return cls(
            *(
                Fault(field_name(*one["loc"]), one["type"], one.get("ctx", {}))
                for one in error.errors(include_input=False, include_url=False)
            )
        )


def field_name(*path: int | str) -> str:
    """The path of a field; a part that is neither a place in a list nor a name of ours is a question mark."""
    return ".".join(map(_part, path)) or WHOLE_BODY


def _part(part: int | str) -> str:
    return str(part) if isinstance(part, int) or FIELD_NAME.match(part) else "?"


def _in_english(fault: Fault) -> dict[str, str]:
    return fault.told(Language.ENGLISH)
