"""Carrying out what two people approved of a case: by the recovery that runs anyway, or as a proof.

A repair of a break goes its own way: payment_adapters/settling/mending.py.

Implements the core's ``Relay`` port (payment_core/cases/ports.py).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from payment_adapters.aws.workflows import RecoveryDrivers
from payment_adapters.tables.findings import DynamoFindings
from payment_adapters.tables.sales import DynamoSales
from payment_adapters.truth import CANCEL, LANES, day_of, open_part, part_of
from payment_core.approval.by_hand import (
    Known,
    Proof,
    close_cancel_with_proof,
    close_with_proof,
    have_cancel_tried,
    have_tried,
)
from payment_core.approval.model import OPEN_ATTEMPTS, Sale, SaleId
from payment_core.approval.ports import DriverUnavailableError, Profile
from payment_core.approval.pos_net_cancel import undo_for_people
from payment_core.cases.model import PROOFS, Action, Case, Kind, Proposal
from payment_core.cases.ports import Came
from payment_core.kernel.hand import Hand
from payment_core.reconciliation.findings import FindingState, proved


@dataclass(frozen=True)
class Protocol:
    """The payments table, the findings of comparisons, and the workflows that repeat."""

    sales: DynamoSales
    findings: DynamoFindings
    drivers: RecoveryDrivers
    profile: Callable[[str], Profile]

    def carry_out(self, case: Case, hand: Hand) -> Came:
        """Do what the case's proposal says, to the sale as it stands now: in its history people act."""
        hand = replace(hand, name="operator")
        proposal = case.proposal
        assert proposal is not None, "only what was proposed is carried out"  # noqa: S101 -- a bug
        if case.kind is Kind.BREAK:
            from payment_adapters.settling.mending import carry_out  # noqa: PLC0415 -- seldom, and more to load

            return carry_out(case, hand)
        if proposal.action is Action.UNDO:
            return self._undo(case, proposal, hand)
        if case.kind is Kind.JOURNAL_DIFFERENCE:
            return self._about_a_journal(case, proposal, hand)
        return self._about_a_sale(case, proposal, hand)

    def _about_a_journal(self, case: Case, proposal: Proposal, hand: Hand) -> Came:
        """Prove a difference, or have what is unknown of its sale tried."""
        if proposal.action is Action.PROVE:
            return self._prove_difference(case, proposal, hand)
        sale = self.sales.read(SaleId.parse(case.evidence["sale"]))
        unknown = open_part(sale, self.profile) if sale else None
        if unknown is None:
            return Came.ENDED_BEFORE
        return self._about_a_sale(replace(case, about=unknown.about, part=unknown.part), proposal, hand)

    def _about_a_sale(self, case: Case, proposal: Proposal, hand: Hand) -> Came:
        sale = self.sales.read(SaleId.parse(case.about))
        if sale is None or not _is_open(sale, case.part):
            return Came.ENDED_BEFORE
        if proposal.action in PROOFS:
            return self._prove(case, proposal, hand)
        if case.part.startswith(CANCEL):
            with suppress(DriverUnavailableError):  # it is due: the wakers start what this hand could not
                return _came(have_cancel_tried(sale, sales=self.sales, drivers=self.drivers, hand=hand))
            return Came.HANDED_OVER
        return self._have_tried(sale, proposal, int(case.part.removeprefix("a")), hand)

    def _have_tried(self, sale: Sale, proposal: Proposal, index: int, hand: Hand) -> Came:
        named = Known(proposal.approval_number, proposal.approved_won)
        with suppress(DriverUnavailableError):
            return _came(
                have_tried(
                    sale,
                    index,
                    LANES[proposal.action],
                    known=named if proposal.approval_number else None,
                    profile=self.profile(sale.attempts[index].destination),
                    sales=self.sales,
                    drivers=self.drivers,
                    hand=hand,
                )
            )
        return Came.HANDED_OVER

    def _undo(self, case: Case, proposal: Proposal, hand: Hand) -> Came:
        wish = {
            "reason": proposal.reason,
            "actor": proposal.maker,
            "checker": proposal.checker,
            "case": case.case_id,
        }
        undone = undo_for_people(
            SaleId.parse(case.about), wish, sales=self.sales, drivers=self.drivers, hand=hand
        )
        return _came(undone)

    def _prove_difference(self, case: Case, proposal: Proposal, hand: Hand) -> Came:
        kept = self.findings.of(day_of(case.about))
        found = next((one for one in kept if part_of(one).case_id == case.case_id), None)
        if found is None or found.state is not FindingState.OPEN:
            return Came.ENDED_BEFORE
        vouched = {
            "actor": proposal.maker,
            "checker": proposal.checker,
            "reason": proposal.reason,
            "proof": proposal.proof,
            "case": case.case_id,
        }
        return (
            Came.DONE
            if self.findings.move(found, proved(found, vouched, hand.now_ms()))
            else Came.NOT_POSSIBLE
        )

    def _prove(self, case: Case, proposal: Proposal, hand: Hand) -> Came:
        sale_id = SaleId.parse(case.about)
        proof = Proof(proposal.maker, proposal.checker, proposal.reason, proposal.proof, case.case_id)
        if case.part.startswith(CANCEL):
            name = case.part.removeprefix(CANCEL)
            is_done = proposal.action is Action.PROVE
            closed = close_cancel_with_proof(
                sale_id, name, proof, is_done=is_done, sales=self.sales, hand=hand
            )
        else:
            index = int(case.part.removeprefix("a"))
            closed = close_with_proof(sale_id, index, proof, sales=self.sales, hand=hand)
        return Came.DONE if closed else Came.NOT_POSSIBLE


def _came(handed_over: Sale | None) -> Came:
    return Came.HANDED_OVER if handed_over else Came.NOT_POSSIBLE


def _is_open(sale: Sale, part: str) -> bool:
    if part.startswith(CANCEL):
        return part == f"{CANCEL}{sale.open_cancel}"
    states = dict(enumerate(sale.attempt_states()))
    return part[:1] == "a" and states[int(part[1:])] in OPEN_ATTEMPTS
