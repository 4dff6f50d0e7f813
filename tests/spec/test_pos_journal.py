"""The POS's journal against what stands here: one difference for each disagreement, with its next step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.kernel.language import Language
from payment_core.reconciliation.pos_journal import (
    Difference,
    JournalSale,
    Kind,
    OurSale,
    Stand,
    differences,
)

SALE = "1001-10010001-1-20261120-42"
WON = 11_000


def here(stand: Stand, won: int = WON) -> OurSale:
    return OurSale(SALE, stand, won)


def shown(won: int = WON) -> JournalSale:
    return JournalSale(SALE, is_approved=True, amount_won=won)


BEGUN = JournalSale(SALE, is_approved=False, amount_won=WON)

TABLE = [
    # here                       in the journal   what differs
    (here(Stand.APPROVED), shown(), None),
    (here(Stand.APPROVED), shown(9_000), Kind.AMOUNT_DIFFERS),
    (here(Stand.APPROVED), BEGUN, Kind.NOT_IN_JOURNAL),
    (here(Stand.APPROVED), None, Kind.NOT_IN_JOURNAL),
    (here(Stand.GIVEN_BACK), shown(), None),
    (here(Stand.GIVEN_BACK), shown(9_000), Kind.AMOUNT_DIFFERS),
    (here(Stand.GIVEN_BACK), BEGUN, None),
    (here(Stand.NOT_APPROVED), shown(), Kind.NOT_APPROVED_HERE),
    (here(Stand.NOT_APPROVED), BEGUN, None),
    (here(Stand.NOT_APPROVED), None, None),
    (here(Stand.REVERSED), shown(), Kind.REVERSED_HERE),
    (here(Stand.REVERSED), BEGUN, None),
    (here(Stand.UNKNOWN), shown(), Kind.STILL_UNKNOWN),
    (here(Stand.UNKNOWN), BEGUN, Kind.STILL_UNKNOWN),
    (None, shown(), Kind.NOT_APPROVED_HERE),
    (None, BEGUN, None),
]


@pytest.mark.parametrize(("our", "their", "kind"), TABLE)
def test_what_differs_is_one_of_the_table(
    our: OurSale | None, their: JournalSale | None, kind: Kind | None
) -> None:
    found = differences([our] if our else [], [their] if their else [])

    assert [one.kind for one in found] == ([kind] if kind else [])


def test_a_pos_that_died_after_the_approval_is_found() -> None:
    (found,) = differences([here(Stand.APPROVED)], [BEGUN])

    assert found == Difference(Kind.NOT_IN_JOURNAL, SALE, WON, 0)
    assert found.sentence(Language.ENGLISH).startswith("11,000 won are approved here")


def test_what_the_pos_shows_and_nobody_here_knows_is_told_with_no_won_of_ours() -> None:
    assert differences([], [shown()]) == [Difference(Kind.NOT_APPROVED_HERE, SALE, 0, WON)]


def test_a_cancel_in_the_journal_without_an_amount_is_one_of_all_that_remained() -> None:
    kind, cancel = Kind.CANCEL_NOT_HERE, "1001-10010001-1-20261120-43"

    told = [
        Difference(kind, SALE, 0, 0, cancel).sentence(Language.ENGLISH),
        Difference(kind, SALE, 0, 4_000, cancel).sentence(Language.ENGLISH),
        Difference(Kind.NOT_APPROVED_HERE, SALE, 0, 0).sentence(Language.ENGLISH),
    ]

    assert [one.partition(" as ")[0] for one in told] == [
        "The POS shows all that remained",
        "The POS shows 4,000 won",
        "The POS shows 0 won",
    ]


def test_without_a_journal_the_day_is_one_difference_over_what_is_approved() -> None:
    another = OurSale("1001-10010001-1-20261120-43", Stand.APPROVED, 4_000)

    assert differences([here(Stand.APPROVED), another], None) == [Difference(Kind.NO_JOURNAL, "", 15_000, 0)]
    assert differences([], None) == []


@given(st.sets(st.integers(1, 50)), st.sets(st.integers(1, 50)))
def test_two_lists_of_approvals_differ_by_exactly_what_only_one_of_them_has(
    ours: set[int], theirs: set[int]
) -> None:
    found = differences(
        [OurSale(str(one), Stand.APPROVED, WON) for one in ours],
        [JournalSale(str(one), is_approved=True, amount_won=WON) for one in theirs],
    )

    by_kind = {kind: {int(one.sale_id) for one in found if one.kind is kind} for kind in Kind}
    assert by_kind[Kind.NOT_IN_JOURNAL] == ours - theirs
    assert by_kind[Kind.NOT_APPROVED_HERE] == theirs - ours
    assert len(found) == len(ours ^ theirs)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_difference_is_two_sentences_a_fact_and_a_next_step(kind: Kind, language: Language) -> None:
    told = Difference(kind, SALE, 11_000, 9_000).sentence(language)

    assert told.count(".") >= 2
    assert told.endswith(".")
    assert "11,000" in told or "9,000" in told
