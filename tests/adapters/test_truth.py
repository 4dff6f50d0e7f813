"""What stands, as cases see it: since when, how much, what may be done, and what ended it."""

from __future__ import annotations

from typing import Any

from payment_adapters.carrying_out import Protocol
from payment_adapters.truth import parts_of
from payment_core.approval.late import late_news
from payment_core.approval.outcome import InDoubt, NotFound, Refused
from payment_core.cases.find import BOUND_MS, kind_of
from payment_core.cases.model import Action, Case, Kind, Proposal, State
from payment_core.cases.ports import Came, Part, Stand
from tests.fakes.findings import InMemoryFindings
from tests.fakes.hands import Clock
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale

A_MORNING_SECONDS = 4 * 3_600


def parts(till: Till) -> dict[str, Part]:
    return {one.part: one for one in parts_of(till.sale, lambda _name: till.profile)}


def carry_out(till: Till, part: Part, action: Action) -> Came:
    """Do what two people approved of a case about this part."""
    proposal = Proposal(action, "kim", "they called", till.clock.at_ms, proof="a letter", checker="lee")
    case = Case(
        about=part.about,
        part=part.part,
        kind=Kind.UNKNOWN_TOO_LONG,
        state=State.APPROVED,
        version=3,
        opened_at_ms=0,
        deadline_at_ms=0,
        since_ms=part.since_ms,
        won=part.won,
        proposal=proposal,
    )
    sales: Any = till.sales
    drivers: Any = till.drivers
    findings: Any = InMemoryFindings()
    return Protocol(sales, findings, drivers, lambda _name: till.profile).carry_out(
        case, till.clock.hand("cases")
    )


def test_a_sale_that_went_well_has_nothing_for_people() -> None:
    till = an_approved_sale()
    till.clock.pass_seconds(A_MORNING_SECONDS)

    assert {one.stand for one in parts(till).values()} == {Stand.ENDED}
    assert parts(till)["a0"].evidence["step"] == "approve"
    assert carry_out(till, parts(till)["a0"], Action.SEND_AGAIN) is Came.ENDED_BEFORE


def test_what_is_undone_late_in_the_day_is_unknown_only_since_then() -> None:
    till = an_approved_sale()
    till.clock.pass_seconds(A_MORNING_SECONDS)
    till.undo_for_pos()

    assert parts(till)["a0"].since_ms == till.clock.at_ms
    assert kind_of(parts(till)["a0"], till.clock.at_ms) is None
    assert kind_of(parts(till)["a0"], till.clock.at_ms + BOUND_MS) is Kind.UNKNOWN_TOO_LONG


def test_silence_becomes_a_net_cancel_that_failed_and_its_evidence_stays_the_same_from_try_to_try() -> None:
    till = an_unanswered_sale(link=ScriptedLink([SILENCE], net_cancels=[SILENCE]))
    seen = []
    for _ in range(3):
        till.clock.pass_seconds(600)
        till.undo()
        seen.append(parts(till)["a0"])

    assert seen[0].evidence == seen[2].evidence
    assert seen[0].tries < seen[2].tries
    assert kind_of(seen[2], till.clock.at_ms) is Kind.NET_CANCEL_FAILED
    assert seen[2].may == (Action.SEND_AGAIN,)


def test_a_refusal_names_its_code_and_may_be_proved() -> None:
    link = ScriptedLink([SILENCE], net_cancels=[Refused("2020", "망취소 기간 경과")])
    till = an_unanswered_sale(link=link)
    till.clock.pass_seconds(5)
    till.undo()

    part = parts(till)["a0"]
    assert (part.stand, part.evidence["code"], part.may) == (
        Stand.REFUSED,
        "2020",
        (Action.SEND_AGAIN, Action.PROVE),
    )
    assert carry_out(till, part, Action.INQUIRE) is Came.NOT_POSSIBLE
    assert carry_out(till, part, Action.PROVE) is Came.DONE
    ended = parts(till)["a0"]
    assert (ended.stand, ended.evidence["checker"]) == (Stand.ENDED, "lee")
    assert ended.evidence["by"] == "operator"


def test_an_approval_that_comes_after_its_end_is_late() -> None:
    clock = Clock()
    link = ScriptedLink([SILENCE], net_cancels=[NotFound("2810", "원거래 없음", clock.at_ms + 10**9)])
    till = an_unanswered_sale(link=link)
    till.clock.pass_seconds(600)
    assert till.undo().closed
    news = late_news(till.sale, 0, InDoubt("late", approval_number="30000001"), till.clock.hand("van_link"))
    assert news is not None
    till.sales.apply(news)

    part = parts(till)["a0"]
    assert (part.is_late, part.since_ms) == (True, till.clock.at_ms)
    assert kind_of(part, till.clock.at_ms) is Kind.LATE_APPROVAL


def test_an_open_cancel_is_a_part_of_its_own_and_can_be_sent_again() -> None:
    till = an_approved_sale()
    till.begin_cancel(amount_won=4_000)

    part = parts(till)["cancel-20261120-43"]
    assert (part.stand, part.won, part.may) == (Stand.WAITING, 4_000, (Action.SEND_AGAIN,))
    assert carry_out(till, part, Action.SEND_AGAIN) is Came.HANDED_OVER
    assert till.drivers.running == {f"cx-{till.sale_id}/20261120-43-1"}
    till.try_cancel()
    ended = parts(till)["cancel-20261120-43"]
    assert (ended.stand, ended.evidence["step"]) == (Stand.ENDED, "cancel_part_done")


def test_a_sale_that_nobody_decided_is_a_part_until_it_is() -> None:
    till = Till()
    till.accept()

    assert parts(till)["sale"].stand is Stand.WAITING
    till.clock.pass_seconds(60)
    till.wake()
    assert parts(till)["sale"].evidence["step"] == "give_up_unsent"
