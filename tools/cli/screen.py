"""What commands look like: plain, at most 100 columns, and readable without colour."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

WIDTH: Final = 100
STAGE_COLUMNS: Final = 12


def console(*, stderr: bool = False) -> Console:
    """A console no wider than a page; a pipe gets a page too."""
    found = Console(stderr=stderr, highlight=False)
    width = min(found.width, WIDTH) if found.is_terminal else WIDTH
    return Console(stderr=stderr, highlight=False, width=width)


class Progress:
    """Stages of a longer work: a spinner while one runs, a line with its seconds when it is done."""

    def __init__(self, screen: Console) -> None:
        """Show it on this console."""
        self._screen = screen
        self._status: Status | None = None
        self._began = 0.0

    def __call__(self, stage: str, done: str = "") -> None:
        """Begin a stage, or end it with what came of it."""
        self.close()
        if not done:
            self._began = time.monotonic()
            if self._screen.is_terminal:
                self._status = self._screen.status(f"{stage} …", spinner="dots")
                self._status.start()
            return
        line = Table.grid(padding=(0, 1))
        line.add_column(width=1)
        line.add_column(width=STAGE_COLUMNS)
        line.add_column(width=self._screen.width - STAGE_COLUMNS - 12, overflow="fold")
        line.add_column(width=6, justify="right")
        seconds = time.monotonic() - self._began
        line.add_row(Text("✓", style="green"), stage, done, Text(f"{seconds:.1f} s", style="dim"))
        self._screen.print(line)

    def close(self) -> None:
        """Take the spinner away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def __enter__(self) -> Self:
        """Use it as a block, so that a failure takes the spinner away."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the spinner away."""
        self.close()
