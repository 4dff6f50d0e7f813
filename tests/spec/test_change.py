"""A change: what it pins, what it writes, and what it says of a step that is not allowed."""

from __future__ import annotations

import pytest

from payment_core.approval.change import (
    Facts,
    StepNotAllowedError,
    Wake,
    noted_try,
    pinned_states,
    transition,
)
from payment_core.approval.model import Step
from tests.spec.till import an_approved_sale


def test_a_noted_try_writes_who_looks_next_and_pins_the_states_it_saw() -> None:
    sale, hand = an_approved_sale().sale, an_approved_sale().clock.hand()

    noted = noted_try(sale, hand, path=("a0",), tries=2, wake=Wake("net_cancel", 5))

    assert noted.step is None
    assert noted.entry is None
    assert noted.seen == pinned_states(sale)
    assert noted.sets == {
        ("a0", "tries"): 2,
        ("owner",): "net_cancel",
        ("next_action_at_ms",): 5,
        ("write_id",): noted.write_id,
    }


def test_a_step_that_is_not_allowed_says_from_where() -> None:
    till = an_approved_sale()

    with pytest.raises(StepNotAllowedError) as refused:
        transition(Step.CANCEL_DONE, till.sale, till.clock.hand(), facts=Facts())

    assert str(refused.value).startswith("cancel_done is not allowed from APPROVED (")
