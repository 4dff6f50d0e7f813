"""`payrelay route explain` says over whom a sale would go, and why; without any world, by contracts alone."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import payrelay

SALE = "1002-10020001-1-20261120-1"
EXPLAIN = ("route", "explain", "--sale-id", SALE, "--state", "nowhere")


def test_every_contract_the_choice_and_its_reason_are_shown() -> None:
    told = payrelay(*EXPLAIN, "--card", "5555555555554444")

    assert told.code == 0
    for name in ("hangang", "namsan", "gyeongbok", "dongdaemun", "haneul", "bada", "sol"):
        assert name in told.out
    assert "bada issued this card and is contracted directly" in told.out
    assert "5555555555554444" not in told.out


def test_a_program_gets_the_same_as_json() -> None:
    told = json.loads(payrelay(*EXPLAIN, "--card", "555555", "--breaker-open", "bada", "--json").out)

    chosen = next(one for one in told["candidates"] if not one["passed_over"])
    assert told["destination"] == chosen["destination"]
    assert told["why"].endswith("passed over: bada (its breaker is open)")
    assert (told["bin"], told["net_cancel_mode"]) == ("555555", "RELAY")


def test_another_merchants_plan_can_be_tried_on_the_same_sale() -> None:
    told = json.loads(payrelay(*EXPLAIN, "--card", "411111", "--merchant", "1001", "--json").out)

    assert (told["route"], told["destination"]) == ("1001", "hangang")


def test_a_month_away_from_its_contract_shows_what_each_van_has_and_draws_with() -> None:
    month = ("--merchant", "default", "--approved", "hangang=700", "--approved", "namsan=300")
    told = payrelay(*EXPLAIN, "--card", "400000", *month)
    words = json.loads(payrelay(*EXPLAIN, "--card", "400000", *month, "--json").out)

    rows = {one["destination"]: one for one in words["candidates"]}
    assert rows["hangang"]["weight_basis_points"] == 2_000, "half its share: it has too many"
    assert rows["namsan"]["weight_basis_points"] == 3_000, "it has what it should"
    assert rows["gyeongbok"]["weight_basis_points"] == 4_000, "double its share: it has none"
    assert "of the month's 1,000 approvals so far, so its weight is" in " ".join(told.out.split())
    assert "40.0 %  70.0 %  20.0 %" in told.out


def test_without_a_world_the_month_is_said_not_to_be_known() -> None:
    told = payrelay(*EXPLAIN, "--card", "411111")

    assert "the month is not known" in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--card", "41"), "it must be digits, six or more"),
        (("--card", "411111", "--sale-id", "not one"), "it must be a sale's id"),
        (("--card", "411111", "--approved", "hangang"), "it must be like hangang=120"),
    ],
)
def test_a_wrong_word_is_refused_in_a_sentence(words: tuple[str, str], said: str) -> None:
    told = payrelay(*EXPLAIN, *words)

    assert told.code == 2
    assert said in " ".join(told.err.replace("│", "").split())
