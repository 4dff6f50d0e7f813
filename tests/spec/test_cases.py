"""Cases: what does not end by itself in time gets a person; evidence closes it, and age calls more people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.cases.find import BOUND_MS, PREFERRED, kind_of, proposed
from payment_core.cases.look import escalated, look
from payment_core.cases.model import HIGHEST_LEVEL, NEXT, OWNERS, Action, Case, Kind, State, Step, allows
from payment_core.cases.ports import Part, Stand
from payment_core.cases.tell import event_of
from payment_core.kernel.language import Language
from payment_core.kernel.open_ages import A_PERSON_LOOKS_AFTER_MS
from tests.fakes.cases import InMemoryCases
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW
from tests.spec.desk import ENDED, REFUSED, SALE, Desk, a_desk

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


@pytest.fixture
def desk() -> Desk:
    return a_desk()


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
