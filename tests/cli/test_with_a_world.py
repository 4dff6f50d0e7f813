"""The whole of a shopkeeper's day on the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from payment_adapters.tables.claims import DynamoClaims
from payment_core.approval.accept import accept
from payment_core.approval.model import Step
from payrelay.client import CardInHand
from tests.cli.terminal import ROOT, Said, command, environment, payrelay
from tests.spec.till import Till
from tools.simulators.cards import another_card
from tools.world.places import Places
from tools.world.process_mark import ProcessMark
from tools.world.running import RunningWorld
from tools.world.truth import all_sales

pytestmark = pytest.mark.engine

CARD = "4111111111111111"
GONE_SECONDS = 10
ROUTERS_KNOW_SECONDS = 1.1
PROJECTED_SECONDS = 30
UNDONE_SECONDS = 120


class Shop:
    """One state directory, and the commands in it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.places = Places(state)

    def __call__(self, *words: str) -> Said:
        return payrelay(*words, "--state", self.state)

    def approved(self, amount_won: int = 11_000) -> str:
        told = self("approve", "--amount", str(amount_won), "--json")
        assert told.code == 0, told.err
        sale_id: str = json.loads(told.out)["sale_id"]
        return sale_id

    def show_until(self, sale_id: str, shown: str) -> str:
        """The story of a sale, as soon as it says so: a busy machine undoes behind the answer."""
        deadline = time.monotonic() + UNDONE_SECONDS
        while shown not in (story := self("show", sale_id).out):
            assert time.monotonic() < deadline, story
        return story

    def processes(self) -> list[ProcessMark]:
        record = self.places.read_record() or {}
        owner = self.places.owner()
        return [ProcessMark(**one) for one in record["processes"].values()] + ([owner] if owner else [])


def are_gone(marks: list[ProcessMark]) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while any(mark.is_alive() for mark in marks):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    opened = Shop(tmp_path_factory.mktemp("shop"))
    told = opened("up", "--detach", "--port", "0", "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["api_url"].startswith("http://127.0.0.1:")
    yield opened
    assert opened("down").code == 0


def test_a_cheque_is_good_or_bad_by_exit_code(shop: Shop) -> None:
    good, stolen = shop("cheque", "inquire"), shop("cheque", "inquire", "20000013")

    assert (good.code, "✓ Cheque 10000013 is good" in good.out) == (0, True)
    assert (stolen.code, "6101 분실 또는 도난 신고된 수표입니다" in stolen.out) == (3, True)


def test_an_approved_payment_exits_zero_and_names_its_sale(shop: Shop) -> None:
    told = shop("approve", "--amount", "11000")

    assert told.code == 0
    assert "✓ Approved 11,000 won" in told.out
    assert re.search(r"payrelay show 1001-10010001-1-\d{8}-\d+", told.out)


def test_a_destination_opened_by_hand_says_why_until_it_is_closed(shop: Shop) -> None:
    assert shop("breaker", "open", "hangang", "--because", "work on the line").code == 0
    again = shop("breaker", "open", "hangang", "--because", "once more")
    told = shop("health")
    (hangang,) = (one for one in json.loads(shop("health", "--json").out) if one["destination"] == "hangang")

    assert (again.code, "is OPEN already" in again.err) == (3, True)
    assert re.search(r"hangang +OPEN .*It takes no sales since \d+ s: a person: work on the line\.", told.out)
    assert (hangang["state"], hangang["generation"]) == ("OPEN", 1)
    assert shop("breaker", "close", "hangang", "--because", "it is done").code == 0
    assert "It takes sales again" in shop("health").out
    time.sleep(ROUTERS_KNOW_SECONDS)


def test_a_declined_payment_exits_three(shop: Shop) -> None:
    told = shop("approve", "--amount", "11000", "--card", "4000000000000002")

    assert told.code == 3
    assert "✗ Declined 11,000 won" in told.out
    assert "8326" in told.out


def test_a_refused_request_exits_three_with_the_reason(shop: Shop) -> None:
    told = shop("approve", "--amount", "50")

    assert told.code == 3
    assert told.is_a_sentence
    assert "amount_won" in told.err


def test_an_unclear_answer_exits_four_and_show_says_why(shop: Shop) -> None:
    assert shop("van", "script", "close").code == 0

    told = shop("approve", "--amount", "22000", "--json")

    story = shop.show_until(json.loads(told.out)["sale_id"], "confirmed that it is undone")
    assert told.code == 4
    assert "decided: not approved, to be undone" in story
    assert "undo, try 1" in story


def test_what_is_open_is_listed_until_it_has_its_end(shop: Shop) -> None:
    assert shop("open").out == "No money is open: every sale has its end.\n"
    till, world = Till(), RunningWorld.find(shop.places)
    claims = DynamoClaims(world.dynamodb, world.outputs["PaymentsTable"], world.outputs["MarksTable"])
    assert accept(till.request(), world.sales, claims, till.clock.hand("gateway")) is None

    told = shop("open").out

    assert re.search(r"1001-10010001-1-20261120-42 +11,000 +being decided +a person +\d+ d", told)
    assert "Open: 11,000 won in 1 sale, 1 for a person." in told


def test_a_van_that_is_down_declines_and_show_says_so(shop: Shop) -> None:
    shop("van", "close")

    told = shop("approve", "--amount", "11000", "--json")

    shop("van", "open")
    story = shop("show", json.loads(told.out)["sale_id"])
    assert told.code == 3
    assert "could not be reached, so nothing was sent" in " ".join(story.out.split())


@pytest.mark.parametrize("more", [(), ("--fields",), ("--json",)])
def test_a_story_shows_every_step_and_no_secret(shop: Shop, more: tuple[str, ...]) -> None:
    story = shop("show", shop.approved(), *more)

    assert story.code == 0
    for said in (
        "claimed the sale: 11,000 won",
        "authorise → answer 0000",
        "decided: approved",
    ):
        assert said in story.out
    assert re.search(r"411111\*{6}\d{4}", story.out)
    assert not re.search(r"411111\d{10}", story.out)
    if not more:
        assert max(map(len, story.out.splitlines())) <= 100


def test_a_sale_that_never_was_exits_three(shop: Shop) -> None:
    told = shop("show", "1001-10010001-1-20261120-99999999")

    assert told.code == 3
    assert told.is_a_sentence


def test_a_trace_shows_what_each_function_logged_of_a_sale(shop: Shop) -> None:
    sale_id = shop.approved()
    deadline = time.monotonic() + PROJECTED_SECONDS
    told = shop("trace", sale_id, "--json")
    while "outbox" not in told.out and time.monotonic() < deadline:
        told = shop("trace", sale_id, "--json")

    lines = json.loads(told.out)

    assert {"gateway", "van-link-hangang", "outbox"} <= {line["function"] for line in lines}
    assert [line["at_ms"] for line in lines] == sorted(line["at_ms"] for line in lines)
    assert CARD not in told.out
    assert shop("trace", "1001-10010001-1-20200101-1").code == 3


def test_a_payment_is_given_back_in_parts(shop: Shop) -> None:
    sale_id = shop.approved()

    part = shop("cancel", sale_id, "--amount", "4000")
    rest = shop("cancel", sale_id, "--json")
    more = shop("cancel", sale_id)

    assert (part.code, rest.code, more.code) == (0, 0, 3)
    assert "✓ Cancelled 4,000 won" in part.out
    assert json.loads(rest.out)["cancel"]["amount_won"] == 7_000
    assert more.is_a_sentence


def test_what_is_cancelled_after_its_claim_goes_back_with_the_next_file(shop: Shop) -> None:
    sale_id = shop.approved(11_000)
    held = json.loads(shop("claim", "--batch", "first", "--json").out)["records"]
    assert [one["amount_won"] for one in held if one["sale_id"] == sale_id] == [11_000]

    world = RunningWorld.find(shop.places)
    undone = world.pos().send(world.pos().net_cancel(sale_id))
    refund = shop("cancel", sale_id, "--amount", "4000")
    story, second = shop("show", sale_id), shop("claim", "--batch", "second")
    books = json.loads(shop("van", "books", "--json").out)["authorisations"]

    assert (undone.http_status, undone.code) == (409, "net-cancel-not-possible")
    assert (refund.code, "✓ Noted a refund of 4,000 won" in refund.out) == (0, True)
    serial = f"001{int(sale_id.rpartition('-')[2]):08d}0"
    assert [one["remaining_won"] for one in books if one["serial"] == serial] == [11_000], "nobody was asked"
    assert "The customer pays 7,000 won of 11,000" in story.out
    assert re.search(rf"refund +{sale_id} .* -4,000 +-364", second.out)
    assert re.search(r"Batch second: 0 won claimed, 4,000 won to refund", second.out)
    assert "is empty" in shop("claim", "--batch", "third").out


def test_the_books_agree_with_the_till(shop: Shop) -> None:
    sale_id = shop.approved(12_000)

    books = json.loads(shop("van", "books", "--json").out)["authorisations"]

    serial = f"001{int(sale_id.rpartition('-')[2]):08d}0"
    assert [one["remaining_won"] for one in books if one["serial"] == serial] == [12_000]
    assert serial in shop("van", "books").out


def month_of_hangang(shop: Shop, sale_id: str) -> int:
    told = shop("route", "explain", "--card", "411111", "--sale-id", sale_id, "--json")
    (hangang,) = json.loads(told.out)["candidates"]
    found: int = hangang["month_approvals"]
    return found


def test_the_month_counts_what_was_approved_and_a_rebuild_finds_nothing_missing(shop: Shop) -> None:
    sale_id = shop.approved()
    ever_approved = sum(
        any(entry.step is Step.APPROVE for entry in sale.history)
        for sale in all_sales(RunningWorld.find(shop.places))
    )
    deadline = time.monotonic() + PROJECTED_SECONDS
    while month_of_hangang(shop, sale_id) < ever_approved and time.monotonic() < deadline:
        time.sleep(0.2)

    rebuilt = shop("projection", "rebuild")

    assert "nothing was missing" in rebuilt.out
    assert month_of_hangang(shop, sale_id) == ever_approved


def test_a_pos_that_dies_after_the_approval_appears_in_the_comparison_with_its_journal(shop: Shop) -> None:
    shown, pos = shop.approved(), RunningWorld.find(shop.places).pos()
    request = pos.approval(31_000, CardInHand(another_card(), "1230", "123"))
    assert pos.send(request).state == "APPROVED"
    # … and here the POS dies: it never writes down that it showed the approval.

    deadline = time.monotonic() + PROJECTED_SECONDS
    while request.key not in (told := shop("journal", "compare", "--json")).out:
        assert time.monotonic() < deadline, told.out

    found = {one["sale_id"]: one["kind"] for one in json.loads(told.out)["differences"]}
    assert (told.code, found[request.key]) == (4, "NOT_IN_JOURNAL")
    assert shown not in found
    assert shop("journal", "compare", "--terminal", "mine").code == 2
    assert shop("journal", "compare", "--date", "20261399").code == 2
    nowhere = shop("journal", "compare", "--terminal", "1001-10019999-1")
    assert (nowhere.code, "Nothing was sold" in nowhere.out) == (0, True)
    korean = shop("journal", "compare", "--ko")
    assert "31,000원이 승인되었으나" in korean.out
    assert shop("journal", "deliver").code == 0
    assert shop("journal", "run").code == 4
    reported = shop("journal", "report", "--merchant", "1001")
    assert (reported.code, shop("journal", "report", "--merchant", "1009").code) == (4, 3)
    assert request.key in reported.out.partition("approved here, not in the POS journal")[2]
    pos.settle_pending()
    again = json.loads(shop("journal", "compare", "--json").out)["differences"]
    assert [one for one in again if one["sale_id"] == request.key and one["kind"] == "NOT_IN_JOURNAL"] == []


def test_the_doctor_finds_nothing_wrong(shop: Shop) -> None:
    told = shop("doctor")

    assert told.code == 0, told.out
    assert "No troubles found." in told.out


def test_a_second_up_names_the_first(shop: Shop) -> None:
    told = shop("up", "--port", "0")

    assert told.code == 1
    assert told.is_a_sentence
    assert "payrelay down" in told.err
    assert shop.approved(), "the first world does not notice"


def test_a_killed_world_takes_its_processes_along_and_keeps_its_payments(shop: Shop) -> None:
    sale_id = shop.approved()
    marks, owner = shop.processes(), shop.places.owner()
    assert owner is not None

    owner.send(signal.SIGKILL)

    assert are_gone(marks)
    assert "ended without" in shop("show", sale_id).err
    assert shop("up", "--detach", "--port", "0").code == 0
    assert "decided: approved" in shop("show", sale_id).out
    assert shop("cancel", sale_id).code == 0


def test_ctrl_c_stops_everything_that_up_started_and_nothing_else(shop: Shop, tmp_path: Path) -> None:
    neighbour = Shop(tmp_path)
    with subprocess.Popen(
        command("up", "--port", "0", "--state", tmp_path),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C stops it" in line:
                break
        marks = neighbour.processes()
        assert all(mark.is_alive() for mark in marks)

        os.killpg(process.pid, signal.SIGINT)

        assert process.wait(GONE_SECONDS * 2) == 0
        assert "what was paid is kept" in process.stdout.read()
    assert are_gone(marks)
    assert neighbour.places.read_record() is None
    assert shop.approved(), "the world beside it runs on"


@pytest.mark.slow
def test_the_demo_tells_three_stories_and_counts_from_the_truth() -> None:
    told = payrelay("demo")

    last = told.out.splitlines()[-1]
    assert told.code == 0, told.out + told.err
    words = json.loads(last.removeprefix("DEMO "))
    assert words | {"seconds": 0} == {
        "approved": 1,
        "declined": 1,
        "net_cancelled": 1,
        "unknown": 0,
        "seconds": 0,
    }
    assert words["seconds"] > 0
    assert "authorise → no answer" in told.out
    assert CARD not in told.out


def test_a_merchant_is_given_one_key_however_often_it_is_asked_for(shop: Shop) -> None:
    first, again = shop("merchant", "add", "1002", "--json"), shop("merchant", "add", "1002", "--json")

    assert first.code == again.code == 0
    assert json.loads(first.out) == json.loads(again.out)
    assert len(json.loads(first.out)["api_key"]) >= 20


def test_what_is_no_merchants_number_gets_no_key(shop: Shop) -> None:
    assert shop("merchant", "add", "a shop").code == 2
