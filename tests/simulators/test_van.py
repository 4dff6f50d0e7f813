"""The simulated VAN behaves like one: it approves once, undoes what it is asked to, and fails on demand."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from datetime import time as time_of_day
from pathlib import Path

import pytest

from telegram_codec import DecodeError
from telegram_codec.specs import hangang
from tools.simulators.faults import MENU, Fault
from tools.simulators.process import ScriptRefusedError, Van, VanSilentError

DAY = date(2026, 11, 20)
CARD = "4111111111111111"
OVER_THE_LIMIT = "4000000000000002"
SILENCE_SECONDS = 0.3
STARTER = """
import signal, sys
from pathlib import Path
from tools.simulators.process import Van
van = Van.start(Path(sys.argv[1], "books"), Path(sys.argv[1], "log"))
print(van.port, flush=True)
signal.pause()
"""


@pytest.fixture
def van(tmp_path: Path) -> Iterator[Van]:
    started = Van.start(tmp_path / "books.jsonl", tmp_path / "van.log")
    yield started
    started.stop()


def an_approval(serial: int = 1, *, card: str = CARD, amount_won: int = 11_000) -> hangang.ApprovalRequest:
    return hangang.ApprovalRequest(
        terminal_id="10010001",
        serial=f"{serial:012d}",
        transaction_date=DAY,
        transaction_time=time_of_day(9, 30),
        entry_mode="K",
        card_number=card,
        expiry="3012",
        cvc="123",
        amount_won=amount_won,
        vat_won=amount_won // 11,
    )


def a_net_cancel(serial: int = 1, *, amount_won: int = 11_000) -> hangang.NetCancelRequest:
    return hangang.NetCancelRequest(
        terminal_id="10010001",
        serial=f"{serial:012d}",
        transaction_date=DAY,
        transaction_time=time_of_day(9, 31),
        amount_won=amount_won,
        vat_won=amount_won // 11,
        original_serial=f"{serial:012d}",
        original_date=DAY,
    )


def a_cancel(
    approval_number: str, amount_won: int, *, serial: int, scope: str = "P"
) -> hangang.CancelRequest:
    return hangang.CancelRequest(
        terminal_id="10010001",
        serial=f"{serial:012d}",
        transaction_date=DAY,
        transaction_time=time_of_day(9, 32),
        amount_won=amount_won,
        vat_won=0,
        original_date=DAY,
        original_approval_number=approval_number,
        cancel_scope=scope,
    )


def exchange(van: Van, request: hangang.AnyRequest, *, seconds: float = 5) -> bytes:
    """All bytes of the answer, up to the VAN's end of the connection or the deadline."""
    heard = b""
    with socket.create_connection(("127.0.0.1", van.port), timeout=seconds) as line:
        line.sendall(request.encode())
        try:
            while chunk := line.recv(4_096):
                heard += chunk
        except TimeoutError:
            pass
    return heard


def approval(van: Van, request: hangang.ApprovalRequest) -> hangang.ApprovalAnswer:
    return hangang.ApprovalAnswer.decode(exchange(van, request))


def code_of(van: Van, request: hangang.AnyRequest) -> str:
    return hangang.decode_answer(exchange(van, request)).response_code


def fates(van: Van) -> list[str]:
    return [one["fate"] for one in van.authorisations()]


def test_an_approval_gets_a_number_and_korean_words(van: Van) -> None:
    answer = approval(van, an_approval())

    assert (answer.response_code, answer.approval_number) == ("0000", "30000001")
    assert (answer.issuer_name, answer.message) == ("하늘카드", "정상 처리되었습니다")
    assert (answer.serial, answer.amount_won) == ("000000000001", 11_000)


def test_the_same_trace_number_is_never_approved_twice(van: Van) -> None:
    approval(van, an_approval())

    again = approval(van, an_approval())

    assert (again.response_code, again.approval_number) == ("4383", "")
    assert fates(van) == ["approved"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (an_approval(card=OVER_THE_LIMIT), "8326"),
        (an_approval(amount_won=5_000_001), "8326"),
        (an_approval(card="9" * 16), "0414"),
        (replace(an_approval(), expiry="2001"), "8314"),
        (replace(an_approval(), cvc="000"), "7576"),
        (replace(an_approval(), instalment_months=3), "8410"),
    ],
)
def test_a_card_is_declined_by_rule(van: Van, request_: hangang.ApprovalRequest, code: str) -> None:
    assert approval(van, request_).response_code == code
    assert fates(van) == ["declined"]


def test_a_net_cancel_undoes_an_approval_and_may_be_repeated(van: Van) -> None:
    approval(van, an_approval())

    assert code_of(van, a_net_cancel()) == "0000"
    assert code_of(van, a_net_cancel()) == "2558"
    assert fates(van) == ["net_cancelled"]


def test_a_net_cancel_of_something_unknown_or_declined_finds_no_original(van: Van) -> None:
    approval(van, an_approval(7, card=OVER_THE_LIMIT))

    assert code_of(van, a_net_cancel(7)) == "2810"
    assert code_of(van, a_net_cancel(8)) == "2810"


def test_a_net_cancel_blocks_no_later_original(van: Van) -> None:
    assert code_of(van, a_net_cancel()) == "2810"

    assert approval(van, an_approval()).response_code == "0000"


def test_partial_cancels_give_back_no_more_than_was_paid(van: Van) -> None:
    number = approval(van, an_approval()).approval_number

    assert code_of(van, a_cancel(number, 4_000, serial=2)) == "0000"
    assert code_of(van, a_cancel(number, 4_000, serial=2)) == "2558"
    assert code_of(van, a_cancel(number, 7_001, serial=3)) == "2032"
    assert code_of(van, a_net_cancel()) == "4383"
    assert van.authorisations()[0]["remaining_won"] == 7_000
    assert code_of(van, a_cancel(number, 7_000, serial=4)) == "0000"
    assert fates(van) == ["cancelled"]


def test_a_full_cancel_is_of_the_whole_amount(van: Van) -> None:
    number = approval(van, an_approval()).approval_number

    assert code_of(van, a_cancel(number, 10_000, serial=2, scope="F")) == "2011"
    assert code_of(van, a_cancel("99999999", 11_000, serial=3, scope="F")) == "2810"
    assert code_of(van, a_cancel(number, 11_000, serial=4, scope="F")) == "0000"


def test_an_inquiry_tells_the_fate_of_an_approval(van: Van) -> None:
    approval(van, an_approval())
    inquiry = hangang.InquiryRequest(
        terminal_id="10010001",
        serial="000000000009",
        transaction_date=DAY,
        transaction_time=time_of_day(9, 33),
        amount_won=11_000,
        vat_won=1_000,
        original_serial="000000000001",
        original_date=DAY,
    )

    told = hangang.InquiryAnswer.decode(exchange(van, inquiry))
    unknown = hangang.InquiryAnswer.decode(exchange(van, replace(inquiry, original_serial="000000000002")))

    assert (told.original_state, told.approval_number, unknown.original_state) == ("A", "30000001", "N")


def test_an_echo_is_answered(van: Van) -> None:
    echo = hangang.EchoRequest(
        terminal_id="10010001", serial="0" * 12, transaction_date=DAY, transaction_time=time_of_day(9, 0)
    )

    assert code_of(van, echo) == "0000"


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.CLOSE])
def test_a_lost_answer_leaves_a_live_approval_behind(van: Van, fault: Fault) -> None:
    van.script(fault)

    assert exchange(van, an_approval(), seconds=SILENCE_SECONDS) == b""
    assert fates(van) == ["approved"]


def test_a_hanging_van_has_done_nothing(van: Van) -> None:
    van.script(Fault.HANG)

    assert exchange(van, an_approval(), seconds=SILENCE_SECONDS) == b""
    assert fates(van) == []


def test_a_reset_connection_has_done_nothing(van: Van) -> None:
    van.script(Fault.RESET)

    with pytest.raises(ConnectionResetError):
        exchange(van, an_approval())
    assert fates(van) == []


def test_a_late_answer_comes_after_its_time(van: Van) -> None:
    van.script(Fault.LATE, seconds=SILENCE_SECONDS)
    began = time.monotonic()

    assert approval(van, an_approval()).response_code == "0000"
    assert time.monotonic() - began >= SILENCE_SECONDS


def test_a_stalled_van_approves_when_nobody_waits_any_more(van: Van) -> None:
    van.script(Fault.STALL, seconds=SILENCE_SECONDS)

    assert exchange(van, an_approval(), seconds=SILENCE_SECONDS / 3) == b""
    assert code_of(van, a_net_cancel()) == "2810"

    time.sleep(SILENCE_SECONDS * 2)
    assert fates(van) == ["approved"]


@pytest.mark.parametrize("fault", [Fault.GARBLE, Fault.TRUNCATE])
def test_a_spoilt_answer_cannot_be_read(van: Van, fault: Fault) -> None:
    van.script(fault)

    with pytest.raises(DecodeError):
        hangang.decode_answer(exchange(van, an_approval()))
    assert fates(van) == ["approved"]


def test_an_answer_may_come_byte_by_byte(van: Van) -> None:
    van.script(Fault.SPLIT)

    assert approval(van, an_approval()).response_code == "0000"


@pytest.mark.parametrize(
    ("fault", "serials"),
    [(Fault.DUPLICATE_ANSWER, [1, 1]), (Fault.STRAY_FIRST, [2, 1]), (Fault.OTHER_SALE, [2])],
)
def test_more_or_other_answers_than_asked_for_may_come(van: Van, fault: Fault, serials: list[int]) -> None:
    van.script(fault)

    frames = hangang.FRAMING.parser().feed(exchange(van, an_approval(), seconds=SILENCE_SECONDS))

    assert [int(hangang.ApprovalAnswer.decode(frame).serial) for frame in frames] == serials


@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [
        (Fault.WRONG_AMOUNT, "amount_won", 11_001),
        (Fault.UNKNOWN_CODE, "response_code", "9998"),
        (Fault.NO_APPROVAL_NUMBER, "approval_number", ""),
    ],
)
def test_a_readable_answer_may_be_wrong(van: Van, fault: Fault, field: str, value: object) -> None:
    van.script(fault)

    assert getattr(approval(van, an_approval()), field) == value
    assert fates(van) == ["approved"]


@pytest.mark.parametrize(("fault", "code"), [(Fault.NOT_FOUND, "2810"), (Fault.REFUSED, "6371")])
def test_a_net_cancel_may_be_turned_down_without_a_look(van: Van, fault: Fault, code: str) -> None:
    approval(van, an_approval())
    van.script(fault, kind="net_cancel")

    assert code_of(van, a_net_cancel()) == code
    assert fates(van) == ["approved"]


def test_every_fault_is_on_the_menu() -> None:
    assert set(MENU) == set(Fault)


def test_a_closed_line_refuses_and_opens_again_on_the_same_port(van: Van) -> None:
    van.tell({"line": "closed"})
    with pytest.raises(ConnectionRefusedError):
        exchange(van, an_approval())

    van.tell({"line": "open"})

    assert approval(van, an_approval()).response_code == "0000"


def test_a_reset_forgets_the_plans_and_keeps_the_books(van: Van) -> None:
    approval(van, an_approval(1))
    van.script(Fault.HANG, times=9)
    van.tell({"line": "closed"})

    van.tell({"reset": True})

    assert approval(van, an_approval(2)).response_code == "0000"
    assert fates(van) == ["approved", "approved"]


def test_an_unknown_fault_is_refused_and_nothing_is_planned(van: Van) -> None:
    with pytest.raises(ScriptRefusedError, match="not understood"):
        van.script("hang", "explode")

    assert approval(van, an_approval()).response_code == "0000"


def test_the_books_survive_a_kill_even_in_the_middle_of_a_line(van: Van, tmp_path: Path) -> None:
    approval(van, an_approval(1))
    van.kill()
    books = tmp_path / "books.jsonl"
    books.write_bytes(books.read_bytes() + b'{"event": "appro')

    again = Van.start(books, tmp_path / "van.log", port=van.port)
    try:
        approval(again, an_approval(2))
        assert [one["approval_number"] for one in again.authorisations()] == ["30000001", "30000002"]
    finally:
        again.stop()


def test_the_books_never_hold_a_card_number(van: Van, tmp_path: Path) -> None:
    approval(van, an_approval())

    kept = (tmp_path / "books.jsonl").read_text() + (tmp_path / "van.log").read_text()

    assert "411111******1111" in kept
    assert CARD not in kept
    assert '"123"' not in kept


def test_noise_on_the_line_disturbs_nobody(van: Van) -> None:
    for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", b"0536" + b"x" * 536):
        with socket.create_connection(("127.0.0.1", van.port), timeout=5) as line:
            line.sendall(noise)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(1) == b""

    assert approval(van, an_approval()).response_code == "0000"


def test_a_taken_port_is_told_in_a_sentence(van: Van, tmp_path: Path) -> None:
    with pytest.raises(VanSilentError, match="already in use"):
        Van.start(tmp_path / "other.jsonl", tmp_path / "other.log", port=van.port)


def test_the_van_ends_with_whoever_started_it(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            STARTER,
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )
    with starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)
    pytest.fail("the simulator outlived its parent")
