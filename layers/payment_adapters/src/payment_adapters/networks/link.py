"""A destination's line: fill its telegram, send it, wait for *its* answer, and say what that means.

One telegram per connection. An answer that is not ours is kept as evidence and reading goes on to the
deadline; whatever cannot be read, matched or looked up is in doubt, never a decline.
How a telegram is filled: filling.py. How a line is spoken: conversation.py and session.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import field, replace
from functools import cached_property
from types import ModuleType
from typing import TypedDict

from payment_adapters.destinations import Destination, Purpose, TelegramPlan
from payment_adapters.networks.conversation import ask
from payment_adapters.networks.filling import CannotFillError, Filling, Mac, paper_of
from payment_adapters.networks.words import Words, words_of, words_of_cheque, words_of_presented
from payment_adapters.sockets import Address, Line, MaybeSentError, NotSentError, open_line
from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    BadCheque,
    CancelOutcome,
    ChequeOutcome,
    Declined,
    GoodCheque,
    InDoubt,
    InquiryOutcome,
    NetCancelOutcome,
    NotApproved,
    NotForwarded,
    NotFound,
    NotSent,
    Refused,
    Trail,
    Undone,
)
from payment_core.approval.ports import Order
from payment_core.kernel.cheque import Cheque
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.instrument import Instrument, Presented
from telegram_codec import TelegramError, masked_bytes, outline
from telegram_codec.telegram import Telegram


@dataclass(frozen=True)
class TelegramLink:
    """The ``Link`` of one destination (payment_core/approval/ports.py).

    Attributes:
        mac: Vouches for telegrams where the paper wants it; whoever has the key has it.
    """

    destination: Destination
    address: Address
    now_ms: Callable[[], int]
    answer_seconds: int
    mac: Mac | None = None

    def __post_init__(self) -> None:
        """Compare the file with its paper before any sale depends on it."""
        paper_of(self.destination)

    def authorise(self, order: Order, presented: Presented, budget_ms: int) -> AuthorisationOutcome:
        """Ask for an approval."""
        plan = self.destination.plan(order.tender, Purpose.AUTHORISE)
        heard = self._exchange(plan, words_of(order) | words_of_presented(presented), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case Answer(amount_won=int(won)) if won != order.amount_won:
                return _of_another_amount(heard, order)
            case Answer(meaning="approved"):
                return _approved(heard)
            case Answer(meaning="declined"):
                return Declined(heard.code, heard.message, trail=heard.trail)
            case Answer(meaning="not_forwarded"):
                fault = heard.code in self.destination.destination_fault
                return NotForwarded(heard.code, heard.message, fault, trail=heard.trail)
            case _:
                return self._unclear(heard)

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        """Ask to undo an approval whose answer never came, with the trace number that it had."""
        sent_at_ms = self.now_ms()
        plan = self.destination.plan(order.tender, Purpose.NET_CANCEL)
        heard = self._exchange(plan, words_of(order), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case Answer(amount_won=int(won)) if won not in {order.amount_won, order.original_amount_won}:
                return _of_another_amount(heard, order)
            case Answer(meaning="undone"):
                return Undone(heard.code, heard.message, trail=heard.trail)
            case Answer(meaning="not_found"):
                return NotFound(heard.code, heard.message, sent_at_ms, trail=heard.trail)
            case Answer(meaning="refused"):
                return Refused(heard.code, heard.message, trail=heard.trail)
            case _:
                return self._unclear(heard)

    def cancel(self, order: Order, budget_ms: int, customer: Instrument | None = None) -> CancelOutcome:
        """Ask to cancel a known approval, all or part of it; a receipt's names its customer again."""
        plan = self.destination.plan(order.tender, Purpose.CANCEL)
        named = words_of_presented(customer) if customer else {}
        heard = self._exchange(plan, words_of(order) | named, budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case Answer(meaning="undone", amount_won=int(won)) if won != order.amount_won:
                return replace(_of_another_amount(heard, order), taken_back_won=won)
            case Answer(amount_won=int(won)) if won != order.amount_won:
                return _of_another_amount(heard, order)
            case Answer(meaning="undone"):
                return Undone(heard.code, heard.message, trail=heard.trail)
            case Answer(meaning="refused"):
                return Refused(heard.code, heard.message, trail=heard.trail)
            case _:
                return self._unclear(heard)

    def inquire(self, order: Order, budget_ms: int) -> InquiryOutcome:
        """Ask what became of an authorisation, and of how much."""
        sent_at_ms = self.now_ms()
        plan = self.destination.plan(order.tender, Purpose.INQUIRE)
        heard = self._exchange(plan, words_of(order), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case Answer(meaning="approved"):
                return _approved(heard)
            case Answer(meaning="not_approved"):
                return NotApproved(heard.code, heard.message, trail=heard.trail)
            case Answer(meaning="not_found"):
                return NotFound(heard.code, heard.message, sent_at_ms, trail=heard.trail)
            case _:
                return self._unclear(heard)

    def inquire_cheque(self, order: Order, cheque: Cheque, budget_ms: int) -> ChequeOutcome:
        """Ask whether a cheque is good."""
        plan = self.destination.telegrams.get(Purpose.CHEQUE_INQUIRY)
        heard = self._exchange(plan, words_of(order) | words_of_cheque(cheque), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case Answer(amount_won=int(won)) if won != order.amount_won:
                return _of_another_amount(heard, order)
            case Answer(meaning="good"):
                return GoodCheque(heard.code, heard.message, trail=heard.trail)
            case Answer(meaning="bad"):
                return BadCheque(heard.code, heard.message, trail=heard.trail)
            case _:
                return self._unclear(heard)

    def answers(self, order: Order, budget_ms: int) -> bool:
        """Whether anybody is there: a probe by echo, else by inquiry for a sale that never was.

        The answer counts, not what it says of the sale; only silence, noise and blame are a no.
        """
        if Purpose.ECHO not in self.destination.telegrams:
            found = self.inquire(order, budget_ms)
            return not isinstance(found, NotSent | InDoubt) or (
                isinstance(found, InDoubt) and not found.destination_fault
            )
        heard = self._exchange(self.destination.telegrams[Purpose.ECHO], words_of(order), budget_ms)
        return isinstance(heard, Answer) and heard.meaning == "in_service"

    def _unclear(self, heard: Answer) -> InDoubt:
        """A code whose meaning is doubt, or that nobody listed."""
        if heard.meaning == "in_doubt":
            fault = heard.code in self.destination.destination_fault
            reason = f"the destination's code {heard.code} leaves it open"
            return InDoubt(reason, heard.code, destination_fault=fault, trail=heard.trail)
        reason = f"the destination's code {heard.code} is not in its profile"
        return InDoubt(reason, heard.code, unlisted_code=True, destination_fault=False, trail=heard.trail)

    @cached_property
    def _filling(self) -> Filling:
        return Filling(self.destination, paper_of(self.destination), self.mac)

    def _exchange(
        self, plan: TelegramPlan | None, words: Words, budget_ms: int
    ) -> Answer | NotSent | InDoubt:
        if plan is None:
            return NotSent(f"{self.destination.profile.name} has no such telegram", by_us=True)
        filling, started = self._filling, Trail(started_at_ms=self.now_ms())
        try:
            request, wire = filling.request(plan, words)
            expected = {name: filling.letter(word, words[word]) for name, word in plan.correlation.items()}
        except CannotFillError as error:
            return NotSent(f"the telegram cannot carry it: {error}", by_us=True, trail=self._ended(started))
        sent = replace(started, sent=_shown(request), sent_layout=_layout(filling.paper, request))
        reading = _Reading(filling, plan, expected, sent, self.now_ms)
        total_ms = min(budget_ms, self.answer_seconds * 1_000)
        try:
            with open_line(
                self.address, connect_seconds=self.destination.connect_seconds, total_ms=total_ms
            ) as line:
                return self._said(line, wire, reading)
        except NotSentError as error:
            return NotSent(error.reason, trail=self._ended(started))
        except MaybeSentError as error:
            reason = "; ".join([*reading.strangers, error.reason])
            return replace(InDoubt(reason, trail=self._ended(reading.trail)), **reading.approval)
        except TelegramError as error:
            unreadable = replace(
                reading.trail, received=_outlined(reading.read), received_layout="unreadable"
            )
            return InDoubt(f"the answer cannot be read: {error}", trail=self._ended(unreadable))

    def _said(self, line: Line, request: bytes, reading: _Reading) -> Answer:
        framing, handshake = self._filling.paper.FRAMING, self.destination.handshake
        if handshake is None:
            return ask(line, framing, request, reading)
        from payment_adapters.networks.session import ask_in_session  # noqa: PLC0415 -- for one VAN

        return ask_in_session(line, framing, request, reading, handshake)

    def _ended(self, trail: Trail) -> Trail:
        return replace(trail, ended_at_ms=self.now_ms())


@dataclass(frozen=True)
class Answer:
    """A complete answer to this request, and what its code means in the destination's file.

    Attributes:
        amount_won: What it names; ``None`` where its paper names none.
    """

    meaning: str
    code: str
    message: str
    approval_number: str
    amount_won: int | None
    trail: Trail


def _approved(heard: Answer) -> Approved | InDoubt:
    approved_won = heard.amount_won or 0
    if not heard.approval_number:
        reason = "approved without an approval number"
        return InDoubt(reason, heard.code, approved_won=approved_won, trail=heard.trail)
    return Approved(heard.approval_number, heard.code, heard.message, approved_won, trail=heard.trail)


def _of_another_amount(heard: Answer, order: Order) -> InDoubt:
    """Believe no decision of an answer about another amount; but what was approved is to be undone."""
    doubt = InDoubt(
        f"the answer is about {heard.amount_won:,} won instead of {order.amount_won:,}",
        heard.code,
        trail=heard.trail,
    )
    if heard.meaning != "approved":
        return doubt
    return replace(doubt, approval_number=heard.approval_number, approved_won=heard.amount_won or 0)


class Heard(TypedDict, total=False):
    """An approval that was read in an answer, before anything is decided."""

    approval_number: str
    approved_won: int


@dataclass
class _Reading:
    """The ear of one request: which frame answers it, what was heard besides, and the trail of it."""

    filling: Filling
    plan: TelegramPlan
    expected: Words
    trail: Trail
    now_ms: Callable[[], int]
    approval: Heard = field(default_factory=Heard)
    strangers: list[str] = field(default_factory=list)
    read: bytes = b""
    heard: tuple[bytes, Telegram] | None = None  # the frame that was decoded last

    def keep(self, received: bytes) -> None:
        self.read += received

    def is_ours(self, frame: bytes) -> bool:
        answer = self._decoded(frame)
        if stranger := self._what_is_strange(answer, frame):
            self.strangers.append(stranger)
            return False
        if self.plan.codes.get(_text(answer, "response_code")) == "approved":
            number, won = _text(answer, "approval_number"), getattr(answer, "amount_won", 0)
            self.approval = Heard(approval_number=number, approved_won=won)
        return True

    def said(self, frame: bytes) -> Answer:
        answer, trail = self._decoded(frame), replace(self.trail, ended_at_ms=self.now_ms())
        code = _text(answer, "response_code")
        meaning = self.plan.codes.get(code, "unlisted")
        if meaning == "answered":
            meaning = self.plan.states.get(_text(answer, "original_state"), "unlisted")
        message, number = _text(answer, "message"), _text(answer, "approval_number")
        return Answer(meaning, code, message, number, getattr(answer, "amount_won", None), trail)

    def _decoded(self, frame: bytes) -> Telegram:
        if self.heard is not None and self.heard[0] == frame:
            return self.heard[1]
        paper = self.filling.paper
        answer: Telegram = paper.decode_answer(frame)
        self.heard = frame, answer
        self.trail = replace(self.trail, received=_shown(answer), received_layout=_layout(paper, answer))
        return answer

    def _what_is_strange(self, answer: Telegram, frame: bytes) -> str:
        if type(answer).__name__ != self.plan.answer:
            return f"{type(answer).__name__} came instead of {self.plan.answer}"
        differing = [name for name, value in self.expected.items() if getattr(answer, name) != value]
        if differing:
            return f"an answer of another transaction came ({', '.join(differing)} differ)"
        return "" if self.filling.is_vouched_for(answer, frame) else "an answer with a wrong MAC came"


def _text(answer: Telegram, row: str) -> str:
    """A row that not every answer has, and that may be absent from one."""
    return getattr(answer, row, None) or ""


def _layout(paper: ModuleType, telegram: Telegram) -> str:
    return f"{paper.__name__.rpartition('.')[2]}.{type(telegram).__name__}"


def _shown(telegram: Telegram) -> str:
    """The telegram as it went over the wire, masked field by field, as text."""
    return masked_bytes(telegram).decode(telegram.layout.charset.name, errors="backslashreplace")


def _outlined(received: bytes) -> str:
    """What may be kept of bytes that nobody could read: their shape and digest, not one value."""
    return f"{outline(received)} sha256={hashlib.sha256(received).hexdigest()}"
