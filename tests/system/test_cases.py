"""A VAN refuses a net-cancel: a case opens, two people end it on the command line, and all books agree."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from tests.cli.terminal import Said, payrelay
from tests.system.stories import Story, eventually
from tools.flows.stage import events_about
from tools.simulators.faults import Fault
from tools.world.running import client_words
from tools.world.truth import tally

pytestmark = pytest.mark.engine


def test_a_refused_net_cancel_is_ended_by_two_people_and_never_by_one(story: Story) -> None:
    story.van.script(Fault.CLOSE)
    story.van.script(Fault.REFUSED, kind="net_cancel")
    story.van.script(Fault.HANG, kind="inquire", times=50)  # recovery alone comes to no end
    request = story.a_sale()
    assert story.pos.send(request).http_status == 202
    case_id = f"{request.key}:a0"

    def case(*words: str) -> Said:
        return payrelay("case", *words, "--state", story.world.places.state)

    def shown() -> dict[str, Any]:
        told = case("show", case_id, "--json")
        found: dict[str, Any] = json.loads(told.out) if told.code == 0 else {"state": "", "version": 0}
        return found

    def decides(*words: str, person: str) -> Said:
        return case(words[0], case_id, *words[1:], "--version", str(shown()["version"]), "--as", person)

    eventually(lambda: shown()["state"] == "OPEN")
    opened = shown()
    assert (opened["kind"], opened["won"], opened["destination"]) == ("NET_CANCEL_REFUSED", 11_000, "hangang")
    assert case_id in case("list").out.replace("\n", "")

    assert decides("propose", "SEND_AGAIN", "--because", "they reopened it", person="kim").code == 0
    alone = decides("approve", person="kim")
    assert (alone.code, "(same-person)" in alone.err, alone.is_a_sentence) == (3, True, True)
    assert story.now(request.key)["state"] == "BEING_REVERSED"
    assert decides("approve", person="lee").code == 0

    assert story.state_after(request.key, passing="BEING_REVERSED") == "REVERSED"
    assert story.fate(request.key) == "net_cancelled"
    eventually(lambda: shown()["state"] == "CLOSED")
    done = [(line["step"], line["by"]) for line in shown()["history"] if line["step"] != "see"]
    assert done == [
        ("open", "cases"),
        ("propose", "kim"),
        ("approve", "lee"),
        ("execute", "cases"),
        ("close", "cases"),
    ]
    assert shown()["history"][-1]["words"]["step"] == "reversal_confirmed"
    eventually(lambda: len(events_about(story.world, case_id)) == 2)
    serial = (story.at_the_van(request.key) or {})["serial"]
    assert not [one for one in tally(story.world.running).disagreements if serial in one]


def test_what_rings_at_silence_did_not_ring_while_the_stack_was_new(story: Story) -> None:
    cloudwatch: Any = boto3.client("cloudwatch", **client_words(story.world.running.endpoint))
    pages = cloudwatch.get_paginator("describe_alarms").paginate()
    alarms = [one["AlarmName"] for page in pages for one in page["MetricAlarms"]]
    silences = [one for one in alarms if "Silent" in one]
    assert len(silences) == 5

    told = [cloudwatch.describe_alarm_history(AlarmName=one)["AlarmHistoryItems"] for one in silences]

    assert not [one for of in told for one in of if one["HistorySummary"].endswith("to ALARM")]
