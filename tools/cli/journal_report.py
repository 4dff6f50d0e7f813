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
from payment_core.reconciliation.pos_journal import Kind, Owner
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

HEADS: Final = {
    Language.ENGLISH: ("sale or cancel", "age", "whose", "what to do"),
    Language.KOREAN: ("거래·취소", "경과", "담당", "조치"),
}
OWNERS: Final = {
    Language.ENGLISH: {Owner.RELAY: "payrelay", Owner.MERCHANT: "merchant", Owner.OPERATOR: "operator"},
    Language.KOREAN: {Owner.RELAY: "payrelay", Owner.MERCHANT: "가맹점", Owner.OPERATOR: "운영자"},
}
NEVER_COMPARED: Final = {
    Language.ENGLISH: (
        "No terminal of {merchant} was compared for {date}: none sold or delivered, or the morning after has "
        "not come. `payrelay journal run` compares now."
    ),
    Language.KOREAN: (
        "{date} 가맹점 {merchant}의 단말기는 대사되지 않았습니다. 거래와 저널이 없거나 다음 날 아침이 되지 "
        "않았습니다. `payrelay journal run`으로 바로 대사할 수 있습니다."
    ),
}
SUMMARY: Final = {
    Language.ENGLISH: (
        "{terminals} terminals of {merchant} on {date}, compared last at {at}: {standing} differences stand, "
        "{settled} were settled; {silent} delivered no whole journal."
    ),
    Language.KOREAN: (
        "{date} 가맹점 {merchant} 단말기 {terminals}대, 최종 대사 {at}: "
        "미해결 {standing}건, 해결 {settled}건, 저널 미전송 {silent}대."
    ),
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
            told = NEVER_COMPARED[self.language]
            screen.print(told.format(merchant=self.merchant, date=self.business_date))
            return
        for _, title, found in self._sections():
            if found:
                screen.print(f"\n[bold]{title}[/bold]")
                screen.print(self._table(found, now_ms))
        at = korean_time(max(one.at_ms for one in self.compared))
        told = SUMMARY[self.language].format(
            terminals=len(self.compared),
            merchant=self.merchant,
            date=self.business_date,
            at=f"{at:%Y-%m-%d %H:%M}",
            standing=len(self.standing),
            settled=self.settled,
            silent=sum(not one.is_delivered for one in self.compared),
        )
        screen.print(f"\n{told}")

    def _sections(self) -> Iterator[tuple[str, str, list[Finding]]]:
        for name, (titles, kinds) in SECTIONS.items():
            yield name, titles[self.language], [one for one in self.standing if one.difference.kind in kinds]

    def _table(self, found: list[Finding], now_ms: int) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
        about, age, owner, sentence = HEADS[self.language]
        table.add_column(about, no_wrap=True)
        table.add_column(age, justify="right", no_wrap=True)
        table.add_column(owner, no_wrap=True)
        table.add_column(sentence)
        for one in found:
            table.add_row(
                one.day.terminal if one.difference.kind is Kind.NO_JOURNAL else one.subject,
                f"{(now_ms - one.found_at_ms) // DAY_MS} d",
                OWNERS[self.language][one.difference.owner],
                one.difference.sentence(self.language),
            )
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
