"""A line that counts its own technical errors: no connection, no readable answer, a code that blames it.

A decline is an answer and is never counted; a code that no list knows is counted apart.
A probe of the breaker is not counted either: it speaks for itself.
"""

from __future__ import annotations

from collections.abc import Callable

from payment_adapters.aws import metrics
from payment_core.approval.outcome import (
    AuthorisationOutcome,
    CancelOutcome,
    ChequeOutcome,
    InDoubt,
    InquiryOutcome,
    NetCancelOutcome,
    NotForwarded,
    NotSent,
    Outcome,
    Refused,
)
from payment_core.approval.ports import Link, Order
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.instrument import Instrument, Presented


def _forget(destination: str, order: Order, outcome: Outcome) -> None:  # noqa: ARG001 -- a `keep` is told
    """Keep no books for a breaker; CloudWatch's alarm alone is told."""
    metrics.count("DestinationError", destination=destination)


@dataclass(frozen=True)
class MeasuredLink:
    """A ``Link`` around a ``Link``; ``keep`` hears of every technical error, for the breaker."""

    destination: str
    line: Link
    keep: Callable[[str, Order, Outcome], object] = _forget

    def authorise(self, order: Order, presented: Presented, budget_ms: int) -> AuthorisationOutcome:
        """Ask, and count a technical error, and apart an approval of another amount, which is undone."""
        outcome = self.line.authorise(order, presented, budget_ms)
        self._count(order, outcome)
        if isinstance(outcome, InDoubt) and outcome.approved_won not in {0, order.amount_won}:
            metrics.count("OtherAmountApproved")
        return outcome

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        """Ask, and count a technical error, or a refusal that a person must look at."""
        outcome = self.line.net_cancel(order, budget_ms)
        self._count(order, outcome)
        if isinstance(outcome, Refused):
            metrics.count("ReversalRefused")
        return outcome

    def cancel(self, order: Order, budget_ms: int, customer: Instrument | None = None) -> CancelOutcome:
        """Ask, and count a technical error, or a cancel of another amount, which a person must look at."""
        outcome = self.line.cancel(order, budget_ms, customer)
        self._count(order, outcome)
        if isinstance(outcome, InDoubt) and outcome.taken_back_won is not None:
            metrics.count("ReversalRefused")
        return outcome

    def inquire(self, order: Order, budget_ms: int) -> InquiryOutcome:
        """Ask, and count a technical error."""
        outcome = self.line.inquire(order, budget_ms)
        self._count(order, outcome)
        return outcome

    def inquire_cheque(self, order: Order, cheque: Cheque, budget_ms: int) -> ChequeOutcome:
        """Ask, and count a technical error."""
        outcome = self.line.inquire_cheque(order, cheque, budget_ms)
        self._count(order, outcome)
        return outcome

    def _count(self, order: Order, outcome: Outcome) -> None:
        match outcome:
            case InDoubt(unlisted_code=True):
                metrics.count("UnlistedCode")
            case (
                NotSent(by_us=False) | InDoubt(destination_fault=True) | NotForwarded(destination_fault=True)
            ):
                self.keep(self.destination, order, outcome)
            case _:
                pass  # an answer, or our own fault
