"""Each contract is one file, and every word in it is one that payrelay and the paper know."""

from __future__ import annotations

from importlib import import_module

import pytest

from payment_adapters.destinations import (
    Destination,
    Purpose,
    UnknownDestinationError,
    destination,
    destinations,
)
from payment_adapters.networks.words import words_of, words_of_card
from payment_adapters.sockets import Address
from payment_core.approval.model import NetCancelMode
from payment_core.kernel.card import Entry
from tests.adapters.orders import CARD, ORDER

MEANINGS = {
    Purpose.AUTHORISE: {"approved", "declined"},
    Purpose.NET_CANCEL: {"undone", "not_found", "refused"},
    Purpose.CANCEL: {"undone", "refused"},
}
each = pytest.mark.parametrize("one", destinations(), ids=lambda one: one.profile.name)


def test_hangang_is_what_its_file_says() -> None:
    hangang = destination("hangang")

    assert (hangang.kind, hangang.spec, hangang.share_basis_points) == ("van", "hangang", 10_000)
    assert hangang.profile.net_cancel_mode is NetCancelMode.RELAY
    assert (hangang.connect_seconds, hangang.profile.answer_seconds) == (2, 11)


@pytest.mark.parametrize("name", ["", "nobody", "../hangang", "HANGANG"])
def test_a_destination_without_a_file_is_unknown(name: str) -> None:
    with pytest.raises(UnknownDestinationError) as unknown:
        destination(name)

    assert unknown.value.name == name


@each
def test_a_destination_listens_at_a_host_and_a_port(one: Destination) -> None:
    assert Address.parse(one.address).host


@each
@pytest.mark.parametrize("purpose", Purpose)
def test_every_code_of_a_destination_has_one_meaning_we_act_on(one: Destination, purpose: Purpose) -> None:
    assert set(one.telegrams[purpose].codes.values()) == MEANINGS[purpose]


@each
@pytest.mark.parametrize("purpose", Purpose)
def test_every_row_a_destination_fills_exists_and_takes_a_word_we_have(
    one: Destination, purpose: Purpose
) -> None:
    plan, spec = one.telegrams[purpose], import_module(f"telegram_codec.specs.{one.spec}")
    words = words_of(ORDER) | (words_of_card(CARD) if purpose is Purpose.AUTHORISE else {})

    assert set(plan.fields.values()) <= set(words)
    assert set(plan.fields) <= {row.name for row in getattr(spec, plan.request).layout.rows}
    assert set(one.correlation) <= {row.name for row in getattr(spec, plan.answer).layout.rows}
    assert set(one.correlation.values()) <= set(words)


@each
def test_every_way_a_card_is_read_has_a_letter(one: Destination) -> None:
    assert set(one.letters["entry"]) == {str(entry) for entry in Entry}
    assert set(one.letters["cancel_scope"]) == {"FULL", "PARTIAL"}


def test_the_shares_of_all_vans_make_the_whole() -> None:
    assert sum(one.share_basis_points for one in destinations() if one.kind == "van") == 10_000
