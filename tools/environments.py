"""The environments of the house, made from the hashed locks and kept equal to them.

| environment     | lock                        | holds                                                    |
|-----------------|-----------------------------|----------------------------------------------------------|
| `.venv`         | `requirements/app.lock`     | what people and tests run, and payrelay itself, editable |
| `.venv-engine`  | `requirements/engine.lock`  | the embedded AWS engine, which pins its own botocore     |
| `.venv-handler` | `requirements/handler.lock` | what Lambda's Python brings, and nothing else            |
| `.venv-core`    | `requirements/core.lock`    | pytest and hypothesis: all that the core's tests need    |

Two more are made by who needs them: `.venv-pictures` of `requirements/pictures.lock`, which draws, by
`make pictures`; `.venv-peers` of `requirements/peers.lock`, our peers, by the benchmark that asks them.

Each environment carries a stamp that names its lock, its place and its Python.
The stamp is removed before the first change and written after the last one, so an interrupted set-up is seen
and begun again. Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
STAMP: Final = "payrelay.stamp"
OUTPUT_LINES_SHOWN: Final = 12


class SetupError(Exception):
    """The set-up cannot go on; the text is one sentence for a newcomer, with the way on."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment and the lock that is its whole content."""

    root: Path
    name: str
    lock_name: str
    is_editable: bool = False

    @property
    def folder(self) -> Path:
        """Where the environment lives."""
        return self.root / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def lock(self) -> Path:
        """Its hashed requirements."""
        return self.root / "requirements" / self.lock_name

    def wanted_stamp(self) -> str:
        """Name everything the environment depends on; another Python in `.venv` makes all three stale."""
        stamp = {
            "lock": hashlib.sha256(self.lock.read_bytes()).hexdigest(),
            "place": str(self.root),
            "python": python_version(self.root / ".venv"),
        }
        if self.is_editable:
            project = tomllib.loads((self.root / "pyproject.toml").read_text())
            installed = {key: project.get(key) for key in ("build-system", "project")} | project["tool"][
                "hatch"
            ]
            stamp["project"] = hashlib.sha256(json.dumps(installed, sort_keys=True).encode()).hexdigest()
        return json.dumps(stamp, indent=1)

    def is_ready(self) -> bool:
        """Tell whether the environment is complete and equal to its lock."""
        try:
            return (
                os.access(self.python, os.X_OK) and (self.folder / STAMP).read_text() == self.wanted_stamp()
            )
        except FileNotFoundError:
            return False


def environments(root: Path = ROOT) -> tuple[Environment, ...]:
    """Return the four environments, in the order in which they are made: the first brings the installer."""
    return (
        Environment(root, ".venv", "app.lock", is_editable=True),
        Environment(root, ".venv-engine", "engine.lock"),
        Environment(root, ".venv-handler", "handler.lock"),
        Environment(root, ".venv-core", "core.lock"),
    )


def what_draws(root: Path = ROOT) -> Environment:
    """Return the environment of the pictures, which nobody needs who only runs or tests payrelay."""
    return Environment(root, ".venv-pictures", "pictures.lock")


def what_compares(root: Path = ROOT) -> Environment:
    """Return the environment of the peers of benchmarks, which nothing of ours imports."""
    return Environment(root, ".venv-peers", "peers.lock")


def set_up(root: Path = ROOT, *, pictures: bool = False, peers: bool = False) -> bool:
    """Make every environment equal to its lock; False when there was nothing to do.

    Raises:
        SetupError: with a sentence for people.
    """
    wanted = (
        *environments(root),
        *([what_draws(root)] if pictures else []),
        *([what_compares(root)] if peers else []),
    )
    if all(environment.is_ready() for environment in wanted):
        return False
    with only_one_setup(root):
        for environment in wanted:
            if not environment.is_ready():
                make(environment, installer=environments(root)[0])
    return True


def make(environment: Environment, installer: Environment) -> None:
    """Make or renew one environment. Half-made ones (no stamp) are thrown away first."""
    began = time.monotonic()
    stamp = environment.folder / STAMP
    if not stamp.exists() or not is_alive(environment, installer):
        shutil.rmtree(environment.folder, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    packages = sum(1 for line in environment.lock.read_text().splitlines() if not line.startswith((" ", "#")))
    label = f"{environment.name}: {packages} packages"
    if environment == installer:
        create_installer(environment, label)
    elif not environment.python.exists():
        run([installer.python, "-m", "venv", "--without-pip", environment.folder], label)
    install(environment, installer, label)
    stamp.write_text(environment.wanted_stamp())
    say(f"{label}, ready in {time.monotonic() - began:.0f} s", is_final=True)


def is_alive(environment: Environment, installer: Environment) -> bool:
    """Tell whether an environment can be renewed in place: its Python runs, and is the installer's."""
    return os.access(environment.python, os.X_OK) and python_version(environment.folder) == python_version(
        installer.folder
    )


def python_version(folder: Path) -> str:
    """Read which Python made an environment, e.g. "3.11.2"."""
    settings = (line.partition(" = ") for line in (folder / "pyvenv.cfg").read_text().splitlines())
    return next(value for key, _, value in settings if key == "version")


def create_installer(environment: Environment, label: str) -> None:
    """Make `.venv` with pip, and let pip fetch the very uv that the lock names."""
    if not environment.python.exists():
        if importlib.util.find_spec("ensurepip") is None:
            raise SetupError(
                "This Python cannot make virtual environments because `ensurepip` is missing. "
                "On Debian and Ubuntu: sudo apt-get install python3-venv"
            )
        run([sys.executable, "-m", "venv", environment.folder], label)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(pinned("uv", environment.lock.read_text()))
        only_uv.flush()
        run(
            [
                *(environment.python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"),
                *("--require-hashes", "--requirement", only_uv.name),
            ],
            label,
        )


def install(environment: Environment, installer: Environment, label: str) -> None:
    """Fill the environment with uv; where uv cannot (an exotic index, a proxy), with pip, slowly."""
    uv = installer.folder / "bin" / "uv"
    pip: list[str | Path] = [
        *(installer.python, "-m", "pip", "--disable-pip-version-check", "--python", environment.python),
        *("install", "--quiet", "--no-deps"),
    ]
    try:
        settings = uv_settings(pip_settings(installer.python), os.environ)
        run(
            [uv, "pip", "sync", "--python", environment.python, "--require-hashes", environment.lock],
            label,
            settings,
        )
    except SetupError as refusal:
        say(f"uv could not install ({first_line(str(refusal))}); trying pip", is_final=True)
        try:
            run([*pip, "--require-hashes", "--requirement", environment.lock], label)
        except SetupError as second_refusal:
            raise SetupError(f"{refusal}\nNor could pip: {second_refusal}") from second_refusal
    if environment.is_editable:
        run([*pip, "--no-build-isolation", "--editable", environment.root], label)


def pinned(package: str, lock: str) -> str:
    """Cut one package, with its hashes, out of a lock."""
    lines = lock.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next(number for number in range(start, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[start : end + 1]) + "\n"


def pip_settings(python: Path) -> dict[str, str]:
    """Read what the user told pip in pip.conf and PIP_*; the environment wins over files, as in pip."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    pairs = [line.split("=", 1) for line in listing.splitlines() if "=" in line]
    by_source = {key: value.strip("'\"").replace("\\n", " ") for key, value in pairs}
    settings: dict[str, str] = {}
    for source in ("global.", "install.", ":env:."):
        settings |= {
            key.removeprefix(source): value for key, value in by_source.items() if key.startswith(source)
        }
    return settings


def uv_settings(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Translate pip's settings for uv, which does not read them; what the user told uv itself wins.

    Every file is pinned by hash, so taking the best match of all indexes, as pip does, is safe.
    """
    told = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": pip.get("extra-index-url", ""),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": pip.get("trusted-host", ""),
        "UV_HTTP_TIMEOUT": pip.get("default-timeout", pip.get("timeout", "")),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return {key: value for key, value in told.items() if value and key not in environ}


def run(command: Sequence[str | Path], label: str, settings: Mapping[str, str] | None = None) -> None:
    """Run one command quietly, with a ticking line on a terminal; explain its failure in a sentence."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=output,
            env={**os.environ, **(settings or {})},
        )
        try:
            while process.poll() is None:
                say(f"{label}, {time.monotonic() - began:.0f} s")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.5)
        except KeyboardInterrupt:
            process.wait()
            raise
        output.seek(0)
        if process.returncode != 0:
            raise SetupError(explained(output.read(), Path(command[0]).name))


def explained(output: str, tool: str) -> str:
    """Turn an installer's output into a sentence, and keep its last lines for whoever needs them."""
    causes = {
        "The disk is full: free some space (1 GB is plenty), then run the same command again.": (
            "No space left on device", "os error 28", "Disk quota exceeded",
        ),
        "The package index cannot be reached: check network and pip.conf, then run the same command again.": (
            "name resolution", "dns error", "NewConnectionError", "ConnectTimeout", "Connection refused",
            "Network is unreachable", "error sending request", "Connection reset", "ProxyError", "timed out",
        ),
        "A downloaded package is not the one the lock names; nothing was installed from it.": (
            "Hash mismatch", "THESE PACKAGES DO NOT MATCH THE HASHES",
        ),
    }  # fmt: skip
    sentence = next(
        (said for said, signs in causes.items() if any(sign in output for sign in signs)),
        f"`{tool}` failed.",
    )
    return "\n".join(
        [sentence, *(f"    {line}" for line in output.strip().splitlines()[-OUTPUT_LINES_SHOWN:])]
    )


@contextlib.contextmanager
def only_one_setup(root: Path) -> Iterator[None]:
    """Hold the set-up lock; the kernel lets go of it when the holder dies, so it is never stale."""
    (root / ".cache").mkdir(exist_ok=True)
    with (root / ".cache" / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running here; waiting for it", is_final=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text: str, *, is_final: bool = False) -> None:
    """Show progress on stderr: one line that moves on a terminal, only finished lines in a log."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}" + ("\n" if is_final else ""))
    elif is_final:
        sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def first_line(text: str) -> str:
    """Return the first line of a text."""
    return text.splitlines()[0] if text else ""


def main() -> int:
    """Set up; 0 when everything is ready, 1 with a sentence otherwise, 130 when interrupted."""
    try:
        set_up(pictures="pictures" in sys.argv[1:])
    except SetupError as refusal:
        sys.stderr.write(f"\nSet-up stopped. {refusal}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nSet-up interrupted; the next `make` begins again where it is needed.\n")
        return 130
    except OSError as failure:
        if failure.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"\nSet-up stopped. {explained('No space left on device', 'python3')}\n")
        return 1
    return 0
