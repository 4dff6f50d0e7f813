"""Shares: a month ends at its contract, whoever was out for a while; no VAN is starved or flooded for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.shares import SWING, WHOLE_BASIS_POINTS, standings
from payment_core.routing.van_router import Asked, candidates, choose

NAMES = ("hangang", "namsan", "gyeongbok", "dongdaemun")
KNOWN = {
    name: Destination(name, is_issuer=False, serves_bins=(), net_cancel_mode=NetCancelMode.RELAY)
    for name in NAMES
}
CONTRACT = {"hangang": 4_000, "namsan": 3_000, "gyeongbok": 2_000, "dongdaemun": 1_000}
MONTH = 2_000  # approvals


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, int]:
    """Two to four VANs of 5 to 70 %: who has almost everything cannot be given more after an outage."""
    parts = draw(
        st.lists(st.integers(1, 14), min_size=2, max_size=len(NAMES)).filter(lambda some: sum(some) <= 20)
    )
    parts[parts.index(min(parts))] += 20 - sum(parts)
    assume(max(parts) <= 14)
    return {name: part * 500 for name, part in zip(NAMES, parts, strict=False)}


@dataclass
class AMonth:
    """A month of approvals, one after the other.

    Attributes:
        seen_every: The router sees the counts of so many approvals ago at most.
    """

    shares: dict[str, int]
    corrected: bool = True
    seen_every: int = 1
    approvals: Counter[str] = field(default_factory=Counter)

    def sell(self, begin: int, end: int, *, out: tuple[str, ...] = ()) -> None:
        plan, seen = Plan("1002", (Terms("", self.shares),)), dict(self.approvals)
        for sequence in range(begin, end):
            if sequence % self.seen_every == 0:
                seen = dict(self.approvals)
            sale = f"1002-10020001-1-20261120-{sequence}"
            asked = Asked(sale, "20261120", "411111", (), out, seen if self.corrected else {})
            self.approvals[choose(plan, KNOWN, asked).destination] += 1

    def away(self) -> int:
        """How many approvals the VAN farthest from its contract is away from it."""
        total = self.approvals.total()
        return max(
            abs(self.approvals[name] - total * share // WHOLE_BASIS_POINTS)
            for name, share in self.shares.items()
        )


class TestConvergence:
    """The month ends at the contract."""

    @given(contracts(), st.integers(1, 60))
    @settings(max_examples=settings().max_examples // 16 + 1, deadline=None)
    def test_without_any_outage_the_month_ends_at_the_contract(
        self, shares: dict[str, int], seen_every: int
    ) -> None:
        month = AMonth(shares, seen_every=seen_every)

        month.sell(0, MONTH)

        assert month.away() <= MONTH // 50

    @given(contracts(), st.integers(0, MONTH // 3), st.integers(1, 60), st.data())
    @settings(max_examples=settings().max_examples // 16 + 1, deadline=None)
    def test_after_an_outage_the_month_ends_at_the_contract_too(
        self, shares: dict[str, int], begin: int, seen_every: int, data: st.DataObject
    ) -> None:
        out, end = data.draw(st.sampled_from(sorted(shares))), begin + MONTH // 10
        month = AMonth(shares, seen_every=seen_every)

        month.sell(0, begin)
        month.sell(begin, end, out=(out,))
        month.sell(end, MONTH)

        assert month.away() <= MONTH // 50

    def test_plain_shares_would_keep_what_the_outage_did(self) -> None:
        plain, corrected = AMonth(CONTRACT, corrected=False), AMonth(CONTRACT, seen_every=60)
        for month in (plain, corrected):
            month.sell(0, 300)
            month.sell(300, 600, out=("hangang",))
            month.sell(600, MONTH)

        assert plain.away() > 100
        assert corrected.away() <= 20


counts = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 10**9))


class TestBounds:
    """Whatever was counted, nobody is starved and nobody is flooded."""

    @given(contracts(), counts)
    def test_a_weight_stays_between_half_and_double_the_share(
        self, shares: dict[str, int], approvals: dict[str, int]
    ) -> None:
        for one in standings(shares, approvals).values():
            assert one.share_basis_points <= one.weight_basis_points * SWING
            assert one.weight_basis_points <= one.share_basis_points * SWING
            assert one.weight_basis_points > 0

    @given(contracts(), counts)
    def test_who_lacks_draws_with_more_and_who_has_too_many_with_less(
        self, shares: dict[str, int], approvals: dict[str, int]
    ) -> None:
        for one in standings(shares, approvals).values():
            lacks = one.share_basis_points * one.of_approvals - one.approvals * WHOLE_BASIS_POINTS
            if lacks >= 0:
                assert one.weight_basis_points >= one.share_basis_points
            else:
                assert one.weight_basis_points <= one.share_basis_points

    def test_the_smallest_share_there_can_be_still_draws(self) -> None:
        tiny = standings({"hangang": 9_999, "namsan": 1}, {"namsan": 10**6})["namsan"]

        assert tiny.weight_basis_points == 1

    @pytest.mark.parametrize("of_others", [{}, {"bada": 5_000}])
    def test_with_no_counts_of_these_vans_it_is_the_plain_draw(self, of_others: dict[str, int]) -> None:
        plan = Plan("1002", (Terms("", CONTRACT),))
        for sequence in range(200):
            sale = f"1002-10020001-1-20261120-{sequence}"
            plain, seen = (
                Asked(sale, "20261120", "411111"),
                Asked(sale, "20261120", "411111", (), (), of_others),
            )

            assert candidates(plan, KNOWN, seen) == candidates(plan, KNOWN, plain)
            assert all(
                one.standing is not None
                and one.standing.weight_basis_points == one.standing.share_basis_points
                for one in candidates(plan, KNOWN, plain)
            )

    @given(st.integers(1, 99_999_999), counts)
    @settings(max_examples=settings().max_examples // 2)
    def test_the_same_sale_over_the_same_counts_is_routed_alike(
        self, sequence: int, approvals: dict[str, int]
    ) -> None:
        plan = Plan("1002", (Terms("", CONTRACT),))
        asked = Asked(f"1002-10020001-1-20261120-{sequence}", "20261120", "411111", (), (), approvals)

        assert choose(plan, KNOWN, asked) == choose(plan, KNOWN, asked)


class TestWords:
    """Why a weight is what it is."""

    def test_a_standing_is_told_in_a_clause(self) -> None:
        stand = standings({"hangang": 6_000, "namsan": 4_000}, {"hangang": 500, "namsan": 500})

        assert str(stand["hangang"]) == (
            "share 60 % of contract, 50 % of the month's 1,000 approvals so far, so its weight is 120 %"
        )
        assert stand["namsan"].weight_basis_points == 2_000

    def test_a_part_that_does_not_come_out_even_is_told_with_one_digit(self) -> None:
        stand = standings({"hangang": 10_000, "namsan": 10_000}, {"hangang": 1, "namsan": 2})

        assert "33.3 % of the month's 3 approvals" in str(stand["hangang"])

    def test_without_a_month_only_the_contract_is_told(self) -> None:
        assert str(standings({"hangang": 10_000}, {})["hangang"]) == "share 100 % of contract"
