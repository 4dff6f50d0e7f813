"""Layers of wheels, as `layers/runtime/requirements.txt` names them, for the machine that will run them.

Fetched once per lock and target into `.cache/wheels/`, where a folder with its final name is complete.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from tools.environments import pip_settings, uv_settings

LAMBDA_PYTHON: Final = (3, 13)
LAMBDA_GLIBC: Final = "manylinux_2_28"  # python3.13 runs on Amazon Linux 2023, which has glibc 2.34
ZIP_EPOCH_SECONDS: Final = 315_532_800  # 1980-01-01, the oldest time a zip can hold
NAMES_THIS_MACHINE: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


class Target(StrEnum):
    """Where a build will run; RELAY_TARGET names it."""

    EMBEDDED = "embedded"  # the engine on this machine, with this Python
    LOCALSTACK = "localstack"  # Lambda's image for this machine's processor
    AWS = "aws"  # Lambda on arm64


def python_of(target: Target) -> tuple[int, int]:
    """Return the Python, as (major, minor), that a target runs handlers with."""
    return sys.version_info[:2] if target is Target.EMBEDDED else LAMBDA_PYTHON


def runs_here(target: Target) -> bool:
    """Tell whether byte code written by this interpreter is valid at the target."""
    return python_of(target) == sys.version_info[:2]


def uv_options(target: Target) -> list[str]:
    """Say to uv which wheels a target takes; wheels only, as nothing is compiled for another machine."""
    python = ".".join(map(str, python_of(target)))
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", python]
    if target is Target.EMBEDDED:
        return options
    machine = "aarch64" if target is Target.AWS else platform.machine()
    return [*options, "--python-platform", f"{machine}-{LAMBDA_GLIBC}"]


def fetch(requirements: Path, target: Target, cache: Path) -> Path:
    """Return a folder with the installed wheels, byte code included where it is valid.

    Raises:
        subprocess.CalledProcessError: uv cannot get a wheel; what it said went to stderr.
    """
    key = hashlib.sha256(
        b"\0".join(
            [requirements.read_bytes(), Path(__file__).read_bytes(), repr(uv_options(target)).encode()]
        )
    ).hexdigest()[:16]
    folder = cache / f"{target}-{sys.implementation.cache_tag}-{key}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        half_made = Path(scratch) / "python"
        install(requirements, target, half_made)
        tidy(half_made)
        if runs_here(target):
            compile_all(half_made)
        for file in half_made.rglob("*"):
            normalise(file)
        try:
            half_made.rename(folder)
        except OSError:
            if not folder.exists():  # else another build was first, with the same wheels
                raise
    return folder


def install(requirements: Path, target: Target, folder: Path) -> None:
    """Unpack the wheels: from what the set-up left in uv's cache, else from the index."""
    python = Path(sys.executable)
    command = [
        *(str(python.with_name("uv")), "pip", "install", "--quiet", *uv_options(target)),
        *("--target", str(folder), "--requirement", str(requirements)),
    ]
    if subprocess.run([*command, "--offline"], capture_output=True, check=False).returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        environment = {**os.environ, **uv_settings(pip_settings(python), os.environ)}
        subprocess.run(command, env=environment, check=True)


def tidy(folder: Path) -> None:
    """Remove what names the installing machine or its installer, and tests; a layer holds libraries only."""
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for tests in [found for found in folder.rglob("tests") if found.is_dir()]:
        shutil.rmtree(tests, ignore_errors=True)
    (folder / ".lock").unlink(missing_ok=True)
    for file in folder.glob("*.dist-info/*"):
        if file.name in NAMES_THIS_MACHINE:
            file.unlink()


def compile_all(folder: Path) -> None:
    """Write byte code beside every module; unchecked, because a layer's files never change under it.

    A fresh interpreter does it: byte code depends on which strings its writer has seen before.
    """
    compiler = [sys.executable, "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*compiler, "-s", folder, folder], env={"PYTHONHASHSEED": "0"}, check=True)


def normalise(file: Path) -> None:
    """Give a file the mode and time that make zips byte-equal on every machine."""
    file.chmod(0o755 if file.is_dir() else 0o644)
    os.utime(file, (ZIP_EPOCH_SECONDS, ZIP_EPOCH_SECONDS))
