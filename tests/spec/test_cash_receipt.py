"""Cash receipts: for whom they are, how they are taken back, and how an unknown one is undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.admission import require_admissible
from payment_core.approval.cash_receipt import (
    SELF_ISSUED_NUMBER,
    Identity,
    Purpose,
    Reason,
    Receipt,
    TakenBack,
)
from payment_core.approval.lanes import Lane, lane_of
from payment_core.approval.model import Decision
from payment_core.approval.outcome import InDoubt, Refused
from payment_core.approval.refusals import (
    CancelAmountError,
    ReceiptCancelLateError,
    ReceiptCustomerDiffersError,
    ReceiptCustomerError,
    ReceiptReasonError,
)
from payment_core.kernel.card import Entry
from payment_core.kernel.instrument import Instrument, masked_instrument
from payment_core.kernel.tender import Tender
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale

PHONE, BUSINESS = "01012345678", "1208100001"
DAY_MS = 86_400_000
OF_THE_CUSTOMER = TakenBack(Reason.SALE_CANCELLED, "token", {"box": PHONE})


def a_receipt(purpose: Purpose = Purpose.INCOME_DEDUCTION, **more: ScriptedLink) -> Till:
    """A till whose receipt over 11,000 won was issued, unless the link says otherwise."""
    till = Till(**more)  # type: ignore[arg-type]  # tests name fields of the till
    named_by = None if purpose is Purpose.SELF_ISSUED else Identity.PHONE
    till.accept(tender=Tender.CASH_RECEIPT, receipt=Receipt(purpose, named_by))
    till.send()
    return till


@pytest.mark.parametrize(
    ("purpose", "named_by", "number", "fits"),
    [
        (Purpose.INCOME_DEDUCTION, Identity.PHONE, PHONE, True),
        (Purpose.INCOME_DEDUCTION, Identity.CARD, "4111111111111111", True),
        (Purpose.INCOME_DEDUCTION, Identity.BUSINESS_NUMBER, BUSINESS, False),
        (Purpose.INCOME_DEDUCTION, None, SELF_ISSUED_NUMBER, False),
        (Purpose.EXPENSE_PROOF, Identity.BUSINESS_NUMBER, BUSINESS, True),
        (Purpose.EXPENSE_PROOF, Identity.CARD, "4111111111111111", True),
        (Purpose.EXPENSE_PROOF, Identity.PHONE, PHONE, False),
        (Purpose.SELF_ISSUED, None, SELF_ISSUED_NUMBER, True),
        (Purpose.SELF_ISSUED, Identity.PHONE, PHONE, False),
        (Purpose.INCOME_DEDUCTION, Identity.PHONE, "0212345678", False),
        (Purpose.EXPENSE_PROOF, Identity.BUSINESS_NUMBER, BUSINESS + "0", False),
    ],
)
def test_a_customer_is_named_as_the_purpose_wants(
    purpose: Purpose, named_by: Identity | None, number: str, *, fits: bool
) -> None:
    till = Till()
    request = till.request(tender=Tender.CASH_RECEIPT, receipt=Receipt(purpose, named_by))
    customer = Instrument(number, Entry.KEYED)

    if fits:
        require_admissible(request, customer, till.clock.at_ms)
    else:
        with pytest.raises(ReceiptCustomerError) as refused:
            require_admissible(request, customer, till.clock.at_ms)
        assert number not in str(refused.value)


@pytest.mark.parametrize("number", [PHONE, BUSINESS, SELF_ISSUED_NUMBER])
def test_four_digits_of_a_customer_are_shown_at_most(number: str) -> None:
    assert masked_instrument(number) == "*" * (len(number) - 4) + number[-4:]
    assert number not in repr(Instrument(number, Entry.KEYED))


def test_a_receipt_is_issued_by_the_way_of_an_approval() -> None:
    till = a_receipt()

    assert till.sale.decision is Decision.APPROVED
    assert (till.sale.tender, till.sale.purpose) == (Tender.CASH_RECEIPT, Purpose.INCOME_DEDUCTION)
    assert (till.link.asked[0][1].tender, till.link.asked[0][1].purpose) == (
        "cash_receipt",
        "income_deduction",
    )


def test_a_receipt_whose_answer_never_came_is_net_cancelled() -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[SILENCE]))

    assert till.undo(in_line=True).closed
    assert till.asked == ["authorise", "net_cancel"]


def test_it_is_never_undone_by_a_cancel_because_nobody_kept_the_customer() -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[SILENCE]))
    found = replace(till.sale.attempts[0], approval_number="30000001", approved_won=11_000)
    late_ms = found.intent_at_ms + HANGANG.net_cancel_window_seconds * 1_000

    assert lane_of(found, HANGANG, late_ms, Tender.CARD) is Lane.CANCEL
    assert lane_of(found, replace(HANGANG, has_inquiry=True), late_ms, Tender.CASH_RECEIPT) is Lane.INQUIRY
    assert lane_of(found, HANGANG, late_ms, Tender.CASH_RECEIPT) is Lane.NET_CANCEL


def test_a_receipt_is_claimed_by_no_settlement_file() -> None:
    till = a_receipt()
    till.claim("day 1")

    assert (till.sale.claim_batch, till.batch("day 1")) == ("", [])


class TestTakingBack:
    """The whole of it, within 90 days, for a reason, from the same customer."""

    def test_the_customer_is_kept_sealed_until_the_cancel_ends_and_no_longer(self) -> None:
        till = a_receipt(link=ScriptedLink(cancels=[SILENCE, SILENCE]))
        till.begin_cancel(taken_back=OF_THE_CUSTOMER)
        till.try_cancel()
        assert till.sale.cancels["20261120-43"].sealed_customer == {"box": PHONE}

        till.link.cancels[:] = ScriptedLink().cancels
        assert till.try_cancel().closed

        assert till.sale.decision is Decision.CANCELLED
        assert till.sale.cancels["20261120-43"].sealed_customer == {}
        assert till.sale.cancels["20261120-43"].reason == "sale_cancelled"
        assert [one.number for one in till.link.customers if one] == [PHONE, PHONE]
        assert till.link.asked[-1][1].reason == "sale_cancelled"

    def test_a_refused_cancel_keeps_no_customer_either(self) -> None:
        till = a_receipt(link=ScriptedLink(cancels=[Refused("6371", "취소 가능 시간이 지났습니다")]))
        till.begin_cancel(taken_back=OF_THE_CUSTOMER)
        till.try_cancel()

        assert till.sale.decision is Decision.APPROVED
        assert till.sale.cancels["20261120-43"].sealed_customer == {}

    def test_a_receipt_needs_reason_and_customer_and_a_card_sale_has_none(self) -> None:
        with pytest.raises(ReceiptReasonError):
            a_receipt().begin_cancel()
        with pytest.raises(ReceiptReasonError):
            an_approved_sale().begin_cancel(taken_back=OF_THE_CUSTOMER)

    def test_another_customer_is_refused_unless_the_receipt_names_nobody(self) -> None:
        another = replace(OF_THE_CUSTOMER, customer_token="another")  # noqa: S106 -- a name, not a password

        with pytest.raises(ReceiptCustomerDiffersError):
            a_receipt().begin_cancel(taken_back=another)
        assert a_receipt(Purpose.SELF_ISSUED).begin_cancel(taken_back=another).open_cancel

    def test_a_part_is_refused_and_the_whole_may_be_named(self) -> None:
        with pytest.raises(CancelAmountError):
            a_receipt().begin_cancel(amount_won=1_000, taken_back=OF_THE_CUSTOMER)
        assert a_receipt().begin_cancel(amount_won=11_000, taken_back=OF_THE_CUSTOMER).open_cancel

    @pytest.mark.parametrize(("day", "days", "is_late"), [("20270218", 90, False), ("20270219", 91, True)])
    def test_it_is_taken_back_within_90_days(self, day: str, days: int, *, is_late: bool) -> None:
        till = a_receipt()
        till.clock.at_ms += days * DAY_MS

        if is_late:
            with pytest.raises(ReceiptCancelLateError):
                till.begin_cancel(business_date=day, taken_back=OF_THE_CUSTOMER)
        else:
            assert till.begin_cancel(business_date=day, taken_back=OF_THE_CUSTOMER).open_cancel

    def test_the_same_cancel_again_needs_no_customer(self) -> None:
        till = a_receipt(link=ScriptedLink(cancels=[InDoubt("no answer by the deadline")]))
        till.begin_cancel(taken_back=OF_THE_CUSTOMER)

        assert till.begin_cancel().open_cancel == "20261120-43"
