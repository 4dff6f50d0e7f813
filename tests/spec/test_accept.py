"""Accept: the POS's key claims the sale once, and is answered the same for ever."""

from __future__ import annotations

import pytest

from payment_core.approval.model import Decision
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.refusals import BusinessDateError, FingerprintDiffersError, SaleInProgressError
from tests.spec.till import Till, an_approved_sale


def test_a_new_key_claims_the_sale_and_gives_it_an_owner() -> None:
    till = Till()

    assert till.accept() is None

    assert till.sale.decision is Decision.RECEIVED
    assert (till.sale.owner, till.sale.next_action_at_ms) == ("request", till.clock.at_ms + 30_000)


def test_the_same_key_while_the_first_is_on_its_way_is_told_to_wait() -> None:
    till = Till()
    till.accept()

    with pytest.raises(SaleInProgressError):
        till.accept()


def test_the_same_key_after_the_decision_gets_the_stored_answer_byte_for_byte() -> None:
    till = an_approved_sale()
    told = till.sale.answer

    assert till.accept() == told


def test_the_same_key_with_other_contents_is_refused_and_changes_nothing() -> None:
    till = an_approved_sale()
    before = till.sale

    with pytest.raises(FingerprintDiffersError):
        till.accept(amount_won=12_000, fingerprint="another sale")

    assert till.sale == before


def test_a_claim_whose_answer_was_lost_is_still_ours_when_its_write_is_delivered_again() -> None:
    till = Till()
    till.sales.trouble = ["unheard"]

    with pytest.raises(StoreUnavailableError):
        till.accept()

    assert till.sale.decision is Decision.RECEIVED


@pytest.mark.parametrize(
    ("days_later", "is_claimed"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_business_date_is_within_a_day_of_today_in_korea(days_later: int, is_claimed: bool) -> None:  # noqa: FBT001 -- a column of the table
    till = Till()
    till.clock.pass_seconds(-days_later * 86_400)

    if is_claimed:
        assert till.accept() is None
    else:
        with pytest.raises(BusinessDateError):
            till.accept()
        assert till.sales.items == {}
