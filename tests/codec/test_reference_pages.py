"""The pages under docs/reference/telegrams say what the classes say, today."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

import pytest

from telegram_codec import specs
from tests.codec.strategies import TELEGRAMS
from tools.generate.telegram_pages import PAGES, PAPERS, name_of, page, telegrams_of

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_a_reference_page_is_what_its_paper_generates(paper: ModuleType) -> None:
    written = (PAGES / f"{name_of(paper)}.md").read_text(encoding="utf-8")

    assert written == page(paper), "run: python -m tools.generate.telegram_pages"


def test_every_paper_has_a_page_and_every_page_a_paper() -> None:
    papers = {module.name for module in pkgutil.iter_modules(specs.__path__)}

    assert {name_of(paper) for paper in PAPERS} == papers
    assert {path.stem for path in PAGES.glob("*.md")} == papers


def test_every_telegram_of_every_paper_is_put_to_the_general_tests() -> None:
    assert {made for paper in PAPERS for made in telegrams_of(paper)} == set(TELEGRAMS)
