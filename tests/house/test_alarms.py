"""Every alarm can be read and was rung: its words, its page, and the test in which it rings."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any, Final

import pytest

from payment_adapters.alarms.coming import PAGE, about_of
from payment_adapters.alarms.words import ALARMS, described
from tests.house.repository import ROOT
from tests.house.rules_of_template import template
from tools.generate import alarm_page

ALL: Final = alarm_page.alarms()
OF_CASES: Final = {"case-opened", "case-escalated"}  # the bus tells these, no alarm does


def kind_of(alarm: dict[str, Any]) -> str:
    found = PAGE.search(alarm["AlarmDescription"])
    assert found is not None
    return found[1]


@cache
def written_in(file: str) -> dict[str, str]:
    """Each test of a file, with its decorators and its text; a method under its bare name."""
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    found = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)]
    return {one.name: ast.get_source_segment(text, one) or "" for one in found}


@pytest.mark.parametrize(("name", "alarm"), ALL.items(), ids=ALL)
def test_an_alarm_says_in_the_template_what_it_says_to_people(name: str, alarm: dict[str, Any]) -> None:
    plain = {
        one["Name"]: one["Value"] for one in alarm.get("Dimensions", []) if isinstance(one["Value"], str)
    }

    assert alarm["AlarmDescription"] == described(kind_of(alarm), about_of(name, plain))


@pytest.mark.parametrize(("name", "alarm"), ALL.items(), ids=ALL)
def test_an_alarm_is_rung_by_a_test_that_is_there(name: str, alarm: dict[str, Any]) -> None:
    file, test = alarm_page.rung_by(name, alarm)

    assert test in written_in(file), f"{name} is rung by nobody"


def test_what_rings_an_alarm_of_ours_names_what_it_watches() -> None:
    silent = []
    for name, alarm in ALL.items():
        if alarm.get("Namespace") != "payrelay" or name == "AllVansOpenAlarm":
            continue
        file, test = alarm_page.rung_by(name, alarm)
        of_many = file == alarm_page.MEASURES[0]  # a table beside the test says which it measures
        body = (ROOT / "tests" / file).read_text() if of_many else written_in(file)[test]
        if not re.search(rf"{alarm['MetricName']}|{name}|breakers", body):
            silent.append((name, test))

    assert silent == []


def test_what_rings_when_nothing_is_heard_is_heard_once_before_it_is_there() -> None:
    silences = {name: one for name, one in ALL.items() if one.get("TreatMissingData") == "breaching"}
    resources = template()["Resources"]

    first = resources["FirstBeat"]["Properties"]["Heartbeats"]

    assert sorted(first) == sorted(one["MetricName"] for one in silences.values())
    assert {resources[name]["DependsOn"] for name in silences} == {"FirstBeat"}


def test_each_dead_letter_queue_rings_with_its_first_message_and_each_queue_of_work_by_its_age() -> None:
    queues = {name: one for name, one in template()["Resources"].items() if one["Type"] == "AWS::SQS::Queue"}
    told = {}
    for alarm in ALL.values():
        if alarm.get("Namespace") == "AWS/SQS":
            (about,) = alarm["Dimensions"]
            assert about["Name"] == "QueueName"
            name, attribute = about["Value"]["Fn::GetAtt"]
            assert attribute == "QueueName"
            told[name] = tuple(
                alarm[word] for word in ("MetricName", "Statistic", "ComparisonOperator", "Threshold")
            )

    first = ("ApproximateNumberOfMessagesVisible", "Maximum", "GreaterThanOrEqualToThreshold", 1)
    late = ("ApproximateAgeOfOldestMessage", "Maximum", "GreaterThanThreshold", 300)
    for name, queue in queues.items():
        assert told[name] == (late if "RedrivePolicy" in queue["Properties"] else first), name


def test_no_words_and_no_test_outlive_their_alarm() -> None:
    watched = {alarm.get("MetricName") for alarm in ALL.values()} | set(ALL)

    assert set(ALARMS) - OF_CASES == {kind_of(alarm) for alarm in ALL.values()}
    assert set(alarm_page.RUNG_BY) <= watched


@pytest.mark.parametrize("kind", ALARMS)
def test_each_kind_has_its_page_and_words_that_fit_a_mail(kind: str) -> None:
    assert (ROOT / "docs" / "operating" / f"{kind}.md").exists()
    words = ALARMS[kind]
    for said in (words.means, words.do):
        assert said.en.format(about="x").isascii()
        assert re.search(r"[가-힣]", said.ko.format(about="x"))


def test_the_page_of_all_alarms_is_fresh() -> None:
    assert alarm_page.PAGE.read_text(encoding="utf-8") == alarm_page.page()
