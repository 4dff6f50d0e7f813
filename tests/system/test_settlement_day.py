"""A day of sales is settled on a real world: parties answer from their own books, and all books agree.

One row of the VAN's list is a won too high: two people enter it at the console, and the next day closes it.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from payment_adapters.tables.breaks import DynamoBreaks
from payment_adapters.tables.cases import DynamoCases
from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.ledger import DynamoLedger
from payment_core.approval.model import SaleId
from payment_core.cases.model import State
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, trial_balance
from payment_core.reconciliation.break_history import BreakState, BreakVersion
from payment_core.reconciliation.breaks import Repair
from payment_core.reconciliation.repair import repair_id
from payment_core.settlement.model import ClaimRow, RowState
from payment_core.settlement.rows import Outcome, mark_of
from payment_core.settlement.settlement_day import STAGES, Stage
from tests.system.stories import Story, eventually
from tools.cli.van_files import send
from tools.simulators.faults import Fault
from tools.simulators.settlement.answers import Answered, Drawer, Mood
from tools.simulators.settlement.menu import Difference
from tools.world.operators import add_operators
from tools.world.running import client_words
from tools.world.world import World

pytestmark = pytest.mark.engine

MERCHANT = "1001"
A_MINUTE_AND_MORE = 90.0  # what is open is seen to once a minute
SOME_COME_BACK = Mood(seed=7, returned_per_mille=250, held_per_mille=250)
BECOMES = {
    Outcome.PAID: {RowState.CAPTURED, RowState.PAID},
    Outcome.RELEASED: {RowState.CAPTURED, RowState.PAID},
    Outcome.RETURNED: {RowState.RETURNED},
    Outcome.HELD: {RowState.HELD},
}


class Office:
    """Who settles: by the deployed functions alone."""

    def __init__(self, story: Story, sold_on: str) -> None:
        self.world, self.today = story.world, sold_on
        self.tomorrow = f"{date.fromisoformat(sold_on) + timedelta(days=1):%Y%m%d}"
        running = story.world.running
        self.rows = DynamoClaimRows(running.dynamodb, running.outputs["SettlementTable"], MERCHANT)
        self.ledger = DynamoLedger(running.dynamodb, running.outputs["LedgerTable"])
        self.breaks = DynamoBreaks(running.dynamodb, running.outputs["SettlementTable"])
        self.cases = DynamoCases(running.dynamodb, running.outputs["CasesTable"])
        self.compared = f"{MERCHANT}/{sold_on}/TRANSACTIONS/hangang"

    def asks_for(self, stage: Stage, day: str) -> bool:
        asked = {"stage": str(stage), "merchant": MERCHANT, "business_date": day}
        told: dict[str, Any] = self.world.running.invoke("SettlementStepFunction", asked)
        return bool(told["is_done"])

    def goes_to(self, last: Stage, day: str) -> bool:
        """Every stage up to one, unless one waits."""
        return all(self.asks_for(stage, day) for stage in STAGES[: STAGES.index(last) + 1])

    def parties_send(self, day: str) -> None:
        """What they owe; the VAN's list of the first day has one row that is a won too high."""
        wrong = Difference.AMOUNT_OFF_BY_ONE if day == self.today else None
        assert list(send(self.world.places.state, None, MERCHANT, day, wrong, "hangang", SOME_COME_BACK))

    def one_won_too_high(self) -> BreakVersion:
        """The difference that this row is, by what the VAN's books say."""
        van = self.world.vans["hangang"]
        booked = {one["approval_number"]: one["amount_won"] for one in van.authorisations()}
        (found,) = [
            one
            for one in self.breaks.of(self.compared)
            if one.found.their_won == booked.get(one.found.name.partition("/")[0], 0) + 1
        ]
        return found

    def answered(self) -> dict[str, Answered]:
        """What the VAN says of each claimed row, by the sign that the row carries."""
        kept = Drawer(self.world.places.state / "settlement" / "hangang").kept(MERCHANT)
        return {one.mark: one for one in kept}

    def of_day(self, day: str) -> list[ClaimRow]:
        return list(self.rows.of_batch(f"{MERCHANT}-{day}"))

    def case_is_closed(self, name: str) -> bool:
        case = self.cases.read(name)
        return case is not None and case.state is State.CLOSED

    def balance(self) -> TrialBalance:
        self.world.running.invoke("SettlementWindowFunction", {})
        return trial_balance(self.ledger.balances())


class Person:
    """Somebody who signed in at the console, and sends the forms of its pages."""

    def __init__(self, world: World, name: str, password: str) -> None:
        self.console = world.running.console_url
        cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.browser = build_opener(HTTPCookieProcessor(cookies))
        self.sends("sign-in", name=name, password=password, back="overview")

    def sees(self, page: str) -> str:
        with self.browser.open(f"{self.console}/{page}", timeout=60) as answer:
            text: str = answer.read().decode()
        return text

    def sends(self, page: str, *, of: str = "", **fields: str) -> None:
        """Send a form of a page; it follows to where that leads, and an error page is an error here."""
        word = re.search('name="form_word" value="([^"]+)"', self.sees(of)) if of else None
        body = urlencode({**fields, **({"form_word": word[1]} if word else {})}).encode()
        self.browser.open(f"{self.console}/{page}", body, timeout=60).close()


def two_people_enter(office: Office, difference: BreakVersion) -> str:
    """One proposes an entry of what differs, another approves it; the posting that a function then made."""
    running = office.world.running
    passwords = add_operators(running.outputs["UserPoolId"], client_words(running.endpoint), renew=True)
    name = repair_id(office.compared, difference.found)
    operator, approver = (Person(office.world, one, passwords[one]) for one in ("operator", "approver"))
    place, case = f"settlement/breaks/{name}", f"cases/{name}"
    assert name in operator.sees("settlement/breaks")
    accounts = {"debit": f"SUSPENSE hangang/{MERCHANT}", "credit": f"MERCHANT_PAYABLE {MERCHANT}"}
    operator.sends(f"{place}/propose", of=place, repair="ADJUST_ENTRY", reason="the slip says so", **accounts)
    assert f"{case}/approve" not in operator.sees(case)
    assert office.breaks.read(office.compared, difference.break_id) == difference, "nothing moves before"
    approver.sends(f"{case}/approve", of=case, version="2")

    def begun() -> BreakVersion:
        found = office.breaks.read(office.compared, difference.break_id)
        assert found is not None
        return found

    eventually(lambda: begun().state is BreakState.REPAIRING)
    assert (begun().repair, begun().actor) == (Repair.ADJUST_ENTRY, "operator, approver")
    return begun().evidence


def test_a_day_is_claimed_answered_paid_and_every_won_is_somewhere(story: Story) -> None:
    sold = [story.approved(11_000 + 1_000 * place) for place in range(6)]
    office = Office(story, SaleId.parse(sold[0]).business_date)
    assert story.cancelled(sold[0]).words["state"] == "CANCELLED"
    story.van.script(Fault.LOSE_ANSWER)
    lost = story.a_sale(21_000)
    story.pos.send(lost)
    assert story.state_after(lost.key, passing="BEING_REVERSED", seconds=120) == "REVERSED"
    eventually(lambda: office.balance().won(AccountKind.MERCHANT_PAYABLE, MERCHANT) < 0)

    assert not office.goes_to(Stage.COMPARE, office.today), "no list is there"
    office.parties_send(office.today)
    assert office.goes_to(Stage.CLAIM, office.today)
    difference = office.one_won_too_high()
    entered = two_people_enter(office, difference)
    refunded = story.cancelled(sold[1], amount_won=4_000)
    assert refunded.words["cancel"]["state"] == "REFUND"

    claimed = {row.sale_id for row in office.of_day(office.today)}
    assert claimed >= set(sold[1:])
    assert not claimed & {sold[0], lost.key}, "cancelled or reversed is never claimed"
    for day in (office.today, office.tomorrow):
        for _ in range(2):  # lists and the bank's statement; then the answers to what was claimed
            office.parties_send(day)
            office.goes_to(Stage.EXPECT, day)
    closed = office.breaks.read(office.compared, difference.break_id)
    assert closed is not None
    assert (closed.state, closed.evidence) == (BreakState.CLOSED, entered), "the next day accounted for it"
    rows = [row for day in (office.today, office.tomorrow) for row in office.of_day(day)]
    assert (sold[1], 4_000) in [(row.sale_id, row.amount_won) for row in rows if row.cancel_id]
    for row in rows:
        assert row.state in BECOMES[office.answered()[mark_of(row.row_id)].outcome], row.row_id

    for day in sorted({row.payment_date for row in rows if row.payment_date}):
        office.parties_send(day)
    assert [office.goes_to(Stage.STATEMENT, day) for day in (office.today, office.tomorrow)] == [True, True]

    told = office.balance()
    states = Counter(row.state for day in (office.today, office.tomorrow) for row in office.of_day(day))
    assert told.holds
    assert told.won(AccountKind.DUE) == 0
    assert told.won(AccountKind.BANK) == sum(one.net_won for one in office.answered().values())
    assert states[RowState.PAID] > 0
    assert RowState.CAPTURED not in states

    for day in (office.today, office.tomorrow):
        assert office.goes_to(Stage.STATEMENT, day)
    story.world.running.invoke("SettlementNightFunction", {})
    again = office.balance()
    assert {one.account: one.won for one in again.balances if one.won} == {
        one.account: one.won for one in told.balances if one.won
    }
    name = repair_id(office.compared, difference.found)
    eventually(lambda: office.case_is_closed(name), seconds=A_MINUTE_AND_MORE)
