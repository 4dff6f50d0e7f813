"""The desk behind every line: one request in, what is said about it out, the books in between.

It knows the business and no paper: parties/ put requests into these words, and answers into their telegrams.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from telegram_codec.masking import masked_card_number
from tools.simulators.books import Authorisation, Books, Fate, Key
from tools.simulators.cards import (
    LIMIT_WON,
    POINTS_WON,
    is_check_card,
    is_point_card,
    issuer_of,
    reason_to_decline,
    reason_to_decline_instrument,
)
from tools.simulators.cheques import Presented, said_of
from tools.simulators.faults import Fault, Kind
from tools.simulators.says import Say

RECEIPT_CANCEL_DAYS: Final = 90


@dataclass(frozen=True)
class Asked:
    """A request in words that all papers share; what a paper does not say is empty.

    Attributes:
        original: What it names by the sender's number; empty where it names an approval number.
        expiry: YYMM.
        is_unionpay: The sale is named as one by UnionPay.
        is_check_card: The sale is named as one by check card; papers that name none go by the card's number.
        instrument: A point card or a barcode, in place of a card.
        is_full: The request says that it takes everything back.
    """

    kind: Kind
    key: Key
    amount_won: int = 0
    original: Key | None = None
    original_date: str = ""
    original_approval_number: str = ""
    card_number: str = ""
    expiry: str = ""
    cvc: str = ""
    instalment_months: int = 0
    is_unionpay: bool = False
    is_check_card: bool = False
    instrument: str = ""
    instrument_secret: str = ""
    is_full: bool = False
    receipt_kind: str = ""
    customer: str = ""
    cheque: Presented | None = None


@dataclass(frozen=True)
class Told:
    """What is said: a meaning, the number and amount that go with it, and for an inquiry the original.

    Attributes:
        amount_won: What the books have of it; ``None`` where they have nothing: the request's is repeated.
    """

    say: Say
    approval_number: str = ""
    amount_won: int | None = None
    original: Authorisation | None = None
    points_left: int | None = None


@dataclass(frozen=True)
class Contract:
    """How one party behaves where parties differ.

    Attributes:
        issuer: Whose cards alone it decides about; empty for a VAN.
        leaves_tombstone: A net-cancel of something unknown blocks it for ever.
    """

    issuer: str = ""
    net_cancel_window_seconds: int = 3_600
    leaves_tombstone: bool = False


class Desk:
    """Decides, undoes, takes back and tells."""

    def __init__(
        self, books: Books, contract: Contract, codes: Mapping[Say, str], now: Callable[[], datetime]
    ) -> None:
        """Open the desk; its books keep the paper's `codes`, and `now` is a Korean wall clock."""
        self._books = books
        self._contract = contract
        self._codes = codes
        self._now = now

    def answer(self, asked: Asked) -> Told:
        """Do what is asked and say so."""
        match asked.kind:
            case Kind.AUTHORISE:
                return self._authorise(asked)
            case Kind.NET_CANCEL:
                return Told(self._net_cancel(asked))
            case Kind.CANCEL:
                return self._cancel(asked)
            case Kind.INQUIRE:
                return self._inquire(asked)
            case Kind.CASH_RECEIPT:
                return self._issue_receipt(asked)
            case Kind.CASH_RECEIPT_CANCEL:
                return Told(self._cancel_receipt(asked))
            case Kind.ECHO:
                return Told(Say.DONE)
            case Kind.CHEQUE_INQUIRY:
                assert asked.cheque is not None, "its telegram names one"  # noqa: S101 -- a bug
                return Told(said_of(asked.cheque))

    def without_a_look(self, fault: Fault) -> Told:
        """Answer without having looked at the books."""
        return Told(SAID_BLINDLY[fault])

    def drop(self, asked: Asked) -> None:
        """Undo an approval whose ACK never came: the sender is taken not to know of it."""
        known = self._books.find(asked.key)
        issued = asked.kind in {Kind.AUTHORISE, Kind.CASH_RECEIPT}
        if issued and known is not None and known.is_live:
            self._books.net_cancel(asked.key)

    def resurrect(self, asked: Asked) -> None:
        """Hold again what a net-cancel undid."""
        original = self._original(asked)
        if original is not None and original.fate is Fate.NET_CANCELLED:
            self._books.resurrect(original.key)

    def _authorise(self, asked: Asked) -> Told:
        if self._books.find(asked.key) is not None:
            return Told(Say.ALREADY_PROCESSED)
        if self._books.is_blocked(asked.key):
            return Told(Say.ALREADY_CANCELLED)
        card, at = masked_card_number(asked.instrument or asked.card_number), self._now().isoformat()
        if (reason := self._reason(asked)) is not None:
            self._books.decline(asked.key, asked.amount_won, card, self._codes[reason], at)
            return Told(reason)
        approved = self._books.approve(
            asked.key,
            asked.amount_won,
            card,
            self._codes[Say.DONE],
            at,
            installment_months=asked.instalment_months,
            is_check=asked.is_check_card or is_check_card(asked.card_number),
        )
        left = self._points_left(asked) if is_point_card(asked.instrument) else None
        return Told(Say.DONE, approved.approval_number, approved.amount_won, points_left=left)

    def _points_left(self, asked: Asked) -> int:
        """What a point card still has, by the books."""
        shown = masked_card_number(asked.instrument)
        return POINTS_WON - sum(one.remaining_won for one in self._books if one.card == shown)

    def _reason(self, asked: Asked) -> Say | None:
        if asked.instrument:
            shown = masked_card_number(asked.instrument)
            left = self._points_left(asked) if is_point_card(asked.instrument) else LIMIT_WON
            was_used = any(one.card == shown and one.is_live for one in self._books)
            return reason_to_decline_instrument(
                asked.instrument, asked.instrument_secret, asked.amount_won, left, was_used=was_used
            )
        issuer, whose = self._contract.issuer, issuer_of(asked.card_number)
        if (issuer and whose != issuer) or (whose == "unionpay") != asked.is_unionpay:
            return Say.NO_SUCH_CARD
        return reason_to_decline(
            asked.card_number,
            asked.expiry,
            asked.cvc,
            asked.amount_won,
            asked.instalment_months,
            month_now=f"{self._now():%y%m}",
        )

    def _net_cancel(self, asked: Asked) -> Say:
        known = self._original(asked)
        if known is None:
            if self._contract.leaves_tombstone and asked.original is not None:
                self._books.block(asked.original)
            return Say.NO_ORIGINAL
        if known.fate is Fate.DECLINED:
            return Say.NO_ORIGINAL
        if not known.is_live:
            return Say.ALREADY_CANCELLED
        if known.cancels:
            return Say.ALREADY_PROCESSED
        window = timedelta(seconds=self._contract.net_cancel_window_seconds)
        if self._now() - datetime.fromisoformat(known.at) > window:
            return Say.WINDOW_OVER
        self._books.net_cancel(known.key)
        return Say.DONE

    def _inquire(self, asked: Asked) -> Told:
        original = self._original(asked)
        if original is None:
            return Told(Say.DONE)
        return Told(Say.DONE, original.approval_number, original.amount_won, original)

    def _cancel(self, asked: Asked) -> Told:
        known = self._original(asked)
        if known is None or known.fate is Fate.DECLINED or known.receipt_kind:
            return Told(Say.NO_ORIGINAL)
        if asked.key.serial in known.cancels or not known.is_live:
            return Told(Say.ALREADY_CANCELLED, amount_won=known.cancels.get(asked.key.serial))
        if asked.amount_won > known.remaining_won:
            return Told(Say.MORE_THAN_REMAINS)
        if asked.is_full and asked.amount_won != known.amount_won:
            return Told(Say.OTHER_AMOUNT)
        self._books.cancel(known.key, asked.key.serial, asked.amount_won, self._now().isoformat())
        return Told(Say.DONE, amount_won=asked.amount_won)

    def _original(self, asked: Asked) -> Authorisation | None:
        if asked.original_approval_number:
            number = asked.original_approval_number
            return self._books.find_approved(asked.key.terminal, asked.original_date, number)
        return self._books.find(asked.original) if asked.original else None

    def _issue_receipt(self, asked: Asked) -> Told:
        if self._books.find(asked.key) is not None:
            return Told(Say.ALREADY_PROCESSED)
        if self._books.is_blocked(asked.key):
            return Told(Say.ALREADY_CANCELLED)
        customer, at = masked_card_number(asked.customer), self._now().isoformat()
        issued = self._books.approve(
            asked.key, asked.amount_won, customer, self._codes[Say.DONE], at, asked.receipt_kind
        )
        return Told(Say.DONE, issued.approval_number, issued.amount_won)

    def _cancel_receipt(self, asked: Asked) -> Say:
        number = asked.original_approval_number
        known = self._books.find_approved(asked.key.terminal, asked.original_date, number)
        if known is None or not known.receipt_kind:
            return Say.NO_ORIGINAL
        if not known.is_live:
            return Say.ALREADY_CANCELLED
        if not _is_the_same_receipt(known, asked):
            return Say.OTHER_AMOUNT
        issued = datetime.strptime(known.key.date, "%Y%m%d").replace(tzinfo=self._now().tzinfo)
        if self._now() - issued > timedelta(days=RECEIPT_CANCEL_DAYS):
            return Say.TOO_LATE
        self._books.cancel(known.key, asked.key.serial, asked.amount_won, self._now().isoformat())
        return Say.DONE


SAID_BLINDLY: Final = {
    Fault.NOT_FOUND: Say.NO_ORIGINAL,
    Fault.REFUSED: Say.TOO_LATE,
    Fault.NOT_FORWARDED: Say.NOT_FORWARDED,
    Fault.PRETEND: Say.DONE,
}


def misread(asked: Asked) -> tuple[Asked, Fault]:
    """The request as a party takes it that reads another amount, and what then is wrong with its answer."""
    if asked.kind in {Kind.AUTHORISE, Kind.CASH_RECEIPT}:
        return replace(asked, amount_won=asked.amount_won + 1), Fault.NONE
    if asked.kind is Kind.CANCEL:
        return replace(asked, amount_won=asked.amount_won - 1, is_full=False), Fault.NONE
    return asked, Fault.WRONG_AMOUNT


def _is_the_same_receipt(known: Authorisation, asked: Asked) -> bool:
    told = (asked.receipt_kind, masked_card_number(asked.customer), asked.amount_won)
    return told == (known.receipt_kind, known.card, known.amount_won)
