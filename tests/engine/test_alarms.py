"""Conformance of `patches/alarms`: own dimensions, M of N, back to OK, and everybody is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _measure(cloud: Cloud, van: str, value: int, *, seconds_ago: float = 0) -> None:
    cloud.client("cloudwatch").put_metric_data(
        Namespace="PayrelayConformance",
        MetricData=[
            {
                "MetricName": "Silent",
                "Dimensions": [{"Name": "van", "Value": van}],
                "Value": value,
                "Timestamp": datetime.now(UTC) - timedelta(seconds=seconds_ago),
            }
        ],
    )


def _state(cloud: Cloud, alarm: str) -> str:
    found = cloud.client("cloudwatch").describe_alarms(
        AlarmNames=[cloud.outputs[alarm]], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return str((found["MetricAlarms"] + found["CompositeAlarms"])[0]["StateValue"])


def test_an_alarm_rises_on_its_own_dimension_only_tells_everybody_and_falls_by_itself(
    cloud: Cloud, eventually: Callable[..., Any]
) -> None:
    eventually(lambda: _state(cloud, "VanSilent") == "OK")  # missing data does not breach

    _measure(cloud, "namsan", 9)
    _measure(cloud, "hangang", 2)
    assert _state(cloud, "VanSilent") == "OK"

    _measure(
        cloud, "hangang", 3, seconds_ago=15
    )  # in the second of two periods of 10 s: one of two is enough
    eventually(lambda: _state(cloud, "VanSilent") == "ALARM")
    eventually(lambda: _state(cloud, "AnyVanSilent") == "ALARM")  # a parent moves after its child

    eventually(lambda: _state(cloud, "VanSilent") == "OK")
    eventually(lambda: _state(cloud, "AnyVanSilent") == "OK")
    # The first look at the alarm may have told its own OK before; and no order is promised among invocations.
    eventually(
        lambda: sorted(_invocations(cloud)[-2:]) == ["ALARM", "OK"], seconds=120
    )  # one may be repeated
    detail = eventually(lambda: _told_of(cloud, cloud.outputs["VanSilent"]))
    assert detail["configuration"]["metrics"][0]["metricStat"]["metric"]["dimensions"] == {"van": "hangang"}


def _told_of(cloud: Cloud, alarm: str) -> dict[str, Any] | None:
    """The first event about the alarm that the bus has brought to its listener."""
    changes = [json.loads(word) for batch in cloud.witnessed("Listener") for word in batch]
    details = (change["detail"] for change in changes if change.get("source") == "aws.cloudwatch")
    return next((detail for detail in details if detail["alarmName"] == alarm), None)


def _invocations(cloud: Cloud) -> list[str]:
    """The states the alarm's Lambda action was invoked with."""
    events = [json.loads(word) for batch in cloud.witnessed("AlarmTarget") for word in batch]
    assert all(event["alarmData"]["alarmName"] == cloud.outputs["VanSilent"] for event in events)
    return [event["alarmData"]["state"]["value"] for event in events]


def test_an_alarm_tells_its_topic(cloud: Cloud, eventually: Callable[..., Any]) -> None:
    queue, url = cloud.client("sqs"), cloud.outputs["NoticeQueue"]

    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=cloud.outputs["AnyVanSilent"], StateValue="OK", StateReason="test"
    )
    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=cloud.outputs["AnyVanSilent"], StateValue="ALARM", StateReason="test"
    )

    def notices() -> list[str]:
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [
            body["NewStateValue"]
            for message in messages
            if "AlarmName" in (body := json.loads(message["Body"]))
        ]

    assert "ALARM" in eventually(notices)


def test_an_alarm_on_a_queue_rings_while_a_message_waits_in_it(
    cloud: Cloud, eventually: Callable[..., Any]
) -> None:
    queue, url = cloud.client("sqs"), cloud.outputs["Watched"]
    eventually(lambda: _state(cloud, "WatchedWaits") == "OK")

    queue.send_message(QueueUrl=url, MessageBody="given up")
    eventually(lambda: _state(cloud, "WatchedWaits") == "ALARM", seconds=600)

    queue.purge_queue(QueueUrl=url)
    eventually(lambda: _state(cloud, "WatchedWaits") == "OK", seconds=600)
