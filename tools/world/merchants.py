"""Merchants' API keys: what each is metered by. Made and found by name, on any target, without a redeploy.

A key proves nothing: who speaks is proved by the terminal's signature (docs/adr/0016).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3

from tools.world.places import STACK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mypy_boto3_apigateway import APIGatewayClient


def key_of(merchant: str, client_words: Mapping[str, Any]) -> str:
    """The merchant's key; empty when it has none."""
    api = _client(client_words)
    pages = api.get_paginator("get_api_keys").paginate(nameQuery=_name(merchant), includeValues=True)
    found = (key for page in pages for key in page["items"] if key.get("name") == _name(merchant))
    return next((key["value"] for key in found if "value" in key), "")


def add(merchant: str, plan_id: str, client_words: Mapping[str, Any]) -> str:
    """Give the merchant a key on the usage plan, or find the one it has; its value."""
    known = key_of(merchant, client_words)
    if known:
        return known
    api = _client(client_words)
    made = api.create_api_key(name=_name(merchant), enabled=True)
    api.create_usage_plan_key(usagePlanId=plan_id, keyId=made["id"], keyType="API_KEY")
    return made["value"]


def _name(merchant: str) -> str:
    return f"{STACK}-merchant-{merchant}"


def _client(client_words: Mapping[str, Any]) -> APIGatewayClient:
    return boto3.client("apigateway", **client_words)
