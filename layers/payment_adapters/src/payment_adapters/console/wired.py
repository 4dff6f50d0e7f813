"""What the console reads and writes, built once per sandbox; what it shares is in wiring.py."""

from __future__ import annotations

from functools import cache

from payment_adapters.aws import clients
from payment_adapters.aws.operators import Operators
from payment_adapters.console.askers import Askers
from payment_adapters.settings import setting
from payment_adapters.tables.audit import DynamoAuditLog
from payment_adapters.wiring import now_ms


@cache
def operators() -> Operators:
    """Who may sign in."""
    return Operators(clients.cognito(), setting("USER_POOL"), setting("USER_POOL_CLIENT"), now_ms)


@cache
def askers() -> Askers:
    """Who asked this sandbox, and when."""
    return Askers()


@cache
def audit() -> DynamoAuditLog:
    """What people did."""
    return DynamoAuditLog(clients.dynamodb(), setting("AUDIT_TABLE"))
