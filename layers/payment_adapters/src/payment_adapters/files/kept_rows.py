"""Rows that were read, kept on disk: memory does not grow with them, and no record is read twice.

Some thousand rows are held; then they are put in order and written to disk, and all such runs are merged when
they are asked for. What answers our claims is ordered as claim rows lie in their table, whatever its file's
order: so each page of the table is read once. Everything else stays in the order of its file.
Promise: tests/adapters/test_kept_rows.py. Decision: docs/adr/0060.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter, itemgetter
from tempfile import TemporaryFile
from typing import IO, Any, Final

from payment_core.settlement.model import RowKind
from payment_core.settlement.rows import BankRow, ListedRow, Outcome, ReturnedRow

AnyRow = ListedRow | ReturnedRow | BankRow

HELD_ROWS: Final = 20_000  # 30 MB
ROWS_AT_ONCE: Final = 500  # of one run, while all of them are merged
ORDERS: Final[Mapping[type[AnyRow], tuple[str, ...]]] = {
    ListedRow: ("row",),
    ReturnedRow: ("sale_date", "approval_number", "row"),
    BankRow: ("row",),
}
_WORDS: Final[Mapping[str, Mapping[str, Outcome | RowKind]]] = {
    "outcome": {str(one): one for one in Outcome},
    "kind": {str(one): one for one in RowKind},
}


class _Shape:
    """How one kind of row becomes plain values, those first that it is ordered by, and a row again."""

    def __init__(self, kind: type[AnyRow]) -> None:
        """Read its fields."""
        order = ORDERS[kind]
        fields = [*order, *(name for name in kind.__match_args__ if name not in order)]
        self.values: Callable[[AnyRow], tuple[Any, ...]] = attrgetter(
            *(f"{name}._value_" if name in _WORDS else name for name in fields)
        )
        self._kind = kind
        self._in_place = itemgetter(*(fields.index(name) for name in kind.__match_args__))
        self._words = [
            (place, _WORDS[name]) for place, name in enumerate(kind.__match_args__) if name in _WORDS
        ]

    def row(self, values: tuple[Any, ...]) -> AnyRow:
        """The row of these values."""
        said = list(self._in_place(values))
        for place, words in self._words:
            said[place] = words[said[place]]
        return self._kind(*said)


_SHAPES: Final[Mapping[type[AnyRow], _Shape]] = {kind: _Shape(kind) for kind in ORDERS}


@dataclass
class KeptRows:
    """The rows of one file, all of one kind; they are gone when it is closed.

    Attributes:
        most: Rows that are held in memory.
    """

    most: int = HELD_ROWS
    _held: list[tuple[Any, ...]] = field(default_factory=list)
    _runs: list[list[tuple[int, int]]] = field(default_factory=list)
    _disk: IO[bytes] | None = None
    _shape: _Shape = _SHAPES[BankRow]

    def keep(self, row: AnyRow) -> None:
        """Keep one more."""
        self._shape = _SHAPES[type(row)]
        self._held.append(self._shape.values(row))
        if len(self._held) == self.most:
            self._write()

    def __iter__(self) -> Iterator[AnyRow]:
        """All of them in their order, each time it is asked for."""
        runs = [self._run(blocks) for blocks in self._runs]
        return map(self._shape.row, merge(*runs, sorted(self._held)))

    def close(self) -> None:
        """Forget them."""
        if self._disk is not None:
            self._disk.close()

    def _write(self) -> None:
        self._disk = self._disk or TemporaryFile()  # noqa: SIM115 -- closed by close
        self._held.sort()
        blocks = []
        for start in range(0, len(self._held), ROWS_AT_ONCE):
            block = marshal.dumps(self._held[start : start + ROWS_AT_ONCE])
            blocks.append((self._disk.tell(), len(block)))
            self._disk.write(block)
        self._runs.append(blocks)
        self._held = []

    def _run(self, blocks: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        assert self._disk is not None, "a run was written"  # noqa: S101 -- a bug
        for offset, size in blocks:
            self._disk.seek(offset)
            yield from marshal.loads(self._disk.read(size))  # noqa: S302 -- our own, of a moment ago
