"""Functions made per bitmap say what the elements say; hostile bitmaps buy neither time nor memory."""

from __future__ import annotations

import dataclasses
import gc
import tracemalloc
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.iso_forty import EXAMPLE, Forty
from telegram_codec import DecodeError, EncodeError
from telegram_codec.fields import digits
from telegram_codec.iso8583 import IsoTelegram, optional
from telegram_codec.iso8583_decoder import decoder
from telegram_codec.iso8583_encoder import encoder
from telegram_codec.iso8583_plans import AT_MOST, WORTH_IT
from telegram_codec.iso8583_rows import decode_elements, encode_elements
from tests.codec.examples_of_iso import EXAMPLES
from tests.codec.strategies import TELEGRAMS, briefly, telegrams
from tests.codec.test_compile import UNLIKELY_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram_codec.iso8583_decoder import Decode
    from telegram_codec.iso8583_encoder import Encode

ISO_TELEGRAMS = (*(made for made in TELEGRAMS if issubclass(made, IsoTelegram)), Forty)
every_telegram = pytest.mark.parametrize(
    "telegram_type", ISO_TELEGRAMS, ids=lambda made: made.layout.telegram
)


def functions_for(telegram: IsoTelegram) -> tuple[Encode, Decode]:
    """Generated here and now for the elements of `telegram`, however often they were met."""
    layout = telegram.layout
    present = [row for row in layout.elements if row.offset in telegram.bitmap]
    return encoder(layout, present), decoder(layout, present)


@pytest.mark.parametrize("example", [*EXAMPLES.values(), EXAMPLE], ids=lambda made: made.layout.telegram)
def test_a_telegram_that_is_right_never_needs_its_elements_looked_at(example: IsoTelegram) -> None:
    encode, decode = functions_for(example)
    wire = encode_elements(example)

    assert encode(example) == wire
    assert decode(type(example), wire) == example
    assert vars(decode(type(example), wire)).keys() == {row.name for row in example.layout.rows if row.given}


@every_telegram
@briefly
@given(data=st.data())
def test_what_the_generated_functions_accept_the_elements_accept_alike(
    telegram_type: type[IsoTelegram], data: st.DataObject
) -> None:
    telegram = data.draw(telegrams(telegram_type))
    encode, decode = functions_for(telegram)
    wire = encode_elements(telegram)

    assert encode(telegram) in {wire, None}
    assert decode(telegram_type, wire) in {telegram, None}
    assert decode_elements(telegram_type, wire) == telegram


@every_telegram
@briefly
@given(data=st.data())
def test_a_value_that_the_elements_refuse_is_never_written(
    telegram_type: type[IsoTelegram], data: st.DataObject
) -> None:
    whole = data.draw(telegrams(telegram_type))
    encode, _ = functions_for(whole)
    there = [row.name for row in whole.layout.elements if row.given and row.offset in whole.bitmap]
    changes: dict[str, Any] = {data.draw(st.sampled_from(there)): data.draw(UNLIKELY_VALUES)}
    telegram = dataclasses.replace(whole, **changes)
    written = encode(telegram)

    try:
        wire: bytes | None = encode_elements(telegram)
    except EncodeError:
        wire = None

    assert written is None or written == wire


@every_telegram
@briefly
@given(data=st.data())
def test_bytes_that_the_elements_refuse_are_never_read(
    telegram_type: type[IsoTelegram], data: st.DataObject
) -> None:
    telegram = data.draw(telegrams(telegram_type))
    _, decode = functions_for(telegram)
    wire = bytearray(encode_elements(telegram))
    for _ in range(data.draw(st.integers(1, 3))):
        wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(
            st.sampled_from(b" 0129AZaz-+_.=\x00\n\x11\x7f\x99\xb2\xc7\xff")
        )
    read = decode(telegram_type, bytes(wire))

    try:
        plain: IsoTelegram | None = decode_elements(telegram_type, bytes(wire))
    except DecodeError:
        plain = None

    assert read is None or read == plain


OPTIONAL = [row.name for row in Forty.layout.elements if row.optional]


def a_class_of_its_own() -> type[Forty]:
    """Forty once more, with no bitmap met yet."""

    class Again(Forty, mti="0100"):
        pass

    return Again


def of_many_bitmaps(telegram_type: type[Forty]) -> Iterator[Forty]:
    """Telegrams that are all right, and no two of the same elements."""
    values = {row.name: getattr(EXAMPLE, row.name) for row in Forty.layout.elements if row.given}
    for size in range(len(OPTIONAL)):
        for absent in combinations(OPTIONAL, size):
            yield telegram_type(**{**values, **dict.fromkeys(absent)})


def test_a_bitmap_earns_its_functions_by_being_met_again() -> None:
    forty = a_class_of_its_own()
    wire = EXAMPLE.encode()

    for _ in range(WORTH_IT):
        assert forty.plans.decode(forty, wire) is None
        assert forty.decode(wire).amount_won == EXAMPLE.amount_won

    assert forty.plans.decode(forty, wire) == forty.decode(wire)


def test_elements_earn_their_function_by_being_written_again() -> None:
    forty = a_class_of_its_own()
    telegram = dataclasses.replace(next(of_many_bitmaps(forty)), approval_number=None, pin_block=None)
    wire = encode_elements(telegram)

    for _ in range(WORTH_IT):
        assert forty.plans.encode(telegram) is None
        assert telegram.encode() == wire

    assert forty.plans.encode(telegram) == telegram.encode() == wire


def test_bitmaps_that_come_once_cost_no_function() -> None:
    forty = a_class_of_its_own()

    for telegram in islice(of_many_bitmaps(forty), 500):
        assert forty.decode(telegram.encode()) == telegram

    assert (len(forty.plans.decoders.made), len(forty.plans.encoders.made)) == (0, 0)
    assert (len(forty.plans.decoders), len(forty.plans.encoders)) == (AT_MOST, AT_MOST)


def test_bitmaps_that_are_wrong_are_not_even_counted() -> None:
    forty = a_class_of_its_own()
    wire = EXAMPLE.encode()

    for bitmap in range(2_000):
        with pytest.raises(DecodeError):
            forty.decode(wire[:4] + f"{bitmap << 20:016X}".encode("ascii") + wire[20:])

    assert len(forty.plans.decoders) == 0


class Flags(IsoTelegram, mti="0800"):
    """As many bitmaps as are needed, of little else."""

    a: str | None = optional(digits(2, 1))
    b: str | None = optional(digits(3, 1))
    c: str | None = optional(digits(4, 1))
    d: str | None = optional(digits(5, 1))
    e: str | None = optional(digits(6, 1))
    f: str | None = optional(digits(7, 1))
    g: str | None = optional(digits(8, 1))


def test_however_many_bitmaps_are_met_only_the_latest_are_kept() -> None:
    each = [dict(zip("abcdefg", flags, strict=True)) for flags in product([None, "1"], repeat=7)]
    first, second, *others = [Flags(**flags) for flags in each[: AT_MOST + 1]]

    for telegram in (first, second, *others):
        for _ in range(WORTH_IT + 1):
            Flags.decode(telegram.encode())
        Flags.decode(first.encode())

    plans = Flags.plans
    for kept in (plans.decoders, plans.encoders):
        assert (len(kept.made), len(kept)) == (AT_MOST, AT_MOST)
    for telegram in (first, *others):
        wire = encode_elements(telegram)
        assert (plans.encode(telegram), plans.decode(Flags, wire)) == (wire, telegram)
    assert plans.encode(second) is None
    assert plans.decode(Flags, encode_elements(second)) is None


def test_hostile_bitmaps_do_not_grow_memory() -> None:
    forty = a_class_of_its_own()
    hostile = [telegram.encode() for telegram in islice(of_many_bitmaps(forty), 1_500)]
    for wire in hostile[:200]:
        forty.decode(wire)
    gc.collect()

    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for wire in hostile[200:]:
        forty.decode(wire)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 20_000


def test_a_value_that_one_bitmap_refuses_does_not_make_functions() -> None:
    forty = a_class_of_its_own()
    unfit = dataclasses.replace(next(of_many_bitmaps(forty)), amount_won=-1)

    for _ in range(WORTH_IT + 1):
        with pytest.raises(EncodeError, match="amount_won"):
            unfit.encode()

    assert len(forty.plans.encoders) == 0


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        (
            "gyeongbok/echo_request",
            "content = f'08002238000008800000990000{row_transmitted}",
            "raw = whole[24:76]",
        ),
        (
            "gyeongbok/echo_request",
            "return f'{len(content):04d}{content}'.encode('latin-1')",
            "row_audit_number = from_16_to_22",
        ),
        (
            "bada/echo_request",
            "packed_0 = from_hex(f'{row_transmitted}{row_audit_number}')",
            "raw = packed[40:100]",
        ),
    ],
)
def test_the_generated_text_can_be_read(name: str, written: str, read: str) -> None:
    encode, decode = functions_for(EXAMPLES[name])  # type: ignore[arg-type]  # it is one of ISO

    assert written in str(encode.__doc__)
    assert read in str(decode.__doc__)


def test_forty_elements_are_forty() -> None:
    assert len(EXAMPLE.bitmap) == len(Forty.layout.elements) == 40
