"""How far the read models are behind: what the projection told of each event that it took in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from tools.world.running import client_words

if TYPE_CHECKING:
    from tools.world.running import RunningWorld


def projection_lag(world: RunningWorld, since: float) -> dict[str, Any]:
    """Percentiles from an event's own time until the read models had it.

    CloudWatch cuts time at full hours; where that makes two parts, each percentile is the worse one of both.

    Args:
        world: One that runs.
        since: Unix time in seconds.
    """
    found: Any = boto3.client("cloudwatch", **client_words(world.endpoint)).get_metric_statistics(
        Namespace="payrelay",
        MetricName="ProjectionLag",
        Dimensions=[{"Name": "service", "Value": "payrelay"}],
        StartTime=datetime.fromtimestamp(since, UTC),
        EndTime=datetime.now(UTC),
        Period=3_600,
        Statistics=["Maximum", "SampleCount"],
        ExtendedStatistics=["p50", "p99"],
    )["Datapoints"]
    return {
        "events": int(sum(one["SampleCount"] for one in found)),
        "p50_ms": round(max((one["ExtendedStatistics"]["p50"] for one in found), default=0)),
        "p99_ms": round(max((one["ExtendedStatistics"]["p99"] for one in found), default=0)),
        "worst_ms": round(max((one["Maximum"] for one in found), default=0)),
    }
