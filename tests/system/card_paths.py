"""Every path that a card can take through the running world, good and bad, with canaries on each."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from payment_core.kernel.korean_time import korean_time
from payrelay.client import CardInHand, Customer, NoAnswerError, PosRequest
from tests.cli.terminal import payrelay
from tests.system.canaries import CUSTOMER, CVC, NUMBERS, PIN_BLOCK, fullwidth, track2
from tests.system.sinks import Sinks
from tests.system.stories import Story, eventually
from tools.simulators.faults import Fault
from tools.world.process_mark import ProcessMark
from tools.world.running import TERMINAL
from tools.world.world import World

GOOD, OTHER, OVER_ITS_LIMIT, SHORT = NUMBERS


class Shop:
    """A counter whose every card carries canaries, and that keeps every byte it is told."""

    def __init__(self, world: World, sinks: Sinks) -> None:
        self.story = Story(world)
        self.world = world
        self.sinks = sinks
        self.amounts = count(11_000)  # the same card and amount again would be a double tap

    def sale(self, number: str = GOOD, *, keyed: bool = False) -> PosRequest:
        """A sale with a CVC when the card is keyed in, with track 2 when it is swiped."""
        request = self.story.pos.approval(next(self.amounts), CardInHand(number, "1230", cvc=CVC))
        words = json.loads(request.body)
        if not keyed:
            words["card"] |= {"entry": "SWIPED", "track2": track2(number), "cvc": ""}
        return replace(request, body=json.dumps(words).encode())

    def send(self, request: PosRequest, *expected: int, headers: dict[str, str] | None = None) -> None:
        """Send, under headers of its own where it has any; what comes back is kept, and as expected."""
        try:
            metered = {"X-Api-Key": self.story.api_key}
            signed = self.story.pos.signed(request) if headers is None else metered | headers
            answer = self.story.pos.send_as(request, signed)
        except NoAnswerError as silence:
            self.sinks.told.append(repr(silence).encode())
            raise
        self.sinks.told.append(repr(dict(answer.headers)).encode() + answer.body)
        assert answer.http_status in expected, (request.path, answer.http_status, answer.words.get("code"))

    def type(self, *words: str) -> None:
        """What a shopkeeper reads on the screen."""
        said = payrelay(*words, "--state", str(self.world.places.state))
        self.sinks.told += [f"payrelay {words[0]}: {one}".encode() for one in (said.out, said.err)]


def approved_and_declined(shop: Shop) -> None:
    for number in NUMBERS:
        for keyed in (True, False):
            shop.send(shop.sale(number, keyed=keyed), 201)


def a_van_on_bad_days(shop: Shop) -> None:
    unclear = (
        Fault.LOSE_ANSWER, Fault.CLOSE, Fault.RESET, Fault.GARBLE, Fault.TRUNCATE,
        Fault.OTHER_SALE, Fault.WRONG_AMOUNT, Fault.UNKNOWN_CODE, Fault.NO_APPROVAL_NUMBER,
    )  # fmt: skip
    for number, fault in enumerate(unclear):
        shop.story.van.script(fault)
        shop.send(shop.sale(NUMBERS[number % 2], keyed=number % 3 == 0), 202)
    for fault in (Fault.SPLIT, Fault.DUPLICATE_ANSWER, Fault.STRAY_FIRST, Fault.LATE):
        shop.story.van.script(fault, seconds=0.3)
        shop.send(shop.sale(), 201)


def a_lost_net_cancel(shop: Shop) -> None:
    for fault in (Fault.CLOSE, Fault.GARBLE, Fault.UNKNOWN_CODE, Fault.REFUSED):
        shop.story.van.script(Fault.LOSE_ANSWER)
        shop.story.van.script(fault, kind="net_cancel")
        shop.send(shop.sale(keyed=True), 202)


def a_van_that_refuses_connections(shop: Shop) -> None:
    shop.story.van.tell({"line": "closed"})
    for keyed in (True, False):
        shop.send(shop.sale(keyed=keyed), 201)
    shop.story.van.tell({"line": "open"})


def a_repeated_key(shop: Shop) -> None:
    request = shop.sale()
    shop.send(request, 201)
    shop.send(request, 201)
    for other in (OTHER, SHORT):
        shop.send(replace(request, body=request.body.replace(GOOD.encode(), other.encode())), 422)


def cards_in_the_wrong_places(shop: Shop) -> None:
    def changed(**words: object) -> PosRequest:
        request = shop.sale(keyed=True)
        return replace(request, body=json.dumps({**json.loads(request.body), **words}).encode())

    card = {"number": GOOD, "expiry": "1230", "entry": "KEYED", "cvc": CVC}
    for request in (
        *(changed(**{field: GOOD}) for field in ("merchant", "terminal", "business_date", "tender")),
        changed(vat_won=GOOD),
        *(changed(**{field: int(GOOD)}) for field in ("sequence", "amount_won", "terminal_epoch")),
        *(changed(**{name: track2(GOOD)}) for name in ("memo", GOOD, f"card_{GOOD}", track2(GOOD), CVC)),
        *(changed(card=value) for value in (GOOD, [GOOD], {GOOD: CVC}, {**card, GOOD: 1})),
        changed(card={**card, "pin": PIN_BLOCK}),
        *(changed(card={**card, name: track2(GOOD)}) for name in ("number", "expiry", "entry", "cvc")),
        changed(card={**card, "number": fullwidth(GOOD)}),
        changed(card={**card, "track2": track2(GOOD) * 3}),
        changed(pin_block=PIN_BLOCK),
    ):  # fmt: skip
        shop.send(request, 400)
    # Fifteen digits also make a merchant: nobody's, as far as this terminal may know.
    shop.send(changed(merchant=SHORT), 404)
    for body in (
        GOOD,
        f'"{track2(GOOD)}"',
        f"[{GOOD}",
        "{" + f'"card": {{"number": "{GOOD}", "cvc": "{CVC}"',
        track2(GOOD),
    ):
        shop.send(replace(shop.sale(), body=body.encode()), 400)
    shop.send(replace(shop.sale(), body=b"\xff\xfe" + track2(GOOD).encode()), 400)
    shop.send(replace(shop.sale(), body=shop.sale().body[:-1] + b" " * 17_000 + b"}"), 413)
    shop.send(replace(shop.sale(), key=GOOD), 400)


def cards_in_addresses_and_headers(shop: Shop) -> None:
    for path in (f"/v1/approvals/{GOOD}", f"/v1/approvals/{SHORT}-10010001-1-20261120-1", f"/v1/{GOOD}"):
        shop.send(PosRequest("GET", path), 404)
    shop.send(PosRequest("POST", f"/v1/approvals/{GOOD}/cancels", shop.sale().body, GOOD), 400)
    unsigned = PosRequest(
        "GET", f"/v1/approvals/1001-10010001-1-20261120-1?card={GOOD}&track2={track2(GOOD)}"
    )
    shop.send(unsigned, 401, headers={})
    shop.send(
        PosRequest("GET", f"/v1/health?card={GOOD}"), 200, headers={"X-Card": track2(GOOD), "Cookie": GOOD}
    )


def signatures_that_do_not_hold(shop: Shop) -> None:
    request = shop.sale()
    good = shop.story.pos.signed(request)
    named = good["Signature-Input"]
    for headers in (
        {},
        {**good, "Signature": f"pos=:{track2(GOOD)}:"},
        {**good, "Signature": track2(GOOD)},
        {**good, "Signature-Input": named.replace(TERMINAL.key_id, GOOD)},
        {**good, "Signature-Input": re.sub(r'tag="[^"]*"', f'tag="{track2(GOOD)}"', named)},
        {**good, "Signature-Input": re.sub(r"created=\d+", f"created={GOOD}", named)},
        {**good, "Signature-Input": track2(GOOD)},
        {**good, "Signature-Input": named.replace("content-digest", GOOD)},
        {**good, "Content-Digest": f"sha-256=:{GOOD}:"},
        {**good, "Content-Digest": GOOD},
    ):
        shop.send(request, 401, headers=headers)


def cancels(shop: Shop) -> None:
    request = shop.sale()
    shop.send(request, 201)
    cancel = shop.story.pos.cancel(request.key)
    for words in ({"card": {"number": GOOD, "cvc": CVC}}, {GOOD: 1}, {"amount_won": int(GOOD)}):
        body = json.dumps({**json.loads(cancel.body), **words}).encode()
        shop.send(replace(cancel, body=body), 400)
    shop.story.van.script(Fault.GARBLE, kind="cancel")
    shop.send(cancel, 201, 202)


def cash_receipts(shop: Shop) -> None:
    """Their customers are canaries too: issued, lost, refused for a word, and taken back in two tries."""
    pos, customer = shop.story.pos, Customer("phone", CUSTOMER)
    for fault in (Fault.LOSE_ANSWER, Fault.GARBLE):
        shop.story.van.script(fault, kind="cash_receipt")
        shop.send(pos.receipt(next(shop.amounts), "income_deduction", customer), 202)
    request = pos.receipt(next(shop.amounts), "income_deduction", customer)
    shop.send(request, 201)
    shop.send(pos.receipt(next(shop.amounts), "expense_proof", customer), 422)
    shop.story.van.script(Fault.GARBLE, kind="cash_receipt_cancel")
    shop.send(pos.receipt_cancel(request.key, "other", customer), 201, 202)
    shop.type("receipt", "issue", "--amount", "5000", "--phone", CUSTOMER)
    shop.type("receipt", "issue", "--amount", "5000", "--phone", CUSTOMER + "x")


def a_sender_that_dies(shop: Shop) -> None:
    shop.story.van.script(Fault.LOSE_ANSWER)
    sent = shop.story.telegrams()
    at_the_counter = threading.Thread(target=lambda: shop.send(shop.sale(keyed=True), 202))
    at_the_counter.start()
    eventually(lambda: shop.story.telegrams() > sent)
    for mark in sandboxes(shop.world, "VanLinkHangang"):
        mark.send(signal.SIGKILL)
    at_the_counter.join()


def a_sender_without_room(shop: Shop) -> None:
    functions = shop.sinks.client("lambda")
    name = shop.world.running.function("VanLinkHangangFunction")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        shop.send(shop.sale(), 201)
    finally:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=50)


def workflows_that_fail(shop: Shop) -> None:
    """A box that is none: the sender fails on it, and its exception is logged."""
    workflows, functions = shop.sinks.client("stepfunctions"), shop.sinks.client("lambda")
    sale_id = f"1001-10010001-1-{korean_time(time.time_ns() // 1_000_000):%Y%m%d}-99999999"
    for box in ({"key": "AAAA", "nonce": "AAAA", "box": "AAAA"}, {}):
        words = {"sale_id": sale_id, "tender": "card", "bin": "411111", "attempt": 0, "tried": []}
        ran = workflows.start_sync_execution(
            stateMachineArn=shop.world.running.outputs["ApprovalWorkflowArn"],
            input=json.dumps({**words, "sealed_card": box}),
        )
        assert ran["status"] == "SUCCEEDED"
    failed = functions.invoke(
        FunctionName=shop.world.running.function("VanLinkHangangFunction"), Payload=b"{}"
    )
    assert failed["FunctionError"]


def a_shopkeeper_at_the_command_line(shop: Shop) -> None:
    shop.type("approve", "--amount", "11000", "--card", OTHER)
    shop.type("approve", "--amount", "11000", "--card", OVER_ITS_LIMIT, "--json")
    shop.type("approve", "--amount", "11000", "--card", GOOD + "x")
    shop.type("approve", "--amount", "11000", "--card", GOOD, "--expiry", GOOD)
    request = shop.sale()
    shop.send(request, 201)
    shop.type("show", request.key)
    shop.type("show", request.key, "--json")
    shop.type("show", request.key, "--fields")
    shop.type("show", GOOD)
    shop.type("cancel", GOOD)


PATHS: tuple[Callable[[Shop], None], ...] = (
    approved_and_declined,
    a_van_on_bad_days,
    a_lost_net_cancel,
    a_van_that_refuses_connections,
    a_repeated_key,
    cards_in_the_wrong_places,
    cards_in_addresses_and_headers,
    signatures_that_do_not_hold,
    cancels,
    cash_receipts,
    a_sender_that_dies,
    a_sender_without_room,
    workflows_that_fail,
    a_shopkeeper_at_the_command_line,
)


def sandboxes(world: World, function: str) -> list[ProcessMark]:
    """The processes of our engine that run one function."""
    assert world.engine is not None
    found = []
    for place in Path("/proc").iterdir():
        try:
            environment = (place / "environ").read_bytes()
        except (OSError, ValueError):
            continue  # no process, or not ours to see
        ours = f"AWS_ENDPOINT_URL={world.engine.endpoint}".encode() in environment
        if ours and re.search(rb"AWS_LAMBDA_FUNCTION_NAME=[^\0]*" + function.encode(), environment):
            found.append(ProcessMark.of(int(place.name)))
    assert found, f"no sandbox of {function} runs"
    return found
