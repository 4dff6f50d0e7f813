"""A cash receipt on every line that takes it: issued, undone when nobody answered, and taken back by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.destinations import destinations
from payment_core.approval.outcome import (
    Approved,
    Declined,
    InDoubt,
    NotApproved,
    NotSent,
    Outcome,
    Refused,
    Undone,
)
from payment_core.approval.ports import Order
from payment_core.kernel.card import Entry
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.tender import Tender
from tests.adapters.parties import BRIEF_SECONDS, BUDGET_MS, WITH_SESSIONS, Running, a_cancel_of, an_order
from tools.simulators.faults import Fault

TAKE_RECEIPTS = [one.profile.name for one in destinations() if Tender.CASH_RECEIPT in one.tenders]
CUSTOMER = Instrument("01012345678", Entry.KEYED)

every = pytest.mark.parametrize("party", TAKE_RECEIPTS, indirect=True)


def a_receipt() -> Order:
    return replace(an_order(), tender=Tender.CASH_RECEIPT, purpose="income_deduction")


def shown(outcome: Outcome) -> str:
    return outcome.trail.sent + outcome.trail.received


def test_every_van_takes_receipts_and_no_issuer_does() -> None:
    assert [one.profile.name for one in destinations() if one.kind == "van"] == TAKE_RECEIPTS


@every
def test_a_receipt_is_issued_and_taken_back_from_the_same_customer_alone(party: Running) -> None:
    order = a_receipt()

    issued = party.line().authorise(order, CUSTOMER, BUDGET_MS)
    assert isinstance(issued, Approved)
    back = replace(a_cancel_of(order, issued.approval_number, order.amount_won), reason="sale_cancelled")
    stranger = party.line().cancel(back, BUDGET_MS, Instrument("01087654321", Entry.KEYED))
    nobody = party.line().cancel(back, BUDGET_MS)
    taken_back = party.line().cancel(back, BUDGET_MS, CUSTOMER)

    assert isinstance(stranger, Refused)
    assert isinstance(nobody, NotSent)
    assert isinstance(taken_back, Undone)
    assert party.fate(order) == "cancelled"
    assert CUSTOMER.number not in shown(issued) + shown(taken_back)


@pytest.mark.parametrize("party", ["hangang"], indirect=True)
def test_points_are_used_up_and_a_barcode_pays_once(party: Running) -> None:
    card, barcode = Instrument("990011223344", secret="4826"), Instrument("280012345678901234567890")  # noqa: S106 -- of a test card
    points = [replace(an_order(amount_won=30_000), tender=Tender.POINTS) for _ in range(3)]
    codes = [replace(an_order(), tender=Tender.BARCODE) for _ in range(3)]

    used = [party.line().authorise(one, card, BUDGET_MS) for one in points[:2]]
    paid = [party.line().authorise(one, barcode, BUDGET_MS) for one in codes[:2]]
    undone = [party.line().net_cancel(one, BUDGET_MS) for one in (points[0], codes[0])]
    again = [
        party.line().authorise(points[2], card, BUDGET_MS),
        party.line().authorise(codes[2], barcode, BUDGET_MS),
    ]

    for outcomes in (used, paid):
        assert [type(one) for one in outcomes] == [Approved, Declined]
    assert [type(one) for one in (*undone, *again)] == [Undone, Undone, Approved, Approved]
    assert card.number not in "".join(map(shown, [*used, *paid]))
    assert barcode.number not in "".join(map(shown, [*used, *paid]))


@every
def test_a_receipt_whose_answer_got_lost_is_net_cancelled_and_inquired_like_an_approval(
    party: Running,
) -> None:
    order, by_itself = a_receipt(), party.name in WITH_SESSIONS  # it undoes what nobody acknowledged
    party.script(Fault.LOSE_ANSWER, "cash_receipt")

    lost = party.line(seconds=BRIEF_SECONDS).authorise(order, CUSTOMER, BUDGET_MS)
    assert (type(lost), party.fate(order)) == (InDoubt, "net_cancelled" if by_itself else "approved")
    found = party.line().inquire(order, BUDGET_MS)
    undone = party.line().net_cancel(order, BUDGET_MS)
    after = party.line().inquire(order, BUDGET_MS)

    assert [type(one) for one in (undone, after)] == [Undone, NotApproved]
    assert isinstance(found, NotApproved if by_itself else Approved)
    assert CUSTOMER.number not in shown(lost)
