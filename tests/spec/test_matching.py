"""Two lists of the same money: what is one and the same, and what differs, told apart and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.reconciliation.matching import (
    Effect,
    Entry,
    Match,
    Shape,
    Subject,
    Terms,
    Verdict,
    differences,
    match,
)

DAY = date(2026, 11, 25).toordinal()
EXACT = Terms()
NEAR = Terms(tolerance_days=1, tolerance_won=10)
TOGETHER = Terms(Subject.DEPOSITS, together=True)
MARKED = Terms(marks=(BreakKind.INSTALMENT,))


def a_row(
    place: int = 1,
    won: int = 10_000,
    *,
    key: str = "30012345",
    days: int = 0,
    effect: Effect = Effect.LIVE,
    fee: int | None = None,
    mark: str = "",
) -> Entry:
    return Entry(place, key, key, won, DAY + days, effect, fee, (mark,) if mark else ())


def kinds(ours: list[Entry], theirs: list[Entry], terms: Terms = EXACT) -> list[BreakKind]:
    return [one.kind for one in match(ours, theirs, terms).breaks]


def shapes(ours: list[Entry], theirs: list[Entry], terms: Terms = EXACT) -> list[Shape]:
    return [one.shape for one in match(ours, theirs, terms).matches]


LIVE, UNDONE, UNKNOWN = (a_row(effect=effect) for effect in (Effect.LIVE, Effect.UNDONE, Effect.UNKNOWN))
RETURNED, HELD = (a_row(effect=effect) for effect in (Effect.RETURNED, Effect.HELD))
ELSEWHERE = a_row(effect=Effect.ELSEWHERE)
CANCEL = a_row(won=-10_000)
CLAIMS, ANSWERS, DEPOSITS = Terms(Subject.CLAIMS), Terms(Subject.ANSWERS), Terms(Subject.DEPOSITS)

CLASSES = [
    # ours                  theirs                     terms     what differs
    ([LIVE], [], EXACT, BreakKind.MISSING_THERE),
    ([], [LIVE], EXACT, BreakKind.MISSING_HERE),
    ([CANCEL], [], EXACT, BreakKind.CANCEL_MISSING_THERE),
    ([], [CANCEL], EXACT, BreakKind.CANCEL_MISSING_HERE),
    ([LIVE], [], CLAIMS, BreakKind.UNCLAIMED),
    ([], [LIVE], CLAIMS, BreakKind.CLAIM_WITHOUT_SALE),
    ([LIVE], [], ANSWERS, BreakKind.NOT_ANSWERED),
    ([], [LIVE], ANSWERS, BreakKind.ANSWER_WITHOUT_CLAIM),
    ([LIVE], [], DEPOSITS, BreakKind.DEPOSIT_MISSING),
    ([], [LIVE], DEPOSITS, BreakKind.DEPOSIT_UNEXPECTED),
    ([UNDONE], [LIVE], EXACT, BreakKind.LIVE_WITHOUT_APPROVAL),
    ([UNKNOWN], [LIVE], EXACT, BreakKind.LIVE_WITHOUT_APPROVAL),
    ([ELSEWHERE], [LIVE], EXACT, BreakKind.CHARGED_TWICE),
    ([LIVE], [UNDONE], EXACT, BreakKind.APPROVAL_WITHOUT_LIVE),
    ([LIVE], [RETURNED], ANSWERS, BreakKind.RETURNED),
    ([LIVE], [HELD], ANSWERS, BreakKind.HELD),
    ([RETURNED], [LIVE], ANSWERS, BreakKind.STATUS),
    ([LIVE], [a_row(won=9_000)], EXACT, BreakKind.AMOUNT),
    ([CANCEL], [a_row(won=-9_000)], EXACT, BreakKind.CANCEL_AMOUNT),
    ([LIVE], [a_row(won=9_000)], DEPOSITS, BreakKind.DEPOSIT_SHORT),
    ([LIVE], [a_row(won=11_000)], DEPOSITS, BreakKind.DEPOSIT_OVER),
    ([LIVE], [a_row(days=1)], EXACT, BreakKind.DATE),
    ([LIVE], [a_row(days=1)], DEPOSITS, BreakKind.DEPOSIT_LATE),
    ([a_row(won=0)], [LIVE], EXACT, BreakKind.AMOUNT),
    ([a_row(won=0)], [], EXACT, BreakKind.MISSING_THERE),
    ([], [a_row(won=0)], EXACT, BreakKind.MISSING_HERE),
    ([a_row(fee=50)], [a_row(fee=80)], EXACT, BreakKind.FEE),
    ([a_row(mark="00")], [a_row(mark="03")], MARKED, BreakKind.INSTALMENT),
    ([LIVE, a_row(2)], [LIVE], EXACT, BreakKind.DUPLICATE_HERE),
    ([LIVE], [LIVE, a_row(2)], EXACT, BreakKind.DUPLICATE_THERE),
    ([LIVE, a_row(2, won=7_000)], [a_row(won=8_000), a_row(2, won=9_000)], EXACT, BreakKind.AMBIGUOUS),
]


@pytest.mark.parametrize(("ours", "theirs", "terms", "kind"), CLASSES, ids=[str(one[-1]) for one in CLASSES])
def test_each_class_of_difference_is_told_apart(
    ours: list[Entry], theirs: list[Entry], terms: Terms, kind: BreakKind
) -> None:
    assert kinds(ours, theirs, terms) == [kind]


@pytest.mark.parametrize(
    "kind",
    [
        *(BreakKind.VAT, BreakKind.APPROVAL_NUMBER, BreakKind.MERCHANT_NUMBER),
        *(BreakKind.TERMINAL, BreakKind.CARD_KIND),
    ],
)
def test_whatever_else_two_lists_tell_is_compared_under_its_own_name(kind: BreakKind) -> None:
    assert kinds([a_row(mark="1")], [a_row(mark="2")], Terms(marks=(kind,))) == [kind]


def test_every_kind_of_break_is_in_one_of_these_tables() -> None:
    others = {BreakKind.VAT, BreakKind.APPROVAL_NUMBER, BreakKind.MERCHANT_NUMBER}

    told = {one[-1] for one in CLASSES} | others | {BreakKind.TERMINAL, BreakKind.CARD_KIND}

    assert told == set(BreakKind)


@pytest.mark.parametrize("rows", [[LIVE], [CANCEL], [UNDONE], [LIVE, a_row(2)], [LIVE, a_row(2, days=1)]])
def test_equal_lists_agree_whatever_is_in_them(rows: list[Entry]) -> None:
    verdict = match(rows, rows, EXACT)

    assert verdict.breaks == ()
    assert [(one.ours, one.theirs) for one in verdict.matches] == [((row,), (row,)) for row in rows]


@pytest.mark.parametrize("rows", [1, 2])
def test_what_was_undone_here_and_is_unknown_there_is_no_difference(rows: int) -> None:
    undone = [a_row(place, effect=Effect.UNDONE) for place in range(1, rows + 1)]

    assert match(undone, [], EXACT) == Verdict((), (), silent=rows)


def test_a_pair_may_differ_in_several_things_each_of_which_is_told() -> None:
    found = kinds([a_row(fee=50)], [a_row(won=9_000, days=2, fee=80)])

    assert found == [BreakKind.AMOUNT, BreakKind.DATE, BreakKind.FEE]


@pytest.mark.parametrize("twins", [1, 2])
def test_what_one_list_does_not_tell_is_not_compared(twins: int) -> None:
    told = [a_row(place, fee=50) for place in range(1, twins + 1)]
    untold = [Entry(place, "30012345", "30012345", 10_000, 0) for place in range(1, twins + 1)]

    assert shapes(told, untold) == [Shape.ONE_TO_ONE] * twins
    assert kinds(told, untold) == []


def test_within_tolerance_a_pair_is_one() -> None:
    assert shapes([a_row()], [a_row(won=10_010, days=-1)], NEAR) == [Shape.ONE_TO_ONE]
    assert kinds([a_row()], [a_row(won=10_011, days=-2)], NEAR) == [BreakKind.AMOUNT, BreakKind.DATE]


def test_fees_may_differ_by_as_much_as_was_agreed() -> None:
    a_won = Terms(tolerance_fee_won=1)

    found = [kinds([a_row(fee=50)], [a_row(fee=fee)], a_won) for fee in (48, 49, 50, 51, 52)]

    assert found == [[BreakKind.FEE], [], [], [], [BreakKind.FEE]]


@pytest.mark.parametrize(("ours", "theirs"), [(0, 80), (50, 0)])
def test_a_break_about_fees_tells_the_fees(ours: int, theirs: int) -> None:
    (found,) = match([a_row(fee=ours)], [a_row(fee=theirs)], EXACT).breaks

    assert (found.our_won, found.their_won) == (ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs", "terms"),
    [
        ([a_row()], [a_row(1, 9_000), a_row(2, 8_000)], EXACT),
        ([a_row(1, 1), a_row(2, 2)], [a_row(1, 4), a_row(2, 8)], TOGETHER),
    ],
)
def test_what_may_be_read_in_several_ways_is_left_to_a_person(
    ours: list[Entry], theirs: list[Entry], terms: Terms
) -> None:
    assert kinds(ours, theirs, terms) == [BreakKind.AMBIGUOUS]


def test_rows_that_tell_less_than_the_terms_compare_are_a_mistake_of_whoever_read_them() -> None:
    with pytest.raises(ValueError, match="shorter"):
        differences(a_row(), a_row(), MARKED)


def test_where_one_row_fits_two_that_differ_nobody_guesses() -> None:
    found = match([a_row(7)], [a_row(1, days=-1), a_row(2, days=1)], NEAR).breaks

    assert [(one.kind, one.ours, one.theirs) for one in found] == [(BreakKind.AMBIGUOUS, (7,), (1, 2))]


def test_as_many_rows_that_fit_but_are_not_equal_are_not_paired_by_their_order() -> None:
    ours, theirs = [a_row(1), a_row(2, 10_005)], [a_row(8, 10_003), a_row(9, 10_008)]

    assert kinds(ours, theirs, NEAR) == [BreakKind.AMBIGUOUS]


def test_rows_that_hang_together_by_a_row_between_them_are_one_ambiguity() -> None:
    ours, theirs = [a_row(1), a_row(2, 10_012)], [a_row(8, 10_006), a_row(9, 10_020)]

    (found,) = match(ours, theirs, NEAR).breaks

    assert (found.kind, found.ours, found.theirs) == (BreakKind.AMBIGUOUS, (1, 2), (8, 9))


def test_equal_rows_that_fit_equal_rows_are_interchangeable_and_pair_in_the_order_of_the_files() -> None:
    verdict = match([a_row(1), a_row(2)], [a_row(8, days=1), a_row(9, days=1)], NEAR)

    assert [(one.ours[0].place, one.theirs[0].place) for one in verdict.matches] == [(1, 8), (2, 9)]


def test_an_exact_partner_is_preferred_to_one_within_tolerance_which_then_repeats_it() -> None:
    verdict = match([a_row(1)], [a_row(1, days=1), a_row(2)], NEAR)

    assert [one.theirs[0].place for one in verdict.matches] == [2]
    assert [(one.kind, one.theirs) for one in verdict.breaks] == [(BreakKind.DUPLICATE_THERE, (1,))]


SALES = [a_row(1, 10_000), a_row(2, 20_000), a_row(3, -5_000)]

TWELVE = [a_row(place, 1_000 * 2**place) for place in range(12)]
UNDATED = [Entry(place, "30012345", "30012345", 10_000, 0) for place in (1, 2)]

SHAPES = [
    # ours          theirs                              shapes, and what is left of ours
    (SALES, [a_row(1, 25_000)], [Shape.MANY_TO_ONE], ()),
    ([a_row(1, 25_000)], SALES, [Shape.ONE_TO_MANY], ()),
    (UNDATED, [a_row(1, 20_000)], [Shape.MANY_TO_ONE], ()),
    (UNDATED, [Entry(1, "30012345", "30012345", 20_000, 0)], [Shape.MANY_TO_ONE], ()),
    (SALES, [a_row(1, 12_000), a_row(2, 13_000)], [Shape.MANY_TO_MANY], ()),
    (SALES, [a_row(1, 20_000), a_row(2, 5_000)], [Shape.ONE_TO_ONE, Shape.MANY_TO_ONE], ()),
    ([a_row(1, 30_000), a_row(2, 700)], [a_row(1, 10_000), a_row(2, 20_000)], [Shape.ONE_TO_MANY], (2,)),
    (TWELVE, [a_row(1, 3_000)], [Shape.MANY_TO_ONE], tuple(range(2, 12))),
    ([*TWELVE, a_row(12, 1)], [a_row(1, 3_000)], [], tuple(range(13))),
]


@pytest.mark.parametrize(("ours", "theirs", "found", "left"), SHAPES)
def test_where_a_key_names_a_group_its_sums_are_matched(
    ours: list[Entry], theirs: list[Entry], found: list[Shape], left: tuple[int, ...]
) -> None:
    verdict = match(ours, theirs, TOGETHER)

    assert [one.shape for one in verdict.matches] == found
    assert tuple(place for one in verdict.breaks for place in one.ours) == left


def test_of_two_rows_alone_more_than_the_sum_is_compared() -> None:
    ours, theirs = [a_row(1), a_row(2, 500, fee=50)], [a_row(1), a_row(2, 500, fee=80)]

    assert kinds(ours, theirs, TOGETHER) == [BreakKind.FEE]


def test_a_set_is_taken_only_if_no_other_adds_up_as_well() -> None:
    pieces = [a_row(1, 10_000), a_row(2, 20_000), a_row(3, 30_000), a_row(4, 100)]

    assert shapes([a_row(1, 30_100), a_row(2, 5)], pieces, TOGETHER) == []
    assert shapes([a_row(1, 60_000), a_row(2, 5)], pieces, TOGETHER) == [Shape.ONE_TO_MANY]


def test_a_deposit_for_many_rows_that_is_short_names_them_all() -> None:
    (short,) = match(SALES, [a_row(1, 24_000)], TOGETHER).breaks

    assert (short.kind, short.ours, short.theirs) == (BreakKind.DEPOSIT_SHORT, (1, 2, 3), (1,))
    assert (short.our_won, short.their_won, short.at_risk_won) == (25_000, 24_000, 1_000)


@pytest.mark.parametrize(
    ("days", "effect", "kind"),
    [(3, Effect.LIVE, BreakKind.DEPOSIT_LATE), (0, Effect.HELD, BreakKind.STATUS)],
)
def test_a_deposit_for_many_rows_that_is_whole_is_none_too_much_when_it_is_late_or_held(
    days: int, effect: Effect, kind: BreakKind
) -> None:
    assert kinds(SALES, [a_row(1, 25_000, days=days, effect=effect)], TOGETHER) == [kind]


def test_a_card_with_two_equal_rows_on_each_side_and_other_amounts_is_ambiguous() -> None:
    assert kinds([a_row(1), a_row(2)], [a_row(1, 9_000), a_row(2, 9_000)]) == [BreakKind.AMBIGUOUS]


def test_a_row_that_repeats_one_before_it_is_a_duplicate_and_the_first_is_compared() -> None:
    assert kinds([a_row()], [a_row(1, 9_000), a_row(2, 9_000)]) == [
        BreakKind.AMOUNT,
        BreakKind.DUPLICATE_THERE,
    ]
    assert kinds([a_row(1), a_row(2)], []) == [BreakKind.MISSING_THERE, BreakKind.DUPLICATE_HERE]


@pytest.mark.parametrize("other", [a_row(2, 9_000), a_row(2, days=5), a_row(2, effect=Effect.HELD)])
def test_a_row_repeats_another_only_in_amount_date_and_standing_together(other: Entry) -> None:
    assert kinds([a_row()], [a_row(), other]) == [BreakKind.MISSING_HERE]


def test_keys_come_in_the_order_of_our_list_and_then_of_theirs() -> None:
    ours = [a_row(1, key="b"), a_row(2, key="a")]
    theirs = [a_row(1, key="z"), a_row(2, key="a", won=1), a_row(3, key="c")]

    assert [one.name for one in match(ours, theirs, EXACT).breaks] == ["b", "a", "z", "c"]


entries = st.builds(
    Entry,
    place=st.just(0),
    key=st.sampled_from("abc"),
    name=st.just("name"),
    amount_won=st.sampled_from([-10_000, 5_000, 10_000, 15_000, 10_004]),
    day=st.sampled_from([DAY, DAY + 1, DAY + 3]),
    effect=st.sampled_from([Effect.LIVE, Effect.LIVE, Effect.UNDONE, Effect.HELD]),
)
lists = st.lists(entries, max_size=7).map(
    lambda rows: [
        Entry(place, row.key, row.name, row.amount_won, row.day, row.effect)
        for place, row in enumerate(rows, 1)
    ]
)
terms = st.builds(
    Terms,
    subject=st.sampled_from(Subject),
    tolerance_won=st.sampled_from([0, 5]),
    tolerance_days=st.sampled_from([0, 1]),
    together=st.booleans(),
)


def places(found: tuple[Match, ...], breaks: tuple[Break, ...]) -> list[tuple[str, int]]:
    matched = [("ours", row.place) for one in found for row in one.ours]
    matched += [("theirs", row.place) for one in found for row in one.theirs]
    pairs = {("ours", place) for one in breaks for place in one.ours}
    return matched + sorted(pairs | {("theirs", place) for one in breaks for place in one.theirs})


@given(lists, lists, terms)
def test_every_row_is_matched_once_or_told_in_a_break_or_silent(
    ours: list[Entry], theirs: list[Entry], how: Terms
) -> None:
    verdict = match(ours, theirs, how)

    found = places(verdict.matches, verdict.breaks)
    assert len(found) == len(set(found))
    assert len(found) + verdict.silent == len(ours) + len(theirs)


@given(lists, lists, terms)
def test_matched_rows_agree_in_sum_and_in_date_within_the_tolerance(
    ours: list[Entry], theirs: list[Entry], how: Terms
) -> None:
    for one in match(ours, theirs, how).matches:
        rows = (*one.ours, *one.theirs)
        gap = sum(row.amount_won for row in one.ours) - sum(row.amount_won for row in one.theirs)
        assert abs(gap) <= how.tolerance_won
        assert max(row.day for row in rows) - min(row.day for row in rows) <= how.tolerance_days
        assert len({row.effect for row in rows}) == 1
        if one.shape is Shape.ONE_TO_ONE:
            assert differences(rows[0], rows[1], how) == []
