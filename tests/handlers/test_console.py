"""The console's door over AWS in memory: who gets in, who may do what, and what is written down."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

import moto.cognitoidp
import pytest

from functions.console.handler import handler
from payment_adapters import casework, outside, read_side, wiring
from payment_adapters.console import wired
from payment_adapters.console.browser import form_word
from payment_core.approval.outbox import moves_between
from payment_core.cases.look import look
from payment_core.cases.model import Action, State
from payment_core.cases.ports import Part, Stand
from payment_core.console.audit import Deed
from payment_core.console.roles import Role
from payment_core.projection.project import project
from payment_core.routing.breaker import State as BreakerState
from tests.contracts.aws import AUDIT, client, create_audit_table
from tests.handlers.world import Invocation, World, event
from tools.generate.signed_event import today

PASSWORD: Final = "Correct-horse-2026"  # noqa: S105 -- of an account that exists in memory only
FORM: Final = "application/x-www-form-urlencoded"


class Browser:
    """One person's browser: it keeps cookies, and sends forms as a page of the console does."""

    def __init__(self, tokens: dict[str, str]) -> None:
        self.cookies: dict[str, str] = {}
        self.tokens = tokens

    def get(self, page: str, query: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
        return self._ask("GET", page, query=query, headers=headers)

    def post(self, page: str, headers: dict[str, str] | None = None, /, **fields: str) -> dict[str, Any]:
        word = form_word(self.cookies["payrelay_session"]) if self.cookies.get("payrelay_session") else ""
        body = urlencode({"form_word": word, **fields})
        sent = {"content-type": FORM, "sec-fetch-site": "same-origin", **(headers or {})}
        return self._ask("POST", page, headers=sent, body=body)

    def be(self, role: Role) -> None:
        """Have signed in before."""
        self.cookies = {"payrelay_session": self.tokens[str(role)]}

    def sign_in(self, role: Role, password: str = PASSWORD) -> dict[str, Any]:
        return self.post("sign-in", name=str(role), password=password, back="sales")

    def _ask(self, method: str, page: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401 -- an event's words
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"cookie": cookie, "accept-language": "en", **(said.get("headers") or {})}
        asked = {
            **event("console/overview"),
            "httpMethod": method,
            "headers": headers,
            "pathParameters": {"page": page} if page else None,
            "queryStringParameters": said.get("query"),
            "body": said.get("body"),
        }
        answer = handler(asked, Invocation())
        for cookie in answer["multiValueHeaders"].get("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@pytest.fixture(scope="module")
def pool(outgoing: list[str]) -> Iterator[dict[str, str]]:
    """A pool that has one person of each role, and the token of each; made once, it costs most."""
    assert outgoing == []
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="operators")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="console", ExplicitAuthFlows=flows)
    for name in map(str, Role):
        who = {"UserPoolId": pool, "Username": name}
        cognito.create_group(UserPoolId=pool, GroupName=name)
        cognito.admin_create_user(**who)
        cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(**who, GroupName=name)
    keys = gzip.decompress((files(moto.cognitoidp) / "resources" / "jwks-public.json.gz").read_bytes())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUDIT_TABLE", AUDIT)
        environment.setenv("USER_POOL", pool)
        environment.setenv("USER_POOL_CLIENT", made["UserPoolClient"]["ClientId"])
        environment.setattr(wired.operators(), "fetch", lambda _: keys)
        yield {str(role): str(wired.operators().sign_in(str(role), PASSWORD)) for role in Role}


@pytest.fixture
def browser(world: World, pool: dict[str, str]) -> Browser:
    """A browser of nobody yet."""
    wired.askers.cache_clear()
    create_audit_table(world.dynamodb)
    return Browser(pool)


def written() -> list[tuple[str, Deed, str, str]]:
    """The audit log of today, in time order."""
    lines = wired.audit().of_day(today(), 100)
    return [(one.who, one.deed, one.subject, one.outcome) for one in lines[::-1]]


def test_nobody_sees_a_page_before_signing_in(browser: Browser) -> None:
    for page in ("", "overview", "sales", "sales/1001-10010001-1-20261120-42", "destinations", "audit"):
        answer = browser.get(page)

        assert answer["statusCode"] == 303
        assert "sign-in" in answer["multiValueHeaders"]["Location"][0]
        assert answer["body"] == ""
        assert browser.get(page, {"live": "1"})["statusCode"] == 401


def test_whoever_signs_in_gets_where_they_wanted_and_it_is_written_down(browser: Browser) -> None:
    answer = browser.sign_in(Role.OPERATOR)

    assert answer["multiValueHeaders"]["Location"] == ["./sales"]
    (cookie,) = answer["multiValueHeaders"]["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Strict"} <= set(cookie.split("; "))
    assert browser.get("overview")["statusCode"] == 200
    assert written() == [("operator", Deed.SIGNED_IN, "", "")]


def test_a_session_that_was_ended_does_nothing_and_soon_shows_nothing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = {"UserPoolId": wired.operators().pool, "Username": "auditor"}
    browser.sign_in(Role.AUDITOR)
    assert browser.get("overview")["statusCode"] == 200

    client("cognito-idp").admin_disable_user(**who)

    assert browser.get("overview")["statusCode"] == 200, "for half a minute the pool is not asked again"
    assert browser.post("sign-out")["statusCode"] == 303, "what a form wants is asked for at once"
    assert written()[-1] == ("auditor", Deed.SIGNED_IN, "", ""), "nothing was done"
    now_ms = outside.now_ms()
    monkeypatch.setattr(wired.operators(), "now_ms", lambda: now_ms + 30_001)
    assert browser.get("overview")["statusCode"] == 303
    client("cognito-idp").admin_enable_user(**who)
    browser.tokens["auditor"] = str(wired.operators().sign_in("auditor", PASSWORD))  # for the next one


def test_a_pool_that_wants_a_code_lets_nobody_in_without_one(browser: Browser) -> None:
    cognito, who = client("cognito-idp"), {"UserPoolId": wired.operators().pool, "Username": "approver"}
    token = browser.tokens["approver"]
    cognito.associate_software_token(AccessToken=token)
    cognito.verify_software_token(AccessToken=token, UserCode="123456")
    cognito.admin_set_user_mfa_preference(
        **who, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    asked = browser.sign_in(Role.APPROVER)
    assert asked["statusCode"] == 200
    assert browser.cookies == {}
    session = re.search('name="session" value="([^"]+)"', asked["body"])
    assert session is not None
    said = {"name": "approver", "second": "SOFTWARE_TOKEN_MFA", "session": session[1], "back": "sales"}

    assert browser.post("sign-in/code", code="12345", **said)["statusCode"] == 401
    assert browser.cookies == {}
    let_in = browser.post("sign-in/code", code="123456", **said)

    assert let_in["multiValueHeaders"]["Location"] == ["../sales"]
    assert browser.get("overview")["statusCode"] == 200
    assert written() == [("", Deed.SIGN_IN_REFUSED, "", ""), ("approver", Deed.SIGNED_IN, "", "")]
    cognito.admin_set_user_mfa_preference(**who, SoftwareTokenMfaSettings={"Enabled": False})


def test_a_wrong_password_lets_nobody_in_and_what_was_typed_is_kept_nowhere(
    browser: Browser, world: World
) -> None:
    answer = browser.sign_in(Role.OPERATOR, "Secret-typed-1234")

    assert answer["statusCode"] == 401
    assert browser.cookies == {}
    assert written() == [("", Deed.SIGN_IN_REFUSED, "", "")]
    assert "Secret-typed-1234" not in answer["body"] + repr(world.dynamodb.scan(TableName=AUDIT)["Items"])


def test_signing_in_leads_to_no_other_site(browser: Browser) -> None:
    answer = browser.post("sign-in", name="operator", password=PASSWORD, back="//evil.example/x")

    assert answer["multiValueHeaders"]["Location"] == ["./overview"]


def test_whoever_signs_out_leaves_no_token_that_counts(browser: Browser) -> None:
    browser.be(Role.AUDITOR)
    stolen = dict(browser.cookies)
    browser.post("sign-out")

    assert browser.get("overview")["statusCode"] == 303
    browser.cookies = stolen
    assert browser.get("overview")["statusCode"] == 303
    browser.tokens["auditor"] = str(wired.operators().sign_in("auditor", PASSWORD))  # for the next one


def test_a_sale_is_found_by_its_id_and_shown_in_both_languages(browser: Browser, world: World) -> None:
    world.approve()
    browser.be(Role.AUDITOR)
    place = f"sales/{world.sale_id}"

    found = browser.get("sales", {"sale": f" {world.sale_id} "})
    english = browser.get(place)["body"]
    browser.post("language", language="ko", back=place)
    korean = browser.get(place)["body"]

    assert found["multiValueHeaders"]["Location"] == [f"./{place}"]
    assert "The customer pays 11,000 won" in english
    assert "11,000원이 결제되었습니다" in korean
    assert "411111******1111" in english
    assert "hangang.ApprovalRequest" in english
    assert "4111111111111111" not in english + korean


def test_the_overview_counts_what_was_sold_today_and_is_sent_again_only_when_it_changed(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.approve()
    project(moves_between(None, world.sale), read_side.models())
    browser.be(Role.APPROVER)
    now_ms = outside.now_ms()
    monkeypatch.setattr(outside, "now_ms", lambda: now_ms)
    text = browser.get("overview")["body"]
    part = browser.get("overview", {"live": "1"})
    again = browser.get("overview", {"live": "1"}, **{"if-none-match": part["multiValueHeaders"]["ETag"][0]})

    assert str(world.sale_id) in text
    assert "Every sale has its end." in text
    assert "<html" not in part["body"]
    assert (again["statusCode"], again["body"]) == (304, "")


def test_a_sale_is_found_by_what_a_person_holds_in_hand(browser: Browser, world: World) -> None:
    world.approve()
    project(moves_between(None, world.sale), read_side.models())
    browser.be(Role.OPERATOR)
    number = world.sale.attempts[0].approval_number

    for said in (
        {},
        {"approval_number": number},
        {"amount": "11,000"},
        {"merchant": "1001", "state": "APPROVED"},
        {"from": "2020-01-01T00:00", "until": "2099-12-31T23:59"},
    ):
        assert str(world.sale_id) in browser.get("sales", said)["body"]
    for said in (
        {"amount": "12000"},
        {"state": "DECLINED"},
        {"until": "2020-01-01T09:30"},
        {"token": "x"},
        {"sale": "1001-1"},
    ):
        assert str(world.sale_id) not in browser.get("sales", said)["body"]
    assert browser.get("sales", {"cursor": "of no page", "amount": "x"})["statusCode"] == 200


def test_a_month_is_drawn_again_by_another_contract(browser: Browser, world: World) -> None:
    world.approve()
    project(moves_between(None, world.sale), read_side.models())
    browser.be(Role.AUDITOR)
    shares = {"hangang": "0", "namsan": "100", "gyeongbok": "0", "dongdaemun": "0"}

    month = browser.get("routing", {"merchant": "1001"})["body"]
    tried = browser.get("routing", {"merchant": "1001", **shares})["body"]
    refused = browser.get("routing", {"merchant": "1001", **shares, "namsan": "90"})["body"]

    assert "That contract" not in month
    assert "That contract would have cost" in tried
    assert "make 100 together" in refused


def test_an_operator_takes_a_destination_out_of_use_with_a_reason(browser: Browser) -> None:
    browser.be(Role.OPERATOR)
    browser.post("destinations/hangang/breaker", to="open", reason="line work until noon")

    breaker = wiring.breakers().read()["hangang"]
    assert (breaker.state, breaker.why) == (BreakerState.OPEN, "line work until noon")
    assert written() == [
        ("operator", Deed.OPENED_BREAKER, "hangang", "asked"),
        ("operator", Deed.OPENED_BREAKER, "hangang", "done"),
    ]
    assert "line work until noon" in browser.get("destinations")["body"]

    browser.post("destinations/hangang/breaker", to="closed", reason="line work is done")
    assert wiring.breakers().read()["hangang"].state is BreakerState.CLOSED


def test_nobody_else_does_and_the_try_is_written_down(browser: Browser) -> None:
    for role in (Role.APPROVER, Role.AUDITOR):
        browser.be(role)
        answer = browser.post("destinations/hangang/breaker", to="open", reason="line work until noon")

        assert answer["statusCode"] == 403
        assert written()[-1] == (str(role), Deed.NOT_ALLOWED, "destinations/hangang/breaker", "")
    assert "hangang" not in wiring.breakers().read()


def test_the_audit_log_is_for_approvers_and_auditors(browser: Browser) -> None:
    browser.be(Role.OPERATOR)
    assert browser.get("audit")["statusCode"] == 403

    browser.be(Role.AUDITOR)
    assert "not allowed" in browser.get("audit")["body"]


def test_money_is_moved_by_two_people(browser: Browser) -> None:
    held = Part(
        "1001-10010001-1-20261120-42", "a0", Stand.REFUSED, 1_000, 11_000, may=(Action.INQUIRE, Action.PROVE)
    )
    look([held], casework.cases(), wiring.hand("sweeper", Invocation()))
    place = f"cases/{held.case_id}"
    proof = {"action": "PROVE", "reason": "hangang undid it by hand", "proof": "letter of 20 Nov"}

    browser.be(Role.APPROVER)
    assert browser.post(f"{place}/propose", version="1", **proof)["statusCode"] == 403
    browser.be(Role.OPERATOR)
    assert browser.post(f"{place}/propose", version="9", **proof)["statusCode"] == 409
    assert browser.post(f"{place}/propose", version="1", **proof)["statusCode"] == 303
    assert "somebody else must approve" in browser.get(place)["body"]
    assert browser.post(f"{place}/approve", version="2")["statusCode"] == 403
    browser.be(Role.AUDITOR)
    assert browser.post(f"{place}/refuse", version="2", reason="no")["statusCode"] == 403
    browser.be(Role.APPROVER)
    assert held.case_id in browser.get("cases")["body"]
    assert browser.post(f"{place}/approve", version="2")["statusCode"] == 303

    case = casework.cases().read(held.case_id)
    assert case is not None
    assert case.proposal is not None
    assert (case.state, case.proposal.maker, case.proposal.checker) == (
        State.APPROVED,
        "operator",
        "approver",
    )
    assert [(who, came) for who, deed, _, came in written() if deed in (Deed.PROPOSED, Deed.APPROVED)] == [
        *(("operator", "asked"), ("operator", "not_done"), ("operator", "asked"), ("operator", "done")),
        *(("approver", "asked"), ("approver", "done")),
    ]


def test_a_form_of_another_site_or_without_a_reason_changes_nothing(browser: Browser) -> None:
    browser.be(Role.OPERATOR)
    place = "destinations/hangang/breaker"
    for forged in ({"sec-fetch-site": "cross-site"}, {"content-type": "text/plain"}):
        assert browser.post(place, forged, to="open", reason="line work until noon")["statusCode"] == 403
    answer = browser.post(place, to="open", reason="  ")

    assert answer["multiValueHeaders"]["Location"] == ["../../destinations?told=reason_missing"]
    assert "hangang" not in wiring.breakers().read()
    assert written() == []


def test_nothing_is_done_that_cannot_be_written_down(browser: Browser, world: World) -> None:
    browser.be(Role.OPERATOR)
    world.dynamodb.delete_table(TableName=AUDIT)
    answer = browser.post("destinations/hangang/breaker", to="open", reason="line work until noon")

    assert answer["statusCode"] == 503
    assert "hangang" not in wiring.breakers().read()


def test_what_is_not_there_is_said_to_be_absent(browser: Browser) -> None:
    browser.be(Role.AUDITOR)

    for page in ("nowhere", "sales/not-a-sale", "sales/1001-10010001-1-20261120-77", "assets/none.js"):
        assert browser.get(page)["statusCode"] == 404
