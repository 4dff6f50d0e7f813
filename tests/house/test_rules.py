"""The house checks itself: every rule holds, looked at something, and would notice its violation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import rules_of_code, rules_of_template, rules_of_text, rules_of_words, rules_of_workflows
from tests.house.repository import Rule

RULES: tuple[Rule[Any], ...] = (
    *rules_of_code.RULES,
    *rules_of_text.RULES,
    *rules_of_template.RULES,
    *rules_of_words.RULES,
    *rules_of_workflows.RULES,
)
every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.sentence for rule in RULES])


@every_rule
def test_the_house_keeps_its_rule(rule: Rule[Any]) -> None:
    subjects = rule.subjects()

    complaints = [complaint for subject in subjects for complaint in rule.find(subject)]

    assert len(subjects) > 0, "the rule looked at nothing"
    assert not complaints, "\n".join(["", *complaints])


@every_rule
def test_the_house_would_notice(rule: Rule[Any]) -> None:
    assert list(rule.find(rule.planted)) != []
