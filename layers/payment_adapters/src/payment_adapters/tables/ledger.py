"""The ledger table: postings that are put once and never change, and the balances that they fold into.

A posting and its mark are one transaction; a fold takes marks away and adds their postings to the balances in
one transaction too. So each posting is in its window's balances exactly once, whoever stops halfway, and no
account is written while somebody sells (docs/adr/0047).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.settlement_keys import (
    WINDOW_INDEX,
    balance_key,
    balances_of,
    posting_key,
    unfolded_buckets,
    unfolded_key,
    window_bucket,
    window_buckets,
)
from payment_adapters.tables.writes import wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.ledger.model import Account, AccountKind, Entry, Folded, Posting, PostingKind
from payment_core.ledger.trial_balance import folded_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_ITEMS: Final = 100  # of one transaction
EVERY_WINDOW: Final = "ALL"  # beside the balances of dates, each account's of all dates
CONDITION_FAILED: Final = "ConditionalCheckFailed"


@dataclass(frozen=True)
class DynamoLedger:
    """The table."""

    client: DynamoDBClient
    table: str

    def append(self, posting: Posting) -> Posting:
        """Put it and its mark, both or none; what stands under its key now.

        Raises:
            StoreUnavailableError: it is not known whether it stands now; append it again.
        """
        item = {
            **posting_key(posting.key),
            "window_bucket": window_bucket(posting.business_date, posting.key),
            "key": posting.key,
            "kind": str(posting.kind),
            "business_date": posting.business_date,
            "about": posting.about,
            "entries": [
                {"kind": str(one.account.kind), "holder": one.account.holder, "won": one.won}
                for one in posting.entries
            ],
        }
        if self._transact([{"Put": self._put(item)}, {"Put": self._put(unfolded_key(posting.key))}]):
            return posting
        (stands,) = read_many(self.client, self.table, [posting_key(posting.key)])
        return _posting(from_wire(stands))

    def of(self, business_date: str) -> Iterator[Posting]:
        """Every posting of a date, in no order; what was put a moment ago may be missing."""
        for bucket in window_buckets(business_date):
            items = self._query(
                IndexName=WINDOW_INDEX,
                KeyConditionExpression="window_bucket = :bucket",
                ExpressionAttributeValues={":bucket": to_wire(bucket)},
            )
            yield from map(_posting, items)

    def balances(self, business_date: str = EVERY_WINDOW) -> list[Folded]:
        """What each account has of one date, or of all of them together, as far as it is folded."""
        items = self._query(
            KeyConditionExpression="PK = :window",
            ExpressionAttributeValues={":window": to_wire(balances_of(business_date))},
            ConsistentRead=True,
        )
        return [_folded(item) for item in items]

    def fold(self, at_most: int) -> frozenset[str]:
        """Add what is not folded to the balances; the windows that were touched.

        Args:
            at_most: Postings of one call; the next one takes the rest.
        """
        touched: set[str] = set()
        for marked in _packed(self._unfolded(at_most)):
            takes = [{"Delete": self._take(one)} for one in marked]
            adds = [{"Update": self._add(folded)} for folded in _sums(marked)]
            if self._transact([*takes, *adds]):
                touched |= {one.business_date for one in marked}
        return frozenset(touched)

    def _unfolded(self, at_most: int) -> list[Posting]:
        keys = [item["SK"] for bucket in unfolded_buckets() for item in self._marks(bucket, at_most)]
        items = read_many(self.client, self.table, [posting_key(key) for key in keys[:at_most]])
        return [_posting(from_wire(item)) for item in items]

    def _marks(self, bucket: str, at_most: int) -> Sequence[Mapping[str, Any]]:
        try:
            answer = self.client.query(
                TableName=self.table,
                KeyConditionExpression="PK = :bucket",
                ExpressionAttributeValues={":bucket": to_wire(bucket)},
                ConsistentRead=True,
                Limit=at_most,
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        return [from_wire(item) for item in answer["Items"]]

    def _put(self, item: Mapping[str, object]) -> dict[str, Any]:
        wired = {name: to_wire(value) for name, value in item.items()}
        return {"TableName": self.table, "Item": wired, "ConditionExpression": "attribute_not_exists(PK)"}

    def _take(self, posting: Posting) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Key": wire_key(unfolded_key(posting.key)),
            "ConditionExpression": "attribute_exists(PK)",
        }

    def _add(self, folded: Folded) -> dict[str, Any]:
        account = folded.account
        said = {
            ":debit": folded.debit_won,
            ":credit": folded.credit_won,
            ":entries": folded.entries,
            ":kind": str(account.kind),
            ":holder": account.holder,
        }
        return {
            "TableName": self.table,
            "Key": wire_key(balance_key(folded.business_date, account.kind, account.holder)),
            "ConditionExpression": "attribute_not_exists(PK) OR attribute_exists(debit_won)",
            "UpdateExpression": "SET kind = :kind, holder = :holder "
            "ADD debit_won :debit, credit_won :credit, entry_count :entries",
            "ExpressionAttributeValues": {name: to_wire(value) for name, value in said.items()},
        }

    def _transact(self, items: Sequence[Any]) -> bool:
        """Write all or nothing; ``False`` where a condition did not hold."""
        try:
            self.client.transact_write_items(TransactItems=items)
        except self.client.exceptions.TransactionCanceledException as error:
            reasons: list[Any] = error.response["CancellationReasons"]
            if CONDITION_FAILED in {reason["Code"] for reason in reasons}:
                return False
            raise StoreUnavailableError(str(error)) from error
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def _query(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def _packed(postings: Iterable[Posting]) -> Iterator[list[Posting]]:
    """As many postings together as one transaction takes with the balances that they change."""
    together: list[Posting] = []
    for posting in postings:
        if together and len(together) + 1 + len(_sums([*together, posting])) > MOST_ITEMS:
            yield together
            together = []
        together.append(posting)
    if together:
        yield together


def _sums(postings: Sequence[Posting]) -> tuple[Folded, ...]:
    """What they add to each account, of their windows and of all of them."""
    of_all = [replace(one, business_date=EVERY_WINDOW) for one in postings]
    return folded_of([*postings, *of_all])


def _posting(plain: Mapping[str, Any]) -> Posting:
    entries = tuple(
        Entry(Account(AccountKind(one["kind"]), one["holder"]), one["won"]) for one in plain["entries"]
    )
    return Posting(plain["key"], PostingKind(plain["kind"]), plain["business_date"], plain["about"], entries)


def _folded(plain: Mapping[str, Any]) -> Folded:
    return Folded(
        account=Account(AccountKind(plain["kind"]), plain["holder"]),
        business_date=plain["PK"].partition("#")[2],
        debit_won=plain["debit_won"],
        credit_won=plain["credit_won"],
        entries=plain["entry_count"],
    )
