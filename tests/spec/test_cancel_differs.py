"""A cancel of another amount than was asked, or refused when it was sent again: only evidence closes it."""

from __future__ import annotations

import json

import pytest

from payment_core.approval.answer import cancel_answer
from payment_core.approval.cancel import CancelRequest, cancel_and_wait
from payment_core.approval.cancelling import Repeating
from payment_core.approval.model import CancelState, Decision
from payment_core.approval.open_money import is_for_a_person, open_won
from payment_core.approval.outcome import InDoubt, InquiryOutcome, NotApproved, NotSent, Refused
from payment_core.approval.standing import sentence
from payment_core.kernel.language import Language
from tests.fakes.links import APPROVAL, SILENCE, UNDONE
from tests.spec.till import Till, an_approved_sale

REFUSED = Refused("8001", "취소할 수 없는 거래입니다")
NOT_SENT = NotSent("refused")


def of_another_amount(taken_back_won: int) -> InDoubt:
    return InDoubt("the answer is about another amount", "0000", taken_back_won=taken_back_won)


@pytest.mark.parametrize(
    ("asked_won", "taken_back_won", "told"),
    [
        (None, 10_999, "hangang took back 10,999 won instead of 11,000"),
        (None, 11_001, "hangang took back 11,001 won instead of 11,000"),
        (4_000, 3_000, "hangang took back 3,000 won instead of 4,000"),
    ],
)
def test_a_cancel_of_another_amount_waits_for_a_person_who_reads_how_much_may_be_held(
    asked_won: int | None, taken_back_won: int, told: str
) -> None:
    till = an_approved_sale()
    till.link.cancels, till.link.inquiries = [of_another_amount(taken_back_won), UNDONE], [APPROVAL]
    till.begin_cancel(amount_won=asked_won)

    for _ in range(9):
        assert not till.try_cancel().closed
        till.clock.pass_seconds(3_600)

    assert till.asked.count("cancel") == 1, "its number is known as done: a repeat would say so again"
    assert till.steps.count("cancel_differs") == 1
    assert (till.sale.owner, till.sale.cancels["20261120-43"].state) == ("operator", CancelState.MANUAL)
    held_won = max(0, 11_000 - taken_back_won)
    assert (
        sentence(till.sale, Language.ENGLISH)
        == f"{told}: a person must look; {held_won:,} won may still be held."
    )
    assert is_for_a_person(till.sale, till.clock.at_ms - 9 * 3_600_000)
    assert open_won(till.sale) == abs((asked_won or 11_000) - taken_back_won)


def test_the_history_says_what_differed_and_the_person_is_asked_for_at_once() -> None:
    till = an_approved_sale()
    till.link.cancels = [of_another_amount(10_999)]
    till.begin_cancel()

    assert till.try_cancel() == Repeating(closed=False, wait_seconds=1)

    assert (till.sale.owner, till.sale.next_action_at_ms) == ("operator", till.clock.at_ms + 1_000)
    cancel = till.sale.cancels["20261120-43"]
    assert (cancel.tries, cancel.response_code) == (1, "0000")
    assert till.sale.history[-1].evidence == {
        "cancel": "20261120-43",
        "code": "0000",
        "reason": "the cancel took back 10,999 won instead of 11,000",
    }


@pytest.mark.parametrize(
    ("asked_won", "wait_seconds", "kept"),
    [(None, 1, ["cancel-20261120-43-inquiry-1"]), (4_000, 3_600, [])],
)
def test_what_a_person_owns_is_looked_after_and_every_inquiry_about_it_is_evidence(
    asked_won: int | None, wait_seconds: int, kept: list[str]
) -> None:
    till = an_approved_sale()
    till.link.cancels, till.link.inquiries = [of_another_amount(3_000)], [SILENCE]
    till.begin_cancel(amount_won=asked_won)
    till.try_cancel()

    assert till.try_cancel().wait_seconds == wait_seconds

    assert till.sale.cancels["20261120-43"].tries == 2
    assert [name for _, name, _ in till.sales.kept] == kept


def test_it_is_closed_when_an_inquiry_says_that_nothing_of_the_sale_lives() -> None:
    till = an_approved_sale()
    till.link.cancels = [of_another_amount(10_999)]
    till.link.inquiries = [SILENCE, APPROVAL, NotApproved("2558", "이미 취소된 거래입니다")]
    till.begin_cancel()

    while not till.try_cancel().closed:
        till.clock.pass_seconds(3_600)

    assert till.asked == ["authorise", "cancel", "inquire", "inquire", "inquire"]
    assert till.sale.decision is Decision.CANCELLED
    assert not till.sale.is_open


def test_a_part_is_never_closed_by_an_inquiry_which_knows_only_of_the_whole() -> None:
    till = an_approved_sale()
    till.link.cancels, till.link.inquiries = [of_another_amount(3_000)], [NotApproved("2558", "")]
    till.begin_cancel(amount_won=4_000)

    assert not till.try_cancel().closed
    assert not till.try_cancel().closed
    assert "inquire" not in till.asked


def test_what_another_driver_hears_of_a_repeat_does_not_close_what_a_person_owns() -> None:
    till = an_approved_sale()
    till.link.cancels = [of_another_amount(10_999), UNDONE]
    till.begin_cancel()
    till.link.meanwhile = lambda: beside(till)

    assert not till.try_cancel().closed
    assert till.sale.cancels["20261120-43"].state is CancelState.MANUAL


def beside(till: Till) -> None:
    till.link.meanwhile = lambda: None
    till.try_cancel()


def test_the_pos_does_not_wait_for_a_person() -> None:
    till = an_approved_sale()
    till.link.cancels = [of_another_amount(10_999)]
    till.begin_cancel()
    till.try_cancel()
    asked = CancelRequest(till.sale_id, "20261120", 43, None, None)
    began_ms = till.clock.at_ms

    sale = cancel_and_wait(
        asked, sales=till.sales, drivers=till.drivers, hand=till.clock.hand("gateway", fence_seconds=28)
    )

    told = cancel_answer(sale, "20261120-43")
    assert till.clock.at_ms == began_ms
    assert (told.http_status, json.loads(told.body)["cancel"]["state"]) == (202, "REQUESTED")
    assert "a person must look" in json.loads(told.body)["cancel"]["message"]


@pytest.mark.parametrize("asked_won", [None, 4_000])
def test_a_refusal_of_the_only_telegram_ends_it_and_of_a_repeat_it_does_not(asked_won: int | None) -> None:
    till = an_approved_sale()
    till.link.cancels = [NOT_SENT, REFUSED, SILENCE, REFUSED]
    till.begin_cancel(amount_won=asked_won)
    assert not till.try_cancel().closed

    assert till.try_cancel().closed, "the one before never left"
    till.begin_cancel(44, amount_won=asked_won)
    assert not till.try_cancel(44).closed
    assert not till.try_cancel(44).closed

    assert till.sale.cancels["20261120-43"].state is CancelState.REFUSED
    cancel = till.sale.cancels["20261120-44"]
    assert (cancel.state, cancel.response_code, till.sale.owner) == (CancelState.MANUAL, "8001", "operator")
    assert till.sale.history[-1].evidence == {
        "cancel": "20261120-44",
        "code": "8001",
        "reason": "refused, but a telegram before it may have been carried out",
    }
    assert sentence(till.sale, Language.ENGLISH) == (
        f"hangang refused a repeat of the cancel of {asked_won or 11_000:,} won, and nobody knows whether "
        "the first went through: payrelay asks, and a person must look; 11,000 won may still be held."
    )
    assert open_won(till.sale) == (asked_won or 11_000)


def in_doubt(*inquiries: InquiryOutcome) -> Till:
    till = an_approved_sale()
    till.link.cancels, till.link.inquiries = [SILENCE, REFUSED], list(inquiries)
    till.begin_cancel()
    till.try_cancel()
    till.try_cancel()
    return till


@pytest.mark.parametrize("is_over", [False, True], ids=["goes on", "is over"])
def test_who_is_overtaken_before_sending_sends_nothing_and_comes_again(is_over: bool) -> None:  # noqa: FBT001 -- a case
    till = an_approved_sale()
    till.link.cancels = [UNDONE if is_over else SILENCE]
    till.begin_cancel()
    till.sales.after_next_read = till.try_cancel

    assert till.try_cancel() == Repeating(closed=is_over, wait_seconds=1)

    assert till.asked == ["authorise", "cancel"]


def test_what_never_left_takes_nothing_back_from_what_left_beside_it() -> None:
    till = an_approved_sale()
    till.link.cancels = [SILENCE, NOT_SENT, REFUSED]
    till.begin_cancel()
    till.link.meanwhile = lambda: beside(till)

    assert not till.try_cancel().closed
    assert not till.try_cancel().closed

    assert till.sale.cancels["20261120-43"].state is CancelState.MANUAL


def test_what_never_left_is_tried_again_a_little_later() -> None:
    till = an_approved_sale()
    till.link.cancels = [NOT_SENT]
    till.begin_cancel()

    till.try_cancel()

    cancel = till.sale.cancels["20261120-43"]
    assert (cancel.sent, cancel.tries) == (0, 1)
    assert (till.sale.owner, till.sale.next_action_at_ms) == ("cancel", till.clock.at_ms + 1_000)


def test_an_inquiry_that_finds_nothing_alive_says_that_it_was_carried_out_at_any_time() -> None:
    till = in_doubt(NotApproved("2558", "이미 취소된 거래입니다"))

    assert till.try_cancel().closed
    assert till.sale.decision is Decision.CANCELLED


def test_an_inquiry_that_finds_it_alive_says_that_nothing_went_back_once_nothing_can_be_on_its_way() -> None:
    till = in_doubt(APPROVAL, APPROVAL)
    assert not till.try_cancel().closed, "its first telegram may still be on its way"
    till.clock.pass_seconds(120)

    assert till.try_cancel().closed

    assert (till.sale.decision, till.sale.cancellable_won) == (Decision.APPROVED, 11_000)
    told = json.loads(cancel_answer(till.sale, "20261120-43").body)["cancel"]
    assert (told["state"], told["response_code"], told["message"]) == ("REFUSED", "8001", REFUSED.message)
    assert till.sale.history[-1].evidence == {
        "cancel": "20261120-43",
        "code": "8001",
        "message": REFUSED.message,
        "reason": "inquiry: still approved",
    }
    assert till.asked == ["authorise", "cancel", "cancel", "inquire", "inquire"]


def test_a_refusal_beside_another_telegram_is_not_believed() -> None:
    till = an_approved_sale()
    till.link.cancels = [SILENCE, REFUSED, UNDONE]
    till.begin_cancel()
    till.link.meanwhile = lambda: beside(till)

    assert not till.try_cancel().closed
    assert till.steps.count("cancel_refused") == 0

    assert till.try_cancel().closed
    assert till.sale.decision is Decision.CANCELLED


def test_who_died_after_sending_leaves_a_refusal_that_is_not_believed() -> None:
    till = an_approved_sale()
    till.link.cancels = [UNDONE, REFUSED]
    till.begin_cancel()
    till.link.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        till.try_cancel()
    till.link.meanwhile = lambda: None
    till.link.cancels = [REFUSED]

    assert not till.try_cancel().closed

    assert till.sale.cancels["20261120-43"].state is CancelState.MANUAL


def die() -> None:
    raise KeyboardInterrupt
