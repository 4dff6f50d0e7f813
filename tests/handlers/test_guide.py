"""The examples of docs/guides/integrate-your-pos.md take payments at the real gateway."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.guide import NAMES, run
from tests.handlers.door import Door
from tests.handlers.world import MASTER, World

every_example = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def door(world: World) -> Iterator[tuple[Door, str]]:
    made = Door(world)
    with made.open() as url:
        yield made, url


@every_example
def test_an_example_takes_a_payment(door: tuple[Door, str], tmp_path: Path, name: str) -> None:
    said = run(name, door[1], MASTER.encode(), tmp_path / "journal")

    assert (said.code, said.words[0]) == (0, "APPROVED"), said.err
    assert door[0].world.telegrams == ["ApprovalRequest"]


@every_example
def test_an_example_whose_answer_was_lost_gets_the_stored_one_and_pays_once(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    door[0].answers_to_lose = 1

    said = run(name, door[1], MASTER.encode(), tmp_path / "journal")

    assert (said.code, said.words[0]) == (0, "APPROVED"), said.err
    assert len(door[0].answers) == 2
    assert len(set(door[0].answers)) == 1
    assert door[0].world.telegrams == ["ApprovalRequest"]


@every_example
def test_an_example_with_a_fault_in_its_request_is_told_which(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    said = run(name, door[1], MASTER.encode(), tmp_path / "journal", amount="1")

    assert (said.code, said.words[0], said.words[2]) == (3, "REFUSED", "malformed-request"), said.err


@every_example
def test_an_example_with_a_key_of_its_own_invention_is_refused(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    said = run(name, door[1], b"not the master", tmp_path / "journal")

    assert (said.code, said.words[2]) == (3, "signature-refused"), said.err
    assert door[0].world.telegrams == []
