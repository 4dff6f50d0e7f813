"""Tills: the published client with its journal in memory, over a network that loses, delays and repeats.

Everything a till does is the client's own: the number before the request, the same key until it knows, a
net-cancel for what it never learnt, and the journal after a restart.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import WINDOW, SignatureRefusedError, Signed, SignedMessage
from payment_adapters.terminals.credentials import Credentials as Verifier
from payment_adapters.terminals.key_ids import KeyId
from payment_adapters.terminals.key_ids import Terminal as Signer
from payrelay.client import Credentials, Journal, Pos, Terminal
from payrelay.client.connection import Clock
from payrelay.client.errors import NoAnswerError
from payrelay.client.exchange import Answer, PosRequest
from payrelay.client.journal import ENDS, Entry
from tools.lab.scheduler import Scheduler

WORD: Final = "X-Lab-Word"


@dataclass(frozen=True)
class TakesItsWord:
    """The gateway's credentials, for tills that do not sign: they say who they are and what they cover.

    Signing and verifying are a third of a schedule's time and have no part in what goes wrong in most.
    """

    real: Verifier
    now_ms: Callable[[], int]

    def verify(self, message: SignedMessage) -> Signed:
        """Say who sent a request.

        Raises:
            SignatureRefusedError: as the real ones do, of a signature, a window or a body.
        """
        word = message.headers.get(WORD.lower())
        if word is None:
            return self.real.verify(message)
        key_id, created, nonce, covered = word.split(" ")
        if hashlib.sha256(message.body).hexdigest() != covered:
            raise SignatureRefusedError("it does not fit this request and this key")
        if abs(self.now_ms() // 1_000 - int(created)) > WINDOW.total_seconds():
            raise SignatureRefusedError("created is more than 300 s from now")
        return Signed(KeyId.parse(key_id), nonce, int(created))


@dataclass(frozen=True)
class MemoryJournal(Journal):
    """The client's journal on a shelf that no power cut empties.

    Attributes:
        lines: By key, as its lines make it.
        written: The key of each line.
    """

    path: Path = Path("/journal")
    lines: dict[str, Entry] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def begin(self, what: str, terminal: str, business_date: str, **words: str | int) -> int:
        """Take the next number and write down what it is for."""
        sequence = len(self.lines) + 1
        key = f"{terminal}-{business_date}-{sequence}"
        line = {"sequence": sequence, "what": what, "key": key, "business_date": business_date, **words}
        self.lines[key] = Entry(key, what, line)
        self.written.append(key)
        return sequence

    def note(self, what: str, key: str, state: str = "", approval_number: str = "") -> None:
        """Write down what became of a key."""
        entry = self.lines[key]
        self.written.append(key)
        entry.approval_number = approval_number or entry.approval_number
        entry.is_open = entry.is_open and what not in ENDS
        entry.is_to_be_undone |= what == "net_cancel"
        entry.state = state or entry.state

    def at_a_moment(self) -> tuple[int, list[Entry]]:
        """How many lines it has, and the entries they make."""
        return len(self.written), list(self.lines.values())

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """One clerk at a time stands at a till here."""
        yield

    @contextmanager
    def abandoned(self) -> Iterator[list[Entry]]:
        """What has no end."""
        yield [entry for entry in self.entries() if entry.is_open]


@dataclass(frozen=True)
class Asked:
    """One request on its way.

    Attributes:
        asks: The client's own request.
        event: As API Gateway hands it over.
        number: Of all requests of the run.
    """

    asks: PosRequest
    event: dict[str, Any]
    till: str
    number: int


class Till(Pos):
    """One terminal; its requests go through ``carry``, which gives the answer or nothing."""

    def __init__(
        self,
        signer: Signer,
        master: bytes,
        scheduler: Scheduler,
        journal: MemoryJournal,
        carry: Callable[[Till, PosRequest, dict[str, Any], int], dict[str, Any] | None],
        *,
        signs: bool,
    ) -> None:
        """Switch it on; one that does not sign gives its word, see ``TakesItsWord``."""
        self._signs = signs
        clock = Clock(
            wall=lambda: scheduler.wall_ms() / 1_000,
            monotonic=lambda: scheduler.elapsed_ms / 1_000,
            sleep=lambda seconds: scheduler.sleep(round(seconds * 1_000)),
        )
        credentials = Credentials(signer.key_id, terminal_key(master, signer.key_id))
        terminal = Terminal(signer.merchant, signer.terminal, signer.terminal_epoch)
        super().__init__("", terminal, credentials, journal, clock=clock)
        self.signer = signer
        self.shelf = journal
        self._chance = scheduler.random
        self._carry = carry

    def signed(self, request: PosRequest, *, created_at: float | None = None) -> dict[str, str]:
        """The headers of a request, with a nonce of this run's chance."""
        moment: datetime = self.clock.in_korea(created_at)
        nonce = f"{self._chance.getrandbits(128):032x}"
        if self._signs:
            return self._signer.headers(request, moment, nonce)
        own = {"Idempotency-Key": request.key, "Content-Type": "application/json"} if request.body else {}
        covered = hashlib.sha256(request.body).hexdigest()
        word = f"{self.signer.key_id} {int(moment.timestamp())} {nonce} {covered}"
        return {**own, **request.headers, WORD: word}

    def event(self, request: PosRequest) -> dict[str, Any]:
        """A request as API Gateway hands it over, signed now."""
        return _event(request, self.signed(request))

    def send_as(
        self, request: PosRequest, headers: Mapping[str, str], *, timeout_seconds: float = 30.0
    ) -> Answer:
        """Send it through the network of the run.

        Raises:
            NoAnswerError: nothing came back in time.
        """
        told = self._carry(self, request, _event(request, headers), round(timeout_seconds * 1_000))
        if told is None:
            raise NoAnswerError(request.key, "timeout")
        names = {name.lower(): values[0] for name, values in told["multiValueHeaders"].items()}
        return Answer(told["statusCode"], names, told["body"].encode())


def _event(request: PosRequest, headers: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    asked = dict(parse_qsl(query)) if query else None
    return {
        "httpMethod": request.method,
        "path": path,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": asked,
        "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()}
        if asked
        else None,
        "requestContext": {"stage": "live"},
        "body": base64.b64encode(request.body).decode() if request.body else None,
        "isBase64Encoded": bool(request.body),
    }
