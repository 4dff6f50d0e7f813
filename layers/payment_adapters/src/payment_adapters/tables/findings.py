"""Findings and comparisons, in the table of the journals; the core's ``Findings`` port.

An open finding has no expiry: it ends by a comparison, or by a proof. An ended one, and the note of a
comparison, are forgotten with the journal they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.journals import LIFE_SECONDS
from payment_adapters.tables.keys import (
    OPEN_FINDINGS_INDEX,
    compared_key,
    day_of_finding,
    finding_key,
    findings_of,
    findings_of_merchant,
    open_findings_bucket,
)
from payment_adapters.tables.writes import CONDITION_FAILED, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.ports import Compared
from payment_core.reconciliation.pos_journal import Difference, Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNSEEN: Final = "attribute_not_exists(PK)"


@dataclass(frozen=True)
class DynamoFindings:
    """The table; its reads are strongly consistent but for the index."""

    client: DynamoDBClient
    table: str

    def of(self, day: Day) -> list[Finding]:
        """Read the terminal's part of its merchant's date."""
        partition, prefix = findings_of(day)
        items = self._query(
            KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
            ExpressionAttributeValues={":partition": to_wire(partition), ":prefix": to_wire(prefix)},
            ConsistentRead=True,
        )
        return [_finding(item) for item in items]

    def of_merchant(self, merchant: str, business_date: str) -> tuple[list[Finding], list[Compared]]:
        """Read all that is kept of a merchant's date: differences, and what was compared."""
        items = list(
            self._query(
                KeyConditionExpression="PK = :partition",
                ExpressionAttributeValues={
                    ":partition": to_wire(findings_of_merchant(merchant, business_date))
                },
                ConsistentRead=True,
            )
        )
        findings = [_finding(item) for item in items if "kind" in item]
        return findings, [_compared(item) for item in items if "kind" not in item]

    def move(self, seen: Finding | None, becomes: Finding) -> bool:
        """Write over the version that was seen; an open one enters the index, an ended one leaves it."""
        one, day = becomes.difference, becomes.day
        said: dict[str, str | int | dict[str, str]] = {
            "business_date": day.business_date,
            "terminal": day.terminal,
            "kind": str(one.kind),
            "sale_id": one.sale_id,
            "cancel_id": one.cancel_id,
            "our_won": one.our_won,
            "journal_won": one.journal_won,
            "state": str(becomes.state),
            "version": becomes.version,
            "found_at_ms": becomes.found_at_ms,
            "since_ms": becomes.since_ms,
            "proof": dict(becomes.proof),
        }
        if becomes.state is FindingState.OPEN:
            said["open_bucket"], removed = open_findings_bucket(), "gone_at"
        else:
            said["gone_at"], removed = becomes.since_ms // 1_000 + LIFE_SECONDS, "open_bucket"
        values = {f":{name}": value for name, value in said.items()}
        if seen is not None:
            values[":seen"] = seen.version
        return self._update(
            finding_key(day, becomes.subject, one.kind),
            condition=UNSEEN if seen is None else "#version = :seen",
            update=f"SET {', '.join(f'#{name} = :{name}' for name in said)} REMOVE {removed}",
            names=said,
            values=values,
        )

    def note(self, compared: Compared) -> None:
        """Keep the latest; a run that was overtaken is no news."""
        said: dict[str, str | int] = {
            "terminal": compared.day.terminal,
            "business_date": compared.day.business_date,
            "at_ms": compared.at_ms,
            "delivered": int(compared.is_delivered),
            "sales": compared.sales,
            "open_findings": compared.open_findings,
            "gone_at": compared.at_ms // 1_000 + LIFE_SECONDS,
        }
        self._update(
            compared_key(compared.day),
            condition=f"{UNSEEN} OR #at_ms < :at_ms",
            update=f"SET {', '.join(f'#{name} = :{name}' for name in said)}",
            names=said,
            values={f":{name}": value for name, value in said.items()},
        )

    def open_findings(self) -> list[tuple[Day, int]]:
        """Read the index, the oldest first."""
        items = self._query(
            IndexName=OPEN_FINDINGS_INDEX,
            KeyConditionExpression="open_bucket = :open",
            ExpressionAttributeValues={":open": to_wire(open_findings_bucket())},
        )
        return [(Day(*day_of_finding(item["PK"], item["SK"])), item["found_at_ms"]) for item in items]

    def _update(
        self,
        key: Mapping[str, str],
        *,
        condition: str,
        update: str,
        names: Mapping[str, object],
        values: Mapping[str, object],
    ) -> bool:
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(key),
                ConditionExpression=condition,
                UpdateExpression=update,
                ExpressionAttributeNames={f"#{name}": name for name in names},
                ExpressionAttributeValues={name: to_wire(value) for name, value in values.items()},
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


def is_finding(item: Mapping[str, AttributeValue]) -> bool:
    """Whether an item of the stream is a finding, and not a part of a journal or a note."""
    return "kind" in item


def finding_from_wire(item: Mapping[str, AttributeValue]) -> Finding:
    """Read a finding's item."""
    return _finding(from_wire(item))


def _finding(plain: Mapping[str, Any]) -> Finding:
    return Finding(
        day=Day(plain["business_date"], plain["terminal"]),
        difference=Difference(
            Kind(plain["kind"]),
            plain["sale_id"],
            plain["our_won"],
            plain["journal_won"],
            plain["cancel_id"],
        ),
        state=FindingState(plain["state"]),
        version=plain["version"],
        found_at_ms=plain["found_at_ms"],
        since_ms=plain["since_ms"],
        proof=plain.get("proof", {}),
    )


def _compared(plain: Mapping[str, Any]) -> Compared:
    return Compared(
        day=Day(plain["business_date"], plain["terminal"]),
        at_ms=plain["at_ms"],
        is_delivered=bool(plain["delivered"]),
        sales=plain["sales"],
        open_findings=plain["open_findings"],
    )
