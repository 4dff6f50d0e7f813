"""Korean text in telegrams: two bytes a character, counterparties that cut it, surprising encodings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telegram_codec import ASCII, CP949, EUC_KR, EncodeError, Telegram
from telegram_codec.errors import UnfitError
from telegram_codec.fields import message, text
from telegram_codec.specs import hangang
from tests.codec import examples


class Slip(Telegram, size=24, charset=EUC_KR):
    """A shop name, which is ours, and a message, which a counterparty may have cut."""

    shop: str = text(0, 12)
    wording: str = message(12, 12)


class ModernSlip(Slip, charset=CP949):
    """The same slip for a counterparty that reads CP949."""


def test_a_syllable_counts_two_bytes() -> None:
    assert Slip(shop="한강분식집a", wording="").encode()[:12] == "한강분식집a".encode("euc-kr") + b" "
    with pytest.raises(EncodeError, match="needs 13 bytes in EUC-KR, the field has 12"):
        Slip(shop="한강분식집점a", wording="").encode()


@pytest.mark.parametrize("syllable", "똠뷁쌰햏")
def test_syllables_outside_ks_x_1001_are_refused_in_euc_kr_and_take_two_bytes_in_cp949(syllable: str) -> None:
    assert len(syllable.encode("euc-kr")) == 8

    with pytest.raises(EncodeError, match="characters of KS X 1001, unlike the one at byte 2"):
        Slip(shop=f"한{syllable}", wording="").encode()
    assert ModernSlip(shop=syllable, wording="").encode()[:3] == syllable.encode("cp949") + b" "


def test_a_received_make_up_sequence_stays_what_it_is_made_of() -> None:
    sequence = "똠".encode("euc-kr")

    slip = Slip.decode(sequence.ljust(12) + b" " * 12)

    assert slip.shop == "\u3164ㄸㅗㅁ"
    assert slip.encode()[:8] == sequence


def test_a_cp949_character_in_a_euc_kr_telegram_is_refused() -> None:
    with pytest.raises(UnfitError, match="KS X 1001"):
        EUC_KR.decode("똠".encode("cp949"))


def test_every_character_of_the_encodings_comes_back_unchanged() -> None:
    written = {EUC_KR: 0, CP949: 0, ASCII: 0}

    for sign in map(chr, range(0x20, 0x1_0000)):  # no Korean encoding goes beyond the basic plane
        for charset in written:
            try:
                data = charset.encode(sign)
            except UnfitError:
                continue
            assert charset.decode(data) == sign
            assert len(data) == (1 if sign.isascii() else 2)
            written[charset] += 1

    assert written == {EUC_KR: 95 + 8_226, CP949: 95 + 8_226 + 8_822, ASCII: 95}


@pytest.mark.parametrize("text_of_people", ["☕", "한\u1112\u1161", "é", "\ud800", "😀"])
def test_characters_that_korean_encodings_do_not_have_are_refused(text_of_people: str) -> None:
    with pytest.raises(EncodeError, match=r"character . does not exist in EUC-KR"):
        Slip(shop=text_of_people, wording="").encode()


def test_a_message_cut_inside_its_last_character_still_tells_the_decision() -> None:
    row = hangang.Answer.layout.row("message")
    wording = ("정상승인되었습니다감사합니다안녕히가세요" * 2).encode("euc-kr")
    wire = examples.approval_answer.encode()

    cut = b"a" + wording[: row.size - 1]
    answer = hangang.decode_answer(wire[: row.offset] + cut + wire[row.end :])

    assert isinstance(answer, hangang.ApprovalAnswer)
    assert answer.approval_number == "30012345"
    assert answer.message == cut[:-1].decode("euc-kr")


def test_our_own_text_is_never_cut() -> None:
    too_long = replace(examples.approval_request, merchant_name="한강분식" * 6)

    with pytest.raises(EncodeError, match="needs 48 bytes in EUC-KR, the field has 40"):
        too_long.encode()


def test_a_wide_space_is_text_and_not_padding() -> None:
    slip = Slip(shop="\N{IDEOGRAPHIC SPACE}한\N{IDEOGRAPHIC SPACE}", wording="")

    assert Slip.decode(slip.encode()) == slip


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"", b""),
        (b"a", b"a"),
        ("가".encode("cp949"), "가".encode("cp949")),
        ("a가".encode("cp949")[:-1], b"a"),
        ("가a".encode("cp949") + b"\xb0", "가a".encode("cp949")),
        (b"a\x80", b"a"),
    ],
    ids=[
        "nothing",
        "one sign",
        "a whole one",
        "half behind a sign",
        "half behind a whole one and a sign",
        "the first byte that is no sign",
    ],
)
def test_only_half_a_character_is_left_out(data: bytes, whole: bytes) -> None:
    assert CP949.without_half_character(data) == whole


@pytest.mark.parametrize(
    ("text", "byte"), [("똠", 0), ("a똠", 1), ("ab똠", 2), ("a가똠", 3), ("\u3000똠", 2), ("가a똠", 3)]
)
def test_the_first_syllable_that_a_receiver_cannot_know_is_named_by_its_byte(text: str, byte: int) -> None:
    with pytest.raises(UnfitError, match=f"unlike the one at byte {byte}$"):
        EUC_KR.encode(text)
    with pytest.raises(UnfitError, match=f"unlike the one at byte {byte}$"):
        EUC_KR.decode(text.encode("cp949"))
