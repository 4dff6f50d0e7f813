"""What is said on a line until an answer is ours: sent and waited for. By ENQ, ACK and EOT: session.py."""

from __future__ import annotations

from typing import Protocol, TypeVar

from payment_adapters.sockets import Line
from telegram_codec import Framing

Said = TypeVar("Said")
Said_co = TypeVar("Said_co", covariant=True)


class Ear(Protocol[Said_co]):
    """Who hears the frames of one line."""

    def keep(self, received: bytes) -> None:
        """Keep bytes as they came, for when nobody can read them."""

    def is_ours(self, frame: bytes) -> bool:
        """Whether this whole frame answers the request.

        Raises:
            TelegramError: it is no telegram.
        """

    def said(self, frame: bytes) -> Said_co:
        """What a frame that is ours says."""


def ask(line: Line, framing: Framing, request: bytes, ear: Ear[Said]) -> Said:
    """Send at once, and read until an answer is ours.

    Raises:
        NotSentError: not one byte of the request left.
        MaybeSentError: the line gave no answer that is ours.
        TelegramError: what came is no telegram.
    """
    line.send(request)
    parser = framing.parser()
    while True:
        received = line.receive()
        ear.keep(received)
        for frame in parser.feed(received):
            if ear.is_ours(frame):
                return ear.said(frame)
