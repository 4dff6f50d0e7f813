"""The door to issuers: the same telegrams as at a VAN's, on an issuer's own line and with its own key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.card_direct.handler import handler
from payment_adapters import wiring
from payment_adapters.aws.keys_unavailable import KeysUnavailableError
from payment_core.approval.accept import accept
from payment_core.approval.model import Decision
from payment_core.kernel.card import Card, Entry
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.adapters.parties import Running, start
from tests.contracts.aws import client
from tests.contracts.sale import a_request
from tests.handlers.world import Invocation, World, event
from tools.simulators.parties.bada import MAC_KEY

CARDS = {"haneul": "4111111111111111", "bada": "5555555555554444", "sol": "378282246310005"}


@pytest.fixture(params=CARDS)
def issuer(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """One issuer on a socket, and a sale that was claimed for it."""
    party = start(request.param, tmp_path)
    monkeypatch.setenv(f"ADDRESS_{party.name.upper()}", party.van.address)
    monkeypatch.setenv("MAC_SECRET_BADA", "mac-of-bada")
    wiring.link.cache_clear()
    wiring.line.cache_clear()
    hand = wiring.hand("gateway", Invocation())
    claimed = replace(a_request(world.sale_id), deadline_at_ms=hand.now_ms() + 26_000)
    accept(claimed, wiring.sales(), wiring.claims(), hand)
    yield party
    party.van.stop()
    wiring.link.cache_clear()
    wiring.line.cache_clear()


def agreed_key(key: bytes) -> None:
    secrets = client("secretsmanager")
    if not secrets.list_secrets(Filters=[{"Key": "name", "Values": ["mac-of-bada"]}])["SecretList"]:
        secrets.create_secret(Name="mac-of-bada", SecretString="a placeholder")
    secrets.put_secret_value(SecretId="mac-of-bada", SecretString=key.decode())


def authorise(world: World, issuer: Running) -> dict[str, Any]:
    card = Card(CARDS[issuer.name], "1230", Entry.KEYED, cvc="123")
    asked = {
        **event("card_direct/authorise"),
        "sale_id": str(world.sale_id),
        "destination": issuer.name,
        "sealed_card": wiring.card_sealer().seal(world.sale_id, card),
    }
    return handler(asked, Invocation())  # type: ignore[arg-type]  # as JSON brings it


def test_an_issuer_approves_and_the_attempt_keeps_what_the_router_chose(
    world: World, issuer: Running
) -> None:
    agreed_key(MAC_KEY)

    told = authorise(world, issuer)

    (attempt,) = world.sale.attempts
    assert (told["verdict"], world.sale.decision) == ("DECIDED", Decision.APPROVED)
    assert (attempt.destination, attempt.net_cancel_mode) == (issuer.name, NetCancelMode.RELAY)
    assert {entry.by for entry in world.sale.history[1:]} == {"card_direct"}
    assert [one["fate"] for one in issuer.van.authorisations()] == ["approved"]


@pytest.mark.parametrize("issuer", ["bada"], indirect=True)
def test_a_key_that_cannot_be_read_sends_nothing_and_intends_nothing(
    world: World, issuer: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAC_SECRET_BADA", "no-such-secret")
    wiring.link.cache_clear()
    wiring.line.cache_clear()

    with pytest.raises(KeysUnavailableError):
        authorise(world, issuer)

    assert world.steps == ["accept"]
    assert issuer.van.authorisations() == []
