"""The examples that vendors copy are on the page as they are run, and undo what they never learnt.

Against the real gateway they run in tests/handlers/test_guide.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.conftest import Shop
from tests.client.guide import GOOD_CARD, NAMES, run
from tests.client.relay import CARD_OVER_ITS_LIMIT, MASTER, Act
from tools.generate.guide_examples import GUIDE, shown, with_examples

LONG = 40
PATIENCE_SECONDS = 2
every_example = pytest.mark.parametrize("name", NAMES)
by_hand = pytest.mark.parametrize("name", ["approve.sh", "approve.mjs"])  # without our client


def test_the_page_shows_every_example_as_it_is() -> None:
    page = GUIDE.read_text()

    assert shown(page) == [f"examples/{name}" for name in NAMES]
    assert page == with_examples(page), "run: python -m tools.generate.guide_examples"


@every_example
def test_an_answer_lost_on_the_way_is_fetched_with_the_same_key(shop: Shop, name: str) -> None:
    shop.relay.does("approve", Act.LOSE_ANSWER, Act.UNAVAILABLE, Act.IN_PROGRESS, Act.STRANGERS_PAGE)

    said = run(name, shop.relay.url, MASTER, shop.path)

    assert (said.code, said.words[0], said.words[2]) == (0, "APPROVED", "30000001"), said.err
    assert len({(seen.key, seen.body) for seen in shop.relay.seen}) == 1
    assert len({seen.headers["signature-input"] for seen in shop.relay.seen}) == 5


@every_example
def test_a_decline_and_a_refusal_are_told_apart_and_undo_nothing(shop: Shop, name: str) -> None:
    declined = run(name, shop.relay.url, MASTER, shop.path, card=CARD_OVER_ITS_LIMIT)
    shop.relay.does("approve", Act.UNAUTHORIZED)
    refused = run(name, shop.relay.url, MASTER, shop.path)

    assert (declined.code, declined.words[0], declined.words[2]) == (3, "DECLINED", "8326")
    assert (refused.code, refused.words[0], refused.words[2]) == (3, "REFUSED", "signature-refused")
    assert shop.relay.kinds() == ["approve"] * 2
    assert [key.rpartition("-")[2] for key in (declined.words[1], refused.words[1])] == ["1", "2"]


@by_hand
def test_a_sale_without_an_answer_is_net_cancelled(shop: Shop, name: str) -> None:
    shop.relay.does("approve", *[Act.LOSE_ANSWER] * LONG)

    said = run(name, shop.relay.url, MASTER, shop.path, patience_seconds=PATIENCE_SECONDS)

    assert (said.code, said.words[0], said.words[2]) == (4, "NOT_APPROVED", "undone"), said.err
    assert shop.relay.states == {said.words[1]: "REVERSED"}


@by_hand
def test_a_net_cancel_without_an_answer_is_repeated_at_the_next_start_and_then_no_more(
    shop: Shop, name: str
) -> None:
    shop.relay.does("approve", *[Act.LOSE_ANSWER] * LONG)
    shop.relay.does("net_cancel", Act.LOSE_REQUEST)
    first = run(name, shop.relay.url, MASTER, shop.path, patience_seconds=PATIENCE_SECONDS)
    shop.relay.does("approve")

    second, third = (run(name, shop.relay.url, MASTER, shop.path) for _ in range(2))

    assert first.words[2] == "to-be-undone"
    assert (second.code, third.code) == (0, 0)
    assert shop.relay.states[first.words[1]] == "REVERSED"
    assert shop.relay.kinds()[-4:] == ["net_cancel", "net_cancel", "approve", "approve"]


@by_hand
def test_a_sale_that_lost_power_before_its_end_was_written_is_undone_and_its_number_not_used_again(
    shop: Shop, name: str
) -> None:
    first = run(name, shop.relay.url, MASTER, shop.path)
    whole = shop.path.read_text()
    shop.path.write_text(whole[: whole.index("shown-") + 3])

    second = run(name, shop.relay.url, MASTER, shop.path)

    assert shop.relay.states == {first.words[1]: "REVERSED", second.words[1]: "APPROVED"}


@every_example
def test_no_example_writes_a_card_into_its_journal(shop: Shop, name: str) -> None:
    run(name, shop.relay.url, MASTER, shop.path)

    assert shop.path.stat().st_size > 0
    assert not any(GOOD_CARD in file.read_text() for file in Path(shop.path.parent).iterdir())
