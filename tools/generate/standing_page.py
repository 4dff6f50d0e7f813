"""Writes docs/reference/standings.md from the sentences: `python -m tools.generate.standing_page`.

A stale page fails tests/spec/test_standing.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from payment_core.approval.standing import HELD, SENTENCES, Standing, say
from payment_core.kernel.language import Language

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "standings.md"
EXAMPLE: Final = {
    "where": "hangang",
    "number": "30000001",
    "says": "8326 한도 초과",
    "won": "7,000",
    "back": "6,999",
    "of": "11,000",
    "refund": "4,000",
}
HEAD: Final = """\
# Where a sale stands

Generated from `payment_core/approval/standing.py` by `tools/generate/standing_page.py`.

One sentence for the shopkeeper, the same in `message` of an answer, in `payrelay show` and here.
An approval or a decline keeps the destination's own words in the answer that decides the sale.
Here for a sale of 11,000 won, 7,000 of which stay paid or are on their way back.

| Standing | English | 한국어 |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = (
        f"| `{one}` | {_said(one, Language.ENGLISH)} | {_said(one, Language.KOREAN)} |\n" for one in SENTENCES
    )
    return HEAD + "".join(rows)


def _said(standing: Standing, language: Language) -> str:
    return say(standing, language, held=HELD[language].format(won=EXAMPLE["of"]), **EXAMPLE)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)


if __name__ == "__main__":
    main()
