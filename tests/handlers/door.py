"""API Gateway for one world: an HTTP request on loopback becomes an event, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.handlers.world import World, event


@dataclass
class Door:
    """The real gateway behind HTTP; its first answers may get lost."""

    world: World
    answers: list[bytes] = field(default_factory=list)
    answers_to_lose: int = 0

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve for a while; the API's base address."""
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                door.answer(self)

            def do_POST(self) -> None:
                door.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's word
                """Stay quiet."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Put one request through the gateway."""
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = dict(request.headers.items())
        told = self.world.ask(
            event("gateway/approve")
            | {"httpMethod": request.command, "path": request.path, "body": body.decode() or None}
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
