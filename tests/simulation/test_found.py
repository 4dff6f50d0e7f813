"""Stories that the laboratory found, cut down to their smallest: each broke an invariant once."""

from __future__ import annotations

from tools.lab.campaign import play
from tools.lab.plan import Act, Plan
from tools.lab.strikes import Strike

A_SALE = ((Act("sell", amount_won=10_000),),)


def test_an_inquiry_that_finds_nothing_leaves_no_tombstone() -> None:
    """The VAN works on the authorisation for 16 s, and is asked about it meanwhile."""
    held = Strike(53, "authorise stall", seconds=16.4)
    story = Plan(30_087, "1003", A_SALE, (held,), contract="tombstones", publishes=False)

    assert play(story).broken is None
