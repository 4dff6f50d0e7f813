"""Wiring of settlement, apart from wiring.py: nobody who sells has a use for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from payment_adapters.aws import clients
from payment_adapters.settings import setting
from payment_adapters.tables.breaks import DynamoBreaks
from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.deposits import DynamoDeposits
from payment_adapters.tables.ledger import DynamoLedger
from payment_adapters.tables.settlement_days import DynamoDays
from payment_adapters.tables.settlement_files import DynamoFiles

if TYPE_CHECKING:
    from payment_adapters.settling.driving import DayDriver
    from payment_core.approval.model import Sale


@cache
def ledger() -> DynamoLedger:
    """Every posting, and what they fold to."""
    return DynamoLedger(clients.dynamodb(), setting("LEDGER_TABLE"))


def rows(merchant: str) -> DynamoClaimRows:
    """One merchant's claim rows; what is due, of every merchant."""
    return DynamoClaimRows(clients.dynamodb(), setting("SETTLEMENT_TABLE"), merchant)


def deposits(merchant: str) -> DynamoDeposits:
    """What one merchant is to be paid; what is open, of every merchant."""
    return DynamoDeposits(clients.dynamodb(), setting("SETTLEMENT_TABLE"), merchant)


@cache
def breaks() -> DynamoBreaks:
    """What differs between lists, rows and deposits."""
    return DynamoBreaks(clients.dynamodb(), setting("SETTLEMENT_TABLE"))


@cache
def files() -> DynamoFiles:
    """Every file that came or left."""
    return DynamoFiles(clients.dynamodb(), setting("SETTLEMENT_TABLE"))


@cache
def days() -> DynamoDays:
    """How far merchants' days are."""
    return DynamoDays(clients.dynamodb(), setting("SETTLEMENT_TABLE"))


@cache
def driver() -> DayDriver:
    """The workflow of a day."""
    from payment_adapters.settling.driving import DayDriver  # noqa: PLC0415 -- for the night

    return DayDriver(clients.driver_starter(), setting("SETTLEMENT_DAY_WORKFLOW"))


def recent_sales(now_ms: int) -> Iterator[Sale]:
    """The truth of the last days."""
    from payment_adapters.settling.night import sales_since  # noqa: PLC0415 -- for the night

    return sales_since(clients.dynamodb(), setting("PAYMENTS_TABLE"), now_ms)
