"""The question about a break, ready to be sent: as a letter, and as CSV that goes with it.

Rule: payment_core/reconciliation/letter.py.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from payment_adapters.settling.sheets import Sheet, as_csv
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.reconciliation.break_history import BreakVersion
from payment_core.reconciliation.letter import Asked, facts_of, letter
from payment_core.reconciliation.repair import counterparty_of, merchant_of, repair_id

DAYS_TO_ANSWER: Final = 3  # as long as its case may stay open (payment_core/cases/model.py)


def letter_of(compared: str, version: BreakVersion, language: Language) -> str:
    """The letter about a break."""
    return letter(version.found, _asked(compared, version), language)


def table_of(compared: str, version: BreakVersion, language: Language) -> bytes:
    """Its facts as CSV: heads, and one row."""
    facts = facts_of(version.found, _asked(compared, version), language)
    blank = [""] * len(facts)
    return as_csv(Sheet(str(facts["name"]), (), list(facts), [list(facts.values())], blank))


def _asked(compared: str, version: BreakVersion) -> Asked:
    due = korean_time(version.at_ms) + timedelta(days=DAYS_TO_ANSWER)
    return Asked(
        name=repair_id(compared, version.found),
        merchant=merchant_of(compared),
        to=counterparty_of(compared),
        due=f"{due:%Y%m%d}",
    )
