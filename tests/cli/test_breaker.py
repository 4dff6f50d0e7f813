"""`payrelay breaker` asks for a reason and knows its destinations before it looks for a world."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tools.cli.exits import Exit
from tools.cli.main import app


def test_a_destination_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    command = ["breaker", "open", "nowhere", "--because", "a test", "--state", str(tmp_path)]

    ended = CliRunner().invoke(app, command)

    assert ended.exit_code == Exit.REFUSED
    assert "there is no destination nowhere" in ended.output


def test_nobody_opens_without_a_reason(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["breaker", "open", "hangang", "--state", str(tmp_path)])

    assert ended.exit_code != Exit.DONE
    assert "--because" in ended.output
