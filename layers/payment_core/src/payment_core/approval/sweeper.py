"""Wake: give an open sale a driver. Three wakers call it, and each alone is enough.

The stream sees a reversal the moment it is durable, the delayed queue looks 35 s after every change and goes
on looking while nothing moves, the minute sweep reads the index of open money. All of them do the same: look,
and act on what stands. (The stream and the queue are one: what the stream never told, the queue never sees.)
Doors: functions/sweeper, three deployments. Promise: tests/spec/test_sweeper.py.
Story: docs/flows/sweeper.md.
"""

from __future__ import annotations

from typing import Final

from payment_core.approval.change import Change, pinned_states
from payment_core.approval.ending import end_undecided
from payment_core.approval.model import AttemptState, Decision, Sale, SaleId
from payment_core.approval.ports import Drivers, Sales
from payment_core.kernel.hand import Hand

NEEDS_DRIVER: Final = frozenset({AttemptState.REVERSING, AttemptState.UNRESOLVED, AttemptState.MANUAL})
WATCH_AFTER_SECONDS: Final = 35  # after a claim or an intent: past the request's 26 s and the sender's fence
WATCH_AT_MOST_SECONDS: Final = 900  # no queue holds a message for longer


def needs_driver(sale: Sale) -> bool:
    """Whether a workflow has to repeat something for this sale now."""
    return sale.decision is Decision.CANCELLING or not NEEDS_DRIVER.isdisjoint(sale.attempt_states())


def wake(sale_id: SaleId, *, sales: Sales, drivers: Drivers, hand: Hand) -> Sale | None:
    """Look at one sale and give it what it lacks: a decision, or a workflow that undoes or cancels it."""
    sale = sales.read(sale_id)
    if sale is None or not sale.is_open:
        return sale
    if sale.decision is Decision.RECEIVED and sale.next_action_at_ms <= hand.now_ms():
        change = end_undecided(sale, hand)
        sale = sales.apply(change).sale if change else sale
    for index, state in enumerate(sale.attempt_states()):
        if state in NEEDS_DRIVER:
            drive_net_cancel(sale, index, sales=sales, drivers=drivers, hand=hand)
    if sale.decision is Decision.CANCELLING:
        _drive_cancel(sale, sales=sales, drivers=drivers, hand=hand)
    return sale


def look_again_seconds(sale: Sale, hand: Hand) -> int:
    """Until an open sale is looked at again if nothing moves it: 35 s behind its next moment."""
    return min(hand.seconds_until(sale.next_action_at_ms) + WATCH_AFTER_SECONDS, WATCH_AT_MOST_SECONDS)


def drive_net_cancel(sale: Sale, index: int, *, sales: Sales, drivers: Drivers, hand: Hand) -> None:
    """Start the undoing of one attempt, under its next name where the last one is used up."""
    run = sale.attempts[index].run
    if drivers.start_net_cancel(sale.sale_id, index, run):
        return
    if sales.apply(next_run(sale, (f"a{index}", "run"), run, hand)).won:
        drivers.start_net_cancel(sale.sale_id, index, run + 1)


def _drive_cancel(sale: Sale, *, sales: Sales, drivers: Drivers, hand: Hand) -> None:
    run = sale.cancels[sale.open_cancel].run
    if drivers.start_cancel(sale, run):
        return
    if sales.apply(next_run(sale, ("cancels", sale.open_cancel, "run"), run, hand)).won:
        drivers.start_cancel(sale, run + 1)


def next_run(sale: Sale, path: tuple[str, ...], run: int, hand: Hand) -> Change:
    """Use up a closed execution's name: only one waker moves it on, whoever else saw the same run loses."""
    write_id = hand.new_id()
    seen = {**pinned_states(sale), path: run or None}
    return Change(sale.sale_id, None, write_id, seen, {path: run + 1, ("write_id",): write_id})
