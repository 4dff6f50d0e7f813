"""Card data goes to the VAN and nowhere else: canaries are put in, and every way out is searched."""

from __future__ import annotations

import json
import re
import traceback
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.outbox import handler as outbox
from functions.van_link import handler as van_link
from payment_adapters import wiring
from payment_adapters.tables.sales import DynamoSales
from tests.adapters.scripted_van import Act, Caller, answers, stays_silent
from tests.contracts.aws import client
from tests.handlers.world import Invocation, World

PAN, CVC, TRACK2 = "4000000000000002", "9173", "4000000000000002=30121010000091731"
CARD = {"number": PAN, "expiry": "1230", "entry": "SWIPED", "cvc": CVC, "track2": TRACK2}
CANARY = re.compile(rf"{PAN}|{TRACK2[17:]}|(?<![0-9A-Za-z]){CVC}(?![0-9A-Za-z])")


@dataclass
class Search:
    """Everything that came out of one run, as text."""

    world: World
    found: list[str] = field(default_factory=list)

    def everything(self, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
        """What was told, stored, published, logged and raised."""
        shown = capfd.readouterr()
        items = json.dumps(self.world.items(), ensure_ascii=False)
        return "\n".join(
            [
                *self.found,
                *self.world.outgoing,
                *self.world.workflow.inputs,
                items,
                shown.out,
                shown.err,
                caplog.text,
            ]
        )


@pytest.fixture
def search(world: World) -> Search:
    return Search(world)


def run(search: Search, do: Callable[[], Any]) -> None:
    """Do it, keep what it told or raised, and publish whatever the table streams."""
    try:
        search.found.append(repr(do()))
    except Exception as error:  # noqa: BLE001 -- every way out is searched, bugs included
        search.found.append("".join(traceback.format_exception(error)))
    if search.world.items():
        outbox.handler(search.world.changes(), Invocation())


def nothing_leaked(text: str) -> None:
    assert CANARY.search(text) is None, text[max(0, CANARY.search(text).start() - 200) :][:400]  # type: ignore[union-attr]  # just found


def test_the_search_would_find_a_leak() -> None:
    for leak in (PAN, TRACK2, f'"cvc": "{CVC}"', f"{TRACK2}   {CVC}   "):
        with pytest.raises(AssertionError):
            nothing_leaked(f"something {leak} something")


def echoes(caller: Caller) -> None:
    """A VAN that sends the request back."""
    caller.say(caller.request.encode())


VAN_DAYS: dict[str, tuple[Act, ...]] = {
    "approved": (answers(printed_card_number=PAN),),
    "declined": (answers(response_code="8326", approval_number=""),),
    "silent": (stays_silent, answers()),
    "silent_for_long": (stays_silent,),
    "reset": (Caller.reset,),
    "echoes_the_card": (echoes,),
    "echoes_half_the_card": (lambda caller: caller.say(caller.request.encode()[:140]),),
    "card_in_another_row": (
        lambda caller: caller.say(caller.answer().replace(b"30012345    ", PAN[:12].encode())),
    ),
    "other_sale": (lambda caller: caller.say(caller.answer(serial="999999999999", printed_card_number=PAN)),),
    "wrong_amount": (answers(amount_won=1, printed_card_number=PAN),),
    "unlisted_code": (answers(response_code="9998", printed_card_number=PAN),),
}


@pytest.mark.parametrize("acts", VAN_DAYS.values(), ids=VAN_DAYS)
def test_no_day_of_a_van_lets_card_data_out(
    search: Search,
    acts: tuple[Act, ...],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    search.world.van_does(*acts)

    run(search, lambda: search.world.approve(card=CARD))
    run(search, search.world.look)

    assert search.world.van.sent_cards == [PAN]  # the canaries were really under way
    nothing_leaked(search.everything(capfd, caplog))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_won": 99},
        {"card": {**CARD, "entry": PAN}},
        {"card": {**CARD, "number": PAN + "x"}},
        {"card": {**CARD, "cvc": "1"}},  # too short for the telegram, not for the door
        {"business_date": "20200101"},
    ],
)
def test_no_refusal_lets_card_data_out(
    search: Search,
    changes: dict[str, Any],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    run(search, lambda: search.world.approve(**{"card": CARD, **changes}))
    run(search, lambda: search.world.approve(card=CARD))
    run(search, lambda: search.world.approve(card={**CARD, "expiry": "0131"}))

    nothing_leaked(search.everything(capfd, caplog))


def test_a_store_that_fails_lets_no_card_data_out(
    search: Search,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    gone = DynamoSales(client("dynamodb"), "no-such-table")
    search.world.workflow.meanwhile = lambda: monkeypatch.setattr(wiring, "sales", lambda: gone)

    run(search, lambda: search.world.approve(card=CARD))

    nothing_leaked(search.everything(capfd, caplog))


def test_a_box_that_does_not_open_lets_no_card_data_out(
    search: Search, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    search.world.approve(card=CARD)
    asked = {**json.loads(search.world.workflow.inputs[0]), "telegram": "authorise", "attempt": 1, "why": ""}
    others = {**asked, "sale_id": "1001-10010001-1-20261120-77", "destination": "hangang"}

    run(search, lambda: van_link.handler(others, Invocation()))  # type: ignore[arg-type]  # as JSON brings it

    assert "SealBrokenError" in search.found[-1]
    nothing_leaked(search.everything(capfd, caplog))


def test_what_travels_through_the_workflow_is_a_box_and_an_id(world: World) -> None:
    world.approve(card=CARD)

    (travelled,) = map(json.loads, world.workflow.inputs)
    assert set(travelled) == {"sale_id", "tender", "sealed_card", "bin", "attempt", "tried"}
    assert len(travelled["bin"]) == 6  # what every mask shows
    nothing_leaked("".join(b64decode(part).decode("latin-1") for part in travelled["sealed_card"].values()))
