"""Keys come from one master each, read rarely and never the same for two purposes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_adapters.aws.secrets import (
    OVERLAP_MS,
    SECRET_LIFE_MS,
    SecretReader,
    keyed_digest,
    terminal_key,
)
from tests.contracts.aws import client
from tests.fakes.hands import Clock


@pytest.fixture
def secrets(aws: None) -> Any:  # noqa: ANN401, ARG001 -- a client; AWS in memory stands while the fixture does
    made: Any = client("secretsmanager")
    made.create_secret(Name="terminal", SecretString="first")
    return made


def test_a_secret_is_read_again_only_after_five_minutes(secrets: Any) -> None:  # noqa: ANN401 -- a client
    clock = Clock()
    reader = SecretReader(secrets, "terminal", lambda: clock.at_ms)
    assert reader.value() == b"first"
    secrets.put_secret_value(SecretId="terminal", SecretString="second")

    clock.pass_ms(SECRET_LIFE_MS - 1)
    assert reader.value() == b"first"

    clock.pass_ms(1)
    assert reader.value() == b"second"


def test_every_terminal_and_epoch_has_a_key_of_its_own() -> None:
    keys = {
        terminal_key(master, key_id)
        for master in (b"one", b"two")
        for key_id in ("1001.10010001.1", "1001.10010001.2", "1001.10010002.1")
    }

    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}


def test_a_token_depends_on_key_purpose_and_text() -> None:
    tokens = {
        keyed_digest(b"key", "card", "4111111111111111"),
        keyed_digest(b"other", "card", "4111111111111111"),
        keyed_digest(b"key", "wallet", "4111111111111111"),
        keyed_digest(b"key", "card", "5555555555554444"),
    }

    assert len(tokens) == 4
    assert keyed_digest(b"key", "card", "4111111111111111") in tokens


def test_a_replaced_secret_is_accepted_beside_its_successor_for_thirty_days(secrets: Any) -> None:  # noqa: ANN401 -- a client
    clock = Clock(at_ms=time.time_ns() // 1_000_000)
    reader = SecretReader(secrets, "terminal", lambda: clock.at_ms)
    assert reader.values() == (b"first",)
    secrets.put_secret_value(SecretId="terminal", SecretString="second")

    clock.pass_ms(SECRET_LIFE_MS)
    assert reader.values() == (b"second", b"first")

    clock.pass_ms(OVERLAP_MS)
    assert reader.values() == (b"second",)


def test_a_secret_that_cannot_be_read_is_no_secret(secrets: Any) -> None:  # noqa: ANN401 -- a client
    with pytest.raises(KeysUnavailableError):
        SecretReader(secrets, "no such secret", lambda: 0).values()
