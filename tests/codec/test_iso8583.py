"""ISO 8583: numbered elements, bitmaps, counted contents, packed digits; and every way to refuse them."""

from __future__ import annotations

import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_type

import pytest

from telegram_codec import (
    EUC_KR,
    DecodeError,
    Dispatch,
    EncodeError,
    LengthHeader,
    Telegram,
    describe,
    masked_bytes,
)
from telegram_codec.fields import code, constant, digits, octets, text, won
from telegram_codec.frames import Terminated
from telegram_codec.iso8583 import (
    IsoTelegram,
    ll_digits,
    ll_pan,
    ll_track_2,
    lll_octets,
    lll_text,
    optional,
)
from telegram_codec.specs import bada, gyeongbok
from tests.codec.examples import EXAMPLES
from tests.codec.examples_of_iso import bada_approval_request, gyeongbok_approval_request


class Sample(IsoTelegram, mti="0200", bitmap="hex", digits="ascii", charset=EUC_KR):
    """A little of everything; secrets in the middle."""

    card_number: str = ll_pan(2, 19)
    amount_won: int = won(4, 12)
    audit_number: str = digits(11, 6)
    track_2: str | None = optional(ll_track_2(35, 37))
    name: str | None = optional(text(43, 10))
    currency: str = constant(49, 3, "410")
    pin_block: bytes | None = optional(octets(52, 8, secret=True))
    chip_data: bytes | None = optional(lll_octets(55, 20, at_least=2, secret=True))
    remark: str | None = optional(lll_text(63, 20))
    account: str | None = optional(ll_digits(102, 28))


class Packed(IsoTelegram, mti="0200", bitmap="binary", digits="bcd", charset=EUC_KR):
    """The same in packed digits."""

    card_number: str = ll_pan(2, 19)
    amount_won: int = won(4, 11)
    response_code: str = code(39, 2)
    currency: str = constant(49, 3, "410")
    remark: str | None = optional(lll_text(63, 20))


SAMPLE = Sample(card_number="4111111111111111", amount_won=55_000, audit_number="004711")
SAMPLE_BYTES = b"0200" + b"5020000000008000" + b"16" + b"4111111111111111" + b"000000055000004711410"
PACKED = Packed(card_number="378282246310005", amount_won=9_900, response_code="00", remark="승인")
PACKED_BYTES = (
    bytes.fromhex("0200 5000000002008002 15 0378282246310005 000000009900")
    + b"00"
    + bytes.fromhex("0410 0004")
    + "승인".encode("euc-kr")
)


def test_only_what_is_there_stands_on_the_wire() -> None:
    full = replace(
        SAMPLE,
        track_2="4111111111111111=2812",
        name="한강",
        pin_block=bytes(range(8)),
        chip_data=b"\x9f\x26",
        remark="",
        account="1",
    )

    assert SAMPLE.encode() == SAMPLE_BYTES
    assert SAMPLE.bitmap == (2, 4, 11, 49)
    assert full.bitmap == (2, 4, 11, 35, 43, 49, 52, 55, 63, 102)
    assert full.encode() == (
        b"0200" + b"D020000020209202" + b"0000000004000000"
        b"16" + b"4111111111111111" + b"000000055000" + b"004711" + b"21" + b"4111111111111111=2812"
        + "한강".encode("euc-kr") + b"      " + b"410" + bytes(range(8)) + b"002\x9f\x26" + b"000" + b"011"
    )  # fmt: skip
    assert Sample.decode(full.encode()) == full
    assert Sample.decode(SAMPLE_BYTES) == SAMPLE


def test_packed_digits_have_a_zero_in_front_of_an_odd_number() -> None:
    assert PACKED.encode() == PACKED_BYTES
    assert Packed.decode(PACKED_BYTES) == PACKED


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("card_number", "411111111", "element 2: LL and 10 to 19 digits, not 9"),
        ("card_number", "4111-1111-1111", "element 2: LL and 10 to 19 digits"),
        ("card_number", None, "element 2: takes text, not NoneType"),
        ("amount_won", 10**12, "element 4: a number of up to 12 digits"),
        ("amount_won", None, "element 4: takes a whole number, not NoneType"),
        ("audit_number", "4711", "element 11: exactly 6 digits"),
        ("track_2", "41111111D28", "element 35: LL and 10 to 37 digits and ="),
        ("name", "한강분식점a", "element 43: needs 11 bytes in EUC-KR, the field has 10"),
        ("pin_block", bytes(7), "element 52: 8 bytes"),
        ("pin_block", "12345678", "element 52: takes bytes, not str"),
        ("chip_data", b"\x9f", "element 55: LLL and 2 to 20 bytes, not 1"),
        ("remark", "한강분식점 한강분식점", "element 63: LLL and 0 to 20 bytes of text, not 21"),
        ("remark", "☕", "element 63: character 1 does not exist in EUC-KR"),
        ("account", "", "element 102: LL and 1 to 28 digits, not 0"),
    ],
)
def test_a_value_that_its_element_cannot_carry_is_refused(field: str, value: object, reason: str) -> None:
    changes: dict[str, Any] = {field: value}

    with pytest.raises(EncodeError) as refused:
        replace(SAMPLE, **changes).encode()

    assert (refused.value.telegram, refused.value.field) == ("test_iso8583.Sample", field)
    assert refused.value.reason == reason


_IN_HEX = "a bit for every element that follows, in 16 capital hex digits, or twice as many if bit 1 is set"
_NO_ELEMENT = "a bitmap without bit {}, which is no element of this telegram"
_NO_CARD = "element 2: LL and 10 to 19 digits"
_NO_AMOUNT = "element 4: a number of up to 12 digits, zeros in front"


def patched(offset: int, wire: bytes) -> bytes:
    """The sample's bytes with others from `offset` on."""
    return SAMPLE_BYTES[:offset] + wire + SAMPLE_BYTES[offset + len(wire) :]


@pytest.mark.parametrize(
    ("wire", "field", "offset", "rule"),
    [
        (b"", "kind", 0, "4 bytes"),
        (patched(0, b"0210"), "kind", 0, "the constant '0200'"),
        (SAMPLE_BYTES[:19], "bitmap", 4, _IN_HEX),
        (b"0200502000000000800g", "bitmap", 4, _IN_HEX),
        (b"0200502000000000a000", "bitmap", 4, _IN_HEX),
        (
            b"02005020000000008080",
            "bitmap",
            4,
            _NO_ELEMENT.format(57),
        ),
        (
            b"0200D0200000000080008000000000000000",
            "bitmap",
            4,
            _NO_ELEMENT.format(65),
        ),
        (b"0200D0200000000080000000000000000000", "bitmap", 4, "bit 1 set only if a bit above 64 is"),
        (b"02004020000000008000", "bitmap", 4, "bit 4 set, for amount_won"),
        (patched(20, b"1x"), "card_number", 20, _NO_CARD),
        (patched(20, b"09"), "card_number", 20, _NO_CARD),
        (patched(20, b"+9"), "card_number", 20, _NO_CARD),
        (patched(22, b"4111 "), "card_number", 20, _NO_CARD),
        (SAMPLE_BYTES[:30], "card_number", 20, "element 2: 18 bytes"),
        (patched(38, b"00000005500x"), "amount_won", 38, _NO_AMOUNT),
        (SAMPLE_BYTES[:-1], "currency", 56, "element 49: 3 bytes"),
        (patched(58, b"1"), "currency", 56, "element 49: the constant '410'"),
        (SAMPLE_BYTES + b"0", "", 59, "the end of the telegram"),
    ],
)
def test_bytes_that_are_not_what_the_paper_says_are_refused(
    wire: bytes, field: str, offset: int, rule: str
) -> None:
    with pytest.raises(DecodeError) as refused:
        Sample.decode(wire)

    assert (refused.value.telegram, refused.value.field) == ("test_iso8583.Sample", field)
    assert (refused.value.offset, refused.value.rule) == (offset, rule)


@pytest.mark.parametrize(
    ("offset", "wire", "field", "rule"),
    [
        (0, "0210", "kind", "the constant '0200', two digits to a byte"),
        (10, "09", "card_number", "element 2: packed LL and 10 to 19 packed digits"),
        (10, "1a", "card_number", "element 2: packed LL and 10 to 19 packed digits"),
        (11, "1378", "card_number", "element 2: packed LL and 10 to 19 packed digits"),
        (11, "037f", "card_number", "element 2: packed LL and 10 to 19 packed digits"),
        (19, "10", "amount_won", "element 4: a number of up to 11 digits, zeros in front, two to a byte"),
        (19, "0a", "amount_won", "element 4: a number of up to 11 digits, zeros in front, two to a byte"),
        (27, "1410", "currency", "element 49: the constant '0410', two digits to a byte"),
        (29, "1004", "remark", "element 63: packed LLL and 0 to 20 bytes of text"),
    ],
)
def test_packed_bytes_that_are_no_digits_are_refused(offset: int, wire: str, field: str, rule: str) -> None:
    raw = bytes.fromhex(wire)

    with pytest.raises(DecodeError) as refused:
        Packed.decode(PACKED_BYTES[:offset] + raw + PACKED_BYTES[offset + len(raw) :])

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_frame_of_another_length_is_refused_whole() -> None:
    wire = gyeongbok_approval_request.encode()

    for damaged in (wire[:-1], wire + b" ", b"0000" + wire[4:]):
        with pytest.raises(DecodeError) as refused:
            gyeongbok.ApprovalRequest.decode(damaged)
        assert (refused.value.field, refused.value.offset) == ("", 0)


ISO_EXAMPLES = {name: example for name, example in EXAMPLES.items() if isinstance(example, IsoTelegram)}


@pytest.mark.parametrize("name", ISO_EXAMPLES)
def test_telegrams_are_told_apart_by_message_type_and_processing_code(name: str) -> None:
    spec = gyeongbok if name.startswith("gyeongbok") else bada
    decode = spec.decode_answer if name.endswith("answer") else spec.decode_request

    assert decode(ISO_EXAMPLES[name].encode()) == ISO_EXAMPLES[name]


def test_a_telegram_of_an_unknown_type_or_code_is_refused() -> None:
    wire = gyeongbok_approval_request.encode()
    code_at = wire.index(b"000000", 40)

    with pytest.raises(DecodeError) as unknown_type:
        gyeongbok.decode_request(wire[:4] + b"0999" + wire[8:])
    with pytest.raises(DecodeError) as unknown_code:
        gyeongbok.decode_request(wire[:code_at] + b"777777" + wire[code_at + 6 :])
    with pytest.raises(DecodeError) as no_code:
        gyeongbok.decode_request(b"00200100" + b"0020000000000000")

    assert (unknown_type.value.field, unknown_type.value.offset) == ("kind", 4)
    assert (unknown_code.value.field, unknown_code.value.offset) == ("processing_code", code_at)
    assert (no_code.value.field, no_code.value.rule) == (
        "processing_code",
        "bit 3 set, for processing_code",
    )


def test_a_row_is_not_looked_for_behind_a_bitmap_that_is_none() -> None:
    wire = b"0200D0200000000080000000000000000000"

    for look in (lambda: Sample.peek(wire, "amount_won"), lambda: Sample.spans(wire)):
        with pytest.raises(DecodeError) as refused:
            look()
        assert (refused.value.field, refused.value.offset) == ("bitmap", 4)
        assert refused.value.rule == "bit 1 set only if a bit above 64 is"


def test_bit_1_announces_a_bit_above_64_and_bit_64_is_none() -> None:
    class Sealed(IsoTelegram, mti="0800"):
        seal: bytes = octets(64, 2)

    assert Sealed.decode(b"08000000000000000001OK") == Sealed(seal=b"OK")
    with pytest.raises(DecodeError, match="bit 1 set only if a bit above 64 is"):
        Sealed.decode(b"080080000000000000010000000000000000OK")


def test_bytes_that_would_end_their_frame_are_not_sent() -> None:
    class Sealed(IsoTelegram, mti="0800", framing=Terminated(maximum_bytes=40)):
        seal: bytes = octets(64, 2)

    assert Sealed(seal=b"OK").encode() == b"08000000000000000001OK\r"
    with pytest.raises(EncodeError, match="at most 39 bytes without the end of the frame"):
        Sealed(seal=b"\rK").encode()


def test_an_unknown_bit_in_front_of_the_processing_code_is_named() -> None:
    class Short(IsoTelegram, mti="0100", framing=gyeongbok.FRAMING):
        processing_code: str = constant(3, 6, "000000")

    sales: Dispatch[Short] = Dispatch("sales", ("kind", "processing_code"), Short)

    with pytest.raises(DecodeError, match="without bit 2, which is no element"):
        sales.decode(gyeongbok_approval_request.encode())


def test_a_repeated_advice_says_what_the_first_one_said() -> None:
    advice = gyeongbok.NetCancelAdvice.decode(EXAMPLES["gyeongbok/net_cancel_advice"].encode())
    repeat = gyeongbok.NetCancelRepeat(
        **{row.name: getattr(advice, row.name) for row in advice.layout.elements if row.given}
    )

    assert repeat.encode()[8:] == advice.encode()[8:]
    assert (advice.kind, repeat.kind) == ("0420", "0421")


TRACK_2 = "4000000000000002=28121019170000"
CANARIES: dict[str, Any] = {
    "expiry": "2711",
    "track_2": TRACK_2,
    "cvc": "8642",
    "pin_block": b"\xc0\xff\xeeCANARY"[:8],
    "chip_data": b"CANARY-OF-THE-CHIP",
}


@pytest.mark.parametrize(
    "sale", [gyeongbok_approval_request, bada_approval_request], ids=lambda sale: sale.layout.telegram
)
def test_no_secret_is_shown_anywhere(sale: Telegram) -> None:
    sale = replace(sale, card_number="4000000000000002", **CANARIES)  # type: ignore[call-arg]  # rows of both

    masked = masked_bytes(sale)
    shown = [repr(sale), masked.decode("latin-1"), masked.hex(), *map(str, describe(sale))]

    assert len(masked) == len(sale.encode())
    assert sale.spans(masked) == sale.spans(sale.encode())
    for print_out in shown:
        for canary in ("2711", TRACK_2, "8642", "CANARY", b"CANARY".hex(), "4000000000000002"):
            assert canary not in print_out
    assert "card_number='400000******0002'" in repr(sale)


def test_a_packed_card_number_is_masked_digit_by_digit() -> None:
    rows = {row.field: row for row in describe(PACKED)}

    assert rows["card_number"].raw == "15" + "0378282fffff0005"
    assert rows["card_number"].value == "'378282*****0005'"
    with pytest.raises(DecodeError):
        Packed.decode(masked_bytes(PACKED))


def test_the_viewer_shows_text_as_it_is_and_all_else_as_hex_digits() -> None:
    class Letters(IsoTelegram, mti="4142", bitmap="binary", digits="bcd"):
        serial: str = digits(11, 6)

    class Chip(IsoTelegram, mti="0200"):
        data: bytes = lll_octets(55, 9)

    sample, letters, chip = (
        {row.field: row.raw for row in describe(telegram)}
        for telegram in (SAMPLE, Letters(serial="434445"), Chip(data=b"AB"))
    )

    assert sample["bitmap"] == "5020000000008000"
    assert sample["card_number"] == "16" + "411111******1111"
    assert (letters["kind"], letters["serial"]) == ("4142", "434445")
    assert chip["data"] == b"002AB".hex()


@pytest.mark.parametrize("shift", [shift for shift in range(-40, 41) if shift])
def test_a_telegram_that_arrives_shifted_leaks_nothing_through_its_error(shift: int) -> None:
    secrets = {**CANARIES, "card_number": "4000000000000002"}
    body = replace(gyeongbok_approval_request, **secrets).encode()[40:]
    moved = b"0" * shift + body if shift > 0 else body[-shift:]
    head = replace(gyeongbok_approval_request, **secrets).encode()[4:40]

    with pytest.raises(DecodeError) as refused:
        gyeongbok.decode_request(gyeongbok.FRAMING.wrap(head + moved))

    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.__context__)
    for canary in ("2711", TRACK_2, "8642", "CANARY", "4000000000000002", "00000000"):
        assert canary not in told


def test_a_binary_length_in_front_cuts_the_stream() -> None:
    frames = [example.encode() for name, example in ISO_EXAMPLES.items() if name.startswith("bada")]
    parser = bada.FRAMING.parser()

    cut = [frame for byte in b"".join(frames) for frame in parser.feed(bytes([byte]))]

    assert cut == frames


if TYPE_CHECKING:
    assert_type(SAMPLE.amount_won, int)
    assert_type(SAMPLE.track_2, str | None)
    assert_type(SAMPLE.kind, str)
    assert_type(Sample.decode(b""), Sample)
    assert_type(gyeongbok.decode_answer(b""), gyeongbok.AnyAnswer)

    SAMPLE.amount_won = 1  # type: ignore[misc]  # telegrams are immutable
    Sample(card_number="4111111111111111", amount_won=1)  # type: ignore[call-arg]  # an element is missing
    Sample(
        card_number=4111111111111111,  # type: ignore[arg-type]  # a card number is text
        amount_won=1,
        audit_number="000001",
        currency="840",  # type: ignore[call-arg]  # a constant cannot be given
        remark=b"",  # type: ignore[arg-type]  # a remark is text
    )

    class Wrong(IsoTelegram, mti="0200", framing=LengthHeader(maximum_bytes=99)):
        """Elements whose type is not what they hold."""

        amount_won: str = won(4, 12)  # type: ignore[assignment]  # an amount is a number
        remark: str = optional(lll_text(63, 20))  # type: ignore[assignment]  # it may be absent
