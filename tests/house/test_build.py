"""What is deployed is what was tested: one tree from both builders, each handler importing from it alone."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.house.repository import ROOT, files
from tests.house.rules_of_template import Resource, resources
from tools import template as templates
from tools.build import MARK, Build, build
from tools.wheels import Target

PACKAGED: Final = (
    *("functions", "layers", "workflows", "tools"),
    *("destinations", "merchants", "banks", "terminals"),
)
LONE_FILES: Final = ("template.yaml", "Makefile", "samconfig.toml", "pyproject.toml")
ELF_AARCH64: Final = b"\xb7\x00"  # e_machine in an ELF header
HANDLER_PYTHON: Final = ROOT / ".venv-handler" / "bin" / "python"
IMPORT_ALONE: Final = """
import importlib, json, sys
sys.modules.pop("sitecustomize", None)  # what a distribution's Python brings along is not ours
sys.path[:0] = json.loads(sys.argv[1])
module, _, name = sys.argv[2].rpartition(".")
assert callable(getattr(importlib.import_module(module), name))
print(json.dumps({"loaded": len(sys.modules), "from": importlib.import_module(module).__file__}))
"""
# Loaded modules per handler: exact where milliseconds are not. A ratchet: lower a figure when you can.
MODULE_BUDGETS: Final = {
    "alarms": 395,
    "archive": 390,
    "card_direct": 431,
    "cases": 529,
    "cheque_inquiry": 409,
    "console": 544,
    "failover": 380,
    "gateway": 553,
    "matching": 479,
    "net_cancel": 412,
    "outbox": 396,
    "projection": 400,
    "reconciliation": 403,
    "settlement": 388,
    "sweeper": 491,
    "van_link": 431,
    "van_router": 390,
}
SLACK_MODULES: Final = 40


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The real template, built into a folder of its own."""
    return build(out=tmp_path_factory.mktemp("built") / "build")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that is packaged, free to be changed; environments and wheels are the real ones."""
    for folder in PACKAGED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LONE_FILES:
        shutil.copy(ROOT / name, tmp_path)
    (ROOT / ".cache").mkdir(exist_ok=True)
    for name in (".venv", ".cache"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def tree(folder: Path) -> list[str]:
    """List a built tree, without the mark that only the fast path leaves."""
    found = (str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return sorted(name for name in found if name not in (MARK, "template.yaml"))


def differing(one: Path, other: Path, names: list[str]) -> list[str]:
    """List the files whose bytes differ, or that are missing."""
    _, mismatched, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    return mismatched + missing


def test_sam_build_and_the_fast_path_lay_out_the_same_tree(copy: Path) -> None:
    fast = build(root=copy, out=copy / "fast" / "build").template.parent
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(copy), "RELAY_TARGET": "embedded", "SAM_CLI_TELEMETRY": "0"}
    subprocess.run([copy / ".venv/bin/sam", "build"], cwd=copy, env=plain, check=True, capture_output=True)
    sam = copy / ".aws-sam" / "build"

    names = tree(sam)

    assert len(names) > 100
    assert tree(fast) == names
    assert differing(sam, fast, names) == []
    assert templates.load(fast / "template.yaml") == templates.load(sam / "template.yaml")


def test_a_build_with_nothing_to_do_touches_nothing(built: Build) -> None:
    times = {
        file: file.stat().st_mtime_ns for artifact in built.artifacts for file in artifact.path.rglob("*")
    }

    again = build(out=built.template.parent)

    assert again == built
    assert times == {file: file.stat().st_mtime_ns for file in times}


def test_an_interrupted_build_is_not_believed(built: Build, tmp_path: Path) -> None:
    half = tmp_path / "build"
    shutil.copytree(built.template.parent, half)
    victim = half / built.artifacts[0].path.relative_to(built.template.parent)
    (half / MARK).unlink()
    shutil.rmtree(victim)
    victim.mkdir()

    build(out=half)

    assert tree(victim)


def test_the_same_sources_give_the_same_bytes_on_every_machine(
    built: Build, copy: Path, tmp_path: Path
) -> None:
    first = built.template.parent
    for file in (copy / "layers" / "payment_core").rglob("*.py"):
        os.utime(file, (0, 0))
        file.chmod(0o600)

    second = build(root=copy, out=tmp_path / "second").template.parent

    names = tree(first)
    assert differing(first, second, names) == []
    assert {(second / name).stat().st_mode & 0o777 for name in names} == {0o644}
    assert len({(second / name).stat().st_mtime for name in names}) == 1


@pytest.mark.parametrize(
    "changed",
    [
        "layers/payment_core/src/payment_core/__init__.py",
        "layers/runtime/requirements.txt",
        "destinations/hangang.toml",
        "merchants/default.toml",
        "functions/gateway/handler.py",
        "template.yaml",
    ],
)
def test_a_change_of_one_layer_alone_still_publishes_new_versions(
    copy: Path, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.build.fill", lambda *_, **__: None)
    before = build(root=copy).code_hash()
    with (copy / changed).open("a") as file:
        file.write("\n# changed\n")

    assert build(root=copy).code_hash() != before


def test_a_changed_parameter_alone_still_publishes_new_versions(built: Build) -> None:
    hashes = {
        built.code_hash(),
        built.code_hash({"AnswerSeconds": "2"}),
        built.code_hash({"AnswerSeconds": "3"}),
    }

    assert len(hashes) == 3


def test_the_code_hash_is_what_every_function_publishes_by() -> None:
    parameter = templates.load(ROOT / "template.yaml")["Parameters"]["CodeHash"]

    assert "Default" not in parameter, "a deployment that forgets it must fail, not keep stale versions"
    assert all(
        function.properties["AutoPublishCodeSha256"] == {"Ref": "CodeHash"}
        for function in resources(templates.FUNCTION)
    )


def test_no_path_requirement_and_no_sam_cache_can_ship_stale_code() -> None:
    requirements = [file for file in files("functions", "layers") if "requirements" in file.place]

    assert [file.place for file in requirements] == [
        "layers/matching/requirements.txt",
        "layers/runtime/requirements.txt",
    ]
    lines = [line for file in requirements for line in file.text.splitlines()]
    assert not any(line.startswith((".", "/", "-e", "file:")) for line in lines)
    assert "cached" not in (ROOT / "samconfig.toml").read_text()


def test_no_test_and_nothing_of_the_building_machine_is_shipped(built: Build) -> None:
    names = tree(built.template.parent)

    assert [name for name in names if "payment_" in name and "/tests/" in name] == []
    assert [name for name in names if name.endswith(("/RECORD", "/INSTALLER", "direct_url.json"))] == []
    assert [name for name in names if "/python/bin/" in name] == []
    assert [name for name in names if name.endswith(f"handler.{sys.implementation.cache_tag}.pyc")]


def test_a_build_for_aws_holds_wheels_for_lambda_only(copy: Path) -> None:
    runtime = next(
        artifact for artifact in build(Target.AWS, root=copy).artifacts if "Runtime" in str(artifact)
    )

    binaries = list(runtime.path.rglob("*.so"))

    assert {file.read_bytes()[18:20] for file in binaries} == {ELF_AARCH64}
    assert all("cpython-313-" in file.name or ".abi3." in file.name for file in binaries)


@pytest.mark.parametrize("function", resources(templates.FUNCTION), ids=lambda function: function.logical_id)
def test_every_handler_imports_from_its_built_artifact_alone_and_within_its_budget(
    built: Build, function: Resource
) -> None:
    folder = {artifact.logical_id: artifact.path for artifact in built.artifacts}
    layers = [str(folder[layer["Ref"]] / "python") for layer in function.properties["Layers"]]
    paths = [str(folder[function.logical_id]), *layers]

    answer = subprocess.run(
        [HANDLER_PYTHON, "-I", "-c", IMPORT_ALONE, json.dumps(paths), function.properties["Handler"]],
        env={"AWS_DEFAULT_REGION": "ap-northeast-2"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert found["from"].startswith(str(folder[function.logical_id]))
    budget = MODULE_BUDGETS[function.word]
    assert found["loaded"] <= budget, "loads more than its budget"
    assert found["loaded"] > budget - SLACK_MODULES, "loads less: lower its budget"
