"""pyright refuses what mypy refuses: the same lines of tests/codec/test_types.py, and no other.

Runs where pyright is installed (`npm install pyright`, or PAYRELAY_PYRIGHT with its path); it is not one of
our dependencies, because it brings Node with it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "codec" / "test_types.py"
PYRIGHT = os.environ.get("PAYRELAY_PYRIGHT") or shutil.which("pyright")
SOURCES = ("telegram_codec", "payment_core", "payment_adapters")


@pytest.mark.skipif(PYRIGHT is None, reason="pyright is not installed")
def test_pyright_refuses_the_lines_that_mypy_refuses(tmp_path: Path) -> None:
    settings = {
        "include": [os.path.relpath(CASES, tmp_path)],
        "extraPaths": [str(ROOT), *(str(ROOT / "layers" / name / "src") for name in SOURCES)],
        "pythonVersion": "3.11",
        "enableTypeIgnoreComments": False,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    ran = subprocess.run(
        [str(PYRIGHT), "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )

    refused = {
        found["range"]["start"]["line"] + 1
        for found in json.loads(ran.stdout)["generalDiagnostics"]
        if found["severity"] == "error"
    }
    lines = CASES.read_text(encoding="utf-8").splitlines()
    expected = {number for number, line in enumerate(lines, 1) if "# type: ignore[" in line}
    assert len(expected) > 5
    assert refused == expected
