"""Wiring of cases, apart from wiring.py: nobody who sells has a use for them."""

from __future__ import annotations

from functools import cache

from payment_adapters.aws import clients
from payment_adapters.settings import setting
from payment_adapters.tables.cases import DynamoCases


@cache
def cases() -> DynamoCases:
    """What people must look at, and what they did about it."""
    return DynamoCases(clients.dynamodb(), setting("CASES_TABLE"))
