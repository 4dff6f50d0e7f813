"""Ways of writing, asked without a telegram around them: what is padding, and what is part of the value."""

from __future__ import annotations

import pytest

from telegram_codec import EUC_KR
from telegram_codec.errors import UnfitError
from telegram_codec.iso8583_kinds import Bitmap, Prefix, VariableDigits, VariableText, unpack
from telegram_codec.kinds import (
    NO_CODES,
    Blank,
    Code,
    Constant,
    CountedText,
    Kind,
    LeftDigits,
    LeftNumber,
    MaskedDigits,
    Message,
    Number,
    Text,
)
from telegram_codec.masking import Visibility


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Text(4), b"a~  ", "a~"),
        (Message(4), b"a~  ", "a~"),
        (CountedText(4, 2), b"02a~", "a~"),
        (CountedText(4, 2), b"00  ", ""),
        (Constant(4, "S1", b"S1  "), b"S1  ", "S1"),
        (Number(4, " "), b"   0", 0),
        (LeftNumber(4), b"12  ", 12),
        (LeftDigits(4, 1, may_be_blank=False), b"012 ", "012"),
        (MaskedDigits(17), b"411111*****1111  ", "411111*****1111"),
        (Code(2, NO_CODES, may_be_blank=True), b"  ", ""),
    ],
)
def test_spaces_are_padding_and_all_else_is_the_value(kind: Kind, raw: bytes, value: object) -> None:
    assert kind.read(raw, EUC_KR) == value
    assert kind.write(value, EUC_KR) == raw


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (CountedText(6, 2), b"01a  ~"),
        (Number(4, " "), b" ~12"),
        (Number(4, " "), b"  01"),
        (LeftNumber(4), b"12~ "),
        (LeftDigits(4, 1, may_be_blank=False), b"12~ "),
        (MaskedDigits(17), b"411111*****1111~ "),
        (Code(2, NO_CODES, may_be_blank=True), b"~ "),
        (Blank(2), b" ~"),
    ],
)
def test_padding_of_anything_but_spaces_is_refused(kind: Kind, raw: bytes) -> None:
    with pytest.raises(UnfitError):
        kind.read(raw, EUC_KR)


def test_counted_text_is_no_longer_than_its_count_can_say() -> None:
    kind = CountedText(120, 2)

    assert kind.read(kind.write("x" * 99, EUC_KR), EUC_KR) == "x" * 99
    with pytest.raises(UnfitError) as refused:
        kind.write("x" * 100, EUC_KR)
    assert refused.value.rule == "needs 100 bytes in EUC-KR, the field has 99"


@pytest.mark.parametrize("raw", [b"", b"0", b"03", b"03ab", b"03abcd"])
def test_a_content_of_another_length_than_its_count_is_refused(raw: bytes) -> None:
    with pytest.raises(UnfitError, match="LL and 0 to 5 bytes of text"):
        VariableText(7, Prefix(2), 0, 5).read(raw, EUC_KR)


def test_a_bitmap_is_written_from_the_numbers_of_its_elements_alone() -> None:
    bitmap = Bitmap(32, "hex")

    assert bitmap.write((2, 64), EUC_KR) == b"4000000000000001"
    with pytest.raises(UnfitError, match="takes a tuple of elements, not str"):
        bitmap.write("4000000000000001", EUC_KR)


@pytest.mark.parametrize(
    ("raw", "digits", "read"),
    [
        ("1234", 4, "1234"),
        ("0234", 3, "234"),
        ("1234", 3, None),
        ("12", 3, None),
        ("12", 0, None),
        ("123a", 4, None),
        ("", 2, None),
        ("", 0, ""),
    ],
)
def test_packed_digits_are_just_as_many_as_were_announced(raw: str, digits: int, read: str | None) -> None:
    assert unpack(bytes.fromhex(raw), digits) == read


def test_of_an_empty_packed_card_number_there_is_nothing_to_hide() -> None:
    kind = VariableDigits(11, Prefix(2, packed=True), 0, 19)

    assert kind.masked(b"\x00", Visibility.CARD) == b"\x00"
