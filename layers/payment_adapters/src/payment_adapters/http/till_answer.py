"""The frame that answers a till: made of the answer's JSON and what can be read of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from payment_adapters.http.pos_telegram import Asked, answer_frame, asked_by_header
from payment_adapters.http.request import PosRequest
from payment_core.approval.ports import StoreUnavailableError
from payment_core.kernel.refusal import Refusal
from telegram_codec.errors import TelegramError


def frame_for(event: Mapping[str, Any], answered: Mapping[str, Any]) -> bytes | None:
    """The frame, or ``None`` where the header cannot be read or no row can carry the answer."""
    try:
        request = PosRequest.from_event(event)
        return answer_frame(answered["statusCode"], json.loads(answered["body"]), _asked(request))
    except (Refusal, TelegramError):
        return None


def _asked(request: PosRequest) -> Asked:
    try:
        return request.telegram().asked()
    except (Refusal, StoreUnavailableError):
        return asked_by_header(request.message.body)
