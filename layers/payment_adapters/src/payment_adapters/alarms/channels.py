"""Channels: a mail topic, a signed webhook, and a chat's incoming webhook."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.alarms.rendering import Places, rendered
from payment_core.alarms.model import Change, ChannelFailedError, Notice
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

TIMEOUT_SECONDS: Final = 5
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
TAKEN: Final = range(200, 300)


@dataclass(frozen=True)
class Mail:
    """The topic that people's e-mail addresses subscribe to."""

    client: SNSClient
    topic: str
    places: Places

    def tell(self, change: Change, notice: Notice) -> None:
        """Publish it as text."""
        message = rendered(change, notice, self.places)
        try:
            self.client.publish(TopicArn=self.topic, Subject=message.subject, Message=message.text)
        except (ClientError, BotoCoreError) as error:
            raise ChannelFailedError("the mail topic", str(error)) from error


@dataclass(frozen=True)
class Webhook:
    """A program's address; what it is told is signed with a key that both know."""

    address: str
    key: bytes
    places: Places
    now_ms: Callable[[], int]

    def tell(self, change: Change, notice: Notice) -> None:
        """Post it as JSON."""
        body = rendered(change, notice, self.places).as_json
        seconds = self.now_ms() // 1_000
        post(
            self.address, body, {"payrelay-signature": f"t={seconds},v1={signature(self.key, seconds, body)}"}
        )


@dataclass(frozen=True)
class Chat:
    """A chat's incoming webhook; its address is the only secret it knows."""

    address: str
    places: Places

    def tell(self, change: Change, notice: Notice) -> None:
        """Post it as text."""
        post(self.address, rendered(change, notice, self.places).as_chat, {})


def signature(key: bytes, seconds: int, body: bytes) -> str:
    """HMAC-SHA256 over ``seconds.body``, in hex: an old notice cannot be told again as a new one."""
    return hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def post(address: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post JSON once, to HTTPS alone; plain HTTP goes to this very machine. A redirect is not followed.

    Raises:
        ChannelFailedError: it was not taken. It names the host: the rest is as good as a password.
    """
    place = urlsplit(address)
    line = _line(place)
    path = f"{place.path or '/'}?{place.query}" if place.query else place.path or "/"
    try:
        line.request("POST", path, body, {"content-type": "application/json; charset=utf-8", **headers})
        status = line.getresponse().status
    except (OSError, http.client.HTTPException) as silence:
        raise ChannelFailedError(place.hostname or "", type(silence).__name__) from silence
    finally:
        line.close()
    if status not in TAKEN:
        raise ChannelFailedError(place.hostname or "", f"answered {status}")


def _line(place: SplitResult) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https" and host:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, place.port, timeout=TIMEOUT_SECONDS, context=context)
    if place.scheme == "http" and host in LOOPBACK:
        return http.client.HTTPConnection(host, place.port, timeout=TIMEOUT_SECONDS)
    raise ChannelFailedError(host or "no host", "the address is not https")
