"""`make lock`: writes the hashed locks from the dependency groups of pyproject.toml.

Pinned versions stay where they still fit; `python -m tools.lock --upgrade` chooses the newest instead.

Locks are resolved against the one default index and carry no host names: an extra index may hold only some
files of a release, and a lock made from it would refuse the others on the next machine (docs/adr/0002).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LOCKS: Final = {
    "app": "requirements/app.lock",
    "engine": "requirements/engine.lock",
    "handler": "requirements/handler.lock",
    "core": "requirements/core.lock",
    "pictures": "requirements/pictures.lock",
    "peers": "requirements/peers.lock",
    "runtime": "layers/runtime/requirements.txt",
    "matching": "layers/matching/requirements.txt",
}


def main(options: list[str]) -> int:
    """Write every lock again, for the oldest Python we support; hashes cover every wheel of a release."""
    for group, lock in LOCKS.items():
        command = [
            *(str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", *options),
            *("--group", f"pyproject.toml:{group}", "--output-file", lock),
            *("--python-platform", "linux", "--python-version", "3.11", "--generate-hashes"),
            *("--no-header", "--no-annotate", "--no-emit-index-url"),
        ]
        subprocess.run(command, cwd=ROOT, check=True)
        print(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
