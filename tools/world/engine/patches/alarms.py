"""CloudWatch alarms that an operator, and the failover function, can rely on.

Stock: an alarm is looked at only while somebody calls PutMetricData; it sums up every dimension of its
    metric, never returns to OK by itself, ignores DatapointsToAlarm and TreatMissingData, and tells SNS
    topics only. Of a queue nothing is measured.
Wanted: every alarm looked at once a second over its own dimensions, M of N periods, missing data treated as
    configured, Lambda functions invoked, a state change put on the default event bus, composite parents
    moved, and a queue seen as it stands.
Hook: `_evaluate_alarm` is replaced, `_dispatch_alarm_actions` (also called for composite alarms) is extended.
    AWS evaluates whole periods on the clock; here they end now, so that a test need not wait for the minute.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import contextvars
import json
import logging
import operator
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock

if TYPE_CHECKING:
    from collections.abc import Callable

_TICK_SECONDS = 1.0
_LOGGER = logging.getLogger("payrelay.alarms")

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_ACTIONS_OF_STATE = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}


def _of_a_queue(metric: str, name: str, now: float) -> float | None:
    """What AWS/SQS measures of a queue, now; None where there is no such queue."""
    queue = next((one for one in stock.sqs._queues.all_values() if one["name"] == name), None)
    if queue is None:
        return None
    messages = list(queue["messages"])
    if metric == "ApproximateAgeOfOldestMessage":
        return max((now - one["sent_at"] for one in messages), default=0.0)
    return float(sum(one.get("visible_at", 0) <= now for one in messages))


def _period_values(alarm: dict[str, Any], now: float) -> list[float | None]:
    """The alarm's statistic in its last N periods, newest first; None where nothing was measured."""
    cloudwatch = stock.cloudwatch
    named = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    if alarm["Namespace"] == "AWS/SQS":
        value = _of_a_queue(alarm["MetricName"], named.get("QueueName", ""), now)
        return [value] * int(alarm.get("EvaluationPeriods", 1))
    dimensions = cloudwatch._dims_key(named)
    points = list(cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or [])
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "Average")
    period_seconds = int(alarm.get("Period", 60))
    values: list[float | None] = []
    for index in range(int(alarm.get("EvaluationPeriods", 1))):
        end = now - index * period_seconds
        measured = [point for point in points if end - period_seconds < point["Timestamp"] <= end]
        values.append(
            cloudwatch._stat_value(cloudwatch._calc_stats(measured), statistic, measured)
            if measured
            else None
        )
    return values


def _state_of(alarm: dict[str, Any], values: list[float | None]) -> str:
    """The state those values mean: M breaching periods of N raise the alarm."""
    breaches = _COMPARISONS[alarm["ComparisonOperator"]]
    missing = alarm.get("TreatMissingData") or "missing"
    needed = int(alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods", 1))
    breaching = sum(
        missing == "breaching" if value is None else breaches(value, float(alarm["Threshold"]))
        for value in values
    )
    if breaching >= needed:
        return "ALARM"
    if any(value is not None for value in values) or missing in ("notBreaching", "breaching"):
        return "OK"
    return str(alarm["StateValue"]) if missing == "ignore" else "INSUFFICIENT_DATA"


def _evaluate(alarm: dict[str, Any]) -> None:
    """Look at one metric alarm and, when its state moves, record it and tell everybody."""
    cloudwatch = stock.cloudwatch
    if alarm.get("ComparisonOperator") not in _COMPARISONS or not alarm.get("MetricName"):
        return
    now = time.time()
    values = _period_values(alarm, now)
    old, new = alarm["StateValue"], _state_of(alarm, values)
    if new == old:
        return
    reason = f"Threshold Crossed: {values} against {alarm['ComparisonOperator']} {alarm['Threshold']}"
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(now))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _configuration(alarm: dict[str, Any]) -> dict[str, Any]:
    """The alarm's configuration as CloudWatch describes it to EventBridge and Lambda."""
    if "AlarmRule" in alarm:
        return {"alarmRule": alarm["AlarmRule"]}
    metric = {
        "namespace": alarm.get("Namespace"),
        "name": alarm.get("MetricName"),
        "dimensions": stock.cloudwatch._dims_from_list(alarm.get("Dimensions") or []),
    }
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    measured = {"metric": metric, "period": alarm.get("Period"), "stat": statistic}
    return {"metrics": [{"id": "m1", "metricStat": measured, "returnData": True}]}


def _tell(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
    """Put the state change on the default bus and invoke the alarm's Lambda functions."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    change = {
        "alarmName": alarm["AlarmName"],
        "state": {"value": new, "reason": reason, "timestamp": now},
        "previousState": {"value": old},
        "configuration": _configuration(alarm),
    }
    event = {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Detail": json.dumps(change),
        "Resources": [alarm["AlarmArn"]],
    }
    stock.eventbridge._put_events({"Entries": [event]}, allow_aws_source=True)
    if not alarm.get("ActionsEnabled", True):
        return
    for target in alarm.get(_ACTIONS_OF_STATE[new]) or []:
        function, config, _name = (
            stock.lambda_service._get_func_record_for_ref(target)
            if ":lambda:" in target
            else (None, None, None)
        )
        if function is not None:
            record = stock.lambda_service._execution_record_for_config(function, config)
            stock.lambda_service.invoke_async_with_retry(
                record,
                {
                    "source": "aws.cloudwatch",
                    "alarmArn": alarm["AlarmArn"],
                    "accountId": stock.responses.get_account_id(),
                    "time": now,
                    "region": stock.responses.get_region(),
                    "alarmData": change,
                },
            )


def _look_at_every_alarm() -> None:
    for (account, region, _name), alarm in list(stock.cloudwatch._alarms._data.items()):

        def look(account: str = account, region: str = region, alarm: dict[str, Any] = alarm) -> None:
            stock.responses._request_account_id.set(account)
            stock.responses._request_region.set(region)
            stock.cloudwatch._evaluate_alarm(alarm)

        try:
            contextvars.copy_context().run(look)
        except Exception:
            _LOGGER.exception("alarm %s could not be evaluated", alarm.get("AlarmName"))


def _tick() -> None:
    while True:
        time.sleep(_TICK_SECONDS)
        _look_at_every_alarm()


def apply() -> None:
    """Install the patch in the running engine and start the tick."""
    cloudwatch = stock.cloudwatch
    notify_topics = cloudwatch._dispatch_alarm_actions

    def dispatch(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        notify_topics(alarm, old, new, reason)
        _tell(alarm, old, new, reason)

    cloudwatch._evaluate_alarm = _evaluate
    cloudwatch._dispatch_alarm_actions = dispatch
    threading.Thread(target=_tick, daemon=True, name="payrelay-alarms").start()
