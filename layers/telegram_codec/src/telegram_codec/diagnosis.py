"""A guess at what happened to bytes that cannot be read.

Each damage we know of is undone on trial: a row too short or too long, so that what follows is shifted; two
rows in each other's place; an end that is missing. What then stands in the rows has a price, which is low for
what is likely there (prices.py), and so has the damage itself. The guess is the cheapest story; it is told
only if it is cheaper than the bytes as they stand and than noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from telegram_codec.prices import BROKEN, USUAL, bytes_price, is_odd, left_over, mended, row_price

if TYPE_CHECKING:
    from telegram_codec.layout import Layout, Row
    from telegram_codec.telegram import Telegram

_FARTHEST_SHIFT_BYTES = 20
_SHIFT, _SWAP, _SWAP_AFAR, _CUT = 60, 60, 80, 30


@dataclass(frozen=True, slots=True)
class _Story:
    """What may have happened, in words, and its price."""

    price: int
    words: str


def hint_of(telegram: type[Telegram], data: bytes) -> str:
    """'looks shifted by 2 bytes to the right since merchant_name', or '' if nothing known explains `data`."""
    layout = telegram.layout
    reading = _Reading(layout, data, _usual(telegram))
    surplus = len(data) - layout.size
    odd = reading.odd_rows()
    if not data or (not surplus and len(odd) <= 1):
        return ""
    hopeless = reading.hopeless()
    best = _Story(hopeless if surplus else min(hopeless, reading.standing()), "")
    for shift in [surplus] if surplus else _nearest_first(layout.size - 1):
        if surplus or reading.mends(odd[-1], shift):
            best = _cheaper(best, reading.shifted(shift, best.price))
    if surplus < 0:
        best = _cheaper(best, reading.cut_short())
    if not surplus:
        best = _cheaper(best, reading.swapped(best.price, odd[0], odd[-1]))
    return best.words


def _cheaper(one: _Story, other: _Story | None) -> _Story:
    return other if other and other.price < one.price else one


def _nearest_first(farthest: int) -> list[int]:
    sizes = range(1, min(farthest, _FARTHEST_SHIFT_BYTES) + 1)
    return [shift for size in sizes for shift in (size, -size)]


@cache
def _usual(telegram: type[Telegram]) -> list[bytes | None]:
    """The bytes of each row that has a default."""
    layout = telegram.layout
    defaults = [telegram.declared[row.name].default if row.given else None for row in layout.rows]
    return [
        None if default is None else row.kind.write(default, layout.charset)
        for row, default in zip(layout.rows, defaults, strict=True)
    ]


@dataclass
class _Reading:
    """The same bytes, read with each row some bytes further on; every price is worked out once."""

    layout: Layout
    data: bytes
    usual: list[bytes | None]
    known: dict[tuple[int, int], int] = field(default_factory=dict)

    def price(self, index: int, shift: int) -> int:
        """What the row costs that stands `shift` bytes further on; nothing where the bytes have ended."""
        key = (index, shift)
        if key not in self.known:
            row = self.layout.rows[index]
            raw = self.data[max(row.offset + shift, 0) : max(row.end + shift, 0)]
            if raw == self.usual[index]:
                self.known[key] = USUAL
            elif len(raw) == row.size:
                self.known[key] = row_price(row.kind, raw, self.layout.charset)
            else:
                self.known[key] = bytes_price(raw.strip(b" "))
        return self.known[key]

    def prices(self, shift: int) -> list[int]:
        """What all rows cost, each `shift` bytes further on."""
        return [self.price(index, shift) for index in range(len(self.layout.rows))]

    def standing(self) -> int:
        """The price of the bytes as they stand, if they are as many as there should be."""
        return sum(self.prices(0))

    def odd_rows(self) -> list[int]:
        """The rows that are not as they should be; if there is but one, it is all there is to say."""
        return [
            index
            for index, row in enumerate(self.layout.rows)
            if len(self.data) < row.end
            or is_odd(row.kind, self.data[row.offset : row.end], self.layout.charset)
        ]

    def mends(self, index: int, shift: int) -> bool:
        """Whether the row can stand `shift` bytes further on: the last odd row must, or it was no shift."""
        row = self.layout.rows[index]
        raw = self.data[max(row.offset + shift, 0) : max(row.end + shift, 0)]
        return len(raw) < row.size or not is_odd(row.kind, raw, self.layout.charset)

    def hopeless(self) -> int:
        """The price at which a story says nothing: noise costs as much."""
        return bytes_price(self.data) + BROKEN

    def shifted(self, shift: int, limit: int) -> _Story | None:
        """The best row for a shift to begin in; None if none is cheaper than `limit`."""
        rows = self.layout.rows
        before = [0, *accumulate(self.prices(0))]
        behind = self.prices(shift)
        rest = sum(behind) + left_over(self.data[self.layout.size + shift :])
        best: _Story | None = None
        for index, row in enumerate(rows):
            rest -= behind[index]
            price = before[index] + rest + _SHIFT
            if price >= limit:
                continue
            raw = self.data[row.offset : max(row.end + shift, row.offset)]
            price += mended(row.kind, raw, self.layout.charset)
            if price < limit:
                limit, best = price, _Story(price, _shift_words(shift, row))
        return best

    def cut_short(self) -> _Story:
        """The row in which the bytes end."""
        rows = self.layout.rows
        index = next(index for index, row in enumerate(rows) if len(self.data) < row.end)
        price = sum(self.prices(0)) + _CUT
        return _Story(price, f"looks cut off in {rows[index].name}")

    def swapped(self, limit: int, first_odd: int, last_odd: int) -> _Story | None:
        """The best pair of rows to have changed places, with all odd rows between; None if all are dearer."""
        rows = self.layout.rows
        standing = self.prices(0)
        before = [0, *accumulate(standing)]
        best: _Story | None = None
        for first in range(first_odd + 1):
            for second in range(last_odd, len(rows)):
                one, other = rows[first], rows[second]
                price = before[first] + before[-1] - before[second + 1]
                price += _SWAP if second == first + 1 else _SWAP_AFAR
                if price >= limit:
                    continue
                price += self.price(second, one.offset - other.offset)
                price += self.price(first, other.end - one.end)
                if price >= limit:
                    continue
                shift = other.size - one.size
                price += sum(self.price(index, shift) for index in range(first + 1, second))
                if price < limit:
                    limit, best = price, _Story(price, f"{one.name} and {other.name} look swapped")
        return best


def _shift_words(shift: int, row: Row) -> str:
    size = "1 byte" if abs(shift) == 1 else f"{abs(shift)} bytes"
    return f"looks shifted by {size} to the {'right' if shift > 0 else 'left'} since {row.name}"
