"""What the page of results says was measured is what was measured: its parts come from the raw data."""

from __future__ import annotations

from typing import Final

from benchmarks.results import PAGE, PART, TABLES, rendered

MOST_BYTES: Final = 1_000_000


def test_every_measured_part_is_what_the_raw_data_say() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert {part[2] for part in PART.finditer(page)} == {"summary", *TABLES}
    assert rendered(page) == page


def test_the_raw_data_stay_small_enough_to_be_kept() -> None:
    data = PAGE.with_name("data").glob("*.json")

    assert sum(one.stat().st_size for one in data) < MOST_BYTES
