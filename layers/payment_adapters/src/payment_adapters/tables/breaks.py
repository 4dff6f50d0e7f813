"""Breaks in the settlement table: what comparisons found, version by version; an open one is in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.settlement_keys import (
    OPEN_SETTLEMENT_INDEX,
    break_key,
    breaks_of,
    open_settlement,
)
from payment_adapters.tables.writes import CONDITION_FAILED, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.korean_time import korean_time
from payment_core.reconciliation.break_history import BreakState, BreakVersion, changes
from payment_core.reconciliation.breaks import Break, BreakKind, Repair

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BREAKS: Final = "BREAKS"
LINE: Final = ("version", "state", "reason", "actor", "at_ms", "repair", "evidence")  # of the history
TRIES: Final = 5  # of one comparison, against people who write of the same break
PATIENCE_DAYS: Final = 3  # from its finding until it is overdue


@dataclass(frozen=True)
class DynamoBreaks:
    """The settlement table, as far as breaks are concerned."""

    client: DynamoDBClient
    table: str

    def compared(self, compared: str, found: Iterable[Break], *, run: str, now_ms: int) -> int:
        """Keep what one comparison found, and close what it no longer finds; how many are open now.

        Args:
            compared: Which comparison, e.g. ``1001/20261120/TRANSACTIONS/hangang``.
            found: All that it found.
            run: Who compared, for the history.
            now_ms: Wall clock.
        """
        rows = list(found)
        for _ in range(TRIES):
            some = list(changes(self.of(compared), rows, run=run, now_ms=now_ms))
            written = [self.move(compared, seen, becomes) for seen, becomes in some]
            if all(written):
                break  # else somebody began a repair at this moment: what was found still stands
        return sum(one.state is not BreakState.CLOSED for one in self.of(compared))

    def of(self, compared: str) -> list[BreakVersion]:
        """The newest version of each break of a comparison, strongly consistent."""
        items = self._query(
            KeyConditionExpression="PK = :compared",
            ExpressionAttributeValues={":compared": to_wire(breaks_of(compared))},
            ConsistentRead=True,
        )
        return [_version(item) for item in items]

    def read(self, compared: str, break_id: str) -> BreakVersion | None:
        """The newest version of one break, strongly consistent."""
        return next((one for one in self.of(compared) if one.break_id == break_id), None)

    def open_breaks(self, due_before: str = "") -> list[tuple[str, BreakVersion]]:
        """Every open break with its comparison, the one that is due first at the front; by the index.

        Args:
            due_before: Only those that are due before this Korean date.
        """
        words = "open_bucket = :open" + (" AND due_day < :date" if due_before else "")
        values = {":open": to_wire(open_settlement(BREAKS))}
        items = self._query(
            IndexName=OPEN_SETTLEMENT_INDEX,
            KeyConditionExpression=words,
            ExpressionAttributeValues=values | ({":date": to_wire(due_before)} if due_before else {}),
        )
        return [(item["compared"], _version(item)) for item in items]

    def move(self, compared: str, seen: BreakVersion | None, becomes: BreakVersion) -> bool:
        """Write over the version that was seen, and append it to the history."""
        is_open = becomes.state is not BreakState.CLOSED
        found_on = korean_time(becomes.found_at_ms)
        said: dict[str, object] = {
            "compared": compared,
            "version": becomes.version,
            "state": str(becomes.state),
            "reason": becomes.reason,
            "actor": becomes.actor,
            "found_at_ms": becomes.found_at_ms,
            "at_ms": becomes.at_ms,
            "repair": str(becomes.repair or ""),
            "evidence": becomes.evidence,
            "found": _break_to_plain(becomes.found),
        }
        if is_open:
            said |= {
                "open_bucket": open_settlement(BREAKS),
                "due_day": f"{found_on + timedelta(days=PATIENCE_DAYS):%Y%m%d}",
            }
        line = {name: said[name] for name in LINE}
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        values |= {":none": to_wire([]), ":line": to_wire([line])}
        if seen is not None:
            values[":seen"] = to_wire(seen.version)
        sets = [f"#{name} = :{name}" for name in said]
        sets.append("#history = list_append(if_not_exists(#history, :none), :line)")
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(break_key(compared, becomes.break_id)),
                ConditionExpression="attribute_not_exists(PK)" if seen is None else "#version = :seen",
                UpdateExpression=f"SET {', '.join(sets)}"
                + ("" if is_open else " REMOVE open_bucket, due_day"),
                ExpressionAttributeNames={f"#{name}": name for name in (*said, "history")},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return False
            raise StoreUnavailableError(str(error)) from error
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def _query(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _break_to_plain(found: Break) -> dict[str, object]:
    return {**asdict(found), "kind": str(found.kind), "ours": list(found.ours), "theirs": list(found.theirs)}


def _version(plain: Mapping[str, Any]) -> BreakVersion:
    one = plain["found"]
    found = Break(
        BreakKind(one["kind"]),
        one["name"],
        tuple(one["ours"]),
        tuple(one["theirs"]),
        one["our_won"],
        one["their_won"],
        one["day"],
    )
    return BreakVersion(
        found=found,
        state=BreakState(plain["state"]),
        version=plain["version"],
        reason=plain["reason"],
        actor=plain["actor"],
        found_at_ms=plain["found_at_ms"],
        at_ms=plain["at_ms"],
        repair=Repair(plain["repair"]) if plain.get("repair") else None,
        evidence=plain.get("evidence", ""),
    )
