"""In kind: whoever sends a telegram is answered with one, problems included, under the same HTTP status."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from payment_adapters.http.envelope import media_type
from payment_adapters.http.pos_telegram import TELEGRAM_TYPE, Asked, answer_frame, asked_by_header
from payment_adapters.http.request import PosRequest
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.refusal import Refusal
from telegram_codec.errors import TelegramError

CONTENT_TYPE: Final = "Content-Type"


def in_kind(event: Mapping[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
    """Turn the answer to a telegram into one; any other answer stays as it is.

    A frame whose body cannot be read, or whose signer is not known, is answered in the clear with what its
    header says; one whose header cannot be read, with the problem document.

    Args:
        event: The request as API Gateway brought it.
        answered: The answer as API Gateway takes it, its body JSON.
    """
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    if media_type(headers) != TELEGRAM_TYPE:
        return answered
    try:
        request = PosRequest.from_event(event)
        frame = answer_frame(answered["statusCode"], json.loads(answered["body"]), _asked(request))
    except (Refusal, TelegramError):  # an answer that no row can carry is told as it is, and never lost
        return answered
    told = {**answered["multiValueHeaders"], CONTENT_TYPE: [TELEGRAM_TYPE]}
    body = base64.b64encode(frame).decode()
    return {**answered, "multiValueHeaders": told, "body": body, "isBase64Encoded": True}


def _asked(request: PosRequest) -> Asked:
    try:
        return request.telegram().asked()
    except (Refusal, StoreUnavailableError):
        return asked_by_header(request.message.body)
