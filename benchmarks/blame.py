"""How often the error of a damaged telegram names the row that was damaged: `python -m benchmarks.blame`.

Only telegrams of fixed width are asked: in the others every row says itself where it ends.
The corpus (tools/fuzz/damages.py) never asks the codec what it thinks. The verdict of an error is the row its
hint names, else the row it could not read. What decodes all the same is counted apart: text replaced by other
valid text, or digits by other digits, is no damage that any reader could see without knowing the original.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.machine import headline
from telegram_codec import DecodeError
from tools.fuzz.damages import DAMAGES
from tools.fuzz.samples import sample
from tools.papers import is_fixed_width, telegrams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram_codec import Telegram

SEED: Final = 20260302
PER_DAMAGE: Final = 5_000


@dataclass
class Tally:
    """What became of the damaged telegrams of one class."""

    right: int = 0
    wrong: int = 0
    read: int = 0
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def percent(self) -> float:
        """The share of refused telegrams whose error names a damaged row."""
        refused = self.right + self.wrong
        return 100 * self.right / refused if refused else 100.0


def verdict(error: DecodeError, rows: frozenset[str]) -> frozenset[str]:
    """The rows an error blames: those of its hint, else its field."""
    named = rows & set(re.findall(r"\w+", error.hint))
    return frozenset(named) or frozenset({error.field})


def tallies(per_damage: int, seed: int = SEED) -> dict[str, Tally]:
    """Every damage done to so many telegrams of every paper in turn."""
    return {damage.__name__: _tally(index, per_damage, seed) for index, damage in enumerate(DAMAGES)}


def _tally(index: int, count: int, seed: int) -> Tally:
    tally, chance = Tally(), Random(f"{seed} {index}")  # noqa: S311 - a corpus that can be made again
    for telegram in _every_telegram_in_turn():
        if tally.right + tally.wrong + tally.read >= count:
            return tally
        whole = sample(chance, telegram)
        damaged = DAMAGES[index](chance, whole)
        if damaged is None:
            continue
        try:
            telegram.decode(damaged.data)
        except DecodeError as error:
            blamed = verdict(error, frozenset(row.name for row in telegram.layout.rows))
            if blamed <= damaged.rows:
                tally.right += 1
            else:
                tally.wrong += 1
                tally.mistakes["/".join(sorted(damaged.rows)), "/".join(sorted(blamed))] += 1
        else:
            tally.read += 1
    return tally


def _every_telegram_in_turn() -> Iterator[type[Telegram]]:
    fixed = [telegram for telegram in telegrams().values() if is_fixed_width(telegram)]
    while True:
        yield from fixed


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--per-damage", type=int, default=PER_DAMAGE, help="telegrams per class of damage")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--mistakes", type=int, default=0, help="show the most frequent wrong verdicts")
    asked = options.parse_args()
    print(f"{headline()}; seed {asked.seed}\n")
    found = tallies(asked.per_damage, asked.seed)
    print(f"{'damage':<24}{'refused':>9}{'right':>9}{'rate':>9}{'decoded all the same':>23}")
    for name, tally in found.items():
        refused = tally.right + tally.wrong
        print(f"{name:<24}{refused:>9,}{tally.right:>9,}{tally.percent:>8.1f}%{tally.read:>23,}")
        for (rows, blamed), count in tally.mistakes.most_common(asked.mistakes):
            print(f"    {count:>5} {rows} blamed on {blamed}")
    right, wrong = (sum(getattr(tally, word) for tally in found.values()) for word in ("right", "wrong"))
    read = sum(tally.read for tally in found.values())
    print(f"{'together':<24}{right + wrong:>9,}{right:>9,}{100 * right / (right + wrong):>8.1f}%{read:>23,}")


if __name__ == "__main__":
    main()
