"""The three wakers: each alone is enough to give every open sale an owner.

Rule: payment_core/approval/sweeper.py. Story: docs/flows/sweeper.md. Deployed three times: the stream waker
looks at once, the queue watchdog 35 s later and on while nothing moves, the minute sweeper at what is due.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from payment_adapters import wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.watchdog import Watched
from payment_adapters.tables.changes import last_of_each_item
from payment_adapters.tables.items import sale_from_wire
from payment_adapters.wiring import Invocation
from payment_core.approval.model import Sale
from payment_core.approval.open_money import open_since_ms
from payment_core.approval.sweeper import look_again_seconds, needs_driver, wake
from payment_core.kernel.hand import Hand

SWEEP_AT_MOST = 200  # sales in one minute's sweep; what is left is due again in the next


def on_stream(event: dict[str, Any], context: Invocation) -> PartialItemFailureResponse:
    """Wake what the last change of a sale left undone; put a watch on whatever is open, sent or not."""
    last = last_of_each_item(event["Records"])
    look = partial(_on_record, last=last, hand=wiring.hand("stream_waker", context))
    return process_partial_response(event, look, BatchProcessor(EventType.DynamoDBStreams))


def _on_record(record: DynamoDBRecord, *, last: frozenset[str], hand: Hand) -> None:
    if (change := record.raw_event["dynamodb"])["SequenceNumber"] not in last:
        return
    sale = sale_from_wire(change["NewImage"])
    if sale.is_open:
        wiring.watchdog().watch(sale)
    if needs_driver(sale):
        wake(sale.sale_id, sales=wiring.sales(), drivers=wiring.drivers(), hand=hand)


def on_queue(event: dict[str, Any], context: Invocation) -> PartialItemFailureResponse:
    """Look at sales that were left open 35 s ago, and again later at those that nothing moves."""
    look = partial(_on_message, hand=wiring.hand("queue_watchdog", context))
    return process_partial_response(event, look, BatchProcessor(EventType.SQS))


def _on_message(record: SQSRecord, *, hand: Hand) -> None:
    watched = Watched.read(record.body)
    sale = wake(watched.sale_id, sales=wiring.sales(), drivers=wiring.drivers(), hand=hand)
    if sale is not None and watched.is_as_it_was(sale):
        wiring.watchdog().watch(sale, look_again_seconds(sale, hand))


def on_minute(_event: dict[str, Any], context: Invocation) -> dict[str, int]:
    """Wake everything that is due, tell how old the oldest unknown is, and that the sweep ran to its end."""
    hand = wiring.hand("minute_sweeper", context)
    due = wiring.sales().due(hand.now_ms(), SWEEP_AT_MOST)
    looked_at, failures = list[Sale | None](), list[Exception]()
    for sale_id in due:
        try:
            looked_at.append(wake(sale_id, sales=wiring.sales(), drivers=wiring.drivers(), hand=hand))
        except Exception as failure:  # one sale that cannot be woken must not keep the others asleep
            logging.getLogger(__name__).exception("sale %s could not be woken", sale_id)
            failures.append(failure)
    still_open = [sale for sale in looked_at if sale is not None and sale.is_open]
    oldest_ms = min(map(open_since_ms, still_open), default=hand.now_ms())
    metrics.count("OpenSales", len(still_open))
    metrics.seconds("OldestOpenSeconds", (hand.now_ms() - oldest_ms) // 1_000)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(due)} due sales could not be woken", failures)
    metrics.count("SweeperRan")
    return {"due": len(due), "still_open": len(still_open)}
