"""`payrelay reconcile` on the files of the guide: what it prints is what the guide shows."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from tests.house.repository import ROOT
from tools.cli.main import app

GUIDE: Final = (ROOT / "docs" / "guides" / "reconcile.md").read_text(encoding="utf-8")
EXAMPLES: Final = ROOT / "docs" / "guides" / "examples" / "reconcile"
BLOCKS: Final = re.findall(r"```console\n\$ payrelay (.*?)\n(.*?)```", GUIDE, re.DOTALL)
BROKEN_BYTE: Final = 3 * 200 + 46


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the guide, where its commands are typed."""
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    broken = bytearray((tmp_path / "theirs.txt").read_bytes())
    broken[BROKEN_BYTE] = ord("x")
    (tmp_path / "broken.txt").write_bytes(broken)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def payrelay(words: str) -> Result:
    return CliRunner().invoke(app, shlex.split(words))


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=["compare", "broken"])
def test_the_guide_shows_what_is_printed(words: str, shown: str) -> None:
    assert lines(payrelay(words).output) == lines(shown)


def test_the_guide_shows_the_breaks_as_they_are_written(folder: Path) -> None:
    payrelay(BLOCKS[0][0])

    (shown,) = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)
    assert lines(shown) == lines((folder / "breaks.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ours.txt theirs.txt --spec answers.toml", 4),
        ("ours.txt broken.txt --spec answers.toml", 1),
        ("ours.txt nowhere.txt --spec answers.toml", 1),
        ("ours.txt theirs.txt --spec ours.txt", 1),
    ],
)
def test_the_exit_code_says_how_it_ended(words: str, code: int) -> None:
    told = payrelay(f"reconcile {words}")

    assert told.exit_code == code
    assert (told.stderr != "") == (code == 1)


def test_two_lists_that_agree_say_so(folder: Path) -> None:
    for name, record in (("ours.txt", 450), ("theirs.txt", 200)):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[:record] if record == 450 else data[200:400])

    told = payrelay("reconcile ours.txt theirs.txt --spec answers.toml")

    assert told.exit_code == 0
    assert "1 rows of ours and 1 of theirs agree." in told.stdout


def test_programs_read_counters_as_json() -> None:
    told = json.loads(payrelay("reconcile ours.txt theirs.txt --spec answers.toml --json --ko").stdout)

    assert told["rows"] == {"ours": 10, "theirs": 10}
    assert told["skipped"] == {"ours": 0, "theirs": 1}
    assert told["breaks"]["RETURNED"] == {"count": 1, "at_risk_won": 48_000}
