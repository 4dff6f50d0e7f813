"""Reading: a body becomes words, strictly. One object of UTF-8 JSON, flat, every name once, whole numbers.

A parser that takes the last of two equal names, or NaN, or 11000.0 for won, lets two readers of one signed
body disagree about the money in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import ClassVar, Final, TypeVar

from pydantic import BaseModel, ValidationError

from payment_adapters.http.envelope import JOSE_TYPE, TELEGRAM_TYPE, media_type
from payment_adapters.http.faults import WHOLE_BODY, Fault, MalformedRequestError, field_name
from payment_adapters.http.request import PosRequest
from payment_core.kernel.refusal import Refusal

JSON: Final = "application/json"
MEDIA_TYPES: Final = (JSON, JOSE_TYPE, TELEGRAM_TYPE)
ENCODINGS: Final = ("", "identity", "gzip")
DEEPEST_LEVEL: Final = 4  # our words have two; the rest is room for a version 2
LONGEST_NUMBER: Final = 18  # digits, sign included: more than any won, and cheap to read
STRUCTURE: Final = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
NOT_WHOLE: Final = object()  # no number of ours: no word takes it, and the fault names the field

Words = TypeVar("Words", bound=BaseModel)


class UnsupportedMediaTypeError(Refusal):
    """The body is in a form that this address does not read."""

    code: ClassVar[str] = "unsupported-media-type"
    http_status: ClassVar[int] = 415

    def __init__(self, accepted: str) -> None:
        """Name what would be read."""
        super().__init__(f"only {accepted} is read here")
        self.accepted = accepted


def strict_json(body: bytes) -> object:
    """Read JSON text.

    Raises:
        MalformedRequestError: not UTF-8, nested too deeply, a name twice, NaN or Infinity, or no JSON.
    """
    _require_flat(body)
    try:
        text = body.decode()
        return json.loads(
            text,
            object_pairs_hook=_each_name_once,
            parse_constant=_refuse_constant,
            parse_float=lambda _: NOT_WHOLE,
            parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else NOT_WHOLE,
        )
    except UnicodeDecodeError:
        raise MalformedRequestError(Fault(WHOLE_BODY, "charset")) from None
    except ValueError:
        raise MalformedRequestError(Fault(WHOLE_BODY, "json")) from None


def _require_flat(body: bytes) -> None:
    """Count brackets outside texts: a parser that recurses must not be the one to find out."""
    depth, in_text = 0, False
    for found in STRUCTURE.finditer(body):
        mark = found[0]
        if mark == b'"':
            in_text = not in_text
        elif in_text or len(mark) > 1:
            continue
        elif mark in b"[{":
            depth += 1
            if depth > DEEPEST_LEVEL:
                raise MalformedRequestError(Fault(WHOLE_BODY, "too_deep", {"depth": DEEPEST_LEVEL}))
        else:
            depth -= 1


def _each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read: dict[str, object] = {}
    for name, value in pairs:
        if name in read:
            raise MalformedRequestError(Fault(field_name(name), "duplicate"))
        read[name] = value
    return read


def _refuse_constant(_: str) -> object:
    raise MalformedRequestError(Fault(WHOLE_BODY, "json"))


def words_of(model: type[Words], request: PosRequest) -> Words:
    """Read what a request says, whatever it was wrapped in, as the words of one address.

    Raises:
        UnsupportedMediaTypeError: a Content-Type or Content-Encoding that is not read.
        MalformedRequestError: not strict JSON, or words that cannot be.
        Refusal: as ``PosRequest.words``.
    """
    _require_media_type(request.message.headers)
    read = strict_json(request.words())
    try:
        return model.model_validate(read)
    except ValidationError as error:
        raise MalformedRequestError.of_words(error) from None


def _require_media_type(headers: Mapping[str, str]) -> None:
    _, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.replace('"', "").replace(" ", "").lower()
    encoding = headers.get("content-encoding", "").strip().lower()
    readable = media_type(headers) in MEDIA_TYPES and encoding in ENCODINGS
    if not readable or charset not in {"", "charset=utf-8"}:
        raise UnsupportedMediaTypeError(", ".join(MEDIA_TYPES))
