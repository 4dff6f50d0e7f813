"""Memory that stays bounded through a day of payments.

Stock: about 26 KB per request are kept for ever: a log stream per invocation, every execution with its
    history, stream records for 24 hours, metric points for two weeks.
Wanted: the recent past, in a bounded amount. Nothing running and nothing unread is ever dropped.
Hook: a thread of our own that walks the stores every ten seconds.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock
from tools.world.engine.patches.dynamodb_lock import WRITE_LOCK
from tools.world.engine.patches.stream_sources import Source, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIM_SECONDS = 10.0
_LOG_STREAMS_PER_GROUP = 500
_EXECUTIONS = 5_000
_STREAM_RECORDS = 10_000
_METRIC_POINTS = 10_000  # ten minutes of a busy benchmark, whose percentiles are of all its events
_HISTORY_ENTRIES = 2_000
_LOGGER = logging.getLogger("payrelay.trim")


def _oldest(store: dict[Any, Any], keep: int) -> Iterator[Any]:
    """The keys to drop so that the `keep` newest stay; dictionaries remember the order of arrival."""
    keys = list(store)
    return iter(keys[: max(0, len(keys) - keep)])


def _trim_logs() -> None:
    for group in stock.cloudwatch_logs._log_groups.all_values():
        for name in _oldest(group["streams"], _LOG_STREAMS_PER_GROUP):
            group["streams"].pop(name, None)


def _trim_executions() -> None:
    executions = stock.step_functions._executions._data
    finished = {
        key: execution for key, execution in list(executions.items()) if execution["status"] != "RUNNING"
    }
    for key in _oldest(finished, _EXECUTIONS):
        executions.pop(key, None)


def _slowest_reader(source: Source, source_arn: str) -> str | None:
    """The position of the consumer that is furthest behind; None when nobody reads the shard."""
    positions = [
        stock.lambda_service._kinesis_positions._data.get(key, {}).get(source.shard, "")
        for key, mapping in stock.lambda_service._esms.all_items()
        if mapping["EventSourceArn"] == source_arn
    ]
    return min(positions, default=None)


def _count_to_drop(numbers: list[str], read_up_to: str | None) -> int:
    surplus = max(0, len(numbers) - _STREAM_RECORDS)
    if read_up_to is None:
        return surplus
    return next((index for index in range(surplus) if numbers[index] > read_up_to), surplus)


def _trim_table_streams() -> None:
    dynamodb = stock.dynamodb
    for key, records in dynamodb._stream_records.all_items():
        table = dynamodb._tables._data.get(key)
        if table is None or not table.get("LatestStreamArn"):
            continue
        for source in open_source(key, table["LatestStreamArn"]):
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            with WRITE_LOCK:
                dropped = _count_to_drop(numbers, _slowest_reader(source, table["LatestStreamArn"]))
                del records[:dropped]
                trimmed = dynamodb._stream_trimmed._data
                trimmed[key] = trimmed.get(key, 0) + dropped


def _trim_kinesis() -> None:
    for key, stream in stock.kinesis._streams.all_items():
        for source in open_source(key, stream["StreamARN"]):
            with WRITE_LOCK:
                records = stream["shards"][source.shard]["records"]
                numbers = [record["SequenceNumber"] for record in records]
                del records[: _count_to_drop(numbers, _slowest_reader(source, stream["StreamARN"]))]


def _trim_metrics_and_events() -> None:
    for points in stock.cloudwatch._metrics.all_values():
        del points[: max(0, len(points) - _METRIC_POINTS)]
    archived = [
        archive["Events"] for archive in stock.eventbridge._archives.all_values() if "Events" in archive
    ]
    for entries in (
        *stock.cloudwatch._alarm_history.all_values(),
        *stock.eventbridge._events_log.all_values(),
        *archived,
    ):
        del entries[: max(0, len(entries) - _HISTORY_ENTRIES)]


def _run() -> None:
    while True:
        time.sleep(_TRIM_SECONDS)
        for trim in (
            _trim_logs,
            _trim_executions,
            _trim_table_streams,
            _trim_kinesis,
            _trim_metrics_and_events,
        ):
            try:
                trim()
            except Exception:
                _LOGGER.exception("%s failed; it is tried again", trim.__name__)


def apply() -> None:
    """Start trimming in the running engine."""
    threading.Thread(target=_run, daemon=True, name="payrelay-trim").start()
