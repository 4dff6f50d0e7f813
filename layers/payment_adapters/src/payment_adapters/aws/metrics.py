"""Metrics: what alarms watch, written as embedded-metric lines to the log, without a call."""

from __future__ import annotations

from typing import Final

from aws_lambda_powertools.metrics import MetricResolution, MetricUnit, single_metric

NAMESPACE: Final = "payrelay"
BY_THE_SECOND: Final = frozenset({"DestinationError", "BreakerOpened"})  # alarms with periods of seconds


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Write one count.

    Args:
        name: The metric, as template.yaml's alarms name it.
        value: How many.
        dimensions: What it is about, e.g. ``destination="hangang"``.
    """
    _write(name, MetricUnit.Count, value, dimensions)


def seconds(name: str, value: int) -> None:
    """Write a duration in whole seconds."""
    _write(name, MetricUnit.Seconds, value, {})


def _write(name: str, unit: MetricUnit, value: int, dimensions: dict[str, str]) -> None:
    fine = MetricResolution.High if name in BY_THE_SECOND else MetricResolution.Standard
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE, resolution=fine) as metric:
        for dimension, about in dimensions.items():
            metric.add_dimension(name=dimension, value=about)
