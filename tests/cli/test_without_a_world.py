"""Every way to start wrongly ends in a sentence and a way on."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import ROOT, payrelay
from tools.simulators.faults import Fault
from tools.world.places import Places
from tools.world.world import STATE_VERSION, owned, set_aside

SALE = "1001-10010001-1-20261120-1"


def a_dead_world(state: Path) -> Path:
    """What a world that was killed leaves behind."""
    state.mkdir()
    gone = {"pid": 999_999, "began": "1"}
    (state / "world.lock").write_text(json.dumps(gone))
    record = {"endpoint": "http://127.0.0.1:1", "outputs": {}, "vans": {}, "processes": {"engine": gone}}
    (state / "world.json").write_text(json.dumps(record))
    return state


def test_help_names_every_command_and_every_exit_code() -> None:
    told = payrelay("--help")

    assert told.code == 0
    for word in ("up", "down", "approve", "cancel", "show", "doctor", "demo", "van", "route"):
        assert f"│ {word} " in told.out
    for code in ("0 done", "1 trouble", "2 usage", "3 declined or refused", "4 being undone"):
        assert code in " ".join(told.out.replace("│", "").split())


def test_help_does_not_wait_for_aws_libraries() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, tools.cli.main; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert not {"boto3", "botocore", "pydantic", "urllib3", "cryptography", "yaml"} & set(loaded)


@pytest.mark.parametrize(
    "words",
    [("approve", "--amount", "11000"), ("cancel", SALE), ("show", SALE), ("van", "books")],
)
def test_a_command_without_a_world_says_how_to_start_one(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = payrelay(*words, "--state", tmp_path / "none")

    assert told.code == 1
    assert told.is_a_sentence
    assert "payrelay up" in told.err


def test_a_world_that_was_killed_is_told_apart_from_none(tmp_path: Path) -> None:
    told = payrelay("approve", "--amount", "11000", "--state", a_dead_world(tmp_path / "state"))

    assert told.code == 1
    assert told.is_a_sentence
    assert "ended without `payrelay down`" in told.err
    assert "payments are kept" in told.err


@pytest.mark.parametrize("make_state", [lambda path: path, a_dead_world])
def test_down_has_nothing_to_stop_and_says_so(tmp_path: Path, make_state: type[Path]) -> None:
    told = payrelay("down", "--state", make_state(tmp_path / "state"))

    assert (told.code, told.err) == (0, "")
    assert "nothing to stop" in told.out


@pytest.mark.parametrize(
    "words",
    [
        ("approve",),
        ("approve", "--amount", "eleven"),
        ("approve", "--amount", "0"),
        ("show", "not-a-sale"),
        ("cancel", "1001-10010001-1-20261120-0x1"),
        ("van", "script", "explode"),
        ("claim", "--date", "today"),
        ("claim", "--batch", "a file"),
        ("dance",),
    ],
)
def test_a_misunderstood_command_line_is_usage(words: tuple[str, ...]) -> None:
    told = payrelay(*words)

    assert told.code == 2
    assert "Traceback" not in told.err


def test_a_port_in_use_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        told = payrelay("up", "--port", str(port), "--state", tmp_path / "state")

    assert told.code == 1
    assert told.is_a_sentence
    assert f"Port {port}" in told.err
    assert not (tmp_path / "state" / "world.json").exists()


def test_a_second_up_is_refused_while_the_first_is_only_starting(tmp_path: Path) -> None:
    places = Places(tmp_path)
    with owned(places):
        told = payrelay("up", "--port", "0", "--state", tmp_path)
        fresh = payrelay("up", "--fresh", "--port", "0", "--state", tmp_path)

    for one in (told, fresh):
        assert one.code == 1
        assert one.is_a_sentence
        assert "still starting" in one.err
        assert "payrelay down" in one.err


def test_the_state_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    Places(tmp_path).version.write_text(json.dumps({**STATE_VERSION, "engine": "ministack 0.9"}))

    told = payrelay("up", "--port", "0", "--state", tmp_path)

    assert told.code == 1
    assert told.is_a_sentence
    assert "ministack 0.9" in told.err
    assert "--fresh" in told.err


def test_fresh_sets_the_old_state_aside_and_loses_nothing(tmp_path: Path) -> None:
    places = Places(tmp_path / "state")
    places.state.mkdir()
    places.version.write_text("old")

    aside = set_aside(places)

    assert aside is not None
    assert (aside / "state.json").read_text() == "old"
    assert not places.state.exists()


def test_an_unknown_target_is_named(tmp_path: Path) -> None:
    told = payrelay("up", "--state", tmp_path, RELAY_TARGET="moon")

    assert told.code == 1
    assert told.is_a_sentence
    assert "embedded, localstack, aws" in told.err


def test_nothing_is_started_for_aws(tmp_path: Path) -> None:
    told = payrelay("up", "--state", tmp_path, RELAY_TARGET="aws")

    assert told.code == 1
    assert told.is_a_sentence
    assert "make deploy" in told.err


def test_the_doctor_finds_a_dead_world_and_says_what_to_do(tmp_path: Path) -> None:
    told = payrelay("doctor", "--state", a_dead_world(tmp_path / "state"))

    assert "ended without `payrelay down`" in " ".join(told.out.split())
    assert "Traceback" not in told.err


def test_the_doctor_tells_another_versions_state(tmp_path: Path) -> None:
    Places(tmp_path).version.write_text("{}")

    told = payrelay("doctor", "--state", tmp_path)

    assert told.code == 1
    assert "✗" in told.out
    assert "--fresh" in told.out


def test_every_fault_is_explained() -> None:
    told = payrelay("van", "faults")

    assert told.code == 0
    assert all(f"  {fault} " in told.out for fault in Fault)
