"""A relay on loopback that keeps books like the real one and does to its answers what a test says."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import SignedMessage, signed_by
from payment_adapters.terminals.key_ids import KeyId
from payment_core.approval.model import SaleId

MASTER: Final = b"the master of every terminal key"
CARD_OVER_ITS_LIMIT: Final = "4000000000000002"
CHEQUE_WORDS: Final = {"response_code": "0000", "message": "정상 수표입니다"}

Told = tuple[int, dict[str, Any]]


class Act(Enum):
    """What happens to one request."""

    ANSWER = auto()
    LOSE_REQUEST = auto()
    LOSE_ANSWER = auto()
    CUT_ANSWER = auto()
    IN_PROGRESS = auto()
    UNAVAILABLE = auto()
    GATEWAY_TIMEOUT = auto()
    STRANGERS_PAGE = auto()
    REDIRECT = auto()
    UNAUTHORIZED = auto()
    TRICKLE = auto()
    OVERTAKEN = auto()  # answered for another sale


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    kind: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")


@dataclass
class Relay:
    """Sales by id; `script` says what happens to the next requests of a kind."""

    states: dict[str, str] = field(default_factory=dict)
    cancels: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    script: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))
    retry_after: str = "2"
    first_state: str = "APPROVED"
    cancel_state: str = "DONE"
    is_too_late_for_net_cancels: bool = False
    cheque: dict[str, Any] = field(default_factory=lambda: {"state": "GOOD", **CHEQUE_WORDS})
    meanwhile: Callable[[Seen], object] = lambda _: None

    def __enter__(self) -> Self:
        relay = self

        class Door(_Door):
            def act(self, seen: Seen) -> None:
                relay.act(self, seen)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def does(self, kind: str, *acts: Act) -> None:
        self.script[kind] = list(acts)

    def kinds(self) -> list[str]:
        return [seen.kind for seen in self.seen]

    def act(self, door: _Door, seen: Seen) -> None:
        path, _, query = seen.path.partition("?")
        signed_by(SignedMessage(door.command, path, seen.headers, seen.body, query), _keys)
        self.seen.append(seen)
        self.meanwhile(seen)
        act = self.script[seen.kind].pop(0) if self.script[seen.kind] else Act.ANSWER
        match act:
            case Act.LOSE_REQUEST:
                door.hang_up()
            case Act.IN_PROGRESS:
                door.say(409, {"code": "sale-in-progress"}, {"Retry-After": self.retry_after})
            case Act.UNAVAILABLE:
                door.say(503, {"code": "store-unavailable"}, {"Retry-After": self.retry_after})
            case Act.UNAUTHORIZED:
                door.say(401, {"code": "signature-refused", "detail": "the clock"})
            case Act.STRANGERS_PAGE:
                door.say(200, "<html>Welcome to the free network of the market hall</html>")
            case Act.REDIRECT:
                door.say(302, "", {"Location": "/welcome"})
            case _:
                self._act_after(act, door, *self._booked(seen))

    def _act_after(self, act: Act, door: _Door, status: int, words: dict[str, Any]) -> None:
        match act:
            case Act.LOSE_ANSWER:
                door.hang_up()
            case Act.CUT_ANSWER:
                door.say(status, words, cut=True)
            case Act.GATEWAY_TIMEOUT:
                door.say(504, {"message": "Endpoint request timed out"})
            case Act.TRICKLE:
                door.say(status, words, seconds_between_bytes=0.05)
            case Act.OVERTAKEN:
                others = {"sale_id": "1001-10010001-1-20261120-999", "number": "99999999"}
                door.say(status, {**words, **{name: others[name] for name in others if name in words}})
            case _:
                door.say(status, words)

    def _booked(self, seen: Seen) -> Told:
        words = json.loads(seen.body or "{}")
        sale_id = words.get("sale_id") or seen.key
        match seen.kind:
            case "approve":
                declined = words["card"]["number"] == CARD_OVER_ITS_LIMIT
                state = self.states.setdefault(seen.key, "DECLINED" if declined else self.first_state)
                return self._told(seen.key, 202 if state == "BEING_REVERSED" else 201)
            case "net_cancel":
                if self.is_too_late_for_net_cancels and self.states.get(sale_id) == "APPROVED":
                    return 409, {"code": "net-cancel-not-possible"}
                if self.states.setdefault(sale_id, "REVERSED") in {"APPROVED", "RECEIVED"}:
                    self.states[sale_id] = "REVERSED"
                return self._told(sale_id, 200)
            case "inquire_cheque":
                return 200, {**self.cheque, "number": words["number"]}
            case "cancel":
                return self._cancelled(seen.path.split("/")[3], seen.key, words)
            case _:
                return self._told(seen.path.rpartition("/")[2], 200)

    def _cancelled(self, sale_id: str, cancel_id: str, words: dict[str, Any]) -> Told:
        if cancel_id not in self.cancels and self.states.get(sale_id) != "APPROVED":
            return 409, {"code": "sale-not-cancellable"}
        self.cancels[cancel_id] = {"state": self.cancel_state, "amount_won": words.get("amount_won", 11_000)}
        if self.cancel_state == "DONE":
            self.states[sale_id] = "CANCELLED"
        status, told = self._told(sale_id, 202 if self.cancel_state == "REQUESTED" else 201)
        return status, {**told, "cancel": self.cancels[cancel_id]}

    def _told(self, sale_id: str, status: int) -> Told:
        SaleId.parse(sale_id)
        if (state := self.states.get(sale_id)) is None:
            return 404, {"code": "sale-not-found"}
        number = "30000001" if state == "APPROVED" else ""
        said = {"sale_id": sale_id, "state": state, "approval_number": number, "message": "정상"}
        return status, {**said, "response_code": "8326" if state == "DECLINED" else "0000"}


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def act(self, seen: Seen) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self._read("look")

    def do_POST(self) -> None:
        kinds = {
            "approvals": "approve",
            "cancels": "cancel",
            "net-cancels": "net_cancel",
            "cheque-inquiries": "inquire_cheque",
        }
        self._read(kinds[self.path.rpartition("/")[2]])

    def _read(self, kind: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.act(Seen(kind, self.path, headers, body))

    def say(
        self,
        status: int,
        words: dict[str, Any] | str,
        headers: dict[str, str] | None = None,
        *,
        cut: bool = False,
        seconds_between_bytes: float = 0.0,
    ) -> None:
        body = words.encode() if isinstance(words, str) else json.dumps(words, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):
            if not seconds_between_bytes:
                self.wfile.write(body[: len(body) // 2] if cut else body)
            for byte in body if seconds_between_bytes else b"":
                time.sleep(seconds_between_bytes)
                self.wfile.write(bytes([byte]))
        self.close_connection = self.close_connection or cut

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's word
        """Stay quiet."""


def _keys(key_id: KeyId) -> tuple[bytes, ...]:
    return (terminal_key(MASTER, str(key_id)),)
