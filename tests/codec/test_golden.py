"""The bytes of every telegram, written out row by row in golden/, are what the classes write and read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from telegram_codec import describe, masked_bytes
from telegram_codec.specs import haneul, hangang
from tests.codec.examples import EXAMPLES
from tests.codec.strategies import TELEGRAMS

GOLDEN = Path(__file__).parent / "golden"


def golden_bytes(name: str) -> bytes:
    """The bytes between the bars; the written offset of every row is checked on the way.

    `␂` and its like are control characters, `⟦5a06⟧` are the bytes 0x5a and 0x06.
    """
    wire = b""
    for line in (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()[2:]:
        place, content, after = line.split("|")
        assert after == ""
        assert int(place.split()[0]) == len(wire), line
        wire += b"".join(map(_bytes, re.split("(⟦[0-9a-f]+⟧|[␀-␟])", content)))
    return wire


def _bytes(piece: str) -> bytes:
    if piece.startswith("⟦"):
        return bytes.fromhex(piece[1:-1])
    if piece and "␀" <= piece <= "␟":
        return bytes([ord(piece) - ord("␀")])
    return piece.encode("cp949")


def test_every_telegram_has_a_golden_example() -> None:
    assert {type(example) for example in EXAMPLES.values()} == set(TELEGRAMS)
    assert {f"{path.parent.name}/{path.stem}" for path in GOLDEN.rglob("*.txt")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_telegram_is_written_exactly_as_on_paper(name: str) -> None:
    assert EXAMPLES[name].encode() == golden_bytes(name)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_paper_is_read_back_as_the_same_telegram(name: str) -> None:
    example = EXAMPLES[name]

    assert type(example).decode(golden_bytes(name)) == example


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name.startswith("hangang")])
def test_hangang_tells_its_telegrams_apart_by_their_type(name: str) -> None:
    decode = hangang.decode_request if name.endswith("request") else hangang.decode_answer

    assert decode(golden_bytes(name)) == EXAMPLES[name]


def test_hangang_sizes_are_those_of_the_paper() -> None:
    assert {telegram.layout.size for telegram in hangang.REQUESTS.telegrams} == {540, 127}
    assert {telegram.layout.size for telegram in hangang.ANSWERS.telegrams} == {465, 131}


def test_an_answer_has_the_type_of_its_request_plus_ten() -> None:
    requests = [int(telegram.kind) for telegram in hangang.REQUESTS.telegrams]
    answers = [int(telegram.kind) for telegram in hangang.ANSWERS.telegrams]

    assert answers == [kind + 10 for kind in requests]


def test_a_net_cancel_carries_no_card_data() -> None:
    sale = golden_bytes("hangang/approval_request")
    net_cancel = golden_bytes("hangang/net_cancel_request")
    rows = hangang.ApprovalRequest.layout

    for name in ("card_number", "expiry", "track_2", "cvc", "pin_block"):
        row = rows.row(name)
        assert net_cancel[row.offset : row.end].strip() == b""
        assert masked_bytes(hangang.NetCancelRequest.decode(net_cancel)) == net_cancel
    assert b"4111111111111111" in sale


def test_the_viewer_names_place_row_bytes_value_and_meaning() -> None:
    rows = {row.field: row for row in describe(EXAMPLES["hangang/approval_request"])}

    assert rows["transaction_date"] == (
        34, 8, "transaction_date", "20260302", "2026-03-02", "거래일자; Korean time"
    )  # fmt: skip
    assert rows["card_number"][3:5] == ("411111******1111    ", "'411111******1111'")
    assert rows["cvc"][3:5] == ("****", "<secret>")
    assert rows["amount_won"][3:5] == ("000000055000", "55000")
    assert rows["original_date"][3:5] == (" " * 8, "")
    assert rows["merchant_name"][3:5] == ("한강분식".ljust(36), "'한강분식'")


# The two example strings of the coding task the layout comes from, `_` for a space.
_TASK_PAYMENT = (
    "_446PAYMENT___XXXXXXXXXXXXXXXXXXXX1234567890123456____001125777____1100000000010000____________________"
    + "Y" * 300
    + "_" * 47
)
_TASK_CANCEL = (
    "_446CANCEL____ZZZZZZZZZZZZZZZZZZZZ1234567890123456____001125777____1100000000010000XXXXXXXXXXXXXXXXXXXX"
    + "Y" * 300
    + "_" * 47
)


def test_the_published_payment_example_is_met_byte_for_byte() -> None:
    wire = _TASK_PAYMENT.replace("_", " ").encode("ascii")

    payment = haneul.Payment(
        management_number="X" * 20,
        card_number="1234567890123456",
        expiry="1125",
        cvc="777",
        amount_won=110_000,
        vat_won=10_000,
        encrypted_card_data="Y" * 300,
    )

    assert payment.encode() == wire
    assert haneul.decode_request(wire) == payment


def test_the_published_cancel_example_is_met_byte_for_byte() -> None:
    wire = _TASK_CANCEL.replace("_", " ").encode("ascii")

    cancel = haneul.Cancel(
        management_number="Z" * 20,
        card_number="1234567890123456",
        expiry="1125",
        cvc="777",
        amount_won=110_000,
        vat_won=10_000,
        original_management_number="X" * 20,
        encrypted_card_data="Y" * 300,
    )

    assert cancel.encode() == wire
    assert haneul.decode_request(wire) == cancel
