"""When bytes cannot be read because a counterparty counted characters, the error says where it began."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.blame import tallies
from telegram_codec import DecodeError
from telegram_codec.kinds import Text
from telegram_codec.masking import Visibility
from telegram_codec.specs import hangang
from tests.codec import examples
from tests.codec.examples import EXAMPLES

if TYPE_CHECKING:
    from telegram_codec import Telegram


def hint(telegram: type[Telegram], wire: bytes) -> str:
    with pytest.raises(DecodeError) as refused:
        telegram.decode(wire)
    return refused.value.hint


def with_bytes_inserted(wire: bytes, offset: int, inserted: bytes, *, cut: bool) -> bytes:
    """`wire` grown by `inserted` at `offset`; `cut` takes as many bytes off its end."""
    grown = wire[:offset] + inserted + wire[offset:]
    return grown[: len(wire)] if cut else grown


@pytest.mark.parametrize("cut", [True, False])
@pytest.mark.parametrize("surplus", [1, 2, 4, 7])
def test_a_name_padded_by_characters_pushes_what_follows_to_the_right(surplus: int, cut: bool) -> None:  # noqa: FBT001 - a case of the test
    wire = examples.approval_answer.encode()
    row = hangang.Answer.layout.row("issuer_name")

    damaged = with_bytes_inserted(wire, row.end - 1, b" " * surplus, cut=cut)

    size = "1 byte" if surplus == 1 else f"{surplus} bytes"
    assert hint(hangang.ApprovalAnswer, damaged) == f"looks shifted by {size} to the right since issuer_name"


def test_a_missing_byte_pulls_what_follows_to_the_left() -> None:
    wire = examples.approval_answer.encode()
    row = hangang.Answer.layout.row("printed_card_number")

    damaged = wire[: row.end - 1] + wire[row.end :] + b" "

    assert (
        hint(hangang.ApprovalAnswer, damaged)
        == "looks shifted by 1 byte to the left since printed_card_number"
    )


def test_the_hint_is_part_of_what_the_error_says() -> None:
    wire = examples.approval_answer.encode()
    row = hangang.Answer.layout.row("issuer_name")

    with pytest.raises(DecodeError, match=r"; looks shifted by 2 bytes to the right since issuer_name$"):
        hangang.decode_answer(with_bytes_inserted(wire, row.end - 1, b"  ", cut=True))


def test_a_single_wrong_row_is_not_called_a_shift() -> None:
    wire = bytearray(examples.approval_answer.encode())
    row = hangang.Answer.layout.row("amount_won")
    wire[row.offset] = ord("x")

    assert hint(hangang.ApprovalAnswer, bytes(wire)) == ""


@pytest.mark.parametrize(
    ("kept", "row"), [(463, "answer_spare"), (230, "acquirer_code"), (2, "length_bytes")]
)
def test_a_telegram_that_merely_ends_early_is_not_called_a_shift(kept: int, row: str) -> None:
    wire = examples.approval_answer.encode()

    assert hint(hangang.ApprovalAnswer, wire[:kept]) == f"looks cut off in {row}"


def test_two_rows_in_each_others_place_are_both_named() -> None:
    wire = examples.approval_answer.encode()
    date, time = (hangang.Answer.layout.row(name) for name in ("answered_date", "answered_time"))

    swapped = (
        wire[: date.offset] + wire[time.offset : time.end] + wire[date.offset : date.end] + wire[time.end :]
    )

    assert hint(hangang.ApprovalAnswer, swapped) == "answered_date and answered_time look swapped"


@pytest.mark.slow
def test_nineteen_of_twenty_errors_name_the_row_that_was_damaged() -> None:
    found = tallies(per_damage=250)

    right, wrong = sum(one.right for one in found.values()), sum(one.wrong for one in found.values())
    assert right + wrong > 1_500
    assert right / (right + wrong) >= 0.95
    assert min(one.percent for one in found.values()) >= 80


def test_nothing_is_guessed_of_noise() -> None:
    assert hint(hangang.ApprovalAnswer, b"\xff" * 465) == ""
    assert hint(hangang.ApprovalAnswer, b"") == ""


def test_the_hint_blames_the_row_padded_by_characters_or_nobody() -> None:
    """A Korean name padded by characters is the classic; some rows have nothing behind them that can tell."""
    right = silent = 0
    for example in EXAMPLES.values():
        for row in example.layout.rows:
            if type(row.kind) is not Text or row.visibility is not Visibility.PLAIN:
                continue
            for syllables in range(max(1, row.kind.at_least // 2), min(row.size // 2, 16) + 1):
                name = "한강분식집가나다라마바사아자차카"[:syllables]
                padded = name.ljust(row.size).encode("euc-kr")
                changes: dict[str, Any] = {row.name: name}
                wire = replace(example, **changes).encode()

                told = hint(type(example), wire[: row.offset] + padded + wire[row.end :])

                blame = f" to the right since {row.name}"
                assert told == "" or (
                    told.endswith(blame) and told.startswith(f"looks shifted by {syllables} ")
                )
                right, silent = right + bool(told), silent + (not told)
    assert right > silent
