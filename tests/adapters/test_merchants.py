"""A merchant's file that says what cannot be agreed is refused at once: file, key and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from payment_adapters.contract_file import ContractFileError
from payment_adapters.destinations import destinations
from payment_adapters.merchants import known_destinations, merchant, read_merchant
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.house.repository import ROOT

FILES = sorted(ROOT.glob("merchants/*.toml"))


def written(folder: Path, route: str, vans: str = "hangang = 10000") -> Path:
    path = folder / "1009.toml"
    path.write_text(
        f"[double_tap]\nwindow_seconds = 2\n[route]\n{route}\n[route.vans]\n{vans}\n", encoding="utf-8"
    )
    return path


def change(since: str, vans: str = "{ namsan = 10000 }") -> str:
    return f'[[route.changes]]\nfrom = "{since}"\nvans = {vans}'


@pytest.mark.parametrize(
    ("route", "vans", "key", "reason"),
    [
        ("", "hangang = 9999", "route.vans", "must sum to 10,000 basis points, not 9,999"),
        ("", "", "route.vans", "must sum to 10,000 basis points, not 0"),
        ("", "hangang = 10000\nnamsan = 0", "route.vans.namsan", "must be 1 to 10,000"),
        ("", "nobody = 10000", "route.vans.nobody", "destinations/ has no such file"),
        ("", "bada = 10000", "route.vans.bada", "is an issuer: it belongs under direct"),
        ('direct = ["nobody"]', "hangang = 10000", "route.direct", "destinations/ has no such file"),
        ('direct = ["namsan"]', "hangang = 10000", "route.direct", "is a VAN: it belongs under vans"),
        ('direct = ["bada", "bada"]', "hangang = 10000", "route.direct", "names bada twice"),
        ('net_cancel_mode = "NEVER"', "hangang = 10000", "route.net_cancel_mode", "must be one of"),
        ("typo = 1", "hangang = 10000", "route.typo", "means nothing here"),
        ("changes = 1", "hangang = 10000", "route.changes", "must be a list of tables"),
        ("", f"hangang = 10000\n{change('20261301')}", "route.changes[1].from", "must be a date YYYYMMDD"),
        (
            "",
            f"hangang = 10000\n{change('20270201')}\n{change('20270101')}",
            "route.changes",
            "must go forward in time, but 20270101 follows 20270201",
        ),
        (
            "",
            f"hangang = 10000\n{change('20270201', '{ namsan = 1 }')}",
            "route.changes[1].vans",
            "must sum to 10,000",
        ),
    ],
)
def test_what_cannot_be_agreed_is_refused_by_place_and_reason(
    tmp_path: Path, route: str, vans: str, key: str, reason: str
) -> None:
    with pytest.raises(ContractFileError) as refused:
        read_merchant(written(tmp_path, route, vans))

    assert (refused.value.file, refused.value.key) == ("1009.toml", key)
    assert reason in refused.value.reason


def test_changes_hold_from_their_day(tmp_path: Path) -> None:
    plan = read_merchant(written(tmp_path, "", f"hangang = 10000\n{change('20270101')}")).plan

    assert [list(plan.on(day).vans) for day in ("20261231", "20270101")] == [["hangang"], ["namsan"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_can_be_read(path: Path) -> None:
    assert read_merchant(path).plan.name == path.stem


def test_a_merchant_without_a_file_gets_the_default_and_hangang_the_biggest_share() -> None:
    vans = merchant("9999").plan.on("20261120").vans

    assert merchant("9999").plan.name == "default"
    assert max(vans, key=lambda name: vans[name]) == "hangang"
    assert len(vans) == 4


def test_the_demos_merchant_has_one_van_and_payrelay_undoes_on_purpose() -> None:
    terms = merchant("1001").plan.on("20261120")

    assert list(terms.vans) == ["hangang"]
    assert terms.net_cancel_mode_of(known_destinations()["hangang"]) is NetCancelMode.RELAY


def test_merchant_1002_has_every_contract_there_is() -> None:
    terms = merchant("1002").plan.on("20261120")

    assert {*terms.vans, *terms.direct} == {one.profile.name for one in destinations()}
