"""Settlement: what happens to sales becomes postings, and the day of each merchant goes through its stages.

Rule: payment_core/settlement/settlement_day.py, and of postings payment_core/ledger/post.py. Deployed four
times: `on_events` feeds the ledger, `on_step` does one stage of a day, `on_window` folds balances and tells
what is late, `on_night` reads what a lost stream would have told and begins each merchant's day.
Story: docs/flows/settlement.md.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from payment_adapters import wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.event_stream import events_of
from payment_adapters.settling import wired
from payment_adapters.settling.booking import book
from payment_adapters.wiring import Invocation
from payment_core.approval.model import SaleId
from payment_core.events.sale_moved import SaleMovedV2
from payment_core.settlement.settlement_day import Stage, play


def on_events(event: dict[str, Any], _context: Invocation) -> dict[str, Any]:
    """Book each sale that moved, as it stands now; a record that cannot be read comes again."""
    events, unreadable = events_of(event["Records"])
    named = dict.fromkeys(one.subject for one in events if isinstance(one, SaleMovedV2))
    book(wiring.sales().read_all([SaleId.parse(one) for one in named]), wired.ledger())
    return {"batchItemFailures": [{"itemIdentifier": number} for number in unreadable]}


def on_step(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Do one stage of a merchant's day; what fails comes again, done or not."""
    from payment_adapters.settling.stages import work_of  # noqa: PLC0415 -- the feed does no stage

    stage, merchant, business_date = Stage(event["stage"]), event["merchant"], event["business_date"]
    hand = wiring.hand("settlement", context)
    work = partial(work_of(stage), merchant, business_date, hand)
    day = play(stage, merchant, business_date, work=work, days=wired.days(), now_ms=hand.now_ms())
    return {"is_done": stage in day.done, "waits_for": list(day.waits_for), "facts": dict(day.facts or {})}


def on_window(_event: dict[str, Any], context: Invocation) -> dict[str, int]:
    """Fold what was posted, look whether all of it balances, and tell what should be here and is not."""
    from payment_adapters.settling.window import watch  # noqa: PLC0415 -- the feed watches nothing

    told = watch(wiring.hand("settlement", context))
    for name, value in told.items():
        metrics.count(name, value)
    return told


def on_night(_event: dict[str, Any], context: Invocation) -> dict[str, int]:
    """Prove the ledger, book every sale of the last days once more, and begin each day that is over."""
    from payment_adapters.settling import night  # noqa: PLC0415 -- the feed reads no table

    now_ms = wiring.hand("settlement", context).now_ms()
    if unproved_won := night.unproved_won(wired.ledger(), now_ms):
        metrics.count("LedgerUnbalancedWon", unproved_won)
    swept = night.sweep(wired.recent_sales(now_ms), wired.ledger())
    running = night.begin(swept.dates, days=wired.days(), driver=wired.driver(), now_ms=now_ms)
    metrics.count("SettlementNightRan")
    return {"sales": swept.sales, "postings": swept.postings, "running": running}
