"""What is said on a line by ENQ, ACK and EOT, until an answer is ours.

No telegram leaves before the destination's ENQ, and nothing is decided before its EOT: it drops an approval
whose ACK it did not get, and we undo one whose EOT we did not get.
"""

from __future__ import annotations

from payment_adapters.destinations import Handshake
from payment_adapters.networks.conversation import Ear, Said
from payment_adapters.sockets import Line, MaybeSentError, NotSentError
from telegram_codec import Framing, TelegramError
from telegram_codec.sessions import Broken, Done, Received, Send, Stage, Step, TerminalSession


def ask_in_session(
    line: Line, framing: Framing, request: bytes, ear: Ear[Said], handshake: Handshake
) -> Said:
    """Wait to be invited, send, acknowledge the answer, and believe it only at EOT.

    Raises:
        NotSentError: the destination never invited the request.
        MaybeSentError: the session broke after that, also when an answer was heard and its EOT was not.
        TelegramError: what came is no telegram.
    """
    session = TerminalSession(framing, request, is_ours=ear.is_ours)
    stage, answer, was_sent = session.stage, b"", False
    line.wait_at_most(handshake.enq_seconds)
    while True:
        received = _received(line, stage)
        ear.keep(received)
        for step in _steps(session, received):
            match step:
                case Send(data):
                    _say(line, data, was_sent=was_sent)
                    was_sent = True
                case Received(telegram):
                    answer = telegram
                case Done():
                    return ear.said(answer)
                case Broken(broken_in, heard):
                    reason = f"the session broke: it {broken_in.value} and {heard.value} came"
                    raise MaybeSentError(reason) if was_sent else NotSentError(reason)
        if session.stage is not stage:
            stage = session.stage
            line.wait_at_most(handshake.eot_seconds if stage is Stage.ANSWERED else None)


def _received(line: Line, stage: Stage) -> bytes:
    try:
        return line.receive()
    except MaybeSentError as silence:
        if stage is Stage.CALLED:
            raise NotSentError(f"no ENQ came: {silence.reason}") from silence
        if stage is Stage.ANSWERED:
            raise MaybeSentError(f"no EOT came: {silence.reason}") from silence
        raise


def _steps(session: TerminalSession, received: bytes) -> list[Step]:
    """What to do about these bytes; noise before the request was sent means that it was not."""
    uninvited = session.stage is Stage.CALLED
    try:
        return session.feed(received)
    except TelegramError as noise:
        if uninvited:
            raise NotSentError("noise came instead of ENQ") from noise
        raise


def _say(line: Line, data: bytes, *, was_sent: bool) -> None:
    """Send; once the request has been sent, nothing that fails afterwards can mean that it was not."""
    try:
        line.send(data)
    except NotSentError as late:
        if was_sent:
            raise MaybeSentError(late.reason) from late
        raise
