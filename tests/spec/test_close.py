"""Close: a merchant's day becomes one batch, each sale is in exactly one, and a second run makes nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from payment_core.kernel.korean_time import KOREA
from payment_core.settlement.close import Closed, days_to_close
from payment_core.settlement.model import RowKind, RowState
from tests.fakes.settlement import PowerCutError
from tests.spec.clearing import BATCH, DAY, NEXT_DAY, Clearing, sold


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=KOREA).timestamp()) * 1_000


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-20T02:59:59", []),
        ("2026-11-20T03:00:00", ["20261119"]),
        ("2026-11-21T12:00:00", ["20261119", "20261120"]),
    ],
)
def test_a_day_is_closed_when_its_cut_off_is_over_and_days_are_closed_in_order(
    now: str, days: list[str]
) -> None:
    assert days_to_close("20261118", at(now)) == days


def test_every_sale_of_the_day_is_a_row_that_waits_for_its_claim() -> None:
    clearing = Clearing()
    clearing.claims.sold(sold(1), DAY)
    clearing.claims.sold(sold(2, 4_000), DAY)

    assert clearing.close() == Closed(BATCH, 2, 0, 15_000, 0)
    assert clearing.states() == [RowState.TO_CLAIM] * 2
    assert {row.deadlines.claim_by for row in clearing.rows.of_batch(BATCH)} == {NEXT_DAY}


def test_what_a_till_dates_ahead_waits_for_its_own_day() -> None:
    clearing = Clearing()
    clearing.claims.sold(sold(1), DAY)
    clearing.claims.sold(sold(2), NEXT_DAY)

    assert [clearing.close(DAY).sales, clearing.close(NEXT_DAY).sales] == [1, 1]


def test_what_is_decided_after_its_day_was_closed_is_in_the_next_batch_with_its_own_date() -> None:
    clearing = Clearing()
    clearing.close(DAY)
    clearing.claims.sold(sold(1), DAY)

    assert clearing.close(NEXT_DAY).sales == 1
    assert [(row.batch, row.sale_date) for row in clearing.rows.kept.values()] == [(f"1001-{NEXT_DAY}", DAY)]


def test_a_refund_is_a_row_of_its_own_whose_deadlines_run_from_the_day_that_took_it() -> None:
    clearing = Clearing()
    clearing.claimed(sold(1))
    clearing.claims.sold(sold(1, 4_000, refund="7"), NEXT_DAY)

    assert clearing.close(NEXT_DAY) == Closed(f"1001-{NEXT_DAY}", 0, 1, 0, 4_000)
    (refund,) = clearing.rows.of_batch(f"1001-{NEXT_DAY}")
    assert (refund.kind, refund.sale_date, refund.deadlines.claim_by) == (RowKind.REFUND, DAY, "20261123")


def test_a_sale_of_which_nothing_is_left_makes_no_row() -> None:
    clearing = Clearing()
    clearing.claims.sold(sold(1, 0), DAY)

    assert clearing.close() == Closed(BATCH, 0, 0, 0, 0)


def test_a_close_that_is_killed_anywhere_and_run_again_makes_the_same_rows() -> None:
    whole = Clearing()
    for number in range(1, 4):
        whole.claims.sold(sold(number), DAY)
    whole.close()

    for writes in range(6):
        clearing = Clearing()
        for number in range(1, 4):
            clearing.claims.sold(sold(number), DAY)
        clearing.power.writes = writes
        with pytest.raises(PowerCutError):
            clearing.close()
        clearing.power.writes = None

        assert clearing.close().sales == 3
        assert clearing.rows.kept == whole.rows.kept


def test_a_day_that_was_missed_is_closed_first() -> None:
    assert days_to_close("20261116", at("2026-11-20T02:59:59")) == ["20261117", "20261118"]
