"""Kernel: won are whole, cards are masked, days are Korean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.kernel.card import Card, Entry, check_digit_holds, masked_in_files, masked_number
from payment_core.kernel.instrument import Instrument, masked
from payment_core.kernel.korean_time import business_dates_around, korean_time
from payment_core.kernel.won import vat_included_won, vat_of_cancel_won

MIDNIGHT_IN_SEOUL_MS = 1_795_100_400_000  # 2026-11-20 00:00:00 KST


@pytest.mark.parametrize(
    ("amount_won", "vat_won"), [(1_000, 91), (11_000, 1_000), (100, 9), (1_004, 91), (1_005, 91)]
)
def test_vat_is_an_eleventh_rounded_half_up(amount_won: int, vat_won: int) -> None:
    assert vat_included_won(amount_won) == vat_won


@given(st.integers(0, 10**9))
def test_vat_is_never_more_than_half_a_won_off(amount_won: int) -> None:
    assert abs(22 * vat_included_won(amount_won) - 2 * amount_won) <= 11


@given(st.integers(1, 10**9), st.data())
def test_the_vat_of_any_cancel_leaves_no_vat_without_an_amount(
    remaining_won: int, data: st.DataObject
) -> None:
    remaining_vat_won = data.draw(st.integers(0, remaining_won))
    cancel_won = data.draw(st.integers(1, remaining_won))

    vat_won = vat_of_cancel_won(cancel_won, remaining_won=remaining_won, remaining_vat_won=remaining_vat_won)

    assert 0 <= vat_won <= cancel_won
    assert 0 <= remaining_vat_won - vat_won <= remaining_won - cancel_won


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("4111111111111111", "411111******1111"),
        ("378282246310005", "378282*****0005"),
        ("4111111111", "411111****"),
        ("411", "***"),
    ],
)
def test_a_card_shows_its_first_six_and_last_four_at_most(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@given(st.text("0123456789", min_size=10, max_size=19))
def test_at_least_four_digits_of_any_number_stay_hidden(number: str) -> None:
    assert masked_number(number).count("*") >= 4
    assert len(masked_number(number)) == len(number)


def test_a_card_never_prints_its_secrets() -> None:
    card = Card("4111111111111111", "1230", Entry.SWIPED, cvc="987", track2="4111111111111111=3012")

    assert repr(card) == "Card(411111******1111, SWIPED)"


def test_of_any_other_number_that_pays_only_the_last_four_digits_are_shown() -> None:
    assert repr(Instrument("01012345678", Entry.KEYED, secret="9")) == "Instrument(*******5678)"  # noqa: S106 -- no PIN
    assert masked(Instrument("4111111111111111")) == "************1111"
    assert masked(Card("4111111111111111", "1230", Entry.KEYED)) == "411111******1111"


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "0000000000000"])
def test_a_number_with_one_digit_mistyped_is_told_from_the_right_one(number: str) -> None:
    others = [
        f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
        for place in range(len(number))
        for by in range(1, 10)
    ]

    assert check_digit_holds(number)
    assert not any(check_digit_holds(other) for other in others)


def test_a_private_card_of_twelve_digits_has_no_check_digit() -> None:
    assert check_digit_holds("000000000000")
    assert check_digit_holds("000000000001")


def test_a_card_is_good_to_the_end_of_its_month() -> None:
    card = Card("4111111111111111", "1126", Entry.KEYED)

    assert not card.is_expired_on("20261130")
    assert card.is_expired_on("20261201")
    assert not Card("4111111111111111", "0127", Entry.KEYED).is_expired_on("20261231")


def test_a_cards_bin_is_its_first_six_digits() -> None:
    card = Card("4111112222223333", "1230", Entry.CHIP)

    assert (card.bin, card.cvc, card.track2) == ("411111", "", "")


def test_the_business_day_turns_at_midnight_in_seoul() -> None:
    assert business_dates_around(MIDNIGHT_IN_SEOUL_MS) == {"20261119", "20261120", "20261121"}
    assert business_dates_around(MIDNIGHT_IN_SEOUL_MS - 1) == {"20261118", "20261119", "20261120"}
    assert f"{korean_time(MIDNIGHT_IN_SEOUL_MS):%Y-%m-%d %H:%M}" == "2026-11-20 00:00"


@pytest.mark.parametrize(
    ("masked", "in_files"),
    [
        ("411111******1111", "411111******1111"),
        ("55555*****4444", "55555*****4444"),
        ("1234****5678", "********5678"),
        ("411111*********1111", "411111*********1111"),
        ("281111**********1111", "281111*********1111"),
    ],
    ids=["as it is", "five are enough", "four are not", "nineteen signs fit", "twenty lose a star"],
)
def test_files_carry_five_hidden_signs_at_least_and_nineteen_in_all_at_most(
    masked: str, in_files: str
) -> None:
    assert masked_in_files(masked) == in_files
