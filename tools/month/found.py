"""Whether a difference of the menu was found as what it is: by its break, or by what became of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from payment_adapters.files.outcomes import METRICS, FileOutcome
from payment_core.reconciliation.breaks import BreakKind
from payment_core.settlement.model import FileKind
from tools.month.plan import Struck
from tools.simulators.settlement.menu import BANK, LIST, MENU


def is_found(struck: Struck, settlement: Sequence[Mapping[str, Any]], metrics: Mapping[str, int]) -> bool:
    """Look for it among all that the settlement table holds.

    Args:
        struck: What went wrong.
        settlement: Its items, as DynamoDB has them.
        metrics: What was counted.
    """
    dish = MENU[struck.difference]
    match dish.found_as:
        case BreakKind() as kind:
            of_bank = dish.strikes == BANK
            begins = (
                f"{struck.merchant}/DEPOSIT/"
                if of_bank
                else f"{struck.merchant}/{struck.day}/{FileKind.TRANSACTIONS}/{struck.party}"
                if dish.strikes[0] in LIST
                else f"{struck.merchant}-{struck.day}/FEES"
            )
            return any(
                item["compared"]["S"].startswith(begins)
                and item["SK"]["S"].endswith(f"/{kind}")
                and (not of_bank or struck.day in item["compared"]["S"])
                for item in settlement
                if "compared" in item
            )
        case FileOutcome.LATE:
            return metrics[METRICS[FileOutcome.LATE]] > 0
        case FileOutcome() as outcome:
            return any(
                (item["counterparty"]["S"], item["business_date"]["S"]) == (struck.party, struck.day)
                and str(outcome).endswith(_became(item))
                for item in settlement
                if "refusal" in item
            )
        case None:
            return True


def _became(item: Mapping[str, Any]) -> str:
    return item["refusal"]["S"] or item["state"]["S"].lower()
