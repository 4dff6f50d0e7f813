"""Wiring of cases, apart from wiring.py: nobody who sells has a use for them."""

from __future__ import annotations

from functools import cache

from payment_adapters import comparing, wiring
from payment_adapters.aws import clients
from payment_adapters.carrying_out import Protocol
from payment_adapters.settings import setting
from payment_adapters.tables.cases import DynamoCases
from payment_adapters.truth import StandingTruth


@cache
def cases() -> DynamoCases:
    """What people must look at, and what they did about it."""
    return DynamoCases(clients.dynamodb(), setting("CASES_TABLE"))


@cache
def truth() -> StandingTruth:
    """What stands of sales and journals."""
    return StandingTruth(wiring.sales(), comparing.findings(), wiring.profile)


@cache
def protocol() -> Protocol:
    """What carries out what people approved."""
    return Protocol(wiring.sales(), comparing.findings(), wiring.drivers(), wiring.profile)
