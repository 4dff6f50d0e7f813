"""Every guard is missed when it is gone: each planted bug is found, with a story a person can follow."""

from __future__ import annotations

from xml.dom.minidom import parseString

import pytest

from payment_core.approval.model import NEXT
from tools.model.draw import as_mermaid, as_text
from tools.model.explore import explore
from tools.model.mutants import MUTANTS, Mutant
from tools.model.svg import as_svg
from tools.model.worlds import WORLDS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    found = explore(mutant.rules)

    assert found.story is not None, mutant.breaks
    drawn = as_text(found.story).splitlines()
    assert len(drawn) == len(found.story.deeds) + 2
    assert max(len(line) for line in drawn) <= 100
    assert as_mermaid(found.story).startswith("sequenceDiagram\n")
    picture = parseString(as_svg(found.story, mutant.breaks))  # noqa: S318 -- our own
    assert found.story.broken in picture.toxml()


def test_every_world_that_is_checked_moves_by_the_table_of_production() -> None:
    assert all(rules.table is NEXT and not rules.broken for rules, _ in WORLDS.values())
