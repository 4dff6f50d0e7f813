"""Metrics written as log lines (CloudWatch embedded metric format).

Stock: the lines stay lines.
Wanted: each becomes data points of its metrics, once per dimension set, so that alarms on them work.
Hook: `_emit_lambda_logs`, which sees everything a function wrote during one invocation.
Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = '"CloudWatchMetrics"'
_LOGGER = logging.getLogger("payrelay.embedded_metrics")


def data_points(line: str) -> Iterator[tuple[str, str, float, str, dict[str, str]]]:
    """Namespace, metric, value, unit and dimensions of every data point one log line declares.

    Raises `ValueError`, `KeyError` or `TypeError` when the line breaks the format, as CloudWatch drops it.
    """
    document = json.loads(line)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    unit = metric.get("Unit", "None")
                    yield directive["Namespace"], metric["Name"], float(value), unit, dimensions


def _record(line: str) -> None:
    try:
        points = list(data_points(line))
    except (ValueError, KeyError, TypeError):
        _LOGGER.warning("a log line looks like an embedded metric but breaks the format; dropped")
        return
    for namespace, name, value, unit, dimensions in points:
        stock.cloudwatch.record_metric(namespace, name, value, unit, dimensions)


def apply() -> None:
    """Install the patch in the running engine."""
    emit_logs = stock.lambda_service._emit_lambda_logs

    def emit(function: dict[str, Any], request_id: str, text: str, *rest: object, **options: object) -> None:
        emit_logs(function, request_id, text, *rest, **options)
        if text and _MARK in text:
            for line in text.splitlines():
                if _MARK in line:
                    _record(line)

    stock.lambda_service._emit_lambda_logs = emit
