"""What the index of open money promises: every open sale is in it, no closed one is."""

from __future__ import annotations

from dataclasses import replace

from payment_core.approval.accept import accept
from payment_core.approval.change import DRIVER_LIMIT_MS
from payment_core.approval.ending import end_undecided
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import korean_time
from tests.contracts.ports import Store
from tests.contracts.sale import a_request, a_write
from tests.fakes.hands import Clock

EVERYTHING = 1_000


def test_a_claimed_sale_is_due_when_its_request_must_have_ended(
    store: Store, sale_id: SaleId, clock: Clock
) -> None:
    accept(a_request(sale_id), store, store, clock.hand("gateway"))

    assert sale_id not in store.due(clock.at_ms + DRIVER_LIMIT_MS - 1, EVERYTHING)
    assert sale_id in store.due(clock.at_ms + DRIVER_LIMIT_MS, EVERYTHING)


def test_the_write_that_closes_a_sale_takes_it_out_of_the_index(
    store: Store, sale_id: SaleId, clock: Clock
) -> None:
    accept(a_request(sale_id), store, store, clock.hand("gateway"))
    sale = store.read(sale_id)
    assert sale is not None
    ending = end_undecided(sale, clock.hand("sweeper"))
    assert ending is not None

    closed = store.apply(ending).sale

    assert not closed.is_open
    assert sale_id not in store.due(clock.at_ms + 10 * DRIVER_LIMIT_MS, EVERYTHING)


def test_a_sale_that_opens_again_comes_back_into_the_index(
    store: Store, sale_id: SaleId, clock: Clock
) -> None:
    accept(a_request(sale_id), store, store, clock.hand("gateway"))
    closed = a_write(
        sale_id,
        "closed",
        seen={("decision",): "RECEIVED"},
        sets={("decision",): "APPROVED"},
        removes=(("owner",), ("next_action_at_ms",), ("open_bucket",)),
    )
    store.apply(closed)
    assert sale_id not in store.due(clock.at_ms + DRIVER_LIMIT_MS, EVERYTHING)

    store.apply(
        a_write(
            sale_id,
            "opened",
            seen={("decision",): "APPROVED"},
            sets={("decision",): "CANCELLING", ("next_action_at_ms",): clock.at_ms},
        )
    )

    assert sale_id in store.due(clock.at_ms, EVERYTHING)


def test_who_has_waited_longest_comes_first_and_no_more_than_asked(
    store: Store, sale_id: SaleId, clock: Clock
) -> None:
    # Far in the past of every other test, so that these four are the oldest of a shared table.
    clock.pass_seconds(-86_400 * (1 + sale_id.sequence))
    that_day = replace(sale_id, business_date=f"{korean_time(clock.at_ms):%Y%m%d}")
    oldest_first = [replace(that_day, terminal=f"1001000{place}") for place in range(4)]
    for one in oldest_first:
        accept(a_request(one), store, store, clock.hand("gateway"))
        clock.pass_seconds(1)

    assert store.due(clock.at_ms + DRIVER_LIMIT_MS, 3) == oldest_first[:3]
