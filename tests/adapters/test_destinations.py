"""Each contract is one file, and every word in it is one that payrelay and the paper know."""

from __future__ import annotations

from importlib import import_module

import pytest

from payment_adapters.destination_file import MEANINGS, NEEDED
from payment_adapters.destinations import (
    Destination,
    Purpose,
    TelegramPlan,
    UnknownDestinationError,
    destination,
    destinations,
)
from payment_adapters.networks.words import words_of, words_of_cheque, words_of_presented
from payment_adapters.sockets import Address
from payment_core.kernel.card import Entry
from payment_core.kernel.instrument import Instrument, Presented
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import CARDS
from tests.adapters.orders import CARD, CHEQUE, ORDER
from tests.house.rules_of_text import TEST_CARDS

CUSTOMER = Instrument("01012345678", Entry.KEYED)

each = pytest.mark.parametrize("one", destinations(), ids=lambda one: one.profile.name)
plans = [
    pytest.param(one, plan, id=f"{one.profile.name}-{place}")
    for one in destinations()
    for place, _, plan in one.plans()
]


def without_card(one: Destination) -> list[TelegramPlan]:
    """The telegrams about tenders that are no cards."""
    return [
        made for tender, made_of in one.tenders.items() if tender not in CARDS for made in made_of.values()
    ]


def test_hangang_is_what_its_file_says() -> None:
    hangang = destination("hangang")

    assert (hangang.kind, hangang.spec) == ("van", "hangang")
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


@pytest.mark.parametrize(("one", "plan"), plans)
def test_every_code_of_a_destination_has_one_meaning_we_act_on(one: Destination, plan: TelegramPlan) -> None:
    purpose = next(purpose for _, purpose, planned in one.plans() if planned is plan)
    meanings = set(plan.codes.values())

    assert NEEDED[purpose] <= meanings <= MEANINGS[purpose]


@pytest.mark.parametrize(("one", "plan"), plans)
def test_every_row_a_destination_fills_exists_and_takes_a_word_we_have(
    one: Destination, plan: TelegramPlan
) -> None:
    spec = import_module(f"telegram_codec.specs.{one.spec}")
    presented: dict[int, Presented] = {
        id(one.telegrams[Purpose.AUTHORISE]): CARD,
        **{id(made): CUSTOMER for made in without_card(one)},
    }
    shown = presented.get(id(plan))
    words = words_of(ORDER) | (words_of_presented(shown) if shown else {})
    if plan is one.telegrams.get(Purpose.CHEQUE_INQUIRY):
        words |= words_of_cheque(CHEQUE)

    assert set(plan.fields.values()) <= set(words)
    assert set(plan.fields) <= {row.name for row in getattr(spec, plan.request).layout.rows}
    assert set(plan.correlation) <= {row.name for row in getattr(spec, plan.answer).layout.rows}
    assert set(plan.correlation.values()) <= set(words)


@each
def test_every_way_a_card_is_read_and_a_sale_is_cancelled_has_a_letter(one: Destination) -> None:
    words = {word for _, _, plan in one.plans() for word in plan.fields.values()}
    everywhere = {str(entry) for entry in Entry} - {"FALLBACK"}  # not every paper has a code for it

    assert set(one.letters.get("entry", {})) - {"FALLBACK"} == (everywhere if "entry" in words else set())
    assert set(one.letters.get("cancel_scope", {})) == (
        {"FULL", "PARTIAL"} if "cancel_scope" in words else set()
    )


@each
def test_an_answer_is_matched_by_the_number_its_request_had(one: Destination) -> None:
    numbers = {"trace_number", "unique_number", "daily_number"}

    for _, _, plan in one.plans():
        assert numbers & set(plan.correlation.values()) == numbers & set(plan.fields.values())


def test_all_seven_are_there() -> None:
    kinds = {one.profile.name: one.kind for one in destinations()}

    assert kinds == {
        **dict.fromkeys(("hangang", "namsan", "gyeongbok", "dongdaemun"), "van"),
        **dict.fromkeys(("haneul", "bada", "sol"), "issuer"),
    }


def test_every_test_card_is_served_by_all_vans_and_one_issuer() -> None:
    for card in TEST_CARDS - {"6200000000000005"}:  # of UnionPay: two VANs take it, and no issuer
        serving = [one for one in destinations() if card.startswith(one.serves_bins)]

        assert [one.kind for one in serving].count("issuer") == 1
        assert [one.kind for one in serving].count("van") == 4
