"""Nobody sees a secret, and of a card number only its ends: not in repr, viewer, evidence or any error."""

from __future__ import annotations

import string
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from telegram_codec import DecodeError, EncodeError, Telegram, describe, masked_bytes, outline
from telegram_codec.fields import digits, left_digits, pan, text
from telegram_codec.masking import Visibility, masked_card_number, masked_field_bytes
from telegram_codec.specs import haneul, hangang
from tests.codec.examples import approval_request
from tests.codec.strategies import TELEGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACK_2 = "4000000000000002=28121019170000"
CANARIES = {"expiry": "2711", "track_2": TRACK_2, "cvc": "8642", "pin_block": "C0FFEE00C0FFEE99"}
MIDDLE_OF_THE_CARD = "000000"  # of 4000 00|00 0000| 0002: what lies between the first six and the last four


def a_sale(**secrets: Any) -> hangang.ApprovalRequest:  # noqa: ANN401 - any row, by its name
    return replace(approval_request, **{"card_number": "4000000000000002", **secrets})


def shown(telegram: Telegram) -> Iterator[str]:
    """Everything this package can print of a telegram."""
    yield repr(telegram)
    yield str(telegram)
    yield f"{telegram}"
    yield masked_bytes(telegram).decode("euc-kr")
    for row in describe(telegram):
        yield str(row)


def test_no_secret_is_shown_anywhere() -> None:
    sale = a_sale(**CANARIES)

    for print_out in shown(sale):
        for canary in CANARIES.values():
            assert canary not in print_out
        assert "4000000000000002" not in print_out


def test_the_ends_of_the_card_number_and_everything_else_are_shown() -> None:
    sale = a_sale(**CANARIES)

    assert "card_number='400000******0002'" in repr(sale)
    assert "cvc=<secret>" in repr(sale)
    assert b"400000******0002" in masked_bytes(sale)
    assert "한강분식" in repr(sale)


def test_nobody_can_tell_whether_a_secret_was_filled() -> None:
    filled = a_sale(**CANARIES)
    empty = a_sale(**dict.fromkeys(CANARIES, ""))

    assert filled != empty
    assert list(shown(filled)) == list(shown(empty))


def test_an_encode_error_never_repeats_the_value() -> None:
    for name, canary in {**CANARIES, "card_number": "4000000000000002"}.items():
        for unfit in (canary * 9, canary + "\n", canary + "☕"):
            with pytest.raises(EncodeError) as refused:
                a_sale(**{**CANARIES, name: unfit}).encode()
            assert canary not in "".join(traceback.format_exception(refused.value))
            assert canary not in repr(refused.value.__context__)


@pytest.mark.parametrize("shift", [shift for shift in range(-40, 41) if shift])
def test_a_telegram_that_arrives_shifted_leaks_nothing_through_its_error(shift: int) -> None:
    wire = a_sale(**CANARIES).encode()
    body = wire[8:]
    moved = wire[:8] + (b"0" * shift + body if shift > 0 else body[-shift:]).ljust(len(body))[: len(body)]

    with pytest.raises(DecodeError) as refused:
        hangang.decode_request(moved)

    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.__context__)
    for canary in (*CANARIES.values(), "4000000000000002", MIDDLE_OF_THE_CARD):
        assert canary not in told


def test_the_outline_of_bytes_tells_their_shape_and_no_more() -> None:
    assert outline(b"4111 abC\xc7\xd1=\x00") == "####_AAA~~??"
    for byte in range(256):
        sign = chr(byte)
        korean, digit, letter = byte >= 0x80, sign in string.digits, sign in string.ascii_letters
        shape = "~" if korean else "#" if digit else "A" if letter else "_" if sign == " " else "?"
        assert outline(bytes([byte])) == shape


def test_an_error_shows_the_outline_of_the_first_64_bytes() -> None:
    class Long(Telegram, size=65):
        serial: str = digits(0, 65)

    class Short(Telegram, size=64):
        serial: str = digits(0, 64)

    with pytest.raises(DecodeError) as refused:
        Long.decode(b"x" * 65)
    assert refused.value.found == "A" * 64 + "... (65 bytes)"
    with pytest.raises(DecodeError) as refused:
        Short.decode(b"x" * 64)
    assert refused.value.found == "A" * 64


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("4111111111111111", "411111******1111"),
        ("378282246310005", "378282*****0005"),
        ("41111111111111", "**********1111"),
        ("4111111111", "******1111"),
        ("411111111", "*********"),
        ("", ""),
    ],
)
def test_at_least_five_digits_of_any_card_number_are_hidden(number: str, printed: str) -> None:
    assert masked_card_number(number) == printed


@pytest.mark.parametrize("mistaken", [4000000000000002, b"4000000000000002", ["4000000000000002"]])
def test_a_card_number_of_the_wrong_type_is_hidden_whole(mistaken: object) -> None:
    sale = a_sale(card_number=mistaken)

    assert "card_number=<secret>" in repr(sale)
    with pytest.raises(EncodeError, match="card_number: takes text, not "):
        sale.encode()


def test_masking_never_cuts_inside_a_korean_character() -> None:
    raw = "카드번호없음".encode("euc-kr").ljust(20)

    assert masked_field_bytes(raw, Visibility.CARD) == b"*" * 12 + b" " * 8


@pytest.mark.parametrize(
    ("raw", "visibility", "shown"),
    [
        (b"4111111111111111    ", Visibility.PLAIN, b"4111111111111111    "),
        (b"4111111111111111    ", Visibility.CARD, b"411111******1111    "),
        (b"41111111111111~     ", Visibility.CARD, b"411111*****111~     "),
        (b"4111111111111111    ", Visibility.SECRET, b"********************"),
    ],
)
def test_bytes_are_hidden_at_equal_length(raw: bytes, visibility: Visibility, shown: bytes) -> None:
    assert masked_field_bytes(raw, visibility) == shown


def test_every_row_that_holds_card_data_says_so() -> None:
    hidden = {Visibility.CARD, Visibility.SECRET}
    words = ("card_number", "cvc", "track", "pin", "expiry", "card_data")

    rows = [row for telegram in TELEGRAMS for row in telegram.layout.rows if row.given]
    suspects = [row for row in rows if any(word in row.name for word in words)]

    assert len(suspects) >= 8
    assert [row for row in suspects if row.visibility not in hidden] == []


def test_a_secret_is_declared_on_the_row_alone() -> None:
    class Locker(Telegram, size=40):
        owner: str = text(0, 10)
        combination: str = left_digits(10, 10, secret=True)
        card_number: str = pan(20, 20)

    locker = Locker(owner="haneul", combination="8642", card_number="4111111111111111")

    assert repr(locker).endswith(
        "Locker(owner='haneul', combination=<secret>, card_number='411111******1111')"
    )
    assert masked_bytes(locker) == b"haneul    **********411111******1111    "


def test_the_published_example_shows_no_expiry_cvc_or_cipher() -> None:
    payment = haneul.Payment(
        management_number="HN-1",
        card_number="1234567890123456",
        expiry="1125",
        cvc="777",
        amount_won=110_000,
        vat_won=10_000,
        encrypted_card_data="Y" * 300,
    )

    for print_out in shown(payment):
        assert "1125" not in print_out
        assert "777" not in print_out
        assert "YYYYY" not in print_out
