"""A socket fails in ways that must never be confused: not one byte left, or something may have."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from payment_adapters.sockets import Address, MaybeSentError, NotSentError, open_line
from tests.adapters.scripted_van import Caller, StartVan, stays_silent
from tests.codec.examples import approval_request

TELEGRAM = approval_request.encode()
GREAT = b"0" * 50_000_000  # more than the kernel buffers of both sides take


@pytest.fixture
def silent_hosts() -> Iterator[list[Address]]:
    """Three addresses that neither answer nor refuse: their queues of waiting connections are full."""
    with ExitStack() as opened:
        port = 0
        hosts = []
        for host in ("127.0.0.11", "127.0.0.12", "127.0.0.13"):
            listener = opened.enter_context(socket.socket())
            listener.bind((host, port))
            listener.listen(0)
            port = listener.getsockname()[1]
            for _ in range(3):
                filler = opened.enter_context(socket.socket())
                filler.setblocking(False)  # noqa: FBT003 -- socket's own signature
                filler.connect_ex((host, port))
            hosts.append(Address(host, port))
        yield hosts


def unused_address() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return Address(*listener.getsockname())


def open_and_wait(address: Address, telegram: bytes = TELEGRAM, *, total_ms: int = 700) -> bytes:
    with open_line(address, connect_seconds=2, total_ms=total_ms) as line:
        line.send(telegram)
        return line.receive()


def test_a_refused_connection_sent_nothing() -> None:
    with pytest.raises(NotSentError, match="Connection refused"):
        open_and_wait(unused_address())


def test_a_name_that_nobody_knows_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> Any:  # noqa: ANN401 -- stands for socket's own
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(NotSentError, match="Name or service not known"):
        open_and_wait(Address("van.invalid", 9_100))


def test_a_connection_that_does_not_come_in_time_sent_nothing(silent_hosts: list[Address]) -> None:
    started = time.monotonic()

    with pytest.raises(NotSentError, match="could not be opened"):
        open_and_wait(silent_hosts[0])

    assert 0.15 < time.monotonic() - started < 0.6


def test_a_host_of_many_silent_addresses_takes_no_longer_than_one(
    silent_hosts: list[Address], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (one.host, one.port)) for one in silent_hosts]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    started = time.monotonic()

    with pytest.raises(NotSentError):
        open_and_wait(Address("van.example", 9_100))

    assert time.monotonic() - started < 0.6


@pytest.mark.parametrize("kind", ["refuses", "is_silent"])
def test_the_next_address_of_a_host_has_its_turn_when_one(
    kind: str, silent_hosts: list[Address], van: StartVan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = unused_address() if kind == "refuses" else silent_hosts[0]
    open_van = van(lambda caller: caller.say(b"here"))
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", (one.host, one.port)) for one in (first, open_van.address)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert open_and_wait(Address("van.example", 9_100), total_ms=1_500) == b"here"


def test_no_time_for_a_connection_means_that_none_is_tried(van: StartVan) -> None:
    started = van(stays_silent)

    with pytest.raises(NotSentError, match="no time is left"):
        open_and_wait(started.address, total_ms=500)

    assert started.connections == 0


def test_a_deadline_that_passes_before_the_first_byte_sent_nothing(van: StartVan) -> None:
    started = van(stays_silent)

    with open_line(started.address, connect_seconds=2, total_ms=550) as line:
        time.sleep(0.06)
        with pytest.raises(NotSentError, match="no time is left to send"):
            line.send(TELEGRAM)

    assert started.requests == []


def test_a_line_that_breaks_in_the_middle_of_sending_may_have_sent(van: StartVan) -> None:
    started = van(Caller.reset)

    with pytest.raises(MaybeSentError, match="broke while sending"):
        open_and_wait(started.address, TELEGRAM + GREAT, total_ms=5_000)


def test_a_destination_that_stops_reading_may_have_been_sent_something() -> None:
    with socket.create_server(("127.0.0.1", 0)) as never_reads:
        started = time.monotonic()

        with pytest.raises(MaybeSentError, match="broke while sending"):
            open_and_wait(Address(*never_reads.getsockname()), GREAT)

        assert time.monotonic() - started < 0.6


def test_silence_ends_at_the_deadline(van: StartVan) -> None:
    started = time.monotonic()

    with pytest.raises(MaybeSentError, match="no answer by the deadline"):
        open_and_wait(van(stays_silent).address)

    assert 0.15 < time.monotonic() - started < 0.6


def test_a_slow_trickle_does_not_move_the_deadline(van: StartVan) -> None:
    trickle = van(lambda caller: caller.say(*[b"0"] * 400, pause_seconds=0.02))
    started = time.monotonic()

    with open_line(trickle.address, connect_seconds=2, total_ms=800) as line:
        line.send(TELEGRAM)
        with pytest.raises(MaybeSentError, match="no answer by the deadline"):
            deque(iter(line.receive, None), maxlen=0)

    assert 0.25 < time.monotonic() - started < 4


def test_a_line_closed_without_a_word_may_have_sent(van: StartVan) -> None:
    with pytest.raises(MaybeSentError, match="closed the line without an answer"):
        open_and_wait(van(lambda _caller: None).address)


def test_a_reset_instead_of_an_answer_may_have_sent(van: StartVan) -> None:
    with pytest.raises(MaybeSentError, match="broke while waiting"):
        open_and_wait(van(Caller.reset).address)


@pytest.mark.parametrize(
    ("text", "address"),
    [("van.example:9100", Address("van.example", 9_100)), ("127.0.0.1:1", Address("127.0.0.1", 1))],
)
def test_an_address_is_a_host_and_a_port(text: str, address: Address) -> None:
    assert Address.parse(text) == address
