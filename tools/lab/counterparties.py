"""VANs and issuers in memory: the simulators' books and papers behind lines without sockets.

A counterparty answers as its paper and its contract say, unless a bad moment is planned for the telegram.
Its books are the truth that nobody tells the relay, and that every story is judged by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any, Final

from payment_core.approval.ports import Profile
from telegram_codec import TelegramError
from telegram_codec.sessions import Broken, Done, Received, Send, Stage, VanSession
from telegram_codec.sessions import Step as SessionStep
from telegram_codec.telegram import Telegram
from tools.lab.network import RESET, Connection
from tools.lab.scheduler import Scheduler
from tools.simulators.books import Authorisation, Books
from tools.simulators.desk import Asked, Told, misread
from tools.simulators.faults import AS_USUAL, Entry, Fault, Kind
from tools.simulators.lines import CLOSED, SILENT, SLAMMED, Work, garbled
from tools.simulators.parties import manner_of
from tools.simulators.party import Manner, Party
from tools.simulators.van import BLIND, UNDONE

KOREA: Final = timezone(timedelta(hours=9), "KST")
WORKS_MS: Final = 8  # at least; chance adds to it

Planned = Callable[[Kind | None, Any], Entry]


@dataclass(frozen=True)
class Heard:
    """One telegram that reached a counterparty; once it was worked on, what is said to it."""

    destination: str
    asked: Asked
    about: Any
    fault: Fault = Fault.NONE
    told: Told | None = None


@dataclass(eq=False)
class Counterparty:
    """One VAN or issuer.

    Attributes:
        terms: What its contract says, here as in the relay.
        planned: What is planned for the next telegram of a kind, by who sends it; without a kind, for the
            next ENQ.
        on_telegram: Hears of each telegram before anything is done about it.
        on_books: Hears that the books may have changed, and for which telegram.
    """

    name: str
    scheduler: Scheduler
    terms: Profile
    planned: Planned
    on_telegram: Callable[[Heard], None]
    on_books: Callable[[Heard], None]
    books: Books = field(init=False)
    party: Party = field(init=False)

    def __post_init__(self) -> None:
        manner = _manner(self.name, self.terms.net_cancel_window_seconds, self.terms.leaves_tombstone)
        self.books = Books(None, manner.approval_digits)
        self.party = Party(manner, self.books, self._now)

    def take(self, line: Connection) -> None:
        """Answer a call."""
        line.service = (_InSession if self.party.manner.acknowledges else _AtOnce)(self, line)
        self.scheduler.later(0, line.service.called)

    def live(self) -> list[Authorisation]:
        """The authorisations that hold money now."""
        return [one for one in self.books if one.is_live]

    def work(self, line: Connection, frame: bytes, answer: Callable[[Work], None]) -> None:
        """Do what one telegram asks, as far as the plan for it goes; the answer comes when it is ready."""
        try:
            request = self.party.read(frame)
        except TelegramError:
            line.say(b"")
            return
        asked = self.party.asked(request)
        entry = self.planned(asked.kind, line.about)
        heard = Heard(self.name, asked, line.about, entry.fault)
        self.on_telegram(heard)
        stall_ms = round(entry.seconds * 1_000) if entry.fault is Fault.STALL else 0

        def done() -> None:
            answer(self._done(request, heard, entry))

        self.scheduler.later(WORKS_MS + self.scheduler.below(40) + stall_ms, done)

    def _done(self, request: Any, heard: Heard, entry: Entry) -> Work:  # noqa: ANN401 -- a telegram of any paper
        if entry.fault in UNDONE:
            return Work(entry)
        desk, asked = self.party.desk, heard.asked
        read, spoils = misread(asked) if entry.fault is Fault.WRONG_AMOUNT else (asked, entry.fault)
        told = desk.without_a_look(entry.fault) if entry.fault in BLIND else desk.answer(read)
        self.on_books(replace(heard, told=told))
        if entry.fault is Fault.RESURRECT:
            self.scheduler.later(round(entry.seconds * 1_000), lambda: desk.resurrect(asked))
        answer = self.party.answer(request, told)
        stray = b""
        if entry.fault is Fault.STRAY_FIRST:
            stray = self.party.wire(self.party.spoilt(_another_approval(answer), Fault.OTHER_SALE))
        if entry.fault is Fault.OTHER_SALE:
            answer = _another_approval(answer)
        wire = self.party.wire(self.party.spoilt(answer, spoils))

        def drop() -> None:
            desk.drop(asked)
            self.on_books(heard)

        return Work(entry, wire, stray, drop)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.scheduler.now_ms / 1_000, KOREA)

    def put(self, line: Connection, work: Work, wire: bytes) -> None:
        """Put an answer on the line as the bad moment wants it."""
        entry = work.entry
        match entry.fault:
            case fault if fault in SILENT:
                pass
            case Fault.CLOSE:
                line.say(b"")
            case Fault.RESET:
                line.say(RESET)
            case Fault.LATE:
                line.say(wire, round(entry.seconds * 1_000))
            case Fault.GARBLE | Fault.GARBLE_ONCE:
                line.say(garbled(wire, self.party.framing))
            case Fault.TRUNCATE | Fault.RESET_MIDWAY:
                line.say(wire[: entry.at or len(wire) // 2])
                line.say(b"" if entry.fault is Fault.TRUNCATE else RESET, 1)
            case Fault.DUPLICATE_ANSWER:
                line.say(wire + wire)
            case Fault.SPLIT:
                cuts = sorted(self.scheduler.random.sample(range(1, len(wire)), min(6, len(wire) - 1)))
                for order, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(wire)], strict=True)):
                    line.say(wire[start:end], order)
            case _:
                line.say(work.stray + wire)


@cache
def _manner(name: str, net_cancel_window_seconds: int, leaves_tombstone: bool) -> Manner:  # noqa: FBT001 -- a term
    known = manner_of(name)
    terms = replace(
        known.contract,
        net_cancel_window_seconds=net_cancel_window_seconds,
        leaves_tombstone=leaves_tombstone,
    )
    return replace(known, contract=terms)


def _another_approval(answer: Telegram) -> Telegram:
    """An answer that is not this sale's brings another approval, too."""
    number: str = getattr(answer, "approval_number", None) or ""
    if not number.isdigit():
        return answer
    another: Any = {"approval_number": f"{int(number) + 1:0{len(number)}d}"}
    return replace(answer, **another)


class _AtOnce:
    """A telegram and an answer."""

    def __init__(self, owner: Counterparty, line: Connection) -> None:
        self._owner = owner
        self._line = line
        self._parser = owner.party.framing.parser()

    def called(self) -> None:
        """Wait for the telegram."""

    def heard(self, data: bytes) -> None:
        try:
            frames = list(self._parser.feed(data))
        except TelegramError:
            self._line.say(b"")
            return
        for frame in frames:
            self._owner.work(self._line, frame, self._answer)

    def gone(self) -> None:
        """Work that was begun goes on; nobody hears of it."""

    def _answer(self, work: Work) -> None:
        self._owner.put(self._line, work, work.wire)


class _InSession:
    """ENQ, a telegram, an answer, its ACK, EOT; an approval whose ACK does not come is undone."""

    def __init__(self, owner: Counterparty, line: Connection) -> None:
        self._owner = owner
        self._line = line
        self._session = VanSession(owner.party.framing)
        self._work: Work | None = None
        self._is_settled = False

    def called(self) -> None:
        if self._owner.planned(None, self._line.about).fault is Fault.NO_ENQ:
            self._is_settled = True
            return
        self._do(self._session.begin())

    def heard(self, data: bytes) -> None:
        if not self._is_settled:
            self._do(self._session.feed(data))

    def gone(self) -> None:
        self._do(self._session.closed())
        self._settle()

    def _do(self, steps: list[SessionStep]) -> None:
        for step in steps:
            match step:
                case Received(telegram):
                    self._owner.work(self._line, telegram, self._answer)
                case Send(data):
                    self._control(data)
                case Done() | Broken():
                    self._settle()

    def _control(self, data: bytes) -> None:
        is_end = self._session.stage is Stage.DONE
        if is_end and self._work is not None and self._work.entry.fault is Fault.DROP_EOT:
            return
        self._line.say(data)

    def _answer(self, work: Work) -> None:
        self._work = work
        if self._session.stage is not Stage.WORKING:  # the caller has left meanwhile
            self._drop()
            return
        fault = work.entry.fault
        steps = self._session.answer(
            garbled(work.wire, self._owner.party.framing) if fault is Fault.GARBLE else work.wire
        )
        put = Work(AS_USUAL, work.wire) if fault is Fault.GARBLE else work
        for step in steps:
            assert isinstance(step, Send)  # noqa: S101 -- a bug: an answer is one send
            self._owner.put(self._line, put, step.data)
        if fault in SILENT | CLOSED | SLAMMED | {Fault.IGNORE_ACK}:
            self._settle()
            return
        wait_ms = (self._session.wait_seconds or 0) * 1_000
        self._owner.scheduler.later(wait_ms, self._waited)

    def _waited(self) -> None:
        if not self._is_settled:
            self._do(self._session.waited())

    def _settle(self) -> None:
        """The session is over: without the ACK, an approval is undone."""
        if self._is_settled:
            return
        self._is_settled = True
        if self._session.stage is not Stage.DONE:
            self._drop()

    def _drop(self) -> None:
        if self._work is not None:
            self._work.drop()
            self._work = None
