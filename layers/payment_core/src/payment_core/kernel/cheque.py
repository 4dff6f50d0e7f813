"""Cashier's cheques (자기앞수표): what stands on one, and the three amounts that it is issued for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass


class ChequeKind(StrEnum):
    """The kind (권종) as it is printed on the cheque's lower edge."""

    HUNDRED_THOUSAND = "13"
    THREE_HUNDRED_THOUSAND = "14"
    FIVE_HUNDRED_THOUSAND = "15"


AMOUNTS_WON: Final[Mapping[ChequeKind, int]] = {
    ChequeKind.HUNDRED_THOUSAND: 100_000,
    ChequeKind.THREE_HUNDRED_THOUSAND: 300_000,
    ChequeKind.FIVE_HUNDRED_THOUSAND: 500_000,
}


@dataclass(frozen=True, repr=False)
class Cheque:
    """A cheque as the till read it. The account is personal: in memory only, and in no repr.

    Attributes:
        number: 8 digits.
        bank: 2 digits: who issued it.
        branch: 4 digits.
        issued_on: YYYYMMDD.
        account: 6 digits.
    """

    number: str
    bank: str
    branch: str
    kind: ChequeKind
    amount_won: int
    issued_on: str
    account: str

    def __repr__(self) -> str:
        """Show which cheque it is, and not whose."""
        return f"Cheque({self.bank}-{self.branch}-{self.number}, {self.amount_won:,} won)"
