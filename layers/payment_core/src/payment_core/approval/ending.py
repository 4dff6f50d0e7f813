"""Ending: decide a sale whose driver did not. Nothing sent → declined; anything that may live → reversed.

Firing too early is only a false decline: whoever still holds the old state loses its condition.
Promise: tests/spec/test_sweeper.py, tests/spec/test_second_attempt.py. Story: docs/flows/sweeper.md.
"""

from __future__ import annotations

from payment_core.approval.answer import being_undone_answer, busy_answer, unsent_answer
from payment_core.approval.change import Change, Facts, Wake, transition
from payment_core.approval.model import (
    OPEN_ATTEMPTS,
    Answer,
    AttemptState,
    Decision,
    Sale,
    Step,
)
from payment_core.approval.outcome import InDoubt
from payment_core.approval.standing import NO_ROOM_REASON
from payment_core.kernel.hand import Hand
from payment_core.kernel.net_cancel_mode import NetCancelMode

ON_ITS_WAY = InDoubt("the sending hand never said what its telegram came to")
NO_TIME_FOR_ANOTHER = InDoubt("no other destination could be asked in time")


def end_undecided(sale: Sale, hand: Hand, *, busy: bool = False) -> Change | None:
    """The write that decides the sale now; ``None`` where it is decided.

    Args:
        sale: As it was read.
        hand: Who acts.
        busy: Only changes the words: there was no room to send it, so a new sale may be tried at once.
    """
    states = sale.attempt_states()
    if AttemptState.INTENT in states:
        return _doubted(sale, states.index(AttemptState.INTENT), hand)
    if sale.decision is not Decision.RECEIVED:
        return None
    if {AttemptState.REVERSED, *OPEN_ATTEMPTS}.isdisjoint(states):
        answer = busy_answer(sale) if busy else unsent_answer(sale)
        reason = NO_ROOM_REASON if busy else "nothing was sent"
        return _decided(Step.GIVE_UP_UNSENT, sale, hand, answer, reason)
    answer = being_undone_answer(sale, sale.attempts[-1].destination, NO_TIME_FOR_ANOTHER)
    return _decided(Step.GIVE_UP_REVERSING, sale, hand, answer, NO_TIME_FOR_ANOTHER.reason)


def _doubted(sale: Sale, index: int, hand: Hand) -> Change:
    van_owned = sale.attempts[index].net_cancel_mode is NetCancelMode.VAN_OWNED
    step = Step.DOUBT_VAN_OWNED if van_owned else Step.DOUBT
    answer = being_undone_answer(sale, sale.attempts[index].destination, ON_ITS_WAY)
    return _decided(step, sale, hand, answer, ON_ITS_WAY.reason, index=index)


def _decided(
    step: Step, sale: Sale, hand: Hand, answer: Answer, reason: str, *, index: int | None = None
) -> Change:
    owner = "inquiry" if step is Step.DOUBT_VAN_OWNED else "net_cancel"
    return transition(
        step,
        sale,
        hand,
        index=index,
        wake=Wake(owner, hand.now_ms()),
        facts=Facts(
            sets={("answer",): {"http_status": answer.http_status, "body": answer.body}},
            evidence={"reason": reason},
        ),
    )
