"""A telegram: a frozen class whose body is the counterparty's paper, one line per row, in its order.

    class EchoRequest(Header):
        "회선 점검: is anybody there?"

        kind: str = constant(4, 4, "1800", "전문구분; line check")

The class is made only if its rows are contiguous and sum to `size`. A subclass continues where its base ends,
and may restate a row of its base, in the same place, to say what that row is in this telegram.
"""

from __future__ import annotations

import dataclasses
from inspect import currentframe, get_annotations
from pathlib import PurePath
from typing import ClassVar, Self, cast, dataclass_transform

from telegram_codec import fields
from telegram_codec.charsets import ASCII, Charset
from telegram_codec.compile import Compiled, compiled
from telegram_codec.errors import DecodeError, LayoutError
from telegram_codec.fields import Field
from telegram_codec.kinds import Constant
from telegram_codec.layout import Layout, checked_layout
from telegram_codec.masking import masked_value
from telegram_codec.rows import decode_rows, encode_rows


class _Body(dict[str, object]):
    """A class body in which two lines cannot give the same name."""

    def __setitem__(self, name: str, value: object) -> None:
        earlier = self.get(name)
        if isinstance(earlier, Field):
            again = value.place if isinstance(value, Field) else _line_of_the_class()
            telegram = _title(str(self["__module__"]), str(self["__qualname__"]))
            rule = f"two lines are called {name!r}"
            raise LayoutError(telegram, rule, f"{earlier.place} {name}", f"{again} {name}")
        super().__setitem__(name, value)


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(
        fields.blank,
        fields.code,
        fields.constant,
        fields.constant_number,
        fields.counted_text,
        fields.digits,
        fields.filler,
        fields.hex_octets,
        fields.hhmmss,
        fields.left_digits,
        fields.left_number,
        fields.message,
        fields.mmdd,
        fields.mmyy,
        fields.nested,
        fields.number,
        fields.octets,
        fields.own_length,
        fields.packed_digits,
        fields.pan,
        fields.repeated,
        fields.signed_won,
        fields.text,
        fields.won,
        fields.yymm,
        fields.yymmdd,
        fields.yyyymmdd,
    ),
)
class TelegramType(type):
    """Makes telegram classes: checks the rows, then makes the class a frozen keyword-only dataclass."""

    declared: dict[str, Field]
    layout: Layout

    @classmethod
    def __prepare__(cls, _name: str, _bases: tuple[type, ...], /, **_options: object) -> _Body:
        return _Body()

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, object],
        *,
        size: int | None = None,
        charset: Charset | None = None,
    ) -> TelegramType:
        """A telegram of `size` bytes, by default those of its base, in `charset`, by default its base's."""
        made = super().__new__(cls, name, bases, dict(body))
        if not bases:
            return made
        base = bases[0]
        if len(bases) > 1 or not isinstance(base, TelegramType):
            raise TypeError(f"{name} continues one telegram and nothing else")
        own = {row: declared for row, declared in body.items() if isinstance(declared, Field)}
        made.declared = _continued(made, base.declared, own)
        made.layout = made._checked(
            size=base.layout.size if size is None else size,
            charset=base.layout.charset if charset is None else charset,
        )
        return _as_dataclass(made)

    def _checked(cls, size: int, charset: Charset) -> Layout:
        """The layout of the declared rows, or LayoutError."""
        title, place = cls._title_and_place()
        return checked_layout(title, size, charset, cls.declared.items(), place)

    def _title_and_place(cls) -> tuple[str, str]:
        """What errors call the class, and the line that is being run: that of its class statement."""
        return _title(cls.__module__, cls.__qualname__), _line_of_the_class()


class Telegram(metaclass=TelegramType):
    """The base of all telegrams: immutable, compared by value, checked by `encode` and not before."""

    declared: ClassVar[dict[str, Field]] = {}
    layout: ClassVar[Layout] = Layout("Telegram", 0, ASCII, ())
    _compiled: ClassVar[Compiled | None] = None

    def encode(self) -> bytes:
        """Exactly `layout.size` bytes, or EncodeError for the first row whose value does not fit."""
        wire = self.compiled().encode(self)
        return encode_rows(self) if wire is None else wire

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The telegram in `data`, or DecodeError for the first row that is not what the paper says."""
        telegram: Self | None = cls.compiled().decode(cls, data)
        return decode_rows(cls, data) if telegram is None else telegram

    @classmethod
    def spans(cls, wire: bytes) -> list[tuple[int, int]]:
        """First byte and end of each row of the layout in `wire`; DecodeError if it has another size."""
        if len(wire) != cls.layout.size:
            raise DecodeError(cls.layout.telegram, "", 0, f"{len(wire)} bytes", f"{cls.layout.size} bytes")
        return [(row.offset, row.end) for row in cls.layout.rows]

    @classmethod
    def peek(cls, data: bytes, name: str) -> tuple[int, bytes]:
        """Offset and bytes of one row, whatever the others hold; DecodeError if `data` ends before it."""
        row = cls.layout.row(name)
        if len(data) < row.end:
            raise DecodeError(
                cls.layout.telegram, name, row.offset, f"{len(data)} bytes", f"at least {row.end} bytes"
            )
        return row.offset, data[row.offset : row.end]

    @classmethod
    def sealed(cls, wire: bytes) -> bytes:
        """`wire` with its check bytes made right, for who has changed some of it; this telegram has none."""
        return wire

    @classmethod
    def compiled(cls) -> Compiled:
        """The generated functions of this class, made at first use: a cold start pays for what it meets."""
        made = cls._compiled
        if made is None or made.layout is not cls.layout:  # none yet, or that of a base
            made = compiled(cls.layout)
            cls._compiled = made
        return made

    def __repr__(self) -> str:
        shown = (
            f"{row.name}={masked_value(getattr(self, row.name), row.visibility)}"
            for row in self.layout.rows
            if row.given
        )
        return f"{self.layout.telegram}({', '.join(shown)})"


def _continued(made: type, inherited: dict[str, Field], own: dict[str, Field]) -> dict[str, Field]:
    """The base's fields with the restated ones in their place, then the new ones."""
    telegram = _title(made.__module__, made.__qualname__)
    here = f"{_line_of_the_class()} {telegram}"
    typed = get_annotations(made)
    for name, declared in own.items():
        line = f"{declared.place} {name}"
        if hasattr(Telegram, name):
            raise LayoutError(telegram, f"{name!r} is a word of every telegram", "class Telegram", line)
        if name not in typed:
            raise LayoutError(telegram, f"{name!r} has no type", here, line)
        earlier = inherited.get(name)
        if earlier and (earlier.offset, earlier.kind.size) != (declared.offset, declared.kind.size):
            rule = f"{name!r} is restated in another place or size"
            raise LayoutError(telegram, rule, f"{earlier.place} {name}", line)
    for name in typed:
        if name not in own:
            raise LayoutError(telegram, f"{name!r} is not a row of the paper", here, name)
    return inherited | own


def _as_dataclass(made: TelegramType) -> TelegramType:
    for name, declared in made.declared.items():
        if name in vars(made):
            default = dataclasses.MISSING if declared.required else declared.default
            setattr(made, name, dataclasses.field(init=declared.given, default=default))
    make = dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
    make(cast("type[object]", made))
    for row in made.layout.rows:
        if isinstance(row.kind, Constant):
            setattr(made, row.name, row.kind.value)
    return made


def _title(module: str, qualified_name: str) -> str:
    return f"{module.rpartition('.')[2]}.{qualified_name}"


def _line_of_the_class() -> str:
    frame = currentframe()
    while frame and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    return f"{PurePath(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "a line unknown"
