"""A terminal delivers its journal: signed, bounded, once, and only of its own sales."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from payment_adapters import comparing
from payment_adapters.terminals.key_ids import Terminal
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.journal import Journal as DeliveredJournal
from payment_core.reconciliation.journal import whole
from payrelay.client import CardInHand, Declined, Journal, RefusedError
from tests.adapters.scripted_van import answers
from tests.handlers.door import Door
from tests.handlers.world import MASTER, SALE_ID, Told, World, event
from tools.fuzz_api.relay import Relay
from tools.generate.signed_event import signed, today
from tools.terminals import pos_of

TERMINAL = Terminal(SALE_ID.merchant, SALE_ID.terminal, SALE_ID.terminal_epoch)
DAY = Day(today(), "1001-10010001-1")
A_SALE = {"what": "approve", "sequence": 42, "amount_won": 11_000, "shown": "APPROVED"}


def deliver(world: World, **changes: Any) -> Told:  # noqa: ANN401 -- any word of a POS
    return world.ask(world.signed("gateway/deliver_journal", **changes))


def kept() -> DeliveredJournal:
    found = whole(comparing.journals().parts(DAY))
    assert found is not None
    return found


def test_a_part_is_kept_once_and_told_in_the_same_bytes(world: World) -> None:
    first, again = deliver(world), deliver(world)

    assert (first.http_status, first.words["rows"]) == (201, 3)
    assert first.words["journal_id"] == f"{DAY.terminal}-{DAY.business_date}-180-1"
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert [one.cancel_id.split("-")[-1] for one in kept().cancels()] == ["43"]
    assert comparing.journals().received(today()) == [DAY]


def asked(relay: Relay, *, key: str | None = None, **changes: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 -- any word
    """The event's part with words changed, put to the gateway over memory."""
    made = event("gateway/deliver_journal")
    made["body"] = json.dumps(json.loads(made["body"]) | changes)
    with relay.installed():
        told = relay.ask(signed(made, MASTER.encode(), key=key))
    return told.http_status, json.loads(told.body)


def test_the_same_part_in_other_words_is_refused_and_the_first_stands() -> None:
    relay = Relay()
    asked(relay)

    status, words = asked(relay, rows=[A_SALE])

    assert (status, words["code"]) == (422, "key-reused-for-another-journal")
    ((part, _),) = relay.journals.kept.values()
    assert len(part.rows) == 3


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"business_date": "20200101"}, 422, "journal-date-out-of-range"),
        ({"key": "1001-10010001-1-20261120-180-2"}, 400, "idempotency-key-is-not-the-sale"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_not_kept(
    changes: dict[str, Any], status: int, code: str
) -> None:
    relay = Relay()

    told, words = asked(relay, **changes)

    assert (told, words["code"]) == (status, code)
    assert relay.journals.kept == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rows": [{**A_SALE, "card": "4111111111111111"}]}, "rows.0.approve.card"),
        ({"rows": [{**A_SALE, "shown": "DONE"}]}, "rows.0.approve.shown"),
        ({"rows": [{**A_SALE, "what": "refund"}]}, "rows.0"),
        ({"rows": [{**A_SALE, "amount_won": 1.5}]}, "rows.0.approve.amount_won"),
        ({"rows": [A_SALE] * 201}, "rows"),
        ({"rows": "all"}, "rows"),
        ({"part": 2}, "body"),
        ({"revision": 0}, "revision"),
    ],
)
def test_a_word_that_cannot_be_is_named_and_nothing_is_kept(changes: dict[str, Any], field: str) -> None:
    relay = Relay()

    status, words = asked(relay, **changes)

    assert status == 400, words
    assert field in [one["field"] for one in words["faults"]]
    assert "4111111111111111" not in json.dumps(words)
    assert relay.journals.kept == {}


def test_the_client_delivers_what_it_sold_and_again_when_more_was_sold(world: World, tmp_path: Path) -> None:
    door = Door(world, answers_to_lose=0)
    with door.open() as url:
        pos = pos_of(url, TERMINAL, MASTER.encode(), Journal(tmp_path / "pos.jsonl"))
        pos.sell(11_000, CardInHand("4111111111111111", "1230"))
        world.van_does(answers(response_code="8326"))
        assert isinstance(pos.sell(7_000, CardInHand("4000000000000002", "1230")), Declined)
        dying = pos.approval(5_000, CardInHand("5555555555554444", "1230"))
        door.answers_to_lose = len(door.answers) + 1  # the first delivery's answer is lost: it is repeated

        first = pos.deliver_journal()
        pos.settle_pending()
        second = pos.deliver_journal()

    assert (first.rows, first.parts, second.rows) == (3, 1, 3)
    assert first.revision_id != second.revision_id
    assert [(row.sequence, row.shown, row.amount_won) for row in kept().rows] == [
        (1, "APPROVED", 11_000),
        (2, "NOT_APPROVED", 7_000),
        (3, "UNDONE", 5_000),
    ]
    assert dying.key.endswith("-3")
    with pytest.raises(RefusedError) as refused, door.open() as url:
        pos_of(url, TERMINAL, MASTER.encode(), Journal(tmp_path / "pos.jsonl")).deliver_journal("20200101")
    assert refused.value.code == "journal-date-out-of-range"
    written = json.dumps(world.dynamodb.scan(TableName="journals")["Items"])
    assert not [one for one in ("4111111111111111", "411111", "4444") if one in written]
