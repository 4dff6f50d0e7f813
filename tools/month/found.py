"""As what a difference of the menu was found: by its break, or by what became of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from payment_adapters.files.outcomes import METRICS, FileOutcome
from payment_core.reconciliation.breaks import BreakKind
from payment_core.settlement.model import FileKind
from tools.month.plan import Struck
from tools.simulators.settlement.menu import BANK, LIST, MENU

Item = Mapping[str, Any]  # as DynamoDB has it


def found_as(struck: Struck, settlement: Sequence[Item], metrics: Mapping[str, int]) -> str:
    """Look for it among all that the settlement table holds; empty where it is not there as the menu says.

    Args:
        struck: What went wrong.
        settlement: The table.
        metrics: What was counted.
    """
    found = MENU[struck.difference].found_as
    there = (str(one) for one in found if _is_there(one, struck, settlement, metrics))
    return next(there, "") if found else "no difference"


def _is_there(
    one: BreakKind | FileOutcome, struck: Struck, settlement: Sequence[Item], metrics: Mapping[str, int]
) -> bool:
    if one is FileOutcome.LATE:
        return metrics[METRICS[one]] > 0
    if isinstance(one, FileOutcome):
        return any(
            (item["counterparty"]["S"], item["business_date"]["S"]) == (struck.party, struck.day)
            and str(one).endswith(item["refusal"]["S"] or item["state"]["S"].lower())
            for item in settlement
            if "refusal" in item
        )
    compared = [
        item["compared"]["S"]
        for item in settlement
        if "compared" in item and item["SK"]["S"].endswith(f"/{one}")
    ]
    strikes, day = MENU[struck.difference].strikes, struck.day
    if strikes == BANK:
        return any(name.startswith(f"{struck.merchant}/DEPOSIT/{day}/") for name in compared)
    if strikes[0] in LIST:
        return f"{struck.merchant}/{day}/{FileKind.TRANSACTIONS}/{struck.party}" in compared
    return f"{struck.merchant}-{day}/FEES" in compared
