"""The window: every five minutes, balances are folded, files looked for, and what is late is counted.

What it returns are the metrics that alarms watch (docs/operating); a count of nothing is told as well, so
that an alarm ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from payment_adapters.settling import wired
from payment_adapters.settling.taking_in import take_in
from payment_adapters.tables.ledger import DynamoLedger
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.trial_balance import trial_balance
from payment_core.settlement import sentinel
from payment_core.settlement.settlement_day import MerchantDay, Stage

AT_ONCE: Final = 2_000  # postings of one fold
LEAVE_BEFORE_MS: Final = 60_000  # the next window goes on


def watch(hand: Hand) -> dict[str, int]:
    """Fold, look, count."""
    taken = sum(take_in(hand).values())
    ledger, now = wired.ledger(), korean_time(hand.now_ms())
    touched = folded(ledger, hand)
    today, yesterday = f"{now:%Y%m%d}", f"{now - timedelta(days=1):%Y%m%d}"
    late = sentinel.watch(wired.rows().due(today), today).won_by
    deposits_won = sum(won for (awaited, _), won in late.items() if awaited is sentinel.Awaited.DEPOSIT)
    return {
        "LedgerUnbalancedWon": unbalanced_won(ledger, touched),
        "SettlementDaysLate": len(days_late(wired.days().open_days(), yesterday)),
        "UncapturedOverdueWon": sum(late.values()) - deposits_won,
        "DepositsOverdueWon": deposits_won,
        "BreaksOverdue": len(wired.breaks().open_breaks(due_before=today)),
        "SettlementFilesTaken": taken,
        "SettlementWindowRan": 1,
    }


def folded(ledger: DynamoLedger, hand: Hand) -> frozenset[str]:
    """Fold what waits, as far as time goes; the dates that were touched."""
    touched: frozenset[str] = frozenset()
    while hand.remaining_ms() > LEAVE_BEFORE_MS and (some := ledger.fold(AT_ONCE)):
        touched |= some
    return touched


def unbalanced_won(ledger: DynamoLedger, touched: Iterable[str]) -> int:
    """By how many won debits and credits differ, over all dates and over each that was touched."""
    balances = [ledger.balances(), *(ledger.balances(one) for one in sorted(touched))]
    told = [trial_balance(one) for one in balances]
    return max(abs(one.debit_won - one.credit_won) for one in told)


def days_late(open_days: Iterable[MerchantDay], yesterday: str) -> list[MerchantDay]:
    """Days before yesterday that are not claimed."""
    return [one for one in open_days if one.business_date < yesterday and Stage.CLAIM not in one.done]
