"""Which files each counterparty sends and takes, what they are called, and by when they are there.

Said by `[files]` in destinations/, banks/ and merchants/; a counterparty is called like its file. Every file
is about one merchant and one business date, and both stand in its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final

from payment_adapters.files.layouts import LAYOUTS
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.korean_time import KOREA
from payment_core.settlement.calendar import Counts, days_after
from payment_core.settlement.fees import NO_CLASS, Contract
from payment_core.settlement.model import FileKind
from telegram_codec.records import RecordFile

# In a function the files travel inside this package's layer; in the working tree they are at its root.
_ROOTS: Final = (Path(__file__).parents[2], Path(__file__).parents[5])
MERCHANT: Final = "{merchant}"
DATE: Final = "{date}"
MERCHANT_DIGITS: Final = 5


@dataclass(frozen=True)
class FilePlan:
    """One kind of file of one counterparty.

    Attributes:
        layout: Its name in layouts.py.
        pattern: Of its name: ``{merchant}`` is five digits, ``{date}`` YYMMDD.
        days: How many days after its business date it is there.
        by: Until when on that day, Korean time.
        codes: Name of a card company → its code at this counterparty, without leading zeros.
        number: Its own: a bank's code; empty for others.
    """

    counterparty: str
    kind: FileKind
    layout: str
    pattern: str
    days: int
    counts: Counts
    by: time
    codes: Mapping[str, str]
    number: str = ""

    @property
    def records(self) -> RecordFile:
        """What it is made of."""
        return LAYOUTS[self.kind][self.layout]

    @property
    def leaves(self) -> bool:
        """Whether it is we who write it."""
        return self.kind is FileKind.CLAIM

    def name(self, merchant: str, business_date: str) -> str:
        """What the file of a merchant's day (YYYYMMDD) is called."""
        named = self.pattern.replace(MERCHANT, merchant.zfill(MERCHANT_DIGITS))
        return named.replace(DATE, business_date[2:])

    def told_by(self, name: str) -> tuple[str, str] | None:
        """Merchant and business date of a file of this name; ``None`` if it is none of this kind."""
        merchant, day = "([0-9]{5})", "([0-9]{6})"
        pattern = re.escape(self.pattern).replace(re.escape(MERCHANT), merchant)
        found = re.fullmatch(pattern.replace(re.escape(DATE), day), name)
        if found is None or not is_day(f"20{found[2]}"):
            return None
        return found[1].lstrip("0"), f"20{found[2]}"

    def due_ms(self, business_date: str, holidays: Collection[str]) -> int:
        """The moment after which the file of a day is missing; milliseconds, UTC."""
        day = datetime.strptime(days_after(business_date, self.days, self.counts, holidays), "%Y%m%d")  # noqa: DTZ007 -- its zone comes with its time
        return int(datetime.combine(day, self.by, KOREA).timestamp() * 1_000)

    def company(self, code: str) -> str:
        """Our name of the card company that it calls so; the code itself where the contract lists none."""
        bare = code.lstrip("0")
        return next((name for name, listed in self.codes.items() if listed == bare), code)


@dataclass(frozen=True)
class Settled:
    """A merchant that payrelay settles for.

    Attributes:
        business_number: 사업자번호, ten digits.
        bank, account: Where its deposits come in; the account as the bank masks it.
        law: Its class of the law by its days (우대수수료), each a ``Preferential``; empty where it has none.
    """

    merchant: str
    business_number: str
    name: str
    bank: str
    account: str
    law: Contract = NO_CLASS


@cache
def plans() -> tuple[FilePlan, ...]:
    """Every kind of file there is, by counterparty.

    Raises:
        ContractFileError: a file says what no contract can.
    """
    from payment_adapters.files.plan_file import read_plans  # noqa: PLC0415 -- it fills the classes above

    folders = [_folder(name) for name in ("destinations", "banks", "merchants")]
    return tuple(
        plan for folder in folders for path in sorted(folder.glob("*.toml")) for plan in read_plans(path)
    )


@cache
def plan_of(counterparty: str, kind: FileKind) -> FilePlan | None:
    """How a counterparty has this kind of file; ``None`` if it has none."""
    return next((one for one in plans() if (one.counterparty, one.kind) == (counterparty, kind)), None)


@cache
def settled() -> tuple[Settled, ...]:
    """Every merchant that payrelay settles for, by name."""
    from payment_adapters.files.plan_file import read_settled  # noqa: PLC0415 -- as above

    found = [read_settled(path) for path in sorted(_folder("merchants").glob("*.toml"))]
    return tuple(one for one in found if one is not None)


@cache
def settled_merchant(merchant: str) -> Settled | None:
    """What is agreed with a merchant about settlement; ``None`` if nothing is."""
    return next((one for one in settled() if one.merchant == merchant), None)


def _folder(name: str) -> Path:
    return next(root / name for root in _ROOTS if (root / name).is_dir())


def is_day(day: str) -> bool:
    """Whether a text is a date YYYYMMDD."""
    try:
        return f"{date(int(day[:4]), int(day[4:6]), int(day[6:])):%Y%m%d}" == day
    except ValueError:
        return False
