"""`payrelay settle repair` and `letter`: what a person types about a difference, and reads next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from payment_adapters.tables.breaks import DynamoBreaks
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.reconciliation.repair import repair_id
from payment_core.settlement.calendar import as_date
from tests.contracts.aws import REGION, client, create_cases_table, create_settlement_table
from tools.cli import case, repair, settle
from tools.cli.main import app

COMPARED: Final = "1001/20261124/TRANSACTIONS/hangang"
LIVE_THERE: Final = Break(
    BreakKind.LIVE_WITHOUT_APPROVAL,
    "30000001/10010001/sale",
    (),
    (1,),
    0,
    11_000,
    as_date("20261124").toordinal(),
)
NAME: Final = repair_id(COMPARED, LIVE_THERE)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[SimpleNamespace]:
    """A world of tables in memory."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        world = SimpleNamespace(dynamodb=client("dynamodb"), outputs={})
        for command in (case, repair, settle):
            environment.setattr(command, "running", lambda _state: world)
        yield world


@pytest.fixture(autouse=True)
def _one_difference(tables: SimpleNamespace) -> None:
    """What lives there alone, and nothing else."""
    for name in tables.dynamodb.list_tables()["TableNames"]:
        tables.dynamodb.delete_table(TableName=name)
    settlement = create_settlement_table(tables.dynamodb)
    tables.outputs |= {"SettlementTable": settlement, "CasesTable": create_cases_table(tables.dynamodb)}
    DynamoBreaks(tables.dynamodb, settlement).compared(COMPARED, [LIVE_THERE], run="run 1", now_ms=1)


def payrelay(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "200", "NO_COLOR": "1"})


def repaired(*words: str) -> Result:
    return payrelay("settle", "repair", NAME, *words, "--as", "kim", "--because", "their list shows it")


def test_a_difference_is_named_its_proposal_made_and_another_person_asked_for() -> None:
    (named,) = json.loads(payrelay("settle", "breaks", "--json").stdout)
    told = repaired()
    again = repaired()

    assert (named["name"], named["may"][0]) == (NAME, "SEND_NET_CANCEL")
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "Proposed; another person than kim must approve version 2:",
        f"  payrelay case approve {NAME} --version 2 --as NAME",
    ]
    assert (again.exit_code, "(case-busy)" in again.stderr) == (3, True)
    alone = payrelay("case", "approve", NAME, "--version", "2", "--as", " Kim")
    assert (alone.exit_code, "(same-person)" in alone.stderr) == (3, True)
    assert payrelay("case", "approve", NAME, "--version", "2", "--as", "lee").exit_code == 0


def test_what_moves_no_money_is_done_by_one_and_programs_read_its_case() -> None:
    told = repaired("wait")

    assert told.stdout == f"WAIT moves no money and is done now: payrelay case show {NAME}\n"
    shown = json.loads(payrelay("case", "show", NAME, "--json").stdout)
    assert (shown["kind"], shown["state"], shown["won"]) == ("BREAK", "APPROVED", 11_000)


def test_a_no_is_one_sentence_and_a_word_that_is_no_repair_lists_those_that_are() -> None:
    unknown = payrelay("settle", "repair", f"{NAME}0", "--as", "kim", "--because", "so")
    unfit, unread = repaired("reclaim"), repaired("forget")

    assert unknown.exit_code == unfit.exit_code == 3
    assert unknown.stderr.startswith(f"payrelay: no open break is called {NAME}0;")
    assert "(action-not-possible)" in unfit.stderr
    assert (unread.exit_code, "SEND_NET_CANCEL" in unread.stderr) == (2, True)


def test_the_question_is_written_as_a_letter_and_as_a_table(tmp_path: Path) -> None:
    told = payrelay("settle", "letter", NAME, "--ko", "--into", str(tmp_path))

    text, table = (tmp_path / f"break-{NAME.replace(':', '-')}.{ending}" for ending in ("txt", "csv"))
    assert told.stdout.splitlines() == [str(text), str(table)]
    assert text.read_text(encoding="utf-8").startswith("수신: hangang\n")
    heads, values, _ = table.read_text(encoding="utf-8-sig").splitlines()
    assert dict(zip(heads.split(","), values.split(","), strict=True))["their_won"] == "11000"
