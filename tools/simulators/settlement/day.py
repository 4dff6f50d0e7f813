"""The files of a day, as the parties write them: lists, answers to our claims, and what the bank shows.

Everything comes from the parties' own books and their own answers of before. The same day, seed and
difference are the same bytes; so a file that is asked for twice is a duplicate, and nothing else.
Menu: tools/simulators/settlement/menu.py. Promise: tests/simulators/test_settlement_files.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final

from payment_adapters.calendars import bank_holidays
from payment_adapters.files.plan import FilePlan, Settled, plan_of, plans
from payment_core.settlement.model import FileKind
from payment_core.settlement.rows import Outcome
from telegram_codec.specs import settlement
from telegram_codec.telegram import Telegram
from tools.simulators.books import Authorisation
from tools.simulators.settlement.answers import Answered, Drawer, Mood, answered, still_held
from tools.simulators.settlement.differences import listed, seen, struck
from tools.simulators.settlement.mailbox import Mailbox
from tools.simulators.settlement.menu import ANSWER, BANK, MENU, Difference, NothingToChangeError
from tools.simulators.settlement.papers import Deposited, answer_paper, list_paper, statement_paper
from tools.simulators.settlement.spoiling import spoilt
from tools.simulators.settlement.terms import NAMES, merchant_number
from tools.simulators.settlement.view import Entry, View

CHANGED_WON: Final = 1_000
FEE_MORE_WON: Final = 10
AS_BOOKED: Final = Mood()


@dataclass(frozen=True)
class Counterparties:
    """The parties of a world, and where they keep what they answered.

    Attributes:
        books: Name of each VAN and issuer → everything it decided.
        home: A folder of their own.
        mailbox: Where they put and fetch files.
    """

    books: Mapping[str, Sequence[Authorisation]]
    home: Path
    mailbox: Mailbox
    mood: Mood = AS_BOOKED

    def send_lists(
        self, party: str, merchant: Settled, day: str, difference: Difference | None = None
    ) -> list[str]:
        """Put a party's list of a merchant's day; the names of what was put."""
        return self._list(_plan(party, FileKind.TRANSACTIONS), self.books[party], merchant, day, difference)

    def send_own_list(self, merchant: Settled, day: str, difference: Difference | None = None) -> list[str]:
        """Put the merchant's own list, if it sends one: its slips, on which stands what parties answered."""
        plan = plan_of(merchant.merchant, FileKind.TRANSACTIONS)
        slips = [one for party in sorted(self.books) for one in self.books[party]]
        return self._list(plan, slips, merchant, day, difference) if plan else []

    def send_slips(
        self, merchant: Settled, day: str, slips: Sequence[Entry], difference: Difference | None = None
    ) -> list[str]:
        """Put the merchant's own list as its tills have it, whatever any party's books say."""
        plan = _plan(merchant.merchant, FileKind.TRANSACTIONS)
        told = list(slips)
        if difference is not None:
            told = struck(told, difference, merchant.merchant, day, self._chance(merchant.merchant, day))
        return self._put(plan, merchant, day, _wire(plan, list_paper(plan, merchant, told)), None)

    def has_to_answer(self, party: str, merchant: Settled, day: str) -> bool:
        """Whether a claim of the day lies there for a party, or it holds rows of an earlier one."""
        kept = self._drawer(party).kept(merchant.merchant, before=day)
        return self._claim(party, merchant, day) is not None or bool(still_held(kept))

    def send_answer(
        self,
        party: str,
        merchant: Settled,
        day: str,
        difference: Difference | None = None,
        *,
        may_come: bool = True,
    ) -> list[str]:
        """Answer the claim of a merchant's day, and what is held; nothing while a claim may still come.

        Args:
            party: Whose answer.
            merchant: Whose claim.
            day: YYYYMMDD, of the claim.
            difference: What is wrong with it.
            may_come: Whether a claim that does not lie there may still come; a day is answered once.
        """
        if may_come and self._claim(party, merchant, day) is None:
            return []
        if not self.has_to_answer(party, merchant, day):
            return []
        plan = next(one for kind in ANSWER if (one := plan_of(party, kind)) is not None)
        rows = self._answered(party, merchant, day, difference)
        wire = _wire(plan, answer_paper(plan, merchant, rows))
        return self._put(plan, merchant, day, wire, difference)

    def send_statement(
        self,
        bank: str,
        merchant: Settled,
        day: str,
        difference: Difference | None = None,
        put_right: Sequence[Deposited] = (),
    ) -> list[str]:
        """Put what a bank shows of a merchant's account on a day: what acquirers promised for it.

        Args:
            bank: By its name.
            merchant: Whose account.
            day: YYYYMMDD.
            difference: What is wrong with it.
            put_right: What `wrong_by` told of an earlier day.
        """
        plan = _plan(bank, FileKind.BANK)
        due = self._deposits(merchant, day)
        balance_won = sum(row.net_won for row in self._promised(merchant) if row.payment_date <= day)
        lines = self._otherwise(bank, day, due, difference)
        balance_won += sum(one.amount_won for one in lines) - sum(one.amount_won for one in due)
        wire = _wire(plan, statement_paper(plan, merchant, day, [*lines, *put_right], balance_won))
        return self._put(plan, merchant, day, wire, None)

    def wrong_by(self, bank: str, merchant: Settled, day: str, difference: Difference) -> list[Deposited]:
        """What would put a statement with this difference right: lines of a later one."""
        due = self._deposits(merchant, day)
        shown = {
            (one.acquirer, one.merchant_number): one.amount_won
            for one in self._otherwise(bank, day, due, difference)
        }
        left = [
            replace(one, amount_won=one.amount_won - shown.get((one.acquirer, one.merchant_number), 0))
            for one in due
        ]
        return [replace(one, remark="정정") for one in left if one.amount_won]

    def _claim(self, party: str, merchant: Settled, day: str) -> bytes | None:
        return self.mailbox.fetch(party, _plan(party, FileKind.CLAIM).name(merchant.merchant, day))

    def _answered(
        self, party: str, merchant: Settled, day: str, difference: Difference | None
    ) -> list[Answered]:
        drawer = self._drawer(party)
        kept = [row for row in drawer.kept(merchant.merchant) if row.claim_date == day]
        if kept:
            return kept
        claim = self._claim(party, merchant, day)
        records = settlement.CLAIMS.read(BytesIO(claim)) if claim else ()
        rows = answered(
            self._view(party, self.books[party], merchant, day, difference),
            merchant.merchant,
            day,
            [record for record in records if isinstance(record, settlement.Claim)],
            drawer.kept(merchant.merchant, before=day),
            self.mood,
            bank_holidays((int(day[:4]), int(day[:4]) + 1)),
        )
        if difference is Difference.FEE_DIFFERS:
            rows = self._dearer(party, day, rows)
        drawer.keep(merchant.merchant, day, rows)
        return rows

    def _dearer(self, party: str, day: str, rows: list[Answered]) -> list[Answered]:
        # Not of one that was held before: its batch was looked at while it was, and nobody looks again.
        places = [
            place for place, row in enumerate(rows) if row.outcome is Outcome.PAID and not row.is_refund
        ]
        if not places:
            raise NothingToChangeError(Difference.FEE_DIFFERS, party, day)
        place = self._chance(party, day).choice(places)
        dear = replace(rows[place], fee_won=rows[place].fee_won + FEE_MORE_WON)
        return [*rows[:place], dear, *rows[place + 1 :]]

    def _promised(self, merchant: Settled) -> Iterator[Answered]:
        for party in sorted(self.books):
            yield from self._drawer(party).kept(merchant.merchant)

    def _deposits(self, merchant: Settled, day: str) -> list[Deposited]:
        sums: dict[tuple[str, str], int] = {}
        for row in self._promised(merchant):
            if row.payment_date == day:
                place = row.acquirer, row.merchant_number
                sums[place] = sums.get(place, 0) + row.net_won
        return [
            Deposited(acquirer, number, won, f"{NAMES.get(acquirer, acquirer)} 매출대금")
            for (acquirer, number), won in sorted(sums.items())
            if won
        ]

    def _otherwise(
        self, bank: str, day: str, due: list[Deposited], difference: Difference | None
    ) -> list[Deposited]:
        if difference is None or MENU[difference].strikes != BANK:
            return due
        if not due:
            raise NothingToChangeError(difference, bank, day)
        place = self._chance(bank, day).randrange(len(due))
        if difference is Difference.DEPOSIT_MISSING:
            return [*due[:place], *due[place + 1 :]]
        more = CHANGED_WON if difference is Difference.DEPOSIT_OVER else -CHANGED_WON
        line = replace(due[place], amount_won=due[place].amount_won + more)
        return [*due[:place], line, *due[place + 1 :]]

    def _put(
        self, plan: FilePlan, merchant: Settled, day: str, wire: bytes, difference: Difference | None
    ) -> list[str]:
        if difference is Difference.LATE_FILE:
            return []
        name = plan.name(merchant.merchant, day)
        told = spoilt(plan, wire, difference, self._chance(plan.counterparty, day))
        self.mailbox.put(plan.counterparty, name, told)
        return [name]

    def _list(
        self,
        plan: FilePlan,
        books: Sequence[Authorisation],
        merchant: Settled,
        day: str,
        difference: Difference | None,
    ) -> list[str]:
        party = plan.counterparty
        view = self._view(party, books, merchant, day, difference)
        entries = listed(view, difference, merchant.merchant, day, self._chance(party, day))
        numbered = [
            replace(
                entry,
                merchant_number=entry.merchant_number or merchant_number(entry.acquirer, merchant.merchant),
            )
            for entry in entries
        ]
        return self._put(plan, merchant, day, _wire(plan, list_paper(plan, merchant, numbered)), None)

    def _view(
        self,
        party: str,
        books: Sequence[Authorisation],
        merchant: Settled,
        day: str,
        difference: Difference | None,
    ) -> View:
        return seen(View.of(party, books), difference, merchant.merchant, day, self._chance(party, day))

    def _chance(self, party: str, day: str) -> Random:
        return Random(f"{self.mood.seed}/{party}/{day}")  # noqa: S311 -- the same place every time

    def _drawer(self, party: str) -> Drawer:
        return Drawer(self.home / party)


def parties() -> tuple[str, ...]:
    """Everybody who lists sales and answers claims."""
    return tuple(plan.counterparty for plan in plans() if plan.kind is FileKind.CLAIM)


def _plan(party: str, kind: FileKind) -> FilePlan:
    plan = plan_of(party, kind)
    assert plan is not None, f"{party} has {kind}"  # noqa: S101 -- whoever is asked for has it
    return plan


def _wire(plan: FilePlan, records: Iterator[Telegram]) -> bytes:
    return b"".join(plan.records.write(records))
