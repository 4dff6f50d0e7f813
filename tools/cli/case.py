"""`payrelay case`: what people must look at; one proposes what to do, another approves, payrelay does it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tools.cli.exits import Exit
from tools.cli.open_money import lasting
from tools.cli.options import DEFAULT, Json, State, again, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_adapters.tables.cases import DynamoCases
    from payment_core.cases.model import Case, Entry
    from payment_core.kernel.hand import Hand

app = typer.Typer(help="What people must look at, and what two of them do about it.", no_args_is_help=True)
Which = Annotated[str, typer.Argument(metavar="CASE", help="Which case, as `payrelay case list` names it.")]
Version = Annotated[
    int, typer.Option("--version", help="As you saw it: `payrelay case show` says which.", min=1)
]
Person = Annotated[str, typer.Option("--as", help="Who you are; the history keeps it.")]
Because = Annotated[str, typer.Option("--because", help="Why; the history keeps it.")]

ACTS: Final = {"PROPOSED": "a checker", "APPROVED": "payrelay"}


@app.command(name="list")
def list_cases(
    *,
    closed: Annotated[str, typer.Option("--closed", metavar="YYYYMM", help="Those of a month.")] = "",
    state: State = DEFAULT,
    as_json: Json = False,
) -> None:
    """List what is open, the oldest first, or what was closed in a month."""
    now_ms = _now_ms()
    store = _store(state)
    found = store.closed_cases(closed) if closed else store.open_cases()
    if as_json:
        typer.echo(json.dumps({"cases": [words(one, now_ms) for one in found]}, ensure_ascii=False))
    elif not found:
        typer.echo(f"No case was closed in {closed}." if closed else "No case is open.")
    else:
        _table(found, now_ms)


@app.command()
def show(case_id: Which, *, state: State = DEFAULT, as_json: Json = False) -> None:
    """Show one case: its evidence, what is proposed and why, and everything that was done about it."""
    now_ms, case = _now_ms(), _found(_store(state), case_id)
    if as_json:
        typer.echo(json.dumps(words(case, now_ms), ensure_ascii=False))
        return
    told = words(case, now_ms)
    head = f"{told['what'].upper()} · {case.won:,} won" + (
        f" at {case.destination}" if case.destination else ""
    )
    typer.echo(f"Case {case.case_id}, version {case.version}")
    typer.echo(f"{head} · {case.state} · {case.owner} · {_times(case, now_ms)}")
    typer.echo(told["why"]["en"])
    for name, text in case.evidence.items():
        typer.echo(f"  {name.replace('_', ' ')}: {text}")
    for line in case.history:
        typer.echo(_line(line))
    typer.echo(_next(case, again(state)))


@app.command()
def propose(
    case_id: Which,
    action: Annotated[
        str,
        typer.Argument(
            metavar="ACTION", help="SEND_AGAIN, INQUIRE, CANCEL, PROVE, DISPROVE, UNDO.", case_sensitive=False
        ),
    ],
    *,
    version: Version,
    person: Person,
    because: Because,
    proof: Annotated[str, typer.Option("--proof", help="For PROVE and DISPROVE: where it can be read.")] = "",
    approved: Annotated[
        str,
        typer.Option("--approved", metavar="NUMBER=WON", help="For CANCEL, if only the destination knows."),
    ] = "",
    state: State = DEFAULT,
) -> None:
    """Say what should be done; an inquiry is made at once, anything else waits for another person."""
    from payment_core.cases.model import OF_A_SALE, Action  # noqa: PLC0415 -- heavy with the rest
    from payment_core.cases.propose import Offer  # noqa: PLC0415 -- the same
    from payment_core.cases.propose import propose as make  # noqa: PLC0415 -- the same

    if action.upper() not in OF_A_SALE:
        raise typer.BadParameter(f"{action} is none of {', '.join(OF_A_SALE)}.")
    chosen = Action(action.upper())
    number, _, won = approved.partition("=")
    if approved and not (number and won.isdecimal() and int(won)):
        raise typer.BadParameter(f"{approved} is no NUMBER=WON, as 30012345=11000.")
    offer = Offer(case_id, version, chosen, because, number, int(won or 0), proof)
    case = _decided(lambda store, hand: make(offer, by=person, cases=store, hand=hand), state)
    if case.state == "APPROVED":
        typer.echo(
            f"{chosen} moves no money and is carried out now: payrelay case show {case_id}{again(state)}"
        )
    else:
        typer.echo(f"Proposed; another person than {person} must approve version {case.version}:")
        typer.echo(f"  payrelay case approve {case_id} --version {case.version} --as NAME{again(state)}")


@app.command()
def approve(case_id: Which, *, version: Version, person: Person, state: State = DEFAULT) -> None:
    """Approve what another person proposed; payrelay carries it out."""
    from payment_core.cases.propose import approve as check  # noqa: PLC0415 -- heavy with the rest

    _decided(lambda store, hand: check(case_id, version, by=person, cases=store, hand=hand), state)
    typer.echo(f"Approved; payrelay carries it out now: payrelay case show {case_id}{again(state)}")


@app.command()
def refuse(
    case_id: Which, *, version: Version, person: Person, because: Because, state: State = DEFAULT
) -> None:
    """Turn a proposal down, or take your own back."""
    from payment_core.cases.propose import refuse as turn_down  # noqa: PLC0415 -- heavy with the rest

    _decided(
        lambda store, hand: turn_down(case_id, version, by=person, reason=because, cases=store, hand=hand),
        state,
    )
    typer.echo(f"Refused; {case_id} waits for another proposal.")


def words(case: Case, now_ms: int) -> dict[str, Any]:
    """One case for people and programs.

    Args:
        case: As it stands.
        now_ms: Wall clock.
    """
    return {
        "case_id": case.case_id,
        "version": case.version,
        "kind": str(case.kind),
        "what": str(case.kind).replace("NET_CANCEL", "net-cancel").replace("_", " ").lower(),
        "state": str(case.state),
        "won": case.won,
        "destination": case.destination,
        "owner": case.owner,
        "level": case.level,
        "open_seconds": case.age_ms(now_ms) // 1_000,
        "due_seconds": (case.deadline_at_ms - now_ms) // 1_000,
        "action": str(case.action or ""),
        "may": [str(one) for one in case.may],
        "why": {str(language): text for language, text in case.why.items()},
        "evidence": dict(case.evidence),
        "proposal": asdict(case.proposal) if case.proposal else None,
        "history": [asdict(line) for line in case.history],
    }


def _table(found: list[Case], now_ms: int) -> None:
    from rich.table import Table  # noqa: PLC0415 -- heavy

    from tools.cli.screen import console  # noqa: PLC0415 -- heavy

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head in ("case", "what", "won", "acts", "open for", "due in"):
        table.add_column(head, justify="right" if head in {"won", "open for", "due in"} else "left")
    for one in found:
        told = words(one, now_ms)
        acts = ACTS.get(one.state, one.owner) if one.is_open else "-"
        due = lasting(told["due_seconds"]) if told["due_seconds"] > 0 else "overdue"
        times = (lasting(told["open_seconds"]), due) if one.is_open else ("closed", "-")
        table.add_row(one.case_id, told["what"], f"{one.won:,}", acts, *times)
    console().print(table)
    number = "1 case" if len(found) == 1 else f"{len(found)} cases"
    typer.echo(
        f"{number}, {sum(one.won for one in found):,} won at risk." if found[0].is_open else number + "."
    )


def _times(case: Case, now_ms: int) -> str:
    if not case.is_open:
        return "closed"
    left = (case.deadline_at_ms - now_ms) // 1_000
    due = f"due in {lasting(left)}" if left > 0 else f"overdue by {lasting(-left)}"
    return f"open for {lasting(case.age_ms(now_ms) // 1_000)} · {due}"


def _line(line: Entry) -> str:
    from payment_core.kernel.korean_time import korean_time  # noqa: PLC0415 -- heavy with the rest

    said = ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in line.words.items())
    return f"  {korean_time(line.at_ms):%Y-%m-%d %H:%M:%S}  {line.by:<10} {line.step}" + (
        f": {said}" if said else ""
    )


def _next(case: Case, more: str) -> str:
    named = f"{case.case_id} --version {case.version} --as NAME{more}"
    match str(case.state):
        case "CLOSED":
            return "Evidence closed it; nothing is left to do."
        case "PROPOSED":
            return f"Next, another person: payrelay case approve {named}"
        case "APPROVED":
            return "It is being carried out."
        case _ if case.kind == "BREAK":
            return f"Next: payrelay settle repair {case.case_id} --as NAME --because WHY{more}"
        case _ if case.may:
            action = case.action or case.may[0]
            proof = " --proof WHERE" if action == "PROVE" else ""
            asked = f"{case.case_id} {action} --version {case.version} --as NAME --because WHY{proof}{more}"
            return f"Next: payrelay case propose {asked}"
        case _:
            return "Nothing can be done from here; what then stands closes it."


def _decided(act: Callable[[DynamoCases, Hand], Case], state: State) -> Case:
    """Do what a person decided; a no is one sentence and its code."""
    from payment_core.cases.refusals import CaseRefusal  # noqa: PLC0415 -- heavy with the rest

    try:
        return act(_store(state), hand_of("payrelay case"))
    except CaseRefusal as refused:
        typer.echo(f"payrelay: {refused} ({refused.code}).", err=True)
        raise typer.Exit(Exit.REFUSED) from None


def _found(store: DynamoCases, case_id: str) -> Case:
    case = store.read(case_id)
    if case is None:
        typer.echo(f"payrelay: there is no case {case_id}; `payrelay case list` names them.", err=True)
        raise typer.Exit(Exit.REFUSED)
    return case


def _store(state: State) -> DynamoCases:
    from payment_adapters.tables.cases import DynamoCases  # noqa: PLC0415 -- heavy

    world = running(state)
    return DynamoCases(world.dynamodb, world.outputs["CasesTable"])


def hand_of(name: str) -> Hand:
    """A person at a terminal, by the command they gave."""
    from payment_adapters import outside  # noqa: PLC0415 -- heavy with the rest
    from payment_core.kernel.hand import Hand  # noqa: PLC0415 -- the same

    return Hand(
        name=name,
        invocation_id="",
        now_ms=_now_ms,
        monotonic_ms=_now_ms,
        remaining_ms=lambda: 0,
        pause_ms=lambda _pause: None,
        new_id=outside.fresh_id,
        chance_below=outside.chance_below,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
