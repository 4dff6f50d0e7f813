"""A process of its own for each piece of work, so that nothing a mutant does is left behind."""

from __future__ import annotations

import ast
import builtins
import os
import resource
import sys
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Final

import pytest

MORE_TURNS: Final = 3  # than the lines that a test ran of the unchanged package: each turn is several lines
FEWEST_TURNS: Final = 1_000
MOST_TURNS_AT_IMPORT: Final = 1_000_000
MOST_CPU_SECONDS: Final = (
    40  # for what no count sees in time: turns that each take longer than the one before
)
TURN: Final = "_one_turn_of_a_mutant"
QUIET: Final = ("--assert=plain", "-p", "no:xdist", "-p", "no:cacheprovider")


class Fate(IntEnum):
    """What became of a mutant: the exit code of its process."""

    SURVIVED = 10
    KILLED = 11
    ENDLESS = 12
    NEEDS_IMPORT = 13


def fate_in_child(work: Callable[[], object]) -> Fate:
    """Fork and work there in silence; work that raises, or that a signal ends, did not survive."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        fate = Fate.KILLED
        try:
            silence(1, 2)
            work()
            fate = Fate.SURVIVED
        finally:
            os._exit(fate)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Fate(code) if code in set(Fate) else Fate.KILLED


def silence(*descriptors: int) -> None:
    """Let what is written there go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)


class Tests:
    """A plugin that hands over the collected tests, and ends the process with the first that fails."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        """``work`` takes the place of pytest's own loop."""
        self.work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand them over."""
        self.work(session.items)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stop at the first that fails."""
        if report.failed:
            os._exit(Fate.KILLED)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Stop where a test cannot even be read."""
        if report.failed:
            os._exit(Fate.KILLED)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Tell what pytest would only print."""
        sys.stderr.write(f"{excrepr}\n")


def with_tests(places: list[str], work: Callable[[list[pytest.Item]], None]) -> None:
    """Collect the tests of these files and work with them.

    Raises:
        RuntimeError: pytest gave up before.
    """
    done = []

    def working(items: list[pytest.Item]) -> None:
        work(items)
        done.append(True)

    pytest.main([*QUIET, *places], plugins=[Tests(working)])
    if not done:
        raise RuntimeError("pytest could not collect the tests")


def run(items: list[pytest.Item], counts: Mapping[str, int]) -> None:
    """Run these tests, each with as many turns as the lines it ran before allow."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        grant_turns(FEWEST_TURNS + MORE_TURNS * counts.get(item.nodeid, 0))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)


def limit_cpu() -> None:
    """Let the system end this process where no count does."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))


def grant_turns(most: int = MOST_TURNS_AT_IMPORT) -> None:
    """Begin to count: after so many turns this process ends."""
    left = iter(range(most))

    def turn() -> None:
        if next(left, None) is None:
            os._exit(Fate.ENDLESS)

    setattr(builtins, TURN, turn)


class _Counted(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(int(ast.get_docstring(node, clean=False) is not None), _turn())
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _turn())
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _turn())
        return node


def _turn() -> ast.stmt:
    return ast.parse(f"{TURN}()").body[0]


def counted(tree: ast.Module) -> ast.Module:
    """The tree with a turn counted at the begin of each function and each round of a loop; changes it."""
    _Counted().visit(tree)
    return ast.fix_missing_locations(tree)
