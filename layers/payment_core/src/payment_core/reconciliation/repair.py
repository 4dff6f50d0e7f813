"""Repair: what people may do about a break, what is proposed first, and what its case says.

What is proposed is the kind's own (breaks.py); a question, an entry of the books, a decision that nothing is
to be done (their list was wrong, and they say so) and waiting are open to most. Two people do what moves
money (payment_core/cases), and each repair goes the way that such a thing always goes:
payment_adapters/settling/mending.py.
Promise: tests/spec/test_repair.py. Story: docs/flows/repair.md. Decision: docs/adr/0055.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from payment_core.reconciliation.breaks import MEANINGS, Break, BreakKind, Repair, Risk

SIGNS: Final = 12  # hexadecimal; a merchant's date has thousands of breaks at most
ALSO: Final[Mapping[BreakKind, tuple[Repair, ...]]] = {
    BreakKind.RETURNED: (Repair.GIVE_UP, Repair.LEAVE),
    BreakKind.NOT_ANSWERED: (Repair.REFILE,),
    BreakKind.APPROVAL_WITHOUT_LIVE: (Repair.ASK_COUNTERPARTY,),
}
# Rows of theirs wait for a step or for money: an entry or a decision would leave them open for ever.
NO_ENTRY: Final = frozenset(
    {BreakKind.RETURNED, BreakKind.HELD, BreakKind.DEPOSIT_SHORT, BreakKind.DEPOSIT_MISSING}
)


def repairs(kind: BreakKind) -> tuple[Repair, ...]:
    """What people may do about a kind, the proposal first, waiting last."""
    meaning = MEANINGS[kind]
    ends = kind not in NO_ENTRY
    enters = ends and meaning.risk is not Risk.NOTHING
    some = (
        meaning.repair,
        *ALSO.get(kind, ()),
        Repair.ASK_COUNTERPARTY,
        *((Repair.ADJUST_ENTRY,) if enters else ()),
        *((Repair.DECIDE,) if ends else ()),
        Repair.WAIT,
    )
    return tuple(dict.fromkeys(some))


def sign_of(compared: str, found: Break) -> str:
    """What a break is called in an address: the same for ever, as good as unique in a merchant's date."""
    return hashlib.sha256(f"{compared}\n{found.break_id}".encode()).hexdigest()[:SIGNS]


def repair_id(compared: str, found: Break) -> str:
    """``1001-20261124:3fa9c1d2a0b4``: the break's case, and its name for people.

    Args:
        compared: Which comparison found it; it begins with the merchant.
        found: What it found.
    """
    return f"{about(compared, found)}:{sign_of(compared, found)}"


def about(compared: str, found: Break) -> str:
    """Merchant and date of a break, as its case names them."""
    merchant = merchant_of(compared)
    return f"{merchant}-{found.business_date}" if found.business_date else merchant


def merchant_of(compared: str) -> str:
    """Whose: ``1001`` of ``1001/20261124/TRANSACTIONS/hangang`` and of ``1001-20261124/FEES``."""
    return compared.partition("/")[0].partition("-")[0]


def counterparty_of(compared: str) -> str:
    """Who is asked about a comparison, where its name says so: a VAN or issuer, or a deposit's acquirer."""
    parts = compared.split("/")
    if "TRANSACTIONS" in parts:
        return parts[-1]
    return parts[3] if "DEPOSIT" in parts else ""
