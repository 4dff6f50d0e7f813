"""Columns are the same numbers and bytes with numpy and without it; only what holds them differs."""

from __future__ import annotations

from array import array
from io import BytesIO
from typing import Any

import pytest

from telegram_codec import Telegram
from telegram_codec.columns import columns
from telegram_codec.fields import digits, number, signed_won, text, won
from telegram_codec.records import RecordError, RecordFile
from telegram_codec.specs import settlement
from tests.codec import examples_of_files


class Line(Telegram, size=59):
    """A record with numbers of every way of writing, and two that a column cannot or can just hold."""

    name: str = text(0, 4)
    serial: str = digits(4, 4)
    amount_won: int = won(8, 6)
    padded_won: int = won(14, 4, pad=" ")
    fee_won: int = signed_won(18, 4)
    widest: int = number(22, 18)
    too_wide: int = number(40, 19)


LINES = RecordFile("lines", Line)
WIRE = (
    b"rice0001"
    b"055000"
    b"  12"
    b"-088"
    b"999999999999999999"
    b"0000000000000000001"
    b"tea 0002"
    b"000000"
    b"   0"
    b"0440"
    b"000000000000000000"
    b"9999999999999999999"
)
HOLD: dict[str, list[int] | list[bytes]] = {
    "name": [b"rice", b"tea "],
    "serial": [b"0001", b"0002"],
    "amount_won": [55_000, 0],
    "padded_won": [12, 0],
    "fee_won": [-88, 440],
    "widest": [999_999_999_999_999_999, 0],
    "too_wide": [b"0000000000000000001", b"9999999999999999999"],
}


@pytest.fixture(params=["numpy", "no numpy"])
def has_numpy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether numpy is there: where it is, the package is tried without it too."""
    if request.param == "numpy":
        pytest.importorskip("numpy")
        return True
    monkeypatch.setattr("telegram_codec.columns._numpy", None)
    return False


@pytest.mark.parametrize("name", HOLD)
def test_a_column_holds_numbers_or_the_bytes_as_they_stand(name: str, has_numpy: bool) -> None:  # noqa: FBT001 - what is there
    (found,) = columns(LINES, BytesIO(WIRE), name)
    column: Any = found[name]

    assert list(column) == HOLD[name]
    if has_numpy:
        assert column.dtype == ("int64" if isinstance(HOLD[name][0], int) else f"S{len(column[0])}")
    else:
        assert type(column) is (array if isinstance(HOLD[name][0], int) else list)


def test_with_numpy_no_number_with_zeros_in_front_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million records are a second or ten."""
    pytest.importorskip("numpy")
    monkeypatch.setattr("telegram_codec.columns._read_one_by_one", None)

    (found,) = columns(LINES, BytesIO(WIRE), "amount_won", "fee_won", "widest")

    assert {name: column.tolist() for name, column in found.items()} == {
        name: HOLD[name] for name in ("amount_won", "fee_won", "widest")
    }


@pytest.mark.usefixtures("has_numpy")
def test_totals_are_checked_kind_by_kind() -> None:
    start, sale, cancel, total = (record.encode() for record in examples_of_files.CLAIMS)

    (found,) = columns(settlement.CLAIMS, BytesIO(start + sale + cancel + total), "amount_won")
    assert found["amount_won"].tolist() == [55_000, 11_000]
    with pytest.raises(RecordError, match="must be 0 records and 0 won, as they add up to"):
        list(columns(settlement.CLAIMS, BytesIO(start + sale + total)))


@pytest.mark.usefixtures("has_numpy")
@pytest.mark.parametrize(
    ("name", "place", "instead"),
    [
        ("amount_won", 8, b"0550/0"),
        ("amount_won", 8, b"0550:0"),
        ("amount_won", 8, b"-55000"),
        ("padded_won", 14, b" 012"),
        ("fee_won", 18, b"-000"),
        ("fee_won", 18, b"0-88"),
    ],
)
def test_what_is_no_number_is_refused_at_its_byte(name: str, place: int, instead: bytes) -> None:
    offset = Line.layout.size + place
    wire = WIRE[:offset] + instead + WIRE[offset + len(instead) :]

    with pytest.raises(RecordError) as refused:
        list(columns(LINES, BytesIO(wire), name))

    assert (refused.value.record, refused.value.field, refused.value.offset) == (2, name, offset)
    assert refused.value.rule == Line.layout.row(name).kind.rule
