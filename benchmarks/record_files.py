"""A file of a million transactions, read as typed records and as columns, each by a process of its own.

The file is written first, with 1,000 different records over and over. The peak of memory is that of the
process that reads, less nothing: interpreter and imports are in it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import chain, islice, repeat
from pathlib import Path
from random import Random
from typing import Final

from telegram_codec.columns import columns
from telegram_codec.specs import settlement
from tools.fuzz.samples import sample

_DIFFERENT: Final = 1_000
_COLUMNS: Final = ("transaction_date", "amount_won", "terminal_id")


def rows_per_second(rows: int) -> dict[str, int]:
    """Rows a second and peak resident memory in MB for both ways of reading a file of `rows` rows."""
    figures: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "transactions")
        _write(file, rows)
        for way in ("records", "columns"):
            reader = [sys.executable, "-m", "benchmarks.record_files", way, str(file)]
            said = subprocess.run(reader, capture_output=True, check=True, text=True)  # noqa: S603 - this very file
            read, seconds, peak_kilobytes = json.loads(said.stdout)
            assert read == rows
            figures[f"{rows:,} rows as {way}: rows per second"] = round(rows / seconds)
            figures[f"{rows:,} rows as {way}: peak memory in MB"] = peak_kilobytes // 1024
    return figures


def _write(file: Path, rows: int) -> None:
    chance = Random(1)  # noqa: S311 - a file that can be made again
    different = [sample(chance, settlement.Transaction).encode() for _ in range(_DIFFERENT)]
    with file.open("wb") as stream:
        stream.writelines(islice(chain.from_iterable(repeat(different)), rows))


def _read(way: str, file: Path) -> list[float]:
    started = time.perf_counter()
    with file.open("rb") as stream:
        if way == "records":
            read = sum(1 for _ in settlement.TRANSACTIONS.records(stream))
        else:
            read = sum(
                len(some["amount_won"]) for some in columns(settlement.TRANSACTIONS, stream, *_COLUMNS)
            )
    seconds = time.perf_counter() - started
    return [read, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]


if __name__ == "__main__":
    print(json.dumps(_read(sys.argv[1], Path(sys.argv[2]))))
