"""The breakers table: one item per destination, one row per technical error; the core's ``Breakers`` port.

Error rows are forgotten after five minutes. A breaker itself never is: its generation tells old errors from
new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, field, fields
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.aws import metrics
from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.keys import (
    all_breakers,
    breaker_error_key,
    breaker_errors,
    breaker_key,
    breaker_moment,
    breaker_slot_key,
)
from payment_adapters.tables.writes import put_once, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.routing.breaker import WINDOW_MS, Breaker, Failure, Lease, State
from payment_core.routing.ports import Breakers, BreakersUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ERROR_LIFE_SECONDS: Final = 300
FRESH_MS: Final = 1_000
KNOWN_MS: Final = 60_000
UNSEEN: Final = "attribute_not_exists(PK)"
LOST: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


@dataclass(frozen=True)
class DynamoBreakers:
    """The breakers table."""

    client: DynamoDBClient
    table: str

    def read(self) -> Mapping[str, Breaker]:
        """Read every breaker in one strongly consistent query."""
        items = self._query(
            KeyConditionExpression="PK = :all", ExpressionAttributeValues={":all": to_wire(all_breakers())}
        )
        return {breaker.destination: breaker for breaker in map(breaker_from_wire, items)}

    def move(self, seen: Breaker, becomes: Breaker, *, while_closed: Sequence[Breaker] = ()) -> bool:
        """Write over the version that was seen, and only while the others are closed."""
        words = {name: value for name, value in _plain(becomes).items() if value is not None}
        gone = "" if becomes.lease else " REMOVE #lease"
        names = {f"#{name}": name for name in words}
        values = {f":{name}": to_wire(value) for name, value in words.items()}
        update: dict[str, Any] = {
            "TableName": self.table,
            "Key": wire_key(breaker_key(seen.destination)),
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in words)}{gone}",
            "ConditionExpression": "#version = :seen" if seen.version else UNSEEN,
            "ExpressionAttributeNames": {**names, "#lease": "lease"} if gone else names,
            "ExpressionAttributeValues": values,
        }
        if seen.version:
            values[":seen"] = to_wire(seen.version)
        checks = [self._is_closed(other.destination) for other in while_closed]
        items: list[Any] = [{"Update": update}, *({"ConditionCheck": check} for check in checks)]
        try:
            self.client.transact_write_items(TransactItems=items)
        except self.client.exceptions.TransactionCanceledException as error:
            reasons: list[Any] = error.response["CancellationReasons"]
            if LOST.isdisjoint(reason["Code"] for reason in reasons):
                raise BreakersUnavailableError(str(error)) from error
            return False
        except (ClientError, BotoCoreError) as error:
            raise BreakersUnavailableError(str(error)) from error
        return True

    def _is_closed(self, destination: str) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Key": wire_key(breaker_key(destination)),
            "ConditionExpression": f"{UNSEEN} OR #state = :closed",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":closed": to_wire(str(State.CLOSED))},
        }

    def add(self, failure: Failure, generation: int) -> None:
        """Keep one error row; the same error has the same key."""
        item = {
            **breaker_error_key(failure.destination, generation, failure.at_ms, failure.id),
            "at_ms": failure.at_ms,
            "gone_at": failure.at_ms // 1_000 + ERROR_LIFE_SECONDS,
        }
        words = {name: to_wire(value) for name, value in item.items()}
        try:
            put_once(
                self.client,
                {
                    "TableName": self.table,
                    "Item": words,
                    "ConditionExpression": "attribute_not_exists(PK)",
                },
            )
        except StoreUnavailableError as error:
            raise BreakersUnavailableError(str(error)) from error

    def take_slot(self, failure: Failure, generation: int, slots: int) -> bool:
        """Take the first slot that is free: errors in one slot are more than sixty seconds apart."""
        return any(self._take(failure, generation, slot) for slot in range(slots))

    def _take(self, failure: Failure, generation: int, slot: int) -> bool:
        item = {
            **breaker_slot_key(failure.destination, generation, failure.terminal, slot),
            "error": failure.id,
            "at_ms": failure.at_ms,
            "gone_at": failure.at_ms // 1_000 + ERROR_LIFE_SECONDS,
        }
        values = {":free": failure.at_ms - WINDOW_MS, ":ours": failure.id}
        try:
            return put_once(
                self.client,
                {
                    "TableName": self.table,
                    "Item": {name: to_wire(value) for name, value in item.items()},
                    "ConditionExpression": "attribute_not_exists(PK) OR at_ms < :free OR #error = :ours",
                    "ExpressionAttributeNames": {"#error": "error"},
                    "ExpressionAttributeValues": {name: to_wire(value) for name, value in values.items()},
                },
            )
        except StoreUnavailableError as error:
            raise BreakersUnavailableError(str(error)) from error

    def moments_ms(self, destination: str, generation: int, since_ms: int, limit: int) -> Sequence[int]:
        """Read the moments of the errors, oldest first."""
        items = self._query(
            KeyConditionExpression="PK = :errors AND SK >= :since",
            ExpressionAttributeValues={
                ":errors": to_wire(breaker_errors(destination, generation)),
                ":since": to_wire(breaker_moment(since_ms)),
            },
            Limit=limit,
        )
        return [from_wire(item)["at_ms"] for item in items]

    def _query(self, **words: Any) -> list[dict[str, AttributeValue]]:  # noqa: ANN401 -- DynamoDB's words
        try:
            found = self.client.query(TableName=self.table, ConsistentRead=True, **words)
        except (ClientError, BotoCoreError) as error:
            raise BreakersUnavailableError(str(error)) from error
        return found["Items"]


@dataclass
class KnownBreakers:
    """What one sandbox knows of the breakers: read at most once a second, believed for at most a minute.

    After a minute without an answer of the store nothing counts as open: the breaker never blocks a sale.
    """

    breakers: Breakers
    now_ms: Callable[[], int]
    _known: Mapping[str, Breaker] = field(default_factory=dict)
    _read_at_ms: int | None = None
    _tried_at_ms: int | None = None

    def open_destinations(self) -> frozenset[str]:
        """The destinations that take no sale now."""
        now_ms = self.now_ms()
        if self._tried_at_ms is None or now_ms - self._tried_at_ms >= FRESH_MS:
            self._tried_at_ms = now_ms
            try:
                self._known, self._read_at_ms = self.breakers.read(), now_ms
            except BreakersUnavailableError:  # what was known stands for a minute
                metrics.count("BreakersUnavailable")
        if self._read_at_ms is None or now_ms - self._read_at_ms > KNOWN_MS:
            return frozenset()
        return frozenset(name for name, one in self._known.items() if one.state is not State.CLOSED)


def is_breaker(item: Mapping[str, AttributeValue]) -> bool:
    """Whether a change of a table is one of a breaker."""
    return bool(item["PK"] == to_wire(all_breakers()))


def breaker_from_wire(item: Mapping[str, AttributeValue]) -> Breaker:
    """Read a breaker's item, from the table or its stream."""
    plain = from_wire(item)
    words = {one.name: plain[one.name] for one in fields(Breaker) if one.name in plain}
    lease = words.pop("lease", None)
    return Breaker(**{**words, "state": State(words["state"])}, lease=Lease(**lease) if lease else None)


def _plain(breaker: Breaker) -> dict[str, object]:
    return {**asdict(breaker), "state": str(breaker.state)}
