"""Rows that were read come back as they were, each time; answers as their rows lie in the table."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from random import Random

import pytest

from payment_adapters.files.kept_rows import KeptRows
from payment_core.settlement.rows import ReturnedRow
from tests.adapters.settlement_files import checked, wire_of


@pytest.mark.parametrize("held", [1, 7, 10, 1_000])
def test_rows_come_back_as_they_were_whatever_lies_on_disk(held: int) -> None:
    (first, *_) = checked("returns", wire_of("returns")).rows()
    assert isinstance(first, ReturnedRow)
    chance = Random(3)  # noqa: S311 -- the same order every time
    rows = [
        replace(first, row=number, approval_number=f"{chance.randrange(20):08d}") for number in range(1, 51)
    ]

    with closing(KeptRows(held)) as kept:
        for row in rows:
            kept.keep(row)
        again = [list(kept), list(kept)]

    assert again[0] == again[1] == sorted(rows, key=lambda row: (row.approval_number, row.row))


@pytest.mark.parametrize("family", ["transactions", "statements"])
def test_a_list_stays_in_the_order_of_its_file(family: str) -> None:
    rows = list(checked(family, wire_of(family)).rows())
    with closing(KeptRows(1)) as kept:
        for row in rows:
            kept.keep(row)

        assert list(kept) == rows
    assert [row.row for row in rows] == sorted(row.row for row in rows)


def test_a_file_without_rows_has_none() -> None:
    assert list(KeptRows()) == []
