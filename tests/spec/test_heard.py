"""What may be held is told as it is known: whoever counts by the events counts what the sale itself says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from payment_core.approval.heard import MOST_HEARD
from payment_core.approval.model import Step
from payment_core.approval.open_money import open_won
from payment_core.approval.outbox import moves_between
from payment_core.approval.outcome import InDoubt
from tests.fakes.links import APPROVAL, SILENCE, ScriptedLink
from tests.spec.test_lanes import REFUSED, VAN_OWNED, WITH_INQUIRY, an_approval_of, an_open_attempt
from tests.spec.till import Till

SAME = [replace(APPROVAL, approved_won=11_000)]
OTHERS = [replace(APPROVAL, approved_won=won) for won in (11_001, 10_500, 11_000, 10_500)]


class Listener:
    """Whoever knows a sale by its events alone."""

    def __init__(self, till: Till) -> None:
        self.till, self.seen = till, till.sale
        self.open_won = moves_between(None, till.sale)[-1].open_won

    def after_a_try(self) -> int:
        """Have the till's recovery try once; what is unknown by the events that came of it."""
        self.till.undo()
        events = moves_between(self.seen, self.till.sale)
        self.seen = self.till.sale
        self.open_won = events[-1].open_won if events else self.open_won
        self.till.clock.pass_seconds(600)
        return self.open_won


def an_attempt_that_hears(amounts: Sequence[object]) -> Till:
    till = an_open_attempt(VAN_OWNED, ScriptedLink([SILENCE], cancels=[REFUSED]))
    till.link.inquiries = list(amounts)  # type: ignore[arg-type]  # outcomes, as the link scripts them
    return till


@pytest.mark.parametrize("amounts", [SAME, OTHERS], ids=["the amount that was asked for", "other ones"])
def test_events_say_of_an_open_sale_what_it_says_itself_after_every_try(amounts: Sequence[object]) -> None:
    till = an_attempt_that_hears(amounts)

    listener = Listener(till)

    for _ in range(12):
        assert listener.after_a_try() == open_won(till.sale)

    assert till.sale.is_open


def test_the_history_says_how_much_may_be_held() -> None:
    till = an_attempt_that_hears(OTHERS)

    for _ in range(12):
        till.undo()
        till.clock.pass_seconds(600)

    heard = [entry.evidence for entry in till.sale.history if entry.step is Step.AMOUNT_HEARD]
    assert heard[0] == {"held_won": "11001"}
    assert {"held_won": "10500"} in heard


def test_a_try_that_hears_nothing_new_is_no_event() -> None:
    till = an_attempt_that_hears(SAME)

    for _ in range(12):
        till.undo()
        till.clock.pass_seconds(600)

    assert "amount_heard" not in till.steps


def test_what_a_cancel_left_is_told_though_a_person_was_called_before() -> None:
    till = an_approval_of(11_500, WITH_INQUIRY)
    till.link.cancels = [InDoubt("another amount", "0000", taken_back_won=11_000)]

    listener = Listener(till)

    for _ in range(6):
        assert listener.after_a_try() == open_won(till.sale)

    assert open_won(till.sale) == 500


def test_a_destination_that_says_another_amount_each_time_fills_no_history() -> None:
    till = an_attempt_that_hears(
        [replace(APPROVAL, approved_won=1_000 + won) for won in range(3 * MOST_HEARD)]
    )

    for _ in range(8 * MOST_HEARD):
        till.undo()
        till.clock.pass_seconds(7_200)

    assert till.steps.count("amount_heard") == MOST_HEARD
