"""What a spec file says: where in two layouts the fields of a comparison lie, and how they are compared.

A spec is TOML. Offsets count bytes from 0, as the telegram reference does:

    subject = "TRANSACTIONS"           # TRANSACTIONS, CLAIMS, ANSWERS or DEPOSITS
    together = false                   # whether a key names a group of rows, whose sums count
    tolerance = { won = 0, days = 0, fee_won = 0 }
    [ours]                             # and [theirs]
    title = "our log"
    record_bytes = 450
    [[key]]
    name = "approval number"
    ours = { at = 84, bytes = 12 }
    theirs = { at = 102, bytes = 10 }
    card = true                        # shown masked
    align = "right"                    # a number: padded with zeros on the left; else text
    [amount]                           # digits, at most 12; spaces count as zeros
    [date]                             # YYYYMMDD, or YYMMDD of this century
    [effect]                           # codes of one or two bytes; SKIP is no row of the comparison
    ours = { at = 122, bytes = 1, codes = { "A" = "LIVE", "C" = "CANCEL", "U" = "UNDONE" } }
    [fee]                              # digits, a sign before them, or spaces for none
    [[mark]]                           # whatever else is compared, under the name of its kind of break
    kind = "INSTALMENT"

Story: docs/flows/matching.md. Guide: docs/guides/reconcile.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from payment_core.reconciliation.breaks import BreakKind
from payment_core.reconciliation.matching import Effect, Subject, Terms

AMOUNT_DIGITS: Final = 12
FEE_BYTES: Final = 16
SKIP: Final = "SKIP"
CANCEL: Final = "CANCEL"
LETTERS: Final = {
    Effect.LIVE: "L",
    Effect.UNDONE: "U",
    Effect.ELSEWHERE: "E",
    Effect.UNKNOWN: "K",
    Effect.RETURNED: "R",
    Effect.HELD: "H",
}
"""An effect as one byte; the small letter is a cancel's."""
SKIP_LETTER: Final = "."
MARKS: Final = {
    *(BreakKind.VAT, BreakKind.APPROVAL_NUMBER, BreakKind.MERCHANT_NUMBER),
    *(BreakKind.TERMINAL, BreakKind.INSTALMENT, BreakKind.CARD_KIND),
}
MOST_CODE_BYTES: Final = 2
SHORTEST_RECORD: Final = 8  # bytes are read in words


class SpecError(Exception):
    """A spec file cannot be used; says where and why."""


@dataclass(frozen=True)
class Field:
    """Some bytes of a record."""

    at: int
    size: int

    def of(self, record: bytes) -> bytes:
        """Cut them out."""
        return record[self.at : self.at + self.size]


@dataclass(frozen=True)
class Key:
    """One field that rows are found by.

    Attributes:
        width: Of the wider side; the other one is padded to it.
        is_number: Padded on the left with zeros, else on the right with spaces.
        is_card: Shown masked.
    """

    name: str
    width: int
    is_number: bool
    is_card: bool


@dataclass(frozen=True)
class Layout:
    """Where the fields lie in the records of one side.

    Attributes:
        codes: Effect as its letter, by the bytes of the code; every row is LIVE without a field of it.
    """

    title: str
    record_bytes: int
    keys: tuple[Field, ...]
    amount: Field
    date: Field | None
    effect: Field | None
    codes: Mapping[bytes, str]
    fee: Field | None
    marks: tuple[Field, ...]


@dataclass(frozen=True)
class Spec:
    """One comparison of two files."""

    terms: Terms
    keys: tuple[Key, ...]
    mark_widths: tuple[int, ...]
    ours: Layout
    theirs: Layout

    @property
    def sides(self) -> tuple[Layout, Layout]:
        """Ours, then theirs."""
        return self.ours, self.theirs


def read_spec(path: Path) -> Spec:
    """Read a spec file.

    Raises:
        SpecError: it is not there, not TOML, or does not say what a comparison needs.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as failure:
        raise SpecError(f"{path}: {failure.strerror}") from failure
    return parse_spec(text, str(path))


def parse_spec(text: str, place: str = "spec") -> Spec:
    """Read the text of a spec file.

    Raises:
        SpecError: as `read_spec`.
    """
    try:
        return _spec(tomllib.loads(text))
    except tomllib.TOMLDecodeError as failure:
        raise SpecError(f"{place}: not TOML: {failure}") from failure
    except KeyError as failure:
        raise SpecError(f"{place}: says nothing of {failure.args[0]}") from failure
    except (TypeError, AttributeError) as failure:
        raise SpecError(f"{place}: a value has another shape than it should: {failure}") from failure
    except ValueError as failure:
        raise SpecError(f"{place}: {failure}") from failure


def _spec(told: Mapping[str, Any]) -> Spec:
    keys, marks = told["key"], told.get("mark", [])
    tolerance = told.get("tolerance", {})
    terms = Terms(
        Subject(told.get("subject", Subject.TRANSACTIONS)),
        tolerance_won=_whole(tolerance.get("won", 0), "tolerance.won"),
        tolerance_days=_whole(tolerance.get("days", 0), "tolerance.days"),
        tolerance_fee_won=_whole(tolerance.get("fee_won", 0), "tolerance.fee_won"),
        together=bool(told.get("together", False)),
        marks=tuple(_mark_kind(one["kind"]) for one in marks),
    )
    if not keys:
        raise ValueError("no key: rows need something to be found by")
    return Spec(
        terms,
        tuple(
            Key(
                one["name"],
                max(one["ours"]["bytes"], one["theirs"]["bytes"]),
                is_number=one.get("align") == "right",
                is_card=bool(one.get("card", False)),
            )
            for one in keys
        ),
        tuple(max(one["ours"]["bytes"], one["theirs"]["bytes"]) for one in marks),
        _layout(told, "ours"),
        _layout(told, "theirs"),
    )


def _layout(told: Mapping[str, Any], side: str) -> Layout:
    record_bytes = _whole(told[side]["record_bytes"], f"{side}.record_bytes")
    if record_bytes < SHORTEST_RECORD:
        raise ValueError(f"{side}.record_bytes: {record_bytes} is less than {SHORTEST_RECORD}")

    def field(group: Mapping[str, Any], name: str, most: int = record_bytes) -> Field:
        one = Field(_whole(group[side]["at"], f"{name}.{side}.at"), _whole(group[side]["bytes"], name))
        if not 0 < one.size <= most or one.at + one.size > record_bytes:
            raise ValueError(f"{name}.{side}: {one.size} bytes from {one.at} on do not fit")
        return one

    def optional(name: str, most: int) -> Field | None:
        if name not in told:
            return None
        if not {"ours", "theirs"} <= told[name].keys():
            raise ValueError(f"{name}: both sides tell it, or none is compared")
        return field(told[name], name, most)

    date = optional("date", 8)
    if date and date.size not in (6, 8):
        raise ValueError(f"date.{side}: a date has 8 digits, or 6")
    has_effect = side in told.get("effect", {})
    return Layout(
        str(told[side].get("title", side)),
        record_bytes,
        tuple(field(one, f"key {one['name']}") for one in told["key"]),
        field(told["amount"], "amount", AMOUNT_DIGITS),
        date,
        field(told["effect"], "effect", MOST_CODE_BYTES) if has_effect else None,
        _codes(told["effect"][side], side) if has_effect else {},
        optional("fee", FEE_BYTES),
        tuple(field(one, f"mark {one['kind']}") for one in told.get("mark", [])),
    )


def _codes(told: Mapping[str, Any], side: str) -> dict[bytes, str]:
    codes = {code.encode("ascii"): letter_of(effect) for code, effect in told["codes"].items()}
    if any(len(code) != told["bytes"] for code in codes):
        raise ValueError(f"effect.{side}: a code has another length than its field")
    return codes


def letter_of(effect: str) -> str:
    """``LIVE`` is L, ``CANCEL`` is l, ``CANCEL RETURNED`` is r, ``SKIP`` is a dot."""
    if effect == SKIP:
        return SKIP_LETTER
    first, _, rest = effect.partition(" ")
    if first == CANCEL:
        return LETTERS[Effect(rest or Effect.LIVE)].lower()
    return LETTERS[Effect(effect)]


def _mark_kind(kind: str) -> BreakKind:
    if kind not in MARKS:
        raise ValueError(f"mark: {kind} is none of {', '.join(sorted(MARKS))}")
    return BreakKind(kind)


def _whole(told: object, name: str) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or told < 0:
        raise ValueError(f"{name}: {told!r} is not a whole number")
    return told
