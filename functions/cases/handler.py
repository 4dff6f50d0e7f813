"""Cases: what does not end by itself in time gets a person, and what two of them approved is carried out.

Rule: payment_core/cases/look.py, execute.py and attend.py. Deployed three times: `on_events` hears what may
open or close a case, `on_approved` carries out, `on_minute` sees to everything that is open. Each looks at
what stands; an event only tells where. Story: docs/flows/cases.md.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

from payment_adapters import casework, wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.event_stream import event_from
from payment_adapters.tables.cases import case_from_wire
from payment_adapters.truth import parts_named
from payment_adapters.wiring import Invocation
from payment_core.cases.attend import attend
from payment_core.cases.execute import execute
from payment_core.cases.look import look
from payment_core.kernel.hand import Hand


def on_events(event: dict[str, Any], context: Invocation) -> PartialItemFailureResponse:
    """Look where each event points, as often and in whatever order they come."""
    see = partial(_on_event, hand=wiring.hand("cases", context))
    return process_partial_response(event, see, BatchProcessor(EventType.KinesisDataStreams))


def _on_event(record: KinesisStreamRecord, *, hand: Hand) -> None:
    parts = parts_named(event_from(record.kinesis.data_as_text()), casework.truth())
    look(parts, casework.cases(), hand)


def on_approved(event: dict[str, Any], context: Invocation) -> PartialItemFailureResponse:
    """Carry out what was approved; what fails is delivered again, and may be done twice."""
    do = partial(_on_approved, hand=wiring.hand("cases", context))
    return process_partial_response(event, do, BatchProcessor(EventType.DynamoDBStreams))


def _on_approved(record: DynamoDBRecord, *, hand: Hand) -> None:
    case = casework.cases().read(case_from_wire(record.raw_event["dynamodb"]["NewImage"]).case_id)
    if case is not None:
        execute(case, cases=casework.cases(), relay=casework.protocol(), hand=hand)


def on_minute(_event: dict[str, Any], context: Invocation) -> dict[str, int]:
    """Find unknowns that are too old, see to every open case, and tell how many are past their time."""
    hand = wiring.hand("cases", context)
    cases, truth = casework.cases(), casework.truth()
    open_parts = list(truth.open_parts())
    metrics.count("UnknownWon", sum(part.won for part in open_parts))
    metrics.count("UnknownParts", len(open_parts))
    look(open_parts, cases, hand)
    open_cases, failures = cases.open_cases(), list[Exception]()
    for case in open_cases:
        try:
            now = attend(case, cases=cases, truth=truth, relay=casework.protocol(), hand=hand)
            if now.level > case.level:
                metrics.count("CaseEscalated")
        except Exception as failure:  # one case that cannot be seen to must not hide the others
            logging.getLogger(__name__).exception("case %s could not be seen to", case.case_id)
            failures.append(failure)
    overdue = sum(case.deadline_at_ms <= hand.now_ms() for case in open_cases)
    metrics.count("CasesOpen", len(open_cases))
    metrics.count("CasesOverdue", overdue)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(open_cases)} cases could not be seen to", failures)
    metrics.count("CasesSeenTo")
    return {"open": len(open_cases), "overdue": overdue}
