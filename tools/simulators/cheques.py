"""Test cheques, and what their bank says of them; every VAN that is asked knows the same ones.

| number                       | answer                    |
|------------------------------|---------------------------|
| 10000013, 10000014, 10000015 | good, of that kind        |
| 20000013                     | reported lost or stolen   |
| 30000013                     | paid already              |
| any other                    | no such cheque            |

All were issued by branch 0470 of bank 91 (invented) on 2025-03-03 for account 384729; one that differs in
anything is no such cheque.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tools.simulators.says import Say

BANK: Final = "91"
BRANCH: Final = "0470"
ISSUED_ON: Final = "20250303"
ACCOUNT: Final = "384729"
AMOUNTS_WON: Final = {"13": 100_000, "14": 300_000, "15": 500_000}
GOOD: Final = frozenset({"10000013", "10000014", "10000015"})
REPORTED: Final = frozenset({"20000013"})
PAID: Final = frozenset({"30000013"})


@dataclass(frozen=True, repr=False)
class Presented:
    """A cheque as a telegram names it; its date is YYYYMMDD."""

    number: str
    bank: str
    branch: str
    kind: str
    amount_won: int
    issued_on: str
    account: str


def said_of(cheque: Presented) -> Say:
    """What the bank says of it."""
    kind = cheque.number[-2:]
    known = Presented(cheque.number, BANK, BRANCH, kind, AMOUNTS_WON.get(kind, 0), ISSUED_ON, ACCOUNT)
    if cheque != known or cheque.number not in GOOD | REPORTED | PAID:
        return Say.NO_SUCH_CHEQUE
    if cheque.number in REPORTED:
        return Say.CHEQUE_REPORTED
    return Say.CHEQUE_PAID if cheque.number in PAID else Say.DONE
