"""How many durable writes a POS waits for, as the SDK sends them (benchmarks/writes.py: at the engine)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from botocore.model import OperationModel

from payment_adapters.aws import clients
from tests.adapters.scripted_van import Caller, answers
from tests.handlers.world import World

HEARD: Final = "before-call.dynamodb"
READS: Final = frozenset({"GetItem", "Query"})


@pytest.fixture
def writes(outgoing: list[str]) -> Iterator[list[str]]:
    """The writes of every table, in order."""
    del outgoing  # the clients of its world are the ones that are heard
    heard: list[str] = []

    def hear(model: OperationModel, **_: object) -> None:
        if model.name not in READS:
            heard.append(model.name)

    made = (clients.dynamodb(), clients.aside())
    for client in made:
        client.meta.events.register(HEARD, hear)
    yield heard
    for client in made:
        client.meta.events.unregister(HEARD, hear)


def hangs_up(caller: Caller) -> None:
    """Has approved, and never says so."""
    del caller


def test_an_approval_is_claimed_noted_and_decided_in_three_writes(world: World, writes: list[str]) -> None:
    told = world.approve()

    assert told.words["state"] == "APPROVED"
    assert writes == ["TransactWriteItems", "UpdateItem", "UpdateItem"]


def test_an_undone_approval_takes_at_most_five_writes(world: World, writes: list[str]) -> None:
    world.van_does(hangs_up, answers())

    told = world.approve()

    assert told.words["state"] == "BEING_REVERSED"
    assert not world.sale.is_open
    assert len(writes) <= 5, writes
