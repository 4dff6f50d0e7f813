"""Too much at once: what cannot be served is told so early, leaves nothing behind, and starves nobody."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import Decision, SaleId
from payrelay.client import Answer, CardInHand, Pos, PosRequest
from tests.system.counters import ALL, Counter
from tests.system.stories import Story, eventually
from tools.simulators.cards import another_card
from tools.simulators.faults import Fault
from tools.world.places import STAGE
from tools.world.running import TERMINAL, client_words
from tools.world.world import World

pytestmark = pytest.mark.engine

ROOM = 1  # places of a sender whose destination goes silent; its one sandbox is warm, so it hangs at once
OTHERS = [name for name in ALL if name != "hangang"]
METERED = "2002"  # a merchant with a plan of its own


def aws(story: Story, service: str) -> Any:  # noqa: ANN401 -- a client of any service
    make: Callable[..., Any] = boto3.client
    return make(service, **client_words(story.world.running.endpoint))


@contextmanager
def room(story: Story, logical_id: str, places: int) -> Iterator[None]:
    """Leave a function only so much concurrency for a while."""
    functions, name = aws(story, "lambda"), story.world.running.function(logical_id)
    usual = functions.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=places)
    try:
        yield
    finally:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=usual)


@pytest.fixture(scope="module")
def warm(world: World) -> None:
    """Sandboxes for two sales at once and for an undoing: a cold start outlasts the silence of a VAN here."""
    story = Story(world)
    with room(story, "VanLinkHangangFunction", 0):
        story.pos.send(story.a_sale())
    story.van.script(Fault.LATE, seconds=1, times=2)
    with ThreadPoolExecutor(2) as counters:
        list(counters.map(story.pos.send, [story.a_sale() for _ in range(2)]))


@pytest.fixture
def silent_and_full(story: Story, warm: None) -> Iterator[list[PosRequest]]:
    """A destination that takes telegrams and says nothing, its sender without room; the sales that hang."""
    del warm
    with room(story, "VanLinkHangangFunction", ROOM):
        story.van.script(Fault.LOSE_ANSWER, times=ROOM)
        sent = story.telegrams()
        hanging = [story.a_sale() for _ in range(ROOM)]
        counters = [threading.Thread(target=story.pos.send, args=(request,)) for request in hanging]
        for counter in counters:
            counter.start()
        eventually(lambda: story.telegrams() == sent + ROOM)
        yield hanging
        for counter in counters:
            counter.join()


def decision(story: Story, sale_id: str) -> Decision | None:
    sale = story.world.running.sales.read(SaleId.parse(sale_id))
    return sale.decision if sale else None


def test_a_sale_for_a_full_destination_is_declined_as_busy_and_nothing_is_sent(
    story: Story, silent_and_full: list[PosRequest]
) -> None:
    sent = story.telegrams()
    request = story.a_sale()

    answer = story.pos.send(request)

    assert (answer.http_status, answer.words["state"], answer.words["response_code"]) == (
        201,
        "DECLINED",
        "R004",
    )
    assert "new sale" in answer.words["message"]
    assert "retry-after" not in answer.headers, "the same key would only hear the same again"
    assert [decision(story, one.key) for one in silent_and_full] == [Decision.RECEIVED] * ROOM, (
        "still hanging"
    )
    assert story.telegrams() == sent
    assert story.fate(request.key) == "unknown"


def test_the_key_of_a_busy_sale_is_spent_and_a_new_sale_succeeds_when_there_is_room(
    story: Story, silent_and_full: list[PosRequest]
) -> None:
    busy = story.a_sale()
    told = story.pos.send(busy)
    eventually(lambda: all(decision(story, one.key) is Decision.REVERSE for one in silent_and_full))

    again, anew = story.pos.send(busy), story.pos.send(story.a_sale())

    assert told.words["response_code"] == "R004"
    assert (again.body, again.headers["idempotent-replayed"]) == (told.body, "true")
    assert anew.words["state"] == "APPROVED"


@pytest.mark.usefixtures("silent_and_full")
def test_a_full_destination_keeps_nobody_from_health_looks_and_refusals(story: Story) -> None:
    merchant = story.world.running.pos(Terminal("1002", "10020001", 1))

    answers = {
        "health": story.pos.health().http_status,
        "a look": story.pos.send(story.pos.look(absent(story.pos))).http_status,
        "another merchant's look": merchant.send(merchant.look(absent(merchant))).http_status,
        "a refusal": story.pos.send(PosRequest("POST", "/v1/approvals", b"{}", "x")).http_status,
    }

    assert answers == {"health": 200, "a look": 404, "another merchant's look": 404, "a refusal": 400}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.usefixtures("silent_and_full")
def test_a_full_destination_leaves_the_other_destinations_alone(story: Story, other: str) -> None:
    counter = Counter.selling_over(story.world, other)

    assert counter.pay(counter.sale_for(other)).words["state"] == "APPROVED"


def test_undoing_has_room_of_its_own_while_the_sender_is_full(
    story: Story, silent_and_full: list[PosRequest]
) -> None:
    with room(story, "VanLinkHangangFunction", 0):
        ended = [story.state_after(one.key, passing="RECEIVED") for one in silent_and_full]
        ended = [story.state_after(one.key, passing="BEING_REVERSED") for one in silent_and_full]

    assert ended == ["REVERSED"] * ROOM
    assert [story.fate(one.key) for one in silent_and_full] == ["net_cancelled"] * ROOM


def test_a_full_gateway_says_busy_not_no_and_the_same_request_succeeds_later(story: Story) -> None:
    request = story.a_sale()
    with room(story, "GatewayFunction", 0):
        told = story.pos.send(request)

    later = story.pos.send(request)

    assert (told.http_status, told.words["code"]) == (503, "gateway-busy")
    assert int(told.headers["retry-after"]) > 0
    assert later.words["state"] == "APPROVED"
    assert "idempotent-replayed" not in later.headers, "nothing had been claimed"


@pytest.fixture
def metered(story: Story) -> Iterator[Callable[..., Pos]]:
    """Give merchant 2002 a key on a plan of its own."""
    api = aws(story, "apigateway")
    made: list[tuple[str, str]] = []

    def make(**limits: dict[str, Any]) -> Pos:
        stages = [{"apiId": story.world.running.outputs["ApiId"], "stage": STAGE}]
        plan = api.create_usage_plan(name=f"metered-{len(made)}", apiStages=stages, **limits)
        key = api.create_api_key(name=f"metered-{plan['id']}", enabled=True)
        api.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
        made.append((plan["id"], key["id"]))
        return story.world.running.pos(Terminal(METERED, "20020001", 1), api_key=key["value"])

    yield make
    for plan_id, key_id in made:
        api.delete_usage_plan_key(usagePlanId=plan_id, keyId=key_id)
        api.delete_api_key(apiKey=key_id)
        api.delete_usage_plan(usagePlanId=plan_id)


def absent(pos: Pos) -> str:
    """A sale of this terminal that was never made."""
    me = pos.terminal
    return f"{me.merchant}-{me.terminal}-{me.terminal_epoch}-20000101-1"


def told_to(pos: Pos, times: int) -> collections.Counter[tuple[int, str]]:
    """Status and code of so many looks, one after the other."""
    answers = [pos.send(pos.look(absent(pos))) for _ in range(times)]
    return collections.Counter((answer.http_status, answer.words["code"]) for answer in answers)


def test_a_merchant_over_its_rate_is_shed_and_another_is_not(
    story: Story, metered: Callable[..., Pos]
) -> None:
    loud = metered(throttle={"rateLimit": 0.001, "burstLimit": 3})

    assert told_to(loud, 9) == {(404, "sale-not-found"): 3, (429, "too-many-requests"): 6}
    assert told_to(story.pos, 9) == {(404, "sale-not-found"): 9}


def test_a_sale_that_was_shed_left_nothing_and_succeeds_later_under_the_same_key(
    story: Story, metered: Callable[..., Pos]
) -> None:
    loud = metered(throttle={"rateLimit": 0.001, "burstLimit": 1})
    told_to(loud, 1)
    sent = story.telegrams()
    request = loud.approval(11_000, CardInHand(another_card(), "1230"))

    shed = loud.send(request)

    assert (shed.http_status, shed.words["code"]) == (429, "too-many-requests")
    assert int(shed.headers["retry-after"]) > 0
    assert decision(story, request.key) is None
    assert story.telegrams() == sent
    patient = metered(throttle={"rateLimit": 100, "burstLimit": 100})
    assert patient.send(request).words["state"] == "APPROVED"


def test_a_merchant_that_has_used_up_its_day_is_told_so(metered: Callable[..., Pos]) -> None:
    small = metered(quota={"limit": 2, "period": "DAY"})

    assert told_to(small, 4) == {(404, "sale-not-found"): 2, (429, "quota-exceeded"): 2}
    assert int(small.send(small.look(absent(small))).headers["retry-after"]) > 0


@pytest.mark.parametrize("key", ["", "a-key-that-nobody-ever-made"])
def test_signed_requests_need_the_key_of_a_merchant_and_health_needs_none(story: Story, key: str) -> None:
    keyless = story.world.running.pos(TERMINAL, api_key=key)

    answer: Answer = keyless.send(keyless.look(absent(keyless)))

    assert (answer.http_status, answer.words["code"]) == (403, "api-key-refused")
    assert keyless.health().http_status == 200


def test_the_key_alone_proves_nothing(story: Story) -> None:
    assert (
        story.pos.send_as(story.pos.look(absent(story.pos)), {"X-Api-Key": story.api_key}).http_status == 401
    )


def test_a_method_over_the_stages_own_limit_is_shed_for_everybody(story: Story) -> None:
    api, outputs = aws(story, "apigateway"), story.world.running.outputs
    setting = "/~1v1~1health/GET/throttling"

    def limit(rate: float, burst: int) -> None:
        operations = [
            {"op": "replace", "path": f"{setting}/rateLimit", "value": str(rate)},
            {"op": "replace", "path": f"{setting}/burstLimit", "value": str(burst)},
        ]
        api.update_stage(restApiId=outputs["ApiId"], stageName=STAGE, patchOperations=operations)

    limit(0, 0)
    try:
        shed = story.pos.health()
    finally:
        limit(200, 200)

    assert (shed.http_status, shed.words["code"]) == (429, "too-many-requests")
    assert story.pos.health().http_status == 200
