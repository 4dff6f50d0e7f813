"""A terminal's numbers are never used twice, and what it knew is known again after any power cut."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from payrelay.client import Journal
from payrelay.client.journal import TAIL_BYTES

TERMINAL = "1001-10010001-1"
DAY = "20261120"
FIRST = f"{TERMINAL}-{DAY}-1"


def numbers(journal: Journal, count: int = 1) -> list[int]:
    return [journal.begin("approve", TERMINAL, DAY, amount_won=11_000) for _ in range(count)]


def take(path: Path, count: int) -> list[int]:
    return numbers(Journal(path), count)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "till" / "pos.jsonl")


def test_numbers_go_up_by_one_and_survive_a_restart(journal: Journal) -> None:
    assert numbers(journal, 3) == [1, 2, 3]
    assert numbers(Journal(journal.path)) == [4]


def test_a_number_is_on_disk_before_it_is_used(journal: Journal) -> None:
    (number,) = numbers(journal)

    line = json.loads(journal.path.read_text().splitlines()[-1])
    assert line == {
        "sequence": number,
        "what": "approve",
        "key": FIRST,
        "business_date": DAY,
        "amount_won": 11_000,
    }


def test_every_line_is_synced_and_a_new_file_with_its_folder(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    really_sync = os.fsync

    def sync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        really_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    numbers(journal)
    journal.note("shown", FIRST, "APPROVED")

    assert synced == ["pos.jsonl", "till", journal.path.parent.parent.name, "pos.jsonl"]


@pytest.mark.parametrize(
    "torn", [b"\n", b'\n{"sequ', b'\n{"sequence": 4', b'\n{"sequence": 4, "what', b"\n4"]
)
def test_a_line_torn_by_a_power_cut_spoils_no_later_number(journal: Journal, torn: bytes) -> None:
    numbers(journal, 3)
    with journal.path.open("ab") as file:
        file.write(torn)

    after = numbers(journal, 3)

    assert after == [4, 5, 6]
    assert len(journal.entries()) == 6


def test_an_end_that_was_torn_anywhere_is_no_end(journal: Journal) -> None:
    numbers(journal)
    begun = journal.path.read_bytes()
    journal.note("shown", FIRST, "APPROVED")
    whole = journal.path.read_bytes()

    for size in range(len(begun), len(whole)):
        journal.path.write_bytes(whole[:size])
        assert [entry.is_open for entry in journal.entries()] == [True]

    journal.path.write_bytes(whole)
    assert [(entry.is_open, entry.state) for entry in journal.entries()] == [(False, "APPROVED")]


def test_a_long_journal_is_read_from_its_end_only_as_far_as_the_last_number(journal: Journal) -> None:
    assert numbers(journal, 100)[-1] == 100
    for _ in range(100):
        journal.note("net_cancel", FIRST)

    assert journal.path.stat().st_size > 3 * TAIL_BYTES
    assert numbers(journal) == [101]


def test_two_clerks_at_one_terminal_never_get_the_same_number(tmp_path: Path) -> None:
    path = tmp_path / "pos.jsonl"
    with multiprocessing.get_context("spawn").Pool(2) as clerks:
        taken = [number for numbers in clerks.starmap(take, [(path, 100), (path, 100)]) for number in numbers]

    assert sorted(taken) == list(range(1, 201))
