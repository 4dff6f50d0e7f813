"""A party: a desk that speaks one paper. Rows of the same name mean the same in every paper.

What a paper says in its own way is data in parties/; an answer repeats the rows that it shares with its
request, and takes the others from what the desk says.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import ModuleType
from typing import Any, Final

from telegram_codec import DecodeError, Framing
from telegram_codec.masking import Visibility, masked_card_number
from telegram_codec.moments import MonthDay, YearMonth
from telegram_codec.telegram import Telegram
from tools.simulators.books import APPROVAL_DIGITS, Books, Fate, Key
from tools.simulators.cards import ISSUER_NAMES, issuer_of
from tools.simulators.cheques import Presented
from tools.simulators.desk import Asked, Contract, Desk, Told
from tools.simulators.faults import Fault, Kind
from tools.simulators.says import MESSAGES, Say

ORIGINAL_STATES: Final = {
    Fate.APPROVED: "A",
    Fate.DECLINED: "D",
    Fate.CANCELLED: "X",
    Fate.NET_CANCELLED: "R",
}
MAC_ROW: Final = "authentication"


@dataclass(frozen=True)
class Manner:
    """What is special about one party's paper and behaviour.

    Attributes:
        kinds: Request class → what it asks for.
        answers: Request class → class of its answer.
        expiry_form: Of an expiry that is digits.
        issuer_codes: How it numbers the issuers, for papers that say whose card it was.
        unionpay_kind: What its paper calls a sale by UnionPay; empty where it reaches none of its cards.
        check_kind: What its paper calls a sale by check card; empty where it has no word for it.
        transaction_prefix: Of its own transaction ids, for papers that have them.
        acknowledges: Its line speaks ENQ, ACK and EOT.
        mac_key: Of the MAC that ends its telegrams about money.
    """

    paper: ModuleType
    kinds: Mapping[str, Kind]
    answers: Mapping[str, str]
    codes: Mapping[Say, str]
    contract: Contract = field(default_factory=Contract)
    expiry_form: str = "YYMM"
    approval_digits: int = APPROVAL_DIGITS
    issuer_codes: Mapping[str, str] = field(default_factory=dict)
    unionpay_kind: str = ""
    check_kind: str = ""
    transaction_prefix: str = ""
    acknowledges: bool = False
    mac_key: bytes = b""


class Party:
    """One VAN or issuer, from bytes to bytes."""

    def __init__(self, manner: Manner, books: Books, now: Callable[[], datetime]) -> None:
        """Open it; `now` is a Korean wall clock."""
        self.manner = manner
        self.desk = Desk(books, manner.contract, manner.codes, now)
        self._now = now

    @property
    def framing(self) -> Framing:
        """How its line is cut."""
        framing: Framing = self.manner.paper.FRAMING
        return framing

    def read(self, frame: bytes) -> Telegram:
        """Read one frame; DecodeError when it is no request of the paper, or nobody vouches for it."""
        request: Telegram = self.manner.paper.decode_request(frame)
        if self._has_mac(request) and getattr(request, MAC_ROW) != self._mac(request, frame):
            raise DecodeError(type(request).__name__, MAC_ROW, 0, "", "the MAC of its bytes")
        return request

    def asked(self, request: Telegram) -> Asked:
        """The request in words that all papers share."""
        serial, original = _serial(request), _serial(request, "original_")
        terminal, day = _text(request, "terminal_id"), self._day(request)
        original_date = getattr(request, "original_date", None)
        original_day = f"{original_date:%Y%m%d}" if original_date else day
        return Asked(
            kind=self.manner.kinds[type(request).__name__],
            key=Key(terminal, day, serial),
            amount_won=getattr(request, "amount_won", 0),
            original=Key(terminal, original_day, original) if original else None,
            original_date=original_day,
            original_approval_number=_text(request, "original_approval_number"),
            card_number=_text(request, "card_number"),
            expiry=self._expiry(request),
            cvc=_text(request, "cvc"),
            instalment_months=getattr(request, "instalment_months", 0),
            is_unionpay=_text(request, "payment_kind") == (self.manner.unionpay_kind or None),
            is_check_card=_text(request, "payment_kind") == (self.manner.check_kind or None),
            instrument=_text(request, "instrument"),
            instrument_secret=_text(request, "instrument_secret"),
            is_full=_text(request, "cancel_scope") == "F",
            receipt_kind=_text(request, "receipt_kind"),
            customer=_text(request, "customer_number"),
            cheque=_cheque(request),
        )

    def answer(self, request: Telegram, told: Told) -> Telegram:
        """What is said, in the paper's telegram."""
        kind: type[Telegram] = getattr(self.manner.paper, self.manner.answers[type(request).__name__])
        words = self._words(request, told)
        rows: dict[str, Any] = {}
        for row in kind.layout.rows:
            if not row.given:
                continue
            value = words.get(row.name)
            if value is None and row.visibility is Visibility.PLAIN:
                value = getattr(request, row.name, None)
            is_absent = value == "" and getattr(row, "optional", False)
            if value is not None and not is_absent:
                rows[row.name] = value
        return kind(**rows)

    def spoilt(self, answer: Telegram, fault: Fault) -> Telegram:
        """The answer with one row gone wrong; readable, and not to be believed."""
        if fault is Fault.NONE:
            return answer
        changed: dict[str, Any] = {}
        names = {row.name: row for row in answer.layout.rows}
        match fault:
            case Fault.OTHER_SALE:
                row = "serial" if "serial" in names else "management_number"
                serial: str = getattr(answer, row)
                changed = {row: serial[:-1] + ("2" if serial[-1] != "2" else "3")}
            case Fault.WRONG_AMOUNT if "amount_won" in names:
                changed = {"amount_won": getattr(answer, "amount_won") + 1}  # noqa: B009 - not every answer has it
            case Fault.UNKNOWN_CODE | Fault.TRY_LATER:
                said = Say.UNLISTED if fault is Fault.UNKNOWN_CODE else Say.TRY_LATER
                changed = {"response_code": self.manner.codes[said]}
            case Fault.NO_APPROVAL_NUMBER if "approval_number" in names:
                absent = None if getattr(names["approval_number"], "optional", False) else ""
                changed = {"approval_number": absent}
            case _:
                pass
        return replace(answer, **changed)

    def wire(self, answer: Telegram) -> bytes:
        """The bytes of an answer, with the MAC where the paper has one."""
        wire = answer.encode()
        return (
            replace(answer, **{MAC_ROW: self._mac(answer, wire)}).encode() if self._has_mac(answer) else wire
        )

    def _words(self, request: Telegram, told: Told) -> dict[str, Any]:
        now, card_number = self._now(), _text(request, "card_number")
        issuer = issuer_of(card_number)
        issuer_code, issuer_name = self.manner.issuer_codes.get(issuer, ""), ISSUER_NAMES.get(issuer, "")
        number, prefix = told.approval_number, self.manner.transaction_prefix
        say, code, state = self._fate(request, told)
        return {
            "response_code": code,
            "message": MESSAGES[say],
            "answered_date": now.date(),
            "answered_time": now.time().replace(microsecond=0),
            "approval_number": number,
            "amount_won": told.amount_won,
            "van_transaction_id": f"{prefix}{number:>010}" if number and prefix else "",
            "printed_card_number": masked_card_number(card_number) if card_number else "",
            "issuer_code": issuer_code,
            "issuer_name": issuer_name,
            "acquirer_code": issuer_code,
            "acquirer_name": issuer_name,
            "capture_kind": "D" if number and card_number else "",
            "original_state": state,
            "points_left": told.points_left,
            MAC_ROW: bytes(8) if self.manner.mac_key else None,
        }

    def _fate(self, request: Telegram, told: Told) -> tuple[Say, str, str | None]:
        """What is said, its code, and an original's fate where the paper has a row for it."""
        codes, original = self.manner.codes, told.original
        if self.manner.kinds[type(request).__name__] is not Kind.INQUIRE or told.say is not Say.DONE:
            return told.say, codes[told.say], None
        answer = getattr(self.manner.paper, self.manner.answers[type(request).__name__])
        if any(row.name == "original_state" for row in answer.layout.rows):
            return Say.DONE, codes[Say.DONE], ORIGINAL_STATES[original.fate] if original else "N"
        if original is None:
            return Say.NO_ORIGINAL, codes[Say.NO_ORIGINAL], None
        if original.fate in (Fate.APPROVED, Fate.DECLINED):
            return Say.DONE, original.code, None
        return Say.ALREADY_CANCELLED, codes[Say.ALREADY_CANCELLED], None

    def _day(self, request: Telegram) -> str:
        """The day it names as YYYYMMDD; one without a year is of the year that brings it nearest."""
        named = next((getattr(request, row) for row in DAY_ROWS if hasattr(request, row)), None)
        if isinstance(named, MonthDay):
            today = self._now().date()
            years = (today.year - 1, today.year, today.year + 1)
            days = [date(year, named.month, min(named.day, 28)) for year in years]
            nearest = min(days, key=lambda one: abs(one - today))
            return f"{nearest.year}{named.month:02d}{named.day:02d}"
        return f"{named:%Y%m%d}" if named else ""

    def _expiry(self, request: Telegram) -> str:
        expiry = getattr(request, "expiry", None)
        if isinstance(expiry, YearMonth):
            return f"{expiry.year % 100:02d}{expiry.month:02d}"
        digits = expiry or ""
        return digits[2:] + digits[:2] if self.manner.expiry_form == "MMYY" else digits

    def _has_mac(self, telegram: Telegram) -> bool:
        return bool(self.manner.mac_key) and hasattr(telegram, MAC_ROW)

    def _mac(self, telegram: Telegram, wire: bytes) -> bytes:
        names = [row.name for row in telegram.layout.rows]
        start, end = telegram.spans(wire)[names.index(MAC_ROW)]
        return hmac.digest(self.manner.mac_key, wire[:start], "sha256")[: end - start]


DAY_ROWS: Final = ("transaction_date", "transaction_day", "sent_day")


def _serial(request: Telegram, before: str = "") -> str:
    return _text(request, f"{before}serial") or _text(request, f"{before}management_number")


def _text(request: Telegram, row: str) -> str:
    return getattr(request, row, None) or ""


def _cheque(request: Telegram) -> Presented | None:
    """The cheque that is asked about, if one is."""
    if not _text(request, "cheque_number"):
        return None
    rows: dict[str, Any] = {
        name: getattr(request, f"cheque_{name}") for name in ("number", "bank", "branch", "kind", "account")
    }
    issued_on, amount_won = getattr(request, "cheque_issued_on"), getattr(request, "amount_won")  # noqa: B009 - not every request has them
    return Presented(**rows, amount_won=amount_won, issued_on=f"{issued_on:%Y%m%d}")
