"""`make flows`: play every story of docs/flows on a real world, and keep what happened.

`python -m tools.flows [STORY …]`. The pictures are then drawn from the records, by `make docs` too.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tools.cli.screen import Progress, console
from tools.flows import pages
from tools.flows.stories import STORIES, play
from tools.world.world import Plan, World


def main() -> None:
    """Play them, or those that are named."""
    stories = {story.__name__: story for told in STORIES.values() for story in told}
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("story", nargs="*", choices=[*stories, []], help="by default all of them")
    named = options.parse_args().story or list(stories)
    with (
        tempfile.TemporaryDirectory(prefix="payrelay-flows-") as folder,
        Progress(console()) as progress,
        World.up(Plan(Path(folder), port=0), progress) as world,
    ):
        for name in named:
            progress(name[:12])
            progress(name[:12], play(stories[name], world))
    pages.main()


if __name__ == "__main__":
    main()
