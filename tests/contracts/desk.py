"""A table that the contracts of DynamoDB are checked on, the same on every target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.contracts.targets import code_of, fresh

Item = dict[str, Any]

MADE: Final = "made"


@dataclass
class Desk:
    """One table of the payments table's form, and a partition that no other test has.

    Attributes:
        records: Everything in the table's stream, as a function would receive it.
    """

    client: Any
    table: str
    target: str
    records: Callable[[], list[Item]]
    partition: str = field(default_factory=lambda: fresh("SALE"))

    def key(self, sort: str = "STATE") -> Item:
        """The key of an item of this test."""
        return {"PK": {"S": self.partition}, "SK": {"S": sort}}

    def having(self, sort: str = "STATE", **words: Any) -> Desk:  # noqa: ANN401 -- values in DynamoDB's form
        """This desk, with an item standing there."""
        self.client.put_item(TableName=self.table, Item={**self.key(sort), **words})
        return self

    def item(self, sort: str = "STATE") -> Item | None:
        """What stands there, without its key."""
        found = self.client.get_item(TableName=self.table, Key=self.key(sort), ConsistentRead=True)
        return plain(found["Item"]) if "Item" in found else None

    def update(self, expression: str, sort: str = "STATE", **words: Any) -> Item:  # noqa: ANN401 -- DynamoDB's words
        """The words of an update."""
        return {
            "TableName": self.table,
            "Key": self.key(sort),
            "UpdateExpression": expression,
            **given(words),
        }

    def put(self, sort: str = "STATE", **words: Any) -> Item:  # noqa: ANN401 -- DynamoDB's words
        """The words of a put that replaces nothing."""
        return {
            "TableName": self.table,
            "Item": self.key(sort),
            "ConditionExpression": "attribute_not_exists(PK)",
            **given(words),
        }

    def updated(self, expression: str, **words: Any) -> object:  # noqa: ANN401 -- DynamoDB's words
        """What stands there after an update, or the code of its refusal."""
        return code_of(lambda: (self.client.update_item(**self.update(expression, **words)), self.item())[1])

    def on_condition(self, condition: str, **words: Any) -> object:  # noqa: ANN401 -- DynamoDB's words
        """``MADE``, if a write on a condition is made, or the code of its refusal."""
        put = {"TableName": self.table, "Item": self.key(), "ConditionExpression": condition, **given(words)}
        return code_of(lambda: (self.client.put_item(**put), MADE)[1])

    def transact(self, *items: Item, token: str = "") -> object:
        """``MADE``, the reasons for which a transaction is cancelled, or the code of its refusal."""
        words: Item = {"TransactItems": list(items), **({"ClientRequestToken": token} if token else {})}
        try:
            self.client.transact_write_items(**words)
        except self.client.exceptions.TransactionCanceledException as error:
            return error.response["CancellationReasons"]
        except ClientError as refusal:
            return refusal.response["Error"]["Code"]
        return MADE

    def sorts(self, condition: str = "PK = :p", **words: Any) -> object:  # noqa: ANN401 -- DynamoDB's words
        """The sort keys that a query of this partition finds, in its order."""
        return self.found(condition, p={"S": self.partition}, **words)

    def found(self, condition: str, **words: Any) -> object:  # noqa: ANN401 -- DynamoDB's words
        """The sort keys that a query finds, in its order, or the code of its refusal."""
        asked = {"TableName": self.table, "KeyConditionExpression": condition, **given(words)}
        return code_of(lambda: [one["SK"]["S"] for one in self.client.query(**asked)["Items"]])

    def changes(self) -> list[tuple[str, str, Item, Item]]:
        """What the stream tells of this partition: event, sort key, item before and after, without keys."""
        told = [(one["eventName"], one["dynamodb"]) for one in self.records()]
        return [
            (name, of["Keys"]["SK"]["S"], plain(of.get("OldImage", {})), plain(of.get("NewImage", {})))
            for name, of in told
            if of["Keys"]["PK"]["S"] == self.partition
        ]


def plain(item: Item) -> Item:
    """An item without its key."""
    return {name: value for name, value in item.items() if name not in {"PK", "SK"}}


def given(words: Item) -> Item:
    """Put values under their names: a word that is none of DynamoDB's is a value of the expressions."""
    values = {f":{name}": value for name, value in words.items() if name[0].islower()}
    others = {name: value for name, value in words.items() if not name[0].islower()}
    return {**others, **({"ExpressionAttributeValues": values} if values else {})}


def n(number: object) -> Item:
    """A number."""
    return {"N": str(number)}


def s(text: str) -> Item:
    """A text."""
    return {"S": text}
