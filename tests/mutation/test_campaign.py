"""The campaign that judges our tests is judged itself: it kills what is tested and reports what is not."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutation.mutants import mutants
from tools.mutation.results import PAGE, ROOT, names, page, reasons, results, source

PLANTED = Path(__file__).parent / "planted"
CAMPAIGN = f"""
from tools.mutation.campaign import prepare, verdicts
prepare()
for one in verdicts([{str(PLANTED / "age.py")!r}], [{str(PLANTED / "ages.py")!r}]):
    print(f"{{one.fate.name}} {{one.name}}")
"""


def test_a_campaign_kills_what_is_tested_and_reports_what_is_not() -> None:
    """In a process of its own: a campaign forks, and its children import the changed module first."""
    told = subprocess.run(
        [sys.executable, "-c", CAMPAIGN], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert [line for line in told if not line.startswith("KILLED ")] == [
        "SURVIVED module: {'grown up', 'old'} → {'old'}",
        "SURVIVED module: 'grown up' → '~grown up'",
        "SURVIVED is_old: age > 65 → age >= 65",
        "SURVIVED is_old: 65 → 66",
        "ENDLESS counted_down: number -= 1 → number += 1",
        "SURVIVED nobody_asks: return True → return None",
        "SURVIVED nobody_asks: True → False",
    ]
    assert "KILLED module: 'old' → '~old'" in told
    assert "KILLED may_sign: age >= 19 → age > 19" in told


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("a = b == c", ["b == c → b != c"]),
        ("a = not b", ["not b → b"]),
        ("if a: pass", ["a → not a"]),
        ("a = [b for b in c if b]", ["b → not b"]),
        ("a = any(b)", ["any(b) → all(b)"]),
        ("a = b(c=d)", ["b(c=d) → b()"]),
        ("a = {b: c}", ["{b: c} → {}"]),
        ("a = {b, c}", ["{b, c} → {c}", "{b, c} → {b}"]),
        ("a()", ["a() → None"]),
        ("while a: break", ["a → not a", "break → nothing"]),
        ("if a == b: raise ValueError('no')", ["raise ValueError('no') → nothing", "a == b → a != b"]),
        ("a = zip(b, c, strict=False)", ["False → True"]),
        ("def a(): return False", ["False → True"]),
        ("match a:\n case 1: b = c\n case _: assert_never(a)", ["1 → nothing", "1 → 2"]),
        ("a = b.encode('ascii', 'replace')", ["'replace' → '~replace'"]),
        ("a = 'ascii'", ["'ascii' → '~ascii'"]),
        ("a = EUC_KR.decode('한강')", ["'한강' → '~한강'"]),
        ("a: 'int' = b", []),
        ("@a(b=1)\ndef c(): ...", []),
    ],
)
def test_what_is_changed(code: str, changes: list[str]) -> None:
    tree = ast.parse(code)
    before = ast.dump(tree)

    found = [mutant.name.partition(": ")[2] for mutant in mutants(tree)]

    assert found == changes
    assert ast.dump(tree) == before, "the last change was not taken back"


def test_two_changes_of_one_function_never_share_a_name() -> None:
    found = [mutant.name for mutant in mutants(ast.parse("def a(): return b + 1 + 1"))]

    assert len(set(found)) == len(found)


def test_no_reason_is_kept_for_a_change_that_cannot_happen_any_more() -> None:
    gone = [
        f"{module} {name}"
        for module, why in reasons().items()
        for name in set(why) - (set(names(module)) if source(module).exists() else set())
    ]

    assert gone == [], "take them out of tools/mutation/reasons.json"


def test_no_reason_is_kept_for_a_change_that_is_noticed() -> None:
    known = results()
    idle = [
        f"{module} {name}"
        for module, why in reasons().items()
        for name in set(why) - set(known[module].survivors)
    ]

    assert idle == [], "take them out of tools/mutation/reasons.json"


def test_the_page_says_what_the_campaigns_found() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.generate"
