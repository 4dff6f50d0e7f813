"""A card travels in a box that opens for its own sale, for the right key, and unchanged; or not at all."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

from payment_adapters.aws.sealing import (
    KEY_LIFE_MS,
    KEY_USES,
    CardOpener,
    CardSealer,
    SealBrokenError,
    SealedCard,
)
from tests.adapters.orders import CARD, ORDER
from tests.contracts.aws import client
from tests.fakes.hands import Clock

SALE_ID = ORDER.sale_id


@dataclass
class Vault:
    """KMS in memory with what was asked of it, and both ends of a card's way."""

    asked: list[str]
    clock: Clock
    sealer: CardSealer
    opener: CardOpener


@pytest.fixture
def vault(aws: None) -> Vault:  # noqa: ARG001 -- AWS in memory stands while the fixture does
    kms: Any = client("kms")
    asked: list[str] = []
    kms.meta.events.register("before-call.kms", lambda model, **_: asked.append(model.name))
    key = kms.create_key()["KeyMetadata"]["Arn"]
    asked.clear()
    clock = Clock()
    return Vault(
        asked, clock, CardSealer(kms, key, lambda: clock.at_ms), CardOpener(kms, lambda: clock.at_ms)
    )


def test_a_sealed_card_opens_for_its_own_sale(vault: Vault) -> None:
    card = replace(CARD, track2="4111111111111111=30121")

    assert vault.opener.open(SALE_ID, vault.sealer.seal(SALE_ID, card)) == card


def test_a_box_shows_nothing_of_the_card(vault: Vault) -> None:
    sealed = vault.sealer.seal(SALE_ID, CARD)

    for part in sealed.values():
        assert CARD.number.encode() not in b64decode(str(part))
        assert CARD.number not in str(part)


def test_the_box_of_another_sale_does_not_open(vault: Vault) -> None:
    sealed = vault.sealer.seal(replace(SALE_ID, sequence=43), CARD)

    with pytest.raises(SealBrokenError) as refused:
        vault.opener.open(SALE_ID, sealed)

    assert refused.value.sale_id == SALE_ID
    assert CARD.number not in str(refused.value)


def flipped(text: str) -> str:
    raw = bytearray(b64decode(text))
    raw[-1] ^= 1
    return b64encode(raw).decode()


@pytest.mark.parametrize("part", ["key", "nonce", "box"])
@pytest.mark.parametrize(
    "change",
    [flipped, lambda text: text[: len(text) // 2], lambda _: "", lambda _: "not base64!"],
    ids=["a_bit_flipped", "cut_in_half", "empty", "no_base64"],
)
def test_a_box_that_was_changed_does_not_open(
    vault: Vault, part: Literal["key", "nonce", "box"], change: Callable[[str], str]
) -> None:
    sealed = vault.sealer.seal(SALE_ID, CARD)
    changed: SealedCard = {**sealed, part: change(sealed[part])}  # type: ignore[misc]  # mypy sees no literal key

    with pytest.raises(SealBrokenError):
        vault.opener.open(SALE_ID, changed)


def test_one_data_key_seals_a_thousand_cards_and_no_more(vault: Vault) -> None:
    for _ in range(KEY_USES):
        vault.sealer.seal(SALE_ID, CARD)
    assert vault.asked == ["GenerateDataKey"]

    vault.sealer.seal(SALE_ID, CARD)

    assert vault.asked == ["GenerateDataKey"] * 2


def test_one_data_key_seals_for_five_minutes_and_no_longer(vault: Vault) -> None:
    vault.sealer.seal(SALE_ID, CARD)
    vault.clock.pass_ms(KEY_LIFE_MS - 1)
    vault.sealer.seal(SALE_ID, CARD)
    assert vault.asked == ["GenerateDataKey"]

    vault.clock.pass_ms(1)
    vault.sealer.seal(SALE_ID, CARD)

    assert vault.asked == ["GenerateDataKey"] * 2


def test_no_two_boxes_are_alike(vault: Vault) -> None:
    first, second = vault.sealer.seal(SALE_ID, CARD), vault.sealer.seal(SALE_ID, CARD)

    assert first["nonce"] != second["nonce"]
    assert first["box"] != second["box"]


def test_an_opener_asks_once_for_the_key_of_many_boxes(vault: Vault) -> None:
    boxes = [vault.sealer.seal(SALE_ID, CARD) for _ in range(5)]

    for box in boxes:
        vault.opener.open(SALE_ID, box)

    assert vault.asked == ["GenerateDataKey", "Decrypt"]


def test_an_opener_forgets_a_key_after_five_minutes(vault: Vault) -> None:
    box = vault.sealer.seal(SALE_ID, CARD)
    vault.opener.open(SALE_ID, box)
    vault.clock.pass_ms(KEY_LIFE_MS)

    vault.opener.open(SALE_ID, box)

    assert vault.asked == ["GenerateDataKey", "Decrypt", "Decrypt"]
