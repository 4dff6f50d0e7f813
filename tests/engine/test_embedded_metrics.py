"""Conformance of `patches/embedded_metrics`: a metric written as a log line can be alarmed on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _sum(cloud: Cloud, namespace: str, van: str) -> float:
    now = datetime.now(UTC)
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Approved",
        Dimensions=[{"Name": "van", "Value": van}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def test_embedded_lines_become_data_points_and_broken_ones_do_no_harm(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    namespace = f"Payrelay-{word}"
    directive = {
        "Namespace": namespace,
        "Dimensions": [["van"]],
        "Metrics": [{"Name": "Approved", "Unit": "Count"}],
    }
    meta = {"Timestamp": int(datetime.now(UTC).timestamp() * 1000), "CloudWatchMetrics": [directive]}
    lines = [
        json.dumps({"_aws": meta, "van": "hangang", "Approved": 2}),
        json.dumps({"_aws": meta, "van": "hangang", "Approved": [1, 4]}),
        json.dumps({"_aws": meta, "van": "namsan", "Approved": 100}),
        json.dumps({"_aws": meta, "van": "hangang"}),
        '{"CloudWatchMetrics": not json',
    ]

    failure, _answer = cloud.invoke("Probe", {"do": "print", "lines": lines})

    assert failure is None
    assert eventually(lambda: _sum(cloud, namespace, "hangang")) == 7
