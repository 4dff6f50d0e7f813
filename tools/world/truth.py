"""What happened, from those that know: the payments table, the books of all parties, the event stream."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3

from payment_adapters.destinations import Purpose, destination
from payment_adapters.networks.words import number_of
from payment_adapters.tables.items import sale_from_wire, to_wire
from payment_adapters.tables.keys import sale_key
from payment_core.approval.claim import held_amounts
from payment_core.approval.model import AttemptState, Decision, Sale, SaleId
from payment_core.approval.send import order_of
from tools.world.running import RunningWorld, client_words

_STATE = sale_key(SaleId("", "", 0, "", 0))["SK"]

Live = dict[tuple[str, str, str], int]  # (party, terminal, number it knows the sale by) → won still held


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
        f"{number} of {terminal or 'any terminal'} at {party}: "
        f"{ours.get(key, 0):,} won here, {theirs.get(key, 0):,} there"
        for key in sorted(ours.keys() | theirs.keys())
        for party, terminal, number in [key]
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
    held: Live = Counter()
    for sale in sales:
        if sale.decision is Decision.APPROVED:
            amount_won, _ = held_amounts(sale)
            held[known_as(sale, sale.attempt_states().index(AttemptState.APPROVED))] += amount_won
    return held


def known_as(sale: Sale, index: int) -> tuple[str, str, str]:
    """How its destination knows an attempt: numbers differ, and not every paper names the terminal."""
    there = destination(sale.attempts[index].destination)
    names_terminal = "terminal" in there.telegrams[Purpose.AUTHORISE].fields.values()
    terminal = sale.sale_id.terminal if names_terminal else ""
    return there.profile.name, terminal, number_of(there, order_of(sale, index))


def live_at_the_vans(world: RunningWorld) -> Live:
    """What VANs and issuers hold on cards."""
    held: Live = Counter()
    for party, port in world.vans.items():
        for one in port.authorisations():
            if one["remaining_won"]:
                held[party, one["terminal"], one["serial"]] += one["remaining_won"]
    return held


def published_events(world: RunningWorld) -> Iterator[dict[str, Any]]:
    """Every event that was published, in order for each sale."""
    kinesis = boto3.client("kinesis", **client_words(world.endpoint))
    name = world.outputs["EventStream"]
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        at = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := (read := kinesis.get_records(ShardIterator=at))["Records"]:
            yield from (json.loads(record["Data"]) for record in records)
            at = read["NextShardIterator"]
