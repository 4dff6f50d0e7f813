"""What the store of cases promises: one winner per version, a history that only grows, open ones found."""

from __future__ import annotations

from dataclasses import replace

from payment_core.approval.model import SaleId
from payment_core.cases.model import Action, Case, Kind, Proposal, State, Step, moved
from payment_core.cases.ports import Cases
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from tests.fakes.hands import Clock


def a_case(sale_id: SaleId, clock: Clock, part: str = "a0") -> Case:
    """A refused net-cancel that was just found."""
    fresh = Case(
        about=str(sale_id),
        part=part,
        kind=Kind.NET_CANCEL_REFUSED,
        state=State.ABSENT,
        version=0,
        opened_at_ms=clock.at_ms,
        deadline_at_ms=clock.at_ms + 1_000,
        since_ms=clock.at_ms - 1_000,
        won=11_000,
        destination="hangang",
        evidence={"code": "2020", "message": "망취소 기간 경과"},
        may=(Action.SEND_AGAIN, Action.PROVE),
        action=Action.PROVE,
        why={Language.ENGLISH: "Call hangang.", Language.KOREAN: "연락하십시오."},
    )
    return moved(Step.OPEN, fresh, clock.hand("cases"), {"kind": fresh.kind})


def proposed(case: Case, clock: Clock, reason: str = "they called back") -> Case:
    """The same with a proposal."""
    proposal = Proposal(Action.PROVE, "kim", reason, clock.at_ms, proof="a letter")
    return moved(
        Step.PROPOSE, replace(case, proposal=proposal), clock.hand("cases"), {"reason": reason}, by="kim"
    )


def closed(case: Case, clock: Clock) -> Case:
    """The same at its end."""
    return moved(Step.CLOSE, replace(case, proposal=None), clock.hand("cases"), {"code": "0000"})


def test_a_case_comes_back_as_it_was_written(cases: Cases, sale_id: SaleId, clock: Clock) -> None:
    opened = a_case(sale_id, clock)
    asked = proposed(opened, clock)

    assert cases.read(opened.case_id) is None
    assert cases.move(None, opened)
    assert cases.read(opened.case_id) == opened
    assert cases.move(opened, asked)

    assert cases.read(opened.case_id) == asked
    assert cases.of(str(sale_id)) == [asked]


def test_whoever_saw_an_older_version_changes_nothing(cases: Cases, sale_id: SaleId, clock: Clock) -> None:
    opened = a_case(sale_id, clock)
    first, second = proposed(opened, clock), proposed(opened, clock, "of another mind")
    assert cases.move(None, opened)
    assert not cases.move(None, a_case(sale_id, clock))
    assert cases.move(opened, first)

    assert not cases.move(opened, second)

    assert cases.read(opened.case_id) == first


def test_a_write_that_is_delivered_twice_won_once(cases: Cases, sale_id: SaleId, clock: Clock) -> None:
    opened = a_case(sale_id, clock)

    assert cases.move(None, opened)
    assert cases.move(None, opened)

    assert cases.read(opened.case_id) == opened


def test_a_write_adds_its_line_and_leaves_the_lines_before_it_as_they_are(
    cases: Cases, sale_id: SaleId, clock: Clock
) -> None:
    opened = a_case(sale_id, clock)
    cases.move(None, opened)
    asked = proposed(opened, clock)
    other_past = replace(opened.history[0], by="nobody")

    cases.move(opened, replace(asked, history=(other_past, asked.history[-1])))

    kept = cases.read(opened.case_id)
    assert kept is not None
    assert [line.by for line in kept.history] == ["cases", "kim"]


def test_open_cases_are_found_the_oldest_first_and_closed_ones_in_their_month(
    cases: Cases, sale_id: SaleId, clock: Clock
) -> None:
    younger = a_case(sale_id, clock, "a1")
    clock.pass_seconds(-60)
    older, ended = a_case(sale_id, clock), a_case(sale_id, clock, "sale")
    for one in (younger, older, ended):
        cases.move(None, one)
    end = closed(ended, clock)
    cases.move(ended, end)
    month = f"{korean_time(clock.at_ms):%Y%m}"

    assert [one for one in cases.open_cases() if one.about == str(sale_id)] == [older, younger]
    assert [one for one in cases.closed_cases(month) if one.about == str(sale_id)] == [end]
    assert not [one for one in cases.closed_cases("202601") if one.about == str(sale_id)]
