"""One sale in every envelope it may come in, answered in kind; a card goes to the VAN and nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http import trust
from payment_adapters.http.answers import in_kind
from payment_adapters.http.envelope import TELEGRAM_TYPE
from payment_adapters.http.jose import EnvelopeKey, sealed
from payment_adapters.http.pos_cipher import PosCipher
from telegram_codec.specs import pos
from tests.adapters.scripted_van import answers
from tests.handlers import test_card_secrecy as secrecy
from tests.handlers.signing import FIRST_KEY_ID, SignedRequest
from tests.handlers.test_gateway import NO_TIME_TO_WAIT_MS
from tests.handlers.world import ENVELOPE, MASTER, Told, World
from tools.generate.signed_event import today

CARD = {"number": secrecy.PAN, "expiry": "1230", "entry": "SWIPED", "track2": secrecy.TRACK2}
CIPHER = PosCipher.of(terminal_key(MASTER.encode(), FIRST_KEY_ID))
APPROVALS = "/v1/approvals"

Wrap = Callable[[bytes], tuple[bytes, dict[str, str]]]


def words(card: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "merchant": "1001",
        "terminal": "10010001",
        "terminal_epoch": 1,
        "business_date": today(),
        "sequence": 42,
        "tender": "card",
        "amount_won": 11_000,
        "vat_won": 1_000,
        "card": card or CARD,
    }


def to_payrelay(content: bytes, cty: str = "") -> str:
    key = EnvelopeKey.derived(ENVELOPE.encode())
    return sealed(content, key.private.public_key(), kid=key.kid, cty=cty)


def card_alone(_: bytes) -> tuple[bytes, dict[str, str]]:
    return json.dumps(words({"jwe": to_payrelay(json.dumps(CARD).encode())})).encode(), {}


WRAPS: dict[str, Wrap] = {
    "plain": lambda body: (body, {}),
    "gzip": lambda body: (gzip.compress(body), {"Content-Encoding": "gzip"}),
    "jose": lambda body: (to_payrelay(body).encode(), {"Content-Type": "application/jose"}),
    "jose_of_gzip": lambda body: (
        to_payrelay(gzip.compress(body), "gzip").encode(),
        {"Content-Type": "application/jose"},
    ),
    "card_alone": card_alone,
}


def asked(world: World, said: bytes, headers: dict[str, str], path: str = APPROVALS) -> Told:
    request = SignedRequest(path, said, headers=headers, idempotency_key=str(world.sale_id))
    return world.ask(request.event())


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_a_sale_is_the_same_sale_in_every_envelope(world: World, wrap: Wrap) -> None:
    said, headers = wrap(json.dumps(words()).encode())

    told = asked(world, said, headers)

    assert (told.http_status, told.words["state"]) == (201, "APPROVED")
    assert world.van.sent_cards == [secrecy.PAN]
    again = asked(world, *WRAPS["plain"](json.dumps(words()).encode()))
    assert (again.body, again.headers["Idempotent-Replayed"]) == (told.body, "true")


def telegram(**changes: Any) -> pos.ApprovalRequest:  # noqa: ANN401 -- any row of the telegram
    day = date.fromisoformat(today())
    rows: dict[str, Any] = {
        "till": "TILL-03",
        "serial": "000000000042",
        "transaction_date": day,
        "transaction_time": time(12, 30, 44),
        "entry_mode": "S",
        "track_2": secrecy.TRACK2,
        "amount_won": 11_000,
        "vat_won": 1_000,
    }
    return pos.ApprovalRequest(**{**rows, **changes})


FRAMES: dict[str, Callable[[pos.Request], bytes]] = {
    "plain": pos.pack,
    "deflated": lambda request: pos.pack(request, compress=True),
    "enciphered": CIPHER.pack,
    "both": lambda request: CIPHER.pack(request, compress=True),
}


def answer_of(
    world: World, frame: bytes, path: str = APPROVALS, key: str = "", left_ms: int = 28_000
) -> tuple[int, pos.AnyAnswer]:
    """What a till reads back."""
    request = SignedRequest(
        path, frame, headers={"Content-Type": TELEGRAM_TYPE}, idempotency_key=key or str(world.sale_id)
    )
    told = world.ask(request.event(), left_ms=left_ms)
    assert told.headers["Content-Type"] == TELEGRAM_TYPE
    back = base64.b64decode(told.body)
    decipher = PosCipher(CIPHER.answer_key, CIPHER.answer_key).decipher(back[:60])
    return told.http_status, pos.decode_answer(pos.unpack(back, decipher))


@pytest.mark.parametrize("packed", FRAMES.values(), ids=FRAMES)
def test_a_till_is_answered_by_a_telegram(world: World, packed: Callable[[pos.Request], bytes]) -> None:
    http_status, answer = answer_of(world, packed(telegram()))

    assert http_status == 201
    assert (answer.response_code, answer.approval_number) == ("0000", "30012345")
    assert answer.printed_card_number == "400000******0002"
    assert world.van.sent_cards == [secrecy.PAN]


def test_the_same_sale_may_be_asked_for_in_both_languages(world: World) -> None:
    answer_of(world, pos.pack(telegram()))

    told = asked(world, json.dumps(words() | {"installment_months": 0}).encode(), {})

    assert (told.http_status, told.headers["Idempotent-Replayed"]) == (201, "true")


def test_a_till_cancels_by_telegram(world: World) -> None:
    answer_of(world, pos.pack(telegram()))
    rows = {
        name: getattr(telegram(), name)
        for name in ("till", "transaction_date", "transaction_time", "amount_won", "vat_won")
    }
    cancel = pos.CancelRequest(
        **rows,
        serial="000000000043",
        original_date=rows["transaction_date"],
        original_approval_number="30012345",
        cancel_scope="F",
    )
    key = str(world.sale_id).replace("-42", "-43")

    path = f"{APPROVALS}/{world.sale_id}/cancels"
    http_status, answer = answer_of(world, pos.pack(cancel), path, key, NO_TIME_TO_WAIT_MS)

    assert http_status == 202, "no workflow runs here, so it is still on its way"
    assert isinstance(answer, pos.CancelAnswer)
    assert answer.response_code == "R002"


@pytest.mark.parametrize(
    ("frame", "http_status", "code"),
    [
        (pos.pack(telegram(amount_won=99, vat_won=0)), 400, "P400"),
        (PosCipher.of(bytes(32)).pack(telegram()), 400, "P400"),
        (pos.pack(telegram())[:-9], 400, "P400"),
        (pos.pack(telegram(transaction_date=date(2020, 1, 1))), 400, "P400"),
    ],
    ids=["amount", "cipher", "cut_off", "another_day"],
)
def test_a_refused_till_reads_a_telegram_too(world: World, frame: bytes, http_status: int, code: str) -> None:
    told, answer = answer_of(world, frame)

    assert (told, answer.response_code, answer.serial) == (http_status, code, "000000000042")
    assert world.telegrams == []


def test_a_till_that_nobody_knows_reads_a_telegram_too(world: World) -> None:
    request = SignedRequest(
        APPROVALS, pos.pack(telegram()), key=bytes(32), headers={"Content-Type": TELEGRAM_TYPE}
    )

    told = world.ask(request.event())

    assert told.http_status == 401
    assert pos.decode_answer(base64.b64decode(told.body)).response_code == "P401"


def test_bytes_without_a_header_are_answered_by_a_problem(world: World) -> None:
    request = SignedRequest(APPROVALS, b"0001x", headers={"Content-Type": TELEGRAM_TYPE})

    told = world.ask(request.event())

    assert (told.http_status, told.words["code"]) == (400, "telegram-refused")


def test_a_till_is_told_that_nothing_is_known_when_a_table_does_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMINALS_TABLE", "no-such-table")
    trust.credentials.cache_clear()

    http_status, answer = answer_of(world, pos.pack(telegram()))

    assert (http_status, answer.response_code) == (503, "P503")


@pytest.mark.usefixtures("world")
def test_an_answer_that_no_row_can_carry_is_told_as_it_is() -> None:
    event = SignedRequest(APPROVALS, pos.pack(telegram()), headers={"Content-Type": TELEGRAM_TYPE}).event()
    body = json.dumps({"state": "APPROVED", "approval_number": "no digits"})
    answered = {"statusCode": 201, "multiValueHeaders": {}, "body": body, "isBase64Encoded": False}

    assert in_kind(event, answered) == answered


def damaged(said: bytes, at: int) -> bytes:
    return said[:at] + bytes([said[at] ^ 1]) + said[at + 1 :]


BROKEN: dict[str, Callable[[], tuple[bytes, dict[str, str]]]] = {
    "gzip": lambda: (damaged(gzip.compress(json.dumps(words()).encode()), -3), {"Content-Encoding": "gzip"}),
    "not_gzip": lambda: (json.dumps(words()).encode(), {"Content-Encoding": "gzip"}),
    "jose": lambda: (damaged(to_payrelay(b"x" * 99).encode(), -3), {"Content-Type": "application/jose"}),
    "plain_as_jose": lambda: (json.dumps(words()).encode(), {"Content-Type": "application/jose"}),
    "card": lambda: (
        json.dumps(words({"jwe": to_payrelay(json.dumps([CARD]).encode())})).encode(),
        {},
    ),
    "card_words": lambda: (
        json.dumps(words({"jwe": to_payrelay(json.dumps(CARD | {"entry": secrecy.PAN}).encode())})).encode(),
        {},
    ),
    "telegram": lambda: (damaged(pos.pack(telegram()), 134), {"Content-Type": TELEGRAM_TYPE}),
    "telegram_shifted": lambda: (
        pos.pack(telegram())[:95] + pos.pack(telegram())[96:],
        {"Content-Type": TELEGRAM_TYPE},
    ),
    "telegram_flags": lambda: (damaged(pos.pack(telegram()), 13), {"Content-Type": TELEGRAM_TYPE}),
    "telegram_track": lambda: (
        pos.pack(telegram(track_2=secrecy.PAN)),
        {"Content-Type": TELEGRAM_TYPE},
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_no_broken_envelope_lets_card_data_out(
    world: World,
    broken: Callable[[], tuple[bytes, dict[str, str]]],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    search = secrecy.Search(world)

    secrecy.run(search, lambda: asked(world, *broken()))

    assert world.telegrams == []
    secrecy.nothing_leaked(search.everything(capfd, caplog))


@pytest.mark.parametrize("packed", FRAMES.values(), ids=FRAMES)
def test_no_telegram_lets_card_data_out(
    world: World,
    packed: Callable[[pos.Request], bytes],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.van_does(answers(printed_card_number=secrecy.PAN))
    search = secrecy.Search(world)

    secrecy.run(search, lambda: repr(answer_of(world, packed(telegram()))))

    assert world.van.sent_cards == [secrecy.PAN]
    secrecy.nothing_leaked(search.everything(capfd, caplog))
