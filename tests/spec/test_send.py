"""Send: intent before the wire, decision before the answer, and doubt is never a decline."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from payment_core.approval.model import AttemptState, Decision
from payment_core.approval.outcome import Declined, InDoubt, NotForwarded, NotSent
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.send import Verdict
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till, an_approved_sale


def test_the_intent_is_durable_before_the_destination_hears_anything() -> None:
    till = Till()
    till.accept()
    seen_while_asking = []
    till.link.meanwhile = lambda: seen_while_asking.append(till.sale.attempt_states()[0])

    till.send()

    assert seen_while_asking == [AttemptState.INTENT]


def test_an_approval_is_stored_before_it_is_told() -> None:
    till = Till()
    till.accept()

    sent = till.send()

    assert sent.verdict is Verdict.DECIDED
    assert sent.answer == till.sale.answer
    assert till.sale.decision is Decision.APPROVED
    assert till.sale.cancellable_won == till.sale.amount_won
    assert till.sale.owner == ""
    told = json.loads(sent.answer.body) if sent.answer else {}
    assert (told["state"], told["approval_number"]) == ("APPROVED", "30000001")


def test_an_approval_that_cannot_be_stored_is_not_told() -> None:
    till = Till()
    till.accept()
    till.sales.trouble = ["", "lost"]

    with pytest.raises(StoreUnavailableError):
        till.send()

    assert till.sale.answer is None
    assert till.sale.attempt_states()[0] is AttemptState.INTENT


def test_a_decline_is_an_answer_and_ends_the_sale() -> None:
    till = an_approved_sale(link=ScriptedLink(authorisations=[Declined("8326", "한도 초과")]))

    assert till.sale.decision is Decision.DECLINED
    assert not till.sale.is_open
    assert till.asked == ["authorise"]


def test_a_sale_that_the_issuer_never_saw_is_declined_with_nothing_to_undo() -> None:
    till = an_approved_sale(link=ScriptedLink(authorisations=[NotForwarded("4873", "서비스 시간 종료")]))

    assert till.sale.decision is Decision.DECLINED
    assert not till.sale.is_open


def test_a_telegram_that_never_left_is_a_decline_with_nothing_to_undo() -> None:
    till = an_approved_sale(link=ScriptedLink(authorisations=[NotSent("refused")]))

    assert till.sale.decision is Decision.DECLINED
    assert till.sale.attempt_states()[0] is AttemptState.NOT_SENT
    assert not till.sale.is_open


@pytest.mark.parametrize(
    "doubt",
    [
        SILENCE,
        InDoubt("the answer cannot be read"),
        InDoubt("approved 9,000 won instead of 11,000", "0000"),
        InDoubt("the destination's code 9999 is not in its profile", "9999"),
    ],
)
def test_whatever_is_not_a_clear_answer_is_reversed_and_told_as_not_approved(doubt: InDoubt) -> None:
    till = Till(link=ScriptedLink(authorisations=[doubt]))
    till.accept()

    sent = till.send()

    assert sent.verdict is Verdict.BEING_REVERSED
    assert till.sale.decision is Decision.REVERSE
    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert till.sale.owner == "net_cancel"
    assert sent.answer is not None
    assert sent.answer.http_status == 202


def test_where_the_only_van_undoes_by_itself_the_unknown_is_kept_and_not_called_failed() -> None:
    till = an_approved_sale(
        link=ScriptedLink(authorisations=[SILENCE]),
        profile=replace(HANGANG, net_cancel_mode=NetCancelMode.VAN_OWNED),
    )

    assert till.sale.attempt_states()[0] is AttemptState.UNRESOLVED
    assert (till.sale.decision, till.sale.owner) == (Decision.REVERSE, "inquiry")


def test_of_two_senders_of_one_attempt_only_one_sends() -> None:
    till = Till()
    till.accept()
    till.link.meanwhile = till.send  # the second arrives while the first waits

    till.send()

    assert till.asked == ["authorise"]


def test_an_approval_that_comes_after_the_reversal_began_never_wins() -> None:
    till = Till()
    till.accept()

    def the_sweep_comes_first() -> None:
        till.clock.pass_seconds(31)
        till.wake()

    till.link.meanwhile = the_sweep_comes_first

    sent = till.send(fence_seconds=60)

    assert till.sale.decision is Decision.REVERSE
    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert sent.verdict is Verdict.BEING_REVERSED


def test_a_sender_that_was_paused_after_its_intent_sends_nothing() -> None:
    till = Till()
    till.accept()
    till.sales.after_write = lambda: till.clock.pass_seconds(4)

    till.send()

    assert till.asked == []
    assert till.sale.attempt_states()[0] is AttemptState.NOT_SENT


def test_a_sender_that_hears_of_its_intent_after_others_went_on_sends_nothing() -> None:
    till = Till()
    till.accept()

    def overtaken() -> None:
        till.sales.after_write = lambda: None
        till.undo_for_pos()

    till.sales.after_write = overtaken

    assert till.send().answer == till.sale.answer
    assert till.asked == []


def test_a_sender_without_time_to_hear_the_answer_sends_nothing() -> None:
    till = Till()
    till.accept()

    till.send(fence_seconds=1)

    assert till.asked == []
    assert till.sale.decision is Decision.DECLINED
    assert till.sale.history[-1].evidence == {"reason": "no time is left to wait for an answer"}


def test_a_sale_that_nobody_claimed_is_never_sent() -> None:
    till = Till()

    sent = till.send()

    assert sent.verdict is Verdict.UNDECIDED
    assert till.asked == []
    assert till.sales.items == {}


def test_a_second_attempt_waits_for_proof_about_the_first() -> None:
    till = Till(link=ScriptedLink(authorisations=[SILENCE]))
    till.accept()
    till.send()

    assert till.send(index=1).answer == till.sale.answer
    assert till.asked == ["authorise"]


def test_a_second_attempt_that_comes_after_the_decision_tells_it_and_sends_nothing() -> None:
    till = Till(link=ScriptedLink(authorisations=[NotSent("refused")]))
    till.accept()
    till.send(spare=True)
    till.undo_for_pos()

    assert till.send(index=1).answer == till.sale.answer
    assert till.asked == ["authorise"]


def test_what_went_over_the_wire_is_kept_as_evidence() -> None:
    till = an_approved_sale()

    assert [(name, trail.received) for name, trail in till.sale.trails()] == [("a0", "1110")]
    assert till.sales.kept == []


def test_an_answer_that_comes_after_the_sale_was_decided_is_kept_apart() -> None:
    till = Till()
    till.accept()
    till.link.meanwhile = till.undo_for_pos

    till.send()

    assert till.sale.trails() == []
    assert [(name, trail.received) for _, name, trail in till.sales.kept] == [("a0-late", "1110")]
