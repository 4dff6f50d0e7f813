"""A terminal's numbers are never used twice, whatever happened to its journal."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

from tools.pos.journal import TAIL_BYTES, Journal


def numbers(journal: Journal, count: int = 1) -> list[int]:
    return [journal.next_sequence("approve", "20261120", amount_won=11_000) for _ in range(count)]


def take(path: Path, count: int) -> list[int]:
    return numbers(Journal(path), count)


def test_numbers_go_up_by_one_and_survive_a_restart(tmp_path: Path) -> None:
    assert numbers(Journal(tmp_path / "pos.jsonl"), 3) == [1, 2, 3]
    assert numbers(Journal(tmp_path / "pos.jsonl")) == [4]


def test_a_number_is_on_disk_before_it_is_used(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "pos.jsonl")

    (number,) = numbers(journal)

    line = json.loads(journal.path.read_text().splitlines()[-1])
    assert line == {"sequence": number, "what": "approve", "business_date": "20261120", "amount_won": 11_000}


@pytest.mark.parametrize("torn", [b"\n", b'\n{"sequ', b'\n{"sequence": 4', b'\n{"sequence": 4, "what'])
def test_a_line_torn_by_a_power_cut_spoils_no_later_number(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path / "pos.jsonl")
    numbers(journal, 3)
    with journal.path.open("ab") as file:
        file.write(torn)

    after = numbers(journal, 3)

    assert after == [4, 5, 6]


def test_a_long_journal_is_read_from_its_end_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "pos.jsonl")

    assert numbers(journal, 300)[-1] == 300
    assert journal.path.stat().st_size > 2 * TAIL_BYTES


def test_two_clerks_at_one_terminal_never_get_the_same_number(tmp_path: Path) -> None:
    path = tmp_path / "pos.jsonl"
    with multiprocessing.get_context("spawn").Pool(2) as clerks:
        taken = [number for numbers in clerks.starmap(take, [(path, 100), (path, 100)]) for number in numbers]

    assert sorted(taken) == list(range(1, 201))
