"""Metrics: what alarms watch, written as embedded-metric lines to the log, without a call.

Form: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Final

from payment_adapters import outside

NAMESPACE: Final = "payrelay"
MOST_VALUES: Final = 100  # of one metric in one line
BY_THE_SECOND: Final = frozenset({"DestinationError", "BreakerOpened"})  # alarms with periods of seconds


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Write one count.

    Args:
        name: The metric, as template.yaml's alarms name it.
        value: How many.
        dimensions: What it is about, e.g. ``destination="hangang"``.
    """
    _write(name, "Count", value, dimensions)


def seconds(name: str, value: int) -> None:
    """Write a duration in whole seconds."""
    _write(name, "Seconds", value, {})


def milliseconds(name: str, value: int) -> None:
    """Write a duration in milliseconds."""
    _write(name, "Milliseconds", value, {})


def spread(name: str, values: Sequence[int], **dimensions: str) -> None:
    """Write several durations in milliseconds at once, so that CloudWatch knows their percentiles."""
    for start in range(0, len(values), MOST_VALUES):
        _write(name, "Milliseconds", list(values[start : start + MOST_VALUES]), dimensions)


def _write(name: str, unit: str, value: int | list[int], dimensions: dict[str, str]) -> None:
    about = {"service": NAMESPACE, **dimensions}
    metric = {"Name": name, "Unit": unit, "StorageResolution": 1 if name in BY_THE_SECOND else 60}
    directive = {"Namespace": NAMESPACE, "Dimensions": [list(about)], "Metrics": [metric]}
    told = {"Timestamp": outside.now_ms(), "CloudWatchMetrics": [directive]}
    sys.stdout.write(json.dumps({"_aws": told, **about, name: value}, separators=(",", ":")) + "\n")
