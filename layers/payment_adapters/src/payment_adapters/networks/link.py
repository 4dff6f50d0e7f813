"""A destination's line: fill its telegram, send it, wait for *its* answer, and say what that means.

One telegram per connection. An answer that is not ours is kept as evidence and reading goes on to the
deadline; whatever cannot be read, matched or looked up is in doubt, never a decline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import ModuleType

from payment_adapters.destinations import Destination, Purpose, TelegramPlan
from payment_adapters.networks.words import Words, words_of, words_of_card
from payment_adapters.sockets import Address, Line, MaybeSentError, NotSentError, open_line
from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    CancelOutcome,
    Declined,
    InDoubt,
    NetCancelOutcome,
    NotFound,
    NotSent,
    Refused,
    Trail,
    Undone,
)
from payment_core.approval.ports import Order
from payment_core.kernel.card import Card
from telegram_codec import EncodeError, TelegramError, masked_bytes, outline
from telegram_codec.telegram import Telegram


@dataclass(frozen=True)
class TelegramLink:
    """The ``Link`` of one destination (payment_core/approval/ports.py)."""

    destination: Destination
    address: Address
    now_ms: Callable[[], int]
    answer_seconds: int

    def authorise(self, order: Order, card: Card, budget_ms: int) -> AuthorisationOutcome:
        """Ask for an approval."""
        heard = self._exchange(Purpose.AUTHORISE, words_of(order) | words_of_card(card), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case _Answer(meaning="approved"):
                return self._approved(heard)
            case _Answer(meaning="declined"):
                return Declined(heard.code, heard.message, trail=heard.trail)
            case _:
                return heard.unlisted()

    def net_cancel(self, order: Order, budget_ms: int) -> NetCancelOutcome:
        """Ask to undo an approval whose answer never came, with the trace number that it had."""
        sent_at_ms = self.now_ms()
        heard = self._exchange(Purpose.NET_CANCEL, words_of(order), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case _Answer(meaning="undone"):
                return Undone(heard.code, heard.message, trail=heard.trail)
            case _Answer(meaning="not_found"):
                return NotFound(heard.code, heard.message, sent_at_ms, trail=heard.trail)
            case _Answer(meaning="refused"):
                return Refused(heard.code, heard.message, trail=heard.trail)
            case _:
                return heard.unlisted()

    def cancel(self, order: Order, budget_ms: int) -> CancelOutcome:
        """Ask to cancel a known approval, all or part of it."""
        heard = self._exchange(Purpose.CANCEL, words_of(order), budget_ms)
        match heard:
            case NotSent() | InDoubt():
                return heard
            case _Answer(meaning="undone"):
                return Undone(heard.code, heard.message, trail=heard.trail)
            case _Answer(meaning="refused"):
                return Refused(heard.code, heard.message, trail=heard.trail)
            case _:
                return heard.unlisted()

    def _approved(self, heard: _Answer) -> AuthorisationOutcome:
        if not heard.approval_number:
            return InDoubt("approved without an approval number", heard.code, trail=heard.trail)
        return Approved(heard.approval_number, heard.code, heard.message, trail=heard.trail)

    def _exchange(self, purpose: Purpose, words: Words, budget_ms: int) -> _Answer | NotSent | InDoubt:
        plan, spec = self.destination.telegrams[purpose], _spec(self.destination)
        started = Trail(started_at_ms=self.now_ms())
        try:
            request = self._fill(spec, plan, words)
            wire = request.encode()
        except EncodeError as error:
            return NotSent(f"the telegram cannot carry it: {error}", by_us=True, trail=self._ended(started))
        sent = replace(started, sent=_shown(request), sent_layout=_layout(spec, request))
        total_ms = min(budget_ms, self.answer_seconds * 1_000)
        reading = _Reading(spec, plan, self._expected(words), words["amount_won"], sent)
        try:
            with open_line(
                self.address, connect_seconds=self.destination.connect_seconds, total_ms=total_ms
            ) as line:
                line.send(wire)
                return reading.answer(line, self._ended)
        except NotSentError as error:
            return NotSent(error.reason, trail=self._ended(started))
        except MaybeSentError as error:
            reason = "; ".join([*reading.strangers, error.reason])
            return InDoubt(reason, trail=self._ended(reading.trail))

    def _fill(self, spec: ModuleType, plan: TelegramPlan, words: Words) -> Telegram:
        telegram: type[Telegram] = getattr(spec, plan.request)
        return telegram(**{field: self._letter(word, words[word]) for field, word in plan.fields.items()})

    def _expected(self, words: Words) -> Words:
        return {name: words[word] for name, word in self.destination.correlation.items()}

    def _letter(self, word: str, value: object) -> object:
        letters = self.destination.letters.get(word)
        return letters[str(value)] if letters else value

    def _ended(self, trail: Trail) -> Trail:
        return replace(trail, ended_at_ms=self.now_ms())


@dataclass(frozen=True)
class _Answer:
    meaning: str
    code: str
    message: str
    approval_number: str
    trail: Trail

    def unlisted(self) -> InDoubt:
        reason = f"the destination's code {self.code} is not in its profile"
        return InDoubt(reason, self.code, unlisted_code=True, trail=self.trail)


@dataclass
class _Reading:
    """Reads frames until one is the answer to this request."""

    spec: ModuleType
    plan: TelegramPlan
    expected: Words
    amount_won: object
    trail: Trail
    strangers: list[str] = field(default_factory=list)
    read: bytes = b""

    def answer(self, line: Line, ended: Callable[[Trail], Trail]) -> _Answer | InDoubt:
        parser = self.spec.FRAMING.parser()
        while True:
            received = line.receive()
            self.read += received
            try:
                for frame in parser.feed(received):
                    answer = self.spec.decode_answer(frame)
                    self.trail = replace(
                        self.trail, received=_shown(answer), received_layout=_layout(self.spec, answer)
                    )
                    if self._is_ours(answer):
                        return self._said(answer, ended(self.trail))
            except TelegramError as error:
                unreadable = replace(self.trail, received=_outlined(self.read), received_layout="unreadable")
                return InDoubt(f"the answer cannot be read: {error}", trail=ended(unreadable))

    def _is_ours(self, answer: Telegram) -> bool:
        if type(answer).__name__ != self.plan.answer:
            self.strangers.append(f"{type(answer).__name__} came instead of {self.plan.answer}")
            return False
        differing = [name for name, value in self.expected.items() if getattr(answer, name) != value]
        if differing:
            self.strangers.append(f"an answer of another transaction came ({', '.join(differing)} differ)")
        return not differing

    def _said(self, answer: Telegram, trail: Trail) -> _Answer | InDoubt:
        code: str = getattr(answer, "response_code", "")
        amount_won = getattr(answer, "amount_won", self.amount_won)
        if amount_won != self.amount_won:
            reason = f"the answer is about {amount_won:,} won instead of {self.amount_won:,}"
            return InDoubt(reason, code, trail=trail)
        return _Answer(
            meaning=self.plan.codes.get(code, "unlisted"),
            code=code,
            message=getattr(answer, "message", ""),
            approval_number=getattr(answer, "approval_number", ""),
            trail=trail,
        )


def _spec(destination: Destination) -> ModuleType:
    return import_module(f"telegram_codec.specs.{destination.spec}")


def _layout(spec: ModuleType, telegram: Telegram) -> str:
    return f"{spec.__name__.rpartition('.')[2]}.{type(telegram).__name__}"


def _shown(telegram: Telegram) -> str:
    """The telegram as it went over the wire, masked field by field, as text."""
    return masked_bytes(telegram).decode(telegram.layout.charset.name, errors="backslashreplace")


def _outlined(received: bytes) -> str:
    """What may be kept of bytes that nobody could read: their shape and digest, not one value."""
    return f"{outline(received)} sha256={hashlib.sha256(received).hexdigest()}"
