"""What holds for every telegram of every paper, whatever its rows carry."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_codec import DecodeError, Telegram, describe, masked_bytes
from telegram_codec.specs import (
    bada,
    dongdaemun,
    firm_banking,
    gyeongbok,
    haneul,
    hangang,
    namsan,
    pos,
    sol,
)
from tests.codec.strategies import FIXED_WIDTH, TELEGRAMS, briefly, row_values, telegrams

every_telegram = pytest.mark.parametrize("telegram_type", TELEGRAMS, ids=lambda made: made.layout.telegram)
DECODERS: tuple[Callable[[bytes], object], ...] = (
    hangang.decode_request,
    hangang.decode_answer,
    haneul.decode_request,
    namsan.decode_request,
    namsan.decode_answer,
    dongdaemun.decode_request,
    dongdaemun.decode_answer,
    sol.decode_request,
    sol.decode_answer,
    pos.decode_request,
    pos.decode_answer,
    pos.unpack,
    firm_banking.decode_request,
    firm_banking.decode_answer,
    gyeongbok.decode_request,
    gyeongbok.decode_answer,
    bada.decode_request,
    bada.decode_answer,
)


def rows_of(telegram_type: type[Telegram], wire: bytes) -> list[bytes]:
    """The bytes of each row, wherever it stands."""
    return [wire[start:end] for start, end in telegram_type.spans(wire)]


@every_telegram
@briefly
@given(data=st.data())
def test_what_was_written_is_read_back(telegram_type: type[Telegram], data: st.DataObject) -> None:
    telegram = data.draw(telegrams(telegram_type))

    wire = telegram.encode()

    assert telegram_type.decode(wire) == telegram
    assert len(wire) == telegram_type.layout.size or telegram_type not in FIXED_WIDTH


@every_telegram
@briefly
@given(data=st.data())
def test_changing_one_row_changes_only_its_bytes(telegram_type: type[Telegram], data: st.DataObject) -> None:
    before = data.draw(telegrams(telegram_type))
    row = data.draw(st.sampled_from([row for row in telegram_type.layout.rows if row.given]))

    after = dataclasses.replace(before, **{row.name: data.draw(row_values(row))})

    old, new = rows_of(telegram_type, before.encode()), rows_of(telegram_type, after.encode())
    names = [row.name for row in telegram_type.layout.rows]
    changed = {name for name, was, now in zip(names, old, new, strict=True) if was != now}
    assert changed <= {row.name, "bitmap"}


@every_telegram
@briefly
@given(data=st.data())
def test_damaged_bytes_are_either_read_or_refused_by_a_decode_error(
    telegram_type: type[Telegram], data: st.DataObject
) -> None:
    wire = bytearray(data.draw(telegrams(telegram_type)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(wire) - 1))
        wire[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    for decode in (telegram_type.decode, *DECODERS):
        with suppress(DecodeError):
            decode(bytes(wire))


@briefly
@given(st.binary(max_size=600))
def test_random_bytes_are_refused_by_a_decode_error_and_nothing_else(noise: bytes) -> None:
    for decode in (*(telegram.decode for telegram in TELEGRAMS), *DECODERS):
        with suppress(DecodeError):
            decode(noise)


@every_telegram
@briefly
@given(data=st.data())
def test_random_bytes_of_the_right_length_are_no_different(
    telegram_type: type[Telegram], data: st.DataObject
) -> None:
    size = telegram_type.layout.size
    noise = data.draw(st.binary(min_size=size, max_size=size))

    with suppress(DecodeError):
        telegram_type.decode(noise)


@every_telegram
@briefly
@given(data=st.data())
def test_the_viewer_shows_every_row_in_its_place(telegram_type: type[Telegram], data: st.DataObject) -> None:
    telegram = data.draw(telegrams(telegram_type))

    rows, masked = describe(telegram), masked_bytes(telegram)

    assert [row.field for row in rows] == [row.name for row in telegram_type.layout.rows]
    assert [row.raw for row in rows] == [
        raw.hex() if row.raw == raw.hex() else raw.decode("cp949")
        for row, raw in zip(rows, rows_of(telegram_type, masked), strict=True)
    ]
    assert [(row.offset, row.offset + row.length) for row in rows] == telegram_type.spans(masked)
    assert len(masked) == len(telegram.encode())
