"""The two files of benchmarks/matching.py, and those who compare them beside us: a dictionary, and duckdb.

Ours: 450 bytes a record, in the order of time. Theirs: 200 bytes, in another order, with rows missing on both
sides, duplicates, other amounts and other dates among them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

OUR_BYTES, THEIR_BYTES = 450, 200
STEP_ROWS: Final = 100_000
ONE_OF: Final = 5_000
THEIRS_ALONE, OURS_ALONE, TWICE, OTHER_WON, OTHER_DATE = 1, (0, 2), 3, 4, (5, 6)  # of ONE_OF rows
SPEC: Final = """
subject = "TRANSACTIONS"
[ours]
record_bytes = 450
[theirs]
record_bytes = 200
[[key]]
name = "approval number"
ours = { at = 84, bytes = 12 }
theirs = { at = 102, bytes = 10 }
[[key]]
name = "terminal"
ours = { at = 40, bytes = 10 }
theirs = { at = 130, bytes = 10 }
[[key]]
name = "card"
card = true
ours = { at = 64, bytes = 20 }
theirs = { at = 22, bytes = 20 }
[amount]
ours = { at = 96, bytes = 12 }
theirs = { at = 44, bytes = 12 }
[date]
ours = { at = 50, bytes = 8 }
theirs = { at = 6, bytes = 8 }
[effect]
ours = { at = 122, bytes = 1, codes = { A = "LIVE", U = "UNDONE" } }
theirs = { at = 0, bytes = 2, codes = { 41 = "LIVE", 42 = "RETURNED" } }
"""
DUCKDB: Final = r"""
import json, sys, time, duckdb
ours, theirs = sys.argv[1:]
duckdb.sql("set enable_progress_bar = false")
began = time.perf_counter()
def lines(file):
    return (f"read_csv('{file}', columns={{'line': 'VARCHAR'}}, header=false, auto_detect=false, "
            "delim='\x01', quote='', escape='')")
def cut(file, approval, terminal, card, won, day, effect):
    key = " || ".join(f"substr(line, {at}, 10)" for at in (approval, terminal, card, card + 10))
    values = f"substr(line, {won}, 12) won, substr(line, {day}, 8) dated, {effect} effect"
    return f"select {key} k, {values} from {lines(file)}"
same = "a.won = b.won and a.dated = b.dated and a.effect = b.effect"
counters = duckdb.sql(f'''
with a as ({cut(ours, 85, 41, 65, 97, 51, "substr(line, 123, 1) = 'A'")}),
b as (select k, count(*) n, any_value(won) won, any_value(dated) dated, any_value(effect) effect
      from ({cut(theirs, 103, 131, 23, 45, 7, "substr(line, 1, 2) = '41'")}) group by k)
select count(*) filter ({same}), sum(case when {same} then a.won::bigint end),
       count(*) filter (b.k is null), count(*) filter (a.k is null),
       coalesce(sum(b.n - 1), 0), count(*) filter (a.won <> b.won), count(*) filter (a.dated <> b.dated)
from a full join b on a.k = b.k''').fetchall()[0]
names = ("matched", "won", "missing_there", "missing_here", "duplicate_there", "amount", "date")
told = {"seconds": time.perf_counter() - began, "counters": dict(zip(names, map(int, counters)))}
print(json.dumps(told))
"""


def generate(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write both files, unless they are there: the same rows give the same bytes."""
    ours, theirs = folder / f"ours-{rows}", folder / f"theirs-{rows}"
    if theirs.exists():
        return ours, theirs
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(20_261_125)
    number = chance.permutation(rows) + 10_000_000
    won = chance.integers(10, 5_000, rows) * 100
    terminal = chance.integers(0, 200_000, rows) + 1_000_000_000
    kind = chance.integers(0, ONE_OF, rows)
    here = np.flatnonzero(kind != THEIRS_ALONE)
    there = [kind > max(OURS_ALONE), kind == THEIRS_ALONE, kind == TWICE]
    listed = chance.permutation(np.concatenate([np.flatnonzero(one) for one in there]))
    with ours.open("wb") as file:
        for first in range(0, len(here), STEP_ROWS):
            some = here[first : first + STEP_ROWS]
            block = np.full((len(some), OUR_BYTES), ord(" "), np.uint8)
            _put(block, 40, _digits(terminal[some], 10))
            _put(block, 50, b"20261125")
            _put_card(block, 64, number[some])
            _put(block, 84, _digits(number[some], 8))
            _put(block, 96, _digits(won[some], 12))
            _put(block, 122, b"A")
            _put(block, OUR_BYTES - 1, b"\n")
            file.write(block.tobytes())
    half = theirs.with_suffix(".half")
    with half.open("wb") as file:
        for first in range(0, len(listed), STEP_ROWS):
            some = listed[first : first + STEP_ROWS]
            block = np.full((len(some), THEIR_BYTES), ord(" "), np.uint8)
            _put(block, 0, b"41")
            _put(block, 6, b"20261125")
            block[:, 13] += np.isin(kind[some], OTHER_DATE).astype(np.uint8)
            _put_card(block, 22, number[some])
            _put(block, 44, _digits(won[some] + 100 * (kind[some] == OTHER_WON), 12))
            _put(block, 102, _digits(number[some], 8))
            _put(block, 130, _digits(terminal[some], 10))
            _put(block, THEIR_BYTES - 1, b"\n")
            file.write(block.tobytes())
    half.rename(theirs)
    return ours, theirs


def _put(block: Any, at: int, text: Any) -> None:  # noqa: ANN401 - arrays of octets
    data = np.frombuffer(text, np.uint8) if isinstance(text, bytes) else text
    block[:, at : at + data.shape[-1]] = data


def _put_card(block: Any, at: int, number: Any) -> None:  # noqa: ANN401 - arrays of octets
    _put(block, at, b"411111******")
    _put(block, at + 12, _digits(number % 10_000, 4))


def _digits(numbers: Any, width: int) -> Any:  # noqa: ANN401 - arrays of octets
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def plain(ours: Path, theirs: Path) -> dict[str, int]:
    """What anybody would write: our rows in a dictionary, theirs looked up; files read in blocks."""
    rows: dict[bytes, bytes | None] = {}
    told = dict.fromkeys(("matched", "won", "missing_here", "duplicate_there", "amount", "date"), 0)
    with ours.open("rb") as file:
        while block := file.read(OUR_BYTES * 4096):
            for at in range(0, len(block), OUR_BYTES):
                key = block[at + 84 : at + 94] + block[at + 40 : at + 50] + block[at + 64 : at + 84]
                rows[key] = block[at + 96 : at + 108] + block[at + 50 : at + 58] + block[at + 122 : at + 123]
    unseen, unknown = len(rows), b"?"
    with theirs.open("rb") as file:
        while block := file.read(THEIR_BYTES * 4096):
            for at in range(0, len(block), THEIR_BYTES):
                key = block[at + 102 : at + 112] + block[at + 130 : at + 140] + block[at + 22 : at + 42]
                value = rows.get(key, unknown)
                if value is None:
                    told["duplicate_there"] += 1
                elif value is unknown:
                    told["missing_here"] += 1
                else:
                    rows[key], unseen = None, unseen - 1
                    effect = b"A" if block[at : at + 2] == b"41" else b"R"
                    if value == block[at + 44 : at + 56] + block[at + 6 : at + 14] + effect:
                        told["matched"] += 1
                        told["won"] += int(value[:12])
                    else:
                        told["amount"] += value[:12] != block[at + 44 : at + 56]
                        told["date"] += value[12:20] != block[at + 6 : at + 14]
    return {**told, "missing_there": unseen}
