"""Contracts are files: what a TOML file says, taken out with its type, and refused with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class ContractFileError(Exception):
    """A file of destinations/ or merchants/ lacks a key, has one that means nothing, or says what cannot be.

    `file` is its name, `key` the key with the tables it stands in, `reason` a clause about it.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        """Name the place and what is wrong there."""
        super().__init__(f"{file}: {key} {reason}")
        self.file, self.key, self.reason = file, key, reason


class Table:
    """One table of a file: takes typed values out of it, and in the end refuses what nobody took."""

    def __init__(
        self, file: str, path: str, words: Mapping[str, Any], *, defaults: Mapping[str, object]
    ) -> None:
        """Take a table as parsed; `path` is its name, empty for the file itself.

        What `defaults` says holds where a file does not say otherwise, by the full name of a key.
        """
        self._file, self._path, self._words, self._defaults = file, path, words, defaults
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """A text."""
        return str(self._typed(key, str, "a text"))

    def whole(self, key: str, *, least: int = 0, most: int = 10**9) -> int:
        """A whole number from `least` to `most`."""
        value = self._typed(key, int, "a whole number")
        if not least <= value <= most:
            raise self.refuse(key, f"must be {least:,} to {most:,}, not {value:,}")
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._typed(key, bool, "true or false"))

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """One of these texts."""
        value, known = self.text(key), tuple(choices)
        if value not in known:
            raise self.refuse(key, f"must be one of {', '.join(known)}, not {value!r}")
        return value

    def chosen(self, key: str, choices: type[Choice]) -> Choice:
        """One of an enumeration."""
        return choices(self.one_of(key, choices))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        values = self._typed(key, list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(key, "must be a list of texts")
        if twice := sorted({value for value in values if values.count(value) > 1}):
            raise self.refuse(key, f"names {', '.join(twice)} twice")
        return tuple(values)

    def map(self) -> dict[str, str]:
        """All of this table, as text → text."""
        return {key: self.text(key) for key in self._words}

    def table(self, key: str, *, optional: bool = False) -> Table:
        """A table inside this one; an optional one that is missing is empty."""
        if optional:
            self._words = {key: {}, **self._words}
        return self._inner(self._name(key), self._typed(key, dict, "a table"))

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables inside this one, ``[[like.this]]``; none where it is missing."""
        self._words = {key: [], **self._words}
        found = self._typed(key, list, "a list of tables")
        if not all(isinstance(one, dict) for one in found):
            raise self.refuse(key, "must be a list of tables")
        return tuple(self._inner(f"{self._name(key)}[{number}]", one) for number, one in enumerate(found, 1))

    def numbers(self, *, least: int, most: int) -> dict[str, int]:
        """All of this table, as text → whole number."""
        return {key: self.whole(key, least=least, most=most) for key in self._words}

    def keys(self) -> tuple[str, ...]:
        """What it holds."""
        return tuple(self._words)

    def close(self) -> None:
        """Refuse keys that mean nothing: a default would silently stand for what was misspelt."""
        for key in self._words:
            if key not in self._taken:
                raise self.refuse(key, "means nothing here")

    def refuse(self, key: str, reason: str) -> ContractFileError:
        """The error for a key of this table."""
        return ContractFileError(self._file, self._name(key), reason)

    def _inner(self, path: str, words: Mapping[str, Any]) -> Table:
        return Table(self._file, path, words, defaults=self._defaults)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _typed(self, key: str, kind: type, meant: str) -> Any:  # noqa: ANN401 - of the kind that is asked for
        self._taken.add(key)
        value = self._words.get(key, self._defaults.get(self._name(key)))
        if value is None:
            raise self.refuse(key, "is missing")
        if type(value) is not kind:
            raise self.refuse(key, f"must be {meant}, not {value!r}")
        return value


def read_file(path: Path, *, defaults: Mapping[str, object]) -> Table:
    """Read a file as the table that it is.

    Raises:
        ContractFileError: it is no TOML.
    """
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as unreadable:
        raise ContractFileError(path.name, "the file", f"is not TOML: {unreadable}") from unreadable
    return Table(path.name, "", words, defaults=defaults)
