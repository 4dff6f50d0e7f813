"""Writes docs/reference/telegrams/<paper>.md from the classes: `python -m tools.generate.telegram_pages`.

A stale page fails tests/codec/test_reference_pages.py.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from telegram_codec import Dispatch, Telegram
from telegram_codec.delimited import DelimitedTelegram, unpadded
from telegram_codec.iso8583 import IsoTelegram
from telegram_codec.iso8583_layout import ElementRow
from telegram_codec.kinds import Code
from telegram_codec.masking import Visibility
from telegram_codec.records import RecordFile
from telegram_codec.specs import (
    bada,
    dongdaemun,
    firm_banking,
    gyeongbok,
    haneul,
    hangang,
    namsan,
    pos,
    settlement,
    sol,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from telegram_codec import Row

PAPERS: tuple[ModuleType, ...] = (
    bada,
    dongdaemun,
    firm_banking,
    gyeongbok,
    haneul,
    hangang,
    namsan,
    pos,
    settlement,
    sol,
    statement,
)
PAGES = Path(__file__).parents[2] / "docs" / "reference" / "telegrams"

_HOW_IT_COUNTS = {
    "Offset": "Offsets and lengths are bytes, offsets from 0.",
    "Piece": "Pieces are counted from 0; their lengths are the most bytes they may have.",
    "Element": "Elements are numbered as in ISO 8583, message type 0, bitmap 1; lengths are the most bytes.",
}
_SHOWN = {Visibility.PLAIN: "", Visibility.CARD: "first 6, last 4", Visibility.SECRET: "never"}


def name_of(paper: ModuleType) -> str:
    """The counterparty's name, which is the module's and the page's."""
    return paper.__name__.rpartition(".")[2]


def telegrams_of(paper: ModuleType) -> list[type[Telegram]]:
    """The telegrams of a paper in the order its module lists them for dispatch."""
    sets = [value for value in vars(paper).values() if isinstance(value, Dispatch | RecordFile)]
    return [telegram for one_set in sets for telegram in one_set.telegrams]


def page(paper: ModuleType) -> str:
    """The whole reference page of one paper."""
    return "\n".join([*_head(paper), *(line for made in telegrams_of(paper) for line in _section(made))])


def _head(paper: ModuleType) -> Iterator[str]:
    source = f"layers/telegram_codec/src/{paper.__name__.replace('.', '/')}.py"
    yield f"# Telegrams of {name_of(paper)}"
    yield ""
    yield f"Generated from `{source}` by `tools/generate/telegram_pages.py`."
    yield "Change the class, then generate again."
    yield _HOW_IT_COUNTS[_place_of(telegrams_of(paper)[0])]
    yield ""
    yield inspect.getdoc(paper) or ""
    yield ""
    yield f"| Telegram | Type | {_unit(telegrams_of(paper)[0])} | |"
    yield "|---|---|---|---|"
    for made in telegrams_of(paper):
        link = f"[{made.__name__}](#{made.__name__.lower()})"
        yield f"| {link} | {_type_of(made)} | {made.layout.size} | {_purpose(made)} |"
    yield ""


def _section(made: type[Telegram]) -> Iterator[str]:
    yield f"## {made.__name__}"
    yield ""
    yield _purpose(made)
    yield ""
    yield f"| {_place_of(made)} | Length | Row | What it is | Must be | Shown |"
    yield "|---|---|---|---|---|---|"
    for row in made.layout.rows:
        shown, rule = _SHOWN[row.visibility], _rule(row)
        must_be = unpadded(rule) if issubclass(made, DelimitedTelegram) else rule
        yield f"| {row.offset} | {row.kind.size} | `{row.name}` | {row.note} | {must_be} | {shown} |"
    yield ""


def _unit(made: type[Telegram]) -> str:
    if issubclass(made, IsoTelegram):
        return "Bytes at most"
    return "Pieces" if issubclass(made, DelimitedTelegram) else "Bytes"


def _place_of(made: type[Telegram]) -> str:
    """What the first number of a row is."""
    if issubclass(made, IsoTelegram):
        return "Element"
    return "Piece" if issubclass(made, DelimitedTelegram) else "Offset"


def _type_of(made: type[Telegram]) -> str:
    """What tells the telegram apart: the constants of its first rows that are called so, or its codes."""
    names = [
        row.name
        for row in made.layout.rows
        if row.name in ("record", "kind", "deal", "business", "processing_code")
    ]
    values = [getattr(made, name, "") for name in names]
    if names and not all(values):
        kind = made.layout.row("kind").kind
        values = list(kind.meanings) if isinstance(kind, Code) else []
    return " ".join(f"`{value}`" for value in values)


def _purpose(made: type[Telegram]) -> str:
    return (inspect.getdoc(made) or "").partition("\n")[0]


def _rule(row: Row) -> str:
    return (
        f"{_rule_if_there(row)}; or absent"
        if isinstance(row, ElementRow) and row.optional
        else _rule_if_there(row)
    )


def _rule_if_there(row: Row) -> str:
    if isinstance(row.kind, Code) and row.kind.meanings:
        meanings = ", ".join(f"`{value}` {meaning}" for value, meaning in row.kind.meanings.items())
        return f"{meanings}, or all spaces" if row.kind.may_be_blank else meanings
    return row.kind.rule


def main() -> None:
    """Write every page."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for paper in PAPERS:
        target = PAGES / f"{name_of(paper)}.md"
        target.write_text(page(paper), encoding="utf-8")
        print(f"{target.name}: {len(telegrams_of(paper))} telegrams")


if __name__ == "__main__":
    main()
