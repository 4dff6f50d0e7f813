"""The example of the package's README runs and prints what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

README = Path(__file__).parents[2] / "layers" / "telegram_codec" / "README.md"


def test_the_readme_example_runs_and_prints_what_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    example = README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    module = ModuleType("README")
    monkeypatch.setitem(sys.modules, "README", module)

    exec(compile(example, "README.md", "exec"), module.__dict__)  # noqa: S102 - our own page

    said = example.rstrip().splitlines()[-1].removeprefix("# ")
    assert capsys.readouterr().out.rstrip() == said
