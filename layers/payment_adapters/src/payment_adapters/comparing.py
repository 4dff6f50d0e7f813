"""Wiring of what is compared, apart from the read side: a router that asks for shares has no use for it."""

from __future__ import annotations

from functools import cache

from payment_adapters import read_side, wiring
from payment_adapters.aws import clients
from payment_adapters.books import DynamoBooks
from payment_adapters.settings import setting
from payment_adapters.tables.findings import DynamoFindings
from payment_adapters.tables.journals import DynamoJournals


@cache
def journals() -> DynamoJournals:
    """What terminals delivered of their journals."""
    return DynamoJournals(clients.dynamodb(), setting("JOURNALS_TABLE"))


@cache
def findings() -> DynamoFindings:
    """What differs between journals and books."""
    return DynamoFindings(clients.dynamodb(), setting("JOURNALS_TABLE"))


@cache
def books() -> DynamoBooks:
    """What stands here, as reconciliation reads it."""
    return DynamoBooks(read_side.days(), wiring.sales())
