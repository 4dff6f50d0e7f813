"""Cases: what does not end by itself in time gets a person, and money is moved by two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from payment_core.approval.open_money import A_PERSON_LOOKS_AFTER_MS
from payment_core.cases.execute import execute
from payment_core.cases.find import BOUND_MS, PREFERRED, kind_of, proposed
from payment_core.cases.look import escalated, look
from payment_core.cases.model import (
    HIGHEST_LEVEL,
    NEEDS_TWO,
    NEXT,
    OWNERS,
    Action,
    Case,
    Kind,
    State,
    Step,
    allows,
)
from payment_core.cases.ports import Came, Part, Stand
from payment_core.cases.propose import Offer, approve, propose, refuse
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
from payment_core.cases.tell import event_of
from payment_core.kernel.hand import Hand
from payment_core.kernel.language import Language
from tests.fakes.cases import InMemoryCases
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW
from tests.fakes.hands import Clock

SALE = "1001-10010001-1-20261120-42"
REFUSED = Part(
    about=SALE,
    part="a0",
    stand=Stand.REFUSED,
    since_ms=NOW - 5_000,
    won=11_000,
    destination="hangang",
    tries=1,
    evidence={"code": "2020", "message": "망취소 기간 경과", "trace_number": "001000000420"},
    may=(Action.SEND_AGAIN, Action.INQUIRE, Action.PROVE),
)
ENDED = replace(REFUSED, stand=Stand.ENDED, may=(), evidence={"step": "reversal_confirmed", "code": "0000"})

# step     | from                             → to
TABLE = """
open       | ABSENT CLOSED                     → OPEN
see        | APPROVED EXECUTED OPEN PROPOSED
escalate   | APPROVED EXECUTED OPEN PROPOSED
propose    | EXECUTED OPEN                     → PROPOSED
order      | EXECUTED OPEN                     → APPROVED
refuse     | PROPOSED                          → OPEN
approve    | PROPOSED                          → APPROVED
execute    | APPROVED                          → EXECUTED
close      | APPROVED EXECUTED OPEN PROPOSED   → CLOSED
"""


@dataclass
class Desk:
    """Cases, a clock, and a relay that notes what it was told to do."""

    clock: Clock = field(default_factory=Clock)
    cases: InMemoryCases = field(default_factory=InMemoryCases)
    carried_out: list[Case] = field(default_factory=list)

    def carry_out(self, case: Case, hand: Hand) -> Came:  # noqa: ARG002 -- a port
        self.carried_out.append(case)
        return Came.HANDED_OVER

    def look(self, *parts: Part) -> list[Case]:
        return look(parts, self.cases, self.clock.hand("cases"))

    @property
    def case(self) -> Case:
        found = self.cases.read(REFUSED.case_id)
        assert found is not None
        return found

    def steps(self) -> list[str]:
        return [str(line.step) for line in self.case.history]

    def offer(self, action: Action = Action.PROVE, reason: str = "undone by phone", **words: object) -> Offer:
        said: dict[str, object] = {"proof": "hangang, Ms Lee, letter 17", **words}
        return replace(Offer(REFUSED.case_id, self.case.version, action, reason), **said)

    def propose(self, action: Action = Action.PROVE, by: str = "kim", **words: object) -> Case:
        return propose(self.offer(action, **words), by=by, cases=self.cases, hand=self.clock.hand("console"))

    def approve(self, by: str = "lee") -> Case:
        return approve(
            REFUSED.case_id, self.case.version, by=by, cases=self.cases, hand=self.clock.hand("console")
        )

    def refuse(self, by: str = "lee", reason: str = "not so") -> Case:
        return refuse(
            REFUSED.case_id,
            self.case.version,
            by=by,
            reason=reason,
            cases=self.cases,
            hand=self.clock.hand("console"),
        )

    def execute(self) -> Case | None:
        return execute(self.case, cases=self.cases, relay=self, hand=self.clock.hand("cases"))


@pytest.fixture
def desk() -> Desk:
    """A refused net-cancel was found."""
    found = Desk()
    found.look(REFUSED)
    return found


def test_the_code_says_what_the_table_says() -> None:
    told = {}
    for line in TABLE.strip().splitlines():
        step, _, moves = line.partition("|")
        came_from, _, to = moves.partition("→")
        told[step.strip()] = (came_from.split(), to.strip())

    assert {str(step): (sorted(rule.came_from), str(rule.to or "")) for step, rule in NEXT.items()} == told


class TestWhatIsACase:
    """Each kind by what stands, and nothing that still has time to end by itself."""

    @pytest.mark.parametrize(
        ("part", "kind"),
        [
            (REFUSED, Kind.NET_CANCEL_REFUSED),
            (replace(REFUSED, stand=Stand.UNDOING, is_late=True), Kind.LATE_APPROVAL),
            (replace(REFUSED, stand=Stand.UNDOING), None),
            (replace(REFUSED, stand=Stand.UNDOING, since_ms=NOW - BOUND_MS), Kind.NET_CANCEL_FAILED),
            (replace(REFUSED, stand=Stand.UNDOING, net_cancel_until_ms=NOW), Kind.NET_CANCEL_FAILED),
            (replace(REFUSED, stand=Stand.UNDOING, net_cancel_until_ms=NOW + 1), None),
            (
                replace(REFUSED, stand=Stand.UNDOING, tries=0, since_ms=NOW - BOUND_MS),
                Kind.UNKNOWN_TOO_LONG,
            ),
            (replace(REFUSED, stand=Stand.WAITING, since_ms=NOW - BOUND_MS), Kind.UNKNOWN_TOO_LONG),
            (replace(REFUSED, stand=Stand.WAITING, since_ms=NOW - BOUND_MS + 1), None),
            (replace(REFUSED, stand=Stand.DIFFERS), Kind.JOURNAL_DIFFERENCE),
            (replace(REFUSED, stand=Stand.ENDED, since_ms=0), None),
        ],
    )
    def test_by_what_stands(self, part: Part, kind: Kind | None) -> None:
        assert kind_of(part, NOW) is kind

    def test_the_bound_is_the_one_of_open_money(self) -> None:
        assert BOUND_MS == A_PERSON_LOOKS_AFTER_MS

    @pytest.mark.parametrize("kind", PREFERRED)
    def test_what_is_proposed_comes_with_a_sentence_in_both_languages(self, kind: Kind) -> None:
        for may in [(), *((one,) for one in Action)]:
            action, why = proposed(kind, replace(REFUSED, may=may))

            assert action in {None, *may}
            assert set(why) == set(Language)
            assert all("{" not in text and "hangang" in text for text in why.values()) or (
                kind is Kind.JOURNAL_DIFFERENCE
            )

    def test_a_difference_keeps_the_sentence_of_its_comparison(self) -> None:
        told = {Language.ENGLISH: "Ask the shop.", Language.KOREAN: "문의하십시오."}
        desk = Desk()
        desk.look(replace(REFUSED, stand=Stand.DIFFERS, told=told, may=()))

        assert (desk.case.why, desk.case.action) == (told, None)


class TestLooking:
    """Any hand may look, as often as it likes; the truth decides."""

    def test_a_case_opens_with_evidence_owner_deadline_money_and_a_proposal(self, desk: Desk) -> None:
        case = desk.case

        assert (case.kind, case.state, case.owner, case.won) == (
            Kind.NET_CANCEL_REFUSED,
            State.OPEN,
            "operator",
            11_000,
        )
        assert case.evidence["code"] == "2020"
        assert (case.opened_at_ms, case.deadline_at_ms) == (NOW, NOW + 4 * 3_600_000)
        assert case.action is Action.INQUIRE
        assert "11,000 won may be held" in case.why[Language.ENGLISH]

    def test_looking_again_changes_nothing(self, desk: Desk) -> None:
        assert desk.look(REFUSED, REFUSED) == []

    def test_a_case_turns_into_another_kind_and_keeps_its_history_and_its_nearest_deadline(self) -> None:
        desk = Desk()
        desk.look(replace(REFUSED, stand=Stand.WAITING, since_ms=NOW - BOUND_MS))
        desk.clock.pass_seconds(60)

        desk.look(REFUSED)

        assert desk.case.kind is Kind.NET_CANCEL_REFUSED
        assert desk.case.deadline_at_ms == NOW + 4 * 3_600_000
        assert desk.steps() == ["open", "see"]

    def test_evidence_closes_it_whatever_people_are_at(self, desk: Desk) -> None:
        desk.propose()

        desk.look(ENDED)

        assert (desk.case.state, desk.case.proposal) == (State.CLOSED, None)
        assert desk.case.history[-1].words == ENDED.evidence

    def test_what_never_became_a_case_is_not_closed(self) -> None:
        desk = Desk()

        assert desk.look(ENDED) == []

    def test_what_comes_up_again_opens_its_case_again_with_its_whole_history(self, desk: Desk) -> None:
        desk.look(ENDED)
        desk.clock.pass_seconds(600)

        desk.look(replace(REFUSED, stand=Stand.UNDOING, is_late=True))

        assert desk.steps() == ["open", "close", "open"]
        assert (desk.case.kind, desk.case.opened_at_ms, desk.case.version) == (
            Kind.LATE_APPROVAL,
            NOW + 600_000,
            3,
        )

    def test_of_two_who_look_at_once_one_writes(self, desk: Desk) -> None:
        stale = desk.case
        desk.look(ENDED)

        class Behind(InMemoryCases):
            def read(self, case_id: str) -> Case | None:  # noqa: ARG002 -- what it saw a moment ago
                return stale

        assert look([ENDED], Behind(desk.cases.kept, desk.cases.writes), desk.clock.hand("cases")) == []


class TestAge:
    """Age calls more people, and closes nothing."""

    def test_at_half_of_its_time_the_second_level_is_called_and_at_the_deadline_the_third(
        self, desk: Desk
    ) -> None:
        levels = []
        for _ in range(60):
            desk.clock.pass_seconds(600)
            called = escalated(desk.case, desk.clock.hand("cases"))
            if called is not None and desk.cases.move(desk.case, called):
                levels.append((called.level, called.owner, called.age_ms(desk.clock.at_ms) // 60_000))

        assert levels == [(2, "supervisor", 120), (3, "director", 240)]
        assert desk.case.state is State.OPEN

    def test_a_case_that_nobody_looked_at_for_days_goes_to_the_highest_level_at_once(
        self, desk: Desk
    ) -> None:
        desk.clock.pass_seconds(10 * 86_400)

        called = escalated(desk.case, desk.clock.hand("cases"))

        assert called is not None
        assert called.level == HIGHEST_LEVEL == max(OWNERS)

    def test_a_closed_case_calls_nobody(self, desk: Desk) -> None:
        desk.look(ENDED)
        desk.clock.pass_seconds(10 * 86_400)

        assert escalated(desk.case, desk.clock.hand("cases")) is None


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
        desk.propose(Action.INQUIRE)

        assert desk.case.state is State.APPROVED
        assert desk.execute() is not None
        assert set(Action) - NEEDS_TWO == {Action.INQUIRE}

    def test_a_refused_proposal_leaves_its_reason_and_another_may_be_made(self, desk: Desk) -> None:
        desk.propose()
        desk.refuse(by="lee", reason="the letter is of another sale")
        assert (desk.case.state, desk.case.proposal) == (State.OPEN, None)

        desk.propose()

        assert desk.case.history[2].words["reason"] == "the letter is of another sale"

    def test_what_was_carried_out_without_an_end_may_be_followed_by_another_proposal(
        self, desk: Desk
    ) -> None:
        desk.propose(Action.INQUIRE)
        desk.execute()

        assert desk.propose(Action.PROVE).state is State.PROPOSED

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
        case = desk.propose(Action.CANCEL, approval_number="30000001", approved_won=11_000)

        assert case.proposal is not None
        assert (case.proposal.approval_number, case.proposal.approved_won) == ("30000001", 11_000)


def _closed(desk: Desk) -> None:
    desk.look(ENDED)


def _proposed(desk: Desk) -> None:
    desk.propose()


Before = Callable[[Desk], None]
REFUSALS: list[tuple[type[CaseRefusal], Before | None, Callable[[Desk], object]]] = [
    (CaseNotFoundError, None, lambda desk: desk.propose(case_id="of nobody:a0")),
    (CaseClosedError, _closed, lambda desk: desk.propose()),
    (CaseMovedError, _proposed, lambda desk: desk.propose(version=1)),
    (CaseBusyError, _proposed, lambda desk: desk.propose()),
    (NothingProposedError, None, lambda desk: desk.approve()),
    (SamePersonError, _proposed, lambda desk: desk.approve(by="kim")),
    (WordsMissingError, None, lambda desk: desk.propose(reason=" ")),
    (WordsTooLongError, None, lambda desk: desk.propose(reason="x" * 501)),
    (CardNumberSaidError, None, lambda desk: desk.propose(reason="card 4111 1111 1111 1111 was charged")),
    (ActionNotPossibleError, None, lambda desk: desk.propose(Action.CANCEL)),
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

    @pytest.mark.parametrize("said", ["", None])
    def test_nobody_acts_without_a_name_or_proves_without_proof(self, desk: Desk, said: str | None) -> None:
        with pytest.raises(WordsMissingError):
            desk.propose(by="") if said is None else desk.propose(proof=said)

    def test_whoever_writes_at_the_same_moment_is_told_to_look_again(self, desk: Desk) -> None:
        class Overtaken(InMemoryCases):
            def move(self, seen: Case | None, becomes: Case) -> bool:  # noqa: ARG002 -- a port
                return False

        with pytest.raises(CaseMovedError):
            propose(desk.offer(), by="kim", cases=Overtaken(desk.cases.kept), hand=desk.clock.hand("console"))

    def test_a_sale_or_a_trace_number_is_no_card_number(self, desk: Desk) -> None:
        desk.propose(reason=f"sale {SALE}, trace 001000000420, letter 2026-11-20 to 10010001")

        assert desk.case.state is State.PROPOSED


class TestEvents:
    """The world hears when a case opens, calls another level, and closes."""

    def test_three_steps_are_told_and_what_people_do_in_between_is_in_the_history_alone(
        self, desk: Desk
    ) -> None:
        desk.propose()
        desk.clock.pass_seconds(86_400)
        called = escalated(desk.case, desk.clock.hand("cases"))
        assert called is not None
        desk.cases.move(desk.case, called)
        desk.look(ENDED)

        told = [event for write in desk.cases.writes if (event := event_of(write))]

        assert [(one.type, one.version, one.level) for one in told] == [
            ("payrelay.case.opened.v1", 1, 1),
            ("payrelay.case.escalated.v1", 3, 3),
            ("payrelay.case.closed.v1", 4, 3),
        ]
        assert told[0].id == f"{SALE}:a0/1"
        assert told[0].deadline == "2026-11-20T07:00:00.000Z"
        assert told[-1].evidence == ENDED.evidence
        assert all(one.is_fact for one in told)

    def test_every_step_that_a_case_may_take_is_walked_over_every_state(self) -> None:
        for step in Step:
            assert {state for state in State if allows(step, state)} == NEXT[step].came_from
