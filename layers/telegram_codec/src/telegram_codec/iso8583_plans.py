"""Which bitmaps have functions of their own: those met most lately, and never more than a few.

A bitmap earns its functions by telegrams that were right, several of them: making one takes about 2 ms for 40
elements, as long as 20 to 30 telegrams take without. A bitmap that comes once, by chance or on purpose, costs
no function; it leaves a count, and only so many counts are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from telegram_codec.iso8583_decoder import decoder
from telegram_codec.iso8583_encoder import encoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_codec.iso8583_decoder import Decode
    from telegram_codec.iso8583_encoder import Encode
    from telegram_codec.iso8583_layout import ElementRow, IsoLayout

AT_MOST: Final = 64  # bitmaps with functions, and as many on their way there; per class and direction
WORTH_IT: Final = 3  # telegrams

K = TypeVar("K")
F = TypeVar("F")


class MadeLately(Generic[K, F]):
    """Functions by key, in `made`; whoever takes one moves it to the end, so the first is the one to go."""

    def __init__(self, make: Callable[[K], F]) -> None:
        self._make = make
        self.made: OrderedDict[K, F] = OrderedDict()
        self._met: OrderedDict[K, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self.made) + len(self._met)

    def met(self, key: K) -> None:
        """A telegram with this key was right."""
        if key in self.made:
            return
        times = self._met.pop(key, 0) + 1
        if times < WORTH_IT:
            _keep(self._met, key, times)
        else:
            _keep(self.made, key, self._make(key))


class Plans:
    """The functions of one class. They carry what is right and give None on any doubt."""

    def __init__(self, layout: IsoLayout) -> None:
        self._layout = layout
        bitmap = layout.form.bitmap_kind
        self._start = layout.form.head_bytes + layout.rows[0].size
        self._primary = self._start + bitmap.size // 2
        self._both = self._start + bitmap.size
        self._secondary_follows = b"8" if layout.form.bitmap == "hex" else bytes([1 << 7])
        self._optional = [row.name for row in layout.elements if row.optional]
        # Two more than needed, so that what it gives is always a tuple.
        self._values: Callable[[object], tuple[object, ...]] = attrgetter("kind", "kind", *self._optional)
        self._latest: Encode = _no_function
        self.decoders: MadeLately[bytes, Decode] = MadeLately(self._decoder)
        self.encoders: MadeLately[tuple[bool, ...], Encode] = MadeLately(self._encoder)

    def encode(self, telegram: object) -> bytes | None:
        """The frame, if the telegram's elements are a known combination and everything fits."""
        wire = self._latest(telegram)  # a function refuses telegrams of other elements, so one may guess
        if wire is None:
            absent, made = self._absent(telegram), self.encoders.made
            try:
                made.move_to_end(absent)
                self._latest = made[absent]
            except KeyError:
                return None
            wire = self._latest(telegram)
        return wire

    def decode(self, telegram_type: type, data: bytes) -> Any:  # noqa: ANN401 - the type is given
        """The telegram, if its bitmap is known and everything is right."""
        bitmap, made = data[self._start : self._primary], self.decoders.made
        if bitmap >= self._secondary_follows:
            bitmap = data[self._start : self._both]
        try:
            made.move_to_end(bitmap)
            decode = made[bitmap]
        except KeyError:
            return None
        return decode(telegram_type, data)

    def wrote(self, telegram: object) -> None:
        """A telegram was written element by element."""
        self.encoders.met(self._absent(telegram))

    def read(self, data: bytes) -> None:
        """A telegram was read element by element, and was right."""
        self.decoders.met(self._bitmap(data))

    def _bitmap(self, data: bytes) -> bytes:
        bitmap = data[self._start : self._primary]
        return data[self._start : self._both] if bitmap >= self._secondary_follows else bitmap

    def _absent(self, telegram: object) -> tuple[bool, ...]:
        """Which optional elements are None; nothing at all if none is, which is quicker to see."""
        values = self._values(telegram)
        return tuple([value is None for value in values[2:]]) if None in values else ()

    def _decoder(self, bitmap: bytes) -> Decode:
        elements = self._layout.form.bitmap_kind.read(bitmap, self._layout.charset)
        return decoder(self._layout, self._rows(lambda row: row.offset in elements))

    def _encoder(self, absent: tuple[bool, ...]) -> Encode:
        missing = {name for name, is_absent in zip(self._optional, absent, strict=False) if is_absent}
        return encoder(self._layout, self._rows(lambda row: row.name not in missing))

    def _rows(self, is_there: Callable[[ElementRow], bool]) -> list[ElementRow]:
        return [row for row in self._layout.elements if is_there(row)]


def _no_function(_telegram: object) -> None:
    """Nothing was written yet."""


def _keep(functions: OrderedDict[K, F], key: K, value: F) -> None:
    functions[key] = value
    if len(functions) > AT_MOST:
        functions.popitem(last=False)
