"""The first five minutes of a newcomer: a wrong Python, a broken set-up, a second run, two at once."""

from __future__ import annotations

import fcntl
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import environments as set_up_module
from tools.environments import SetupError, environments, explained, pinned, uv_settings

ROOT = Path(__file__).resolve().parents[2]
OLD_PYTHON = """
import sys
sys.version_info = ({version})
sys.argv = ["tools/bootstrap.py"]
exec(compile(open("tools/bootstrap.py").read(), "tools/bootstrap.py", "exec"), {{"__name__": "__main__"}})
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose locks are short and whose environments do not exist yet."""
    (tmp_path / "requirements").mkdir()
    for name in ("app", "engine", "handler", "core"):
        (tmp_path / "requirements" / f"{name}.lock").write_text("uv==1.0 \\\n    --hash=sha256:00\n")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every command the set-up would run; making an environment makes its interpreter, no more."""
    seen: list[str] = []

    def record(command: list[str | Path], label: str, settings: dict[str, str] | None = None) -> None:
        del label, settings
        seen.append(" ".join(map(str, command)))
        if "venv" in command:
            folder = Path(command[-1])
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / "python").symlink_to(sys.executable)
            (folder / "pyvenv.cfg").write_text("version = 3.11.2\n")

    monkeypatch.setattr(set_up_module, "run", record)
    monkeypatch.setattr(set_up_module, "pip_settings", lambda _: {})
    return seen


@pytest.mark.parametrize("version", ["3, 10, 12", "3, 6, 0", "2, 7, 18"])
def test_a_python_that_is_too_old_is_told_so_in_one_sentence(version: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", OLD_PYTHON.format(version=version)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    named = ".".join(version.split(", ")[:2])
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"payrelay needs Python 3.11 or newer, and `python3` here is {named}.")
    assert len(answer.stderr.splitlines()) == 1


def test_the_gate_uses_no_syntax_that_an_old_python_cannot_parse() -> None:
    gate = (ROOT / "tools" / "bootstrap.py").read_text()

    assert "__future__" not in gate
    assert ' f"' not in gate
    assert "->" not in gate
    assert ":=" not in gate


def test_a_fresh_clone_gets_four_environments_and_a_second_run_does_nothing(
    root: Path, commands: list[str]
) -> None:
    assert set_up_module.set_up(root)
    assert all(environment.is_ready() for environment in environments(root))
    commands.clear()

    assert not set_up_module.set_up(root)

    assert commands == []


STARTS_NOTHING = """
import runpy, sys
started = []
sys.addaudithook(lambda event, about: event == "subprocess.Popen" and started.append(about))
try:
    runpy.run_path("tools/bootstrap.py", run_name="__main__")
finally:
    assert not started, started
"""


def test_a_second_run_on_the_real_environments_starts_nothing() -> None:
    assert all(environment.is_ready() for environment in environments()), "run `make setup` first"

    subprocess.run([sys.executable, "-c", STARTS_NOTHING], cwd=ROOT, check=True)


def test_an_interrupted_set_up_is_seen_and_begun_again(
    root: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = set_up_module.run

    def interrupted(command: list[str | Path], label: str, settings: dict[str, str] | None = None) -> None:
        if "sync" in command:
            raise KeyboardInterrupt
        recorded(command, label, settings)

    monkeypatch.setattr(set_up_module, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        set_up_module.set_up(root)
    half_made = root / ".venv" / "half-made"
    half_made.touch()
    monkeypatch.setattr(set_up_module, "run", recorded)
    commands.clear()

    set_up_module.set_up(root)

    assert not half_made.exists()
    assert any("-m venv" in command for command in commands)
    assert all(environment.is_ready() for environment in environments(root))


def test_a_changed_lock_renews_only_its_environment_in_place(root: Path, commands: list[str]) -> None:
    set_up_module.set_up(root)
    kept = root / ".venv-engine" / "kept"
    kept.touch()
    (root / "requirements" / "engine.lock").write_text("uv==2.0 \\\n    --hash=sha256:11\n")
    commands.clear()

    set_up_module.set_up(root)

    assert kept.exists()
    assert [command for command in commands if ".venv-engine" not in command] == []


def test_another_python_in_the_app_environment_makes_the_others_stale_beyond_repair(
    root: Path, commands: list[str]
) -> None:
    set_up_module.set_up(root)
    app, *others = environments(root)
    assert commands

    (app.folder / "pyvenv.cfg").write_text("version = 3.12.1\n")

    assert not any(environment.is_ready() for environment in others)
    assert not any(set_up_module.is_alive(environment, app) for environment in others)


def test_two_set_ups_at_once_wait_for_each_other(root: Path) -> None:
    with (
        set_up_module.only_one_setup(root),
        (root / ".cache" / "setup.lock").open("w") as second,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_python_without_ensurepip_names_the_debian_package(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(SetupError, match="sudo apt-get install python3-venv"):
        set_up_module.set_up(root)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        (
            "error: Failed to fetch: dns error: failed to lookup address",
            "The package index cannot be reached",
        ),
        (
            "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "is not the one the lock names",
        ),
        ("something never seen before", "`uv` failed."),
    ],
)
def test_a_failed_installer_is_explained_in_a_sentence_with_its_own_words_below(
    said: str, sentence: str
) -> None:
    first, *rest = explained(f"line\n{said}\n", "uv").splitlines()

    assert sentence in first
    assert f"    {said}" in rest


def test_uv_obeys_what_the_user_told_pip_unless_the_user_told_uv_otherwise() -> None:
    pip = {"index-url": "https://mirror.example/simple", "find-links": "/wheels /more", "cert": "/ca.crt"}

    settings = uv_settings(pip, {"SSL_CERT_FILE": "/own.crt"})

    assert settings == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_the_installer_is_the_one_the_lock_names() -> None:
    uv = "uv==0.9 \\\n    --hash=sha256:11 \\\n    --hash=sha256:22\n"

    assert pinned("uv", f"six==1.0 \\\n    --hash=sha256:00\n{uv}zipp==3 \\\n") == uv


def test_every_lock_is_hashed_and_names_no_host() -> None:
    locks = [*(ROOT / "requirements").glob("*.lock"), ROOT / "layers" / "runtime" / "requirements.txt"]

    assert len(locks) == 7
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock
        assert text.count("==") <= text.count("--hash=sha256:"), lock
