"""Agreements: what was agreed about settlement is data of a file, and refused where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from payment_adapters.agreements import agreements, read_agreement
from payment_adapters.contract_file import ContractFileError
from payment_core.settlement.calendar import Counts, Terms
from payment_core.settlement.fees import Flat, Rate, Tier, Tiered
from payment_core.settlement.return_file import Proposal

RATE = 'kind = "RATE"\ncredit_basis_points = 40\ncheck_basis_points = 15\nrounding = "DOWN"'


def written(folder: Path, settlement: str) -> Path:
    path = folder / "nobody.toml"
    path.write_text(f"[contract]\nfee_won = 80\n[settlement]\n{settlement}\n", encoding="utf-8")
    return path


def test_acquirers_count_other_days_and_keep_other_fees() -> None:
    told = agreements()

    assert {told[name].terms.counts for name in ("haneul", "bada", "sol")} == set(Counts)
    for name in ("haneul", "bada", "sol"):
        terms = told[name].fees.on("20261119")
        assert terms is not None
        assert isinstance(terms.fee, Rate)


def test_a_vans_fee_is_that_of_its_contract_until_a_day_says_otherwise() -> None:
    fees = [agreements()["hangang"].van_fees.on(day) for day in ("20261231", "20270101")]

    assert [one and one.fee for one in fees] == [
        Flat(80),
        Tiered((Tier(100_000, 80), Tier(1_000_000, 72), Tier(0, 65))),
    ]


@pytest.mark.parametrize("name", sorted(agreements()))
def test_every_counterparty_says_what_its_return_codes_mean_and_what_to_do(name: str) -> None:
    reasons = agreements()[name].reasons

    assert {reasons[code].proposal for code in ("31", "62")} == {Proposal.RECLAIM, Proposal.GIVE_UP}
    assert "00" not in reasons


def test_who_says_nothing_has_the_standard_terms(tmp_path: Path) -> None:
    agreed = read_agreement(written(tmp_path, ""))

    assert (agreed.terms, agreed.fees.terms, dict(agreed.reasons)) == (
        Terms(1, 1, 2, Counts.BUSINESS),
        (),
        {},
    )


@pytest.mark.parametrize(
    ("settlement", "key", "reason"),
    [
        ("payment_days = 31", "settlement.payment_days", "must be 0 to 30, not 31"),
        ('counts = "SUNDAYS"', "settlement.counts", "must be one of BUSINESS"),
        ("paid = 1", "settlement.paid", "means nothing here"),
        (f'[[settlement.fees]]\nsince = "2026"\n{RATE}', "settlement.fees[1].since", "must be a date"),
        (
            "\n".join(f'[[settlement.fees]]\nsince = "{day}"\n{RATE}' for day in ("20260102", "20260101")),
            "settlement.fees",
            "must be in the order of their days",
        ),
        ('[[settlement.fees]]\nsince = "20260101"\nkind = "RATE"', "settlement.fees[1].credit", "is missing"),
        (
            (
                '[[settlement.van_fees]]\nsince = "20260101"\nkind = "TIERED"\n'
                "tiers = [{ up_to = 9, fee_won = 1 }]"
            ),
            "settlement.van_fees[1].tiers",
            "must rise, and the last one have no end",
        ),
        ('[settlement.return_codes]\n31 = ["가", "a"]', "settlement.return_codes.31", "must be Korean"),
        ('[settlement.return_codes]\n310 = ["가", "a", "ASK"]', "settlement.return_codes.310", "two digits"),
    ],
)
def test_what_no_contract_can_say_is_refused_with_its_place(
    tmp_path: Path, settlement: str, key: str, reason: str
) -> None:
    with pytest.raises(ContractFileError, match=reason) as told:
        read_agreement(written(tmp_path, settlement))

    assert told.value.key.startswith(key)
