"""A VAN or issuer in a process of its own: a real TCP line, books on disk, and faults on demand.

`python -m tools.simulators.van --spec hangang --books FILE` prints one line of JSON with its ports when it is
ready. One connection carries one telegram. The admin port takes and gives one JSON object per line:

    {"script": [{"fault": "late", "seconds": 3, "times": 2}], "for": "authorise"}   plan the next telegrams
    {"line": "closed"}     refuse connections, until {"line": "open"}
    {"books": true}        every authorisation, and how many telegrams of each kind came in
    {"reset": true}        forget all plans and open the line; the books stay

Parties: tools/simulators/parties. Faults: tools/simulators/faults.py. Test cards: tools/simulators/cards.py.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from telegram_codec import TelegramError
from tools.simulators.books import Books
from tools.simulators.desk import misread
from tools.simulators.faults import MENU, Fault, Kind, Script
from tools.simulators.lines import Work, answer_in_session, answer_once
from tools.simulators.parties import PARTIES, manner_of
from tools.simulators.party import Party

HOST: Final = "127.0.0.1"
KOREA: Final = timezone(timedelta(hours=9), "KST")
BACKLOG: Final = 128
UNDONE: Final = frozenset({Fault.HANG, Fault.RESET})
BLIND: Final = frozenset({Fault.NOT_FOUND, Fault.REFUSED, Fault.NOT_FORWARDED, Fault.PRETEND})


class Van:
    """The line, the party behind it and the admin port beside it."""

    def __init__(self, party: Party, books: Books, host: str) -> None:
        """Take the party that answers and the address of its line; nothing listens yet."""
        self._host = host
        self._party = party
        self._books = books
        self._script = Script(has_sessions=party.manner.acknowledges)
        self._telegrams: Counter[str] = Counter()
        self._port = 0
        self._line: asyncio.Server | None = None
        self._reserved: socket.socket | None = None

    async def open_line(self, port: int = 0) -> int:
        """Listen on the port that was used before, else on `port` (0: any); the port."""
        if self._line is None:
            if self._reserved is not None:
                self._reserved.close()
                self._reserved = None
            self._line = await asyncio.start_server(
                self._serve, self._host, self._port or port, backlog=BACKLOG, reuse_address=True
            )
            self._port = self._line.sockets[0].getsockname()[1]
        return self._port

    def close_line(self) -> None:
        """Refuse connections, and keep the port so that nobody else answers there."""
        if self._line is not None:
            self._line.close()
            self._line = None
            self._reserved = socket.socket()
            self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._reserved.bind((self._host, self._port))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one telegram; whatever the other side does to the connection is its own affair."""
        framing = self._party.framing
        with contextlib.suppress(ConnectionError, TelegramError):
            if not self._party.manner.acknowledges:
                await answer_once(reader, writer, framing, self._work)
            elif self._script.takes(Fault.NO_ENQ):
                note("no ENQ, as planned")
                await reader.read()
            else:
                await answer_in_session(reader, writer, framing, self._work)
        writer.close()

    async def _work(self, frame: bytes) -> Work:
        """Do what one telegram asks, as far as the plan for it goes."""
        request = self._party.read(frame)
        asked = self._party.asked(request)
        self._telegrams[asked.kind] += 1
        entry = self._script.next_for(asked.kind)
        planned = "" if entry.fault is Fault.NONE else f", planned: {entry.fault}"
        note(f"{asked.kind} {asked.key.serial}{planned}")
        if entry.fault is Fault.STALL:
            await asyncio.sleep(entry.seconds)
        desk = self._party.desk
        if entry.fault in UNDONE:
            return Work(entry)
        read, spoils = misread(asked) if entry.fault is Fault.WRONG_AMOUNT else (asked, entry.fault)
        told = desk.without_a_look(entry.fault) if entry.fault in BLIND else desk.answer(read)
        if entry.fault is Fault.RESURRECT:
            asyncio.get_running_loop().call_later(entry.seconds, desk.resurrect, asked)
        answer = self._party.answer(request, told)
        stray = b""
        if entry.fault is Fault.STRAY_FIRST:
            stray = self._party.wire(self._party.spoilt(answer, Fault.OTHER_SALE))
        wire = self._party.wire(self._party.spoilt(answer, spoils))
        return Work(entry, wire, stray, lambda: desk.drop(asked))

    async def serve_admin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer admin lines until the caller hangs up."""
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(json.dumps(await self._told(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _told(self, line: bytes) -> dict[str, Any]:
        try:
            words = json.loads(line)
            if "script" in words:
                self._script.add(words["script"], words.get("for", Kind.AUTHORISE))
            if words.get("reset"):
                self._script.clear()
            if words.get("line") == "closed":
                self.close_line()
            elif words.get("reset") or words.get("line") == "open":
                await self.open_line()
        except (ValueError, KeyError, TypeError, AttributeError) as refusal:
            return {"error": f"not understood: {refusal}", "faults": list(MENU), "for": list(Kind)}
        if words.get("books"):
            return {
                "authorisations": [one.as_words() for one in self._books],
                "telegrams": dict(self._telegrams),
            }
        return {"line": "open" if self._line else "closed"}


def note(text: str) -> None:
    """Write one line of the log: kinds, serials and faults, never a card."""
    print(f"{datetime.now(KOREA):%H:%M:%S.%f} {text}", file=sys.stderr, flush=True)


async def serve(told: argparse.Namespace) -> None:
    """Run until SIGTERM, or until stdin ends where the parent holds its other end."""
    manner = manner_of(told.spec)
    books = Books(told.books, manner.approval_digits)
    van = Van(Party(manner, books, lambda: datetime.now(KOREA)), books, told.host)
    line_port = await van.open_line(told.port)
    admin = await asyncio.start_server(van.serve_admin, HOST, told.admin_port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    if told.with_parent:
        loop.add_reader(sys.stdin.fileno(), stop.set)
    ready = {"spec": told.spec, "port": line_port, "admin_port": admin.sockets[0].getsockname()[1]}
    print(json.dumps(ready), flush=True)
    await stop.wait()


def main() -> None:
    """Entry point of the simulator's process."""
    parser = argparse.ArgumentParser(description="A VAN or issuer to talk to.")
    parser.add_argument("--spec", choices=PARTIES, default="hangang")
    parser.add_argument("--host", default=HOST, help="address of the line; containers need 0.0.0.0")
    parser.add_argument("--port", type=int, default=0, help="TCP port of the line, 0 for any")
    parser.add_argument("--admin-port", type=int, default=0, help="TCP port for faults and books, 0 for any")
    parser.add_argument("--books", type=Path, required=True, help="file that keeps the books")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when stdin ends: the parent holds its other end"
    )
    told = parser.parse_args()
    try:
        asyncio.run(serve(told))
    except OSError as refusal:
        sys.exit(f"The simulator of {told.spec} cannot listen: {refusal.strerror}.")


if __name__ == "__main__":
    main()
