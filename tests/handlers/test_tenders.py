"""Points and barcodes through the doors: their numbers reach the VAN, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.adapters.scripted_van import answers, stays_silent
from tests.handlers.world import World

POINTS = {"number": "990011223344", "pin": "4826"}
BARCODE = {"number": "280012345678901234567890"}


@pytest.mark.parametrize(
    ("tender", "shown", "request_kind"),
    [("points", POINTS, "PointsRequest"), ("barcode", BARCODE, "BarcodeRequest")],
)
def test_its_own_telegram_pays_and_the_cards_telegrams_undo(
    world: World, capsys: pytest.CaptureFixture[str], tender: str, shown: dict[str, str], request_kind: str
) -> None:
    world.van_does(stays_silent, answers())

    words: Any = {"tender": tender, "card": None, tender: shown}
    told = world.approve(**words)

    assert (told.http_status, told.words["state"]) == (202, "BEING_REVERSED")
    assert world.telegrams == [request_kind, "NetCancelRequest"]
    assert str(world.sale.tender) == tender
    logged = capsys.readouterr()
    for written in (json.dumps(world.items()), *world.workflow.inputs, logged.out, logged.err, told.body):
        assert shown["number"] not in written
    assert world.approve(**words).words["state"] == "BEING_REVERSED"


@pytest.mark.parametrize(
    "words",
    [
        {"tender": "points", "card": None},
        {"tender": "points", "points": POINTS},
        {"tender": "barcode", "card": None, "barcode": {"number": "28"}},
        {"tender": "points", "card": None, "points": {**POINTS, "pin": "12"}},
    ],
)
def test_a_tender_carries_what_it_is_paid_with_and_nothing_else(world: World, words: dict[str, Any]) -> None:
    assert world.approve(**words).words["code"] == "malformed-request"
    assert world.items() == []
