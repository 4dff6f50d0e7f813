"""Admission: what no destination would take is refused before anything is claimed, sealed or sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payment_core.approval.accept import SaleRequest
from payment_core.approval.admission import require_admissible
from payment_core.approval.model import SaleId
from payment_core.approval.refusals import (
    AmountPartsError,
    BusinessDateError,
    CardExpiredError,
    CardNumberError,
    FallbackError,
    InstalmentError,
    NotUnionPayError,
    TenderInInstalmentsError,
)
from payment_core.kernel.card import Card, Entry, check_digit_holds
from payment_core.kernel.instrument import Instrument
from payment_core.kernel.tender import Tender
from tests.contracts.sale import a_request
from tests.fakes.hands import NOON_IN_SEOUL_MS

CARD = Card("4111111111111111", "1230", Entry.KEYED)
A_DAY_MS = 86_400_000


def a_sale(**changes: Any) -> SaleRequest:  # noqa: ANN401 -- any word of a sale
    return replace(a_request(SaleId("1001", "10010001", 1, "20261120", 42)), **changes)


def admit(request: SaleRequest, card: Card = CARD, *, days_later: int = 0) -> None:
    require_admissible(request, card, NOON_IN_SEOUL_MS + days_later * A_DAY_MS)


def test_an_ordinary_sale_is_admitted() -> None:
    admit(a_sale())


def test_of_points_and_barcodes_nothing_is_known_here() -> None:
    require_admissible(a_sale(tender=Tender.POINTS), Instrument("0000", Entry.KEYED), NOON_IN_SEOUL_MS)


@pytest.mark.parametrize(
    ("vat_won", "service_won", "tax_free_won", "is_admitted"),
    [(1_000, 0, 0, True), (11_000, 0, 0, True), (11_001, 0, 0, False), (1_000, 5_000, 5_001, False)],
)
def test_the_parts_are_never_more_than_the_whole(
    vat_won: int, service_won: int, tax_free_won: int, *, is_admitted: bool
) -> None:
    sale = a_sale(vat_won=vat_won, service_won=service_won, tax_free_won=tax_free_won)

    if is_admitted:
        admit(sale)
    else:
        with pytest.raises(AmountPartsError):
            admit(sale)


@pytest.mark.parametrize(
    ("months", "amount_won", "is_admitted"),
    [
        (0, 11_000, True),
        (1, 11_000, True),  # paid at once, as 0
        (2, 49_999, False),
        (2, 50_000, True),
        (36, 50_000, True),
    ],
)
def test_instalments_start_at_50_000_won(months: int, amount_won: int, *, is_admitted: bool) -> None:
    sale = a_sale(installment_months=months, amount_won=amount_won)

    if is_admitted:
        admit(sale)
    else:
        with pytest.raises(InstalmentError):
            admit(sale)


@pytest.mark.parametrize("tender", [Tender.CHECK_CARD, Tender.UNIONPAY])
def test_only_a_credit_card_is_paid_in_instalments(tender: Tender) -> None:
    card = replace(CARD, number="6200000000000005")
    admit(a_sale(tender=tender, installment_months=1), card)

    with pytest.raises(TenderInInstalmentsError):
        admit(a_sale(tender=tender, installment_months=2, amount_won=50_000), card)


def test_unionpay_takes_its_own_cards_alone() -> None:
    with pytest.raises(NotUnionPayError):
        admit(a_sale(tender=Tender.UNIONPAY))


@pytest.mark.parametrize(
    ("entry", "track2", "reason", "is_admitted"),
    [
        (Entry.FALLBACK, "4111111111111111=3012", "01", True),
        (Entry.FALLBACK, "4111111111111111=3012", "", False),
        (Entry.FALLBACK, "", "01", False),
        (Entry.SWIPED, "4111111111111111=3012", "01", False),
        (Entry.CHIP, "", "01", False),
    ],
)
def test_a_stripe_is_read_in_place_of_a_chip_only_with_the_readers_reason(
    entry: Entry, track2: str, reason: str, *, is_admitted: bool
) -> None:
    card = replace(CARD, entry=entry, track2=track2, fallback_reason=reason)

    if is_admitted:
        admit(a_sale(), card)
    else:
        with pytest.raises(FallbackError):
            admit(a_sale(), card)


@pytest.mark.parametrize(
    ("expiry", "is_admitted"),
    [("1126", True), ("1226", True), ("0127", True), ("1026", False), ("1225", False)],
)
def test_a_card_is_good_to_the_end_of_its_month(expiry: str, *, is_admitted: bool) -> None:
    card = replace(CARD, expiry=expiry)

    if is_admitted:
        admit(a_sale(), card)
    else:
        with pytest.raises(CardExpiredError):
            admit(a_sale(), card)


def test_a_repetition_after_the_cards_last_midnight_is_judged_as_the_first_time() -> None:
    last_day = a_sale(sale_id=SaleId("1001", "10010001", 1, "20261130", 42))
    card = replace(CARD, expiry="1126")

    admit(last_day, card, days_later=10)
    admit(last_day, card, days_later=11)  # already December in Korea


def test_a_date_of_another_time_is_named_before_the_card_is_held_against_it() -> None:
    with pytest.raises(BusinessDateError):
        admit(a_sale(sale_id=SaleId("1001", "10010001", 1, "20991231", 42)))


@pytest.mark.parametrize("entry", Entry)
def test_only_a_keyed_number_can_be_mistyped(entry: Entry) -> None:
    fallback = {"track2": "4111111111111112=3012", "fallback_reason": "01"} if entry == "FALLBACK" else {}
    card = replace(CARD, number="4111111111111112", entry=entry, **fallback)

    if entry is Entry.KEYED:
        with pytest.raises(CardNumberError) as refused:
            admit(a_sale(), card)
        assert card.number not in str(refused.value)
    else:
        admit(a_sale(), card)


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005"])
def test_every_digit_of_a_number_is_checked(number: str) -> None:
    assert check_digit_holds(number)
    for place in range(len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not check_digit_holds(wrong)


@pytest.mark.parametrize("number", ["1234567890", "12345678901", "123456789012"])
def test_private_cards_of_up_to_12_digits_have_no_check_digit(number: str) -> None:
    admit(a_sale(), replace(CARD, number=number))
