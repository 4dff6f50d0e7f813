from __future__ import annotations

import pytest

from tools.lab.campaign import play, run, world_after
from tools.lab.plan import Act, Plan, draw
from tools.lab.plants import PLANTS
from tools.lab.shop import CUSTOMER
from tools.lab.strikes import Strike
from tools.simulators.books import Fate

SCHEDULES, PART = 20_000, 2_500  # of each run of CI, docs/proof/laboratory.md; `make proof` plays a million
TWICE = 20


def test_a_sale_goes_through_the_real_handlers_and_workflows() -> None:
    played = play(Plan(seed=1, merchant="1001", tills=((Act("sell", amount_won=10_000),),)))

    assert played.broken is None
    assert played.seen[1] == 1, "it was approved, and stood so in the books of its destination"


@pytest.mark.parametrize("what", ["sell by unionpay", "use points", "pay by barcode", "issue receipt"])
def test_every_tender_goes_through_the_real_handlers_and_workflows(what: str) -> None:
    played = play(Plan(seed=1, merchant="1001", tills=((Act(what, amount_won=10_000),),)))

    assert played.broken is None
    assert played.seen[1] == 1, "it was approved, and stood so in the books of its destination"


def test_a_receipt_is_taken_back_in_the_books_as_well() -> None:
    acts = (Act("issue receipt", amount_won=10_000), Act("take back receipt", after_ms=5_000))

    world = world_after(Plan(seed=1, merchant="1001", tills=(acts,)))

    assert world.broken is None
    assert [sale.decision for sale in world.watch.sales.values()] == ["CANCELLED"]
    assert [one.fate for one in world.parties["hangang"].books] == [Fate.CANCELLED]


def test_whatever_is_planted_has_a_place_to_grow() -> None:
    """The code that a plant breaks may have moved; which of them are noticed is `payrelay lab plants`."""
    for plant in PLANTS:
        with plant.planted():
            pass


def test_a_receipt_that_a_single_van_neither_answered_nor_undid_is_taken_back_and_closes() -> None:
    act, dies = Act("issue receipt", amount_won=10_000), Strike(23, "after the send")

    world = world_after(Plan(seed=1, merchant="1003", tills=((act,),), strikes=(dies,)))

    assert world.broken is None
    (sale,) = world.watch.sales.values()
    assert (sale.decision, sale.attempts) == ("REVERSE", ("REVERSED",))
    assert ["sealed_customer" in image for image in (sale.images[0], sale.image)] == [True, False]
    assert CUSTOMER.number not in str(sale.images)
    assert [one.fate for one in world.parties["gyeongbok"].books] == [Fate.CANCELLED]


def test_a_cancel_of_another_amount_is_left_to_a_person_with_what_is_held() -> None:
    acts = (Act("sell", amount_won=10_000), Act("cancel", after_ms=5_000))
    strike = Strike(31, "cancel wrong_amount")

    world = world_after(Plan(seed=1, merchant="1001", tills=(acts,), strikes=(strike,)))

    assert world.broken is None
    (sale,) = world.watch.sales.values()
    ((_, held),) = world.watch.live(sale)
    (cancel,) = sale.image["cancels"]["M"].values()
    assert (cancel["M"]["state"], cancel["M"]["taken_back_won"]) == ({"S": "MANUAL"}, {"N": "9999"})
    assert (sale.decision, held.remaining_won) == ("CANCELLING", 1)


def test_the_same_seed_plays_the_same_bytes() -> None:
    first = [play(draw(seed)).digest for seed in range(TWICE)]
    again = [play(draw(seed)).digest for seed in range(TWICE)]

    assert first == again
    assert len(set(first)) == TWICE


@pytest.mark.parametrize("first_seed", range(0, SCHEDULES, PART))
def test_whatever_goes_wrong_no_invariant_breaks(first_seed: int) -> None:
    report = run(first_seed, PART)

    assert [f"seed {one.plan.seed}: {one.broken}" for one in report.failures] == []
    assert report.schedules == PART
    assert report.never_seen == []
    assert report.never_fired == []
