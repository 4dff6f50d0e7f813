"""A break says who acts, what is at risk and what mends it; only a comparison ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from payment_core.kernel.language import Language
from payment_core.reconciliation.break_history import (
    NEXT,
    BreakState,
    BreakVersion,
    begin_repair,
    changes,
)
from payment_core.reconciliation.breaks import MEANINGS, Break, BreakKind, Repair, Risk
from payment_core.reconciliation.difference import differences
from payment_core.reconciliation.pos_journal import Owner
from payment_core.reconciliation.repair import repair_id

DAY = date(2026, 11, 25)
SHORT = Break(BreakKind.AMOUNT, "30012345", (3,), (8,), 10_000, 9_000, DAY.toordinal())
NIGHT_MS, NEXT_NIGHT_MS = 1_795_575_600_000, 1_795_662_000_000


def a_version(state: BreakState = BreakState.OPEN, found: Break = SHORT) -> BreakVersion:
    return BreakVersion(found, state, 1, "found by run 1", "comparison", NIGHT_MS, NIGHT_MS)


def next_night(kept: list[BreakVersion], *found: Break) -> list[tuple[BreakVersion | None, BreakVersion]]:
    return list(changes(kept, found, run="run 2", now_ms=NEXT_NIGHT_MS))


def mended(reason: str) -> BreakVersion:
    begun = begin_repair(
        a_version(),
        Repair.ASK_COUNTERPARTY,
        actor="kim",
        reason=reason,
        evidence="a letter",
        now_ms=NIGHT_MS + 1,
    )
    assert begun is not None
    return begun


@pytest.mark.parametrize("kind", BreakKind)
def test_every_kind_has_an_owner_a_repair_and_a_sentence_in_both_languages(kind: BreakKind) -> None:
    one = replace(SHORT, kind=kind)

    english, korean = one.sentence(Language.ENGLISH), one.sentence(Language.KOREAN)

    assert (one.owner in Owner, one.repair in Repair) == (True, True)
    assert "won" in english or "원" not in korean
    assert english.endswith(".")
    assert korean.endswith(("오.", "다."))
    assert "{" not in english + korean


def test_every_repair_and_every_risk_is_proposed_by_some_kind() -> None:
    never_first = {Repair.GIVE_UP, Repair.LEAVE, Repair.WAIT}
    assert {one.repair for one in MEANINGS.values()} == set(Repair) - never_first
    assert {one.risk for one in MEANINGS.values()} == set(Risk)
    assert set(MEANINGS) == set(BreakKind)


@pytest.mark.parametrize(
    ("kind", "won"), [(BreakKind.AMOUNT, 1_000), (BreakKind.MISSING_THERE, 10_000), (BreakKind.DATE, 0)]
)
def test_what_is_at_risk_is_the_difference_the_whole_or_nothing(kind: BreakKind, won: int) -> None:
    assert replace(SHORT, kind=kind).at_risk_won == won


def test_a_break_is_as_old_as_its_business_date() -> None:
    assert (SHORT.business_date, SHORT.age_days(date(2026, 11, 28))) == ("20261125", 3)
    assert SHORT.age_days(date(2026, 11, 24)) == 0, "none is younger than nothing"
    assert SHORT.break_id == "20261125/30012345/AMOUNT"
    undated = replace(SHORT, day=0)
    assert (undated.business_date, undated.age_days(date(2026, 11, 28))) == ("", 0)


def test_a_break_tells_its_won_in_either_language() -> None:
    assert SHORT.sentence(Language.ENGLISH).startswith("10,000 won here, 9,000 won there.")
    assert SHORT.sentence(Language.KOREAN).startswith("당사 10,000원, 상대 9,000원으로")


def test_a_new_break_is_opened_by_the_comparison_that_found_it() -> None:
    ((before, after),) = next_night([], SHORT)

    assert before is None
    assert (after.state, after.version, after.actor, after.reason) == (
        *(BreakState.OPEN, 1, "comparison"),
        "found by run 2",
    )


def test_a_break_that_stands_as_before_is_not_written_again_wherever_its_rows_lie_now() -> None:
    assert next_night([a_version()], replace(SHORT, ours=(4,))) == []


def test_a_repair_names_its_actor_and_reason_and_only_the_next_comparison_closes_the_break() -> None:
    mending = mended("slip says 9,000")

    ((before, after),) = next_night([mending])

    assert (mending.state, mending.actor, mending.reason) == (BreakState.REPAIRING, "kim", "slip says 9,000")
    assert before == mending
    assert (after.state, after.version, after.reason) == (BreakState.CLOSED, 3, "not found by run 2")


def test_a_break_under_repair_that_says_another_amount_stays_under_repair() -> None:
    mending = mended("asked")

    ((_, after),) = next_night([mending], replace(SHORT, their_won=9_500))

    assert (after.state, after.found.their_won, after.version) == (BreakState.REPAIRING, 9_500, 3)
    assert (after.reason, after.actor, after.at_ms) == ("changed in run 2", "comparison", NEXT_NIGHT_MS)


def test_a_closed_break_that_is_found_again_is_open_and_young() -> None:
    ((_, after),) = next_night([a_version(BreakState.CLOSED)], SHORT)

    assert (after.state, after.version, after.found_at_ms) == (BreakState.OPEN, 2, NEXT_NIGHT_MS)
    assert after.reason == "found again by run 2"


def test_of_what_is_closed_nothing_is_left_to_repair() -> None:
    closed = a_version(BreakState.CLOSED)

    assert (
        begin_repair(closed, Repair.WAIT, actor="kim", reason="late", evidence="-", now_ms=NIGHT_MS) is None
    )


def test_the_transition_table_reads_as_this() -> None:
    table = {str(state): sorted(map(str, after)) for state, after in NEXT.items()}

    assert table == {
        "OPEN": ["CLOSED", "REPAIRING"],
        "REPAIRING": ["CLOSED", "REPAIRING"],
        "CLOSED": ["OPEN"],
    }


def test_what_two_lists_show_alike_is_one_difference_and_each_list_is_asked_about_by_itself() -> None:
    van, shop = "1001/20261125/TRANSACTIONS/hangang", "1001/20261125/TRANSACTIONS/1001"
    foreign = replace(SHORT, kind=BreakKind.MISSING_HERE, our_won=0)
    other_won = replace(foreign, their_won=8_000)
    mending = replace(a_version(found=foreign), state=BreakState.REPAIRING)

    told = differences([(van, a_version(found=foreign)), (shop, mending), (van, a_version(found=other_won))])

    assert [one.version.found.at_risk_won for one in told] == [9_000, 8_000]
    assert told[0].version.state is BreakState.OPEN, "one of the two is nobody's affair yet"
    assert told[0].breaks == ((repair_id(shop, foreign), "1001"), (repair_id(van, foreign), "hangang"))


def test_differences_of_other_merchants_are_others() -> None:
    two = differences([(f"{one}/20261125/TRANSACTIONS/hangang", a_version()) for one in ("1001", "1002")])

    assert len(two) == 2
