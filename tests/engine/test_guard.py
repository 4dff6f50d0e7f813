"""The guard refuses a ministack the patches do not know."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.world.engine import guard
from tools.world.engine.process import (
    ENGINE_PYTHON,
    EXIT_UNKNOWN_MINISTACK,
    REPOSITORY,
    Engine,
    EngineDied,
)

pytestmark = pytest.mark.engine

ENGINE_FOLDER = REPOSITORY / "tools" / "world" / "engine"


def _installed_ministack() -> Path:
    question = "import importlib.util; print(importlib.util.find_spec('ministack').origin)"
    run = subprocess.run([ENGINE_PYTHON, "-c", question], check=True, capture_output=True, text=True)
    return Path(run.stdout.strip()).parent


def test_a_changed_module_is_refused_with_one_sentence_that_says_what_to_do(
    engine: Engine, tmp_path: Path
) -> None:
    sources = tmp_path / "ministack"
    for name in guard.HOOKED_SOURCES:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_installed_ministack() / name, sources / name)
    with (sources / "services" / "dynamodb.py").open("a") as module:
        module.write("# one byte more\n")

    with pytest.raises(EngineDied) as refusal:
        Engine.start(
            0, tmp_path / "state", tmp_path / "engine.log", extra_arguments=("--sources", str(sources))
        )

    assert engine.is_healthy()
    assert refusal.value.exit_code == EXIT_UNKNOWN_MINISTACK
    assert "services/dynamodb.py has changed" in refusal.value.log_tail
    assert "requirements/engine.lock" in refusal.value.log_tail
    assert "Traceback" not in refusal.value.log_tail


def test_a_missing_module_is_named(tmp_path: Path) -> None:
    with pytest.raises(guard.UnknownMinistack) as refusal:
        guard.check(tmp_path)

    assert "app.py is missing" in refusal.value.differences


def test_every_hooked_module_has_a_checksum_and_no_other() -> None:
    imported = re.findall(
        r'import_module\("([\w.]+)"\)', (ENGINE_FOLDER / "stock.py").read_text(encoding="utf-8")
    )
    paths = {module.removeprefix("ministack.").replace(".", "/") for module in imported}
    recorded = {name.removesuffix(".py").removesuffix("/__init__") for name in guard.HOOKED_SOURCES}

    assert recorded == paths


def test_every_patch_is_applied_and_has_its_own_conformance_test() -> None:
    modules = {path.stem for path in (ENGINE_FOLDER / "patches").glob("*.py")} - {
        "__init__",
        "stream_sources",
    }
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}

    launch = (ENGINE_FOLDER / "launch.py").read_text(encoding="utf-8")
    listed = re.search(r"^PATCHES = \((.*?)^\)", launch, re.MULTILINE | re.DOTALL)
    assert listed is not None
    assert modules == set(re.findall(r'"(\w+)"', listed.group(1)))
    assert modules - tests == set()
