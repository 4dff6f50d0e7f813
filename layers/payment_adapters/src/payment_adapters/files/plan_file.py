"""Read what destinations/, banks/ and merchants/ say about settlement; refuse what no contract can say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Final

from payment_adapters.contract_file import Table, read_file
from payment_adapters.files.layouts import LAYOUTS
from payment_adapters.files.plan import DATE, MERCHANT, FilePlan, Settled, is_day
from payment_core.settlement.calendar import Counts
from payment_core.settlement.fees import Contract, FeeTerms, Preferential
from payment_core.settlement.model import FileKind

DEFAULTS: Final[Mapping[str, object]] = {
    "files.encoding": "EUC-KR",
    **{f"files.{kind.lower()}.days": 1 for kind in LAYOUTS},
    **{f"files.{kind.lower()}.counts": "BUSINESS" for kind in LAYOUTS},
}
ANSWERS: Final = (FileKind.RETURN, FileKind.DEPOSIT)
_CODE: Final = re.compile(r"[1-9][0-9]{0,2}")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MERCHANT: Final = re.compile(r"[1-9][0-9]{0,4}")  # as names of files have it
_BUSINESS_NUMBER: Final = re.compile(r"[0-9]{10}")


def read_plans(path: Path) -> tuple[FilePlan, ...]:
    """The files of one counterparty; none where it says nothing about them.

    Raises:
        ContractFileError: it is no TOML, or says what no contract can.
    """
    file = read_file(path, defaults=DEFAULTS)
    number = file.text("code") if path.parent.name == "banks" else ""
    files = file.table("files", optional=True)
    if not files.keys():
        return ()
    files.one_of("encoding", ("EUC-KR",))
    codes = _codes(files.table("card_companies"))
    kinds = [kind for kind in LAYOUTS if kind.lower() in files.keys()]  # noqa: SIM118 -- a table is no mapping
    read = tuple(_plan(path.stem, kind, files.table(kind.lower()), codes, number) for kind in kinds)
    files.close()
    _refuse_contradictions(files, kinds)
    return read


def read_settled(path: Path) -> Settled | None:
    """What a merchant's file agrees about settlement; ``None`` where it says nothing about it.

    Raises:
        ContractFileError: as above.
    """
    file = read_file(path, defaults={})
    table = file.table("settlement", optional=True)
    if not table.keys():
        return None
    read = Settled(
        merchant=path.stem,
        business_number=table.text("business_number"),
        name=table.text("name"),
        bank=table.text("bank"),
        account=table.text("account"),
        law=_classes(table),
    )
    table.close()
    if not _MERCHANT.fullmatch(path.stem):
        raise table.refuse("name", f"is one merchant's, of 1 to 5 digits; this file is {path.stem}'s")
    if not _BUSINESS_NUMBER.fullmatch(read.business_number):
        raise table.refuse("business_number", f"must be ten digits, not {read.business_number!r}")
    if "*" not in read.account:
        raise table.refuse("account", "must be masked as its bank masks it, with *")
    return read


def _classes(table: Table) -> Contract:
    """The class of the law from each day on, by the merchant's sales of a year."""
    found = []
    for one in table.tables("preferential"):
        found.append(FeeTerms(one.text("since"), Preferential(one.whole("annual_sales_won"))))
        one.close()
    days = [one.since for one in found]
    if days != sorted(set(days)) or not all(map(is_day, days)):
        raise table.refuse("preferential", "must be in the order of their days YYYYMMDD, each day once")
    return Contract(tuple(found))


def _plan(counterparty: str, kind: FileKind, table: Table, codes: Mapping[str, str], number: str) -> FilePlan:
    plan = FilePlan(
        counterparty=counterparty,
        kind=kind,
        layout=table.one_of("layout", LAYOUTS[kind]),
        pattern=_pattern(table),
        days=table.whole("days", most=10),
        counts=table.chosen("counts", Counts),
        by=_time(table),
        codes=codes,
        number=number,
    )
    table.close()
    return plan


def _pattern(table: Table) -> str:
    pattern = table.text("name")
    for placeholder in (MERCHANT, DATE):
        if pattern.count(placeholder) != 1:
            raise table.refuse("name", f"must hold {placeholder} once, not {pattern!r}")
    if not _NAME.fullmatch(pattern.replace(MERCHANT, "0").replace(DATE, "0")):
        raise table.refuse("name", f"must be letters, digits, dots, dashes and underscores, not {pattern!r}")
    return pattern


def _time(table: Table) -> time:
    by = table.text("by")
    found = _TIME.fullmatch(by)
    if found is None:
        raise table.refuse("by", f"must be a time HH:MM, not {by!r}")
    return time(int(found[1]), int(found[2]))


def _codes(table: Table) -> dict[str, str]:
    codes = table.map()
    table.close()
    seen: dict[str, str] = {}
    for name, code in codes.items():
        if not _CODE.fullmatch(code):
            raise table.refuse(name, f"must be 1 to 3 digits without zeros in front, not {code!r}")
        if code in seen:
            raise table.refuse(name, f"has the code {code} of {seen[code]}")
        seen[code] = name
    return codes


def _refuse_contradictions(files: Table, kinds: list[FileKind]) -> None:
    if FileKind.CLAIM in kinds and not set(ANSWERS) & set(kinds):
        raise files.refuse("claim", "has no answer: neither return nor deposit is there")
    if FileKind.CLAIM not in kinds and (answers := set(ANSWERS) & set(kinds)):
        raise files.refuse(min(answers).lower(), "answers no claim")
