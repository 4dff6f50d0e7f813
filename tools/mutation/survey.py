"""Which tests run which lines, and what each costs: taken once, so that a mutant meets only who can see it.

Lines that run while tests are collected (tables, classes, what is built at import) are seen by tests that do
not run them: a change there is imported afresh (tools/mutation/campaign.py).
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

from tools.mutation.child import run


class Lines(dict[str, set[int]]):
    """By file, the lines that ran; ``count`` says how often any of them did."""

    count = 0


@dataclass
class Survey:
    """What one run of the unchanged code showed.

    Attributes:
        imported: By file, the lines that ran before the first test.
        tests: By file and line, the tests that ran it.
        seconds: CPU time of each test, while traced.
        counts: How many lines of the files each test ran.
    """

    imported: Lines
    tests: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def is_imported(self, file: str, lines: range) -> bool:
        """Whether any of these lines ran before the first test."""
        return not self.imported[file].isdisjoint(lines)

    def who_runs(self, file: str, lines: range | None = None) -> list[str]:
        """The tests that run any of these lines, or of the whole file, the cheapest first."""
        known = self.tests.get(file, {})
        found = {test for line in (known if lines is None else lines) for test in known.get(line, ())}
        return sorted(found, key=self.cost)

    def cost(self, test: str) -> tuple[float, str]:
        """What to sort tests by."""
        return self.seconds[test], test


@contextmanager
def tracing(files: Collection[str]) -> Iterator[Lines]:
    """Note every line of these files that runs meanwhile."""
    lines = Lines({file: set() for file in files})

    def call(frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401 -- as sys.settrace has it
        seen = lines.get(frame.f_code.co_filename)
        if seen is None:
            return None

        def line(frame: FrameType, _event: str, _argument: object) -> Any:  # noqa: ANN401 -- as above
            seen.add(frame.f_lineno)
            lines.count += 1
            return line

        return line

    sys.settrace(call)
    try:
        yield lines
    finally:
        sys.settrace(None)


def surveyed(items: list[pytest.Item], imported: Lines) -> Survey:
    """Run every test of the unchanged code once."""
    survey = Survey(imported)
    tests: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in items:
        began = time.process_time()
        with tracing(imported) as lines:
            run([item], {})
        survey.counts[item.nodeid] = lines.count
        survey.seconds[item.nodeid] = time.process_time() - began
        for file, ran in lines.items():
            for number in ran:
                tests[file][number].add(item.nodeid)
    survey.tests = {file: dict(by_line) for file, by_line in tests.items()}
    return survey
