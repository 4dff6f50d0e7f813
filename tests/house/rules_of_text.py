"""Rules over every text file, name and page: what no compiler reads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tests.house.repository import ROOT, File, Rule, files, python

if TYPE_CHECKING:
    from collections.abc import Iterator

LEFTOVER: Final = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|TB" r"D)\b")
REFUSED_NAMES: Final = {
    *("utils", "util", "helpers", "helper", "common", "services", "service", "manager", "managers", "misc"),
    *("base", "shared"),
}
# The well-known numbers that card networks publish for tests; nothing else that looks real may be here.
TEST_CARDS: Final = {
    *("4111111111111111", "5555555555554444", "4000000000000002", "378282246310005", "6200000000000005"),
}
LOOKS_LIKE_A_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z.])(?:4\d{12}|4\d{15}|4\d{18}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0568]\d{12,14}"
    r"|6\d{15,18}|9\d{15})(?![0-9A-Za-z])"
)
LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
REPOSITORY_PATH: Final = re.compile(r"`((?:[\w.]+/)+[\w.]*|[\w.]+\.(?:md|yaml|toml|json|py))`")


def no_leftovers(file: File) -> Iterator[str]:
    """Work that is not done is an issue, not a remark on a page."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if LEFTOVER.search(line):
            yield f"{file.place}:{number}: {line.strip()}"


def names_say_something(file: File) -> Iterator[str]:
    """A name such as utils.py says only that nobody knew where it belongs."""
    if refused := REFUSED_NAMES & {part.split(".")[0] for part in PurePosixPath(file.place).parts}:
        yield f"{file.place}: {', '.join(refused)} says nothing about what is in it"


def no_real_cards(file: File) -> Iterator[str]:
    """A number that a card network could have issued never enters the repository, whatever its file."""
    joined = re.sub(r"(?<=\d{4})[ -](?=\d{4})", "", file.text)
    for number in set(LOOKS_LIKE_A_CARD.findall(joined)) - TEST_CARDS:
        if _passes_luhn(number):
            yield f"{file.place}: a number that starts with {number[:4]} looks like a real card"


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def links_resolve(file: File) -> Iterator[str]:
    """Every relative link of a page leads to a file, and to a heading that exists there."""
    for target in LINK.findall(file.text):
        path, _, heading = target.partition("#")
        if ":" in path:
            continue
        page = (ROOT / file.place).parent / path if path else ROOT / file.place
        if not page.exists():
            yield f"{file.place}: {target} does not exist"
        elif heading and heading not in _headings(page.read_text()):
            yield f"{file.place}: {target} has no such heading"


def _headings(text: str) -> set[str]:
    titles = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def quoted_paths_resolve(file: File) -> Iterator[str]:
    """A path in backticks on the front pages is a promise that it is there."""
    for path in REPOSITORY_PATH.findall(file.text):
        if not (ROOT / path).exists() and not any(ROOT.glob(f"layers/*/src/{path}")):
            yield f"{file.place}: `{path}` is nowhere"


def folders_are_captioned(folder: str) -> Iterator[str]:
    """ARCHITECTURE.md says in one line what each top-level folder is for."""
    if f"`{folder}/`" not in (ROOT / "ARCHITECTURE.md").read_text():
        yield f"`{folder}/` has no caption in ARCHITECTURE.md"


def kinds_of_tests_are_explained(folder: str) -> Iterator[str]:
    """CONTRIBUTING.md says what each kind of test proves, so that a new one finds its place."""
    if f"| `tests/{folder}/` |" not in (ROOT / "CONTRIBUTING.md").read_text():
        yield f"`tests/{folder}/` has no row in CONTRIBUTING.md"


def suppressions_have_reasons(file: File) -> Iterator[str]:
    """A check that is switched off for one resource says why on its line."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if re.search(r"checkov:skip=\w+(?!:\s*\w+ \w+)|ignore_checks(?!.*# \w+ \w+)", line):
            yield f"{file.place}:{number}: {line.strip()} has no reason"


def decisions_are_whole(file: File) -> Iterator[str]:
    """A decision says what it answers, what was decided, and what was not taken."""
    for part in ("Context", "Decision", "Not taken"):
        if f"\n**{part}.** " not in file.text:
            yield f'{file.place}: no part "{part}"'


def commands_exist(file: File) -> Iterator[str]:
    """Every module that a target of the Makefile runs is there, and every target is in `make help`."""
    for module in re.findall(r"-m ([\w.]+)", file.text):
        place = ROOT / module.replace(".", "/")
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists():
            yield f"{file.place}: python -m {module} does not exist"
    targets = set(re.findall(r"^([a-z-]+):", file.text, re.MULTILINE))
    for unlisted in targets - set(re.findall(r"^([a-z-]+):.*## ", file.text, re.MULTILINE)):
        yield f"{file.place}: {unlisted} is not in `make help`"


def exceptions_from_lint_have_reasons(file: File) -> Iterator[str]:
    """A lint rule that is switched off in the settings says why on its line."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if re.search(r'"[A-Z]{1,4}[0-9]*"[,\]]', line) and "select" not in line and "#" not in line:
            yield f"{file.place}:{number}: {line.strip()} is switched off without a reason"


def _front_pages() -> list[File]:
    return [file for file in files(endings=[".md"]) if "/" not in file.place]


def _kinds_of_tests() -> list[str]:
    return sorted({PurePosixPath(file.place).parts[1] for file in python("tests")} - {"conftest.py"})


def _folders() -> list[str]:
    return sorted({PurePosixPath(file.place).parts[0] for file in files() if "/" in file.place} - {".ci"})


RULES: Final = (
    Rule("no_unfinished_business_is_left_on_a_page_or_in_code", files, no_leftovers,
         File("docs/planted.md", "TO" "DO: later")),
    Rule("every_name_says_what_is_in_it", files, names_say_something, File("tools/utils.py", "")),
    Rule("no_number_looks_like_a_real_card", files, no_real_cards,
         File("docs/planted.md", "pay with 4111 1111 " "1111 1145")),
    Rule("every_link_resolves", lambda: files(endings=[".md"]), links_resolve,
         File("docs/planted.md", "[here](nowhere.md)")),
    Rule("every_path_on_a_front_page_resolves", _front_pages, quoted_paths_resolve,
         File("README.md", "see `payment_core/approval/nowhere.py`")),
    Rule("every_top_level_folder_has_a_caption", _folders, folders_are_captioned, "planted"),
    Rule("every_suppression_in_a_template_has_a_reason", lambda: files(endings=[".yaml", ".yml"]),
         suppressions_have_reasons, File("template.yaml", "ignore_checks: [E3002]")),
    Rule("every_decision_is_whole", lambda: files("docs/adr"), decisions_are_whole,
         File("docs/adr/0000-planted.md", "# 0. Planted")),
    Rule("every_make_target_is_listed_and_calls_what_exists",
         lambda: [file for file in files() if file.place == "Makefile"], commands_exist,
         File("Makefile", "planted:\n\tpython -m tools.nowhere\n")),
    Rule("every_kind_of_test_has_its_row", _kinds_of_tests, kinds_of_tests_are_explained, "planted"),
    Rule("every_lint_exception_in_the_settings_has_a_reason",
         lambda: [file for file in files(endings=[".toml"]) if file.place == "pyproject.toml"],
         exceptions_from_lint_have_reasons, File("pyproject.toml", 'ignore = ["D105"]')),
)  # fmt: skip
