"""`payrelay settle repair` and `letter`: have a break mended; what moves money waits for another person."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.cli.exits import Exit
from tools.cli.options import DEFAULT, Json, State, again, running

if TYPE_CHECKING:
    from payment_adapters.settling.repairing import Found
    from payment_adapters.tables.breaks import DynamoBreaks
    from payment_core.reconciliation.break_history import BreakVersion

Which = Annotated[str, typer.Argument(metavar="BREAK", help="Which, as `payrelay settle breaks` names it.")]


def repair(
    name: Which,
    action: Annotated[
        str,
        typer.Argument(
            metavar="[REPAIR]", help="As `settle breaks --json` offers it; the proposal by default."
        ),
    ] = "",
    *,
    person: Annotated[str, typer.Option("--as", help="Who you are; the history keeps it.")],
    because: Annotated[str, typer.Option("--because", help="Why; the history keeps it.")],
    debit: Annotated[
        str, typer.Option(help="For ADJUST_ENTRY: KIND HOLDER, as `settle ledger` has it.")
    ] = "",
    credit: Annotated[str, typer.Option(help="The same; both by default what the kind proposes.")] = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """Propose a repair of a break (대사 차이); money moves when another person approves its case.

    Exit 3 it was turned down.
    """
    from payment_adapters.settling.repairing import Wish, proposed  # noqa: PLC0415 -- heavy
    from payment_adapters.tables.cases import DynamoCases  # noqa: PLC0415 -- heavy
    from payment_core.cases.refusals import CaseRefusal  # noqa: PLC0415 -- heavy with the rest
    from tools.cli.case import hand_of, words  # noqa: PLC0415 -- the same

    _, version = _found(name, state)
    wish = Wish(_chosen(action, version), because, debit, credit)
    world = running(state)
    cases = DynamoCases(world.dynamodb, world.outputs["CasesTable"])
    try:
        case = proposed(
            name, wish, by=person, cases=cases, breaks=_breaks(state), hand=hand_of("payrelay settle")
        )
    except CaseRefusal as refused:
        typer.echo(f"payrelay: {refused} ({refused.code}).", err=True)
        raise typer.Exit(Exit.REFUSED) from None
    if as_json:
        typer.echo(json.dumps(words(case, time.time_ns() // 1_000_000), ensure_ascii=False))
    elif case.state == "APPROVED":
        typer.echo(f"{wish.repair} moves no money and is done now: payrelay case show {name}{again(state)}")
    else:
        typer.echo(f"Proposed; another person than {person} must approve version {case.version}:")
        typer.echo(f"  payrelay case approve {name} --version {case.version} --as NAME{again(state)}")


def letter(
    name: Which,
    *,
    korean: Annotated[bool, typer.Option("--ko", help="In Korean.")] = False,
    into: Annotated[Path, typer.Option(help="A folder.")] = Path(),
    state: State = DEFAULT,
) -> None:
    """Write the question about a break to its counterparty, as a letter and as CSV to go with it."""
    from payment_adapters.settling.letters import letter_of, table_of  # noqa: PLC0415 -- heavy
    from payment_core.kernel.language import Language  # noqa: PLC0415 -- heavy with the rest

    compared, version = _found(name, state)
    language = Language.KOREAN if korean else Language.ENGLISH
    made = {
        "txt": letter_of(compared, version, language).encode(),
        "csv": table_of(compared, version, language),
    }
    for ending, body in made.items():
        file = into / f"break-{name.replace(':', '-')}.{ending}"
        file.write_bytes(body)
        typer.echo(str(file))


def break_words(compared: str, one: BreakVersion) -> dict[str, Any]:
    """One break for programs."""
    from payment_core.reconciliation.repair import repair_id, repairs  # noqa: PLC0415 -- heavy with the rest

    return {
        "name": repair_id(compared, one.found),
        "break": one.break_id,
        "compared": compared,
        "won": one.found.at_risk_won,
        "state": one.state,
        "repair": one.found.repair,
        "may": list(repairs(one.found.kind)),
    }


def _chosen(action: str, version: BreakVersion) -> Any:  # noqa: ANN401 -- a Repair, whose module is heavy
    from payment_core.reconciliation.breaks import Repair  # noqa: PLC0415 -- see above

    try:
        return Repair(action.upper()) if action else version.found.repair
    except ValueError:
        raise typer.BadParameter(f"{action} is none of {', '.join(Repair)}.") from None


def _found(name: str, state: State) -> Found:
    from payment_adapters.settling.repairing import found_by  # noqa: PLC0415 -- heavy
    from payment_core.cases.refusals import CaseNotFoundError  # noqa: PLC0415 -- heavy with the rest

    try:
        return found_by(name, _breaks(state))
    except CaseNotFoundError:
        typer.echo(
            f"payrelay: no open break is called {name}; `payrelay settle breaks` names them.", err=True
        )
        raise typer.Exit(Exit.REFUSED) from None


def _breaks(state: State) -> DynamoBreaks:
    from payment_adapters.tables.breaks import DynamoBreaks  # noqa: PLC0415 -- heavy

    world = running(state)
    return DynamoBreaks(world.dynamodb, world.outputs["SettlementTable"])
