"""The network in memory: what ``sockets.connected`` gives, with a service at the other end.

Every operation takes time and is a point at which the sandbox can die. Whether a byte left is known exactly:
what ``sendall`` handed over arrives, unless the line is cut within it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Protocol, Self

from tools.lab.scheduler import Scheduler, Signal

PATH_MS: Final = 3  # one way; chance adds to it
RESET: Final = object()


class Service(Protocol):
    """Who is at the other end."""

    def called(self) -> None:
        """The line is open."""

    def heard(self, data: bytes) -> None:
        """Bytes came."""

    def gone(self) -> None:
        """The caller hung up, or died."""


@dataclass(slots=True)
class Deed:
    """One operation on a line, for whoever wants it to go wrong.

    Attributes:
        what: ``connect``, ``send`` or ``receive``.
    """

    what: str
    destination: str
    moment: str


@dataclass(eq=False)
class Connection:
    """One line, as its caller has it: the part of ``socket.socket`` that ``sockets.Line`` uses.

    Attributes:
        about: What the caller's invocation is for.
        passing: Called before and after each operation; before ``sendall`` it may give the share of the bytes
            at which the line is cut.
    """

    scheduler: Scheduler
    destination: str
    about: Any
    passing: Callable[[Deed], float | None]
    service: Service | None = None
    is_open: bool = True
    _timeout_ms: int | None = None
    _inbox: deque[bytes | object] = field(default_factory=deque)
    _news: Signal = field(default_factory=Signal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def setsockopt(self, *_: int) -> None:
        """Take an option that means nothing here."""

    def settimeout(self, seconds: float | None) -> None:
        """Limit the next operation."""
        self._timeout_ms = None if seconds is None else max(1, round(seconds * 1_000))

    def sendall(self, data: bytes) -> None:
        """Hand bytes over; a line that is cut on the way delivers those before the cut."""
        share = self.passing(Deed("send", self.destination, "before"))
        self._carry(data if share is None else data[: round(share * len(data))])
        if share is not None:
            self.close()
            raise ConnectionResetError(104, "Connection reset by peer")
        self.passing(Deed("send", self.destination, "after"))

    def recv(self, _size: int) -> bytes:
        """Bytes that came; none if the other side closed."""
        self.passing(Deed("receive", self.destination, "before"))
        ends_ms = None if self._timeout_ms is None else self.scheduler.elapsed_ms + self._timeout_ms
        while not self._inbox:
            left_ms = None if ends_ms is None else ends_ms - self.scheduler.elapsed_ms
            self._news = Signal()
            if not self.scheduler.wait(self._news, left_ms):
                raise TimeoutError
        came = self._inbox.popleft()
        if came is RESET:
            raise ConnectionResetError(104, "Connection reset by peer")
        assert isinstance(came, bytes)  # noqa: S101 -- a bug: nothing else is put there
        return came

    def close(self) -> None:
        """Hang up; also what happens to the line of a sandbox that died."""
        if self.is_open:
            self.is_open = False
            service = self.service
            if service is not None:
                self.scheduler.later(PATH_MS, service.gone)

    def say(self, data: bytes | object, after_ms: int = 0) -> None:
        """What the other end does: bytes, ``b""`` for hanging up, or ``RESET``."""
        self.scheduler.later(after_ms + PATH_MS, lambda: self._arrived(data))

    def _carry(self, data: bytes) -> None:
        service = self.service
        if data and service is not None:
            self.scheduler.later(PATH_MS + self.scheduler.below(5), lambda: service.heard(data))

    def _arrived(self, data: bytes | object) -> None:
        self._inbox.append(data)
        self.scheduler.say(self._news)
