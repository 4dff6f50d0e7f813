"""Pages of claim rows: some hundred rows that lie beside each other are one item, packed.

A page holds rows of one merchant and sale date whose approval numbers lie between two cuts. Where the cuts
are is said once, by whoever puts the first rows of the date down, and never changes: so a row's page follows
from the row alone, and two hands that put one row meet at one item. What does not fit goes into the next leaf
of its page; a leaf that is full takes no more.
Decision: docs/adr/0060.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from payment_adapters.tables.items import AttributeValue, to_wire
from payment_adapters.tables.settlement_keys import open_rows, row_page_key
from payment_core.kernel.frozen import dataclass
from payment_core.settlement.model import CardKind, ClaimRow, Deadlines, RowKind, RowState

ROWS_OF_A_PAGE: Final = 250  # between two cuts, when a date is cut
MOST_ROWS: Final = 500  # of a leaf: 15 kB, where an item may have 400
QUICKLY: Final = 1  # of zlib's levels: a tenth of the text; the best makes it a twelfth
CAME_BACK: Final = frozenset({RowState.RETURNED, RowState.HELD, RowState.UNASSIGNED})
WORDS: Final = ClaimRow.__match_args__
_values_of = attrgetter(*WORDS)
_deadlines_of = attrgetter(*Deadlines.__match_args__)
_KINDS: Final[Mapping[str, RowKind]] = {str(one): one for one in RowKind}
_CARD_KINDS: Final[Mapping[str, CardKind]] = {str(one): one for one in CardKind}
_STATES: Final[Mapping[str, RowState]] = {str(one): one for one in RowState}
_KIND, _CARD_KIND, _STATE, _BY = map(WORDS.index, ("kind", "card_kind", "state", "deadlines"))


@dataclass(frozen=True)
class RowPage:
    """One leaf of a page, as it stands.

    Attributes:
        place: Of the page among those of its date, from 0.
        leaf: From 0.
        version: How often it was written; 0 if it is not there.
        rows: By name, in the order of their approval numbers and names.
    """

    merchant: str
    sale_date: str
    place: int
    leaf: int
    version: int = 0
    rows: Mapping[str, ClaimRow] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many more rows it takes."""
        return MOST_ROWS - len(self.rows)

    def written(self, rows: Mapping[str, ClaimRow]) -> RowPage:
        """What it becomes with these rows in it, over those of the same names."""
        becomes = {**self.rows, **rows}
        if len(becomes) > len(self.rows):
            becomes = dict(sorted(becomes.items(), key=lambda one: (one[1].approval_number, one[0])))
        return replace(self, version=self.version + 1, rows=becomes)

    def item(self) -> dict[str, AttributeValue]:
        """Its item; in the index of what is open by the first day on which one of its rows is due."""
        due_days = [day for row in self.rows.values() if (day := due_day(row)) is not None]
        said: dict[str, object] = {
            **row_page_key(self.merchant, self.sale_date, self.place, self.leaf),
            "merchant": self.merchant,
            "sale_date": self.sale_date,
            "place": self.place,
            "leaf": self.leaf,
            "version": self.version,
        }
        if due_days:
            said |= {"open_bucket": open_rows(self.merchant), "due_day": min(due_days)}
        if any(row.state in CAME_BACK for row in self.rows.values()):
            said["came_back"] = "SOME"  # the stream's reader asks for it
        item = {name: to_wire(value) for name, value in said.items()}
        return {**item, "rows": {"B": _packed(self.rows.values())}}


def is_row_page(item: Mapping[str, AttributeValue]) -> bool:
    """Whether an item of the table is a page of rows."""
    return "leaf" in item


def row_page_from_wire(item: Mapping[str, AttributeValue]) -> RowPage:
    """Read a page's item, from the table, an index or the stream."""
    return RowPage(
        merchant=item["merchant"]["S"],
        sale_date=item["sale_date"]["S"],
        place=int(item["place"]["N"]),
        leaf=int(item["leaf"]["N"]),
        version=int(item["version"]["N"]),
        rows={row.row_id: row for row in _unpacked(item["rows"]["B"])},
    )


def cuts_of(approval_numbers: Iterable[str]) -> list[str]:
    """The approval numbers at which a date's pages begin, but for the first page, which begins before all."""
    ordered = sorted(approval_numbers)
    return list(dict.fromkeys(ordered[ROWS_OF_A_PAGE::ROWS_OF_A_PAGE]))


def due_day(row: ClaimRow) -> str | None:
    """By when something must happen to it; ``None`` where nothing must any more."""
    match row.state:
        case RowState.TO_CLAIM:
            return row.deadlines.claim_by
        case RowState.CLAIMED | RowState.HELD | RowState.RETURNED | RowState.UNASSIGNED:
            return row.deadlines.capture_by
        case RowState.CAPTURED:
            return row.payment_date
        case _:
            return None


def _packed(rows: Iterable[ClaimRow]) -> bytes:
    """The words, once, and the values of each row; a word that is added later is read as its default."""
    said = {"words": WORDS, "rows": [_values_of(row) for row in rows]}
    text = json.dumps(
        said, ensure_ascii=False, separators=(",", ":"), default=_deadlines_of, check_circular=False
    )
    return zlib.compress(text.encode(), QUICKLY)


def _unpacked(packed: bytes | str) -> list[ClaimRow]:
    """Bytes of the table; of an event their base64."""
    said = json.loads(zlib.decompress(base64.b64decode(packed) if isinstance(packed, str) else packed))
    known = len(said["words"])
    assert tuple(said["words"]) == WORDS[:known], "words are only added, at the end"  # noqa: S101 -- a bug
    return [_row(values) for values in said["rows"]]


def _row(values: list[Any]) -> ClaimRow:
    values[_KIND], values[_CARD_KIND] = _KINDS[values[_KIND]], _CARD_KINDS[values[_CARD_KIND]]
    values[_STATE], values[_BY] = _STATES[values[_STATE]], _deadlines(*values[_BY])
    return ClaimRow(*values)


@lru_cache(maxsize=256)  # of some thousand rows they are a few
def _deadlines(claim_by: str, capture_by: str, deposit_by: str) -> Deadlines:
    return Deadlines(claim_by, capture_by, deposit_by)
