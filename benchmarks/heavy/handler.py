"""A handler as powertools' documentation puts one together: what ours start beside.

Tracer, a resolver that validates, idempotency and a boto3 resource; it imports nothing of ours.
"""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field

logger, metrics, tracer = Logger(), Metrics(namespace="heavy"), Tracer()
app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["PAYMENTS_TABLE"])
persistence = DynamoDBPersistenceLayer(table_name=os.environ["MARKS_TABLE"])


class ApprovalWords(BaseModel):
    """What a POS asks for."""

    merchant: str = Field(pattern="^[0-9]{4}$")
    amount_won: int = Field(gt=0, le=99_999_999)
    card: str = Field(pattern="^[0-9]{14,16}$")


@app.post("/v1/approvals")
@tracer.capture_method
def approve(words: ApprovalWords) -> dict[str, str]:
    """Nothing is paid here: only the start is measured."""
    table.load()
    return {"merchant": words.merchant}


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
@idempotent(persistence_store=persistence, config=IdempotencyConfig(event_key_jmespath="body"))
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Resolve."""
    return app.resolve(event, context)
