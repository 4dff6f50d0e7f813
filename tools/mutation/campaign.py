"""One mutant after the other, each in a process that begins with everything read that it needs.

A change inside a function takes the place of its code in modules and tests that are imported already.
A change of what ran at import is imported afresh. Either way the first test that fails ends the process,
and a mutant without end is stopped by counting the turns of its module's calls and loops, not by a clock.
"""

from __future__ import annotations

import ast
import gc
import os
import pickle
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from itertools import accumulate, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FunctionType
from typing import IO, Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import integers

from tools.mutation.child import (
    Fate,
    counted,
    fate_in_child,
    grant_turns,
    limit_cpu,
    run,
    silence,
    with_tests,
)
from tools.mutation.mutants import mutants
from tools.mutation.survey import Lines, Survey, surveyed, tracing

PROFILE: Final = "mutation"
MOST_SECONDS: Final = 4.0  # of tests, as surveyed, for one mutant; a bound that can only lower the score

Running = dict[CodeType, list[FunctionType]]


@dataclass(frozen=True)
class Verdict:
    """One mutant, and whether any test noticed."""

    file: str
    name: str
    fate: Fate


@dataclass(frozen=True)
class _Tried:
    """A mutant by its number in its module, what became of it so far, and the tests that may see it.

    Attributes:
        closest: The file of tests that knows the module best.
    """

    file: str
    number: int
    name: str
    fate: Fate
    tests: tuple[str, ...]
    counts: Mapping[str, int]
    closest: str = ""


def prepare() -> None:
    """Read once what every child needs; examples are the same each time and are not made smaller."""
    settings.register_profile(
        PROFILE,
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=10,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    os.environ["HYPOTHESIS_PROFILE"] = PROFILE


def verdicts(
    files: Sequence[str],
    tests: list[str],
    package: Sequence[str] = (),
    kept: Path | None = None,
    *,
    imports: bool = True,
) -> Iterator[Verdict]:
    """Try every mutant of these files, with these tests; all are absolute paths.

    Args:
        files: The modules to change.
        tests: Files of tests.
        package: Every file to be surveyed, where a later campaign shall use the survey.
        kept: Where surveys are kept, each named by the code and tests that it saw.
        imports: Without it, what would have to be imported afresh is told and not tried.

    Raises:
        RuntimeError: the unchanged code does not pass its tests.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        silence(1)
        try:
            with os.fdopen(writing, "wb") as answers:
                _try_in_place(files, tests, package or files, kept, answers)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answered:
        yield from _judged(answered, imports=imports)
    os.waitpid(child, 0)


def _judged(answered: IO[bytes], *, imports: bool) -> Iterator[Verdict]:
    while True:
        try:
            one: _Tried | None = pickle.load(answered)  # noqa: S301 -- written by our own child
        except EOFError:
            raise RuntimeError("the unchanged code does not pass its tests: run them with pytest") from None
        if one is None:
            return
        fate = one.fate
        if fate is Fate.NEEDS_IMPORT and imports:
            fate = _fate_imported(one)
        yield Verdict(one.file, one.name, fate)


def _try_in_place(
    files: Sequence[str], tests: list[str], package: Sequence[str], kept: Path | None, answers: IO[bytes]
) -> None:
    def tell(one: _Tried | None) -> None:
        pickle.dump(one, answers)
        answers.flush()

    def work(items: list[pytest.Item]) -> None:
        sys.settrace(None)
        given(integers())(lambda _: None)()  # what hypothesis reads once, it reads here
        running = _running(files)
        gc.freeze()
        survey = _survey(items, imported, kept and kept / _digest([*package, *tests]))
        by_name = {item.nodeid: item for item in items}
        for file in files:
            for one in _tried_in_place(file, running[file], survey, by_name):
                tell(one)
        tell(None)

    with tracing(package) as imported:
        with_tests(tests, work)


def _digest(files: Sequence[str]) -> str:
    return sha256(b"".join(Path(file).read_bytes() for file in files)).hexdigest()


def _survey(items: list[pytest.Item], imported: Lines, kept: Path | None) -> Survey:
    """Survey where it leaves nothing behind: no cache is warm afterwards."""
    with TemporaryDirectory() as folder:
        place = kept or Path(folder) / "survey"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            fate_in_child(lambda: place.write_bytes(pickle.dumps(surveyed(items, imported))))
        return pickle.loads(place.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 -- our own child's


def _tried_in_place(
    file: str, running: Running, survey: Survey, by_name: Mapping[str, pytest.Item]
) -> Iterator[_Tried]:
    tree = ast.parse(Path(file).read_bytes())
    plain = compile(tree, file, "exec", dont_inherit=True)
    for number, mutant in enumerate(mutants(tree)):
        closest = ""
        lines = range(mutant.lines[0], mutant.lines[1] + 1)
        if survey.is_imported(file, lines):
            tests, fate = survey.who_runs(file), Fate.NEEDS_IMPORT
            closest = _commonest_file(tests)
            tests += sorted(set(by_name) - set(tests), key=survey.cost)
        else:
            tests, fate = survey.who_runs(file, lines), Fate.SURVIVED
        tests = _affordable(tests, survey)
        counts = {test: survey.counts[test] for test in tests}
        if tests and fate is not Fate.NEEDS_IMPORT:
            items = [by_name[test] for test in tests]
            fate = fate_in_child(partial(_run_in_place, tree, plain, running, items, counts))
        yield _Tried(file, number, mutant.name, fate, tuple(tests), counts, closest)


def _commonest_file(tests: list[str]) -> str:
    files = [test.partition("::")[0] for test in tests]
    return max(sorted(set(files)), key=files.count, default="")


def _affordable(tests: list[str], survey: Survey) -> list[str]:
    spent = accumulate(survey.seconds[test] for test in tests)
    return [test for test, seconds in zip(tests, spent, strict=True) if seconds <= MOST_SECONDS]


def _running(files: Sequence[str]) -> dict[str, Running]:
    """The functions of each file that exist now, by their code: also below decorators and in closures."""
    found: dict[str, Running] = {file: defaultdict(list) for file in files}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in found:
            found[one.__code__.co_filename][one.__code__].append(one)
    return found


def _run_in_place(
    tree: ast.Module,
    plain: CodeType,
    running: Running,
    items: list[pytest.Item],
    counts: Mapping[str, int],
) -> None:
    changed = compile(counted(tree), plain.co_filename, "exec", dont_inherit=True)
    before, after = list(_codes(plain)), list(_codes(changed))
    if [code.co_qualname for code in before] != [code.co_qualname for code in after]:
        os._exit(Fate.NEEDS_IMPORT)
    for old, new in zip(before, after, strict=True):
        for function in running.get(old, ()):
            if new.co_freevars != old.co_freevars:
                os._exit(Fate.NEEDS_IMPORT)
            function.__code__ = new
    limit_cpu()
    run(items, counts)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _fate_imported(one: _Tried) -> Fate:
    """First with the one file of tests that knows the module best, then with all: reading them costs most."""
    first = tuple(test for test in one.tests if test.startswith(f"{one.closest}::"))
    for tests in (first, tuple(test for test in one.tests if test not in set(first))):
        fate = fate_in_child(partial(_try_imported, one, tests)) if tests else Fate.SURVIVED
        if fate is not Fate.SURVIVED:
            return fate
    return Fate.SURVIVED


def _try_imported(one: _Tried, tests: tuple[str, ...]) -> None:
    tree = ast.parse(Path(one.file).read_bytes())
    next(islice(mutants(tree), one.number, None))
    changed = compile(counted(tree), one.file, "exec", dont_inherit=True)
    read = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        return changed if loader.path == one.file else read(loader, name)

    def chosen(items: list[pytest.Item]) -> None:
        by_name = {item.nodeid: item for item in items}
        run([by_name[test] for test in tests], one.counts)

    loaders: Any = SourceFileLoader
    loaders.get_code = get_code
    limit_cpu()
    grant_turns()
    with_tests(sorted({test.partition("::")[0] for test in tests}), chosen)
