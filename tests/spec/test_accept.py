"""Accept: the POS's key claims the sale once, and is answered the same for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.model import Decision, SaleId
from payment_core.approval.ports import Nonce, StoreUnavailableError
from payment_core.approval.refusals import (
    BusinessDateError,
    CardBusyError,
    FingerprintDiffersError,
    NonceReusedError,
    SaleInProgressError,
    SuspectedDuplicateError,
)
from payment_core.kernel.language import Language
from tests.spec.till import SALE_ID, Till, an_approved_sale, an_unanswered_sale

NONCE = Nonce("1001.10010001.1", "seen on the line")
SECOND_TAP = replace(SALE_ID, sequence=43)
ANOTHER_TERMINALS = SaleId("1001", "10010002", 1, "20261120", 7)


def test_a_new_key_claims_the_sale_and_gives_it_an_owner() -> None:
    till = Till()

    assert till.accept() is None

    assert till.sale.decision is Decision.RECEIVED
    assert (till.sale.owner, till.sale.next_action_at_ms) == ("request", till.clock.at_ms + 30_000)


def test_a_claimed_sale_is_what_the_pos_asked_for() -> None:
    till = Till()
    asked = {
        "amount_won": 20_000,
        "vat_won": 1_500,
        "service_won": 1_000,
        "tax_free_won": 2_500,
        "installment_months": 3,
        "card_masked": "541333******4444",
        "card_token": "another card",
        "fingerprint": "these contents",
        "language": Language.KOREAN,
        "deadline_at_ms": till.clock.at_ms + 20_000,
    }

    till.accept(**asked)

    assert {name: getattr(till.sale, name) for name in asked} == asked
    assert till.sale.received_at_ms == till.clock.at_ms


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


class TestNonces:
    """A captured request never executes a second time."""

    def test_a_nonce_of_another_request_claims_nothing(self) -> None:
        till = Till()
        till.accept(nonce=NONCE)
        other = replace(till.sale_id, sequence=77)

        with pytest.raises(NonceReusedError):
            till.accept(nonce=NONCE, sale_id=other, card_token="another card")  # noqa: S106 -- a name for a card

        assert till.sales.read(other) is None

    @pytest.mark.parametrize("seconds_later", [0, 10])
    def test_a_request_that_was_refused_for_its_card_is_not_heard_later_under_the_same_nonce(
        self, seconds_later: int
    ) -> None:
        till = an_approved_sale()
        with pytest.raises(SuspectedDuplicateError):
            till.accept(sale_id=SECOND_TAP, nonce=NONCE)
        till.clock.pass_seconds(seconds_later)

        with pytest.raises(NonceReusedError):
            till.accept(sale_id=SECOND_TAP, nonce=NONCE)

        assert till.sales.read(SECOND_TAP) is None

    def test_the_very_same_request_again_gets_at_most_the_stored_answer(self) -> None:
        till = Till()
        till.accept(nonce=NONCE)
        till.send()

        assert till.accept(nonce=NONCE) == till.sale.answer
        assert till.asked == ["authorise"]


class TestOneCardAtATime:
    """No card pays twice at once, whatever terminal it is at."""

    def test_a_card_whose_sale_is_undecided_has_to_wait(self) -> None:
        till = Till()
        till.accept()

        with pytest.raises(CardBusyError):
            till.accept(sale_id=ANOTHER_TERMINALS, amount_won=5_000)

        assert till.sales.read(ANOTHER_TERMINALS) is None

    def test_a_card_whose_sale_is_decided_pays_again(self) -> None:
        till = an_approved_sale()

        assert till.accept(sale_id=ANOTHER_TERMINALS, amount_won=5_000) is None

    def test_a_card_is_not_kept_by_a_sale_whose_hands_died(self) -> None:
        till = Till()
        till.accept()
        till.clock.pass_seconds(30)

        assert till.accept(sale_id=ANOTHER_TERMINALS) is None

    def test_while_it_cannot_be_read_what_a_card_waits_for_nothing_is_claimed(self) -> None:
        till = an_approved_sale()
        del till.sales.items[SALE_ID]

        with pytest.raises(StoreUnavailableError, match="cannot be read"):
            till.accept(sale_id=ANOTHER_TERMINALS)

        assert till.sales.items == {}

    def test_another_card_does_not_wait(self) -> None:
        till = Till()
        till.accept()

        assert till.accept(sale_id=ANOTHER_TERMINALS, card_token="another card") is None  # noqa: S106 -- a name


class TestDoubleTap:
    """The same card and amount under another key a moment later: refused, never merged."""

    def test_the_same_card_and_amount_within_the_window_is_refused_and_changes_nothing(self) -> None:
        till = an_approved_sale()
        before = till.sale

        with pytest.raises(SuspectedDuplicateError):
            till.accept(sale_id=SECOND_TAP)

        assert (till.sale, till.sales.read(SECOND_TAP)) == (before, None)

    @pytest.mark.parametrize(
        "said",
        [
            {"amount_won": 11_001},
            {"sale_id": ANOTHER_TERMINALS, "amount_won": 5_000},
            {"double_tap_seconds": 0},
            {"sale_id": replace(ANOTHER_TERMINALS, merchant="2002")},
        ],
    )
    def test_another_amount_or_merchant_or_a_merchant_without_a_window_is_not(
        self, said: dict[str, object]
    ) -> None:
        till = an_approved_sale()

        assert till.accept(**{"sale_id": SECOND_TAP, **said}) is None

    def test_after_the_window_it_is_a_sale_like_any_other(self) -> None:
        till = an_approved_sale()
        till.clock.pass_seconds(2)

        assert till.accept(sale_id=SECOND_TAP) is None

    def test_a_sale_that_took_no_money_is_tried_again_at_once(self) -> None:
        till = an_unanswered_sale()

        assert till.accept(sale_id=SECOND_TAP) is None
