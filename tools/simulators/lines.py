"""How a party speaks on its line: a telegram and an answer, or a session of ENQ, ACK and EOT."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from telegram_codec import Framing
from telegram_codec.sessions import Broken, Done, Received, Send, Session, Stage, VanSession
from tools.simulators.faults import AS_USUAL, Entry, Fault

READ_BYTES: Final = 4_096
SILENT: Final = frozenset({Fault.HANG, Fault.LOSE_ANSWER})
LINGERING: Final = SILENT | {Fault.OTHER_SALE}
SLAMMED: Final = frozenset({Fault.RESET, Fault.RESET_MIDWAY})
CLOSED: Final = SLAMMED | {Fault.CLOSE, Fault.TRUNCATE}
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: on, zero seconds


@dataclass(frozen=True)
class Work:
    """What came of one telegram: the plan for its answer, the answer, and a way back if no ACK comes.

    Attributes:
        stray: An answer of another sale that goes out before.
    """

    entry: Entry
    wire: bytes = b""
    stray: bytes = b""
    drop: Callable[[], None] = lambda: None


Worker = Callable[[bytes], Awaitable[Work]]


async def answer_once(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing, work: Worker
) -> None:
    """Take one telegram, answer it, and leave."""
    parser = framing.parser()
    while chunk := await reader.read(READ_BYTES):
        for frame in parser.feed(chunk):
            done = await work(frame)
            await send(done.wire, done, framing, writer)
            if done.entry.fault in LINGERING:
                await _until_the_caller_leaves(reader)
            return


async def answer_in_session(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing, work: Worker
) -> None:
    """Invite, take one telegram, answer it, and undo an approval whose ACK does not come."""
    session = VanSession(framing)
    for step in session.begin():
        await _say(step.data if isinstance(step, Send) else b"", writer)
    done: Work | None = None
    try:
        while session.stage not in (Stage.DONE, Stage.BROKEN):
            steps = await _next_steps(reader, session)
            for step in steps:
                match step:
                    case Received(telegram):
                        done = await work(telegram)
                        if not await _answered(done, session, framing, reader, writer):
                            return
                    case Send(data):
                        await _send_control(data, done, session, reader, writer)
                    case Done() | Broken():
                        return
    finally:
        if done is not None and session.stage is not Stage.DONE:
            done.drop()


async def _next_steps(
    reader: asyncio.StreamReader, session: Session
) -> list[Send | Received | Done | Broken]:
    try:
        chunk = await asyncio.wait_for(reader.read(READ_BYTES), session.wait_seconds)
    except TimeoutError:
        return session.waited()
    except ConnectionError:
        return session.closed()
    return session.feed(chunk) if chunk else session.closed()


async def _answered(
    done: Work,
    session: VanSession,
    framing: Framing,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> bool:
    """Answer; whether the session goes on to wait for the ACK."""
    if done.entry.fault in SILENT:
        await _until_the_caller_leaves(reader)
        return False
    if done.entry.fault is Fault.GARBLE:  # also when it is asked for again
        done = replace(done, entry=AS_USUAL, wire=garbled(done.wire, framing))
    for step in session.answer(done.wire):
        await send(step.data if isinstance(step, Send) else b"", done, framing, writer)
    if done.entry.fault is Fault.IGNORE_ACK:
        await _until_the_caller_leaves(reader)
        return False
    return done.entry.fault not in CLOSED


async def _send_control(
    data: bytes,
    done: Work | None,
    session: VanSession,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Send EOT, NAK or the answer again, unless an EOT is to get lost."""
    if session.stage is Stage.DONE and done is not None and done.entry.fault is Fault.DROP_EOT:
        await _until_the_caller_leaves(reader)
        return
    await _say(data, writer)


async def send(wire: bytes, done: Work, framing: Framing, writer: asyncio.StreamWriter) -> None:
    """Put the answer on the line as the fault wants it."""
    entry = done.entry
    if entry.fault in SLAMMED:
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    match entry.fault:
        case Fault.HANG | Fault.LOSE_ANSWER | Fault.CLOSE | Fault.RESET:
            return
        case Fault.LATE:
            await asyncio.sleep(entry.seconds)
            writer.write(wire)
        case Fault.GARBLE | Fault.GARBLE_ONCE:
            writer.write(garbled(wire, framing))
        case Fault.TRUNCATE | Fault.RESET_MIDWAY:
            writer.write(wire[: entry.at or len(wire) // 2])
        case Fault.DUPLICATE_ANSWER:
            writer.write(wire + wire)
        case Fault.SPLIT:
            for byte in wire:
                await _say(bytes((byte,)), writer)
                await asyncio.sleep(0)
        case _:
            writer.write(done.stray + wire)
    await writer.drain()


def garbled(wire: bytes, framing: Framing) -> bytes:
    """The answer with every byte after the head of its frame inverted."""
    head = framing.head_bytes
    return wire[:head] + bytes(byte ^ 0xFF for byte in wire[head:])


async def _say(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(data)
    await writer.drain()


async def _until_the_caller_leaves(reader: asyncio.StreamReader) -> None:
    """The caller hangs up first, as it would on a party that forgot it."""
    while await reader.read(READ_BYTES):
        pass
