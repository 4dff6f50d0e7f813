"""All seven doors over AWS in memory and a VAN on a real socket: one deployed relay, in process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from functions.cheque_inquiry import handler as cheque_inquiry
from functions.gateway import handler as gateway
from functions.net_cancel import handler as net_cancel
from functions.van_link import handler as van_link
from functions.van_router import handler as van_router
from payment_adapters import wiring
from payment_adapters.http import trust
from payment_adapters.tables.keys import terminal_item_key
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import Sale, SaleId
from tests.adapters.scripted_van import Act, ScriptedVan
from tests.contracts.aws import (
    REGION,
    TABLE,
    TERMINALS_TABLE,
    client,
    create_breakers_table,
    create_cases_table,
    create_journals_table,
    create_marks_table,
    create_payments_table,
    create_read_models_table,
    create_search_table,
    create_terminals_table,
)
from tools.generate.signed_event import EVENTS, dated, signed, today

MASTER: Final = "the master of every terminal key"
ENVELOPE: Final = "what payrelay's own key is drawn from"
CREATE: Final = (
    create_payments_table,
    create_marks_table,
    create_terminals_table,
    create_breakers_table,
    create_read_models_table,
    create_search_table,
    create_journals_table,
    create_cases_table,
)
EMPTY: Final[dict[str, Any]] = {}  # the tables as they were created: asking for them costs each test 0.1 s
SALE_ID: Final = SaleId("1001", "10010001", 1, "20261120", 42)


def event(place: str) -> dict[str, Any]:
    """One of the events that `sam local invoke` takes, e.g. ``gateway/approve``."""
    read: dict[str, Any] = json.loads((EVENTS / f"{place}.json").read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True)
class Invocation:
    """What Lambda tells a handler about its run."""

    aws_request_id: str = "run-1"
    left_ms: int = 24_000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until it is stopped."""
        return self.left_ms


@dataclass(frozen=True)
class Told:
    """What the gateway told a POS."""

    http_status: int
    headers: dict[str, str]
    body: str

    @property
    def words(self) -> dict[str, Any]:
        """The body, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class InProcessWorkflow:
    """Stands for Step Functions: runs workflows/approval.asl.json's order of doors, here and now.

    The workflow itself is tested in tests/workflows. ``meanwhile`` runs while the POS waits; ``spare`` is
    asked where the first destination provably holds nothing.
    """

    inputs: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    status: str = "SUCCEEDED"
    spare: str = ""

    def start_sync_execution(self, *, stateMachineArn: str, input: str) -> dict[str, Any]:  # noqa: A002, ARG002, N803 -- boto3's words
        """Route, send, and undo what has no clear answer."""
        self.inputs.append(input)
        self.meanwhile()
        if self.status != "SUCCEEDED":
            return {"status": self.status}
        words = json.loads(input)
        sale_id = words["sale_id"]
        unrouted = {"sale_id": sale_id, "tender": words["tender"], "bin": words["bin"], "tried": []}
        routed = van_router.handler(unrouted, Invocation())  # type: ignore[arg-type]  # as JSON brings it
        asked = {"telegram": "authorise", "attempt": 0, **words, **routed}
        asked["spare"] = self.spare or asked["spare"]
        sent = van_link.handler(asked, Invocation())  # type: ignore[arg-type]  # as JSON brings it
        if sent["verdict"] != "DECIDED":
            sent = net_cancel.handler({"sale_id": sale_id, "attempt": 0, "in_line": True}, Invocation())
        if sent.get("fail_over"):
            asked |= {"attempt": 1, "destination": self.spare, "spare": ""}
            sent = van_link.handler(asked, Invocation())  # type: ignore[arg-type]  # as JSON brings it
        return {"status": "SUCCEEDED", "output": json.dumps({"answer": sent["answer"]})}


class InProcessFunctions:
    """Stands for Lambda: the function cheque_inquiry, here and now, as its caller waits."""

    fails: bool = False

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: ARG002, N803 -- boto3's words
        """Run it; a run that fails says so beside its answer."""
        if self.fails:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "Sandbox.Timedout"}')}
        told = cheque_inquiry.handler(json.loads(Payload), Invocation())
        return {"Payload": io.BytesIO(json.dumps(told).encode())}


@dataclass
class World:
    """One relay with nothing in its table yet; every sale of a test is 1001-10010001-1-<today>-42."""

    van: ScriptedVan
    workflow: InProcessWorkflow
    functions: InProcessFunctions
    outgoing: list[str]

    def __post_init__(self) -> None:
        """Forget what the test before left behind."""
        self.dynamodb = client("dynamodb")
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
        tables.clear()
        if not EMPTY:
            for create in CREATE:
                create(self.dynamodb)
            EMPTY.update(deepcopy(tables))
        tables.update(deepcopy(EMPTY))
        trust.credentials.cache_clear()
        self.outgoing.clear()
        self.van.requests.clear()

    def van_does(self, *acts: Act) -> None:
        """What the VAN does to the next connections; the last act is repeated."""
        self.van.acts[:] = acts

    def ask(self, asked: dict[str, Any], *, left_ms: int = 28_000) -> Told:
        """Put an event through the gateway."""
        answered = gateway.handler(asked, Invocation(left_ms=left_ms))
        headers = {name: values[0] for name, values in answered["multiValueHeaders"].items()}
        return Told(answered["statusCode"], headers, answered["body"])

    def approve(self, *, signer: Terminal | None = None, **changes: Any) -> Told:  # noqa: ANN401 -- any word of a POS
        """Ask for the approval of events/invoke/gateway/approve.json, with these words changed."""
        return self.ask(self.signed("gateway/approve", signer=signer, **changes))

    def cancel(self, *, left_ms: int = 28_000, **changes: Any) -> Told:  # noqa: ANN401 -- any word of a POS
        """Ask for the cancel of events/invoke/gateway/cancel.json, with these words changed."""
        return self.ask(self.signed("gateway/cancel", **changes), left_ms=left_ms)

    def look(self, *, signer: Terminal | None = None) -> Told:
        """Ask how the sale stands."""
        return self.ask(self.signed("gateway/look", signer=signer))

    def signed(
        self,
        place: str,
        *,
        signer: Terminal | None = None,
        key: str | None = None,
        query: dict[str, str] | None = None,
        **changes: Any,  # noqa: ANN401 -- any word of a POS
    ) -> dict[str, Any]:
        """An event of today, its body's words changed (``None`` takes one out), signed by its terminal."""
        asked = dated(event(place), today())
        if query is not None:
            asked["queryStringParameters"] = query
            asked["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}
        if asked["body"]:
            words = {**json.loads(asked["body"]), **changes}
            said = {name: value for name, value in words.items() if value is not None}
            asked["body"] = json.dumps(said, ensure_ascii=False)
        return signed(asked, MASTER.encode(), signer=signer, key=key)

    def block(self) -> None:
        """Block the terminal of the events, as a person does."""
        key = terminal_item_key(Terminal(SALE_ID.merchant, SALE_ID.terminal, SALE_ID.terminal_epoch))
        self.dynamodb.update_item(
            TableName=TERMINALS_TABLE,
            Key={name: {"S": value} for name, value in key.items()},
            UpdateExpression="SET blocked = :blocked",
            ExpressionAttributeValues={":blocked": {"BOOL": True}},
        )

    @property
    def sale_id(self) -> SaleId:
        """The sale of today's events."""
        return SaleId.parse(str(SALE_ID).replace(SALE_ID.business_date, today()))

    @property
    def sale(self) -> Sale:
        """The truth now."""
        sale = wiring.sales().read(self.sale_id)
        assert sale is not None
        return sale

    @property
    def steps(self) -> list[str]:
        """The sale's history in words."""
        return [str(entry.step) for entry in self.sale.history]

    @property
    def telegrams(self) -> list[str]:
        """What the VAN was sent, in order."""
        return [type(request).__name__ for request in self.van.requests]

    def items(self) -> list[dict[str, Any]]:
        """Every item of the table."""
        found: list[dict[str, Any]] = self.dynamodb.scan(TableName=TABLE)["Items"]
        return found

    def changes(self) -> dict[str, Any]:
        """The table's stream since the test began, as an event of the mappings in template.yaml brings it."""
        streams = client("dynamodbstreams")
        arn = self.dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=place["ShardIterator"])["Records"]
        # moto shows a new item as its bare key first, and then as a change of that.
        changes = [one for one in records if "decision" in one["dynamodb"]["NewImage"]]
        changes[0]["dynamodb"].pop("OldImage", None)
        return {"Records": changes}
