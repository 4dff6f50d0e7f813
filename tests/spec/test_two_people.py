"""Two people: what moves money is proposed by one and approved by another, and every no has its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from payment_core.cases.execute import execute
from payment_core.cases.model import NEEDS_TWO, OF_A_SALE, Action, Case, State
from payment_core.cases.propose import propose
from payment_core.cases.refusals import (
    ActionNotPossibleError,
    CardNumberSaidError,
    CaseBusyError,
    CaseClosedError,
    CaseMovedError,
    CaseNotFoundError,
    CaseRefusal,
    NothingProposedError,
    SamePersonError,
    WordsMissingError,
    WordsTooLongError,
)
from tests.fakes.cases import InMemoryCases
from tests.spec.desk import ENDED, SALE, Desk, a_desk


@pytest.fixture
def desk() -> Desk:
    return a_desk()


class TestTwoPeople:
    """Maker and checker."""

    def test_one_proposes_another_approves_and_it_is_handed_to_the_protocol(self, desk: Desk) -> None:
        desk.propose(by="kim")
        desk.approve(by="lee")
        assert desk.carried_out == []

        desk.execute()

        (case,) = desk.carried_out
        assert case.proposal is not None
        assert (case.proposal.action, case.proposal.maker, case.proposal.checker) == (
            Action.PROVE,
            "kim",
            "lee",
        )
        assert desk.case.state is State.EXECUTED
        assert desk.steps() == ["open", "propose", "approve", "execute"]
        assert [line.by for line in desk.case.history] == ["cases", "kim", "lee", "cases"]
        assert desk.case.history[1].words["proof"] == "hangang, Ms Lee, letter 17"

    @pytest.mark.parametrize("checker", ["kim", " Kim "])
    def test_nobody_approves_what_they_proposed(self, desk: Desk, checker: str) -> None:
        desk.propose(by="kim")

        with pytest.raises(SamePersonError):
            desk.approve(by=checker)

        assert desk.execute() is None
        assert desk.steps() == ["open", "propose"]

    def test_an_inquiry_moves_no_money_and_needs_one_person(self, desk: Desk) -> None:
        desk.propose(desk.offer(Action.INQUIRE))

        assert desk.case.state is State.APPROVED
        assert desk.execute() is not None
        assert set(OF_A_SALE) - NEEDS_TWO == {Action.INQUIRE}

    def test_a_refused_proposal_leaves_its_reason_and_another_may_be_made(self, desk: Desk) -> None:
        desk.propose()
        desk.refuse(by="lee", reason="the letter is of another sale")
        assert (desk.case.state, desk.case.proposal) == (State.OPEN, None)

        desk.propose()

        assert desk.case.history[2].words["reason"] == "the letter is of another sale"

    def test_what_was_carried_out_without_an_end_may_be_followed_by_another_proposal(
        self, desk: Desk
    ) -> None:
        desk.propose(desk.offer(Action.INQUIRE))
        desk.execute()

        assert desk.propose(desk.offer(Action.PROVE)).state is State.PROPOSED

    def test_who_died_after_the_approval_leaves_it_to_the_next_hand_and_nothing_is_done_twice(
        self, desk: Desk
    ) -> None:
        desk.propose()
        desk.approve()
        approved = desk.case

        desk.execute()
        again = execute(approved, cases=desk.cases, relay=desk, hand=desk.clock.hand("cases"))

        assert again is None
        assert desk.execute() is None
        assert desk.steps().count("execute") == 1

    def test_a_cancel_may_bring_the_number_and_the_amount_that_only_the_destination_knew(
        self, desk: Desk
    ) -> None:
        case = desk.propose(
            replace(desk.offer(Action.CANCEL), approval_number="30000001", approved_won=11_000)
        )

        assert case.proposal is not None
        assert (case.proposal.approval_number, case.proposal.approved_won) == ("30000001", 11_000)


def _closed(desk: Desk) -> None:
    desk.look(ENDED)


def _proposed(desk: Desk) -> None:
    desk.propose()


Before = Callable[[Desk], None]
REFUSALS: list[tuple[type[CaseRefusal], Before | None, Callable[[Desk], object]]] = [
    (CaseNotFoundError, None, lambda desk: desk.propose(replace(desk.offer(), case_id="of nobody:a0"))),
    (CaseClosedError, _closed, lambda desk: desk.propose()),
    (CaseMovedError, _proposed, lambda desk: desk.propose(desk.offer(version=1))),
    (CaseBusyError, _proposed, lambda desk: desk.propose()),
    (NothingProposedError, None, lambda desk: desk.approve()),
    (SamePersonError, _proposed, lambda desk: desk.approve(by="kim")),
    (WordsMissingError, None, lambda desk: desk.propose(desk.offer(reason=" "))),
    (WordsTooLongError, None, lambda desk: desk.propose(desk.offer(reason="x" * 501))),
    (
        CardNumberSaidError,
        None,
        lambda desk: desk.propose(desk.offer(reason="card 4111 1111 1111 1111 was charged")),
    ),
    (ActionNotPossibleError, None, lambda desk: desk.propose(desk.offer(Action.CANCEL))),
]


class TestRefusals:
    """In the order in which they are looked for; each writes nothing."""

    def test_every_refusal_is_here_and_has_a_code_of_its_own(self) -> None:
        assert [kind for kind, _, _ in REFUSALS] == CaseRefusal.__subclasses__()
        assert len({kind.code for kind, _, _ in REFUSALS}) == len(REFUSALS)

    @pytest.mark.parametrize(("kind", "before", "act"), REFUSALS, ids=[kind.code for kind, _, _ in REFUSALS])
    def test_it_is_refused_and_nothing_is_written(
        self, desk: Desk, kind: type[CaseRefusal], before: Before | None, act: Callable[[Desk], object]
    ) -> None:
        if before is not None:
            before(desk)
        stands = desk.case

        with pytest.raises(kind) as refused:
            act(desk)

        assert desk.case == stands
        assert 400 <= refused.value.http_status < 500
        assert "4111" not in str(refused.value)

    def test_nobody_enters_into_the_books_without_both_accounts(self, desk: Desk) -> None:
        entry = replace(desk.offer(Action.ADJUST_ENTRY), debit="SUSPENSE haneul/1001")

        with pytest.raises(WordsMissingError):
            desk.propose(entry)

    @pytest.mark.parametrize("said", ["", None])
    def test_nobody_acts_without_a_name_or_proves_without_proof(self, desk: Desk, said: str | None) -> None:
        with pytest.raises(WordsMissingError):
            desk.propose(by="") if said is None else desk.propose(desk.offer(proof=said))

    def test_whoever_writes_at_the_same_moment_is_told_to_look_again(self, desk: Desk) -> None:
        class Overtaken(InMemoryCases):
            def move(self, seen: Case | None, becomes: Case) -> bool:  # noqa: ARG002 -- a port
                return False

        with pytest.raises(CaseMovedError):
            propose(desk.offer(), by="kim", cases=Overtaken(desk.cases.kept), hand=desk.clock.hand("console"))

    def test_a_sale_or_a_trace_number_is_no_card_number(self, desk: Desk) -> None:
        desk.propose(desk.offer(reason=f"sale {SALE}, trace 001000000420, letter 2026-11-20 to 10010001"))

        assert desk.case.state is State.PROPOSED
