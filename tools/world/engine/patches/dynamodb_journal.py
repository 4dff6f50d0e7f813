"""No acknowledged write is ever lost, not even to `kill -9`.

Stock: state is saved when the process is asked to stop; a kill loses everything since the start. Table stream
    records are not saved at all.
Wanted: item writes, table stream records, Kinesis records and the positions of stream consumers survive any
    end of the process, transactions whole, records under their first identifiers.
Hook: `_set_item` and `_remove_item` (every item write passes them), `_emit_stream_event`, the Kinesis put
    operations. The changes of one operation are one journal line, written before the operation answers.
    After a restart `app._load_persisted_state` is followed by a replay.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import copy
import functools
import logging
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock
from tools.world.engine.journal import Change, Journal
from tools.world.engine.patches.dynamodb_lock import MUTATING_OPERATIONS, WRITE_LOCK

if TYPE_CHECKING:
    from collections.abc import Callable

Table = dict[str, Any]

_SET_ITEM, _REMOVE_ITEM = stock.dynamodb._set_item, stock.dynamodb._remove_item
_KINESIS_WRITES = ("_put_record", "_put_records", "put_record_internal")
_LOGGER = logging.getLogger("payrelay.journal")


class _Recorder:
    """Collects the changes of the operation in progress; used under `WRITE_LOCK` only, so one at a time."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._depth = 0
        self._changes: list[Change] = []
        self._described_tables: set[str] = set()

    def operation(self, stock_operation: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap an operation so that its changes become one line before it answers."""

        @functools.wraps(stock_operation)
        def journaled(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - forwards a stock signature
            with WRITE_LOCK:
                self._depth += 1
                try:
                    return stock_operation(*arguments, **options)
                finally:
                    self._depth -= 1
                    self._flush()

        return journaled

    def record(self, change: Change) -> None:
        """Note a change; outside an operation (the expiry thread) it is a line of its own."""
        self._changes.append(change)
        self._flush()

    def describe(self, table: Table) -> None:
        """Note a table's own description once per segment: a segment can be replayed without a snapshot."""
        if table["TableId"] not in self._described_tables:
            self._described_tables.add(table["TableId"])
            derived = ("items", stock.dynamodb._INDEX_MEMBERS)
            self.record(["table", *_scope(table), {key: table[key] for key in table if key not in derived}])

    def begin_segment(self) -> int:
        """Start a segment that describes its tables anew."""
        with WRITE_LOCK:
            self._described_tables.clear()
            return self.journal.begin_segment()

    def clear(self) -> None:
        """Forget everything, after a reset."""
        with WRITE_LOCK:
            self._described_tables.clear()
            self.journal.clear()

    def _flush(self) -> None:
        if self._depth == 0 and self._changes:
            changes, self._changes = self._changes, []
            self.journal.append(changes)


RECORDER = _Recorder(
    Journal(
        Path(os.environ["STATE_DIR"], "journal"),
        encode=stock.persistence._json_default,
        decode=stock.persistence._json_object_hook,
    )
)


def _scope(table: Table) -> tuple[str, str, str]:
    """Account, region and name of a table; arn:aws:dynamodb:REGION:ACCOUNT:table/NAME."""
    _arn, _partition, _service, region, account, _resource = table["TableArn"].split(":", 5)
    return account, region, table["TableName"]


def _record_item_writes() -> None:
    dynamodb = stock.dynamodb

    def journaled_set(table: Table, partition: str, sort: str, item: dict[str, Any]) -> Any:  # noqa: ANN401 - a stock item
        with WRITE_LOCK:
            RECORDER.describe(table)
            RECORDER.record(["put", *_scope(table), table["TableId"], partition, sort, item])
            return _SET_ITEM(table, partition, sort, item)

    def journaled_remove(table: Table, partition: str, sort: str) -> Any:  # noqa: ANN401 - a stock item
        with WRITE_LOCK:
            RECORDER.record(["remove", *_scope(table), table["TableId"], partition, sort])
            return _REMOVE_ITEM(table, partition, sort)

    dynamodb._set_item, dynamodb._remove_item = journaled_set, journaled_remove


def _record_table_streams() -> None:
    dynamodb = stock.dynamodb
    emit = dynamodb._emit_stream_event

    def journaled_emit(table_name: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - forwards a stock signature
        with WRITE_LOCK:
            before = dynamodb.stream_end_position(table_name)
            emit(table_name, *arguments, **options)
            if dynamodb.stream_end_position(table_name) > before:
                table = dynamodb._tables[table_name]
                RECORDER.record(
                    ["stream", *_scope(table), table["TableId"], dynamodb._stream_records[table_name][-1]]
                )

    dynamodb._emit_stream_event = journaled_emit


def _record_dropped_tables() -> None:
    dynamodb = stock.dynamodb
    drop_stream_records = dynamodb.drop_stream_records

    def journaled_drop(table_name: str, table: Table | None = None) -> None:
        with WRITE_LOCK:
            drop_stream_records(table_name, table)
            if table is not None and dynamodb._tables.get(table_name) is not table:
                RECORDER.record(["drop", *_scope(table), table["TableId"]])

    dynamodb.drop_stream_records = journaled_drop  # called on every road that deletes a table


def _record_kinesis_writes() -> None:
    kinesis = stock.kinesis

    def journaled(stock_operation: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(stock_operation)
        def put(target: Any, *arguments: Any) -> Any:  # noqa: ANN401 - forwards a stock signature
            by_arn = {"StreamARN": target} if isinstance(target, str) else target
            _name, stream = kinesis._resolve_stream(by_arn)
            if stream is None:
                return stock_operation(target, *arguments)
            newest = {shard: _newest(content["records"]) for shard, content in stream["shards"].items()}
            answer = stock_operation(target, *arguments)
            scope = (stock.responses.get_account_id(), stock.responses.get_region(), stream["StreamName"])
            for shard, content in stream["shards"].items():
                added = [
                    entry for entry in content["records"] if entry["SequenceNumber"] > newest.get(shard, "")
                ]
                for entry in added:
                    RECORDER.record(["kinesis", *scope, shard, entry])
            return answer

        return RECORDER.operation(put)

    for name in _KINESIS_WRITES:
        setattr(kinesis, name, journaled(getattr(kinesis, name)))


def _newest(records: list[dict[str, Any]]) -> str:
    return str(records[-1]["SequenceNumber"]) if records else ""


def record_position(mapping_id: str, shard: str, sequence_number: str) -> None:
    """Journal how far a stream consumer has come."""
    scope = (stock.responses.get_account_id(), stock.responses.get_region())
    with WRITE_LOCK:
        RECORDER.record(["position", *scope, mapping_id, shard, sequence_number])


def _same_table(account: str, region: str, name: str, table_id: str) -> Table | None:
    """The table a change was made to, unless it was dropped, or made anew under the same name."""
    table: Table | None = stock.dynamodb._tables.get_scoped(account, region, name)
    return table if table is not None and table["TableId"] == table_id else None


def _replay_table(account: str, region: str, name: str, description: Table) -> None:
    if not stock.dynamodb._tables.contains_scoped(account, region, name):
        stock.dynamodb._tables.set_scoped(account, region, name, {**description, "items": defaultdict(dict)})


def _replay_drop(account: str, region: str, name: str, table_id: str) -> None:
    if _same_table(account, region, name, table_id) is not None:
        stock.dynamodb._tables.pop_scoped(account, region, name)
        stock.dynamodb._stream_records.pop_scoped(account, region, name, None)


def _replay_put(
    account: str, region: str, name: str, table_id: str, partition: str, sort: str, item: dict[str, Any]
) -> None:
    table = _same_table(account, region, name, table_id)
    if table is not None:
        _SET_ITEM(table, partition, sort, item)


def _replay_remove(account: str, region: str, name: str, table_id: str, partition: str, sort: str) -> None:
    table = _same_table(account, region, name, table_id)
    if table is not None:
        _REMOVE_ITEM(table, partition, sort)


def _replay_stream(account: str, region: str, name: str, table_id: str, record: dict[str, Any]) -> None:
    if _same_table(account, region, name, table_id) is None:
        return
    store = stock.dynamodb._stream_records
    records = store._data.setdefault((account, region, name), [])
    if not records or records[-1]["dynamodb"]["SequenceNumber"] < record["dynamodb"]["SequenceNumber"]:
        records.append(record)


def _replay_kinesis(account: str, region: str, name: str, shard: str, record: dict[str, Any]) -> None:
    stream = stock.kinesis._streams.get_scoped(account, region, name)
    if stream is not None and shard in stream["shards"]:
        records = stream["shards"][shard]["records"]
        if _newest(records) < record["SequenceNumber"]:
            records.append(record)


def _replay_position(account: str, region: str, mapping_id: str, shard: str, sequence_number: str) -> None:
    if stock.lambda_service._esms.contains_scoped(account, region, mapping_id):
        positions = stock.lambda_service._kinesis_positions._data.setdefault(
            (account, region, mapping_id), {}
        )
        positions[shard] = max(positions.get(shard, ""), sequence_number)


REPLAY: dict[str, Callable[..., None]] = {
    "table": _replay_table,
    "drop": _replay_drop,
    "put": _replay_put,
    "remove": _replay_remove,
    "stream": _replay_stream,
    "kinesis": _replay_kinesis,
    "position": _replay_position,
}
"""What each kind of change does when it is replayed; a later patch may add its own kind."""


def _replay() -> None:
    """Apply the earlier lives' journal to the restored state."""
    count = 0
    for changes in RECORDER.journal.replay():
        for kind, *words in changes:
            REPLAY[kind](*words)
            count += 1
    if count:
        _LOGGER.warning("replayed %d journaled changes", count)


_SNAPSHOT_STORES = (
    "tags",
    "ttl_settings",
    "pitr_settings",
    "kinesis_destinations",
    "contributor_insights",
    "backups",
    "resource_policies",
    "exports",
    "imports",
)


def _table_snapshot(table: Table) -> Table:
    """A table as it is now. Items are replaced, never changed in place, so only their maps are copied."""
    items = {partition: dict(sorts) for partition, sorts in table["items"].items()}
    return {**{key: table[key] for key in table if key != stock.dynamodb._INDEX_MEMBERS}, "items": items}


def _scoped(entries: dict[Any, Any]) -> Any:  # noqa: ANN401 - a stock container
    container = stock.responses.AccountRegionScopedDict()
    container._data.update(entries)
    return container


def _keep_table_streams_in_snapshots() -> None:
    """Save table streams too, and hold the lock for milliseconds: stock copies every item under it."""
    dynamodb = stock.dynamodb
    load = dynamodb.load_persisted_state

    def get_state_with_streams() -> dict[str, Any]:
        with WRITE_LOCK:
            return {
                **{name: copy.deepcopy(getattr(dynamodb, f"_{name}")) for name in _SNAPSHOT_STORES},
                "tables": _scoped(
                    {key: _table_snapshot(table) for key, table in dynamodb._tables.all_items()}
                ),
                "stream_records": _scoped(
                    {key: list(each) for key, each in dynamodb._stream_records.all_items()}
                ),
                "stream_trimmed": _scoped(dict(dynamodb._stream_trimmed.all_items())),
            }

    def load_with_streams(state: dict[str, Any]) -> None:
        load(state)
        dynamodb._stream_records.update(state.get("stream_records", {}))
        dynamodb._stream_trimmed.update(state.get("stream_trimmed", {}))

    dynamodb.get_state, dynamodb.load_persisted_state = get_state_with_streams, load_with_streams


def apply() -> None:
    """Install the patch in the running engine."""
    _keep_table_streams_in_snapshots()
    load = stock.app._load_persisted_state

    def load_and_replay() -> None:
        load()
        _replay()

    stock.app._load_persisted_state = load_and_replay
    _record_item_writes()
    _record_table_streams()
    _record_dropped_tables()
    _record_kinesis_writes()
    for name in MUTATING_OPERATIONS:
        setattr(stock.dynamodb, name, RECORDER.operation(getattr(stock.dynamodb, name)))

    reset = stock.app._reset_all_state

    def reset_with_journal() -> None:
        with WRITE_LOCK:
            reset()
            RECORDER.clear()

    stock.app._reset_all_state = reset_with_journal
