"""The console's pages of settlement, from plain data: whole in both languages, and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from payment_adapters.console.catalogue import SENTENCES
from payment_adapters.console.rendering import rendered
from payment_adapters.files.outcomes import FileOutcome
from payment_adapters.settling.statement import sheet_of
from payment_core.cases.model import NEEDS_TWO, Action
from payment_core.cases.refusals import SamePersonError
from payment_core.kernel.language import Language
from payment_core.ledger.model import Account, AccountKind, Folded
from payment_core.ledger.trial_balance import trial_balance
from payment_core.reconciliation.break_history import BreakState, BreakVersion
from payment_core.reconciliation.breaks import Break, BreakKind, Repair
from payment_core.reconciliation.difference import differences
from payment_core.reconciliation.repair import repair_id, repairs
from payment_core.settlement.model import (
    CardKind,
    ClaimRow,
    Deadlines,
    FileKind,
    FileState,
    RowKind,
    RowState,
    SettlementFile,
)
from payment_core.settlement.refusals import IN_ORDER
from payment_core.settlement.sentinel import watch
from payment_core.settlement.settlement_day import STAGES, MerchantDay, Stage
from tests.adapters.test_console_pages import EVIL, SALE_ID, Elements, a_frame, english_in, korean_in
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOON


def every_page(language: Language, told: str) -> dict[str, str]:
    """Each page, with what strangers may have said in it."""
    waiting = MerchantDay(
        "1001", "20261120", (Stage.CLOSE,), {"close": {"sales": 3}}, (f"hangang RETURN {told}",), version=2
    )
    over = MerchantDay("1002", "20261120", STAGES, {"claim": {"claimed_won": 11_000}}, version=9)
    file = SettlementFile("f" * 64, "hangang", FileKind.RETURN, told, "20261120", NOON)
    refused = replace(file, state=FileState.REFUSED, refusal="sums-differ", facts=f"record 3: {told}")
    row = ClaimRow(
        *(str(SALE_ID), "", "1001-20261120", "1001", told, told, "hangang", "haneul", RowKind.SALE, told),
        *(CardKind.CREDIT, "30012345", "20261120", 11_000, 1_000, 0),
        Deadlines("20261121", "20261123", "20261125"),
        state=RowState.RETURNED,
        return_code="31",
        return_reason=told,
    )
    balance = trial_balance([Folded(Account(AccountKind.APPROVED, told), "20261120", 11_000, 0, 1)])
    found = Break(BreakKind.RETURNED, told, (1,), (), 11_000, 0, date(2026, 11, 20).toordinal())
    version = BreakVersion(found, BreakState.OPEN, 1, "found by the settlement day", "comparison", NOON, NOON)
    name = repair_id("1001/ROW/1", found)
    views: dict[str, dict[str, Any]] = {
        "": {"date": "20261120", "days": [waiting, over], "stages": STAGES, "tab": "days"},
        "_files": {"date": "20261120", "files": [file, refused], "tab": "files"},
        "_overdue": {"late": watch([row], "20261201").overdue, "count": 1, "won": 11_000, "tab": "overdue"},
        "_ledger": {"date": "", "told": balance, "tab": "ledger"},
        "_breaks": {
            "differences": differences([("1001/ROW/1", version)]),
            "count": 1,
            "won": 11_000,
            "today": date(2026, 11, 22),
            "tab": "breaks",
        },
        "_break": {
            "name": name,
            "version": version,
            "compared": told,
            "today": date(2026, 11, 22),
            "tab": "breaks",
            "case": None,
            "may": repairs(BreakKind.DEPOSIT_OVER),
            "needs_two": NEEDS_TWO,
            "may_propose": True,
            "debit": told,
            "credit": told,
            "refusal": SamePersonError("kim"),
        },
        "_statement": {
            "sheet": sheet_of("1001", "20261120", [row], language),
            "batch": "1001/20261120",
            "tab": "days",
        },
    }
    frame = a_frame(language)
    return {name: rendered(f"settlement{name}.html", frame, **view) for name, view in views.items()}


@pytest.mark.parametrize("language", Language)
def test_no_word_of_a_file_or_an_acquirer_becomes_a_part_of_the_page(language: Language) -> None:
    for name, text in every_page(language, EVIL).items():
        found = Elements()
        found.feed(text)
        assert [words for tag, words in found.all if tag == "script" and "src" not in words] == [], name
        assert [words for _, words in found.all if words.get("src") == "x"] == [], name
        assert text.count("<h1") == 1, name
        assert not re.search(r"<style|\sstyle=|javascript:", text), name


def test_no_sentence_of_settlement_is_english_on_a_korean_page_nor_korean_on_an_english_one() -> None:
    korean, english = every_page(Language.KOREAN, "매입 불가"), every_page(Language.ENGLISH, "no sale")

    assert {name: english_in(text) for name, text in korean.items() if english_in(text)} == {}
    assert {name: korean_in(text) for name, text in english.items() if korean_in(text)} == {
        "_statement": ["한강분식"]  # a merchant's name
    }


def test_every_reason_why_a_file_is_refused_has_its_sentence() -> None:
    codes = {
        str(one) for one in FileOutcome if one is not FileOutcome.MISSING and one is not FileOutcome.LATE
    }

    assert {f"refusal.{one}" for one in codes | {one.code for one in IN_ORDER}} <= set(SENTENCES)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("stage", Stage),
        ("file_kind", FileKind),
        ("file_state", FileState),
        ("row_state", RowState),
        ("account", AccountKind),
        ("repair", Repair),
        ("action", Action),
    ],
)
def test_every_word_of_settlement_has_its_sentence(prefix: str, words: Any) -> None:  # noqa: ANN401 -- of any enum
    assert {f"{prefix}.{word}" for word in words} <= set(SENTENCES)


def test_a_trial_balance_that_does_not_hold_says_by_how_much() -> None:
    assert "Debits and credits differ by 11,000 won." in every_page(Language.ENGLISH, "x")["_ledger"]
