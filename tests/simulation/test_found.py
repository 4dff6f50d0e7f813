"""Stories that the laboratory found, cut down to their smallest: each broke an invariant once."""

from __future__ import annotations

from tools.lab.campaign import play
from tools.lab.plan import Act, Plan
from tools.lab.strikes import Strike

TWO_SALES = ((Act("sell", 5, 1_000),), (Act("sell", 17, 1_250_000, card=4),))
A_SALE = ((Act("sell", amount_won=10_000),),)


def test_an_inquiry_that_finds_nothing_leaves_no_tombstone() -> None:
    """The VAN works on the authorisation for 16 s, and is asked about it meanwhile."""
    held = Strike(53, "authorise stall", seconds=16.4)
    story = Plan(30_087, "1003", A_SALE, (held,), contract="tombstones", publishes=False)

    assert play(story).broken is None


def test_an_intent_that_was_heard_of_too_late_sends_nothing() -> None:
    """Its write took hold, the answer to it got lost, and the POS net-cancelled before it was repeated."""
    beside, unheard = Strike(5, "beside"), Strike(38, "committed", nth=1)
    story = Plan(28, "1003", TWO_SALES, (beside, unheard), signs=False, publishes=False)

    assert play(story).broken is None


def test_a_refused_repeat_of_a_cancel_that_was_carried_out_is_not_told_as_refused() -> None:
    """The first answer came garbled, and the destination refuses to cancel once more what is cancelled."""
    sale = ((Act("sell", 6, 10_000), Act("cancel", 40_000)),)
    spoilt = Strike(59, "cancel garble"), Strike(59, "cancel refused")
    story = Plan(3_557, "1003", sale, spoilt, publishes=False)

    assert play(story).broken is None


def test_a_second_sender_of_a_second_attempt_tells_what_stands() -> None:
    """The workflow ran twice, the first VAN took no call, and both runs asked the second."""
    sale = ((Act("sell", 20, 1_250_000),),)
    twice, no_call = Strike(15, "approval"), Strike(20, "authorise refused")
    story = Plan(4_327, "2001", sale, (no_call, twice), signs=False, publishes=False)

    assert play(story).broken is None


def test_an_undoing_that_is_stopped_long_after_the_last_change_goes_on_without_the_sweeper() -> None:
    """Its sender died at the intent, and the workflow is stopped while it waits for its fourth try."""
    died, stopped = Strike(21, "dies at the intent"), Strike(16, "net_cancel stopped", nth=3)
    pair = frozenset({"queue_watchdog", "stream_waker"})
    sale = ((Act("sell", 8, 10_000),),)
    story = Plan(26_689, "1001", sale, (died, stopped), wakers=pair, publishes=False)

    assert play(story).broken is None


def test_a_claim_that_nobody_sent_is_closed_without_the_sweeper() -> None:
    """Whoever claimed it died, its till died for good, and the minute's sweep is switched off."""
    claimed, till = Strike(13, "after the claim"), Strike(6, "for good")
    pair = frozenset({"queue_watchdog", "stream_waker"})
    story = Plan(17_720, "1002", A_SALE, (till, claimed), wakers=pair, publishes=False)

    assert play(story).broken is None
