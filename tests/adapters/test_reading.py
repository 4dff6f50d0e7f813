"""A body is read strictly, so that no two readers of it can disagree about the money in it."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from payment_adapters.http.faults import REASONS, MalformedRequestError
from payment_adapters.http.reading import MEDIA_TYPES, UnsupportedMediaTypeError, strict_json, words_of
from payment_adapters.http.request import PosRequest
from payment_adapters.http.signatures import SignedMessage
from payment_core.kernel.language import Language

CARD = "4111111111111111"


class Entry(StrEnum):
    """A choice."""

    KEYED = "KEYED"


class Words(BaseModel):
    """One word of every kind."""

    model_config = ConfigDict(extra="forbid")
    amount_won: Annotated[int, Field(strict=True, ge=100, le=1_000)]
    tender: Literal["card"] = "card"
    entry: Entry = Entry.KEYED
    number: Annotated[str, Field(min_length=2, max_length=4, pattern="^[0-9]*$")] = "00"


class Plain(PosRequest):
    """A request whose signature and envelope are another test's affair."""

    def words(self) -> bytes:
        return self.message.body


def read(body: str | bytes, **headers: str) -> Words:
    named = {"content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    said = body if isinstance(body, bytes) else body.encode()
    return words_of(Words, Plain(SignedMessage("POST", "/", named, said)))


def faults_in(body: str | bytes, language: Language = Language.ENGLISH) -> dict[str, str]:
    with pytest.raises(MalformedRequestError) as refused:
        read(body)
    return {told["field"]: told["reason"] for told in (one.told(language) for one in refused.value.faults)}


def test_what_is_said_properly_is_read() -> None:
    assert read('{"amount_won": 100}').amount_won == 100
    assert read('{"amount_won": 100}', content_type="Application/JSON; charset=UTF-8").amount_won == 100


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ('{"amount_won": 100, "amount_won": 200}', "amount_won", "is said twice"),
        ('{"amount_won": 100, "amount\\u005fwon": 200}', "amount_won", "is said twice"),
        ('{"amount_won": 100.0}', "amount_won", "is not a whole number"),
        ('{"amount_won": 1e2}', "amount_won", "is not a whole number"),
        ('{"amount_won": 1e999}', "amount_won", "is not a whole number"),
        ('{"amount_won": ' + "9" * 9_000 + "}", "amount_won", "is not a whole number"),
        ('{"amount_won": true}', "amount_won", "is not a whole number"),
        ('{"amount_won": "100"}', "amount_won", "is not a whole number"),
        ('{"amount_won": 99}', "amount_won", "is less than 100"),
        ('{"amount_won": 1001}', "amount_won", "is more than 1000"),
        ('{"amount_won": NaN}', "body", "is not JSON (RFC 8259)"),
        ('{"amount_won": -Infinity}', "body", "is not JSON (RFC 8259)"),
        ('{"amount_won": 0100}', "body", "is not JSON (RFC 8259)"),
        ('{"amount_won": 100}}', "body", "is not JSON (RFC 8259)"),
        ("", "body", "is not JSON (RFC 8259)"),
        ("[]", "body", "is not an object"),
        ("null", "body", "is not an object"),
        ('{"amount_won": [[[[]]]]}', "body", "is nested deeper than 4 levels"),
        ('{"amount_won": 100, "number": "1"}', "number", "has fewer than 2 characters"),
        ('{"amount_won": 100, "number": "11111"}', "number", "has more than 4 characters"),
        ('{"amount_won": 100, "number": "a1"}', "number", "has not the form ^[0-9]*$"),
        ('{"amount_won": 100, "number": 11}', "number", "is not a text"),
        ('{"amount_won": 100, "number": 1.5}', "number", "is not a text"),
        ('{"amount_won": 100, "entry": "GUESSED"}', "entry", "is none of 'KEYED'"),
        ('{"amount_won": 100, "tender": "cash"}', "tender", "is not 'card'"),
        ('{"amount_won": 100, "tip_won": 1}', "tip_won", "is not known"),
        ("{}", "amount_won", "is missing"),
        ('{"amount_won": 100}'.encode("utf-16"), "body", "is not UTF-8"),
        ('{"amount_won": 100, "tender": "카드"}'.encode("euc-kr"), "body", "is not UTF-8"),
        (b'\xef\xbb\xbf{"amount_won": 100}', "body", "is not JSON (RFC 8259)"),
        ("\ud800".encode(errors="surrogatepass"), "body", "is not UTF-8"),
    ],
)
def test_anything_else_is_a_fault_with_a_name(body: str | bytes, field: str, reason: str) -> None:
    assert faults_in(body) == {field: reason}


def test_a_fault_is_told_in_korean_as_well() -> None:
    assert faults_in('{"amount_won": 99}', Language.KOREAN) == {"amount_won": "100보다 작습니다"}


def test_every_reason_has_two_languages() -> None:
    for reason in REASONS.values():
        assert any("가" <= letter <= "힣" for letter in reason.ko)
        assert reason.en.isascii()


@pytest.mark.parametrize(
    "body",
    [
        f'{{"amount_won": "{CARD}x", "entry": "{CARD}", "tender": "{CARD}", "number": "{CARD}"}}',
        f'{{"amount_won": 100, "{CARD}": 1}}',
        f'{{"{CARD}": 1, "{CARD}": 2}}',
        f'{{"amount_won": {CARD}}}',
    ],
)
def test_a_fault_never_repeats_what_was_sent(body: str) -> None:
    assert CARD not in str(faults_in(body))


def test_brackets_inside_a_text_are_not_depth() -> None:
    assert strict_json(b'{"a": "[[[[[[[[[[ \\" [[[["}') == {"a": '[[[[[[[[[[ " [[[['}


@pytest.mark.parametrize(
    "body", [b'{"a":' * 3_000, b"[" * 16_000, b'"' * 16_000, b"\\" * 16_000, b'{"":"' * 3_000]
)
def test_no_body_keeps_the_reader_long(body: bytes) -> None:
    began = time.process_time()

    with pytest.raises(MalformedRequestError):
        strict_json(body)

    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": ""},
        {"content_type": "text/json"},
        {"content_type": "application/json; charset=euc-kr"},
        {"content_type": "application/json; boundary=x"},
        {"content_encoding": "identity, br"},
    ],
)
def test_a_form_that_is_not_read_is_refused_before_it_is_looked_at(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMediaTypeError) as refused:
        read("nonsense", **headers)

    assert refused.value.accepted == ", ".join(MEDIA_TYPES)
