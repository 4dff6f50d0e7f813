"""Fill the engine's stores beyond their bounds, trim once, and check what is left.

Usage, inside the engine's environment: `python -m tests.engine.inside.trimmed_stores`. Prints `kept` when
all is well.
"""
# ruff: noqa: SLF001 - a check of private stores

from __future__ import annotations

import os
import tempfile

os.environ["STATE_DIR"] = tempfile.mkdtemp()

from tools.world.engine import stock
from tools.world.engine.patches import trim

KEY = ("000000000000", "ap-northeast-2")


def _finished_go_before_running_ones() -> None:
    executions = stock.step_functions._executions._data
    executions[*KEY, "running"] = {"status": "RUNNING"}
    for index in range(trim._EXECUTIONS + 50):
        executions[*KEY, f"finished-{index}"] = {"status": "SUCCEEDED"}
    trim._trim_executions()
    kept = {name for _account, _region, name in executions}
    assert len(kept) == trim._EXECUTIONS + 1
    assert {"running", f"finished-{trim._EXECUTIONS + 49}"} <= kept
    assert "finished-0" not in kept


def _unread_records_are_never_dropped() -> None:
    arn = "arn:aws:dynamodb:ap-northeast-2:000000000000:table/ledger/stream/1"
    numbers = [f"{index:030d}" for index in range(trim._STREAM_RECORDS + 100)]
    stock.dynamodb._tables._data[*KEY, "ledger"] = {"LatestStreamArn": arn}
    stock.dynamodb._stream_records._data[*KEY, "ledger"] = [
        {"dynamodb": {"SequenceNumber": number, "ApproximateCreationDateTime": 0}} for number in numbers
    ]
    stock.lambda_service._esms._data[*KEY, "mapping"] = {"EventSourceArn": arn}
    positions = {"shardId-00000000000000000000-00000000": numbers[29]}
    stock.lambda_service._kinesis_positions._data[*KEY, "mapping"] = positions
    trim._trim_table_streams()
    left = stock.dynamodb._stream_records._data[*KEY, "ledger"]
    assert left[0]["dynamodb"]["SequenceNumber"] == numbers[30], left[0]
    assert stock.dynamodb._stream_trimmed._data[*KEY, "ledger"] == 30


def _logs_keep_the_newest_streams() -> None:
    streams: dict[str, object] = {f"stream-{index}": {} for index in range(trim._LOG_STREAMS_PER_GROUP + 1)}
    stock.cloudwatch_logs._log_groups._data[*KEY, "group"] = {"streams": streams}
    trim._trim_logs()
    assert len(streams) == trim._LOG_STREAMS_PER_GROUP
    assert "stream-0" not in streams


if __name__ == "__main__":
    _finished_go_before_running_ones()
    _unread_records_are_never_dropped()
    _logs_keep_the_newest_streams()
    print("kept")  # noqa: T201 - the answer to the test that runs this
