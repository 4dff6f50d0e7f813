"""What a till is told of a sale, and what it does when it is told nothing."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace

import pytest

from payrelay.client import Cheque, Declined, NoAnswerError, NotApproved, Pos, RefusedError, Sold
from payrelay.client.connection import MAXIMUM_ANSWER_BYTES, PATIENCE_SECONDS
from payrelay.client.pos import SHORT_SECONDS
from tests.client.conftest import Shop
from tests.client.relay import CARD_OVER_ITS_LIMIT, Act, Seen
from tests.client.till import CANARIES, CARD, Time, till

UNKNOWN = (
    Act.LOSE_REQUEST,
    Act.LOSE_ANSWER,
    Act.CUT_ANSWER,
    Act.UNAVAILABLE,
    Act.GATEWAY_TIMEOUT,
    Act.STRANGERS_PAGE,
    Act.REDIRECT,
    Act.OVERTAKEN,
)
every_unknown = pytest.mark.parametrize("act", UNKNOWN, ids=[act.name.lower() for act in UNKNOWN])
CHEQUE = Cheque("10000013", "91", "0470", "13", 100_000, "20250303", "384729")
LONG = 20  # more than fit into the till's patience


def test_an_approved_sale_is_sold_under_a_key_made_before_it_was_sent(shop: Shop) -> None:
    begun: list[str] = []
    shop.relay.meanwhile = lambda _: begun.extend(entry.key for entry in shop.journal.entries())

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, Sold)
    assert (told.approval_number, told.message) == ("30000001", "정상")
    assert begun == [told.sale_id] == [shop.relay.seen[0].key]
    assert shop.lines == ["APPROVED"]


def test_a_declined_sale_names_the_code(shop: Shop) -> None:
    told = shop.pos.sell(11_000, replace(CARD, number=CARD_OVER_ITS_LIMIT))

    assert isinstance(told, Declined)
    assert told.response_code == "8326"
    assert shop.lines == ["DECLINED"]


def test_a_sale_that_payrelay_undoes_is_not_approved_and_needs_no_net_cancel(shop: Shop) -> None:
    shop.relay.first_state = "BEING_REVERSED"

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, NotApproved)
    assert (told.state, told.is_acknowledged) == ("BEING_REVERSED", True)
    assert shop.relay.kinds() == ["approve"]


@every_unknown
def test_no_clear_answer_is_asked_again_with_the_same_key_and_body_under_a_fresh_signature(
    shop: Shop, act: Act
) -> None:
    shop.relay.does("approve", act, act)

    told = shop.pos.sell(11_000, CARD)

    first, *_, last = shop.relay.seen
    assert isinstance(told, Sold)
    assert shop.relay.kinds() == ["approve"] * 3
    assert (first.key, first.body) == (last.key, last.body)
    assert len({seen.headers["signature-input"] for seen in shop.relay.seen}) == 3
    assert shop.relay.states == {told.sale_id: "APPROVED"}


@pytest.mark.parametrize("act", [Act.IN_PROGRESS, Act.UNAVAILABLE])
def test_a_sale_in_progress_is_asked_again_when_payrelay_says(shop: Shop, act: Act) -> None:
    shop.relay.retry_after = "7"
    shop.relay.does("approve", act)

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, Sold)
    assert shop.time.slept == [7]


def test_a_till_pauses_longer_each_time_and_stops_within_its_patience(shop: Shop) -> None:
    shop.relay.does("approve", *[Act.GATEWAY_TIMEOUT] * LONG)

    shop.pos.sell(11_000, CARD)

    assert shop.time.slept[:6] == [0.5, 1, 2, 4, 4, 4]
    assert PATIENCE_SECONDS - 5 < shop.time.now < PATIENCE_SECONDS


def test_after_its_patience_a_till_asks_how_the_sale_stands_before_it_undoes_it(shop: Shop) -> None:
    shop.relay.does("approve", *[Act.LOSE_ANSWER] * LONG)

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, Sold)
    assert shop.relay.kinds()[-1] == "look"
    assert "net_cancel" not in shop.relay.kinds()


@pytest.mark.parametrize("state", ["RECEIVED", "CANCELLING", "A_WORD_OF_NEXT_YEAR"])
def test_a_sale_that_is_neither_approved_nor_over_is_undone(shop: Shop, state: str) -> None:
    shop.relay.first_state = state
    shop.relay.does("net_cancel", Act.LOSE_REQUEST)

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, NotApproved)
    assert not told.is_acknowledged
    assert [entry.is_to_be_undone for entry in shop.journal.entries()] == [True]


def test_a_sale_that_never_arrived_is_undone_all_the_same_for_it_may_still_be_on_its_way(shop: Shop) -> None:
    shop.relay.does("approve", *[Act.LOSE_REQUEST] * LONG)

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, NotApproved)
    assert (told.state, told.is_acknowledged) == ("REVERSED", True)
    assert shop.relay.states == {told.sale_id: "REVERSED"}
    assert shop.lines == ["REVERSED"]


def test_a_net_cancel_is_in_the_journal_before_it_is_sent(shop: Shop) -> None:
    owed: list[bool] = []

    def look_into_the_journal(seen: Seen) -> None:
        if seen.kind == "net_cancel":
            owed.extend(entry.is_to_be_undone and entry.is_open for entry in shop.journal.entries())

    shop.relay.meanwhile = look_into_the_journal
    shop.relay.does("approve", *[Act.LOSE_REQUEST] * LONG)

    told = shop.pos.sell(11_000, CARD)

    assert owed == [True]
    assert shop.relay.seen[-1].key == told.sale_id


def test_without_a_line_nothing_is_rung_up_and_the_net_cancel_waits(shop: Shop) -> None:
    nowhere = till("http://127.0.0.1:9", shop.path, shop.time)

    told = nowhere.sell(11_000, CARD)

    assert isinstance(told, NotApproved)
    assert (told.state, told.is_acknowledged, told.answer) == ("", False, None)
    assert [entry.is_open for entry in shop.journal.entries()] == [True]


def test_a_refusal_is_the_tills_own_mistake_and_leaves_nothing_to_undo(shop: Shop) -> None:
    shop.relay.does("approve", Act.UNAUTHORIZED)

    with pytest.raises(RefusedError, match="the clock") as refused:
        shop.pos.sell(11_000, CARD)

    assert refused.value.code == "signature-refused"
    assert [entry.is_open for entry in shop.journal.entries()] == [False]
    assert shop.relay.kinds() == ["approve"]


def test_a_refusal_after_a_lost_answer_says_nothing_about_the_first_try(shop: Shop) -> None:
    shop.relay.does("approve", Act.LOSE_ANSWER, *[Act.UNAUTHORIZED] * LONG)
    shop.relay.does("look", Act.UNAUTHORIZED)

    told = shop.pos.sell(11_000, CARD)

    assert isinstance(told, NotApproved)
    assert shop.relay.states == {told.sale_id: "REVERSED"}


def test_the_next_customer_has_another_key(shop: Shop) -> None:
    first, second = shop.pos.sell(11_000, CARD), shop.pos.sell(11_000, CARD)

    assert re.fullmatch(r"1001-10010001-1-\d{8}-1", first.sale_id)
    assert second.sale_id == f"{first.sale_id[:-1]}2"


def test_an_answer_that_trickles_does_not_hold_up_the_till(shop: Shop) -> None:
    shop.relay.does("approve", Act.TRICKLE)
    request = shop.pos.approval(11_000, CARD)
    began = time.monotonic()

    with pytest.raises(NoAnswerError, match="TimeoutError"):
        shop.pos.send(request, timeout_seconds=0.5)

    assert time.monotonic() - began < 2


def test_an_answer_larger_than_any_of_payrelay_is_none(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payrelay.client.connection.MAXIMUM_ANSWER_BYTES", 10)
    assert MAXIMUM_ANSWER_BYTES > 10

    with pytest.raises(NoAnswerError, match="TimeoutError"):
        shop.pos.send(shop.pos.approval(11_000, CARD))


@every_unknown
def test_no_card_data_is_written_or_told_whatever_happens(
    shop: Shop, act: Act, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    shop.relay.does("approve", *[act] * LONG)
    shop.relay.does("net_cancel", act)

    told = shop.pos.sell(11_000, CARD)

    request = shop.pos.approval(11_000, CARD)
    output = capsys.readouterr()
    sinks = (shop.path.read_text(), repr(told), repr(request), repr(CARD), caplog.text, *output)
    assert all(canary in str(request.body) for canary in CANARIES), "the canary sings where it may"
    assert not [canary for canary in CANARIES for sink in sinks if canary in without_numbers(sink)]


def without_numbers(sink: str) -> str:
    """A sink without our own dates and signatures, in which four digits may happen to stand."""
    return re.sub(r"\d{8}-\d+|business_date\": \"\d+|127\.0\.0\.1:\d+|0x\w+", "", sink)


def test_a_refusal_and_a_silence_tell_no_card(shop: Shop) -> None:
    shop.relay.does("approve", Act.UNAUTHORIZED, Act.LOSE_REQUEST)

    with pytest.raises(RefusedError) as refused:
        shop.pos.sell(11_000, CARD)
    with pytest.raises(NoAnswerError) as silence:
        shop.pos.send(shop.pos.approval(11_000, CARD))

    told = f"{refused.value!r} {refused.value} {silence.value!r} {silence.value.__cause__}"
    assert not [canary for canary in CANARIES if canary in without_numbers(told)]


def test_two_tills_at_one_journal_never_share_a_key(shop: Shop) -> None:
    sold: list[str] = []

    def counter(pos: Pos) -> None:
        sold.extend(pos.sell(11_000, CARD).sale_id for _ in range(10))

    clerks = [
        threading.Thread(target=counter, args=(till(shop.relay.url, shop.path, Time()),)) for _ in range(3)
    ]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()

    assert len(set(sold)) == len(sold) == 30


def test_an_inquiry_by_the_tills_own_number_is_signed_with_its_query(shop: Shop) -> None:
    request = shop.pos.inquiry("20261120", 42)

    headers = shop.pos.signed(request)

    assert request.path == "/v1/approvals?terminal_sequence=20261120-42"
    assert request.sale_id == "1001-10010001-1-20261120-42"
    assert headers["Signature-Input"].startswith('pos=("@method" "@path" "@query")')


def test_the_last_words_of_a_silent_payrelay_take_seconds_not_minutes() -> None:
    assert PATIENCE_SECONDS + 2 * SHORT_SECONDS <= 40


def test_a_cheque_is_good_or_bad_only_where_payrelay_says_so_of_this_cheque(shop: Shop) -> None:
    good = shop.pos.inquire_cheque(CHEQUE)
    shop.relay.cheque |= {"state": "BAD", "response_code": "6101"}
    bad = shop.pos.inquire_cheque(CHEQUE)
    shop.relay.does("inquire_cheque", *UNKNOWN)
    unknown = [shop.pos.inquire_cheque(CHEQUE) for _ in UNKNOWN]

    assert [(one.state, one.response_code) for one in (good, bad)] == [("GOOD", "0000"), ("BAD", "6101")]
    assert {one.state for one in unknown} == {"NOT_KNOWN"}
    assert list(shop.journal.entries()) == []
    assert "384729" not in repr(CHEQUE)


def test_a_cheque_that_payrelay_refuses_was_nobodys_to_answer(shop: Shop) -> None:
    shop.relay.does("inquire_cheque", Act.UNAUTHORIZED)

    with pytest.raises(RefusedError):
        shop.pos.inquire_cheque(CHEQUE)
