"""Count what happened from the two sides that know: the payments table and the books of the VANs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from payment_adapters.tables.items import sale_from_wire, to_wire
from payment_adapters.tables.keys import sale_key
from payment_core.approval.model import Decision, Sale, SaleId
from tools.world.running import RunningWorld

_STATE = sale_key(SaleId("", "", 0, "", 0))["SK"]

Live = dict[tuple[str, str, str], int]  # (VAN, terminal, trace number) → won still held on the card


@dataclass(frozen=True)
class Tally:
    """How many sales came to what.

    Attributes:
        net_cancelled: Not approved, and the destination confirmed that nothing is held.
        unknown: Open, or told differently by table and books.
        disagreements: A sentence for each live approval that only one side knows.
    """

    approved: int
    declined: int
    net_cancelled: int
    cancelled: int
    unknown: int
    disagreements: tuple[str, ...]


def tally(world: RunningWorld) -> Tally:
    """Read the whole table and all books, and compare what is live."""
    sales = list(all_sales(world))
    at_rest = [sale for sale in sales if not sale.is_open]
    ours, theirs = live_here(at_rest), live_at_the_vans(world)
    disagreements = tuple(
        f"{trace_number} of {terminal} at {van}: {ours.get(key, 0):,} won here, {theirs.get(key, 0):,} there"
        for key in sorted(ours.keys() | theirs.keys())
        for van, terminal, trace_number in [key]
        if ours.get(key, 0) != theirs.get(key, 0)
    )

    def count(decision: Decision) -> int:
        return sum(sale.decision is decision for sale in at_rest)

    return Tally(
        approved=count(Decision.APPROVED),
        declined=count(Decision.DECLINED),
        net_cancelled=count(Decision.REVERSE),
        cancelled=count(Decision.CANCELLED),
        unknown=len(sales) - len(at_rest) + len(disagreements),
        disagreements=disagreements,
    )


def all_sales(world: RunningWorld) -> Iterator[Sale]:
    """Every sale of the table."""
    pages = world.dynamodb.get_paginator("scan").paginate(
        TableName=world.outputs["PaymentsTable"],
        FilterExpression="SK = :state",
        ExpressionAttributeValues={":state": to_wire(_STATE)},
        ConsistentRead=True,
    )
    for page in pages:
        yield from (sale_from_wire(item) for item in page["Items"])


def live_here(sales: list[Sale]) -> Live:
    """What payrelay believes to be held on cards."""
    return {
        (attempt.destination, sale.sale_id.terminal, attempt.trace_number): sale.cancellable_won
        for sale in sales
        if sale.decision is Decision.APPROVED and (attempt := sale.approved_attempt) is not None
    }


def live_at_the_vans(world: RunningWorld) -> Live:
    """What the VANs hold on cards."""
    return {
        (van, one["terminal"], one["serial"]): one["remaining_won"]
        for van, port in world.vans.items()
        for one in port.authorisations()
        if one["remaining_won"]
    }
