"""`payrelay model`: a table for people, JSON for programs, an exit code that says if anything is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.cli.main import app
from tools.model import worlds
from tools.model.mutants import NAMED
from tools.model.worlds import ONE_VAN


def test_a_world_without_harm_is_told_in_figures() -> None:
    told = CliRunner().invoke(app, ["model", "check", "one-van", "--json"])

    assert told.exit_code == 0
    assert json.loads(told.stdout)["one-van"]["violations"] == 0


def test_a_world_with_harm_ends_with_one_and_the_story_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = next(mutant.rules for mutant in NAMED if mutant.name == "respond_before_record")
    monkeypatch.setitem(worlds.WORLDS, "one-van", (broken, "a broken world"))

    told = CliRunner().invoke(app, ["model", "check", "one-van", "--mermaid", str(tmp_path / "story.mmd")])

    assert told.exit_code == 1
    assert "✗ the POS was told APPROVED and the sale is not" in told.stdout
    assert (tmp_path / "story.mmd").read_text(encoding="utf-8").startswith("sequenceDiagram")


def test_a_bug_that_nobody_notices_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.model import mutants  # noqa: PLC0415 -- the module whose list is replaced

    harmless = mutants.Mutant("harmless", "nothing at all", ONE_VAN)
    monkeypatch.setattr(mutants, "MUTANTS", (harmless,))

    told = CliRunner().invoke(app, ["model", "mutants"])

    assert told.exit_code == 1
    assert "NOT FOUND" in told.stdout


def test_an_unknown_world_is_a_wrong_command() -> None:
    assert CliRunner().invoke(app, ["model", "check", "nowhere"]).exit_code == 2
