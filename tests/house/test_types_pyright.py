"""pyright refuses what mypy refuses: the same lines of tests/codec/test_types.py, and no other.

basedpyright is pyright's checker with its own Node beside it, so that it installs like any other package;
PAYRELAY_PYRIGHT names another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "codec" / "test_types.py"
PYRIGHT = os.environ.get("PAYRELAY_PYRIGHT") or str(Path(sys.executable).parent / "basedpyright")
SOURCES = ("telegram_codec", "payment_core", "payment_adapters")


def test_pyright_refuses_the_lines_that_mypy_refuses(tmp_path: Path) -> None:
    settings = {
        "include": [os.path.relpath(CASES, tmp_path)],
        "extraPaths": [str(ROOT), *(str(ROOT / "layers" / name / "src") for name in SOURCES)],
        "pythonVersion": "3.11",
        "enableTypeIgnoreComments": False,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    ran = subprocess.run(
        [PYRIGHT, "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)],
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
