"""What ends what a person may do at the console: rights that were taken away, and asking too fast."""

from __future__ import annotations

import pytest

from payment_adapters import outside, wiring
from payment_adapters.console import wired
from payment_core.console.audit import Deed
from payment_core.console.pace import FORMS
from payment_core.console.roles import Role
from tests.contracts.aws import client
from tests.handlers.test_console import Browser, browser, pool, written

__all__ = ["browser", "pool"]


def test_whoever_left_a_group_does_nothing_from_that_moment_and_soon_sees_nothing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = {"UserPoolId": wired.operators().pool, "Username": "operator", "GroupName": "operator"}
    cognito, place = client("cognito-idp"), "destinations/hangang/breaker"
    browser.be(Role.OPERATOR)
    assert browser.get("overview")["statusCode"] == 200

    cognito.admin_remove_user_from_group(**group)

    assert browser.post(place, to="open", reason="line work until noon")["statusCode"] == 403
    assert "hangang" not in wiring.breakers().read()
    assert written() == [("operator", Deed.NOT_ALLOWED, place, "")]
    cognito.admin_add_user_to_group(**group)
    assert browser.post("language", language="en")["statusCode"] == 303
    cognito.admin_remove_user_from_group(**group)
    assert browser.get("overview")["statusCode"] == 200, "for half a minute the pool is not asked again"
    now_ms = outside.now_ms()
    monkeypatch.setattr(wired.operators(), "now_ms", lambda: now_ms + 30_001)
    assert browser.get("overview")["statusCode"] == 403
    cognito.admin_add_user_to_group(**group)  # for the next one


def test_whoever_asks_too_fast_is_told_so_by_a_page_in_their_language(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = outside.now_ms()
    monkeypatch.setattr(outside, "now_ms", lambda: now_ms)
    browser.be(Role.AUDITOR)
    for _ in range(FORMS.most):
        assert browser.post("language", language="ko", back="overview")["statusCode"] == 303

    told = browser.post("language", language="en", back="overview")

    assert (told["statusCode"], told["multiValueHeaders"]["Retry-After"]) == (429, ["10"])
    assert told["multiValueHeaders"]["Content-Type"] == ["text/html; charset=utf-8"]
    assert "요청이 너무 많습니다." in told["body"]
    assert browser.get("overview")["statusCode"] == 200, "pages have a pace of their own"
    browser.cookies = {}
    assert browser.sign_in(Role.AUDITOR, "guessed")["statusCode"] == 401, "another asker has another pace"
    browser.be(Role.AUDITOR)
    now_ms += FORMS.within_ms
    assert browser.post("language", language="en", back="overview")["statusCode"] == 303
