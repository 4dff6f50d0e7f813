"""How AWS says no: errors of the shape that botocore makes of an answer, and the two that come in parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from botocore.exceptions import ClientError

BAD_REQUEST: Final = 400
SERVER_ERROR: Final = 500

Refuses = Callable[[int], bool]  # whether the entry at a place of a batch is not taken


def refused(
    code: str,
    operation: str,
    message: str,
    *,
    status: int = BAD_REQUEST,
    kind: type[ClientError] = ClientError,
    more: Mapping[str, object] = MappingProxyType({}),
) -> ClientError:
    """An answer that is an error.

    Args:
        code: AWS's name of it.
        operation: What was asked, as AWS names it.
        message: For people.
        status: Of HTTP.
        kind: The modelled class that ``client.exceptions`` has of it, where an adapter catches that.
        more: Further words of the answer, e.g. ``Item`` or ``CancellationReasons``.
    """
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "", "RetryAttempts": 0},
        **more,
    }
    return kind(response, operation)


def invalid(operation: str, message: str) -> ClientError:
    """The caller's own mistake: no fault of a laboratory may look like it."""
    return refused("ValidationException", operation, message)


def throttled(operation: str) -> ClientError:
    """Too much at once; nothing took effect. The SDK sends it again."""
    return refused("ThrottlingException", operation, "Rate exceeded")


def server_error(operation: str) -> ClientError:
    """HTTP 500: whether it took effect is unknown. The SDK sends it again."""
    return refused("InternalServerError", operation, "Internal server error", status=SERVER_ERROR)


class InConflict(Exception):  # noqa: N818 -- it is told to the fake, which makes AWS's error of it
    """Raised by ``passing`` before a write: another writer holds one of its items at this very moment.

    A transaction is cancelled with the reason ``TransactionConflict`` for the item at ``place``;
    a single write ends in ``TransactionConflictException``.
    """

    def __init__(self, place: int = 0) -> None:
        self.place = place


class PartlyRefused(Exception):  # noqa: N818 -- it is told to the fake, which makes AWS's answer of it
    """Raised by ``passing`` before ``PutRecords``, ``PutEvents`` or ``BatchGetItem``: some are not taken."""

    def __init__(self, refuses: Refuses) -> None:
        self.refuses = refuses
