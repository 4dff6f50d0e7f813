"""The guide docs/guides/add-a-van.md works: its two files alone make a VAN that takes payments."""

from __future__ import annotations

import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from payment_adapters.destination_file import read_destination
from payment_adapters.destinations import Destination
from payment_adapters.networks.link import TelegramLink
from payment_adapters.sockets import Address
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotFound, Undone
from telegram_codec import specs
from tests.adapters.orders import CARD, ORDER
from tests.fakes.hands import NOON_IN_SEOUL_MS
from tools.papers import telegrams

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guides" / "add-a-van.md"
BUDGET_MS: Final = 5_000
PATIENCE_SECONDS: Final = 5

Line = Callable[..., TelegramLink]


def block(language: str) -> str:
    """The one code block of this language in the guide."""
    (found,) = re.findall(
        rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(found)


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The guide's spec file among the others, as if it had been saved there."""
    (tmp_path / "cheonggye.py").write_text(block("python"), encoding="utf-8")
    monkeypatch.setattr(specs, "__path__", [*specs.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "telegram_codec.specs.cheonggye", raising=False)
    return import_module("telegram_codec.specs.cheonggye")


@pytest.fixture
def profile(tmp_path: Path) -> Destination:
    """The guide's profile file."""
    file = tmp_path / "cheonggye.toml"
    file.write_text(block("toml"), encoding="utf-8")
    return read_destination(file)


@contextmanager
def serving(paper: ModuleType, **changes: object) -> Iterator[Address]:
    """A VAN that speaks the guide's paper: a real TCP server whose answers have these rows changed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, paper, changes), daemon=True)
        thread.start()
        yield Address(*listener.getsockname())
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE_SECONDS)


def _serve(listener: socket.socket, paper: ModuleType, changes: dict[str, Any]) -> None:
    with suppress(OSError):  # closed by the test
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(PATIENCE_SECONDS)
                frames: list[bytes] = []
                parser = paper.FRAMING.parser()
                while not frames:
                    frames = parser.feed(connection.recv(4_096))
                connection.sendall(_answer(paper, paper.decode_request(frames[0]), changes))


def _answer(paper: ModuleType, request: Any, changes: dict[str, Any]) -> bytes:  # noqa: ANN401 - of a paper made at run time
    kind = getattr(paper, type(request).__name__.replace("Request", "Answer"))
    answer = kind(
        terminal_id=request.terminal_id,
        serial=request.serial,
        transaction_date=request.transaction_date,
        transaction_time=request.transaction_time,
        response_code="0000",
        amount_won=request.amount_won,
        approval_number="30012345",
        message="똠방각하 정상승인",  # beyond KS X 1001: the guide's paper is CP949
    )
    wire: bytes = replace(answer, **changes).encode()
    return wire


@pytest.fixture
def line(paper: ModuleType, profile: Destination) -> Iterator[Line]:
    """Starts the guide's VAN, whose answers have these rows changed, and gives the line to it."""
    with ExitStack() as started:
        yield lambda **changes: TelegramLink(
            profile,
            started.enter_context(serving(paper, **changes)),
            lambda: NOON_IN_SEOUL_MS,
            answer_seconds=2,
        )


def test_the_guides_van_approves(line: Line) -> None:
    outcome = line().authorise(ORDER, CARD, BUDGET_MS)

    assert isinstance(outcome, Approved)
    assert (outcome.approval_number, outcome.message) == ("30012345", "똠방각하 정상승인")


def test_the_guides_van_declines(line: Line) -> None:
    outcome = line(response_code="0051", approval_number="").authorise(ORDER, CARD, BUDGET_MS)

    assert isinstance(outcome, Declined)
    assert outcome.response_code == "0051"


@pytest.mark.parametrize(("code", "outcome"), [("0000", Undone), ("0094", Undone), ("0025", NotFound)])
def test_the_guides_van_undoes_what_was_in_doubt(line: Line, code: str, outcome: type) -> None:
    assert isinstance(line(response_code=code).net_cancel(ORDER, BUDGET_MS), outcome)


def test_the_guides_van_cancels(line: Line) -> None:
    known = replace(ORDER, original_approval_number="30012345")

    assert isinstance(line().cancel(known, BUDGET_MS), Undone)


def test_a_code_that_the_guides_profile_does_not_list_is_in_doubt(line: Line) -> None:
    assert isinstance(line(response_code="9999").authorise(ORDER, CARD, BUDGET_MS), InDoubt)


@pytest.mark.usefixtures("paper")
def test_the_guides_telegrams_are_found_by_looking() -> None:
    assert {"cheonggye.ApprovalRequest", "cheonggye.CancelAnswer"} <= set(telegrams())
