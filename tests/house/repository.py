"""How house tests see the repository: its files, their syntax trees, and what a rule is."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
OURS_THOUGH_HIDDEN: Final = (".ci", ".editorconfig", ".gitignore")
TEXT: Final = (".py", ".md", ".json", ".toml", ".yaml", ".yml", ".txt", ".lock", "")

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """One countable rule: its sentence, what it looks at, what finds violations, and one it must find."""

    sentence: str
    subjects: Callable[[], Sequence[Subject]]
    find: Callable[[Subject], Iterable[str]]
    planted: Subject


@dataclass(frozen=True)
class File:
    """One text file: its place in the repository, and what it says."""

    place: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return _parsed(self.place, self.text)

    def at(self, node: ast.AST, complaint: str) -> str:
        """Put the place before a complaint, so that a person can click it."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}: {complaint}"


def files(*folders: str, endings: Sequence[str] = TEXT) -> list[File]:
    """Read every text file below the folders (the whole repository without any), past caches and builds."""
    return [
        File(place, (ROOT / place).read_text())
        for place in _places()
        if (not folders or place.startswith(tuple(f"{folder}/" for folder in folders)))
        and Path(place).suffix in endings
    ]


def python(*folders: str) -> list[File]:
    """Read every Python file below the folders."""
    return files(*folders, endings=[".py"])


@cache
def _places() -> tuple[str, ...]:
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name == "__pycache__" or (
            entry.name.startswith(".") and entry.name not in OURS_THOUGH_HIDDEN
        ):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        else:
            yield str(Path(entry.path).relative_to(ROOT))


@cache
def _parsed(place: str, text: str) -> ast.Module:
    return ast.parse(text, place)
