"""Expected deposits in the settlement table: what each return file adds to one, and what the bank says of it.

A share is named by its file and put once, so a file that is read again adds nothing. What is expected is the
sum of the shares, and what is paid the sum of the bank's lines, by their names; neither is ever counted up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.settlement_keys import (
    OPEN_SETTLEMENT_INDEX,
    deposit_key,
    deposits_of,
    open_settlement,
    share_key,
    shares_of,
)
from payment_adapters.tables.writes import CONDITION_FAILED, put_once, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.settlement.model import DepositState, ExpectedDeposit

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEPOSITS: Final = "DEPOSITS"
SUMS: Final = ("rows", "gross_won", "refund_won", "fee_won")


@dataclass(frozen=True)
class DynamoDeposits:
    """One merchant's deposits in the settlement table."""

    client: DynamoDBClient
    table: str
    merchant: str

    def expect(self, file_id: str, shares: Sequence[ExpectedDeposit]) -> None:
        """Put down what a file adds, each once."""
        for one in shares:
            key = share_key(self.merchant, one.payment_date, one.acquirer, one.merchant_number, file_id)
            item = {**key, **asdict(one), "file_id": file_id}
            put = {
                "TableName": self.table,
                "Item": {name: to_wire(value) for name, value in item.items()},
                "ConditionExpression": "attribute_not_exists(PK)",
            }
            put_once(self.client, put)
            self._open(one)

    def _open(self, one: ExpectedDeposit) -> None:
        """Let it be found by its date until the bank has paid it."""
        key = deposit_key(self.merchant, one.payment_date, one.acquirer, one.merchant_number)
        item = {
            **key,
            "merchant": self.merchant,
            "acquirer": one.acquirer,
            "merchant_number": one.merchant_number,
            "payment_date": one.payment_date,
            "state": str(DepositState.EXPECTED),
            "net_won": one.net_won,
            "paid_won": 0,
            "lines": {},
            "open_bucket": open_settlement(DEPOSITS),
            "due_day": one.payment_date,
        }
        put = {
            "TableName": self.table,
            "Item": {name: to_wire(value) for name, value in item.items()},
            "ConditionExpression": "attribute_not_exists(PK)",
        }
        put_once(self.client, put)

    def of_date(self, payment_date: str) -> list[ExpectedDeposit]:
        """What is expected on a date, and what the bank says of it, strongly consistent."""
        said = {
            (one["acquirer"], one["merchant_number"]): one
            for one in self._items(*deposits_of(self.merchant, payment_date))
        }
        sums: dict[tuple[str, str], ExpectedDeposit] = {}
        for item in self._items(*shares_of(self.merchant, payment_date)):
            place = (item["acquirer"], item["merchant_number"])
            before = sums.get(place) or ExpectedDeposit(*place, payment_date, 0, 0, 0, 0)
            sums[place] = replace(before, **{name: getattr(before, name) + item[name] for name in SUMS})
        return [
            replace(one, state=DepositState(said[place]["state"]), paid_won=said[place]["paid_won"])
            if place in said
            else one
            for place, one in sorted(sums.items())
        ]

    def open_until(self, date: str) -> list[ExpectedDeposit]:
        """This merchant's deposits up to a date that are not paid in full, each as it stands."""
        dates = {
            one["payment_date"]
            for one in self.open_deposits()
            if one["merchant"] == self.merchant and one["payment_date"] <= date
        }
        return [deposit for day in sorted(dates) for deposit in self.of_date(day)]

    def paid_by(self, payment_date: str) -> dict[str, dict[str, int]]:
        """What each line of the bank paid of the deposits of a date: by deposit, and by line."""
        items = self._items(*deposits_of(self.merchant, payment_date))
        return {
            f"{payment_date}/{one['acquirer']}/{one['merchant_number']}": one.get("lines", {})
            for one in items
        }

    def tell(self, seen: ExpectedDeposit, becomes: ExpectedDeposit, lines: Mapping[str, int]) -> bool:
        """Write what the bank says, over what was seen; an open one is in the index by its date.

        Args:
            seen: As it stood.
            becomes: State and won as they are now.
            lines: What each line of the bank paid of it, in won.
        """
        is_open = becomes.state is not DepositState.MATCHED
        said: dict[str, object] = {
            "merchant": self.merchant,
            "acquirer": becomes.acquirer,
            "merchant_number": becomes.merchant_number,
            "payment_date": becomes.payment_date,
            "state": str(becomes.state),
            "net_won": becomes.net_won,
            "paid_won": becomes.paid_won,
            "lines": dict(lines),
        }
        if is_open:
            said |= {"open_bucket": open_settlement(DEPOSITS), "due_day": becomes.payment_date}
        key = deposit_key(self.merchant, becomes.payment_date, becomes.acquirer, becomes.merchant_number)
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(key),
                ConditionExpression="attribute_not_exists(PK) OR (#state = :seen AND #paid_won = :paid)",
                UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in said)}"
                + ("" if is_open else " REMOVE open_bucket, due_day"),
                ExpressionAttributeNames={f"#{name}": name for name in said},
                ExpressionAttributeValues={
                    **{f":{name}": to_wire(value) for name, value in said.items()},
                    ":seen": to_wire(str(seen.state)),
                    ":paid": to_wire(seen.paid_won),
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return False
            raise StoreUnavailableError(str(error)) from error
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def open_deposits(self) -> list[Mapping[str, Any]]:
        """Every merchant's deposit that the bank has not paid in full so far, the oldest first."""
        return list(
            self._query(
                IndexName=OPEN_SETTLEMENT_INDEX,
                KeyConditionExpression="open_bucket = :open",
                ExpressionAttributeValues={":open": to_wire(open_settlement(DEPOSITS))},
            )
        )

    def _items(self, partition: str, prefix: str) -> Iterator[dict[str, Any]]:
        return self._query(
            KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
            ExpressionAttributeValues={":partition": to_wire(partition), ":prefix": to_wire(prefix)},
            ConsistentRead=True,
        )

    def _query(self, **words: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from map(from_wire, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
