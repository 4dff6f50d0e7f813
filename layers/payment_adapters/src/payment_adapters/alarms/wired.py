"""What alarms are told by, built once per sandbox; what it shares with others is in wiring.py."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache

from payment_adapters.alarms.channels import Chat, Mail, Webhook
from payment_adapters.alarms.rendering import Places
from payment_adapters.aws import clients
from payment_adapters.aws.secrets import SecretReader
from payment_adapters.settings import setting
from payment_adapters.tables.notices import DynamoBook
from payment_adapters.wiring import now_ms
from payment_core.alarms.model import Channel


def channels() -> Mapping[str, Channel]:
    """Every channel that has an address now, read each time: one that was mended is believed at once."""
    secret = SecretReader(clients.secrets_manager(), setting("CHANNELS_SECRET"), now_ms)
    told: dict[str, str] = json.loads(secret.value())
    found: dict[str, Channel] = {"mail": Mail(clients.sns(), setting("NOTICE_TOPIC"), _places())}
    if told.get("webhook"):
        found["webhook"] = Webhook(told["webhook"], told["signing_key"].encode(), _places(), now_ms)
    if told.get("chat"):
        found["chat"] = Chat(told["chat"], _places())
    return found


@cache
def book() -> DynamoBook:
    """What each channel heard last."""
    return DynamoBook(clients.dynamodb(), setting("MARKS_TABLE"))


@cache
def _places() -> Places:
    """Where links lead to; engines answer below an address of their own."""
    api = setting("API_ID")
    engine = os.environ.get("EXECUTE_API_URL")
    at = f"{engine}/{api}" if engine else f"https://{api}.execute-api.{setting('AWS_REGION')}.amazonaws.com"
    return Places(f"{at}/live/console", os.environ.get("DOCS_URL", ""))
