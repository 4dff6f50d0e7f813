"""The core and the codec need nothing: their tests pass where only pytest and hypothesis are installed."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Final

from tests.house.repository import ROOT

CORE_PYTHON: Final = ROOT / ".venv-core" / "bin" / "python"
SOURCES: Final = (".", "layers/payment_core/src", "layers/telegram_codec/src")


def test_the_tests_of_core_and_codec_pass_with_nothing_but_pytest_and_hypothesis() -> None:
    answer = subprocess.run(
        [CORE_PYTHON, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "tests/spec", "tests/codec"],
        cwd=ROOT,
        env={
            "PATH": os.defpath,
            "PYTHONPATH": ":".join(str(ROOT / source) for source in SOURCES),
            "HYPOTHESIS_PROFILE": "quick",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, "\n".join(answer.stdout.splitlines()[-30:])
    passed = re.search(r"(\d+) passed", answer.stdout)
    assert passed is not None
    assert int(passed[1]) > 100
    assert "skipped" not in answer.stdout


def test_the_bare_environment_really_lacks_what_the_rest_of_the_house_uses() -> None:
    for module in ("boto3", "pydantic", "aws_lambda_powertools", "payment_adapters"):
        answer = subprocess.run(
            [CORE_PYTHON, "-I", "-c", f"import {module}"], capture_output=True, check=False
        )

        assert b"ModuleNotFoundError" in answer.stderr, module
