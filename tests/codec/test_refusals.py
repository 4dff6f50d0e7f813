"""Every way a value or its bytes can be refused; the error names the place and the rule, and nothing else."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest

from telegram_codec import CP949, DecodeError, Dispatch, EncodeError, FrameError, LayoutError, Telegram
from telegram_codec.dispatch import known_wires
from telegram_codec.fields import (
    code,
    constant,
    digits,
    hhmmss,
    left_digits,
    message,
    number,
    own_length,
    pan,
    text,
    won,
    yymmdd,
    yyyymmdd,
)
from telegram_codec.specs import haneul, hangang
from tests.codec import examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_codec.errors import TelegramError


class Sample(Telegram, size=90, charset=CP949):
    """One row of each kind, as small as it can be read."""

    length_bytes: int = own_length(0, 4)
    kind: str = constant(4, 4, "S1")
    name: str = text(8, 10)
    wording: str = message(18, 10)
    serial: str = digits(28, 6)
    approval_number: str = left_digits(34, 8, at_least=6, may_be_blank=True)
    card_number: str = pan(42, 20)
    scope: str = code(62, 1, meanings={"F": "full", "P": "partial"})
    answer: str = code(63, 4)
    count: int = number(67, 2)
    amount_won: int = won(69, 7, pad=" ")
    day: date = yyyymmdd(76, 8)
    moment: time = hhmmss(84, 6)


SAMPLE = Sample(
    name="한강",
    wording="승인",
    serial="004711",
    approval_number="",
    card_number="5555555555554444",
    scope="F",
    answer="01K2",
    count=3,
    amount_won=0,
    day=date(2024, 2, 29),
    moment=time(23, 59, 59),
)
# name, wording and amount as bytes: 0086 S1__ ...
SAMPLE_BYTES = (
    b"0086S1  "
    + "한강".encode("euc-kr")
    + b"      "
    + "승인".encode("euc-kr")
    + b"      "
    + b"004711        5555555555554444    F01K203      020240229235959"
)


def test_the_sample_reads_and_writes() -> None:
    assert SAMPLE.encode() == SAMPLE_BYTES
    assert Sample.decode(SAMPLE_BYTES) == SAMPLE


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "한강분식점", ""),
        ("name", "한강분식점a", "needs 11 bytes in CP949, the field has 10"),
        ("name", "padded ", "a space at the end would be read as padding"),
        ("name", "two\nlines", "control characters are not text"),
        ("name", "☕☕", "character 1 does not exist in CP949"),
        ("name", 4711, "takes text, not int"),
        ("name", None, "takes text, not NoneType"),
        ("wording", "한강분식점a", "needs 11 bytes in CP949, the field has 10"),
        ("serial", "4711", "exactly 6 digits"),
        ("serial", "0047110", "exactly 6 digits"),
        ("serial", "00471\N{FULLWIDTH DIGIT ONE}", "exactly 6 digits"),
        ("serial", "00471²", "exactly 6 digits"),
        ("serial", " 04711", "exactly 6 digits"),
        ("serial", 4711, "takes text, not int"),
        ("approval_number", "12345", "6 to 8 digits, spaces behind or all spaces"),
        ("approval_number", "123456789", "6 to 8 digits, spaces behind or all spaces"),
        ("approval_number", "123 56", "6 to 8 digits, spaces behind or all spaces"),
        ("card_number", "", "10 to 20 digits, spaces behind"),
        ("card_number", "5555-5555-5555-4444", "10 to 20 digits, spaces behind"),
        ("scope", "X", "one of F, P"),
        ("scope", "", "one of F, P"),
        ("answer", "01K", "exactly 4 letters or digits"),
        ("answer", "01-2", "exactly 4 letters or digits"),
        ("answer", "승인", "exactly 4 letters or digits"),
        ("count", 100, "a number of up to 2 digits"),
        ("count", -1, "a number of 0 or more"),
        ("count", True, "takes a whole number, not bool"),
        ("count", "03", "takes a whole number, not str"),
        ("amount_won", 10_000_000, "a number of up to 7 digits"),
        ("amount_won", 1.0, "takes a whole number, not float"),
        ("day", datetime(2024, 2, 29, tzinfo=UTC), "takes a date, not datetime"),
        ("day", "20240229", "takes a date, not str"),
        ("moment", time(1, 2, 3, 4), "a local time without fractions of a second"),
        ("moment", time(1, 2, 3, tzinfo=UTC), "a local time without fractions of a second"),
        ("moment", None, "takes a time, not NoneType"),
    ],
)
def test_a_value_that_its_row_cannot_carry_is_refused(field: str, value: object, reason: str) -> None:
    changes: dict[str, Any] = {field: value}
    telegram = replace(SAMPLE, **changes)

    if not reason:
        assert len(telegram.encode()) == 90
        return
    with pytest.raises(EncodeError) as refused:
        telegram.encode()
    assert (refused.value.telegram, refused.value.field) == ("test_refusals.Sample", field)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("offset", "wire", "field", "rule"),
    [
        (0, b"0090", "length_bytes", "the constant '0086'"),
        (4, b"S2  ", "kind", "the constant 'S1  '"),
        (8, b"\xc7  ", "name", "whole CP949 characters"),
        (8, b"a\x00bc", "name", "text without control characters"),
        (28, b"00 711", "serial", "exactly 6 digits"),
        (28, b"+04711", "serial", "exactly 6 digits"),
        (28, b"0_4711", "serial", "exactly 6 digits"),
        (34, b"12345   ", "approval_number", "6 to 8 digits, spaces behind or all spaces"),
        (34, b" 1234567", "approval_number", "6 to 8 digits, spaces behind or all spaces"),
        (42, b" " * 20, "card_number", "10 to 20 digits, spaces behind"),
        (42, b"55555555 5554444    ", "card_number", "10 to 20 digits, spaces behind"),
        (62, b"X", "scope", "one of F, P"),
        (62, b" ", "scope", "one of F, P"),
        (63, b"01K ", "answer", "exactly 4 letters or digits"),
        (67, b" 3", "count", "a number of up to 2 digits, zeros in front"),
        (67, b"+3", "count", "a number of up to 2 digits, zeros in front"),
        (69, b"       ", "amount_won", "a number of up to 7 digits, spaces in front"),
        (69, b"0000001", "amount_won", "a number of up to 7 digits, spaces in front"),
        (69, b"1      ", "amount_won", "a number of up to 7 digits, spaces in front"),
        (76, b"20230229", "day", "a calendar day as YYYYMMDD"),
        (76, b"        ", "day", "a calendar day as YYYYMMDD"),
        (76, b"00000101", "day", "a calendar day as YYYYMMDD"),
        (84, b"240000", "moment", "a time of day as HHMMSS"),
        (84, b"12:000", "moment", "a time of day as HHMMSS"),
    ],
)
def test_bytes_that_are_not_what_the_paper_says_are_refused(
    offset: int, wire: bytes, field: str, rule: str
) -> None:
    damaged = SAMPLE_BYTES[:offset] + wire + SAMPLE_BYTES[offset + len(wire) :]

    with pytest.raises(DecodeError) as refused:
        Sample.decode(damaged)

    assert (refused.value.telegram, refused.value.field) == ("test_refusals.Sample", field)
    assert (refused.value.offset, refused.value.rule) == (Sample.layout.row(field).offset, rule)


@pytest.mark.parametrize("size", [0, 1, 89, 91, 180])
def test_a_telegram_of_another_length_is_refused_whole(size: int) -> None:
    with pytest.raises(DecodeError) as refused:
        Sample.decode((SAMPLE_BYTES * 2)[:size])

    assert (refused.value.field, refused.value.offset) == ("", 0)
    assert (refused.value.found, refused.value.rule) == (f"{size} bytes", "90 bytes")


def test_rows_have_no_place_in_a_telegram_of_another_length() -> None:
    with pytest.raises(DecodeError) as refused:
        Sample.spans(SAMPLE_BYTES + b" ")

    assert (refused.value.offset, refused.value.found, refused.value.rule) == (0, "91 bytes", "90 bytes")


def test_a_row_is_found_as_soon_as_its_last_byte_is_there() -> None:
    assert Sample.peek(SAMPLE_BYTES[:8], "kind") == (4, b"S1  ")
    with pytest.raises(DecodeError, match="at least 8 bytes"):
        Sample.peek(SAMPLE_BYTES[:7], "kind")


def test_a_net_cancel_that_carries_card_data_is_refused() -> None:
    wire = examples.net_cancel_request.encode()
    row = hangang.Request.layout.row("cvc")

    with pytest.raises(DecodeError) as refused:
        hangang.decode_request(wire[: row.offset] + b"917 " + wire[row.end :])

    assert (refused.value.field, refused.value.rule) == ("cvc", "all spaces")


def test_what_a_counterparty_keeps_in_spare_bytes_stops_nothing() -> None:
    wire = examples.approval_answer.encode()
    row = hangang.Answer.layout.row("answer_spare")

    used = wire[: row.offset] + b"\x00\xffNEW".ljust(row.size, b"9")

    assert hangang.decode_answer(used) == examples.approval_answer


@pytest.mark.parametrize("decode", [hangang.decode_request, hangang.decode_answer, haneul.decode_request])
def test_an_unknown_type_is_refused(decode: Callable[[bytes], Telegram]) -> None:
    with pytest.raises(DecodeError) as refused:
        decode(b"0061" + b"9" * 600)

    assert refused.value.field == "kind"
    assert refused.value.rule.startswith("one of ")


@pytest.mark.parametrize(
    ("wire", "field", "rule"),
    [(b"XBC", "one", "one of A"), (b"AXX", "two", "one of B"), (b"ABX", "three", "one of C, D")],
)
def test_of_several_rows_that_tell_the_type_the_first_unknown_one_is_named(
    wire: bytes, field: str, rule: str
) -> None:
    class Deal(Telegram, size=3):
        one: str = constant(0, 1, "A")
        two: str = constant(1, 1, "B")
        three: str = constant(2, 1, "C")

    class OtherDeal(Deal):
        three: str = constant(2, 1, "D")

    with pytest.raises(DecodeError) as refused:
        Dispatch("deals", ("one", "two", "three"), Deal, OtherDeal).decode(wire)

    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_bytes_that_end_before_their_type_are_refused() -> None:
    with pytest.raises(DecodeError) as refused:
        hangang.decode_answer(b"0461111")

    assert (refused.value.found, refused.value.rule) == ("7 bytes", "at least 8 bytes")


def test_telegrams_that_cannot_be_told_apart_cannot_share_a_line() -> None:
    another = _another_approval()
    with pytest.raises(LayoutError, match="two telegrams have the constant '1100'") as refused:
        Dispatch("twins", "kind", hangang.ApprovalRequest, another)
    twins = [str(telegram.layout.row("kind")) for telegram in (hangang.ApprovalRequest, another)]
    assert [refused.value.first, refused.value.second] == twins
    assert known_wires(hangang.Request.layout.row("serial")) == []
    with pytest.raises(LayoutError, match="'serial' is not a constant"):
        Dispatch("serials", "serial", hangang.ApprovalRequest, hangang.CancelRequest)


def _another_approval() -> type[hangang.Request]:
    class Another(hangang.Request):
        kind: str = constant(4, 4, "1100")

    return Another


def test_two_digit_years_are_of_this_century_and_no_other() -> None:
    class Short(Telegram, size=6):
        day: date = yymmdd(0, 6)

    assert Short(day=date(2099, 12, 31)).encode() == b"991231"
    assert Short.decode(b"000101").day == date(2000, 1, 1)
    with pytest.raises(EncodeError, match="a year of 2000 to 2099"):
        Short(day=date(1999, 12, 31)).encode()


def test_a_telegram_is_immutable_and_its_constants_belong_to_the_paper() -> None:
    with pytest.raises(FrozenInstanceError):
        examples.echo_request.serial = "000000000000"  # type: ignore[misc]  # what the test is about
    with pytest.raises(FrozenInstanceError):
        examples.echo_request.kind = "1100"  # type: ignore[misc]  # what the test is about
    with pytest.raises(ValueError, match="kind"):
        replace(examples.echo_request, kind="1100")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            EncodeError("paper.Sale", "amount_won", "a number of 0 or more"),
            "paper.Sale.amount_won: a number of 0 or more",
        ),
        (
            DecodeError("paper.Sale", "amount_won", 7, "##A", "a number"),
            "paper.Sale.amount_won at byte 7: found '##A', must be a number",
        ),
        (
            DecodeError("paper.Sale", "", 0, "7 bytes", "8 bytes", "looks cut off in amount_won"),
            "paper.Sale at byte 0: found '7 bytes', must be 8 bytes; looks cut off in amount_won",
        ),
        (
            LayoutError("paper.Sale", "byte 4 belongs to two rows", "paper.py:1 a", "paper.py:2 b"),
            "paper.Sale: byte 4 belongs to two rows\n  paper.py:1 a\n  paper.py:2 b",
        ),
        (
            FrameError(12, "AA", "4 digits of length"),
            "frame at byte 12 of the stream: found 'AA', must be 4 digits of length",
        ),
    ],
    ids=lambda shown: type(shown).__name__ if isinstance(shown, Exception) else "",
)
def test_a_refusal_is_one_sentence_for_who_must_find_the_byte(refusal: TelegramError, sentence: str) -> None:
    assert str(refusal) == sentence


def test_errors_survive_being_sent_to_another_process() -> None:
    refusals = (
        EncodeError("paper.Sale", "amount_won", "a number of 0 or more"),
        DecodeError("paper.Sale", "amount_won", 7, "##A", "a number"),
        LayoutError("paper.Sale", "gap", "a", "b"),
    )

    for refusal in refusals:
        copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301 - our own bytes

        assert (str(copy), copy.__dict__) == (str(refusal), refusal.__dict__)
