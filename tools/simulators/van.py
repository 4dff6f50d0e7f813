"""A VAN in a process of its own: a real TCP line, books on disk, and faults on demand.

`python -m tools.simulators.van --spec hangang --books FILE` prints one line of JSON with its ports when it is
ready. One connection carries one telegram. The admin port takes and gives one JSON object per line:

    {"script": [{"fault": "late", "seconds": 3, "times": 2}], "for": "authorise"}   plan the next telegrams
    {"line": "closed"}     refuse connections, until {"line": "open"}
    {"books": true}        every authorisation, and how many telegrams of each kind came in
    {"reset": true}        forget all plans and open the line; the books stay

Faults: tools/simulators/faults.py. Test cards: tools/simulators/cards.py.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import struct
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from telegram_codec import TelegramError
from tools.simulators.books import Books
from tools.simulators.faults import MENU, Entry, Fault, Kind, Script
from tools.simulators.hangang import Hangang

HOST: Final = "127.0.0.1"
KOREA: Final = timezone(timedelta(hours=9), "KST")
READ_BYTES: Final = 4_096
BACKLOG: Final = 128
SPECS: Final[dict[str, Callable[[Books], Hangang]]] = {
    "hangang": lambda books: Hangang(books, lambda: datetime.now(KOREA)),
}
SILENT: Final = frozenset({Fault.HANG, Fault.LOSE_ANSWER, Fault.OTHER_SALE})
UNDONE: Final = frozenset({Fault.HANG, Fault.RESET})
BY_REFUSAL: Final = frozenset({Fault.NOT_FOUND, Fault.REFUSED})


class Van:
    """The line, the desk behind it and the admin port beside it."""

    def __init__(self, desk: Hangang, books: Books, host: str) -> None:
        """Take the desk that answers and the address of its line; nothing listens yet."""
        self._host = host
        self._desk = desk
        self._books = books
        self._script = Script()
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
        with contextlib.suppress(ConnectionError, TelegramError):
            frame = await self._read_frame(reader)
            if frame:
                await self._handle(frame, reader, writer)
        writer.close()

    async def _read_frame(self, reader: asyncio.StreamReader) -> bytes:
        parser = self._desk.framing.parser()
        while chunk := await reader.read(READ_BYTES):
            for frame in parser.feed(chunk):
                return frame
        return b""

    async def _handle(self, frame: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = self._desk.read(frame)
        kind = self._desk.kind_of(request)
        self._telegrams[kind] += 1
        entry = self._script.next_for(kind)
        note(f"{kind} {request.serial}" + ("" if entry.fault is Fault.NONE else f", planned: {entry.fault}"))
        if entry.fault is Fault.STALL:
            await asyncio.sleep(entry.seconds)
        if entry.fault in BY_REFUSAL:
            wire = self._desk.refusal(request, entry.fault).encode()
        elif entry.fault in UNDONE:
            wire = b""
        else:
            answer = self._desk.answer(request)
            wire = self._desk.spoilt(answer, entry.fault).encode()
            if entry.fault is Fault.STRAY_FIRST:
                wire = self._desk.spoilt(answer, Fault.OTHER_SALE).encode() + wire
        await send(wire, entry, writer)
        if entry.fault in SILENT:
            while await reader.read(READ_BYTES):
                pass  # the caller hangs up first, as it would on a VAN that forgot it

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
            entries = [one.as_words() for one in self._books]
            return {"authorisations": entries, "telegrams": dict(self._telegrams)}
        return {"line": "open" if self._line else "closed"}


async def send(wire: bytes, entry: Entry, writer: asyncio.StreamWriter) -> None:
    """Put the answer on the line as the fault wants it."""
    match entry.fault:
        case Fault.HANG | Fault.LOSE_ANSWER | Fault.CLOSE:
            return
        case Fault.RESET:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        case Fault.LATE:
            await asyncio.sleep(entry.seconds)
            writer.write(wire)
        case Fault.GARBLE:
            writer.write(wire[:4] + bytes(byte ^ 0xFF for byte in wire[4:]))
        case Fault.TRUNCATE:
            writer.write(wire[: len(wire) // 2])
        case Fault.DUPLICATE_ANSWER:
            writer.write(wire + wire)
        case Fault.SPLIT:
            for byte in wire:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(0)
        case _:
            writer.write(wire)
    await writer.drain()


def note(text: str) -> None:
    """Write one line of the log: kinds, serials and faults, never a card."""
    print(f"{datetime.now(KOREA):%H:%M:%S.%f} {text}", file=sys.stderr, flush=True)


async def serve(told: argparse.Namespace) -> None:
    """Run until SIGTERM, or until stdin ends where the parent holds its other end."""
    books = Books(told.books)
    van = Van(SPECS[told.spec](books), books, told.host)
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
    parser = argparse.ArgumentParser(description="A VAN to talk to.")
    parser.add_argument("--spec", choices=sorted(SPECS), default="hangang")
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
