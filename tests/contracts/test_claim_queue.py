"""What the claim queue promises: what waits is in it until its batch has it, and a batch knows its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.accept import accept
from payment_core.approval.cancel import CancelRequest, begin_cancel
from payment_core.approval.claim import claim_waiting, records_of
from payment_core.approval.model import CancelState, SaleId
from payment_core.approval.pos_net_cancel import undo_for_pos
from payment_core.approval.send import Route, send
from payment_core.kernel.language import Language
from tests.contracts.ports import Store
from tests.contracts.sale import a_request
from tests.fakes.drivers import FakeDrivers
from tests.fakes.hands import Clock
from tests.fakes.links import ScriptedLink
from tests.spec.till import CARD, HANGANG

DAY, NEXT_DAY = "20261120", "20261121"


@pytest.fixture
def approved(store: Store, sale_id: SaleId, clock: Clock) -> SaleId:
    """The only sale of its merchant; approved."""
    mine = replace(sale_id, merchant=f"2{sale_id.sequence:03d}")
    accept(a_request(mine), store, store, clock.hand("gateway"))
    route = Route("drawn by the sale's id", "", HANGANG.net_cancel_mode)
    hand = clock.hand("van_link", fence_seconds=24)
    send(mine, 0, CARD, route=route, sales=store, link=ScriptedLink(), profile=HANGANG, hand=hand)
    return mine


def run(store: Store, sale_id: SaleId, clock: Clock, day: str, batch: str) -> list[tuple[str, int, int]]:
    """Claim a day into a batch; what the batch holds then."""
    claim_waiting(sale_id.merchant, day, batch, sales=store, queue=store, hand=clock.hand("settlement"))
    held = records_of(batch, sales=store, queue=store)
    return [(one.cancel_id, one.amount_won, one.vat_won) for one in held]


def test_what_is_approved_waits_from_its_day_on_for_its_own_merchant(store: Store, approved: SaleId) -> None:
    assert list(store.waiting(approved.merchant, "20261119")) == []
    assert list(store.waiting(approved.merchant, NEXT_DAY)) == [approved]
    assert list(store.waiting(f"{approved.merchant}0", NEXT_DAY)) == []


def test_a_sale_and_its_refunds_pass_through_the_queue_once(
    store: Store, approved: SaleId, clock: Clock
) -> None:
    day, next_day = (f"{approved.merchant}-{one}" for one in (DAY, NEXT_DAY))

    assert run(store, approved, clock, DAY, day) == [("", 11_000, 1_000)]
    assert list(store.waiting(approved.merchant, NEXT_DAY)) == []

    for sequence, amount_won in ((43, 4_000), (44, 2_000)):
        asked = CancelRequest(approved, DAY, sequence, amount_won, None)
        sale = begin_cancel(asked, store, clock.hand("gateway"))
        assert sale.cancels[asked.cancel_id].state is CancelState.REFUND
    assert list(store.waiting(approved.merchant, DAY)) == [approved]

    refunds = [("20261120-43", 4_000, 364), ("20261120-44", 2_000, 182)]
    assert run(store, approved, clock, NEXT_DAY, next_day) == refunds
    assert run(store, approved, clock, NEXT_DAY, next_day) == refunds
    assert run(store, approved, clock, DAY, day) == [("", 11_000, 1_000)]
    assert list(store.waiting(approved.merchant, NEXT_DAY)) == []


def test_what_its_pos_took_back_waits_no_more(store: Store, approved: SaleId, clock: Clock) -> None:
    undo_for_pos(approved, Language.ENGLISH, sales=store, drivers=FakeDrivers(), hand=clock.hand("gateway"))

    assert list(store.waiting(approved.merchant, NEXT_DAY)) == []


def test_a_batch_knows_every_sale_that_it_wanted_once(store: Store, sale_id: SaleId) -> None:
    other = replace(sale_id, sequence=sale_id.sequence + 1_000_000)
    for wanted in (sale_id, other, sale_id):
        store.enlist(f"batch-{sale_id.sequence}", wanted)

    assert sorted(store.enlisted(f"batch-{sale_id.sequence}")) == [sale_id, other]
