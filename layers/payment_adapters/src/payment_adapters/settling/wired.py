"""Wiring of settlement, apart from wiring.py: nobody who sells has a use for it.

An adapter is imported where it is made: the feed loads what it uses and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from payment_adapters.aws import clients
from payment_adapters.settings import setting
from payment_adapters.tables.ledger import DynamoLedger

if TYPE_CHECKING:
    from payment_adapters.files.store import FileStore
    from payment_adapters.settling.bridges import BooksOfLedger
    from payment_adapters.settling.driving import DayDriver
    from payment_adapters.tables.breaks import DynamoBreaks
    from payment_adapters.tables.claim_queue import DynamoClaimQueue
    from payment_adapters.tables.claim_rows import DynamoClaimRows
    from payment_adapters.tables.deposits import DynamoDeposits
    from payment_adapters.tables.settlement_days import DynamoDays
    from payment_adapters.tables.settlement_files import DynamoFiles
    from payment_core.approval.model import Sale
    from payment_core.settlement.calendar import Terms
    from payment_core.settlement.return_file import Reason


@cache
def ledger() -> DynamoLedger:
    """Every posting, and what they fold to."""
    return DynamoLedger(clients.unhurried(), setting("LEDGER_TABLE"))


def books(merchant: str) -> BooksOfLedger:
    """The ledger, as far as settlement moves a merchant's money."""
    from payment_adapters.settling.bridges import BooksOfLedger  # noqa: PLC0415 -- see above

    return BooksOfLedger(ledger(), account_of(merchant))


@cache
def days() -> DynamoDays:
    """How far merchants' days are."""
    from payment_adapters.tables.settlement_days import DynamoDays  # noqa: PLC0415 -- see above

    return DynamoDays(clients.unhurried(), setting("SETTLEMENT_TABLE"))


@cache
def files() -> DynamoFiles:
    """Every file that came or left."""
    from payment_adapters.tables.settlement_files import DynamoFiles  # noqa: PLC0415 -- see above

    return DynamoFiles(clients.unhurried(), setting("SETTLEMENT_TABLE"))


@cache
def breaks() -> DynamoBreaks:
    """What differs between lists, rows and deposits."""
    from payment_adapters.tables.breaks import DynamoBreaks  # noqa: PLC0415 -- see above

    return DynamoBreaks(clients.unhurried(), setting("SETTLEMENT_TABLE"))


def rows(merchant: str = "") -> DynamoClaimRows:
    """One merchant's claim rows; without one, what is due of every merchant."""
    from payment_adapters.tables.claim_rows import DynamoClaimRows  # noqa: PLC0415 -- see above

    return DynamoClaimRows(clients.unhurried(), setting("SETTLEMENT_TABLE"), merchant)


def deposits(merchant: str = "") -> DynamoDeposits:
    """What one merchant is to be paid; without one, what is open of every merchant."""
    from payment_adapters.tables.deposits import DynamoDeposits  # noqa: PLC0415 -- see above

    return DynamoDeposits(clients.unhurried(), setting("SETTLEMENT_TABLE"), merchant)


@cache
def claim_queue() -> DynamoClaimQueue:
    """What waits for a batch."""
    from payment_adapters.tables.claim_queue import DynamoClaimQueue  # noqa: PLC0415 -- see above

    return DynamoClaimQueue(clients.unhurried(), setting("PAYMENTS_TABLE"))


@cache
def store() -> FileStore:
    """The bucket of files."""
    from payment_adapters.files.store import FileStore  # noqa: PLC0415 -- see above

    return FileStore(clients.s3(), setting("FILES_BUCKET"))


@cache
def driver() -> DayDriver:
    """The workflow of a day."""
    from payment_adapters.settling.driving import DayDriver  # noqa: PLC0415 -- see above

    return DayDriver(clients.driver_starter(), setting("SETTLEMENT_DAY_WORKFLOW"))


def recent_sales(now_ms: int) -> Iterator[Sale]:
    """The truth of the last days."""
    from payment_adapters.settling.night import sales_since  # noqa: PLC0415 -- see above

    return sales_since(clients.unhurried(), setting("PAYMENTS_TABLE"), now_ms)


def holidays(business_date: str) -> frozenset[str]:
    """Days on which banks are closed, of the year of a date and the next."""
    from payment_adapters.calendars import bank_holidays  # noqa: PLC0415 -- see above

    year = int(business_date[:4])
    return bank_holidays((year, year + 1))


@cache
def terms() -> Mapping[str, Terms]:
    """By when each acquirer takes, captures and pays, by contract."""
    from payment_adapters.agreements import agreements  # noqa: PLC0415 -- see above

    return {name: one.terms for name, one in agreements().items()}


def reasons(counterparty: str) -> Mapping[str, Reason]:
    """What the return codes of a counterparty mean, by contract."""
    from payment_adapters.agreements import agreements  # noqa: PLC0415 -- see above

    return agreements()[counterparty].reasons


def account_of(merchant: str) -> str:
    """The account that a merchant's deposits come in on, as the bank masks it; empty if none is agreed."""
    from payment_adapters.files.plan import settled_merchant  # noqa: PLC0415 -- see above

    agreed = settled_merchant(merchant)
    return f"{agreed.bank}/{agreed.account}" if agreed else ""
