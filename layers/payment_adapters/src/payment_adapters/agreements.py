"""What a counterparty agreed about settlement, as ``[settlement]`` of its file says: days, fees, codes.

All of it is data, by the day from which it holds; nobody publishes return codes, so each counterparty lists
its own. The fee of one approval (``[contract]``) is what a VAN takes until its ``van_fees`` say otherwise.
Rules: payment_core/settlement/calendar.py, payment_core/settlement/fees.py. Promise:
tests/adapters/test_agreements.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from payment_adapters.contract_file import Table, read_file
from payment_core.kernel.frozen import dataclass
from payment_core.settlement.calendar import Counts, Terms
from payment_core.settlement.fees import Contract, Fee, FeeTerms, Flat, Rate, Rounding, Tier, Tiered
from payment_core.settlement.return_file import Proposal, Reason

# In a function the files travel inside this package's layer; in the working tree they are at its root.
_ROOTS: Final = (Path(__file__).parents[1], Path(__file__).parents[4])
DEFAULTS: Final[Mapping[str, object]] = {
    "contract.fee_won": 0,
    "settlement.claim_days": 1,
    "settlement.capture_days": 1,
    "settlement.payment_days": 2,
    "settlement.counts": "BUSINESS",
}
MOST_DAYS: Final = 30
_DATE: Final = re.compile(r"[0-9]{8}")
_CODE: Final = re.compile(r"[0-9A-Z]{2}")
_KINDS: Final = ("FLAT", "RATE", "TIERED")
_WORDS_OF_A_REASON: Final = 3


@dataclass(frozen=True)
class Agreement:
    """What one counterparty agreed.

    Attributes:
        terms: By when it must be claimed at, answers and pays.
        fees: What it keeps of each sale, as an acquirer; no terms where it is none.
        van_fees: What it takes for each approval, as a VAN.
        reasons: What its return codes mean.
    """

    terms: Terms
    fees: Contract
    van_fees: Contract
    reasons: Mapping[str, Reason]


@cache
def agreements() -> Mapping[str, Agreement]:
    """Every counterparty of destinations/, by name.

    Raises:
        ContractFileError: a file says what no contract can.
    """
    folder = next(root / "destinations" for root in _ROOTS if (root / "destinations").is_dir())
    return {path.stem: read_agreement(path) for path in sorted(folder.glob("*.toml"))}


def read_agreement(path: Path) -> Agreement:
    """Read one file; what it leaves out is as the standard terms have it (D+2 business days).

    Raises:
        ContractFileError: it is no TOML, or says what no contract can.
    """
    file = read_file(path, defaults=DEFAULTS)
    of_approval = Flat(file.table("contract", optional=True).whole("fee_won"))
    table = file.table("settlement", optional=True)
    read = Agreement(
        terms=Terms(
            claim_days=table.whole("claim_days", most=MOST_DAYS),
            capture_days=table.whole("capture_days", most=MOST_DAYS),
            payment_days=table.whole("payment_days", most=MOST_DAYS),
            counts=table.chosen("counts", Counts),
        ),
        fees=Contract(_dated(table, "fees")),
        van_fees=Contract((FeeTerms("", of_approval), *_dated(table, "van_fees"))),
        reasons=_reasons(table.table("return_codes", optional=True)),
    )
    table.close()
    return read


def _dated(table: Table, key: str) -> tuple[FeeTerms, ...]:
    found = tuple([_terms(one) for one in table.tables(key)])
    days = [one.since for one in found]
    if days != sorted(set(days)):
        raise table.refuse(key, "must be in the order of their days, each day once")
    return found


def _terms(table: Table) -> FeeTerms:
    since = table.text("since")
    if not _DATE.fullmatch(since):
        raise table.refuse("since", f"must be a date YYYYMMDD, not {since!r}")
    has_least = "least_month_won" in table.keys()  # noqa: SIM118 -- a table is no mapping
    read = FeeTerms(since, _fee(table), table.whole("least_month_won") if has_least else 0)
    table.close()
    return read


def _fee(table: Table) -> Fee:
    kind = table.one_of("kind", _KINDS)
    if kind == "FLAT":
        return Flat(table.whole("fee_won"))
    if kind == "RATE":
        return Rate(
            table.whole("credit_basis_points", most=10_000),
            table.whole("check_basis_points", most=10_000),
            table.chosen("rounding", Rounding),
        )
    tiers = tuple([_tier(one) for one in table.tables("tiers")])
    ends = [one.up_to for one in tiers]
    if not ends or ends[-1] or ends[:-1] != sorted(set(ends[:-1]) - {0}):
        raise table.refuse("tiers", "must rise, and the last one have no end: up_to = 0")
    return Tiered(tiers)


def _tier(table: Table) -> Tier:
    read = Tier(table.whole("up_to"), table.whole("fee_won"))
    table.close()
    return read


def _reasons(table: Table) -> dict[str, Reason]:
    reasons = {}
    for code in table.keys():  # noqa: SIM118 -- a table is no mapping
        words = table.texts(code)
        if not _CODE.fullmatch(code):
            raise table.refuse(code, "must be two digits or letters")
        if len(words) != _WORDS_OF_A_REASON or words[2] not in set(Proposal):
            raise table.refuse(code, f"must be Korean, English and one of {', '.join(Proposal)}")
        reasons[code] = Reason(words[0], words[1], Proposal(words[2]))
    return reasons
