"""The cases table: one item per case, whose history is only ever appended to; the core's ``Cases`` port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.keys import (
    CASES_INDEX,
    case_key,
    cases_about,
    closed_cases,
    open_cases,
)
from payment_adapters.tables.reads import read_many
from payment_adapters.tables.writes import CONDITION_FAILED, wire_key
from payment_core.approval.ports import StoreUnavailableError
from payment_core.cases.model import Action, Case, Entry, Kind, Proposal, State, Step
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNSEEN: Final = "attribute_not_exists(PK)"
AS_THEY_ARE: Final = (
    *("about", "part", "version", "opened_at_ms", "deadline_at_ms", "since_ms", "won", "destination"),
    "level",
)


@dataclass(frozen=True)
class DynamoCases:
    """The table; its reads are strongly consistent but for the index."""

    client: DynamoDBClient
    table: str

    def read(self, case_id: str) -> Case | None:
        """Read one item."""
        about, _, part = case_id.partition(":")
        try:
            answer = self.client.get_item(
                TableName=self.table, Key=wire_key(case_key(about, part)), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error
        item = answer.get("Item")
        return case_from_wire(item) if item else None

    def of(self, about: str) -> list[Case]:
        """Read one partition."""
        items = self._query(
            KeyConditionExpression="PK = :about",
            ExpressionAttributeValues={":about": to_wire(cases_about(about))},
            ConsistentRead=True,
        )
        return [case_from_wire(item) for item in items]

    def open_cases(self) -> list[Case]:
        """Ask the index which, and read each as it stands."""
        return [one for one in self._bucket(open_cases()) if one.is_open]

    def closed_cases(self, month: str) -> list[Case]:
        """The same of the month's bucket."""
        return [one for one in self._bucket(closed_cases(month)) if not one.is_open]

    def move(self, seen: Case | None, becomes: Case) -> bool:
        """Write over the version that was seen, and append one line; our own write again has won before."""
        said = _plain(becomes)
        removed = [] if becomes.proposal else ["proposal"]
        values = {f":{name}": to_wire(value) for name, value in said.items()}
        line = becomes.history[-1]
        values[":none"], values[":line"] = to_wire([]), to_wire([_entry_to_plain(line)])
        if seen is not None:
            values[":seen"] = to_wire(seen.version)
        names = {f"#{name}": name for name in (*said, *removed, "history")}
        sets = [f"#{name} = :{name}" for name in said]
        sets.append("#history = list_append(if_not_exists(#history, :none), :line)")
        try:
            self.client.update_item(
                TableName=self.table,
                Key=wire_key(case_key(becomes.about, becomes.part)),
                ConditionExpression=UNSEEN if seen is None else "#version = :seen",
                UpdateExpression=f"SET {', '.join(sets)}" + "".join(f" REMOVE #{one}" for one in removed),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED:
                raise StoreUnavailableError(str(error)) from error
            standing: Any = error.response.get("Item")
            return bool(standing) and any(
                one.write_id == line.write_id for one in case_from_wire(standing).history
            )
        except BotoCoreError as error:
            raise StoreUnavailableError(str(error)) from error
        return True

    def _bucket(self, bucket: str) -> list[Case]:
        shown = self._query(
            IndexName=CASES_INDEX,
            KeyConditionExpression="#bucket = :bucket",
            ExpressionAttributeNames={"#bucket": "bucket"},
            ExpressionAttributeValues={":bucket": to_wire(bucket)},
        )
        keys = [
            {name: text for name, text in from_wire(one).items() if name in {"PK", "SK"}} for one in shown
        ]
        cases = map(case_from_wire, read_many(self.client, self.table, keys))
        return sorted(cases, key=lambda one: one.opened_at_ms)

    def _query(self, **words: Any) -> Iterator[Mapping[str, AttributeValue]]:  # noqa: ANN401 -- boto3's words
        try:
            for page in self.client.get_paginator("query").paginate(TableName=self.table, **words):
                yield from page["Items"]
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailableError(str(error)) from error


def is_case(item: Mapping[str, AttributeValue]) -> bool:
    """Whether a change of a table is one of a case."""
    return "about" in item


def case_from_wire(item: Mapping[str, AttributeValue]) -> Case:
    """Read a case's item, from the table or its stream."""
    plain = from_wire(item)
    action, proposal = plain["action"], plain.get("proposal")
    return Case(
        **{name: plain[name] for name in AS_THEY_ARE},
        kind=Kind(plain["kind"]),
        state=State(plain["state"]),
        evidence=plain["evidence"],
        may=tuple(map(Action, plain["may"])),
        action=Action(action) if action else None,
        why={Language(name): text for name, text in plain["why"].items()},
        proposal=Proposal(**{**proposal, "action": Action(proposal["action"])}) if proposal else None,
        history=tuple(map(_entry, plain["history"])),
    )


def _plain(case: Case) -> dict[str, object]:
    """What an item says besides its history; a closed case moves into the bucket of its month."""
    last = case.history[-1]
    month = f"{korean_time(last.at_ms):%Y%m}"
    said: dict[str, object] = {
        **{name: getattr(case, name) for name in AS_THEY_ARE},
        "kind": case.kind,
        "state": case.state,
        "evidence": case.evidence,
        "may": list(case.may),
        "action": case.action or "",
        "why": case.why,
        "last_step": last.step,
        "bucket": open_cases() if case.is_open else closed_cases(month),
    }
    return {**said, "proposal": asdict(case.proposal)} if case.proposal else said


def _entry(plain: Mapping[str, Any]) -> Entry:
    return Entry(**{**plain, "step": Step(plain["step"]), "state": State(plain["state"])})


def _entry_to_plain(entry: Entry) -> dict[str, object]:
    return {one.name: getattr(entry, one.name) for one in fields(Entry)}
