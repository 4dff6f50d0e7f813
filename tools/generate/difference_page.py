"""Writes docs/reference/differences.md from the simulators' menu: `python -m tools.generate.difference_page`.

A stale page fails tests/simulators/test_settlement_files.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from payment_core.reconciliation.breaks import BreakKind
from payment_core.reconciliation.repair import repairs
from tools.simulators.settlement.menu import MENU, Dish

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "reference" / "differences.md"
HEAD: Final = """\
# What can be wrong with a file, and as what it is found

Generated from the simulators' menu by `make docs`. `payrelay van files DAY --difference NAME` writes a day \
with one of them in it.

Each is held by two tests. `tests/simulators/test_settlement_files.py` has every name of this list, and \
fails for one without a test: the file differs from the right one in just this. \
`tests/simulation/test_month.py` strikes every one of them in days of sales with everybody's books: each is \
found as this page says, people repair it, and at the end all books are one.

| difference | which file, and what is wrong | found as | people may |
|---|---|---|---|
"""


def page() -> str:
    """The page as the menu has it."""
    return HEAD + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    for name, dish in MENU.items():
        files = " and ".join(f"`{kind}`" for kind in dish.strikes)
        yield f"| `{name}` | {files}: {dish.sentence} | {_found(dish)} | {_may(dish)} |"


def _found(dish: Dish) -> str:
    if not dish.found_as:
        return "no difference: a till's clock may be a day off, and the sale is the same"
    return " or ".join(
        f"`{one}`" if isinstance(one, BreakKind) else f"[`{one}`](../operating/{one}.md)"
        for one in dish.found_as
    )


def _may(dish: Dish) -> str:
    kinds = [one for one in dish.found_as if isinstance(one, BreakKind)]
    return ", ".join(f"`{one}`" for one in repairs(kinds[0])) if kinds else ""


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
