"""A till that lost power finds in its journal what to ask, and leaves no payment that nobody knows of."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from payrelay.client import RefusedError, Settled
from tests.client.conftest import Shop
from tests.client.relay import Act, Seen
from tests.client.till import CANARIES, CARD, give_back_until_death, sell_until_death
from tests.client.till import till as till_at

LONG = 20
SIGKILL = -9


def killed(what: Callable[..., None], *arguments: Any) -> int | None:  # noqa: ANN401 -- whatever the child takes
    process = multiprocessing.get_context("spawn").Process(target=what, args=arguments)
    process.start()
    process.join(60)
    return process.exitcode


def settled(shop: Shop) -> list[tuple[str, bool]]:
    return [(one.state, one.is_settled) for one in shop.restarted().settle_pending()]


def test_a_till_that_owes_nothing_asks_nothing(shop: Shop) -> None:
    shop.pos.sell(11_000, CARD)

    assert settled(shop) == []
    assert shop.relay.kinds() == ["approve"]


@pytest.mark.parametrize(
    ("moment", "at_payrelay", "asked"),
    [
        ("sending", "REVERSED", ["look", "net_cancel"]),
        ("before shown", "REVERSED", ["approve", "look", "net_cancel"]),
        ("after shown", "APPROVED", ["approve"]),
    ],
)
def test_power_lost_in_mid_sale_leaves_money_only_where_the_till_had_written_that_it_shows_it(
    shop: Shop, moment: str, at_payrelay: str, asked: list[str]
) -> None:
    assert killed(sell_until_death, shop.relay.url, shop.path, moment) == SIGKILL

    shop.restarted().settle_pending()

    (sale_id,) = [entry.key for entry in shop.journal.entries()]
    assert shop.relay.states == {sale_id: at_payrelay}
    assert shop.relay.kinds() == asked
    assert [entry.is_open for entry in shop.journal.entries()] == [False]
    assert not [canary for canary in CANARIES[::2] if canary in shop.path.read_text()]


def test_power_lost_while_payrelay_still_works_on_the_sale_undoes_it(shop: Shop) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=sell_until_death, args=(shop.relay.url, shop.path, "before nothing")
    )

    def cut(seen: Seen) -> None:
        if seen.kind == "approve":
            process.kill()

    shop.relay.meanwhile = cut
    process.start()
    process.join(60)

    assert process.exitcode == SIGKILL
    deadline = time.monotonic() + 10
    while not shop.relay.states:
        assert time.monotonic() < deadline
    assert settled(shop) == [("REVERSED", True)]
    assert set(shop.relay.states.values()) == {"REVERSED"}


@pytest.mark.parametrize("moment", ["before net_cancel", "after net_cancel", "before acknowledged"])
def test_power_lost_while_undoing_does_not_forget_to_undo(shop: Shop, moment: str) -> None:
    shop.relay.first_state = "RECEIVED"
    assert killed(sell_until_death, shop.relay.url, shop.path, moment) == SIGKILL
    before = shop.relay.kinds()

    assert settled(shop) == [("REVERSED", True)]

    asked = shop.relay.kinds()[len(before) :]
    assert asked[-1] == "net_cancel" or before[-1] == "net_cancel"
    assert set(shop.relay.states.values()) == {"REVERSED"}


@pytest.mark.parametrize("state", ["DECLINED", "BEING_REVERSED", "REVERSED", "CANCELLED"])
def test_a_sale_that_charged_nothing_is_over_without_a_net_cancel(shop: Shop, state: str) -> None:
    request = shop.pos.approval(11_000, CARD)
    shop.relay.states[request.key] = state

    assert settled(shop) == [(state, True)]
    assert shop.relay.kinds() == ["look"]


@pytest.mark.parametrize("act", [Act.LOSE_REQUEST, Act.LOSE_ANSWER, Act.UNAVAILABLE, Act.UNAUTHORIZED])
def test_a_net_cancel_is_repeated_at_every_settling_until_it_is_acknowledged(shop: Shop, act: Act) -> None:
    request = shop.pos.approval(11_000, CARD)
    shop.relay.states[request.key] = "APPROVED"
    shop.relay.does("net_cancel", act, act)

    assert [settled(shop) for _ in range(4)] == [[("", False)], [("", False)], [("REVERSED", True)], []]
    assert {seen.key for seen in shop.relay.seen if seen.kind == "net_cancel"} == {request.key}


def test_once_a_net_cancel_is_owed_the_sale_is_never_asked_for_again(shop: Shop) -> None:
    shop.relay.does("approve", *[Act.LOSE_REQUEST] * LONG)
    shop.relay.does("net_cancel", Act.LOSE_REQUEST)
    shop.pos.sell(11_000, CARD)
    looks = shop.relay.kinds().count("look")

    assert settled(shop) == [("REVERSED", True)]
    assert shop.relay.kinds().count("look") == looks


def test_where_a_net_cancel_comes_too_late_a_cancel_undoes_the_sale(shop: Shop) -> None:
    shop.relay.is_too_late_for_net_cancels = True
    request = shop.pos.approval(11_000, CARD)
    shop.relay.states[request.key] = "APPROVED"

    assert settled(shop) == [("CANCELLED", True)]
    assert shop.relay.states == {request.key: "CANCELLED"}
    assert settled(shop) == []


def test_a_cancel_in_place_of_a_net_cancel_is_repeated_not_begun_twice(shop: Shop) -> None:
    shop.relay.is_too_late_for_net_cancels = True
    shop.relay.does("cancel", Act.LOSE_ANSWER, Act.UNAVAILABLE)
    request = shop.pos.approval(11_000, CARD)
    shop.relay.states[request.key] = "APPROVED"

    while any(not is_settled for _, is_settled in settled(shop)):
        assert len(shop.relay.seen) < LONG

    assert len(shop.relay.cancels) == 1
    assert shop.relay.states == {request.key: "CANCELLED"}


def test_a_cancel_that_payrelay_did_not_answer_is_repeated_under_its_own_key(shop: Shop) -> None:
    sale_id = shop.pos.sell(11_000, CARD).sale_id
    shop.relay.does("cancel", *[Act.LOSE_ANSWER] * LONG)
    ended = shop.pos.give_back(sale_id, amount_won=4_000)
    assert (ended.state, ended.answer) == ("SILENT", None)
    shop.relay.does("cancel")

    told = shop.restarted().settle_pending()

    assert told == (Settled(ended.cancel_id, sale_id, "DONE", is_settled=True),)
    assert len({(seen.key, seen.body) for seen in shop.relay.seen if seen.kind == "cancel"}) == 1


@pytest.mark.parametrize("moment", ["before acknowledged", "after acknowledged"])
def test_power_lost_in_mid_cancel_gives_back_once(shop: Shop, moment: str) -> None:
    sale_id = shop.pos.sell(11_000, CARD).sale_id
    assert killed(give_back_until_death, shop.relay.url, shop.path, sale_id, moment) == SIGKILL

    shop.restarted().settle_pending()

    assert len(shop.relay.cancels) == 1
    assert shop.relay.states == {sale_id: "CANCELLED"}
    assert [entry.is_open for entry in shop.journal.entries()] == [False, False]


def test_a_cancel_that_payrelay_goes_on_repeating_is_asked_for_until_it_is_definite(shop: Shop) -> None:
    sale_id = shop.pos.sell(11_000, CARD).sale_id
    shop.relay.cancel_state = "REQUESTED"

    assert shop.pos.give_back(sale_id).state == "REQUESTED"
    assert settled(shop) == [("", False)]
    shop.relay.cancel_state = "REFUSED"
    assert settled(shop) == [("REFUSED", True)]


def test_a_cancel_that_a_settlement_file_gives_back_is_over(shop: Shop) -> None:
    sale_id = shop.pos.sell(11_000, CARD).sale_id
    shop.relay.cancel_state = "REFUND"

    assert shop.pos.give_back(sale_id).state == "REFUND"
    assert settled(shop) == []


def test_a_refused_cancel_is_never_repeated(shop: Shop) -> None:
    with pytest.raises(RefusedError, match="409"):
        shop.pos.give_back("1001-10010001-1-20261120-77")

    assert settled(shop) == []


def test_a_sale_in_hand_is_not_settled_by_the_process_beside_it(shop: Shop) -> None:
    told: list[tuple[Settled, ...]] = []
    beside = threading.Thread(target=lambda: told.append(shop.restarted().settle_pending()))

    def settle_beside(seen: Seen) -> None:
        if seen.kind == "approve":
            beside.start()
            beside.join(0.3)

    shop.relay.meanwhile = settle_beside
    shop.pos.sell(11_000, CARD)
    beside.join()

    assert told == [()]
    assert shop.relay.kinds() == ["approve"]


def test_two_processes_settle_one_after_the_other(shop: Shop) -> None:
    shop.pos.approval(11_000, CARD)
    second = threading.Thread(target=shop.restarted().settle_pending)
    with shop.journal.abandoned():
        second.start()
        second.join(0.3)
        assert shop.relay.seen == []
    second.join()

    assert shop.relay.kinds() == ["look", "net_cancel"]


def test_a_journal_that_cannot_be_written_sends_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", is_full)

    with pytest.raises(OSError, match="No space"):
        till_at(shop.relay.url, shop.path).sell(11_000, CARD)

    assert shop.relay.seen == []
