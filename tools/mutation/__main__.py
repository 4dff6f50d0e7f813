"""`make mutation`: change the rules of payment and the codec, one thing at a time, and count who notices.

`python -m tools.mutation` takes every module, `python -m tools.mutation breaker kernel/` those whose place
holds one of the words; `--quick` leaves out what has to be imported afresh, which costs most.
What a module came to is kept as soon as it is done; then the page is written again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby

from tools.mutation.campaign import Verdict, prepare, verdicts
from tools.mutation.child import Fate
from tools.mutation.results import PACKAGES, ROOT, Result, keep, modules, percent, source
from tools.mutation.results import main as write_page

SURVEYS = ROOT / ".cache" / "mutation"
QUICK = "--quick"
FUZZING = "test_fuzz.py"  # tests the fuzzer; the codec's own promises are in the other files


def main(words: list[str]) -> int:
    """Try the mutants of all modules that are asked for; 2 if there is none."""
    imports = QUICK not in words
    words = [word for word in words if word != QUICK]
    chosen = [module for module in modules() if not words or any(word in module for word in words)]
    if not chosen:
        sys.stderr.write(f"No module holds {' or '.join(words)}.\n")
        return 2
    prepare()
    for package, folder in PACKAGES.items():
        of_package = {str(source(module)): module for module in chosen if module.startswith(f"{package}/")}
        tests = sorted(str(path) for path in (ROOT / folder).glob("test_*.py") if path.name != FUZZING)
        if of_package:
            every = [str(source(module)) for module in modules() if module.startswith(f"{package}/")]
            found = verdicts(list(of_package), tests, every, SURVEYS, imports=imports)
            for file, of_file in groupby(found, key=lambda one: one.file):
                _keep(of_package[file], of_file)
    write_page()
    return 0


def _keep(module: str, found: Iterable[Verdict]) -> None:
    tried, untried, survivors, endless = 0, 0, [], 0
    for verdict in found:
        tried += verdict.fate is not Fate.NEEDS_IMPORT
        untried += verdict.fate is Fate.NEEDS_IMPORT
        endless += verdict.fate is Fate.ENDLESS
        if verdict.fate is Fate.SURVIVED:
            survivors.append(verdict.name)
            print(f"  {module} {verdict.name}", flush=True)
    if tried:  # of what a quick campaign tries nothing of, the last result stands
        result = Result(f"{datetime.now(UTC):%Y-%m-%d}", tried, untried, endless, tuple(survivors))
        keep(module, result)
        print(f"{module}: {tried} tried, {percent(result.killed, tried)} % killed", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
