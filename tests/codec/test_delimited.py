"""Telegrams of pieces between separators: no padding, no gaps, nothing that could pass for a separator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from telegram_codec import ASCII, DecodeError, Dispatch, EncodeError, LayoutError, masked_bytes
from telegram_codec.delimited import DelimitedTelegram, unpadded
from telegram_codec.fields import (
    code,
    constant,
    digits,
    filler,
    left_digits,
    number,
    own_length,
    text,
    won,
)
from telegram_codec.frames import CR, FS, LengthHeader, StxEtxLrc, Terminated
from telegram_codec.specs import dongdaemun, namsan
from tests.codec.examples import EXAMPLES

HEAD_BYTES = dongdaemun.FRAMING.head_bytes


class Sale(DelimitedTelegram, size=8, separator=b"|", framing=Terminated(maximum_bytes=60), charset=ASCII):
    """One piece of each kind that differs from its fixed-width form."""

    kind: str = constant(0, 2, "S1")
    name: str = text(1, 6, at_least=1)
    remark: str = text(2, 6, default="")
    terminal_id: str = left_digits(3, 10, at_least=8, may_be_blank=True, default="")
    scope: str = code(4, 1, meanings={"F": "full"}, may_be_blank=True, default="")
    amount_won: int = won(5, 9, pad=" ")
    count: int = number(6, 2, default=1)
    spare: None = filler(7, 4)


SALE = Sale(name="cake", amount_won=5_500)
SALE_BYTES = b"S1|cake||||5500|01|\r"


def test_pieces_are_as_long_as_they_need() -> None:
    assert SALE.encode() == SALE_BYTES
    assert Sale.decode(SALE_BYTES) == SALE
    full = replace(SALE, name="a cake", remark=" hot", terminal_id="10020030", scope="F", amount_won=0)
    assert full.encode() == b"S1|a cake| hot|10020030|F|0|01|\r"
    assert Sale.decode(full.encode()) == full


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "text of 1 to 6 bytes"),
        ("name", "seven77", "needs 7 bytes in ASCII, the field has 6"),
        ("name", "a|b", "text without the separator of the telegram"),
        ("name", "a\x1cb", "control characters are not text"),
        ("name", "a\rb", "control characters are not text"),
        ("name", "cake ", "a space at the end would be read as padding"),
        ("terminal_id", "1002", "8 to 10 digits or nothing"),
        ("amount_won", 10**9, "a number of up to 9 digits"),
        ("count", 100, "a number of up to 2 digits"),
    ],
)
def test_a_value_that_its_piece_cannot_carry_is_refused(field: str, value: object, reason: str) -> None:
    changes: dict[str, Any] = {field: value}

    with pytest.raises(EncodeError) as refused:
        replace(SALE, **changes).encode()

    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("wire", "field", "offset", "rule"),
    [
        (b"S2|cake||||5500|01|\r", "kind", 0, "the constant 'S1'"),
        (b"S1|||||5500|01|\r", "name", 3, "text of 1 to 6 bytes"),
        (b"S1|cake |||||01|\r", "name", 3, "text of 1 to 6 bytes, at most 6 bytes, without padding"),
        (b"S1|seven77||||5500|01|\r", "name", 3, "text of 1 to 6 bytes, at most 6 bytes, without padding"),
        (b"S1|cake||1002||5500|01|\r", "terminal_id", 9, "8 to 10 digits or nothing"),
        (b"S1|cake|||X|5500|01|\r", "scope", 10, "one of F or nothing"),
        (b"S1|cake|||||01|\r", "amount_won", 11, "a number of up to 9 digits"),
        (b"S1|cake||||05500|01|\r", "amount_won", 11, "a number of up to 9 digits"),
        (b"S1|cake||||~500|01|\r", "amount_won", 11, "a number of up to 9 digits"),
        (b"S1|cake||||5500|1|\r", "count", 16, "a number of up to 2 digits, zeros in front"),
        (b"S1|cake||||5500|01\r", "", 0, "8 pieces"),
        (b"S1|cake||||5500|01||\r", "", 0, "8 pieces"),
        (b"S1|cake||||5500|01|", "", 0, "a frame that ends with its first b'\\r'"),
        (b"", "", 0, "a frame that ends with its first b'\\r'"),
    ],
)
def test_pieces_that_are_not_what_the_paper_says_are_refused(
    wire: bytes, field: str, offset: int, rule: str
) -> None:
    with pytest.raises(DecodeError) as refused:
        Sale.decode(wire)

    assert (refused.value.field, refused.value.offset, refused.value.rule) == (field, offset, rule)


@pytest.mark.parametrize(("wire", "count"), [(b"S1|cake||||5500|01\r", 7), (b"S1|cake||||5500|01||\r", 9)])
def test_how_many_pieces_came_is_told(wire: bytes, count: int) -> None:
    with pytest.raises(DecodeError, match=f"found '{count} pieces', must be 8 pieces"):
        Sale.decode(wire)


def test_only_spaces_are_padding() -> None:
    wave = replace(SALE, name="cake~", remark="~")

    assert Sale.decode(wave.encode()) == wave


def test_a_spare_piece_is_described_as_left_empty() -> None:
    assert unpadded(Sale.layout.row("spare").kind.rule) == "spare, left empty and not read"


def test_what_a_counterparty_keeps_in_a_spare_piece_stops_nothing() -> None:
    assert Sale.decode(b"S1|cake||||5500|01| \xff what\r") == SALE


def test_a_telegram_too_long_for_its_frame_is_refused_whole() -> None:
    class Wide(DelimitedTelegram, size=1, separator=FS, framing=LengthHeader(maximum_bytes=10, end=CR)):
        name: str = text(0, 20)

    with pytest.raises(EncodeError) as refused:
        Wide(name="sixsix").encode()

    assert (refused.value.field, refused.value.reason) == ("", "needs 6 bytes, the frame holds 1 to 5")


def test_the_check_byte_of_masked_bytes_tells_nothing_of_what_is_hidden() -> None:
    sale = EXAMPLES["namsan/approval_request"]
    assert isinstance(sale, namsan.ApprovalRequest)
    twin = replace(sale, cvc="918")

    assert sale.encode()[-1:] != twin.encode()[-1:]
    assert masked_bytes(sale) == masked_bytes(twin)
    assert namsan.FRAMING.unwrap(masked_bytes(sale))
    assert b"555555******4444" in masked_bytes(sale)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith(("namsan", "dongdaemun"))])
def test_delimited_telegrams_are_told_apart_by_their_pieces(name: str) -> None:
    paper = namsan if name.startswith("namsan") else dongdaemun
    decode = paper.decode_request if name.endswith("request") else paper.decode_answer

    assert decode(EXAMPLES[name].encode()) == EXAMPLES[name]


@pytest.mark.parametrize(
    ("content", "field", "offset", "found", "rule"),
    [
        (b"POS", "kind", 0, "1 pieces", "at least 2 pieces"),
        (b"POS\x1c0200", "deal", 0, "2 pieces", "at least 3 pieces"),
        (b"POS\x1c0210\x1c10", "kind", HEAD_BYTES + 4, "####", "one of 0200, 8002"),
        (b"POS\x1c0200\x1c99", "deal", HEAD_BYTES + 9, "##", "one of 10, 11, 15, 16, 01, 02"),
    ],
)
def test_a_telegram_of_no_known_type_is_refused_at_the_piece_that_shows_it(
    content: bytes, field: str, offset: int, found: str, rule: str
) -> None:
    with pytest.raises(DecodeError) as refused:
        dongdaemun.decode_request(dongdaemun.FRAMING.wrap(content))

    assert (refused.value.telegram, refused.value.field) == ("dongdaemun request", field)
    assert (refused.value.offset, refused.value.found, refused.value.rule) == (offset, found, rule)


def test_two_deals_of_one_kind_cannot_share_a_line() -> None:
    with pytest.raises(LayoutError, match="the constant '0200' and the constant '10'"):
        Dispatch("twins", ("kind", "deal"), dongdaemun.ApprovalRequest, _another_approval())


def _another_approval() -> type[dongdaemun.Request]:
    class Another(dongdaemun.Request):
        deal: str = constant(2, 2, "10")

    return Another


def test_a_paper_whose_pieces_contradict_each_other_cannot_be_imported() -> None:
    framing = StxEtxLrc(maximum_bytes=60)

    with pytest.raises(LayoutError, match="Gap: piece 1 was to come"):

        class Gap(DelimitedTelegram, size=3, separator=FS, framing=framing):
            kind: str = digits(0, 4)
            serial: str = digits(2, 4)

    with pytest.raises(LayoutError, match=r"2 pieces, the telegram has 3\n.*\n.*:\d+ test\S+Total: size=3$"):

        class Total(DelimitedTelegram, size=3, separator=FS, framing=framing):
            kind: str = digits(0, 4)
            serial: str = digits(1, 4)

    with pytest.raises(LayoutError, match=r"the constant '11000' takes 5 bytes\n.*\n.*kind: piece 0$"):

        class Size(DelimitedTelegram, size=1, separator=FS, framing=framing):
            kind: str = constant(0, 4, "11000")

    with pytest.raises(LayoutError, match="is its framing's"):

        class Length(DelimitedTelegram, size=1, separator=FS, framing=framing):
            length_bytes: int = own_length(0, 4)
