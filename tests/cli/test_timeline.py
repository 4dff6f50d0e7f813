"""A sale's story is complete, in order, and says where the money is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.step_words import SENTENCES
from payment_adapters.timeline import money, story
from payment_core.approval.model import (
    Attempt,
    AttemptState,
    Cancel,
    CancelState,
    Decision,
    Entry,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import Trail
from payment_core.kernel.net_cancel_mode import NetCancelMode

SALE_ID = SaleId("1001", "10010001", 1, "20261120", 42)
ATTEMPT = Attempt(
    state=AttemptState.APPROVED,
    destination="hangang",
    trace_number="001000000420",
    net_cancel_mode=NetCancelMode.RELAY,
    intent_at_ms=1_000,
    send_by_ms=4_000,
    invocation_id="run-1",
    approval_number="30000001",
    response_code="8326",
    message="한도 초과",
)
CANCEL = Cancel(
    state=CancelState.REQUESTED,
    amount_won=4_000,
    vat_won=364,
    requested_at_ms=5_000,
    trace_number="001000000430",
)


def a_sale(decision: Decision, *attempts: AttemptState, left_won: int = 11_000) -> Sale:
    return Sale(
        SALE_ID,
        decision,
        amount_won=11_000,
        card_masked="411111******1111",
        attempts=tuple(replace(ATTEMPT, state=state) for state in attempts),
        cancellable_won=left_won,
        cancels={"20261120-43": CANCEL},
        open_cancel="20261120-43" if decision is Decision.CANCELLING else "",
    )


def test_every_step_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Step)


@pytest.mark.parametrize("step", Step)
def test_a_sentence_needs_no_evidence_to_be_told(step: Step) -> None:
    bare = Entry(step, 1_000, "van_link", "w1", Decision.RECEIVED, ())

    (event,) = story(replace(a_sale(Decision.RECEIVED), history=(bare,)), [])

    assert event.who == "van_link"
    assert "{" not in event.what


@pytest.mark.parametrize(
    ("sale", "sentence"),
    [
        (a_sale(Decision.RECEIVED), "Being decided now."),
        (
            a_sale(Decision.APPROVED, AttemptState.APPROVED),
            "The customer pays 11,000 won: approved by hangang as 30000001.",
        ),
        (
            a_sale(Decision.APPROVED, AttemptState.APPROVED, left_won=7_000),
            "The customer pays 7,000 won of 11,000: approved by hangang as 30000001.",
        ),
        (
            a_sale(Decision.DECLINED, AttemptState.DECLINED),
            "Nothing was charged: hangang declined with 8326 한도 초과.",
        ),
        (
            a_sale(Decision.DECLINED, AttemptState.NOT_SENT),
            "Nothing was charged: hangang could not be reached, so nothing was sent.",
        ),
        (a_sale(Decision.DECLINED), "Nothing was charged: the sale could not be sent in time."),
        (
            a_sale(Decision.REVERSE, AttemptState.REVERSING),
            "Not approved: payrelay is undoing it and repeats until hangang confirms.",
        ),
        (
            a_sale(Decision.REVERSE, AttemptState.MANUAL),
            (
                "Not approved, but hangang did not undo all of it: a person must look; "
                "an amount that nobody knows (asked were 11,000 won) may still be held."
            ),
        ),
        (
            a_sale(Decision.REVERSE, AttemptState.REVERSED),
            "Nothing is charged: no clear answer came, and hangang confirmed that it is undone.",
        ),
        (a_sale(Decision.REVERSE), "Nothing was charged: the POS withdrew the sale before it was sent."),
        (
            a_sale(Decision.CANCELLING, AttemptState.APPROVED),
            "4,000 won are on their way back: payrelay repeats until hangang confirms.",
        ),
        (
            a_sale(Decision.CANCELLED, AttemptState.APPROVED, left_won=0),
            "All 11,000 won went back to the customer.",
        ),
    ],
)
def test_the_money_is_told_in_one_sentence(sale: Sale, sentence: str) -> None:
    assert money(sale) == sentence


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("a0", "authorise"),
        ("a0-undo-2", "undo, try 3"),
        ("a0-inquiry-0", "ask what became of it, try 1"),
        ("a0-cancel-1", "undo by a cancel, try 2"),
        ("cancel-20261120-43-0", "cancel 4,000 won, try 1"),
    ],
)
def test_an_exchange_is_told_by_what_was_asked_and_heard(name: str, asked: str) -> None:
    silence = Trail(
        sent="x" * 540, sent_layout="hangang.ApprovalRequest", started_at_ms=2_000, ended_at_ms=2_500
    )

    (event,) = story(a_sale(Decision.CANCELLING), [(name, silence)])

    assert (event.who, event.what, event.took_ms) == ("hangang", f"{asked} → no answer", 500)
    assert event.sent is not None
    assert event.sent.size == 540


def test_steps_and_exchanges_are_told_in_the_order_in_which_they_happened() -> None:
    history = tuple(
        Entry(step, at_ms, "van_link", step, Decision.RECEIVED, ())
        for step, at_ms in ((Step.INTENT, 1_000), (Step.DOUBT, 3_000))
    )
    trail = Trail(sent="x", sent_layout="hangang.EchoRequest", started_at_ms=2_000, ended_at_ms=2_500)

    told = story(replace(a_sale(Decision.REVERSE), history=history), [("a0", trail)])

    assert [event.at_ms for event in told] == [1_000, 2_000, 3_000]
