"""The journal's own promises, without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.world.engine.journal import Change, Journal

if TYPE_CHECKING:
    from pathlib import Path


def test_the_next_life_replays_what_was_appended_in_order(tmp_path: Path) -> None:
    life = Journal(tmp_path)
    life.append([["put", 1], ["put", 2]])
    life.append([["remove", 1]])

    assert list(Journal(tmp_path).replay()) == [[["put", 1], ["put", 2]], [["remove", 1]]]


def test_what_few_encoders_know_is_read_as_it_was_written(tmp_path: Path) -> None:
    odd: Change = ["put", 2**70, "원", "\ud800", {"1": b"\x00\xff".hex()}]
    Journal(tmp_path).append([odd])

    assert list(Journal(tmp_path).replay()) == [[odd]]


def test_a_torn_last_line_is_skipped_and_never_written_after(tmp_path: Path) -> None:
    Journal(tmp_path).append([["put", 1]])
    segment = next(tmp_path.glob("journal-*"))
    segment.write_bytes(segment.read_bytes() + b'[["put", 2')
    second = Journal(tmp_path)

    second.append([["put", 3]])

    assert list(Journal(tmp_path).replay()) == [[["put", 1]], [["put", 3]]]


def test_a_snapshot_lets_the_older_segments_go_and_only_those(tmp_path: Path) -> None:
    life = Journal(tmp_path)
    life.append([["put", 1]])
    segment = life.begin_segment()
    life.append([["put", 2]])

    life.drop_before(segment)

    assert list(Journal(tmp_path).replay()) == [[["put", 2]]]


def test_a_life_does_not_replay_itself(tmp_path: Path) -> None:
    life = Journal(tmp_path)
    life.append([["put", 1]])

    assert list(life.replay()) == []


def test_a_cleared_journal_is_empty(tmp_path: Path) -> None:
    life = Journal(tmp_path)
    life.append([["put", 1]])

    life.clear()

    assert list(Journal(tmp_path).replay()) == []
