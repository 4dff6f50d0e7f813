"""Seven destinations, one relay: each takes sales of its own, and a second is asked only after proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payment_adapters.destinations import destination
from payment_core.approval.model import AttemptState, Decision
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payrelay.client import CardInHand
from tests.system.counters import A_SINGLE_VAN, ALL, EVERY_CONTRACT, FOUR_VANS, ISSUERS, Counter, amounts
from tests.system.stories import EXPIRY, eventually
from tools.simulators.faults import Fault, Kind
from tools.simulators.process import Van
from tools.world.truth import tally
from tools.world.world import World

pytestmark = pytest.mark.engine


@pytest.fixture
def van(world: World) -> Iterator[dict[str, Van]]:
    """Everybody, with nothing planned before and after."""
    yield world.vans
    for party in world.vans.values():
        party.tell({"reset": True})


@pytest.mark.parametrize("name", ALL)
def test_every_destination_approves_and_cancels_a_sale_of_its_own(world: World, name: str) -> None:
    shop = Counter.selling_over(world, name)
    request = shop.sale_for(name)

    answer = shop.pay(request)

    assert (answer.http_status, answer.words["state"]) == (201, "APPROVED")
    assert (shop.asked(request.key), shop.fates(request.key)) == ([name], ["approved"])

    cancelled = shop.pos.send(shop.pos.cancel(request.key))

    assert cancelled.words["cancel"]["state"] == "DONE"
    assert shop.fates(request.key) == ["cancelled"]


@pytest.mark.parametrize("name", ALL)
def test_whoever_loses_an_answer_is_net_cancelled_in_its_own_telegram(
    world: World, van: dict[str, Van], name: str
) -> None:
    shop = Counter.selling_over(world, name)
    van[name].script(Fault.LOSE_ANSWER)
    request = shop.sale_for(name)

    answer = shop.pay(request)

    sale = shop.at_rest(request.key)
    assert sale.attempt_states()[0] is AttemptState.REVERSED
    assert shop.fates(request.key)[0] == "net_cancelled"
    assert answer.words["state"] == ("APPROVED" if sale.decision is Decision.APPROVED else "BEING_REVERSED")


class TestFailover:
    """A second destination, only when the first provably holds nothing."""

    def test_a_van_that_refuses_connections_leaves_the_sale_to_the_next(
        self, world: World, van: dict[str, Van]
    ) -> None:
        shop = Counter(world, FOUR_VANS)
        request = shop.sale_for("namsan", spare="gyeongbok")
        van["namsan"].tell({"line": "closed"})

        answer = shop.pay(request)

        assert answer.words["state"] == "APPROVED"
        assert shop.asked(request.key) == ["namsan", "gyeongbok"]
        assert shop.truth(request.key).attempt_states()[0] is AttemptState.NOT_SENT
        assert shop.fates(request.key) == ["", "approved"]

    def test_a_garbled_answer_is_undone_before_the_next_is_asked(
        self, world: World, van: dict[str, Van]
    ) -> None:
        shop = Counter(world, FOUR_VANS)
        request = shop.sale_for("hangang", spare="dongdaemun")
        van["hangang"].script(Fault.GARBLE)

        answer = shop.pay(request)

        assert answer.words["state"] == "APPROVED"
        assert shop.asked(request.key) == ["hangang", "dongdaemun"]
        assert shop.fates(request.key) == ["net_cancelled", "approved"]

    def test_an_unknown_that_nobody_confirms_is_no_reason_to_ask_another(
        self, world: World, van: dict[str, Van]
    ) -> None:
        shop = Counter(world, FOUR_VANS)
        request = shop.sale_for("dongdaemun", spare="hangang")
        van["dongdaemun"].script(Fault.LOSE_ANSWER)
        van["dongdaemun"].script(Fault.HANG, kind=Kind.NET_CANCEL)

        answer = shop.pay(request)

        assert answer.http_status == 202
        assert shop.at_rest(request.key).decision is Decision.REVERSE
        assert shop.asked(request.key) == ["dongdaemun"]
        assert shop.fates(request.key) == ["net_cancelled"]

    @pytest.mark.parametrize("name", ISSUERS)
    def test_an_issuer_that_is_down_leaves_its_card_to_a_van(
        self, world: World, van: dict[str, Van], name: str
    ) -> None:
        shop = Counter(world, EVERY_CONTRACT)
        request = shop.sale_for(name)
        van[name].tell({"line": "closed"})

        answer = shop.pay(request)

        first, second = shop.asked(request.key)
        assert answer.words["state"] == "APPROVED"
        assert (first, destination(second).kind) == (name, "van")
        assert shop.fates(request.key) == ["", "approved"]

    def test_a_decline_is_an_answer_and_is_asked_nowhere_else(self, world: World) -> None:
        shop = Counter(world, EVERY_CONTRACT)
        request = shop.pos.approval(next(amounts), CardInHand("4000000000000002", EXPIRY))

        assert shop.pay(request).words["state"] == "DECLINED"
        assert shop.asked(request.key) == ["haneul"]


def test_a_single_van_is_never_net_cancelled_and_its_unknown_ends_by_inquiry(
    world: World, van: dict[str, Van]
) -> None:
    shop = Counter(world, A_SINGLE_VAN)
    net_cancels = van["gyeongbok"].telegrams().get("net_cancel", 0)
    van["gyeongbok"].script(Fault.LOSE_ANSWER)
    van["gyeongbok"].script(Fault.HANG, kind=Kind.INQUIRE)
    request = shop.sale_for("gyeongbok", spare="")

    answer = shop.pay(request)

    assert (answer.http_status, answer.words["approval_number"]) == (202, "")
    attempt = shop.truth(request.key).attempts[0]
    assert (attempt.state, attempt.net_cancel_mode) == (AttemptState.UNRESOLVED, NetCancelMode.VAN_OWNED)
    assert shop.at_rest(request.key).attempt_states()[0] is AttemptState.REVERSED
    assert shop.fates(request.key) == ["cancelled"]
    assert van["gyeongbok"].telegrams().get("net_cancel", 0) == net_cancels
    assert van["gyeongbok"].telegrams()["inquire"] >= 2


def test_at_rest_all_seven_hold_money_for_approved_sales_and_for_nothing_else(world: World) -> None:
    def agree() -> bool:
        counted = tally(world.running)
        return not counted.disagreements

    eventually(agree)
