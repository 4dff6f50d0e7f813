"""Card data reaches the VAN and nothing else: it is planted on every path, and every sink is searched.

`canaries.py` says what is planted and in which forms it is looked for, `sinks.py` where. A sealed card may
only be in the memory of a synchronous Express execution; that no box is anywhere else is looked for too.
"""

from __future__ import annotations

import gzip
import json
import time
import uuid
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import product

import pytest

from payment_core.approval.model import Sale
from payrelay.client import Journal
from tests.system.canaries import AROUND_A_CVC, CVC, NUMBERS, PIN_BLOCK, Found, Searcher, fullwidth, track2
from tests.system.card_paths import PATHS, Shop
from tests.system.sinks import Sinks
from tests.system.stories import HORIZON_SECONDS, PATIENCE_SECONDS, eventually
from tools.world.places import STACK
from tools.world.truth import all_sales
from tools.world.world import World

pytestmark = pytest.mark.engine

GOOD = NUMBERS[0]
SEALED = '"sealed_card": {'


@pytest.fixture(scope="module")
def sinks(world: World) -> Sinks:
    return Sinks(world)


@pytest.fixture(scope="module")
def shop(world: World, sinks: Sinks) -> Iterator[Shop]:
    opened = Shop(world, sinks)
    opened.story.van.tell({"reset": True})
    yield opened
    opened.story.van.tell({"reset": True})


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_canaries_are_planted_on_every_path(shop: Shop, path: Callable[[Shop], None]) -> None:
    path(shop)


def test_no_sink_holds_card_data(shop: Shop, sinks: Sinks) -> None:
    sent = {one["card"] for one in shop.story.van.authorisations()}
    assert len(sent) >= len(NUMBERS), "the canaries were really under way"
    eventually(
        lambda: not any(sale.is_open for sale in planted_sales(sinks)), HORIZON_SECONDS + PATIENCE_SECONDS
    )
    sinks.settle()
    searcher = Searcher.of_cards()

    found: list[Found] = []
    looked_at: Counter[str] = Counter()
    for kind, read in sinks.by_kind().items():
        for sink, data in read():
            looked_at[kind] += 1
            found += searcher.look(sink, data)

    assert set(looked_at) >= set(sinks.by_kind()) - {"queue"}, "every sink but the queues holds something"
    assert not found, "\n".join(map(str, found))


def planted_sales(sinks: Sinks) -> Iterator[Sale]:
    """The sales that canaries were planted in."""
    return (sale for sale in all_sales(sinks.world.running) if sale.received_at_ms >= sinks.since * 1_000)


def test_no_sealed_card_outlives_its_sale(sinks: Sinks) -> None:
    sinks.settle()
    searcher = Searcher({"sealed card": SEALED, "sealed card in JSON": SEALED.replace('"', '\\"')})

    found = [
        one for read in sinks.by_kind().values() for sink, data in read() for one in searcher.look(sink, data)
    ]

    assert found == []


def test_the_search_finds_what_is_planted_in_each_kind_of_sink(world: World, sinks: Sinks) -> None:
    planted = f"{uuid.uuid4().int:039d}"[-20:]
    outputs, client = world.running.outputs, sinks.client
    key = {"PK": {"S": "PLANTED"}, "SK": {"S": planted}}
    topic, bus = outputs["AlarmTopicArn"], f"{STACK}-facts"
    queue = client("sqs").create_queue(QueueName="canary-planted")["QueueUrl"]
    client("dynamodb").put_item(TableName=outputs["PaymentsTable"], Item=key)
    event = json.dumps({"type": "planted", "subject": planted}).encode()  # other tests read the stream too
    client("kinesis").put_record(StreamName=outputs["EventStream"], Data=event, PartitionKey="p")
    client("events").put_events(
        Entries=[
            {
                "Source": "payrelay",
                "DetailType": "x",
                "Detail": json.dumps({"x": planted}),
                "EventBusName": bus,
            }
        ]
    )
    client("sns").publish(TopicArn=topic, Message=planted)
    client("sqs").send_message(QueueUrl=queue, MessageBody=planted)
    words = json.dumps({"sale_id": "x", "cancel": "x", "destination": planted, "run": 0})
    client("stepfunctions").start_execution(stateMachineArn=outputs["CancelWorkflowArn"], input=words)
    client("lambda").invoke(
        FunctionName=world.running.function("VanRouterFunction"),
        Payload=json.dumps({"sale_id": {"x": planted}}),
    )
    client("logs").create_log_stream(logGroupName=f"/payrelay/{STACK}/gateway", logStreamName="planted")
    line = {"timestamp": int(time.time() * 1_000), "message": planted}
    client("logs").put_log_events(
        logGroupName=f"/payrelay/{STACK}/gateway", logStreamName="planted", logEvents=[line]
    )
    client("cloudwatch").put_metric_data(
        Namespace="planted",
        MetricData=[{"MetricName": "x", "Value": 1, "Dimensions": [{"Name": "x", "Value": planted}]}],
    )
    Journal(world.places.journal("planted")).begin(planted, "1001-10010001-1", "20261120")
    world.places.log("planted").write_bytes(b"\0log " + gzip.compress(planted.encode()))
    sinks.told.append(planted.encode())
    sinks.settle()

    searcher = Searcher({"planted": planted})
    found = {
        kind: [one for sink, data in read() for one in searcher.look(sink, data)]
        for kind, read in sinks.by_kind().items()
    }

    client("dynamodb").delete_item(TableName=outputs["PaymentsTable"], Key=key)
    client("sqs").delete_queue(QueueUrl=queue)
    assert [kind for kind, finds in found.items() if not finds] == []
    files = {one.sink for one in found["file"]}
    for part in (
        "engine/journal/",
        "engine/stepfunctions.json",
        "engine/sqs.json",
        "pos/",
        "logs/planted.log, unpacked",
    ):
        assert any(part in file for file in files), (part, files)


WRITERS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "base64": b64encode,
    "base64 in a JSON document in base64": lambda raw: b64encode(b'{"data": "' + b64encode(raw) + b'"}'),
    "hex": lambda raw: raw.hex().encode(),
    "bytes for people": lambda raw: raw.hex(" ").upper().replace(" ", "").encode(),
    "gzip in something": lambda raw: b"log " + gzip.compress(raw),
    "gzip in gzip": lambda raw: gzip.compress(gzip.compress(raw)),
    "UTF-16": lambda raw: raw.decode("latin-1").encode("utf-16-le"),
}


@pytest.mark.parametrize("canary", [*NUMBERS, track2(GOOD), PIN_BLOCK])
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_canary_is_found_however_it_was_written_and_wherever_it_stands(
    canary: str, write: Callable[[bytes], bytes]
) -> None:
    searcher = Searcher.of_cards()

    for before, after in product(range(7), range(4)):
        data = write(b"x" * before + canary.encode() + b"y" * after)
        assert list(searcher.look("here", data)), (before, after)


def test_a_card_number_is_found_in_the_ways_people_and_careless_programs_write_it() -> None:
    searcher = Searcher.of_cards()

    for written in (
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        fullwidth(GOOD),
        sha256(GOOD.encode()).hexdigest(),
    ):
        assert list(searcher.look("here", written.encode())), written


def test_a_cvc_is_found_where_one_could_be_written_and_no_other_number_is_taken_for_one() -> None:
    searcher = Searcher.of_cards()

    for around in AROUND_A_CVC:
        assert list(searcher.look("here", b"x" + around.format(CVC).encode() + b"x"))
    for innocent in (b'"at_ms": 1795149173', b"127.0.0.1:9173", b'"amount_won": 9173', b"0.9173 s"):
        assert list(searcher.look("here", innocent)) == []
