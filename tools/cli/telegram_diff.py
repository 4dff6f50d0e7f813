"""What differs between two layouts, and whether the difference breaks who knows only the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from telegram_codec.errors import UnfitError
from telegram_codec.kinds import Filler, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram_codec import Row, Telegram


class Difference(NamedTuple):
    """One thing that changed; `row` is empty when it is the telegram as a whole."""

    breaks: bool
    row: str
    what: str


def differences(old: type[Telegram], new: type[Telegram]) -> list[Difference]:
    """Every difference, first those of the whole, then row by row in the old order, then what was added."""
    return [*_of_the_whole(old, new), *_of_rows(old, new)]


def _of_the_whole(old: type[Telegram], new: type[Telegram]) -> Iterator[Difference]:
    before, after = old.layout, new.layout
    if type(before) is not type(after):
        yield Difference(breaks=True, row="", what="another family of telegrams")
    if before.size != after.size:
        yield Difference(breaks=True, row="", what=f"size {before.size}, now {after.size}")
    if before.charset != after.charset:
        what = f"charset {before.charset.name}, now {after.charset.name}"
        yield Difference(breaks=True, row="", what=what)


def _of_rows(old: type[Telegram], new: type[Telegram]) -> Iterator[Difference]:
    before = {row.name: row for row in old.layout.rows}
    after = {row.name: row for row in new.layout.rows}
    for name, row in before.items():
        if name in after:
            yield from _of_one(old, new, row, after[name])
        elif not isinstance(row.kind, Filler):
            renamed = _in_its_place(row, new)
            if renamed and renamed.name not in before and renamed.kind == row.kind:
                yield Difference(
                    breaks=False, row=name, what=f"called {renamed.name} now; the bytes are the same"
                )
            else:
                yield Difference(breaks=True, row=name, what=f"removed; was {_place(row)}")
    for name, row in after.items():
        if name not in before and not isinstance(row.kind, Filler):
            yield from _of_an_added(old, row)


def _of_one(old: type[Telegram], new: type[Telegram], was: Row, now: Row) -> Iterator[Difference]:
    if isinstance(was.kind, Filler) and isinstance(now.kind, Filler):
        return  # spare bytes are whatever the rows leave
    if was.offset != now.offset:
        yield Difference(breaks=True, row=was.name, what=f"moved from {was.offset} to {now.offset}")
    if was.size != now.size:
        yield Difference(breaks=True, row=was.name, what=f"resized from {was.size} to {now.size} bytes")
    elif was.kind != now.kind:
        yield Difference(
            breaks=not (isinstance(was.kind, Text) and isinstance(now.kind, Text)),
            row=was.name,
            what=f"was {was.kind.rule}; is {now.kind.rule}",
        )
    if was.visibility is not now.visibility:
        what = f"shown as {now.visibility.value}, was {was.visibility.value}; the bytes are the same"
        yield Difference(breaks=False, row=was.name, what=what)
    if was.given and now.given:
        yield from _of_defaults(old, new, was.name)


def _of_defaults(old: type[Telegram], new: type[Telegram], name: str) -> Iterator[Difference]:
    was, now = old.declared[name].default, new.declared[name].default
    if was != now:
        said = ["must be given" if default is None else f"default {default!r}" for default in (was, now)]
        yield Difference(breaks=now is None, row=name, what=f"{said[0]}, now {said[1]}")


def _of_an_added(old: type[Telegram], row: Row) -> Iterator[Difference]:
    """A row in what was spare fits, if it may be left as spare bytes are: nobody read them before."""
    spare = next((was for was in old.layout.rows if was.offset <= row.offset and row.end <= was.end), None)
    if spare is None or not isinstance(spare.kind, Filler):
        renamed = spare is not None and (spare.offset, spare.end, spare.kind) == (
            row.offset,
            row.end,
            row.kind,
        )
        if not renamed:
            yield Difference(breaks=True, row=row.name, what=f"added; {_place(row)}")
        return
    blank = b" " * row.size
    try:
        row.kind.read(blank, old.layout.charset)
    except UnfitError:
        fits = False
    else:
        fits = True
    why = "in spare bytes" if fits else "in spare bytes, but cannot be left blank as old senders leave it"
    yield Difference(breaks=not fits, row=row.name, what=f"added {why}; {_place(row)}")


def _in_its_place(row: Row, new: type[Telegram]) -> Row | None:
    return next((now for now in new.layout.rows if (now.offset, now.end) == (row.offset, row.end)), None)


def _place(row: Row) -> str:
    return f"{row.size} bytes at {row.offset}"
