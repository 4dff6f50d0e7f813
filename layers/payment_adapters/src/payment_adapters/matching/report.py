"""What a comparison came to: counters, which add up over parts, and breaks in the order of the files.

A part is what one hash partition, or one stretch of one, came to. Merged, parts say the same whatever the
parts were: counters are sums, and breaks are put in order by the first place of their key, which is of one
part only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from typing import Any, Final, TextIO

from payment_core.kernel.language import Language
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.reconciliation.matching import MAX_PLACE, Entry, Shape, Terms, resolve

Order = tuple[int, int]
COLUMNS: Final = (
    *("kind", "name", "our_records", "their_records", "our_won", "their_won", "business_date"),
    *("at_risk_won", "owner", "repair", "sentence"),
)


@dataclass
class Tally:
    """Counters of one part.

    Attributes:
        rows: Compared, of ours and of theirs.
        skipped: Records that are no rows of the comparison.
        shapes: For each shape: groups, our rows, their rows, won of ours.
        kinds: For each kind of break: how many, won at risk.
        silent: Rows undone on one side and unknown to the other.
    """

    rows: list[int] = field(default_factory=lambda: [0, 0])
    skipped: list[int] = field(default_factory=lambda: [0, 0])
    shapes: dict[Shape, list[int]] = field(default_factory=lambda: {one: [0, 0, 0, 0] for one in Shape})
    kinds: dict[BreakKind, list[int]] = field(default_factory=lambda: {one: [0, 0] for one in BreakKind})
    silent: int = 0

    def add(self, other: Tally) -> None:
        """Take another part in."""
        self.silent += other.silent
        for mine, its in ((self.rows, other.rows), (self.skipped, other.skipped)):
            _add(mine, its)
        for shape, counts in other.shapes.items():
            _add(self.shapes[shape], counts)
        for kind, counts in other.kinds.items():
            _add(self.kinds[kind], counts)

    @property
    def breaks(self) -> int:
        """How many there are."""
        return sum(count for count, _ in self.kinds.values())

    def words(self) -> dict[str, Any]:
        """For programs: what is 0 is left out of shapes and kinds."""
        return {
            "rows": {"ours": self.rows[0], "theirs": self.rows[1]},
            "skipped": {"ours": self.skipped[0], "theirs": self.skipped[1]},
            "silent": self.silent,
            "matched": {
                str(shape): dict(zip(("groups", "ours", "theirs", "won"), counts, strict=True))
                for shape, counts in self.shapes.items()
                if counts[0]
            },
            "breaks": {
                str(kind): {"count": counts[0], "at_risk_won": counts[1]}
                for kind, counts in self.kinds.items()
                if counts[0]
            },
        }

    @classmethod
    def of(cls, words: dict[str, Any]) -> Tally:
        """Read what `words` wrote."""
        made = cls(silent=words["silent"])
        for name, counts in (("rows", made.rows), ("skipped", made.skipped)):
            counts[:] = [words[name]["ours"], words[name]["theirs"]]
        for shape, told in words["matched"].items():
            made.shapes[Shape(shape)] = [told["groups"], told["ours"], told["theirs"], told["won"]]
        for kind, told in words["breaks"].items():
            made.kinds[BreakKind(kind)] = [told["count"], told["at_risk_won"]]
        return made


@dataclass
class Part:
    """Counters and breaks of one part; each break with the order of its key."""

    tally: Tally = field(default_factory=Tally)
    found: list[tuple[Order, Break]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """As lines of JSON: the counters, then the breaks in order."""
        yield json.dumps(self.tally.words())
        for order, one in self.found:
            told = [one.name, one.ours, one.theirs, one.our_won, one.their_won, one.day]
            yield json.dumps([order, one.kind, *told], ensure_ascii=False)

    @classmethod
    def of_lines(cls, lines: Iterator[str]) -> Part:
        """Read what `lines` wrote."""
        made = cls(Tally.of(json.loads(next(lines))))
        for line in lines:
            order, kind, name, ours, theirs, *won = json.loads(line)
            found = Break(BreakKind(kind), name, tuple(ours), tuple(theirs), *won)
            made.found.append(((order[0], order[1]), found))
        return made


@dataclass(frozen=True)
class Report:
    """The whole comparison."""

    tally: Tally
    breaks: Sequence[Break]

    def write_csv(self, file: TextIO, language: Language) -> None:
        """One line for each break."""
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in self.breaks:
            writer.writerow(
                [
                    *(one.kind, one.name, " ".join(map(str, one.ours)), " ".join(map(str, one.theirs))),
                    *(one.our_won, one.their_won, one.business_date, one.at_risk_won),
                    *(one.owner, one.repair, one.sentence(language)),
                ]
            )

    def oldest_days(self, today: date) -> int:
        """The age of the oldest break."""
        return max((one.age_days(today) for one in self.breaks), default=0)


def judged(ours: Iterable[Entry], theirs: Iterable[Entry], terms: Terms) -> Part:
    """Have the core judge whole groups of rows."""
    groups: dict[str, tuple[list[Entry], list[Entry]]] = {}
    for number, side in enumerate((ours, theirs)):
        for row in side:
            groups.setdefault(row.key, ([], []))[number].append(row)
    part = Part()
    for here, there in groups.values():
        verdict = resolve(here, there, terms)
        order = (here[0].place if here else MAX_PLACE, there[0].place if there else 0)
        part.tally.silent += verdict.silent
        for found in verdict.breaks:
            counts = part.tally.kinds[found.kind]
            counts[0] += 1
            counts[1] += found.at_risk_won
            part.found.append((order, found))
        for one in verdict.matches:
            won = sum(row.amount_won for row in one.ours)
            _add(part.tally.shapes[one.shape], [1, len(one.ours), len(one.theirs), won])
    part.found.sort(key=_order)
    return part


def merged(parts: Iterable[Part]) -> Report:
    """Put parts together."""
    tally, found = Tally(), []
    for part in parts:
        tally.add(part.tally)
        found.append(part.found)
    return Report(tally, [one for _, one in merge(*found, key=_order)])


def _order(one: tuple[Order, Break]) -> Order:
    return one[0]


def _add(counts: list[int], more: Sequence[int]) -> None:
    for place, one in enumerate(more):
        counts[place] += one
