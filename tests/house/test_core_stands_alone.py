"""The core and the codec need nothing: `make check` runs their tests (step `core`) where nothing else is."""

from __future__ import annotations

import subprocess
from typing import Final

from tests.house.repository import ROOT

CORE_PYTHON: Final = ROOT / ".venv-core" / "bin" / "python"


def test_the_bare_environment_really_lacks_what_the_rest_of_the_house_uses() -> None:
    for module in ("boto3", "pydantic", "aws_lambda_powertools", "payment_adapters"):
        answer = subprocess.run(
            [CORE_PYTHON, "-I", "-c", f"import {module}"], capture_output=True, check=False
        )

        assert b"ModuleNotFoundError" in answer.stderr, module
