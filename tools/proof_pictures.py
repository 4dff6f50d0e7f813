"""Draw three counterexamples into docs/proof/pictures: `python -m tools.proof_pictures`, half a minute.

Two are of the model, found by a search in breadth, so none is shorter; one is of the laboratory, cut down.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.lab.campaign import laboratory, run, shrunk, told
from tools.lab.plants import PLANTS
from tools.model.draw import Story
from tools.model.explore import explore
from tools.model.mutants import MUTANTS
from tools.model.svg import as_svg

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "proof" / "pictures"
OF_MODEL: Final = ("failover_unacked", "early_horizon")
OF_LABORATORY: Final = ("refused_cancel_keeps",)
SCHEDULES: Final = 50_000


def main() -> None:
    """Find each story, and draw it."""
    PICTURES.mkdir(exist_ok=True)
    for mutant in MUTANTS:
        if mutant.name in OF_MODEL:
            story = explore(mutant.rules).story
            assert story is not None, mutant.name  # noqa: S101 -- tests/model keeps every mutant found
            _draw(mutant.name, mutant.breaks, story)
    with laboratory():
        for plant in PLANTS:
            if plant.name in OF_LABORATORY:
                with plant.planted():
                    (failed,) = run(0, SCHEDULES).failures
                    _draw(plant.name, plant.breaks, told(shrunk(failed).plan))


def _draw(name: str, breaks: str, story: Story) -> None:
    (PICTURES / f"{name}.svg").write_text(as_svg(story, breaks), encoding="utf-8")


if __name__ == "__main__":
    main()
