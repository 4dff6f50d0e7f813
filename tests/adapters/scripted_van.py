"""A VAN that does to each connection what a test says: a real TCP server, in a thread."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import time as time_of_day
from types import TracebackType
from typing import Any, Final, Self

from payment_adapters.sockets import Address
from telegram_codec.specs import hangang

Act = Callable[["Caller"], None]
StartVan = Callable[..., "ScriptedVan"]  # of acts, one per connection

PATIENCE_SECONDS: Final = 5
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: on, zero seconds
ANSWERS: Final[dict[type[hangang.Header], type[hangang.Answer]]] = {
    hangang.ApprovalRequest: hangang.ApprovalAnswer,
    hangang.CancelRequest: hangang.CancelAnswer,
    hangang.CashReceiptRequest: hangang.CashReceiptAnswer,
    hangang.CashReceiptCancelRequest: hangang.CashReceiptCancelAnswer,
    hangang.NetCancelRequest: hangang.NetCancelAnswer,
    hangang.ChequeInquiryRequest: hangang.ChequeInquiryAnswer,
}


@dataclass
class Caller:
    """One connection, and the telegram that came over it."""

    connection: socket.socket
    request: hangang.AnyRequest

    def answer(self, **changes: Any) -> bytes:  # noqa: ANN401 -- any row of an answer
        """What a well-behaved VAN would say, with these rows changed."""
        rows: dict[str, Any] = {
            "terminal_id": self.request.terminal_id,
            "serial": self.request.serial,
            "transaction_date": self.request.transaction_date,
            "transaction_time": self.request.transaction_time,
            "response_code": "0000",
            "answered_date": self.request.transaction_date,
            "answered_time": time_of_day(12, 0),
            "amount_won": getattr(self.request, "amount_won", 0),
            "message": "정상처리",
        }
        if isinstance(self.request, hangang.ApprovalRequest | hangang.CashReceiptRequest):
            rows["approval_number"] = "30012345"
        if isinstance(self.request, hangang.NetCancelRequest):
            rows["original_serial"] = self.request.original_serial
        kind = changes.pop("kind", ANSWERS[type(self.request)])
        answer: hangang.Answer = kind(**rows)
        return replace(answer, **changes).encode()

    def say(self, *pieces: bytes, pause_seconds: float = 0) -> None:
        """Send piece by piece."""
        for piece in pieces:
            self.connection.sendall(piece)
            time.sleep(pause_seconds)

    def reset(self) -> None:
        """Slam the line: the other side sees a reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)

    def wait_for_the_end(self) -> None:
        """Say nothing until the other side goes."""
        with suppress(OSError):
            while self.connection.recv(4_096):
                pass


def answers(**changes: Any) -> Act:  # noqa: ANN401 -- any row of an answer
    """The usual answer, with these rows changed."""
    return lambda caller: caller.say(caller.answer(**changes))


def stays_silent(caller: Caller) -> None:
    """Takes the telegram and never answers."""
    caller.wait_for_the_end()


@dataclass
class ScriptedVan:
    """Serves one connection after the other; the last act is repeated."""

    acts: list[Act]
    requests: list[hangang.AnyRequest] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE_SECONDS)

    @property
    def address(self) -> Address:
        """Where it listens."""
        host, port = self._listener.getsockname()
        return Address(host, port)

    @property
    def sent_cards(self) -> list[str]:
        """The card numbers of the approvals that arrived."""
        return [one.card_number for one in self.requests if isinstance(one, hangang.ApprovalRequest)]

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed by the test
            with connection:
                connection.settimeout(PATIENCE_SECONDS)
                self._act(connection)

    def _act(self, connection: socket.socket) -> None:
        self.connections += 1
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        parser = hangang.FRAMING.parser()
        frames: list[bytes] = []
        while not frames:
            if not (received := connection.recv(4_096)):
                return
            frames = parser.feed(received)
        request = hangang.decode_request(frames[0])
        self.requests.append(request)
        with suppress(OSError):  # the other side may have gone
            act(Caller(connection, request))
