"""Claim: each approval is in exactly one settlement file, and what is cancelled later in a later one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.approval.cancel import CancelRequest, begin_cancel, cancel_and_wait
from payment_core.approval.change import pinned_states
from payment_core.approval.claim import _next_claim, claim, claim_waiting
from payment_core.approval.model import CancelState, Decision
from payment_core.approval.refusals import (
    CancelAmountError,
    CancelReusedError,
    NetCancelNotPossibleError,
    SaleNotCancellableError,
)
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale


def a_claimed_sale() -> Till:
    till = an_approved_sale()
    till.claim("day 1")
    return till


def amounts(till: Till, batch: str) -> list[tuple[str, int, int]]:
    return [(one.cancel_id, one.amount_won, one.vat_won) for one in till.batch(batch)]


def claim_days(till: Till, last_day: str, batch: str) -> None:
    hand = till.clock.hand("settlement")
    claim_waiting("1001", last_day, batch, sales=till.sales, queue=till.sales, hand=hand)


def test_an_approved_sale_is_claimed_with_all_that_the_customer_pays() -> None:
    till = a_claimed_sale()

    assert amounts(till, "day 1") == [("", 11_000, 1_000)]
    assert (till.sale.decision, till.sale.claim_batch) == (Decision.APPROVED, "day 1")
    assert not till.sale.is_open


def test_what_was_cancelled_before_the_claim_is_not_claimed() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 5_000)
    till.try_cancel(43)

    till.claim("day 1")

    assert amounts(till, "day 1") == [("", 6_000, 545)]


def test_a_sale_is_claimed_once_whoever_claims_it_again() -> None:
    till = a_claimed_sale()

    till.claim("day 1")
    till.claim("day 2")

    assert till.steps.count("claim") == 1
    assert till.batch("day 2") == []


def test_a_sale_in_flight_at_the_cut_off_falls_into_exactly_one_batch() -> None:
    till = Till()
    till.accept()
    claim_days(till, "20261120", "day 1")
    till.send()

    claim_days(till, "20261121", "day 2")
    claim_days(till, "20261121", "day 3")

    assert [amounts(till, batch) for batch in ("day 1", "day 2", "day 3")] == [[], [("", 11_000, 1_000)], []]


def test_a_sale_that_is_being_cancelled_at_the_cut_off_waits_for_its_end() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 1_000)
    till.claim("day 1")
    till.try_cancel(43)

    till.claim("day 2")

    assert till.batch("day 1") == []
    assert amounts(till, "day 2") == [("", 10_000, 909)]


def test_a_later_day_waits_for_its_own_cut_off() -> None:
    till = an_approved_sale()

    claim_days(till, "20261119", "day 0")

    assert till.batch("day 0") == []


@pytest.mark.parametrize("make", [Till, an_unanswered_sale])
def test_what_is_not_approved_is_not_claimed(make: type[Till]) -> None:
    till = make()

    till.claim()

    assert till.batch("day 1") == []


def test_what_was_net_cancelled_or_given_back_leaves_the_queue() -> None:
    undone, cancelled = an_approved_sale(), an_approved_sale()
    undone.undo_for_pos()
    cancelled.begin_cancel()
    cancelled.try_cancel()

    for till in (undone, cancelled):
        assert list(till.sales.waiting("1001", "20261120")) == []


def test_a_claimed_sale_cannot_be_net_cancelled_any_more() -> None:
    till = a_claimed_sale()

    with pytest.raises(NetCancelNotPossibleError, match="use a cancel"):
        till.undo_for_pos()


def test_a_net_cancel_and_a_claim_never_both_win() -> None:
    till = an_approved_sale()
    till.sales.after_next_read = till.claim

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()

    assert till.sale.claim_batch == "day 1"


def test_a_cancel_after_the_claim_becomes_a_refund_and_asks_nobody() -> None:
    till = a_claimed_sale()

    sale = cancel_and_wait(
        CancelRequest(till.sale_id, "20261120", 43, 4_000, None),
        sales=till.sales,
        drivers=till.drivers,
        hand=till.clock.hand("gateway"),
    )

    refund = sale.cancels["20261120-43"]
    assert (refund.state, refund.amount_won, refund.vat_won) == (CancelState.REFUND, 4_000, 364)
    assert (sale.decision, sale.cancellable_won, sale.cancellable_vat_won) == (Decision.APPROVED, 7_000, 636)
    assert "cancel" not in till.asked
    assert not till.drivers.running


def test_a_cancel_that_a_claim_overtakes_becomes_a_refund_too() -> None:
    till = an_approved_sale()
    till.sales.after_next_read = till.claim

    till.begin_cancel(43, 4_000)

    assert till.sale.cancels["20261120-43"].state is CancelState.REFUND
    assert till.steps == ["accept", "intent", "approve", "claim", "refund"]


def test_a_refund_goes_into_exactly_one_file_and_never_into_that_of_its_sale() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)

    for batch in ("day 1", "day 2", "day 2", "day 3"):
        till.claim(batch)

    assert amounts(till, "day 1") == [("", 11_000, 1_000)]
    assert amounts(till, "day 2") == [("20261120-43", 4_000, 364)]
    assert till.batch("day 3") == []


def test_refunds_of_several_days_go_into_the_next_file_together_and_later_ones_into_a_later() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    till.begin_cancel(44, 2_000)
    claim_days(till, "20261120", "day 2")
    till.begin_cancel(45, 1_000)

    claim_days(till, "20261120", "day 3")

    assert [one.cancel_id for one in till.batch("day 2")] == ["20261120-43", "20261120-44"]
    assert [one.cancel_id for one in till.batch("day 3")] == ["20261120-45"]


def refund_of_the_next_day(till: Till, sequence: int = 44) -> None:
    asked = CancelRequest(till.sale_id, "20261121", sequence, 2_000, None)
    begin_cancel(asked, till.sales, till.clock.hand("gateway"))


def test_a_refund_that_waits_is_not_held_up_by_one_of_a_later_day() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    refund_of_the_next_day(till)

    claim_days(till, "20261120", "day 2")

    assert "20261120-43" in [one.cancel_id for one in till.batch("day 2")]


def test_a_refund_goes_by_its_own_day_when_none_waits_before_it() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    claim_days(till, "20261120", "day 2")
    refund_of_the_next_day(till)
    refund_of_the_next_day(till, 45)

    claim_days(till, "20261120", "day 3")
    assert till.batch("day 3") == []

    claim_days(till, "20261121", "day 4")
    assert [one.cancel_id for one in till.batch("day 4")] == ["20261121-44", "20261121-45"]


def test_the_history_says_which_batch_took_what() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    till.claim("day 2")

    claimed, refunded = (one for one in till.sale.history if str(one.step).startswith("claim"))

    assert claimed.evidence == {"batch": "day 1", "amount_won": "11000", "vat_won": "1000"}
    assert refunded.evidence == {
        "cancel": "20261120-43",
        "batch": "day 2",
        "amount_won": "4000",
        "vat_won": "364",
    }


def test_a_claim_takes_only_what_is_as_it_was_seen() -> None:
    till, hand = an_approved_sale(), Till().clock.hand("settlement")
    whole = _next_claim(till.sale, "day 1", hand)
    till.claim("day 1")
    till.begin_cancel(43, 4_000)

    refund = _next_claim(till.sale, "day 2", hand)

    assert whole is not None
    assert refund is not None
    assert whole.seen == {
        **pinned_states(till.sale),
        ("cancellable_won",): 11_000,
        ("claim_batch",): None,
    }
    assert refund.seen == {
        **pinned_states(till.sale),
        ("cancellable_won",): 7_000,
        ("cancels", "20261120-43", "claim_batch"): None,
    }


def test_a_refund_is_taken_only_while_what_waits_beside_it_still_does() -> None:
    till = an_approved_sale()
    till.claim("day 1")
    till.begin_cancel(43, 4_000)
    till.begin_cancel(44, 1_000)
    seen = _next_claim(till.sale, "day 2", till.clock.hand("settlement"))
    till.claim("day 3")

    assert seen is not None
    assert not till.sales.apply(replace(seen, removes=(), sets={("write_id",): seen.write_id})).won
    assert ("cancels", "20261120-44", "claim_batch") in seen.seen


def test_a_sale_that_a_batch_wanted_and_that_is_not_there_is_no_record() -> None:
    till = an_approved_sale()
    till.sales.enlist("day 1", replace(till.sale_id, sequence=1))
    till.claim("day 1")

    assert amounts(till, "day 1") == [("", 11_000, 1_000)]


def test_a_refund_that_arrives_while_another_is_filed_stays_in_the_queue() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    till.sales.after_next_read = lambda: till.begin_cancel(44, 1_000)

    till.claim("day 2")

    assert [one.cancel_id for one in till.batch("day 2")] == ["20261120-43", "20261120-44"]


def test_the_same_refund_asked_again_is_the_same_refund() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)
    before = till.sale

    assert till.begin_cancel(43, 4_000) == before
    with pytest.raises(CancelReusedError):
        till.begin_cancel(43, 5_000)


def test_a_cancel_done_before_the_claim_and_asked_again_after_it_is_not_refunded() -> None:
    till = an_approved_sale()
    till.begin_cancel(43, 4_000)
    till.try_cancel(43)
    till.claim("day 1")

    till.begin_cancel(43, 4_000)

    assert not till.sale.refunds


def test_when_all_is_refunded_nothing_is_left_to_cancel() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43)

    with pytest.raises(SaleNotCancellableError, match="REFUNDED"):
        till.begin_cancel(44)

    assert till.sale.decision is Decision.APPROVED, "the approval lives until a file takes it back"


def test_the_shopkeeper_reads_what_stays_paid_and_what_goes_back() -> None:
    till = a_claimed_sale()
    till.begin_cancel(43, 4_000)

    assert sentence(till.sale, Language.ENGLISH) == (
        "The customer pays 7,000 won of 11,000: claimed before, 4,000 won go back by settlement."
    )


days = st.sampled_from(["cancel", "claim"])
asks = st.tuples(st.integers(-10, 12_000), st.none() | st.integers(-1, 1_100))


@given(st.lists(st.tuples(days, asks), max_size=10))
def test_whatever_is_cancelled_before_and_after_the_claim_the_files_add_up(
    story: list[tuple[str, tuple[int, int | None]]],
) -> None:
    till = an_approved_sale()
    for number, (act, (amount_won, vat_won)) in enumerate(story):
        if act == "claim":
            till.claim(f"day {number}")
            continue
        try:
            till.begin_cancel(43 + number, amount_won, vat_won)
            till.try_cancel(43 + number)
        except (CancelAmountError, SaleNotCancellableError):
            pass
    if till.sale.decision is Decision.APPROVED:
        for batch in ("the last but one", "the last"):  # its sale first, its refunds in the next
            till.claim(batch)

    sale = till.sale
    held = [one for batch, _ in sorted(till.sales.wanted) for one in till.batch(batch)]
    refunds = [one for one in held if one.cancel_id]
    online = [one for one in sale.cancels.values() if one.state is CancelState.DONE]
    for field, of, left in (
        ("amount_won", 11_000, sale.cancellable_won),
        ("vat_won", 1_000, sale.cancellable_vat_won),
    ):
        claimed = sum(getattr(one, field) for one in held if not one.cancel_id)
        back = sum(getattr(one, field) for one in refunds)
        assert claimed - back == (left if sale.claim_batch else 0)
        assert sum(getattr(one, field) for one in online) + back + left == of
    assert 0 <= sale.cancellable_vat_won <= sale.cancellable_won
    assert len(held) - len(refunds) == bool(sale.claim_batch)
    assert sorted(one.cancel_id for one in refunds) == sorted(sale.refunds)
    assert not list(till.sales.waiting("1001", "20261120"))


def test_a_claim_that_stops_halfway_is_finished_by_the_next_run() -> None:
    till = an_approved_sale()
    other = replace(till, sale_id=replace(till.sale_id, sequence=44))
    other.accept(card_token="another card")  # noqa: S106 -- a name for a card, not a password
    other.send()
    claim(till.sale_id, "day 1", sales=till.sales, queue=till.sales, hand=till.clock.hand("settlement"))
    till.sales.enlist("day 1", other.sale_id)  # and died before it took the second

    assert [one.sale.sale_id for one in till.batch("day 1")] == [till.sale_id]
    claim_days(till, "20261120", "day 1")

    first, second = till.batch("day 1")
    assert [first.sale.sale_id, second.sale.sale_id] == [till.sale_id, other.sale_id]
