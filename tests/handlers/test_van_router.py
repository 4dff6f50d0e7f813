"""The router's door: a destination and the reason, for an event as the workflow sends it."""

from __future__ import annotations

import pytest

from functions.van_router.handler import handler
from payment_adapters.destinations import destination
from tests.handlers.world import Invocation, event

pytestmark = pytest.mark.usefixtures("world")  # the breakers are looked up


def test_a_sale_is_given_a_destination_and_the_reason_why() -> None:
    routed = handler(event("van_router/route"), Invocation())  # type: ignore[arg-type]  # as JSON brings it

    assert destination(routed["destination"]).kind == "van"
    assert "share" in routed["why"]


def test_the_same_sale_is_always_sent_the_same_way() -> None:
    ways = {
        handler(event("van_router/route"), Invocation())["destination"]  # type: ignore[arg-type]  # as JSON brings it
        for _ in range(20)
    }

    assert len(ways) == 1
