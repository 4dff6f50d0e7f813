"""What EventBridge says of an alarm that changed its state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from payment_core.kernel.frozen import dataclass

MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f%z"


@dataclass(frozen=True)
class RaisedMetric:
    """What an alarm watches, and when the period began that raised it."""

    name: str
    dimensions: Mapping[str, str]
    window_start_ms: int


def raised_metric(detail: Mapping[str, Any]) -> RaisedMetric | None:
    """Read what an alarm on one metric was raised by; ``None`` for another state and another kind of alarm.

    The period's own beginning is in the reason's data; without it the state's moment less one period stands.
    """
    metrics = detail["configuration"].get("metrics")
    if detail["state"]["value"] != "ALARM" or not metrics or "metricStat" not in metrics[0]:
        return None
    watched = metrics[0]["metricStat"]
    reason = json.loads(detail["state"].get("reasonData") or "{}")
    if "startDate" in reason:
        start_ms = _ms(reason["startDate"])
    else:
        start_ms = _ms(detail["state"]["timestamp"]) - int(watched["period"]) * 1_000
    metric = watched["metric"]
    return RaisedMetric(metric["name"], _named(metric.get("dimensions") or {}), start_ms)


def _named(dimensions: Any) -> Mapping[str, str]:  # noqa: ANN401 -- a map, or a list of names and values
    if isinstance(dimensions, list):
        return {one["Name"]: one["Value"] for one in dimensions}
    return dict(dimensions)


def _ms(moment: str) -> int:
    at = datetime.strptime(moment, MOMENT)  # noqa: DTZ007 -- the form ends in %z
    return int(at.timestamp()) * 1_000 + at.microsecond // 1_000
