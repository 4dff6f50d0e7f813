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
from payment_core.approval.outcome import AuthorisationOutcome, Declined, InDoubt, NotSent, Refused
from payment_core.approval.ports import Profile
from payment_core.approval.refusals import (
    CancelAmountError,
    NetCancelNotPossibleError,
    ReceiptCancelLateError,
    ReceiptCustomerDiffersError,
    ReceiptCustomerError,
    ReceiptReasonError,
)
from payment_core.kernel.card import Entry
from payment_core.kernel.instrument import Instrument, masked_instrument
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from tests.fakes.links import APPROVAL, SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale

PHONE, BUSINESS = "01012345678", "1208100001"
DAY_MS = 86_400_000
VAN_OWNED = replace(HANGANG, has_inquiry=True, net_cancel_mode=NetCancelMode.VAN_OWNED)
OF_THE_CUSTOMER = TakenBack(Reason.SALE_CANCELLED, "token", {"box": PHONE})


def a_receipt(purpose: Purpose = Purpose.INCOME_DEDUCTION, **more: ScriptedLink | Profile) -> Till:
    """A till whose receipt over 11,000 won was issued, unless the link says otherwise."""
    till = Till(sealed_customer={"box": PHONE}, **more)  # type: ignore[arg-type]  # tests name fields of the till
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


@pytest.mark.parametrize("profile", [VAN_OWNED, replace(VAN_OWNED, net_cancel_mode=NetCancelMode.RELAY)])
def test_what_no_net_cancel_undid_is_taken_back_from_its_customer_and_closes(profile: Profile) -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[SILENCE]), profile=profile)
    till.clock.pass_seconds(profile.net_cancel_window_seconds)
    assert till.sale.sealed_customer == {"box": PHONE}

    assert not till.undo().closed  # it inquires, and the receipt was issued
    assert till.undo().closed

    assert till.asked == ["authorise", "inquire", "cancel"]
    assert [one.number for one in till.link.customers if one] == [PHONE]
    (_, taken_back) = till.link.asked[-1]
    assert (taken_back.purpose, taken_back.reason) == ("income_deduction", "other")
    assert taken_back.original_approval_number == APPROVAL.approval_number
    assert (till.sale.is_open, till.sale.sealed_customer) == (False, {})


def test_no_net_cancel_and_no_inquiry_opens_the_box() -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[SILENCE], inquiries=[SILENCE]), profile=VAN_OWNED)
    till.clock.pass_seconds(5)

    assert not till.undo().closed

    assert (till.link.customers, till.sale.sealed_customer) == ([], {"box": PHONE})


@pytest.mark.parametrize(
    "answer", [APPROVAL, Declined("0414", "식별번호 오류"), NotSent("no connection", by_us=True)]
)
def test_the_write_that_leaves_nothing_open_removes_the_box(answer: AuthorisationOutcome) -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[answer]))

    assert (till.sale.is_open, till.sale.sealed_customer) == (False, {})


def test_a_receipt_without_its_box_is_inquired_and_never_cancelled_in_nobodys_name() -> None:
    till = a_receipt(link=ScriptedLink(authorisations=[SILENCE]))
    found = replace(till.sale.attempts[0], approval_number="30000001", approved_won=11_000)
    late_ms = found.intent_at_ms + HANGANG.net_cancel_window_seconds * 1_000
    inquirable = replace(HANGANG, has_inquiry=True)

    assert lane_of(found, HANGANG, late_ms) is Lane.CANCEL
    assert lane_of(found, inquirable, late_ms, can_fill=False) is Lane.INQUIRY
    assert lane_of(found, HANGANG, late_ms, can_fill=False) is Lane.NET_CANCEL


def test_an_issued_receipt_of_a_single_van_is_taken_back_by_a_cancel_alone() -> None:
    till = a_receipt(profile=VAN_OWNED)

    with pytest.raises(NetCancelNotPossibleError):
        till.undo_for_pos()

    assert till.sale.decision is Decision.APPROVED
    assert a_receipt().undo_for_pos().decision is Decision.REVERSE


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
