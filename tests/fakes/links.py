"""A destination that answers what a test says, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    CancelOutcome,
    ChequeOutcome,
    GoodCheque,
    InDoubt,
    InquiryOutcome,
    NetCancelOutcome,
    Outcome,
    Trail,
    Undone,
)
from payment_core.approval.ports import Order
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.instrument import Instrument, Presented

Said = TypeVar("Said", bound=Outcome)

SILENCE = InDoubt("no answer by the deadline", trail=Trail(sent="1100", started_at_ms=1))
APPROVAL = Approved(
    "30000001", "0000", "정상 처리되었습니다", 11_000, trail=Trail("1100", "1110", started_at_ms=1)
)
UNDONE = Undone("0000", "망취소 완료", trail=Trail("1400", "1410", started_at_ms=2))
GOOD_CHEQUE = GoodCheque("0000", "정상 수표입니다", trail=Trail("2000", "2010", started_at_ms=1))


@dataclass
class ScriptedLink:
    """Answers from five scripts; the last line of each is repeated. ``meanwhile`` runs during the wait."""

    authorisations: list[AuthorisationOutcome] = field(default_factory=lambda: [APPROVAL])
    net_cancels: list[NetCancelOutcome] = field(default_factory=lambda: [UNDONE])
    cancels: list[CancelOutcome] = field(default_factory=lambda: [UNDONE])
    inquiries: list[InquiryOutcome] = field(default_factory=lambda: [APPROVAL])
    cheques: list[ChequeOutcome] = field(default_factory=lambda: [GOOD_CHEQUE])
    asked: list[tuple[str, Order]] = field(default_factory=list)
    customers: list[Instrument | None] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def authorise(self, order: Order, presented: Presented, budget_ms: int) -> AuthorisationOutcome:
        """Answer an approval."""
        assert presented.number, "a sender has a card"
        return self._next("authorise", order, budget_ms, self.authorisations)

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        """Answer a net-cancel."""
        return self._next("net_cancel", order, budget_ms, self.net_cancels)

    def cancel(self, order: Order, budget_ms: int, customer: Instrument | None = None) -> CancelOutcome:
        """Answer a cancel."""
        self.customers.append(customer)
        return self._next("cancel", order, budget_ms, self.cancels)

    def inquire(self, order: Order, budget_ms: int) -> InquiryOutcome:
        """Answer an inquiry."""
        return self._next("inquire", order, budget_ms, self.inquiries)

    def inquire_cheque(self, order: Order, cheque: Cheque, budget_ms: int) -> ChequeOutcome:
        """Answer an inquiry about a cheque."""
        assert cheque.amount_won == order.amount_won, "the telegram is about this cheque"
        return self._next("inquire_cheque", order, budget_ms, self.cheques)

    def _next(self, kind: str, order: Order, budget_ms: int, script: list[Said]) -> Said:
        assert budget_ms > 0, "nobody is asked without time to answer"
        self.asked.append((kind, order))
        self.meanwhile()
        return script.pop(0) if len(script) > 1 else script[0]
