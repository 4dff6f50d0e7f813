from __future__ import annotations

from tools.lab.campaign import play, run
from tools.lab.plan import Act, Plan, draw

SCHEDULES = 1_000  # of each run of CI: 50 s of CPU on the slowest machine; `make proof` plays a million
TWICE = 20


def test_a_sale_goes_through_the_real_handlers_and_workflows() -> None:
    played = play(Plan(seed=1, merchant="1001", tills=((Act("sell", amount_won=10_000),),)))

    assert played.broken is None
    assert played.seen[1] == 1, "it was approved, and stood so in the books of its destination"


def test_the_same_seed_plays_the_same_bytes() -> None:
    first = [play(draw(seed)).digest for seed in range(TWICE)]
    again = [play(draw(seed)).digest for seed in range(TWICE)]

    assert first == again
    assert len(set(first)) == TWICE


def test_whatever_goes_wrong_no_invariant_breaks() -> None:
    report = run(first_seed=0, schedules=SCHEDULES)

    assert [f"seed {one.plan.seed}: {one.broken}" for one in report.failures] == []
    assert report.schedules == SCHEDULES
    assert report.never_seen == []
    assert len(report.never_fired) < 10, report.never_fired  # of 110: in 2,000 schedules each has its turn
