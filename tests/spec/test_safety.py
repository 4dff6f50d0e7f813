"""Safety: whatever order hands act, die and hear in, money and told answers agree.

A small destination keeps real books; hypothesis plays the network, the crashes and the wakers.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from payment_core.approval.change import StepNotAllowedError
from payment_core.approval.model import MAXIMUM_ATTEMPTS, AttemptState, Decision
from payment_core.approval.net_cancel import horizon_ms
from payment_core.approval.outcome import Approved, InDoubt, NotFound, Undone
from payment_core.approval.ports import Order, StoreUnavailableError
from payment_core.kernel.refusal import Refusal
from tests.spec.till import HANGANG, Till

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_core.approval.outcome import AuthorisationOutcome, CancelOutcome, NetCancelOutcome
    from payment_core.kernel.instrument import Instrument, Presented

SILENT = InDoubt("no answer by the deadline")
STEPS = (
    "undo",
    "undo in line",
    "wake",
    "accept",
    "send",
    "send again",
    "begin cancel",
    "cancel",
    "pos undo",
    "claim",
    "time",
)
LUCK = ("heard", "heard", "asked, answer lost", "never asked", "heard late")
TROUBLE = ("", "", "", "lost", "unheard")


@dataclass
class Books:
    """A destination with a memory; whether each question arrives, and its answer returns, is drawn."""

    till: Till
    luck: Iterator[str]
    live: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    authorised: list[str] = field(default_factory=list)

    def authorise(self, order: Order, presented: Presented, budget_ms: int) -> AuthorisationOutcome:
        assert presented.number
        assert budget_ms > 0
        luck = next(self.luck)
        if luck != "never asked":
            self.authorised.append(order.trace_number)
            self.live.add(order.trace_number)
        if luck == "heard late":  # the request's time is over: a waker has looked at the sale meanwhile
            self.till.clock.pass_seconds(31)
            self.till.wake()
        return Approved("30000001", "0000", "ok") if luck.startswith("heard") else SILENT

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        assert budget_ms > 0
        luck, sent_at_ms = next(self.luck), self.till.clock.at_ms
        known = order.trace_number in self.live | self.cancelled
        if luck != "never asked":
            self._give_back(order.trace_number)
        if not luck.startswith("heard"):
            return SILENT
        return Undone("0000", "ok") if known else NotFound("2810", "unknown", sent_at_ms)

    def cancel(self, order: Order, budget_ms: int, customer: Instrument | None = None) -> CancelOutcome:  # noqa: ARG002 -- the port's words
        assert budget_ms > 0
        luck = next(self.luck)
        if luck != "never asked":
            self._give_back(order.original_trace_number)
        return Undone("0000", "ok") if luck.startswith("heard") else SILENT

    def _give_back(self, trace_number: str) -> None:
        if trace_number in self.live:
            self.live.discard(trace_number)
            self.cancelled.add(trace_number)


def _play(till: Till, step: str, troubles: list[str]) -> None:
    play: dict[str, Callable[[], object]] = {
        "send": lambda: till.send(fence_seconds=60, spare=True),
        "send again": lambda: till.send(index=1, fence_seconds=60, spare=True),
        "undo": till.undo,
        "undo in line": lambda: till.undo(in_line=True),
        "wake": till.wake,
        "accept": till.accept,
        "begin cancel": till.begin_cancel,
        "cancel": till.try_cancel,
        "pos undo": till.undo_for_pos,
        "claim": till.claim,
        "time": lambda: till.clock.pass_seconds(40),
    }
    till.sales.trouble = troubles
    try:
        play[step]()
    except (StoreUnavailableError, StepNotAllowedError):
        pass  # the hand died there, or had no business there
    finally:
        till.sales.trouble = []


hands = st.tuples(st.sampled_from(STEPS), st.lists(st.sampled_from(TROUBLE), max_size=3))


@settings(max_examples=settings().max_examples * 6)
@given(
    st.lists(st.sampled_from(TROUBLE), max_size=3),
    st.lists(hands, max_size=12),
    st.lists(st.sampled_from(LUCK), min_size=30, max_size=30),
)
def test_an_approval_lives_exactly_where_one_was_told(
    sending: list[str], story: list[tuple[str, list[str]]], luck: list[str]
) -> None:
    till = Till()
    till.accept()
    books = Books(till, chain(luck, repeat("heard")))
    till.link = books  # type: ignore[assignment]  # a destination with books in place of a script

    told = None
    for step, troubles in [("send", sending), *story]:
        with suppress(Refusal):  # said no, changed nothing
            _play(till, step, troubles)
        sale = till.sale

        assert len(set(books.authorised)) == len(books.authorised) <= MAXIMUM_ATTEMPTS
        assert len(books.live) <= 1
        assert sale.decision is not Decision.APPROVED or len(books.live) == 1
        assert not sale.is_open or (sale.owner and sale.next_action_at_ms)
        if "pos_undo" in till.steps:  # its POS took the sale back, and the approval out of its answer
            assert sale.decision is not Decision.APPROVED
        else:
            assert told in {None, sale.answer}
        told = sale.answer

    _rest(till)

    assert (len(books.live) == 1) is (till.sale.decision is Decision.APPROVED)


def _rest(till: Till) -> None:
    """Faults stop; wakers and drivers go on until nothing is open."""
    for _ in range(200):
        sale = till.sale
        if not sale.is_open:
            return
        till.clock.pass_seconds(301)
        till.wake()
        if till.sale.decision is Decision.CANCELLING:
            till.try_cancel()
        for index, state in enumerate(till.sale.attempt_states()):
            if state is AttemptState.REVERSING:
                till.undo(index)
    raise AssertionError(f"still open: {till.steps}, horizon {horizon_ms(till.sale.attempts[0], HANGANG)}")
