"""The report of a merchant's date: what differs, in five sections, as the last comparison found it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table

from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.reconciliation.findings import Finding, FindingState
from payment_core.reconciliation.ports import Compared
from payment_core.reconciliation.pos_journal import Kind
from tools.cli.screen import console

DAY_MS: Final = 86_400_000
# Section → its titles and kinds; every kind is in one of them.
SECTIONS: Final = {
    "only_here": (
        {"en": "approved here, not in the POS journal", "ko": "승인되었으나 POS 저널에 없음"},
        {Kind.NOT_IN_JOURNAL},
    ),
    "only_in_the_journal": (
        {"en": "in the journal, not here", "ko": "POS 저널에만 있음"},
        {Kind.NOT_APPROVED_HERE},
    ),
    "otherwise": (
        {"en": "other amounts and states", "ko": "금액·상태 불일치"},
        {Kind.AMOUNT_DIFFERS, Kind.REVERSED_HERE, Kind.STILL_UNKNOWN},
    ),
    "cancels": (
        {"en": "cancels known to one side only, or with other amounts", "ko": "취소 불일치"},
        {Kind.CANCEL_NOT_IN_JOURNAL, Kind.CANCEL_NOT_HERE, Kind.CANCEL_AMOUNT_DIFFERS},
    ),
    "no_journal": ({"en": "no journal", "ko": "저널 미전송"}, {Kind.NO_JOURNAL}),
}


@dataclass(frozen=True)
class Report:
    """What is kept of one merchant's date."""

    merchant: str
    business_date: str
    findings: Sequence[Finding]
    compared: Sequence[Compared]
    language: Language

    @classmethod
    def of(
        cls,
        merchant: str,
        business_date: str,
        findings: Sequence[Finding],
        compared: Sequence[Compared],
        *,
        korean: bool,
    ) -> Report:
        """Take what was read."""
        language = Language.KOREAN if korean else Language.ENGLISH
        return cls(merchant, business_date, findings, compared, language)

    @property
    def standing(self) -> list[Finding]:
        """What differs still, the oldest first."""
        still = [one for one in self.findings if one.state is FindingState.OPEN]
        return sorted(still, key=lambda one: one.found_at_ms)

    @property
    def settled(self) -> int:
        """How many differed once."""
        return len(self.findings) - len(self.standing)

    def words(self) -> dict[str, Any]:
        """For programs."""
        return {
            "merchant": self.merchant,
            "business_date": self.business_date,
            "compared": [
                {
                    "terminal": one.day.terminal,
                    "at_ms": one.at_ms,
                    "delivered": one.is_delivered,
                    "sales": one.sales,
                    "differences": one.open_findings,
                }
                for one in self.compared
            ],
            "settled": self.settled,
            **{name: [self._words_of(one) for one in found] for name, _, found in self._sections()},
        }

    def show(self, now_ms: int) -> None:
        """For people."""
        screen = console()
        if not self.compared:
            screen.print(
                f"No terminal of {self.merchant} was compared for {self.business_date}: none sold or "
                "delivered, or the morning after has not come. `payrelay journal run` compares now."
            )
            return
        for _, title, found in self._sections():
            if found:
                screen.print(f"\n[bold]{title}[/bold]")
                screen.print(self._table(found, now_ms))
        at = korean_time(max(one.at_ms for one in self.compared))
        silent = sum(not one.is_delivered for one in self.compared)
        screen.print(
            f"\n{len(self.compared)} terminals of {self.merchant} on {self.business_date}, compared last at "
            f"{at:%Y-%m-%d %H:%M}: {len(self.standing)} differences stand, {self.settled} were settled; "
            f"{silent} delivered no whole journal."
        )

    def _sections(self) -> Iterator[tuple[str, str, list[Finding]]]:
        for name, (titles, kinds) in SECTIONS.items():
            yield name, titles[self.language], [one for one in self.standing if one.difference.kind in kinds]

    def _table(self, found: list[Finding], now_ms: int) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
        table.add_column("sale or cancel", no_wrap=True)
        table.add_column("age", justify="right", no_wrap=True)
        table.add_column("whose", no_wrap=True)
        table.add_column("what to do")
        for one in found:
            about = one.day.terminal if one.difference.kind is Kind.NO_JOURNAL else one.subject
            age = f"{(now_ms - one.found_at_ms) // DAY_MS} d"
            owner = one.difference.owner.lower()
            table.add_row(about, age, owner, one.difference.sentence(self.language))
        return table

    def _words_of(self, one: Finding) -> dict[str, Any]:
        difference = one.difference
        return {
            "terminal": one.day.terminal,
            "kind": str(difference.kind),
            "sale_id": difference.sale_id,
            "cancel_id": difference.cancel_id,
            "our_won": difference.our_won,
            "journal_won": difference.journal_won,
            "owner": str(difference.owner),
            "found_at_ms": one.found_at_ms,
            "sentence": difference.sentence(self.language),
        }
