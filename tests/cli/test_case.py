"""`payrelay case` shows what people must look at, and what they can say next."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from payment_core.cases.model import Action, Case
from tests.cli.terminal import payrelay
from tests.spec.desk import ENDED, REFUSED, Desk, a_desk
from tools.cli import case as command
from tools.cli.case import list_cases, refuse, show

CASE = REFUSED.case_id


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A world that has one case."""
    found = a_desk()
    monkeypatch.setattr(command, "_store", lambda _state: found.cases)
    monkeypatch.setattr(command, "_now_ms", lambda: found.clock.at_ms)
    return found


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    show(CASE)
    return capsys.readouterr().out


def test_a_list_is_no_wider_than_a_page_and_says_whose_turn_it_is(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.clock.pass_seconds(3_600)
    list_cases()
    unproposed = capsys.readouterr().out
    desk.propose()
    list_cases()

    assert "net-cancel refused" in unproposed
    assert "operator" in unproposed
    assert "1 h 0 min" in unproposed
    assert unproposed.endswith("1 case, 11,000 won at risk.\n")
    assert max(map(len, unproposed.splitlines())) <= 100
    assert "a checker" in capsys.readouterr().out


def test_a_case_is_shown_with_its_evidence_its_reason_and_the_next_command(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = shown(capsys)
    desk.propose(desk.offer(Action.PROVE))
    asked = shown(capsys)
    desk.look(ENDED)
    ended = shown(capsys)

    assert "hangang refused to undo it (2020 망취소 기간 경과); 11,000 won may be held." in opened
    assert f"payrelay case propose {CASE} INQUIRE --version 1 --as NAME --because WHY" in opened
    assert "kim        propose: action PROVE, maker kim, reason undone by phone" in asked
    assert f"payrelay case approve {CASE} --version 2 --as NAME" in asked
    assert "Evidence closed it; nothing is left to do." in ended


def test_nothing_to_look_at_is_a_sentence(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.look(ENDED)

    list_cases()
    list_cases(closed="202601")

    assert capsys.readouterr().out == "No case is open.\nNo case was closed in 202601.\n"


def test_a_no_is_one_sentence_with_its_code_and_exits_three(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as refused:
        refuse(CASE, version=1, person="lee", because="no")
    with pytest.raises(typer.Exit) as unknown:
        show("of nobody:a0")

    assert (refused.value.exit_code, unknown.value.exit_code) == (3, 3)
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"payrelay: {CASE} is OPEN: nothing is proposed (nothing-proposed)."
    assert second.startswith("payrelay: there is no case of nobody:a0;")
    assert isinstance(desk.case, Case)


def test_a_word_that_is_no_action_is_told_before_any_world_is_looked_for(tmp_path: Path) -> None:
    said = payrelay(
        *("case", "propose", CASE, "FORGET", "--version", "1", "--as", "kim", "--because", "so"),
        *("--state", tmp_path),
    )

    assert said.code == 2
    assert "FORGET is none of SEND_AGAIN, INQUIRE" in " ".join(said.err.replace("│", "").split())
