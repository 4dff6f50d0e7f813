"""Where telegrams end on a stream that delivers bytes as it pleases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telegram_codec import FrameError, Framing, LengthHeader
from telegram_codec.errors import UnfitError
from telegram_codec.frames import CR, FixedSize, StxEtxLrc, Terminated, lrc
from telegram_codec.specs import haneul, hangang
from tests.codec import examples
from tests.codec.strategies import briefly

STREAM = (
    examples.approval_answer.encode() + examples.echo_answer.encode() + examples.net_cancel_answer.encode()
)
FRAMES = [
    examples.approval_answer.encode(),
    examples.echo_answer.encode(),
    examples.net_cancel_answer.encode(),
]


def cut(framing: Framing, pieces: list[bytes]) -> list[bytes]:
    """All frames of a stream that arrives in `pieces`."""
    parser = framing.parser()
    return [frame for piece in pieces for frame in parser.feed(piece)]


def test_a_telegram_that_arrives_byte_by_byte_is_whole() -> None:
    assert cut(hangang.FRAMING, [bytes([byte]) for byte in STREAM]) == FRAMES


def test_several_telegrams_in_one_read_are_told_apart() -> None:
    assert cut(hangang.FRAMING, [STREAM]) == FRAMES


def test_no_split_of_the_stream_changes_its_telegrams() -> None:
    for split in range(len(STREAM) + 1):
        assert cut(hangang.FRAMING, [STREAM[:split], STREAM[split:]]) == FRAMES


@briefly
@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_no_way_of_splitting_the_stream_changes_its_telegrams(splits: list[int]) -> None:
    edges = [0, *sorted(splits), len(STREAM)]

    assert cut(hangang.FRAMING, [STREAM[a:b] for a, b in pairwise(edges)]) == FRAMES


def test_an_unfinished_telegram_is_held_and_counted() -> None:
    parser = hangang.FRAMING.parser()

    assert parser.feed(STREAM[:464]) == []
    assert parser.pending_bytes == 464
    assert parser.feed(STREAM[464:465]) == FRAMES[:1]
    assert parser.pending_bytes == 0


@pytest.mark.parametrize(
    "header",
    [
        b"0000",  # a telegram of nothing
        b"0537",  # one byte more than the longest telegram
        b"9999",
        b" 461",  # padded with spaces where zeros stand
        b"46 1",
        b"+461",
        b"4_61",
        b"\xb2461",
        b"HTTP",
    ],
)
def test_a_header_that_is_none_breaks_the_stream(header: bytes) -> None:
    parser = hangang.FRAMING.parser()

    with pytest.raises(FrameError) as broken:
        parser.feed(header + STREAM)

    assert (broken.value.offset, broken.value.rule) == (0, "4 digits, zeros in front, from 1 to 536")
    assert parser.pending_bytes == 0


def test_a_bad_header_is_refused_before_anything_behind_it_arrives() -> None:
    parser = hangang.FRAMING.parser()

    assert parser.feed(b"953") == []
    with pytest.raises(FrameError):
        parser.feed(b"7")


def test_telegrams_before_a_fault_are_delivered_and_the_fault_comes_next() -> None:
    parser = hangang.FRAMING.parser()

    assert parser.feed(STREAM + b"GET /" + STREAM) == FRAMES
    with pytest.raises(FrameError) as broken:
        parser.feed(b"")
    assert (broken.value.offset, broken.value.found) == (len(STREAM), "AAA_")


def test_a_stream_that_broke_stays_broken() -> None:
    parser = hangang.FRAMING.parser()

    for _ in range(2):
        with pytest.raises(FrameError):
            parser.feed(b"HTTP/1.1 400")


@briefly
@given(st.lists(st.binary(max_size=700), max_size=8))
def test_noise_is_cut_or_refused_and_never_piles_up(pieces: list[bytes]) -> None:
    parser = hangang.FRAMING.parser()

    for piece in pieces:
        try:
            frames = parser.feed(piece)
        except FrameError:
            frames = []
        assert parser.pending_bytes < hangang.FRAMING.maximum_bytes
        assert all(len(frame) == int(frame[:4]) + 4 for frame in frames)


def test_haneul_pads_its_length_with_spaces() -> None:
    wire = examples.payment.encode()

    assert cut(haneul.FRAMING, [wire + wire[:100], wire[100:]]) == [wire, wire]
    for header in (b"0446", b"~446"):
        with pytest.raises(FrameError, match="4 digits, spaces in front, from 1 to 446"):
            haneul.FRAMING.parser().feed(header)


def test_the_header_may_have_another_size() -> None:
    framing = LengthHeader(size=2, maximum_bytes=11)

    assert cut(framing, [b"01a09ninebytes00"[:14]]) == [b"01a", b"09ninebytes"]


# The LRC of the example: 0x30 ^ 0x30 ^ 0x30 ^ 0x32 ^ 0x61 ^ 0x03 = 0x60.
CONTENTS = [b"a", b"\x02\x03\x05", "한강분식".encode("euc-kr"), b"0" * 40]
FRAMINGS: dict[str, tuple[Framing, bytes]] = {
    "digits": (LengthHeader(maximum_bytes=60), b"0001a"),
    "digits, spaces in front": (LengthHeader(maximum_bytes=60, pad=" "), b"   1a"),
    "digits that count themselves": (LengthHeader(maximum_bytes=60, counts_itself=True), b"0005a"),
    "big-endian": (LengthHeader(maximum_bytes=60, size=2, form="big"), b"\x00\x01a"),
    "little-endian": (LengthHeader(maximum_bytes=60, size=2, form="little"), b"\x01\x00a"),
    "big-endian that counts itself": (
        LengthHeader(maximum_bytes=60, size=2, form="big", counts_itself=True),
        b"\x00\x03a",
    ),
    "digits and CR": (LengthHeader(maximum_bytes=60, end=CR), b"0002a\r"),
    "STX, ETX, LRC": (StxEtxLrc(maximum_bytes=60), b"\x020002a\x03`"),
    "CR": (Terminated(maximum_bytes=60), b"a\r"),
}
every_framing = pytest.mark.parametrize("name", FRAMINGS)


@every_framing
def test_a_frame_stands_around_its_content_as_the_paper_says(name: str) -> None:
    framing, frame = FRAMINGS[name]

    assert framing.wrap(b"a") == frame
    assert framing.unwrap(frame) == b"a"
    assert frame[framing.head_bytes :].startswith(b"a")


@every_framing
def test_a_frame_has_a_size_as_soon_as_its_first_bytes_tell_it(name: str) -> None:
    framing, frame = FRAMINGS[name]

    sizes = [framing.frame_bytes(frame[:end]) for end in range(len(frame) + 1)]

    assert sizes == sorted(sizes)
    assert set(sizes) == {0, len(frame)}


@every_framing
def test_no_bytes_are_no_frame(name: str) -> None:
    framing, _ = FRAMINGS[name]

    with pytest.raises(UnfitError):
        framing.unwrap(b"")


@every_framing
def test_no_split_of_any_stream_changes_its_frames(name: str) -> None:
    framing, _ = FRAMINGS[name]
    frames = [framing.wrap(content) for content in CONTENTS]
    stream = b"".join(frames)

    assert cut(framing, [bytes([byte]) for byte in stream]) == frames
    for split in range(len(stream) + 1):
        assert cut(framing, [stream[:split], stream[split:]]) == frames


@every_framing
def test_a_frame_of_the_longest_size_passes_and_a_longer_one_does_not(name: str) -> None:
    framing, frame = FRAMINGS[name]
    longest = b"x" * (60 - len(frame) + 1)

    assert cut(framing, [framing.wrap(longest)]) == [framing.wrap(longest)]
    with pytest.raises(UnfitError, match=rf"(1 to|at most) {len(longest)}\b"):
        framing.wrap(longest + b"x")


@every_framing
@briefly
@given(pieces=st.lists(st.binary(max_size=90), max_size=6))
def test_noise_on_any_line_is_cut_or_refused_and_never_piles_up(name: str, pieces: list[bytes]) -> None:
    framing, _ = FRAMINGS[name]
    parser = framing.parser()

    for piece in pieces:
        try:
            frames = parser.feed(piece)
        except FrameError:
            frames = []
        assert parser.pending_bytes < 60
        assert [framing.wrap(framing.unwrap(frame)) for frame in frames] == frames


@every_framing
def test_a_stream_that_broke_refuses_whatever_comes(name: str) -> None:
    framing, frame = FRAMINGS[name]
    parser = framing.parser()

    for _ in range(2):
        with pytest.raises(FrameError):
            parser.feed(b"\xff" * 90 + frame)
    assert parser.pending_bytes == 0


@pytest.mark.parametrize(
    ("framing", "broken", "rule"),
    [
        (LengthHeader(maximum_bytes=60, end=CR), b"0002ab", "a frame that ends with b'\\r'"),
        (LengthHeader(maximum_bytes=60, end=CR), b"0001\r", "4 digits, zeros in front, from 2 to 56"),
        (
            LengthHeader(maximum_bytes=60, size=2, form="big"),
            b"\x00\x3b",
            "2 bytes, a number in big-endian order, from 1 to 58",
        ),
        (
            LengthHeader(maximum_bytes=60, counts_itself=True),
            b"0004",
            "4 digits, zeros in front, from 5 to 60",
        ),
        (
            StxEtxLrc(maximum_bytes=60),
            b"\x020002a\x03a",
            "a frame that ends with ETX and the LRC of its bytes",
        ),
        (
            StxEtxLrc(maximum_bytes=60),
            b"\x020002a\x04g",
            "a frame that ends with ETX and the LRC of its bytes",
        ),
        (StxEtxLrc(maximum_bytes=60), b"0002a", "STX and 4 digits, zeros in front, from 2 to 54"),
        (StxEtxLrc(maximum_bytes=60), b"\x02x", "STX and 4 digits, zeros in front, from 2 to 54"),
        (StxEtxLrc(maximum_bytes=60), b"\x020001", "STX and 4 digits, zeros in front, from 2 to 54"),
        (Terminated(maximum_bytes=4), b"abcd", "b'\\r' within 4 bytes"),
        (Terminated(maximum_bytes=4), b"abcd\r", "b'\\r' within 4 bytes"),
    ],
)
def test_a_frame_that_is_none_is_named_by_its_rule(framing: Framing, broken: bytes, rule: str) -> None:
    with pytest.raises(FrameError) as refused:
        framing.parser().feed(broken)

    assert refused.value.rule == rule


def test_a_frame_whose_end_is_wrong_is_named_by_its_end() -> None:
    with pytest.raises(FrameError) as refused:
        LengthHeader(maximum_bytes=60, end=CR).parser().feed(b"0018one of seven words")

    assert refused.value.found == "AA_AAAAA"


@pytest.mark.parametrize("damage", range(len(b"\x020002a\x03`")))
def test_one_changed_byte_anywhere_is_noticed_by_the_lrc(damage: int) -> None:
    frame = bytearray(b"\x020002a\x03`")
    frame[damage] ^= 0x01

    with pytest.raises(UnfitError):
        StxEtxLrc(maximum_bytes=60).unwrap(bytes(frame))


def test_a_frame_of_another_length_is_refused_though_its_lrc_is_right() -> None:
    frame = b"\x02" + b"0003a\x03" + lrc(b"0003a\x03")

    with pytest.raises(UnfitError, match="a frame of the length behind its STX"):
        StxEtxLrc(maximum_bytes=60).unwrap(frame)


def test_an_empty_line_is_a_frame_of_its_own() -> None:
    assert cut(Terminated(maximum_bytes=60), [b"a\r\rb\r"]) == [b"a\r", b"\r", b"b\r"]


def test_a_content_with_the_end_in_it_cannot_be_framed_by_that_end() -> None:
    with pytest.raises(UnfitError, match="without the end of the frame"):
        Terminated(maximum_bytes=60).wrap(b"two\rlines")


def test_frames_of_one_size_need_no_marks() -> None:
    framing = FixedSize(maximum_bytes=3)

    assert cut(framing, [b"ab", b"cdefgh"]) == [b"abc", b"def"]
    assert framing.wrap(b"abc") == framing.unwrap(b"abc") == b"abc"
    assert framing.head_bytes == 0
    with pytest.raises(UnfitError, match="needs 2 bytes, the frame has 3"):
        framing.wrap(b"ab")
