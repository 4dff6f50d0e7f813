"""One concept, one word: a function's folder, its rule, its story and its promise carry the same name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.house.repository import ROOT

CORE: Final = ROOT / "layers" / "payment_core" / "src" / "payment_core"
DOORS: Final = sorted(handler.parent.name for handler in ROOT.glob("functions/*/handler.py"))
DRIVERS: Final = sorted(file.name.removesuffix(".asl.json") for file in ROOT.glob("workflows/*.asl.json"))
WORDS: Final = sorted({*DOORS, *DRIVERS})
# A door may open onto a rule with a better word of its own; that is said here, once.
RULE_NAMED_OTHERWISE: Final = {
    "van_link": "approval/send.py",
    "card_direct": "approval/send.py",
    "reconcile_files": "reconciliation/matching.py",
}
# A driver is no door of its own when it only orders the doors of others.
DRIVES_OTHER_DOORS: Final = {"approval", "cancel", "settlement_day", "reconcile_files"}


def test_there_are_words_to_look_at() -> None:
    assert len(DOORS) >= 6
    assert len(DRIVERS) >= 3


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_story(word: str) -> None:
    assert (ROOT / "docs" / "flows" / f"{word}.md").exists()


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_promise(word: str) -> None:
    rule = Path(RULE_NAMED_OTHERWISE.get(word, word)).stem
    spec = ROOT / "tests" / "spec"

    assert (spec / f"test_{word}.py").exists() or (spec / f"test_{rule}.py").exists()


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_rule(word: str) -> None:
    if word in RULE_NAMED_OTHERWISE:
        assert (CORE / RULE_NAMED_OTHERWISE[word]).exists()
        return
    assert (CORE / word).is_dir() or list(CORE.glob(f"*/{word}.py"))


@pytest.mark.parametrize("word", DRIVERS)
def test_every_driver_is_a_door_or_orders_doors(word: str) -> None:
    assert (word in DOORS) != (word in DRIVES_OTHER_DOORS)


def test_no_exception_outlives_its_need() -> None:
    assert set(RULE_NAMED_OTHERWISE) <= set(WORDS)
    assert not [word for word in RULE_NAMED_OTHERWISE if list(CORE.glob(f"*/{word}.py"))]
    assert set(DRIVERS) >= DRIVES_OTHER_DOORS


@pytest.mark.parametrize("word", DOORS)
def test_every_door_can_be_opened_by_hand(word: str) -> None:
    examples = list((ROOT / "events" / "invoke" / word).glob("*.json"))

    assert examples
    assert all(isinstance(json.loads(example.read_text()), dict) for example in examples)


@pytest.mark.parametrize("word", DOORS)
def test_the_first_lines_of_a_door_name_its_story(word: str) -> None:
    first_lines = (ROOT / "functions" / word / "handler.py").read_text().splitlines()[:10]

    assert any(f"docs/flows/{word}.md" in line for line in first_lines)
