"""Heard: what may be held turns out to be another amount, while the undoing goes on as it was.

A repeated try is no transition and nobody else's affair, but an amount is: who counts unknown money by the
events would count the one that was asked for. So such a write is a step that leaves every state as it is.
Promise: tests/spec/test_heard.py. Story: docs/flows/net_cancel.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from payment_core.approval.change import Change
from payment_core.approval.model import Entry, Sale, Step, allows
from payment_core.kernel.hand import Hand

MOST_HEARD: Final = 20  # of one sale: a destination that says another amount each time fills no history


def with_what_was_heard(change: Change, sale: Sale, index: int, hand: Hand) -> Change:
    """Make a write a step where it changes what an attempt may hold; any other stays what it is.

    Args:
        change: What is about to be written, on the condition that the states of the sale stand.
        sale: As it was seen.
        index: Which attempt.
        hand: Who writes.
    """
    attempt, place = sale.attempts[index], f"a{index}"

    def becomes(word: str, stands: int) -> int:
        return 0 if (place, word) in change.removes else int(str(change.sets.get((place, word), stands)))

    held_won = becomes("left_won", attempt.left_won) or becomes("approved_won", attempt.approved_won)
    stood_won = attempt.left_won or attempt.approved_won
    told = sum(entry.step is Step.AMOUNT_HEARD for entry in sale.history)
    is_news = (held_won or sale.amount_won) != (stood_won or sale.amount_won)
    may = allows(Step.AMOUNT_HEARD, sale.decision, sale.attempt_states(), index)
    if change.step or not is_news or not may or told >= MOST_HEARD:
        return change
    evidence = {"held_won": str(held_won or sale.amount_won)}
    entry = Entry(
        Step.AMOUNT_HEARD,
        hand.now_ms(),
        hand.name,
        change.write_id,
        sale.decision,
        sale.attempt_states(),
        evidence,
    )
    return replace(change, step=Step.AMOUNT_HEARD, entry=entry)
