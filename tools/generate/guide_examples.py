"""Puts the examples into docs/guides/integrate-your-pos.md: `python -m tools.generate.guide_examples`.

A block that follows the link to its file is that file; tests/client/test_guide.py fails on any other, and
runs each file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guides" / "integrate-your-pos.md"
BLOCK: Final = re.compile(
    r"(?P<link>\]\((?P<place>examples/[\w.]+)\)[^\n]*\n\n```\w+\n)(?P<text>.*?)(?=^```$)",
    re.MULTILINE | re.DOTALL,
)


def with_examples(page: str) -> str:
    """The page, each block as its file is now."""
    return BLOCK.sub(lambda block: block["link"] + (GUIDE.parent / block["place"]).read_text(), page)


def shown(page: str) -> list[str]:
    """The files that the page shows."""
    return [block["place"] for block in BLOCK.finditer(page)]


def main() -> None:
    """Write the page again."""
    GUIDE.write_text(with_examples(GUIDE.read_text()))
    print(f"{GUIDE.name}: {', '.join(shown(GUIDE.read_text()))}")


if __name__ == "__main__":
    main()
