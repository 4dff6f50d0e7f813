"""Wiring of the read side, apart from wiring.py: a sender that sells has no use for it, and starts sooner."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_adapters.aws import clients
from payment_adapters.settings import setting
from payment_adapters.tables.read_models import DynamoApprovals, DynamoDays, KnownApprovals
from payment_adapters.wiring import now_ms

if TYPE_CHECKING:  # the router reads shares alone, and a sale waits for its start
    from payment_adapters.aws.archive import S3Archive
    from payment_adapters.tables.search import DynamoSearch
    from payment_adapters.tables.totals import DynamoTotals
    from payment_core.projection.project import Models


@cache
def approvals() -> DynamoApprovals:
    """What each destination has of a merchant's month."""
    return DynamoApprovals(clients.dynamodb(), setting("READ_MODELS_TABLE"))


@cache
def days() -> DynamoDays:
    """Which sales each terminal had on a day."""
    return DynamoDays(clients.dynamodb(), setting("READ_MODELS_TABLE"))


@cache
def known_approvals() -> KnownApprovals:
    """What this sandbox knows of it, at most a minute old."""
    return KnownApprovals(DynamoApprovals(clients.aside(), setting("READ_MODELS_TABLE")), now_ms)


@cache
def models() -> Models:
    """Every read model, to be written."""
    from payment_adapters.tables.known_sales import DynamoKnownSales  # noqa: PLC0415 -- see above
    from payment_core.projection.project import Models  # noqa: PLC0415 -- see above

    tables = setting("SEARCH_TABLE"), setting("READ_MODELS_TABLE")
    return Models(approvals(), days(), DynamoKnownSales(clients.dynamodb(), *tables))


@cache
def search() -> DynamoSearch:
    """Every sale as its newest event tells it, found."""
    from payment_adapters.tables.search import DynamoSearch  # noqa: PLC0415 -- see above

    return DynamoSearch(clients.dynamodb(), setting("SEARCH_TABLE"))


@cache
def totals() -> DynamoTotals:
    """What a business date comes to."""
    from payment_adapters.tables.totals import DynamoTotals  # noqa: PLC0415 -- see above

    return DynamoTotals(clients.dynamodb(), setting("READ_MODELS_TABLE"))


@cache
def archive() -> S3Archive:
    """Every event that ever was."""
    from payment_adapters.aws.archive import S3Archive  # noqa: PLC0415 -- see above

    return S3Archive(clients.s3(), setting("ARCHIVE_BUCKET"))
