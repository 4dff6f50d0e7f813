"""Trust: the wiring that the gateway alone needs, who speaks and what opens their envelopes.

Beside wiring.py, because no other function pays for loading signatures and curves.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_adapters import wiring
from payment_adapters.aws import clients
from payment_adapters.aws.secrets import SecretReader
from payment_adapters.settings import setting
from payment_adapters.tables.terminals import DynamoTerminals
from payment_adapters.terminals.credentials import Credentials

if TYPE_CHECKING:
    from payment_adapters.http.jose import EnvelopeKey


@cache
def credentials() -> Credentials:
    """Who speaks."""
    terminals = DynamoTerminals(clients.dynamodb(), setting("TERMINALS_TABLE"))
    return Credentials(wiring.terminal_master().values, terminals, wiring.now_ms)


@cache
def envelope_secret() -> SecretReader:
    """What payrelay's own encryption key is derived from."""
    return SecretReader(clients.secrets_manager(), setting("ENVELOPE_SECRET"), wiring.now_ms)


def envelope_keys() -> tuple[EnvelopeKey, ...]:
    """Opens encrypted bodies; the present key first."""
    from payment_adapters.http.jose import EnvelopeKey as Key  # noqa: PLC0415 -- encrypted requests load it

    return tuple(Key.derived(secret) for secret in envelope_secret().values())
