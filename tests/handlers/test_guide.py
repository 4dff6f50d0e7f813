"""The examples of docs/guides/integrate-your-pos.md take payments at the real gateway."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.client.guide import NAMES, run
from tests.handlers.world import MASTER, World, event

every_example = pytest.mark.parametrize("name", NAMES)


@dataclass
class Door:
    """API Gateway for one world: an HTTP request becomes an event, one at a time."""

    world: World
    answers: list[bytes] = field(default_factory=list)
    answers_to_lose: int = 0

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = dict(request.headers.items())
        told = self.world.ask(
            event("gateway/approve")
            | {"httpMethod": request.command, "path": request.path, "body": body.decode()}
            | {"headers": headers, "multiValueHeaders": {name: [said] for name, said in headers.items()}}
        )
        self.answers.append(told.body.encode())
        if len(self.answers) <= self.answers_to_lose:
            return
        request.send_response(told.http_status)
        for name, value in {**told.headers, "Content-Length": str(len(self.answers[-1]))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(self.answers[-1])


@pytest.fixture
def door(world: World) -> Iterator[tuple[Door, str]]:
    made = Door(world)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's word
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@every_example
def test_an_example_takes_a_payment(door: tuple[Door, str], tmp_path: Path, name: str) -> None:
    said = run(name, door[1], MASTER.encode(), tmp_path / "journal")

    assert (said.code, said.words[0]) == (0, "APPROVED"), said.err
    assert door[0].world.telegrams == ["ApprovalRequest"]


@every_example
def test_an_example_whose_answer_was_lost_gets_the_stored_one_and_pays_once(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    door[0].answers_to_lose = 1

    said = run(name, door[1], MASTER.encode(), tmp_path / "journal")

    assert (said.code, said.words[0]) == (0, "APPROVED"), said.err
    assert len(door[0].answers) == 2
    assert len(set(door[0].answers)) == 1
    assert door[0].world.telegrams == ["ApprovalRequest"]


@every_example
def test_an_example_with_a_fault_in_its_request_is_told_which(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    said = run(name, door[1], MASTER.encode(), tmp_path / "journal", amount="1")

    assert (said.code, said.words[0], said.words[2]) == (3, "REFUSED", "malformed-request"), said.err


@every_example
def test_an_example_with_a_key_of_its_own_invention_is_refused(
    door: tuple[Door, str], tmp_path: Path, name: str
) -> None:
    said = run(name, door[1], b"not the master", tmp_path / "journal")

    assert (said.code, said.words[2]) == (3, "signature-refused"), said.err
    assert door[0].world.telegrams == []
