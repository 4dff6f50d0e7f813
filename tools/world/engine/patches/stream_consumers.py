"""Functions fed from table streams and Kinesis, with the delivery guarantees of AWS Lambda.

Stock: one thread polls every mapping in turn; `batchItemFailures`, MaximumRetryAttempts, the bisect option
    and OnFailure destinations are ignored, so a record is lost or a poison record is tried for ever.
Wanted: in order per shard, at least once; after a failure only from the first failed record on; retries with
    backoff, bisection, a bound on attempts and on age, and given-up records announced to the destination.
Hook: the two stock polls become empty; a supervisor keeps one `_Consumer` thread per mapping and shard.
    Positions are sequence numbers in the store the stock code saves, and journaled as they move.
Semantics: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import contextvars
import json
import logging
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tools.world.engine import stock
from tools.world.engine.patches.dynamodb_journal import record_position
from tools.world.engine.patches.stream_sources import Record, Source, open_source, sequence_number, written_at

_SUPERVISOR_SECONDS = 0.2
_IDLE_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_FIRST_BACKOFF_SECONDS = 0.1
_LAST_BACKOFF_SECONDS = 5.0
_DEFAULT_BATCH_SIZE = 100
_LOGGER = logging.getLogger("payrelay.stream_consumers")


class _News:
    """Whether any stream was written to since somebody looked.

    No event that wakes a thread: a write that a sale waits for would hand the interpreter over at once.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """There is something to read."""
        self._is_set = True

    def clear(self) -> bool:
        """Tell whether there was, and forget it."""
        was_set, self._is_set = self._is_set, False
        return was_set


_news = _News()


@dataclass
class _Batch:
    """Records still to be delivered, and how often they have failed so far."""

    records: list[Record]
    failures: int = 0


class _Consumer(threading.Thread):
    """Delivers one shard of one mapping's source to its function, for as long as the mapping exists."""

    def __init__(self, mapping_key: tuple[str, str, str], source: Source) -> None:
        self.account, self.region, self.mapping_id = mapping_key
        self.key = (*mapping_key, source.shard)
        self.source = source
        self.news = threading.Event()
        super().__init__(daemon=True, name=f"consumer-{self.mapping_id[:8]}-{source.shard}")

    def run(self) -> None:
        """Read, deliver, advance."""
        contextvars.copy_context().run(self._consume)

    def _consume(self) -> None:
        stock.responses._request_account_id.set(self.account)
        stock.responses._request_region.set(self.region)
        while (mapping := self._mapping()) is not None:
            try:
                records = self._next_batch(mapping)
                if records:
                    self._deliver(records)
                else:
                    self.news.wait(_IDLE_SECONDS)
                    self.news.clear()
            except Exception:
                _LOGGER.exception("%s stumbled; it goes on from its last position", self.name)
                time.sleep(_IDLE_SECONDS)

    def wake_if_behind(self) -> None:
        """Let it read at once; for nothing new, most of a stream's consumers are better left asleep."""
        positions = stock.lambda_service._kinesis_positions._data.get(self.key[:3], {})
        if self.source.newest() > positions.get(self.source.shard, ""):
            self.news.set()

    def _mapping(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = stock.lambda_service._esms.get(self.mapping_id)
        return found

    def _positions(self) -> dict[str, str]:
        positions: dict[str, str] = stock.lambda_service._kinesis_positions.setdefault(self.mapping_id, {})
        return positions

    def _next_batch(self, mapping: dict[str, Any]) -> list[Record]:
        """Up to BatchSize records past the position, after waiting for more as long as the mapping allows."""
        if not mapping.get("Enabled", True):
            return []
        size = int(mapping.get("BatchSize") or _DEFAULT_BATCH_SIZE)
        position = self._positions().setdefault(self.source.shard, "")
        records = self.source.read_after(position, size)
        window_seconds = float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        if records and len(records) < size and window_seconds:
            time.sleep(window_seconds)
            records = self.source.read_after(position, size)
        return records

    def _advance(self, record: Record) -> None:
        if self._mapping() is not None:
            self._positions()[self.source.shard] = sequence_number(record)
            record_position(self.mapping_id, self.source.shard, sequence_number(record))

    def _deliver(self, records: list[Record]) -> None:
        """See every record through: accepted, filtered out, or given up. Stops early if the mapping goes."""
        pending = [_Batch(records)]
        backoff_seconds = _FIRST_BACKOFF_SECONDS
        while pending and (mapping := self._mapping()) is not None and mapping.get("Enabled", True):
            batch = pending.pop(0)
            expired = _count_expired(batch.records, mapping)
            if expired:
                self._give_up(mapping, batch.records[:expired], "MaxRecordAgeExceeded", batch.failures)
                batch.records = batch.records[expired:]
            if not batch.records:
                continue
            accepted, throttled = self._offer(mapping, batch.records)
            if accepted:
                self._advance(batch.records[accepted - 1])
                backoff_seconds = _FIRST_BACKOFF_SECONDS
            rest = batch.records[accepted:]
            if not rest:
                continue
            pending[:0] = self._after_failure(
                mapping, rest, batch.failures, accepted=accepted, throttled=throttled
            )
            time.sleep(backoff_seconds)
            backoff_seconds = min(backoff_seconds * 2, _LAST_BACKOFF_SECONDS)

    def _after_failure(
        self, mapping: dict[str, Any], rest: list[Record], failures: int, *, accepted: int, throttled: bool
    ) -> list[_Batch]:
        """What is to be tried next. A throttle or a split does not consume the retry quota."""
        bisects = bool(mapping.get("BisectBatchOnFunctionError"))
        if throttled or (bisects and accepted):
            return [_Batch(rest, failures)]
        if bisects and len(rest) > 1:
            middle = len(rest) // 2
            return [_Batch(rest[:middle], failures), _Batch(rest[middle:], failures)]
        limit = mapping.get("MaximumRetryAttempts")
        if limit is not None and 0 <= int(limit) <= failures:
            self._give_up(mapping, rest, "RetryAttemptsExhausted", failures + 1)
            return []
        return [_Batch(rest, failures + 1)]

    def _offer(self, mapping: dict[str, Any], records: list[Record]) -> tuple[int, bool]:
        """Invoke the function once; how many records from the front are done, and whether it throttled."""
        service = stock.lambda_service
        matching = service._apply_filter_criteria(records, mapping)
        if not matching:
            return len(records), False
        function, config = service._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        if function is None:
            return 0, True
        result = service._execute_function(
            service._execution_record_for_config(function, config), {"Records": matching}
        )
        if result.get("throttle"):
            return 0, True
        if result.get("error"):
            mapping["LastProcessingResult"] = "PROBLEM: Function call failed"
            return 0, False
        accepted = _count_accepted(mapping, result.get("body"), records)
        mapping["LastProcessingResult"] = (
            "OK" if accepted == len(records) else "PROBLEM: Partial batch failure"
        )
        return accepted, False

    def _give_up(
        self, mapping: dict[str, Any], records: list[Record], condition: str, invocations: int
    ) -> None:
        """Announce the records to the OnFailure destination and leave them behind."""
        destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        if destination:
            _send(destination, _failure_notice(mapping, self.source, records, condition, invocations))
        self._advance(records[-1])


def _count_expired(records: list[Record], mapping: dict[str, Any]) -> int:
    limit_seconds = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
    if limit_seconds < 0:
        return 0
    oldest = time.time() - limit_seconds
    return next((index for index, record in enumerate(records) if written_at(record) >= oldest), len(records))


def _count_accepted(mapping: dict[str, Any], answer: object, records: list[Record]) -> int:
    """How many records from the front a successful invocation accepted.

    An identifier that is not in the batch fails the whole batch, as on AWS.
    """
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []) or not isinstance(
        answer, dict
    ):
        return len(records)
    failed = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []}
    if not failed:
        return len(records)
    numbers = [sequence_number(record) for record in records]
    if not failed <= set(numbers):
        return 0
    return min(numbers.index(number) for number in failed)


def _failure_notice(
    mapping: dict[str, Any], source: Source, records: list[Record], condition: str, invocations: int
) -> str:
    """The invocation record that AWS sends about a discarded batch; it never holds the records themselves."""
    first, last = records[0], records[-1]
    return json.dumps(
        {
            "requestContext": {
                "requestId": stock.responses.new_uuid(),
                "functionArn": mapping["FunctionArn"],
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": _timestamp(time.time()),
            source.notice_key: {
                "shardId": source.shard,
                "startSequenceNumber": sequence_number(first),
                "endSequenceNumber": sequence_number(last),
                "approximateArrivalOfFirstRecord": _timestamp(written_at(first)),
                "approximateArrivalOfLastRecord": _timestamp(written_at(last)),
                "batchSize": len(records),
                "streamArn": mapping["EventSourceArn"],
            },
        }
    )


def _timestamp(epoch_seconds: float) -> str:
    return datetime.fromtimestamp(epoch_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _send(destination: str, message: str) -> None:
    if ":sqs:" in destination:
        url = stock.sqs._queue_url(destination.rsplit(":", 1)[1])
        stock.sqs._act_send_message({"QueueUrl": url, "MessageBody": message}, url)
    else:
        stock.sns._fanout(
            destination, stock.responses.new_uuid(), message, "Lambda event source mapping failure"
        )


def _supervise() -> None:
    """Keep a consumer for every shard of every stream mapping."""
    consumers: dict[tuple[str, ...], _Consumer] = {}
    while True:
        for key, mapping in stock.lambda_service._esms.all_items():
            for source in open_source(key, mapping["EventSourceArn"]):
                consumer = consumers.get((*key, source.shard))
                if consumer is None or not consumer.is_alive():
                    consumer = consumers[(*key, source.shard)] = _Consumer(key, source)
                    consumer.start()
        consumers = {key: consumer for key, consumer in consumers.items() if consumer.is_alive()}
        deadline = time.monotonic() + _SUPERVISOR_SECONDS
        while time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
            if _news.clear():
                for consumer in consumers.values():
                    consumer.wake_if_behind()


def _anchor(mapping_id: str, source_arn: str, starting: str) -> None:
    """Fix where a new mapping begins: LATEST means what is written from now on, not from the first poll."""
    key = (stock.responses.get_account_id(), stock.responses.get_region(), mapping_id)
    positions = stock.lambda_service._kinesis_positions.setdefault(mapping_id, {})
    for source in open_source(key, source_arn):
        position = source.newest() if starting == "LATEST" else ""
        positions[source.shard] = position
        if position:
            record_position(mapping_id, source.shard, position)


def apply() -> None:
    """Install the patch in the running engine and start the supervisor."""
    service = stock.lambda_service
    service._poll_kinesis = service._poll_dynamodb_streams = lambda: False
    service._init_stream_position = _anchor

    stock.dynamodb.esm_wake = stock.kinesis.esm_wake = _news
    threading.Thread(target=_supervise, daemon=True, name="payrelay-consumers").start()
