"""Projection: a read model is what the events come to, however often and in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_core.approval.model import SaleId
from payment_core.approval.outbox import moves_between
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.projection.approvals import Counted, NobodyApprovedError, count_approval
from payment_core.projection.project import Models, project
from tests.fakes.approvals import InMemoryApprovals
from tests.fakes.days import InMemoryDays
from tests.fakes.hands import Clock
from tests.fakes.known_sales import InMemoryKnownSales
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import HANGANG, Till

DAY_SECONDS: Final = 86_400


def a_sale(
    sequence: int, *, business_date: str = "20261120", van: str = "hangang", **till: ScriptedLink
) -> Till:
    """A sale that was sent to a VAN, and approved unless the link says otherwise."""
    clock = Clock()
    clock.pass_seconds(DAY_SECONDS * (date.fromisoformat(business_date) - date(2026, 11, 20)).days)
    sold = Till(
        clock=clock,
        profile=replace(HANGANG, name=van),
        sale_id=SaleId("1001", "10010001", 1, business_date, sequence),
        **till,  # type: ignore[arg-type]  # a link
    )
    sold.accept()
    sold.send()
    return sold


def a_cancelled_sale(sequence: int) -> Till:
    till = a_sale(sequence, van="namsan")
    till.begin_cancel(sequence=sequence + 1_000)
    till.try_cancel(sequence=sequence + 1_000)
    return till


def sales_of_a_month() -> list[Till]:
    undone = a_sale(3)
    undone.undo_for_pos()
    unanswered = a_sale(4, link=ScriptedLink(authorisations=[SILENCE]))
    unanswered.undo(in_line=True)
    return [
        a_sale(1),
        a_sale(2, van="namsan"),
        undone,
        unanswered,
        a_cancelled_sale(5),
        a_sale(6, business_date="20261119"),
        a_sale(7, business_date="20261201"),
    ]


SALES = sales_of_a_month()
EVENTS = [event for till in SALES for event in moves_between(None, till.sale)]
NOVEMBER = {"hangang": Counted(3, 33_000), "namsan": Counted(2, 22_000)}


def projected(events: list[SaleMovedV2]) -> InMemoryApprovals:
    model = InMemoryApprovals()
    project(events, Models(model, InMemoryDays(), InMemoryKnownSales()))
    return model


class TestApprovals:
    """How many, and how many won, each destination has of a merchant's month."""

    def test_every_approval_counts_for_who_gave_it_in_the_month_of_its_business_date(self) -> None:
        model = projected(EVENTS)

        assert model.since("1001", "20261101") == NOVEMBER
        assert model.since("1001", "20261201") == {"hangang": Counted(1, 11_000)}
        assert model.since("1002", "20261101") == {}

    def test_an_approval_that_was_taken_back_stays_counted(self) -> None:
        undone, cancelled = SALES[2].sale, SALES[4].sale
        assert (undone.decision, cancelled.decision) == ("REVERSE", "CANCELLED")

        model = projected([*moves_between(None, undone), *moves_between(None, cancelled)])

        assert {one.destination for one in model.counted.values()} == {"hangang", "namsan"}

    def test_what_was_never_approved_counts_for_nobody(self) -> None:
        assert projected(moves_between(None, SALES[3].sale)).counted == {}

    def test_new_terms_begin_to_count_on_their_own_day(self) -> None:
        assert projected(EVENTS).since("1001", "20261120")["hangang"] == Counted(2, 22_000)

    @given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)))
    def test_order_and_repeats_change_nothing(
        self, shuffled: list[SaleMovedV2], again: list[SaleMovedV2]
    ) -> None:
        assert projected([*shuffled, *again]).counted == projected(EVENTS).counted

    def test_a_repeat_is_told_as_no_news(self) -> None:
        model, (*_, approved) = InMemoryApprovals(), moves_between(None, SALES[0].sale)

        assert [count_approval(approved, model) for _ in range(2)] == [True, False]


class TestRebuild:
    """The table's history is the stream that never forgets."""

    @given(st.sets(st.integers(0, len(EVENTS) - 1)))
    def test_a_rebuild_from_the_sales_equals_the_projection_whatever_the_stream_lost(
        self, lost: set[int]
    ) -> None:
        model = projected([event for place, event in enumerate(EVENTS) if place not in lost])

        for till in SALES:
            events = moves_between(None, till.sale)
            project(events, Models(model, InMemoryDays(), InMemoryKnownSales()))

        assert model.counted == projected(EVENTS).counted

    def test_events_of_a_finished_sale_are_those_it_was_told_by(self) -> None:
        till = Till()
        told = []
        for act in (till.accept, till.send, till.undo_for_pos):
            before = till.sales.read(till.sale_id)
            act()
            told += moves_between(before, till.sale)

        again = moves_between(None, till.sale)

        assert [(one.id, one.step, one.evidence) for one in again] == [
            (one.id, one.step, one.evidence) for one in told
        ]


def test_an_approval_without_a_destination_is_not_counted_for_nobody() -> None:
    (*_, approved) = moves_between(None, SALES[0].sale)

    with pytest.raises(NobodyApprovedError, match="names no destination"):
        count_approval(replace(approved, destination=""), InMemoryApprovals())


class TestDays:
    """Which sales a terminal had on a business date."""

    @given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)))
    def test_every_sale_is_in_its_day_whatever_it_came_to(
        self, shuffled: list[SaleMovedV2], again: list[SaleMovedV2]
    ) -> None:
        days = InMemoryDays()

        project([*shuffled, *again], Models(InMemoryApprovals(), days, InMemoryKnownSales()))

        assert days.sales("1001-10010001-1", "20261120") == [str(till.sale_id) for till in SALES[:5]]
        assert days.sales("1001-10010001-1", "20261119") == [str(SALES[5].sale_id)]
        assert days.sales("1001-10010001-2", "20261120") == []
