"""What the gateway turns down, in the one form of RFC 9457, before anything is sent or stored."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from payment_adapters.terminals.key_ids import Terminal
from tests.handlers.world import MASTER, Told, World, event
from tools.generate.signed_event import dated, signed, today

TERMINAL = Terminal("1001", "10010001", 1)
STRANGER = Terminal("1002", "10020001", 1)
CANARIES = {"number": "4000000000000002", "cvc": "9173", "track2": "4000000000000002=30121010000091731"}
CARD = {"number": "4111111111111111", "expiry": "1230", "entry": "KEYED", "cvc": "123"}


@pytest.fixture(autouse=True)
def _nothing_happens(world: World) -> Any:  # noqa: ANN401 -- a generator without values
    """A refusal sends nothing, starts nothing and stores nothing."""
    yield
    assert world.telegrams == []
    assert world.workflow.inputs == []
    assert world.items() == []


def faults(told: Told) -> dict[str, str]:
    assert (told.http_status, told.words["code"]) == (400, "malformed-request")
    assert told.headers["Content-Type"] == "application/problem+json"
    return {fault["field"]: fault["reason"] for fault in told.words["faults"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_won": "11000"}, "amount_won"),
        ({"amount_won": 11_000.0}, "amount_won"),
        ({"amount_won": True}, "amount_won"),
        ({"amount_won": 99}, "amount_won"),
        ({"amount_won": 1_000_000_001}, "amount_won"),
        ({"amount_won": None}, "amount_won"),
        ({"vat_won": -1}, "vat_won"),
        ({"service_won": -1}, "service_won"),
        ({"installment_months": 37}, "installment_months"),
        ({"merchant": "M1001"}, "merchant"),
        ({"terminal": "1"}, "terminal"),
        ({"terminal_epoch": 0}, "terminal_epoch"),
        ({"terminal_epoch": 1_000}, "terminal_epoch"),
        ({"sequence": 100_000_000}, "sequence"),
        ({"business_date": "2026112"}, "business_date"),
        ({"tender": "cash"}, "tender"),
        ({"loyalty": "gold"}, "loyalty"),
        ({"card": {**CARD, "number": "411111111"}}, "card.number"),
        ({"card": {**CARD, "number": "4111-1111"}}, "card.number"),
        ({"card": {**CARD, "number": "\uff14" * 16}}, "card.number"),  # full-width digits
        ({"card": {**CARD, "number": "4111111111111111\n"}}, "card.number"),
        ({"card": {**CARD, "expiry": "12/30"}}, "card.expiry"),
        ({"card": {**CARD, "entry": "GUESSED"}}, "card.entry"),
        ({"card": {**CARD, "cvc": "12345"}}, "card.cvc"),
        ({"card": {**CARD, "track2": "%B4111"}}, "card.track2"),
        ({"card": {**CARD, "cvv": "123"}}, "card.cvv"),
        ({"card": None}, "card"),
    ],
)
def test_a_word_that_cannot_be_is_named(world: World, changes: dict[str, Any], field: str) -> None:
    asked = world.signed("gateway/approve", **changes)

    assert field in faults(world.ask(asked))


def test_parts_that_exceed_the_whole_are_refused(world: World) -> None:
    told = world.approve(vat_won=1_000, service_won=5_000, tax_free_won=5_001)

    assert (told.http_status, told.words["code"]) == (422, "parts-exceed-the-amount")
    assert "11,001 won together" in told.words["detail"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "\u0000", '{"card":' * 5_00])
def test_a_body_that_is_no_request_is_refused(world: World, body: str) -> None:
    asked = {**event("gateway/approve"), "body": body}

    assert faults(world.ask(signed(asked, MASTER.encode(), signer=TERMINAL, key="any")))


@pytest.mark.parametrize(
    "leaky",
    [
        {"card": {**CARD, **CANARIES, "entry": "GUESSED"}},
        {"card": {**CARD, "number": CANARIES["number"] + "x"}},
        {"card": {**CARD, "cvc": CANARIES["cvc"] + "9173"}},
        {"card": {**CARD, "track2": "%" + CANARIES["track2"]}},
        {"card": CANARIES["track2"]},
        {"amount_won": CANARIES["number"]},
        {"tender": CANARIES["number"]},
        {CANARIES["number"]: 1},
        {"card": {**CARD, CANARIES["track2"]: "x"}},
    ],
)
def test_a_fault_never_repeats_what_was_sent(world: World, leaky: dict[str, Any]) -> None:
    told = world.approve(**leaky)

    assert faults(told)
    for canary in CANARIES.values():
        assert canary not in told.body


@pytest.mark.parametrize("key", ["", "1001-10010001-1-20261120-43", "made up"])
def test_a_key_that_is_not_the_sale_is_refused(world: World, key: str) -> None:
    asked = dated(event("gateway/approve"), today())

    told = world.ask(signed(asked, MASTER.encode(), key=key))

    assert (told.http_status, told.words["code"]) == (400, "idempotency-key-is-not-the-sale")


@pytest.mark.parametrize("place", ["gateway/approve", "gateway/look", "gateway/cancel"])
def test_a_request_that_nobody_signed_is_refused(world: World, place: str) -> None:
    told = world.ask(event(place))

    assert (told.http_status, told.words["code"]) == (401, "signature-refused")
    assert told.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("place", ["gateway/approve", "gateway/look", "gateway/cancel"])
def test_another_merchants_sale_is_as_absent_as_none(world: World, place: str) -> None:
    told = world.ask(world.signed(place, signer=STRANGER))

    assert (told.http_status, told.words["code"]) == (404, "sale-not-found")


@pytest.mark.parametrize("place", ["gateway/look", "gateway/cancel"])
def test_a_sale_that_was_never_made_is_not_found(world: World, place: str) -> None:
    told = world.ask(world.signed(place))

    assert (told.http_status, told.words["code"]) == (404, "sale-not-found")


@pytest.mark.parametrize("business_date", ["20200101", "99991231", "20261399"])
def test_a_business_date_of_another_time_is_refused(world: World, business_date: str) -> None:
    told = world.approve(business_date=business_date)

    assert (told.http_status, told.words["code"]) == (422, "business-date-out-of-range")


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_larger_than_any_sale_is_not_even_read(world: World, *, encoded: bool) -> None:
    body = "x" * (16 * 1_024 + 1)
    sent = base64.b64encode(body.encode()).decode() if encoded else body

    told = world.ask({**event("gateway/approve"), "body": sent, "isBase64Encoded": encoded})

    assert (told.http_status, told.words["code"]) == (413, "body-too-large")


def test_a_body_that_api_gateway_encoded_is_the_same_request(world: World) -> None:
    asked = world.signed("gateway/approve", amount_won=99)
    encoded = base64.b64encode(asked["body"].encode()).decode()

    told = world.ask({**asked, "body": encoded, "isBase64Encoded": True})

    assert "amount_won" in faults(told)


def test_a_card_number_in_place_of_the_merchant_is_not_repeated(world: World) -> None:
    told = world.approve(merchant="378282246310005", signer=Terminal("1001", "10010001", 1))

    assert (told.http_status, told.words["code"]) == (404, "sale-not-found")
    assert "378282246310005" not in told.body
