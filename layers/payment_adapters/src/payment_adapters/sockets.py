"""Sockets: one telegram out, answers in, one connection per request, nothing kept.

A socket fails in three ways that must never be confused: not one byte left (``NotSentError``), something
may have left (``MaybeSentError``), or an answer came that is no answer (the reader's business).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from payment_adapters import outside
from payment_core.kernel.frozen import dataclass

READ_BYTES: Final = 4_096
LEAST_SECONDS: Final = 0.001  # a timeout of zero would mean: do not wait for the connection at all
EARLY_MS: Final = 500  # stop this much before the budget ends, so that the layer above can still act


class NotSentError(Exception):
    """Provably no byte of the telegram was handed to the kernel."""

    def __init__(self, reason: str) -> None:
        """Say why the line could not be opened."""
        super().__init__(reason)
        self.reason = reason


class MaybeSentError(Exception):
    """At least one byte may have left, and the line gave nothing more."""

    def __init__(self, reason: str) -> None:
        """Say how the line ended."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Address:
    """Where a destination listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``host:port``."""
        host, _, port = text.rpartition(":")
        return cls(host, int(port))


class Line:
    """An open connection with one total deadline, not one per read."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        """Take a connected socket; ``deadline`` is on the monotonic clock, in seconds."""
        self._connection = connection
        self._deadline = deadline
        self._wait_until = deadline

    def wait_at_most(self, seconds: int | None) -> None:
        """What must come next has so long, never more than what is left of all; None takes that back."""
        within = self._deadline if seconds is None else outside.monotonic_seconds() + seconds
        self._wait_until = min(self._deadline, within)

    def send(self, telegram: bytes) -> None:
        """Hand the whole telegram to the kernel.

        Raises:
            NotSentError: the deadline had passed before the first byte.
            MaybeSentError: the line broke while it was written; part of it may be on its way.
        """
        left = self._deadline - outside.monotonic_seconds()
        if left <= 0:
            raise NotSentError("no time is left to send")
        try:
            self._connection.settimeout(left)
            self._connection.sendall(telegram)
        except OSError as error:
            raise MaybeSentError(f"the line broke while sending: {_words(error)}") from error

    def receive(self) -> bytes:
        """Some more bytes of the answer.

        Raises:
            MaybeSentError: the deadline passed, or the other side closed or reset the line.
        """
        left = self._wait_until - outside.monotonic_seconds()
        if left <= 0:
            raise MaybeSentError("no answer by the deadline")
        try:
            self._connection.settimeout(left)
            received = self._connection.recv(READ_BYTES)
        except TimeoutError as error:
            raise MaybeSentError("no answer by the deadline") from error
        except OSError as error:
            raise MaybeSentError(f"the line broke while waiting: {_words(error)}") from error
        if not received:
            raise MaybeSentError("the destination closed the line without an answer")
        return received


@contextmanager
def open_line(address: Address, *, connect_seconds: int, total_ms: int) -> Iterator[Line]:
    """Connect within ``connect_seconds`` and close afterwards, whatever happened.

    Args:
        address: Where to.
        connect_seconds: Limit of the connection alone.
        total_ms: Limit of everything; the line stops 500 ms before it.

    Raises:
        NotSentError: unknown, refused, unreachable, or not connected in time.
    """
    deadline = outside.monotonic_seconds() + (total_ms - EARLY_MS) / 1_000
    limit = min(connect_seconds, deadline - outside.monotonic_seconds())
    if limit <= 0:
        raise NotSentError("no time is left to open the line")
    try:
        connection = connected(address, outside.monotonic_seconds() + limit)
    except OSError as error:
        raise NotSentError(f"the line could not be opened: {_words(error)}") from error
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Line(connection, deadline)


def connected(address: Address, deadline: float) -> socket.socket:
    """Try the host's addresses in turn; what is left of the time is shared among those not tried yet.

    Raises:
        OSError: none of them took the connection.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    refusal = OSError("the host has no address")
    for untried, (*kind, _, place) in zip(range(len(found), 0, -1), found, strict=True):
        connection = socket.socket(*kind)
        connection.settimeout(max(deadline - outside.monotonic_seconds(), LEAST_SECONDS) / untried)
        try:
            connection.connect(place)
        except OSError as error:
            connection.close()
            refusal = error
        else:
            return connection
    raise refusal


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__
