"""Copy a store to which another thread writes in the middle of the copying.

Usage, inside the engine's environment: `python -m tests.engine.inside.written_while_copied`. Prints `copied`
when all is well.
"""
# ruff: noqa: SLF001 - a check of a private function

from __future__ import annotations

import copy
import os
import tempfile
from typing import Any

os.environ["STATE_DIR"] = tempfile.mkdtemp()

from tools.world.engine.patches import state_snapshots

STORE: dict[str, Any] = {}


class _Meanwhile:
    """An entry whose copying is the moment in which somebody else writes."""

    def __deepcopy__(self, memo: dict[int, Any]) -> str:
        STORE["new"] = "entry"
        return "old entry"


if __name__ == "__main__":
    state_snapshots._copy_what_is_written_to()
    STORE["old"] = _Meanwhile()
    STORE["itself"] = STORE
    copied = copy.deepcopy(STORE)
    assert copied["old"] == "old entry"
    assert copied["itself"] is copied
    assert "new" not in copied
    print("copied")  # noqa: T201 - the answer to the test that runs this
