"""What happens on a day besides sales: schedules, everybody's files, and people who see to what came back.

    04:00  the night begins each day that is over          06:00  the morning compares journals
    08:00  lists of yesterday                              13:00  answers to the claims of yesterday
    18:00  the bank's statement of today                   20:30  people

A file that was refused or withheld is sent right a day later, what a bank paid wrong is put right on its next
statement, and what it did not pay some days later, as those who sent it would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from payment_adapters.files.plan import Settled, plan_of, settled, settled_merchant
from payment_core.settlement.model import FileKind
from tools.month.people import People
from tools.month.plan import Menu, Pair
from tools.month.shop import Shops
from tools.month.world import MonthWorld
from tools.simulators.settlement.answers import Mood
from tools.simulators.settlement.day import Counterparties, parties
from tools.simulators.settlement.mailbox import Bucket
from tools.simulators.settlement.menu import Difference
from tools.simulators.settlement.papers import Deposited

REFUSED: Final = frozenset(
    {
        Difference.LATE_FILE,
        Difference.TRUNCATED_FILE,
        Difference.WRONG_TRAILER,
        Difference.WRONG_ENCODING,
        Difference.UNKNOWN_RECORD,
    }
)
SENT_AGAIN: Final = frozenset({Difference.DUPLICATE_FILE, Difference.CHANGED_RESEND})
MISSING_DAYS: Final = 7  # until a deposit that did not come is there: one business day late is no difference
LISTS_WRONG: Final = 3  # of a day
ANSWERS_WRONG: Final = 3


@dataclass
class Office:
    """Everybody who writes files, and the people who read what is wrong with them.

    Attributes:
        is_over: Nothing new goes wrong any more.
    """

    world: MonthWorld
    shops: Shops
    menu: Menu
    home: Path
    mood: Mood
    people: People
    is_over: bool = False
    _later: list[Callable[[], object]] = field(default_factory=list)
    _put_right: dict[tuple[str, str], list[Deposited]] = field(default_factory=dict)
    _forgotten: dict[str, Pair] = field(default_factory=dict)

    def goes_through(self, day: str) -> None:
        """A day, from its night to its evening."""
        yesterday = f"{date.fromisoformat(day) - timedelta(days=1):%Y%m%d}"
        self.world.sleep_until(day, 4)
        self.world.ask("SettlementNightFunction", {})
        self.world.drive()
        self.world.sleep_until(day, 6)
        self.world.ask("ReconciliationFunction", {})
        self.world.sleep_until(day, 8)
        self._lists(yesterday)
        self._looks()
        self.world.sleep_until(day, 13)
        self._answers(yesterday)
        self._looks()
        self.world.sleep_until(day, 18)
        self._statements(day)
        self._looks()
        self.world.sleep_until(day, 20.5)
        self.shops.close()
        self.people.see_to_everything()
        self._looks()

    def _looks(self) -> None:
        self.world.ask("SettlementWindowFunction", {})
        self.world.drive()

    def _parties(self) -> Counterparties:
        mood = Mood(self.mood.seed) if self.is_over else self.mood
        return Counterparties(self.world.books(), self.home, Bucket(self.world.store()), mood)

    def _lists(self, day: str) -> None:
        """Lists of everybody; three of them are otherwise than the books."""
        sent = self._parties()
        pairs = {(party, merchant.merchant) for party in parties() for merchant in settled()}

        def send(difference: Difference | None, pair: Pair) -> None:
            sent.send_lists(pair[0], _agreed(pair[1]), day, difference)

        for _ in range(0 if self.is_over else LISTS_WRONG):
            struck = self.menu.strike("list", day, pairs, send)
            if struck is not None:
                pairs.remove((struck.party, struck.merchant))
                if struck.difference is Difference.APPROVAL_WITHOUT_LIVE:
                    self._forgotten[day] = (struck.party, struck.merchant)
        for pair in sorted(pairs):
            send(None, pair)
        for merchant in settled():
            if plan_of(merchant.merchant, FileKind.TRANSACTIONS):
                sent.send_slips(merchant, day, self.shops.list_of(merchant.merchant, day))

    def _answers(self, day: str) -> None:
        """Answers to every claim of the day; three of the files are not as they should be."""
        for act in self._later:
            act()
        self._later.clear()
        sent = self._parties()
        pairs = {
            (party, merchant.merchant)
            for party in parties()
            for merchant in settled()
            if sent.has_to_answer(party, merchant, day)
        }

        def send(difference: Difference | None, pair: Pair) -> None:
            sent.send_answer(pair[0], _agreed(pair[1]), day, difference, may_come=False)

        forgotten = self._forgotten.pop(day, None)
        if forgotten is not None:
            send(Difference.APPROVAL_WITHOUT_LIVE, forgotten)
            pairs.discard(forgotten)
        for _ in range(0 if self.is_over else ANSWERS_WRONG):
            struck = self.menu.strike("answer", day, pairs, send)
            if struck is None:
                break
            pair = (struck.party, struck.merchant)
            pairs.remove(pair)
            if struck.difference in REFUSED:
                self._later.append(partial(send, None, pair))
            if struck.difference in SENT_AGAIN:
                self._sent_again(struck.difference, pair, send)
        for one in sorted(pairs):
            send(None, one)

    def _sent_again(
        self, difference: Difference, pair: Pair, send: Callable[[Difference | None, Pair], None]
    ) -> None:
        """The right one first, which is taken in; then the same, or another of its name."""
        send(None, pair)
        self.world.ask("SettlementWindowFunction", {})
        send(difference, pair)

    def _statements(self, day: str) -> None:
        """What each merchant's bank shows; of one of them, not what was promised."""
        sent = self._parties()

        def send(difference: Difference | None, pair: Pair) -> None:
            right = self._put_right.get((day, pair[1]), ())
            sent.send_statement(pair[0], _agreed(pair[1]), day, difference, right)

        pairs = {(merchant.bank, merchant.merchant) for merchant in settled()}
        free = [pair for pair in pairs if (day, pair[1]) not in self._put_right]
        struck = None if self.is_over else self.menu.strike("bank", day, free, send)
        for pair in sorted(pairs):
            if struck is None or pair[1] != struck.merchant:
                send(None, pair)
        if struck is not None:
            is_missing = struck.difference is Difference.DEPOSIT_MISSING
            later = f"{date.fromisoformat(day) + timedelta(days=MISSING_DAYS if is_missing else 1):%Y%m%d}"
            lines = sent.wrong_by(struck.party, _agreed(struck.merchant), day, struck.difference)
            self._put_right.setdefault((later, struck.merchant), []).extend(lines)


def _agreed(merchant: str) -> Settled:
    agreed = settled_merchant(merchant)
    assert agreed is not None, "it is settled for"  # noqa: S101 -- its name comes from there
    return agreed
