"""The window: every five minutes, balances are folded, files looked for, and what is late is counted.

What it returns are the metrics that alarms watch (docs/operating); a count of nothing is told as well, so
that an alarm ends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from payment_adapters.settling import wired
from payment_adapters.settling.taking_in import take_in
from payment_adapters.tables.ledger import DynamoLedger
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.trial_balance import trial_balance
from payment_core.settlement import sentinel
from payment_core.settlement.model import FileState, SettlementFile
from payment_core.settlement.settlement_day import is_late

AT_ONCE: Final = 2_000  # postings of one fold
LARGEST_BYTES: Final = 20_000_000  # 100,000 rows; the step of a day has longer, and takes what is larger
APPLIED_WITHIN_MS: Final = 30 * 60_000  # a million rows take six minutes, and the day asks every fifteen
DAYS_LOOKED_AT: Final = 7
LEAVE_BEFORE_MS: Final = 60_000  # the next window goes on


def watch(hand: Hand) -> dict[str, int]:
    """Fold, look, count."""
    taken = sum(take_in(hand, LARGEST_BYTES).values())
    ledger, now = wired.ledger(), korean_time(hand.now_ms())
    touched = folded(ledger, hand)
    today = f"{now:%Y%m%d}"
    late = sentinel.watch(wired.rows().open_before(today), today).won_by
    deposits_won = sum(won for (awaited, _), won in late.items() if awaited is sentinel.Awaited.DEPOSIT)
    return {
        "LedgerUnbalancedWon": unbalanced_won(ledger, touched),
        "SettlementDaysLate": sum(is_late(one, hand.now_ms()) for one in wired.days().open_days()),
        "FilesNotApplied": len(not_applied(now)),
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


def not_applied(now: datetime) -> list[SettlementFile]:
    """Files of the last days that were found right a while ago, and of which not all is done so far."""
    dates = [f"{now - timedelta(days=days):%Y%m%d}" for days in range(DAYS_LOOKED_AT)]
    before_ms = int(now.timestamp() * 1_000) - APPLIED_WITHIN_MS
    return [
        one
        for date in dates
        for one in wired.files().of_date(date)
        if one.state is FileState.CHECKED and one.received_at_ms < before_ms
    ]
