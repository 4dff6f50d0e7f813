"""Approvals as a POS sees them, over HTTP, with the VAN's books as the other witness."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import Answer, PosRequest
from tests.system.stories import CARD_OVER_ITS_LIMIT, GOOD_CARD, Story
from tools.simulators.faults import Fault
from tools.terminals import hand_of
from tools.world.running import TERMINAL

pytestmark = pytest.mark.engine

DOUBLE_TAP_SECONDS = 2
FULLWIDTH_DIGITS = "".join(chr(ord(digit) + 0xFEE0) for digit in "4111111111111111").encode()


def test_an_approved_sale_is_told_once_and_held_once(story: Story) -> None:
    request = story.a_sale(11_000)

    answer = story.pos.send(request)

    held = story.at_the_van(request.key)
    assert answer.http_status == 201
    assert answer.words["state"] == "APPROVED"
    assert held is not None
    assert (held["fate"], held["remaining_won"]) == ("approved", 11_000)
    assert answer.words["approval_number"] == held["approval_number"]
    assert (answer.words["remaining_amount_won"], answer.words["remaining_vat_won"]) == (11_000, 1_000)


def test_the_vans_own_korean_words_reach_the_slip(story: Story) -> None:
    answer = story.pos.send(story.a_sale())

    assert answer.words["message"] == "정상 처리되었습니다"


def test_a_declined_sale_charges_nothing(story: Story) -> None:
    request = story.a_sale(card=CARD_OVER_ITS_LIMIT)

    answer = story.pos.send(request)

    assert (answer.http_status, answer.words["state"]) == (201, "DECLINED")
    assert (answer.words["response_code"], answer.words["message"]) == ("8326", "한도 초과")
    assert story.fate(request.key) == "declined"


@pytest.mark.parametrize("card", ["4111111111111111", CARD_OVER_ITS_LIMIT])
def test_a_repeated_request_is_answered_with_the_same_bytes_and_sends_nothing(
    story: Story, card: str
) -> None:
    request = story.a_sale(card=card)
    first = story.pos.send(request)
    sent = story.telegrams()

    again = story.pos.send(request)

    assert (again.http_status, again.body) == (first.http_status, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert story.telegrams() == sent


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"amount_won": 11000', b'"amount_won": 12000'),
        (b"4111111111111111", b"378282246310005"),
        (b'"installment_months": 0', b'"installment_months": 1'),
    ],
)
def test_the_same_key_for_another_sale_is_refused_and_sends_nothing(
    story: Story, old: bytes, new: bytes
) -> None:
    request = story.a_sale(11_000, card=GOOD_CARD if old == GOOD_CARD.encode() else "")
    time.sleep(DOUBLE_TAP_SECONDS)  # the same test card has just paid the same amount
    story.pos.send(request)
    sent = story.telegrams()
    assert old in request.body

    refused = story.pos.send(replace(request, body=request.body.replace(old, new)))

    assert (refused.http_status, refused.words["code"]) == (422, "key-reused-for-another-sale")
    assert story.telegrams() == sent


def test_a_second_request_while_the_first_is_on_its_way_is_told_to_wait(story: Story) -> None:
    with ThreadPoolExecutor(2) as two:  # the second request needs a warm sandbox of its own
        list(two.map(lambda _: story.pos.send(story.pos.look(story.a_sale().key)), range(4)))
    story.van.script(Fault.LATE, seconds=2)
    request = story.a_sale()
    answers: list[Answer] = []
    sent = story.telegrams()
    first = threading.Thread(target=lambda: answers.append(story.pos.send(request)))
    first.start()
    while story.telegrams() == sent:
        time.sleep(0.05)

    second = story.pos.send(request)

    first.join()
    assert (second.http_status, second.words["code"]) == (409, "sale-in-progress")
    assert int(second.headers["retry-after"]) > 0
    assert answers[0].words["state"] == "APPROVED"
    assert story.telegrams() == sent + 1
    assert story.pos.send(request).body == answers[0].body


def test_a_changed_body_breaks_the_signature(story: Story) -> None:
    request = story.a_sale(11_000)
    headers = story.pos.signed(request)
    cheaper = replace(request, body=request.body.replace(b"11000", b"11001"))

    refused = story.pos.send_as(cheaper, headers)

    assert (refused.http_status, refused.words["code"]) == (401, "signature-refused")
    assert story.fate(request.key) == "unknown"


def test_a_changed_key_breaks_the_signature(story: Story) -> None:
    request = story.a_sale()
    headers = story.pos.signed(request) | {"Idempotency-Key": story.a_sale().key}

    assert story.pos.send_as(request, headers).http_status == 401


def test_an_unsigned_request_is_refused(story: Story) -> None:
    request = story.a_sale()

    told = story.pos.send_as(request, {"Idempotency-Key": request.key, "X-Api-Key": story.api_key})

    assert (told.http_status, told.words["code"]) == (401, "signature-refused")


def test_a_request_without_its_merchants_key_is_not_looked_at(story: Story) -> None:
    request = story.a_sale()
    headers = {name: said for name, said in story.pos.signed(request).items() if name != "X-Api-Key"}

    told = story.pos.send_as(request, headers)

    assert (told.http_status, told.words["code"]) == (403, "api-key-refused")


@pytest.mark.parametrize("seconds_off", [-400, 400])
def test_a_signature_outside_its_window_is_refused(story: Story, seconds_off: int) -> None:
    request = story.a_sale()

    assert story.pos.send(request, created_at=time.time() + seconds_off).http_status == 401


def test_a_terminal_without_its_key_is_refused(story: Story) -> None:
    request = story.a_sale()
    stranger = hand_of(TERMINAL, b"not the master secret", story.api_key)

    assert story.pos.send_as(request, stranger.signed(request)).http_status == 401


def test_another_terminals_sale_is_as_absent_as_none(story: Story) -> None:
    neighbour = story.world.running.pos(Terminal("1001", "10010002", 1))
    sale_id = story.approved()

    foreign = neighbour.send(neighbour.look(sale_id))
    none = story.pos.send(story.pos.look("1001-10010001-1-20261120-99999999"))
    cancel = neighbour.send(neighbour.cancel(sale_id))

    assert (foreign.http_status, none.http_status, cancel.http_status) == (404, 404, 404)
    assert foreign.words["code"] == none.words["code"] == "sale-not-found"
    assert story.fate(sale_id) == "approved"


def test_one_terminal_cannot_speak_for_another(story: Story) -> None:
    neighbour = story.world.running.pos(Terminal("1001", "10010002", 1))
    request = story.a_sale()

    assert neighbour.send(request).http_status == 404
    assert story.fate(request.key) == "unknown"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"amount_won": 11000', b'"amount_won": -11000'),
        (b'"amount_won": 11000', b'"amount_won": "11000"'),
        (b'"amount_won": 11000', b'"amount_won": 11000.0'),
        (b'"tender": "card"', b'"tender": "shells"'),
        (b'"tender": "card"', b'"tender": "card", "discount_won": 1'),
        (b"4111111111111111", FULLWIDTH_DIGITS),
        (b'"card": {', b'"card": ['),
    ],
)
def test_a_malformed_request_is_refused_before_anything_is_sent(story: Story, old: bytes, new: bytes) -> None:
    request = story.a_sale(11_000, card=GOOD_CARD)
    assert old in request.body

    refused = story.pos.send(replace(request, body=request.body.replace(old, new)))

    assert (refused.http_status, refused.words["code"]) == (400, "malformed-request")
    assert b"4111111111111111" not in refused.body
    assert story.fate(request.key) == "unknown"


def test_a_key_that_is_not_the_sale_is_refused(story: Story) -> None:
    request = replace(story.a_sale(), key="1001-10010001-1-20261120-99999998")

    refused = story.pos.send(request)

    assert (refused.http_status, refused.words["code"]) == (400, "idempotency-key-is-not-the-sale")


def test_a_body_larger_than_any_sale_is_refused(story: Story) -> None:
    request = story.a_sale()
    padded = request.body[:-1] + b" " * 17_000 + b"}"

    assert story.pos.send(replace(request, body=padded)).http_status == 413


def test_a_sale_of_another_week_is_refused(story: Story) -> None:
    request = story.a_sale()
    day = request.key.split("-")[3]
    old = replace(
        request,
        body=request.body.replace(day.encode(), b"20200101"),
        key=request.key.replace(day, "20200101"),
    )

    assert 400 <= story.pos.send(old).http_status < 500
    assert story.fate(request.key) == "unknown"


def test_the_health_check_needs_no_signature(story: Story) -> None:
    assert story.pos.health().http_status == 200


def test_an_unknown_address_is_told_as_such(story: Story) -> None:
    assert story.pos.send(PosRequest("GET", "/v1/nothing-here")).http_status == 404
