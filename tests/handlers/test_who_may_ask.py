"""Every address × everybody who may not: nobody learns or changes anything of another's sale."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from functions.gateway.routes import ROUTES
from payment_adapters.terminals.key_ids import Terminal
from tests.handlers.test_gateway import NO_TIME_TO_WAIT_MS
from tests.handlers.world import World
from tools.generate.signed_event import signed

SIGNED: Final = [route for route in ROUTES if route.signed]
ABOUT_A_SALE: Final = [route for route in SIGNED if "sale-not-found" in route.codes]
STRANGERS: Final = {
    "another terminal of the shop": Terminal("1001", "10010002", 1),
    "the same terminal before it was replaced": Terminal("1001", "10010001", 2),
    "the same terminal number at another merchant": Terminal("2002", "10010001", 1),
}
each_signed = pytest.mark.parametrize("route", SIGNED, ids=lambda route: f"{route.method} {route.path}")
each_about_a_sale = pytest.mark.parametrize(
    "route", ABOUT_A_SALE, ids=lambda route: f"{route.method} {route.path}"
)


def asked(world: World, name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- who, or under which key
    return world.signed(f"gateway/{name}", **more)


@each_signed
def test_nobody_is_answered_without_a_signature(world: World, route: Any) -> None:  # noqa: ANN401 -- of any words
    event = asked(world, route.name)
    for name in list(event["headers"]):
        if name.lower() in ("signature", "signature-input"):
            del event["headers"][name], event["multiValueHeaders"][name]

    told = world.ask(event)

    assert (told.http_status, told.words["code"]) == (401, "signature-refused")


@each_signed
def test_nobody_is_answered_under_another_masters_key(world: World, route: Any) -> None:  # noqa: ANN401 -- as above
    event = signed(asked(world, route.name), b"of another relay")

    assert world.ask(event).http_status == 401


@each_signed
def test_a_signature_of_one_address_opens_no_other(world: World, route: Any) -> None:  # noqa: ANN401 -- as above
    event = asked(world, route.name)
    for other in SIGNED:
        if other.method == route.method and other.path != route.path:
            moved = {**event, "path": other.path.replace("{sale_id}", str(world.sale_id))}

            assert world.ask(moved).http_status == 401


@each_about_a_sale
@pytest.mark.parametrize("stranger", STRANGERS)
def test_another_terminals_sale_is_as_absent_as_none(world: World, route: Any, stranger: str) -> None:  # noqa: ANN401 -- as above
    world.approve()
    before = world.items()

    told = world.ask(asked(world, route.name, signer=STRANGERS[stranger]))

    assert (told.http_status, told.words["code"]) == (404, "sale-not-found")
    assert str(world.sale_id) not in told.body
    assert world.items() == before
    assert world.telegrams == ["ApprovalRequest"]


@each_signed
def test_a_captured_request_is_not_heard_a_second_time(world: World, route: Any) -> None:  # noqa: ANN401 -- as above
    if route.name != "approve":
        world.approve()
    event = asked(world, route.name)
    first = world.ask(event, left_ms=NO_TIME_TO_WAIT_MS if route.name == "cancel" else 28_000)

    again = world.ask(json.loads(json.dumps(event)))

    if route.name == "approve":  # at most the stored answer, to the same terminal
        assert (again.http_status, again.body) == (first.http_status, first.body)
        assert world.telegrams == ["ApprovalRequest"]
    else:
        assert (again.http_status, again.words["code"]) == (401, "nonce-reused")
