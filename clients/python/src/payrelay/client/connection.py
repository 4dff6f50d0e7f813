"""Signed requests over HTTP: one in, one answer out; nothing is repeated, followed or guessed here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

import urllib3

from payrelay.client.credentials import Credentials, Signer
from payrelay.client.errors import NoAnswerError
from payrelay.client.exchange import Answer, PosRequest

PATIENCE_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 5.0
NONCE_BYTES: Final = 16
CONNECTIONS: Final = 32  # kept open when several clerks share a terminal
MAXIMUM_ANSWER_BYTES: Final = 65_536  # payrelay's have less than one kilobyte
KOREA: Final = timezone(timedelta(hours=9), "KST")


@dataclass(frozen=True)
class Clock:
    """Time as the terminal has it, in seconds; tests bring their own."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def in_korea(self, seconds: float | None = None) -> datetime:
        """Now, or another moment since 1970, as a Seoul wall clock shows it."""
        return datetime.fromtimestamp(int(self.wall() if seconds is None else seconds), KOREA)


def as_it_is(request: PosRequest) -> PosRequest:
    """Send the body as it was made."""
    return request


class Connection:
    """A terminal's way to payrelay."""

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        clock: Clock | None = None,
        prepare: Callable[[PosRequest], PosRequest] = as_it_is,
    ) -> None:
        """Take the API's base address and the terminal's credentials.

        `prepare` changes a request's body and headers before they are signed, each time it is sent: the
        place for compression, then encryption.
        """
        self.clock = clock or Clock()
        self._api_url = api_url.rstrip("/")
        self._signer = Signer(credentials)
        self._prepare = prepare
        self._http = urllib3.PoolManager(retries=False, maxsize=CONNECTIONS)

    def send(
        self,
        request: PosRequest,
        *,
        created_at: float | None = None,
        timeout_seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """Prepare, sign and send; `created_at` (seconds since 1970) replaces the terminal's clock.

        Raises:
            NoAnswerError: no answer in time, or no connection.
        """
        prepared = self._prepare(request) if request.body else request
        headers = self.signed(prepared, created_at=created_at)
        return self.send_as(prepared, headers, timeout_seconds=timeout_seconds)

    def signed(self, request: PosRequest, *, created_at: float | None = None) -> dict[str, str]:
        """The headers of a request, its signature among them, with a nonce that is never used again."""
        return self._signer.headers(
            request, self.clock.in_korea(created_at), secrets.token_urlsafe(NONCE_BYTES)
        )

    def send_as(
        self,
        request: PosRequest,
        headers: Mapping[str, str],
        *,
        timeout_seconds: float = PATIENCE_SECONDS,
    ) -> Answer:
        """Send under headers that are given.

        Raises:
            NoAnswerError: no whole answer in time, or no connection.
        """
        ends = time.monotonic() + timeout_seconds
        try:
            with self._http.request(
                request.method,
                self._api_url + request.path,
                body=request.body or None,
                headers=dict(headers),
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, total=timeout_seconds),
            ) as told:
                body = self._whole(told, ends)
                told.release_conn()
        except (urllib3.exceptions.HTTPError, TimeoutError) as failure:
            raise NoAnswerError(request.key, type(failure).__name__) from None
        return Answer(told.status, {name.lower(): value for name, value in told.headers.items()}, body)

    def health(self) -> Answer:
        """Whether the door is open; the one request that nobody signs."""
        return self.send_as(PosRequest("GET", "/v1/health"), {})

    @staticmethod
    def _whole(told: urllib3.BaseHTTPResponse, ends: float) -> bytes:
        """The body, within one deadline for all of it: a trickle must not hold up the till."""
        body = b""
        while part := told.read1(MAXIMUM_ANSWER_BYTES):
            body += part
            if len(body) > MAXIMUM_ANSWER_BYTES or time.monotonic() > ends:
                raise TimeoutError
        return body
