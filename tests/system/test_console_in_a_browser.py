"""The console in a real browser, over the world of the other stories: what operators see and do."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import boto3
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from payment_adapters.tables.breakers import DynamoBreakers
from payment_adapters.tables.cases import DynamoCases
from payment_adapters.tables.keys import sale_key
from payment_adapters.tables.writes import wire_key
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payment_core.cases.model import State
from payment_core.console.pace import FORMS
from payment_core.routing.breaker import Reason, closed
from payrelay.client import CardInHand
from tests.system.stories import CARD_OVER_ITS_LIMIT, EXPIRY, Story, eventually
from tools.simulators.cards import another_card
from tools.simulators.faults import Fault
from tools.world.browser import PATIENCE_MS, a_page, chromium, sign_in
from tools.world.operators import add_operators
from tools.world.running import client_words
from tools.world.world import World

pytestmark = pytest.mark.engine

EVIL: Final = "<img src=x onerror=alert(1)><script>alert(2)</script>"
MOST_BYTES: Final = 150_000
AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(
    encoding="utf-8"
)  # MPL-2.0, for tests only


class Desk:
    """People at their browsers, each signed in once; whatever a page complains of is kept."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser = browser
        self.url = world.running.console_url
        pool = world.running.outputs["UserPoolId"]
        self.passwords = add_operators(pool, client_words(world.running.endpoint), renew=True)
        self.complaints: list[str] = []
        self.pages: dict[str, Page] = {}

    def page_of(self, name: str, **kind: Any) -> Page:  # noqa: ANN401 -- words of a_page
        if name not in self.pages:
            page = a_page(self.browser, **kind)
            page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
            page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
            page.on("console", self._keep)
            sign_in(page, self.url, name, self.passwords[name])
            self.pages[name] = page
        return self.pages[name]

    def _keep(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} {said.location['url']}")

    def see(self, name: str, place: str) -> Page:
        page = self.page_of(name)
        page.goto(f"{self.url}/{place}")
        return page


@pytest.fixture(scope="module")
def desk(world: World) -> Iterator[Desk]:
    """One browser for all of them."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as browser:
        yield Desk(browser, world)


def violations(page: Page) -> list[str]:
    """What axe finds, of the rules of WCAG 2.2 A and AA and of good practice."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


def test_the_first_page_is_small_and_comes_from_nowhere_else(desk: Desk) -> None:
    page = a_page(desk.browser)
    asked: list[str] = []
    received: list[int] = []
    page.on("request", lambda one: asked.append(one.url))
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda one: received.append(one["encodedDataLength"]))
    sign_in(page, desk.url, "auditor", desk.passwords["auditor"])
    expect(page.locator("h1")).to_have_text("Overview")
    page.wait_for_load_state("load")

    assert all(url.startswith(desk.url) for url in asked)
    assert 20_000 < sum(received) <= MOST_BYTES
    page.context.close()


def test_a_sale_is_found_by_its_id_and_shown_with_its_telegrams(desk: Desk, story: Story) -> None:
    sale_id = story.approved(31_000)
    page = desk.see("operator", "sales")
    page.fill("#sale", sale_id)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Sale {sale_id}")

    expect(page.locator(".sentence")).to_contain_text("The customer pays 31,000 won")
    expect(page.locator("svg.sequence .lane-name")).to_have_text(["POS", "payrelay", "hangang"])
    page.locator("details.exchange > summary").click()
    masked = page.locator("table.fields").first.locator("tr")
    expect(masked.filter(has_text="cvc").locator("code")).to_have_text(re.compile(r"\*+"))
    expect(masked.filter(has_text="pin_block").locator("code")).to_have_text(re.compile(r"\*+"))
    assert violations(page) == []


def test_a_lost_answer_is_followed_to_its_end_without_a_reload(desk: Desk, story: Story) -> None:
    story.van.script(Fault.LOSE_ANSWER)
    request = story.a_sale(47_000)
    till = threading.Thread(target=story.pos.send, args=(request,))
    till.start()
    eventually(lambda: story.world.running.sales.read(SaleId.parse(request.key)) is not None)
    page = desk.see("operator", f"sales/{request.key}")
    expect(page.locator(".verdict .pill")).to_have_text("being decided")
    page.evaluate("window.stays = 'the same page'")

    expect(page.locator(".verdict .pill")).to_have_text("undone", timeout=PATIENCE_MS)
    expect(page.locator("svg.sequence .cross")).to_have_count(1)
    expect(page.locator("[data-live-bar]")).to_be_hidden()
    assert page.evaluate("window.stays") == "the same page"
    till.join()


def test_words_of_strangers_do_nothing_on_a_page(desk: Desk, story: Story) -> None:
    running = story.world.running
    request = story.a_sale(card=CARD_OVER_ITS_LIMIT)
    assert story.pos.send(request).words["state"] == "DECLINED"
    dynamodb: Any = boto3.client("dynamodb", **client_words(running.endpoint))
    dynamodb.update_item(
        TableName=running.outputs["PaymentsTable"],
        Key=wire_key(sale_key(SaleId.parse(request.key))),
        UpdateExpression="SET a0.message = :evil, card_masked = :evil, history[2].evidence.message = :evil",
        ExpressionAttributeValues={":evil": {"S": EVIL}},
    )
    page = desk.see("operator", f"sales/{request.key}")
    expect(page.locator(".sentence")).to_contain_text("<img src=x onerror=alert(1)>")

    page = desk.see("operator", "destinations")
    page.fill("#reason-sol", EVIL)
    page.locator("section", has_text="sol").get_by_role("button").click()
    expect(page.locator("[role=status]")).to_contain_text("Done")
    page = desk.see("operator", "overview")
    expect(page.locator(".board .open .why")).to_contain_text(EVIL)
    page.goto(f"{desk.url}/sales?sale=%3Cscript%3Ealert(3)%3C/script%3E")
    expect(page.locator("[role=alert]")).to_contain_text("<script>alert(3)</script>")

    assert [one for one in desk.complaints if "dialog" in one] == []
    breakers = DynamoBreakers(running.dynamodb, running.outputs["BreakersTable"])
    seen = breakers.read()["sol"]
    again = closed(seen, Reason.PERSON, "the story is over", time.time_ns() // 1_000_000)
    assert again is not None
    assert breakers.move(seen, again)


def test_a_case_is_worked_by_two_people(desk: Desk, story: Story) -> None:
    running = story.world.running
    story.van.script(Fault.RESET)  # nothing is approved, as the people's proof will say
    story.van.script(Fault.REFUSED, kind="net_cancel")
    story.van.script(Fault.HANG, kind="inquire", times=50)  # recovery alone comes to no end
    request = story.a_sale()
    assert story.pos.send(request).http_status == 202
    case_id = f"{request.key}:a0"
    cases = DynamoCases(running.dynamodb, running.outputs["CasesTable"])
    eventually(lambda: cases.read(case_id) is not None)
    page = desk.see("operator", f"cases/{case_id}")
    page.check("input[value=PROVE]")
    page.fill("#reason", "hangang undid it by hand")
    page.fill("#proof", "letter of 20 Nov")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator(".proposal")).to_contain_text("somebody else must approve")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    page = desk.see("approver", f"cases/{case_id}")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main")).to_contain_text("approver approved")
    assert violations(page) == []
    case = cases.read(case_id)
    assert case is not None
    assert case.state in {State.APPROVED, State.EXECUTED, State.CLOSED}


def test_a_month_is_drawn_again_by_another_contract(desk: Desk, story: Story) -> None:
    """What if namsan had all of it: each approval moves there, and the page says what that would cost."""
    shop = story.world.running.pos(Terminal("1004", "10040001", 1))
    sold = shop.send(shop.approval(13_000, CardInHand(another_card(), EXPIRY)))
    assert sold.words["state"] == "APPROVED"

    def month() -> Page:
        return desk.see("operator", "routing?merchant=1004")

    eventually(lambda: month().locator("tfoot td").nth(2).inner_text() != "0")
    page = month()
    approvals = page.locator("tfoot td").nth(2).inner_text()
    for box in page.locator("input.percent").all():
        box.fill("100" if box.get_attribute("name") == "namsan" else "0")
    page.locator("tfoot button").click()

    would = page.locator("tbody tr").filter(has_text="namsan").locator("td").nth(6)
    expect(would).to_have_text(re.compile(rf"{approvals}\s+100 %"))
    expect(page.locator(".sentence")).to_be_visible()
    assert violations(page) == []


def test_each_role_sees_what_it_may_and_every_page_is_accessible(desk: Desk) -> None:
    page = desk.see("operator", "destinations")
    expect(page.get_by_role("button", name="Take out of use")).to_have_count(7)
    expect(page.get_by_role("link", name="Audit log")).to_have_count(0)
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    for place in ("overview", "sales", "cases"):
        found += violations(desk.see("operator", place))

    page = desk.see("approver", "audit")
    expect(page.locator("tbody")).to_contain_text("took out of use")
    found += violations(page)
    page = desk.see("approver", "destinations")
    expect(page.get_by_role("button", name="Take out of use")).to_have_count(0)
    assert found == []


def test_the_keyboard_leads_past_the_menu_and_no_page_complained(desk: Desk) -> None:
    page = desk.see("approver", "overview")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    assert desk.complaints == []


def test_whoever_sends_forms_too_fast_reads_so_on_a_page(desk: Desk) -> None:
    page = desk.see("auditor", "overview")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("h1")).to_have_text("현황")
    flood = """async (most) => {
      const form = document.querySelector("form[action$='language']");
      const fields = new URLSearchParams(new FormData(form));
      for (let sent = 0; sent < most; sent++) {
        await fetch(form.action, {method: "POST", body: fields, redirect: "manual"});
      }
    }"""
    page.evaluate(flood, FORMS.most)

    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("You ask too fast.")
    assert violations(page) == []
