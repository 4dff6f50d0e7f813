"""Generated functions and rows say the same of everything; the generated ones may only doubt."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_codec import DecodeError, EncodeError, Telegram
from telegram_codec.iso8583_layout import ElementRow
from telegram_codec.rows import decode_rows, encode_rows
from tests.codec.examples import EXAMPLES
from tests.codec.strategies import FIXED_WIDTH, briefly, telegrams

if TYPE_CHECKING:
    from typing import Any

every_telegram = pytest.mark.parametrize("telegram_type", FIXED_WIDTH, ids=lambda made: made.layout.telegram)
UNLIKELY_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.text(max_size=40),
    st.text("0123456789\N{SUPERSCRIPT TWO}\N{FULLWIDTH DIGIT ONE} ", max_size=14),
    st.binary(max_size=10),
    st.lists(st.text("19", max_size=3), max_size=3),
)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if type(EXAMPLES[name]) in FIXED_WIDTH])
def test_a_telegram_that_is_right_never_needs_its_rows_looked_at(name: str) -> None:
    example = EXAMPLES[name]
    wire = encode_rows(example)

    assert example.compiled().encode(example) == wire
    assert example.compiled().decode(type(example), wire) == example


@every_telegram
@briefly
@given(data=st.data())
def test_what_the_generated_functions_accept_the_rows_accept_alike(
    telegram_type: type[Telegram], data: st.DataObject
) -> None:
    telegram = data.draw(telegrams(telegram_type))
    wire = encode_rows(telegram)

    assert telegram_type.compiled().encode(telegram) in {wire, None}
    assert telegram_type.compiled().decode(telegram_type, wire) in {telegram, None}
    assert decode_rows(telegram_type, wire) == telegram


@every_telegram
@briefly
@given(data=st.data())
def test_a_value_that_the_rows_refuse_is_never_written(
    telegram_type: type[Telegram], data: st.DataObject
) -> None:
    given_rows = [row.name for row in telegram_type.layout.rows if row.given]
    changes: dict[str, Any] = {data.draw(st.sampled_from(given_rows)): data.draw(UNLIKELY_VALUES)}
    telegram = dataclasses.replace(data.draw(telegrams(telegram_type)), **changes)
    written = telegram_type.compiled().encode(telegram)

    try:
        wire: bytes | None = encode_rows(telegram)
    except EncodeError:
        wire = None

    assert written is None or written == wire


NOTHINGS: tuple[object, ...] = (None, False, 0, 0.0, "", b"", (), [])
NOTHING_THAT_FITS: tuple[list[tuple[type, object]], ...] = (
    [],
    [(int, 0)],
    [(str, "")],
    [(tuple, ())],
    [(bytes, b"")],
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_values_that_are_nothing_are_not_taken_for_one_another(name: str) -> None:
    example = EXAMPLES[name]

    for row in (row for row in example.layout.rows if row.given):
        written = []
        for nothing in NOTHINGS[1:] if isinstance(row, ElementRow) and row.optional else NOTHINGS:
            changes: dict[str, Any] = {row.name: nothing}
            with suppress(EncodeError):
                dataclasses.replace(example, **changes).encode()
                written.append(nothing)

        assert [(type(nothing), nothing) for nothing in written] in NOTHING_THAT_FITS, row


@every_telegram
@briefly
@given(data=st.data())
def test_bytes_that_the_rows_refuse_are_never_read(
    telegram_type: type[Telegram], data: st.DataObject
) -> None:
    wire = bytearray(encode_rows(data.draw(telegrams(telegram_type))))
    for _ in range(data.draw(st.integers(1, 3))):
        wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(
            st.sampled_from(b" 0129AZaz-+_.\x00\n\x7f\xb2\xc7\xff")
        )
    read = telegram_type.compiled().decode(telegram_type, bytes(wire))

    try:
        telegram: Telegram | None = decode_rows(telegram_type, bytes(wire))
    except DecodeError:
        telegram = None

    assert read is None or read == telegram


def test_the_generated_text_can_be_read() -> None:
    source = EXAMPLES["haneul/payment"].compiled().source

    assert "row_vat_won = int(raw[73:83])" in source
    assert "if raw[0:14] != ' 446PAYMENT   ':" in source
