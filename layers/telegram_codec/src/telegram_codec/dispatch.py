"""Several telegrams on one line, told apart by rows that all of them have in the same place."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Generic, TypeVar

from telegram_codec.errors import DecodeError, LayoutError
from telegram_codec.kinds import Code, Constant
from telegram_codec.telegram import Telegram

if TYPE_CHECKING:
    from telegram_codec.layout import Row

T = TypeVar("T", bound=Telegram)


class Dispatch(Generic[T]):
    """Decodes whichever of `telegrams` the bytes are, by the constants or listed codes in its rows `by`."""

    def __init__(self, name: str, by: str | tuple[str, ...], *telegrams: type[T]) -> None:
        """`name` is what errors call the set; LayoutError if `by` does not tell the telegrams apart."""
        self.name = name
        self.by = (by,) if isinstance(by, str) else by
        self.telegrams = telegrams
        self._by_wire: dict[tuple[bytes, ...], type[T]] = {}
        for telegram in telegrams:
            for key in product(*(self._wires(telegram, field) for field in self.by)):
                twin = self._by_wire.setdefault(key, telegram)
                if twin is not telegram:
                    rows = [made.layout.row(self.by[-1]) for made in (twin, telegram)]
                    rule = " and ".join(f"the constant {wire.decode('ascii')!r}" for wire in key)
                    raise LayoutError(name, f"two telegrams have {rule}", str(rows[0]), str(rows[1]))

    def decode(self, data: bytes) -> T:
        """The telegram in `data`; DecodeError if it is too short, of no known type, or broken in a row."""
        places = [self._peek(data, field) for field in self.by]
        telegram = self._by_wire.get(tuple(raw for _, raw in places))
        if telegram is None:
            raise self._unknown(places)
        return telegram.decode(data)

    def _peek(self, data: bytes, field: str) -> tuple[int, bytes]:
        try:
            return self.telegrams[0].peek(data, field)
        except DecodeError as error:
            raise DecodeError(self.name, field, error.offset, error.found, error.rule) from None

    def _unknown(self, places: list[tuple[int, bytes]]) -> DecodeError:
        """The error for the first row with which no known telegram goes on."""
        known = list(self._by_wire)
        index = 0
        while remaining := [key for key in known if key[index] == places[index][1]]:
            known, index = remaining, index + 1
        wires = dict.fromkeys(key[index].decode("ascii") for key in known)
        offset, raw = places[index]
        return DecodeError.at(self.name, self.by[index], offset, raw, f"one of {', '.join(wires)}")

    def _wires(self, telegram: type[T], field: str) -> list[bytes]:
        """What may stand in a row that tells telegrams apart; LayoutError if it does not."""
        first, row = self.telegrams[0].layout.row(field), telegram.layout.row(field)
        wires = known_wires(row)
        if not wires or (row.offset, row.end) != (first.offset, first.end):
            raise LayoutError(
                self.name, f"{field!r} is not a constant in the same place", str(first), str(row)
            )
        return wires


def known_wires(row: Row) -> list[bytes]:
    """All that may stand in a row that is a constant or a list of codes; empty for any other."""
    match row.kind:
        case Constant(wire=wire):
            return [wire]
        case Code(meanings=meanings, may_be_blank=False):
            return [value.encode("ascii") for value in meanings]
        case _:
            return []
