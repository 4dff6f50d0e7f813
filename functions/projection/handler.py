"""The projection: the event stream becomes models that are made for reading. None of them is truth.

Rule: payment_core/projection/project.py. Story: docs/flows/projection.md.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import KinesisStreamRecord

from payment_adapters import read_side
from payment_adapters.aws.event_stream import event_from
from payment_adapters.wiring import Invocation
from payment_core.events.sale_moved import SaleMovedV1
from payment_core.projection.project import project


def handler(event: dict[str, Any], _context: Invocation) -> PartialItemFailureResponse:
    """Take in every record; what fails is delivered again with what follows it, which changes nothing."""
    return process_partial_response(event, _on_record, BatchProcessor(EventType.KinesisDataStreams))


def _on_record(record: KinesisStreamRecord) -> None:
    event = event_from(record.kinesis.data_as_text())
    if isinstance(event, SaleMovedV1):
        project(event, approvals=read_side.approvals(), days=read_side.days())
