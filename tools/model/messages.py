"""The messages of the model: one bit each, who sends it and who takes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tools.model.state import ATTEMPTS


class Actor(StrEnum):
    """The columns of a sequence diagram."""

    POS = "POS"
    RELAY = "payrelay"
    VAN_0 = "VAN 0"
    VAN_1 = "VAN 1"


VANS: Final = (Actor.VAN_0, Actor.VAN_1)


@dataclass(frozen=True)
class Message:
    """One message that may be in flight."""

    bit: int
    name: str
    sender: Actor
    receiver: Actor


MESSAGES: Final[dict[int, Message]] = {}


def _message(name: str, sender: Actor, receiver: Actor) -> int:
    bit = 1 << len(MESSAGES)
    MESSAGES[bit] = Message(bit, name, sender, receiver)
    return bit


def _out(name: str) -> tuple[int, ...]:
    return tuple(_message(f"{name} {index}", Actor.RELAY, VANS[index]) for index in ATTEMPTS)


def _back(name: str) -> tuple[int, ...]:
    return tuple(_message(f"{name} {index}", VANS[index], Actor.RELAY) for index in ATTEMPTS)


REQUEST: Final = (
    _message("approve", Actor.POS, Actor.RELAY),
    _message("approve (retry)", Actor.POS, Actor.RELAY),
)
TOLD_APPROVED: Final = _message("APPROVED", Actor.RELAY, Actor.POS)
TOLD_DECLINED: Final = _message("not approved", Actor.RELAY, Actor.POS)
POS_UNDO: Final = _message("POS net-cancel", Actor.POS, Actor.RELAY)
POS_UNDO_OK: Final = _message("net-cancel taken", Actor.RELAY, Actor.POS)
CANCEL: Final = (
    _message("cancel", Actor.POS, Actor.RELAY),
    _message("cancel (again)", Actor.POS, Actor.RELAY),
)
CANCEL_OK: Final = _message("CANCELLED", Actor.RELAY, Actor.POS)
AUTHORISE: Final = _out("authorise")
ANSWER_APPROVED: Final = _back("approved")
ANSWER_DECLINED: Final = _back("declined")
ACK: Final = _out("ACK")
EOT: Final = _back("EOT")
NET_CANCEL: Final = (_out("net-cancel"), _out("late net-cancel"))
UNDONE: Final = (_back("undone"), _back("undone (after horizon)"))
NOT_FOUND: Final = (_back("not found"), _back("not found (after horizon)"))
REFUSED: Final = (_back("refused"), _back("refused (after horizon)"))

POS_UNDO_NO: Final = _message("409: use cancel", Actor.RELAY, Actor.POS)
PART_OK: Final = tuple(_message(f"cancel {part} DONE", Actor.RELAY, Actor.POS) for part in ATTEMPTS)
PART_NO: Final = tuple(_message(f"cancel {part} refused", Actor.RELAY, Actor.POS) for part in ATTEMPTS)
VAN_CANCEL: Final = tuple(_message(f"cancel part {part}", Actor.RELAY, Actor.VAN_0) for part in ATTEMPTS)
VAN_CANCEL_OK: Final = tuple(
    _message(f"part {part} cancelled", Actor.VAN_0, Actor.RELAY) for part in ATTEMPTS
)
VAN_CANCEL_NO: Final = tuple(_message(f"part {part} refused", Actor.VAN_0, Actor.RELAY) for part in ATTEMPTS)

CANCELLING_PART: Final = tuple(
    VAN_CANCEL[part] | VAN_CANCEL_OK[part] | VAN_CANCEL_NO[part] for part in ATTEMPTS
)
UNDOING: Final = tuple(
    sum(kind[late][index] for kind in (NET_CANCEL, UNDONE, NOT_FOUND, REFUSED) for late in (0, 1))
    for index in ATTEMPTS
)
