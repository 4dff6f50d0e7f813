"""A telegram and its answer over a line that acknowledges: ENQ, ACK, NAK, EOT. Bytes in, steps out.

    VAN      ENQ                answer                EOT
    terminal      request               ACK ACK ACK

Either side answers a damaged frame with NAK, once, and gets it again; after the second damage it gives up.
The sale is decided only by EOT: the VAN drops an approval whose ACK it did not get, and the terminal undoes
one whose EOT it did not get. Three ACKs because a line may lose two; any one of them counts.

A session says what to do next as `Send`, `Received`, `Done` and `Broken`. While it is open, `waits_for` names
what must come within which time; the caller keeps the clock and says `waited` when the time is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from telegram_codec.errors import UnfitError
from telegram_codec.frames import STX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from telegram_codec.frames import Framing

EOT: Final = b"\x04"
ENQ: Final = b"\x05"
ACK: Final = b"\x06"
NAK: Final = b"\x15"

_NAKS_ALLOWED = 1


class Heard(Enum):
    """What can come from the other side, or fail to."""

    ENQ = "ENQ"
    ACK = "ACK"
    NAK = "NAK"
    EOT = "EOT"
    TELEGRAM = "a telegram"
    AGAIN = "the same telegram again"
    STRANGER = "a telegram that is not for this session"
    DAMAGE = "a damaged telegram"
    SILENCE = "silence"
    CLOSED = "the end of the connection"


class Stage(Enum):
    """Where a session is; CALLED, ASKED, ANSWERED are the terminal's, the next three the VAN's."""

    CALLED = "waits for ENQ"
    ASKED = "waits for the answer"
    ANSWERED = "waits for EOT"
    CALLING = "waits for the request"
    WORKING = "waits for its own answer"
    TOLD = "waits for ACK"
    DONE = "is done"
    BROKEN = "is broken"


class Act(Enum):
    """What a side does when it hears something."""

    NOTHING = "nothing"
    DELIVER = "deliver"
    SEND = "send the telegram"
    ACKNOWLEDGE = "ACK ACK ACK"
    DELIVER_AND_ACKNOWLEDGE = "deliver, ACK ACK ACK"
    ASK_AGAIN = "NAK"
    SEND_AGAIN = "send the telegram again"
    FINISH = "EOT"


_CONTROLS_SENT: Final = {
    Act.ACKNOWLEDGE: ACK * 3,
    Act.DELIVER_AND_ACKNOWLEDGE: ACK * 3,
    Act.ASK_AGAIN: NAK,
    Act.FINISH: EOT,
}

# What each side does in each stage when it hears something; what is not listed breaks the session.
Table = dict[tuple[Stage, Heard], tuple[Stage, Act]]

TERMINAL: Final[Table] = {
    (Stage.CALLED, Heard.ENQ): (Stage.ASKED, Act.SEND),
    (Stage.ASKED, Heard.TELEGRAM): (Stage.ANSWERED, Act.DELIVER_AND_ACKNOWLEDGE),
    (Stage.ASKED, Heard.DAMAGE): (Stage.ASKED, Act.ASK_AGAIN),
    (Stage.ASKED, Heard.NAK): (Stage.ASKED, Act.SEND_AGAIN),
    (Stage.ASKED, Heard.ENQ): (Stage.ASKED, Act.NOTHING),
    (Stage.ASKED, Heard.ACK): (Stage.ASKED, Act.NOTHING),
    (Stage.ASKED, Heard.STRANGER): (Stage.ASKED, Act.NOTHING),
    (Stage.ANSWERED, Heard.EOT): (Stage.DONE, Act.NOTHING),
    (Stage.ANSWERED, Heard.AGAIN): (Stage.ANSWERED, Act.ACKNOWLEDGE),
    (Stage.ANSWERED, Heard.DAMAGE): (Stage.ANSWERED, Act.ACKNOWLEDGE),
    (Stage.ANSWERED, Heard.STRANGER): (Stage.ANSWERED, Act.NOTHING),
}
VAN: Final[Table] = {
    (Stage.CALLING, Heard.TELEGRAM): (Stage.WORKING, Act.DELIVER),
    (Stage.CALLING, Heard.DAMAGE): (Stage.CALLING, Act.ASK_AGAIN),
    (Stage.WORKING, Heard.AGAIN): (Stage.WORKING, Act.NOTHING),
    (Stage.TOLD, Heard.ACK): (Stage.DONE, Act.FINISH),
    (Stage.TOLD, Heard.NAK): (Stage.TOLD, Act.SEND_AGAIN),
    (Stage.TOLD, Heard.AGAIN): (Stage.TOLD, Act.SEND_AGAIN),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each stage may last, all repeats included; the figures belong into a destination's profile."""

    enq_seconds: int = 15
    answer_seconds: int = 30
    eot_seconds: int = 10
    request_seconds: int = 30
    ack_seconds: int = 10

    def of(self, stage: Stage) -> int | None:
        """The seconds of `stage`; None where nothing is awaited from the other side."""
        return {
            Stage.CALLED: self.enq_seconds,
            Stage.ASKED: self.answer_seconds,
            Stage.ANSWERED: self.eot_seconds,
            Stage.CALLING: self.request_seconds,
            Stage.TOLD: self.ack_seconds,
        }.get(stage)


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes to the line."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A whole telegram with its frame, delivered once however often it came."""

    telegram: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """Both sides know that the other knows; close the line."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Close the line: in `stage` came `heard`. Once ASKED, the other side may have done what it was asked."""

    stage: Stage
    heard: Heard


Step = Send | Received | Done | Broken


class Session:
    """One side of one session; `TerminalSession` and `VanSession` are the two sides."""

    def __init__(self, framing: Framing, table: Table, stage: Stage, waits: Waits, telegram: bytes) -> None:
        self.stage = stage
        self.is_ours: Callable[[bytes], bool] = lambda _frame: True
        self._waits = waits
        self._table = table
        self._telegram = telegram
        self._received = b""
        self._naks = 0
        self._ear = _Ear(framing)

    @property
    def wait_seconds(self) -> int | None:
        """How long this stage may last from its beginning; None if the next step is not the other side's."""
        return self._waits.of(self.stage)

    def feed(self, data: bytes) -> list[Step]:
        """What to do about `data`; nothing once the session is done or broken."""
        steps: list[Step] = []
        for heard, frame in self._ear.listen(data):
            steps += self._hear(self._known(heard, frame), frame)
        return steps

    def _known(self, heard: Heard, frame: bytes) -> Heard:
        if heard is not Heard.TELEGRAM:
            return heard
        if frame == self._received:
            return Heard.AGAIN
        return Heard.TELEGRAM if self.is_ours(frame) else Heard.STRANGER

    def waited(self) -> list[Step]:
        """The time of this stage is over."""
        return self._hear(Heard.SILENCE)

    def closed(self) -> list[Step]:
        """The other side has closed the connection."""
        return self._hear(Heard.CLOSED)

    def _hear(self, heard: Heard, frame: bytes = b"") -> list[Step]:
        if self.stage in (Stage.DONE, Stage.BROKEN):
            return []
        before = self.stage
        self.stage, act = self._table.get((before, heard), (Stage.BROKEN, Act.NOTHING))
        steps = self._steps(act, frame)
        if self._naks > _NAKS_ALLOWED:
            self.stage = Stage.BROKEN
        if self.stage is Stage.BROKEN:
            steps.append(Broken(before, heard))
        if self.stage is Stage.DONE:
            steps.append(Done())
        return steps

    def _steps(self, act: Act, frame: bytes) -> list[Step]:
        steps: list[Step] = []
        if act in (Act.DELIVER, Act.DELIVER_AND_ACKNOWLEDGE):
            self._received = frame
            steps.append(Received(frame))
        self._naks += act in (Act.ASK_AGAIN, Act.SEND_AGAIN)
        if act is Act.SEND or (act is Act.SEND_AGAIN and self._naks <= _NAKS_ALLOWED):
            steps.append(Send(self._telegram))
        elif act in _CONTROLS_SENT:
            steps.append(Send(_CONTROLS_SENT[act]))
        return steps


class TerminalSession(Session):
    """The side that connects and asks; `request` is the whole frame, sent when ENQ invites it.

    `is_ours` says of a whole frame whether it answers this request; one that does not is never acknowledged,
    and what `is_ours` raises comes out of `feed`.
    """

    def __init__(
        self,
        framing: Framing,
        request: bytes,
        waits: Waits | None = None,
        is_ours: Callable[[bytes], bool] | None = None,
    ) -> None:
        super().__init__(framing, TERMINAL, Stage.CALLED, waits or Waits(), request)
        self.is_ours = is_ours or self.is_ours


class VanSession(Session):
    """The side that is connected to: `begin` first, then `answer` what was received."""

    def __init__(self, framing: Framing, waits: Waits | None = None) -> None:
        super().__init__(framing, VAN, Stage.CALLING, waits or Waits(), b"")

    def begin(self) -> list[Step]:
        """Invite the request."""
        return [Send(ENQ)]

    def answer(self, telegram: bytes) -> list[Step]:
        """Send the answer, a whole frame; nothing if the session has ended meanwhile."""
        if self.stage is not Stage.WORKING:
            return []
        self.stage, self._telegram = Stage.TOLD, telegram
        return [Send(telegram)]


class _Ear:
    """Tells control characters and frames apart; after anything else, nothing is believed until the next STX.

    An LRC is any byte: behind a frame whose start was lost it could pass for an EOT and decide a sale.
    """

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._held = bytearray()
        self._is_lost = False

    def listen(self, data: bytes) -> Iterator[tuple[Heard, bytes]]:
        self._held += data
        while self._held:
            start = self._held[:1]
            if start == STX:
                heard = self._frame()
                if not heard:
                    return
                yield heard
                continue
            del self._held[:1]
            if bytes(start) in _CONTROLS and not self._is_lost:
                yield _CONTROLS[bytes(start)], b""
            else:
                self._is_lost = True

    def _frame(self) -> tuple[Heard, bytes] | None:
        """The frame at the start of what is held, whole or damaged; None if more must come."""
        self._is_lost = False
        frame = b""
        try:
            total = self._framing.frame_bytes(self._held)
            if not total or len(self._held) < total:
                return None
            frame = bytes(self._held[:total])
            del self._held[:total]
            self._framing.unwrap(frame)
        except UnfitError:
            if not frame:
                del self._held[:1]
                self._is_lost = True
            return Heard.DAMAGE, b""
        return Heard.TELEGRAM, frame


_CONTROLS: Final = {ENQ: Heard.ENQ, ACK: Heard.ACK, NAK: Heard.NAK, EOT: Heard.EOT}
