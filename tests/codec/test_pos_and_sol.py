"""Bodies that are compressed and enciphered, and notices that are signed."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import cast

import pytest

from telegram_codec import DecodeError, EncodeError
from telegram_codec.specs import pos, sol
from tests.codec.examples import EXAMPLES
from tests.codec.examples_of_others import SOL_KEY, settlement_notice

SALE = cast("pos.ApprovalRequest", EXAMPLES["pos/approval_request"])


def shifted(body: bytes) -> bytes:
    """A cipher that anybody sees through; `unshifted` undoes it."""
    return bytes((byte + 1) % 256 for byte in body)


def unshifted(body: bytes) -> bytes:
    return bytes((byte - 1) % 256 for byte in body)


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("encipher", [False, True])
def test_a_packed_telegram_is_unpacked_as_it_was(compress: bool, encipher: bool) -> None:  # noqa: FBT001 - cases of the test
    frame = pos.pack(SALE, compress=compress, encipher=shifted if encipher else None)

    assert pos.unpack(frame, unshifted) == SALE.encode()
    assert pos.decode_request(pos.unpack(frame, unshifted)) == SALE
    assert pos.FRAMING.parser().feed(frame) == [frame]
    assert frame[12:14] == b"NY"[compress : compress + 1] + b"NY"[encipher : encipher + 1]
    assert frame[4:12] + frame[14:60] == SALE.encode()[4:12] + SALE.encode()[14:60]


def test_a_packed_telegram_hides_its_body_and_is_not_taken_for_a_plain_one() -> None:
    frame = pos.pack(SALE, compress=True, encipher=shifted)

    assert SALE.track_2.encode() not in frame
    with pytest.raises(DecodeError):
        pos.decode_request(frame)


def test_an_enciphered_telegram_needs_a_key() -> None:
    with pytest.raises(DecodeError) as refused:
        pos.unpack(pos.pack(SALE, encipher=shifted))

    assert (refused.value.field, refused.value.offset) == ("enciphered", 13)


def with_body(body: bytes) -> bytes:
    """A frame that says its body is deflated."""
    wire = SALE.encode()
    return pos.FRAMING.wrap(wire[4:12] + b"YN" + wire[14:60] + body)


@pytest.mark.parametrize(
    "body",
    [
        zlib.compress(bytes(10_000_000))[:300],  # a bomb
        zlib.compress(bytes(161)),
        zlib.compress(b""),
        zlib.compress(bytes(160))[:-1],
        zlib.compress(bytes(160)) + b"?",
        b"not deflated",
    ],
)
def test_a_body_that_is_not_one_deflated_body_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError) as refused:
        pos.unpack(with_body(body))

    assert refused.value.rule == "a deflated body of up to 160 bytes"


@pytest.mark.parametrize(("offset", "field"), [(12, "compressed"), (13, "enciphered")])
def test_a_flag_of_neither_kind_is_refused(offset: int, field: str) -> None:
    wire = SALE.encode()

    with pytest.raises(DecodeError) as refused:
        pos.unpack(wire[:offset] + b"X" + wire[offset + 1 :])

    assert (refused.value.field, refused.value.rule) == (field, "one of Y, N")


def test_a_frame_shorter_than_its_header_is_refused() -> None:
    with pytest.raises(DecodeError, match="at least 60 bytes"):
        pos.unpack(SALE.encode()[:59])


def test_a_body_that_grows_beyond_the_frame_is_not_sent() -> None:
    with pytest.raises(EncodeError, match="the frame holds 1 to 396"):
        pos.pack(SALE, encipher=lambda body: body * 4)


def test_a_notice_is_genuine_only_with_the_key_that_signed_it() -> None:
    assert sol.is_genuine(settlement_notice, SOL_KEY)
    assert not sol.is_genuine(settlement_notice, b"another key")


@pytest.mark.parametrize(
    "forged",
    [
        replace(settlement_notice, deposit_won=settlement_notice.deposit_won + 1),
        replace(settlement_notice, deposit_won=-settlement_notice.deposit_won),
        replace(settlement_notice, lines=settlement_notice.lines[:1]),
        replace(settlement_notice, lines=settlement_notice.lines[::-1]),
        replace(settlement_notice, signature=bytes(32)),
    ],
)
def test_a_notice_that_was_changed_is_not_genuine(forged: sol.SettlementNotice) -> None:
    received = sol.decode_request(forged.encode())

    assert isinstance(received, sol.SettlementNotice)
    assert not sol.is_genuine(received, SOL_KEY)


def test_a_genuine_notice_stays_genuine_over_the_line() -> None:
    received = sol.decode_request(settlement_notice.encode())

    assert isinstance(received, sol.SettlementNotice)
    assert sol.is_genuine(received, SOL_KEY)
    assert (received.deposit_won, received.lines[1].amount_won) == (43_648, -11_000)
