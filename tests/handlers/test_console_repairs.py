"""The console's pages of a difference: who sees it, who proposes, who approves, and what of it is text."""

from __future__ import annotations

from typing import Final

import pytest

from payment_adapters import casework, wiring
from payment_adapters.console.rendering import CONTENT_SECURITY_POLICY
from payment_adapters.settling import wired as settling
from payment_adapters.settling.repairing import Wish, proposed
from payment_adapters.settling.statement import place_of
from payment_core.cases.model import State
from payment_core.console.audit import Deed
from payment_core.console.roles import Role
from payment_core.reconciliation.breaks import BreakKind, Repair
from tests.contracts.aws import FILES, client, create_settlement_table
from tests.handlers.test_console import FORM, Browser, browser, pool, written
from tests.handlers.test_repair import found
from tests.handlers.world import Invocation, World

__all__ = ["browser", "pool"]

DATE: Final = "20261124"
SCRIPT: Final = "=<script>alert(1)</script>'\"&"
WANTED: Final = {"repair": "SEND_NET_CANCEL", "reason": "their list shows it live"}


@pytest.fixture
def difference(browser: Browser, world: World) -> str:
    """The name of a difference that a VAN's list told, in words of its own choice."""
    create_settlement_table(world.dynamodb)
    assert browser.cookies == {}
    compared = f"1001/{DATE}/TRANSACTIONS/hangang"
    return found(compared, BreakKind.LIVE_WITHOUT_APPROVAL, f"{SCRIPT}/sale", DATE, ours=0, theirs=11_000)


@pytest.mark.parametrize(
    ("role", "may_propose", "may_approve"),
    [(Role.OPERATOR, True, False), (Role.APPROVER, False, True), (Role.AUDITOR, False, False)],
)
def test_everybody_sees_a_difference_one_role_proposes_and_another_approves(
    browser: Browser, difference: str, role: Role, *, may_propose: bool, may_approve: bool
) -> None:
    place = f"settlement/breaks/{difference}"
    browser.be(role)
    assert difference in browser.get("settlement/breaks")["body"]
    seen = browser.get(place)
    assert (seen["statusCode"], "propose" in seen["body"]) == (200, may_propose)

    told = browser.post(f"{place}/propose", **WANTED)

    assert told["statusCode"] == (303 if may_propose else 403)
    if not may_propose:
        assert casework.cases().read(difference) is None
        assert written()[-1] == (str(role), Deed.NOT_ALLOWED, f"{place}/propose", "")
        browser.be(Role.OPERATOR)
        browser.post(f"{place}/propose", **WANTED)
        browser.be(role)
    approved = browser.post(f"cases/{difference}/approve", version="2")
    assert approved["statusCode"] == (303 if may_approve else 403)
    case = casework.cases().read(difference)
    assert case is not None
    assert case.state is (State.APPROVED if may_approve else State.PROPOSED)


def test_nobody_approves_what_they_proposed_whatever_roles_they_have(
    browser: Browser, difference: str
) -> None:
    wish = Wish(Repair.SEND_NET_CANCEL, "their list shows it live")
    case = proposed(
        *(difference, wish),
        by=" Approver",
        cases=casework.cases(),
        breaks=settling.breaks(),
        hand=wiring.hand("payrelay settle", Invocation()),
    )
    browser.be(Role.APPROVER)
    place = f"cases/{difference}"

    assert f"{place}/approve" not in browser.get(place)["body"]
    assert browser.post(f"{place}/approve", version=str(case.version))["statusCode"] == 403
    assert casework.cases().read(difference) == case
    assert [one for one in written() if one[1] is Deed.APPROVED] == [
        ("approver", Deed.APPROVED, difference, "asked"),
        ("approver", Deed.APPROVED, difference, "not_done"),
    ]


def test_a_form_of_another_site_or_with_another_word_proposes_nothing(
    browser: Browser, difference: str
) -> None:
    place = f"settlement/breaks/{difference}/propose"
    browser.be(Role.OPERATOR)
    for forged in ({"sec-fetch-site": "cross-site"}, {"content-type": "text/plain"}):
        assert browser.post(place, forged, **WANTED)["statusCode"] == 403
    for words in ({"form_word": "of another session"}, {"repair": "FORGET"}):
        assert browser.post(place, {"content-type": FORM}, **{**WANTED, **words})["statusCode"] == 403
    assert written() == []

    for reason in ("  ", "card 4111 1111 1111 1111"):
        assert browser.post(place, **{**WANTED, "reason": reason})["statusCode"] == 422

    assert browser.post(place, **{**WANTED, "repair": "RECLAIM"})["statusCode"] == 422

    assert casework.cases().read(difference) is None, "what is turned down opens no case"
    assert {one[3] for one in written()} == {"asked", "not_done"}


def test_what_a_counterparty_writes_is_text_on_every_page_and_in_every_file(
    browser: Browser, difference: str
) -> None:
    place = f"settlement/breaks/{difference}"
    browser.be(Role.OPERATOR)
    browser.post(f"{place}/propose", **{**WANTED, "reason": f"{SCRIPT} says the VAN"})
    for page in ("settlement/breaks", place, f"cases/{difference}", "cases"):
        shown = browser.get(page)

        assert (shown["statusCode"], "<script>alert" in shown["body"]) == (200, False), page
        assert shown["multiValueHeaders"]["Content-Security-Policy"] == [CONTENT_SECURITY_POLICY]
        assert shown["multiValueHeaders"]["Cache-Control"] == ["no-store"]
    assert "=&lt;script&gt;alert(1)&lt;/script&gt;&#39;&#34;&amp;/sale" in browser.get(place)["body"]

    letter, table = browser.get(f"{place}/letter"), browser.get(f"{place}/csv")

    for told, media_type, ending in ((letter, "text/plain", "txt"), (table, "text/csv", "csv")):
        headers = {name: value[0] for name, value in told["multiValueHeaders"].items()}
        assert headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert headers["X-Content-Type-Options"] == "nosniff"
        name = f"break-{difference.replace(':', '-')}.{ending}"
        assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert letter["body"].startswith("To: hangang\n")
    assert f"Quote {difference} in your answer." in letter["body"]
    assert f"'{SCRIPT}/sale".replace('"', '""') in table["body"], "no spreadsheet takes it for a formula"
    browser.post("language", language="ko", back=place)
    assert browser.get(f"{place}/letter")["body"].startswith("수신: hangang\n")


def test_what_no_difference_is_called_is_absent_and_strangers_see_none(
    browser: Browser, difference: str
) -> None:
    for page in ("", "/letter", "/csv"):
        assert browser.get(f"settlement/breaks/{difference}{page}")["statusCode"] == 303

    browser.be(Role.OPERATOR)
    gone = f"settlement/breaks/{difference[:-1]}x"
    for page in ("", "/letter", "/csv"):
        assert browser.get(gone + page)["statusCode"] == 404
    assert browser.post(f"{gone}/propose", **WANTED)["statusCode"] == 404
    assert written() == []


def test_a_kept_workbook_is_handed_out_by_the_store_for_a_minute(browser: Browser) -> None:
    place = f"settlement/statements/1001/{DATE}/xlsx"
    client("s3").put_object(Bucket=FILES, Key=place_of("1001", DATE, "xlsx"), Body=b"PK")
    assert "sign-in" in browser.get(place)["multiValueHeaders"]["Location"][0]

    browser.be(Role.AUDITOR)
    (link,) = browser.get(place)["multiValueHeaders"]["Location"]

    assert f"statements/1001/{DATE}.xlsx?" in link
    assert f"statement-1001-{DATE}.xlsx" in link
    assert link.startswith("https://")
    for absent in (f"1002/{DATE}", "1001/20261123", "1001/../etc", f"10%2F01/{DATE}"):
        assert browser.get(f"settlement/statements/{absent}/xlsx")["statusCode"] == 404
