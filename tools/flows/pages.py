"""Draws the pictures of docs/flows from the records: `python -m tools.flows.pages`.

A page says where a story goes, between two comments; what is between them is written here. A stale page
fails tests/cli/test_flows.py.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tools.flows.picture import drawn
from tools.flows.record import RECORDS

PAGES: Final = RECORDS.parent
PLACE: Final = re.compile(r"(<!-- story: (?P<name>\w+) -->\n).*?(<!-- end of story -->\n)", re.DOTALL)


def record(name: str) -> dict[str, Any]:
    """What was kept of a story."""
    words: dict[str, Any] = json.loads((RECORDS / f"{name}.json").read_text(encoding="utf-8"))
    return words


def told(page: str) -> list[str]:
    """The stories that a page has a place for."""
    return [found["name"] for found in PLACE.finditer(page)]


def filled(page: str) -> str:
    """The page with every story drawn from its record."""
    return PLACE.sub(lambda place: place[1] + _section(place["name"]) + place[3], page)


def _section(name: str) -> str:
    words = record(name)
    money = words["money"]
    return (
        f"\n**{words['title']}** Drawn from [what happened](recorded/{name}.json).\n\n"
        f"```mermaid\n{drawn(words)}```\n\n"
        f"> {money['en']}\n> {money['ko']}\n\n"
    )


def main() -> None:
    """Write every page that has a place for a story."""
    for place in sorted(PAGES.glob("*.md")):
        page = place.read_text(encoding="utf-8")
        if stories := told(page):
            place.write_text(filled(page), encoding="utf-8")
            print(f"{place.name}: {', '.join(stories)}")


if __name__ == "__main__":
    main()
