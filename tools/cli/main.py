"""`payrelay`: start the world, take payments, look at them.

Exit codes, the same for every command:
  0  done as asked: approved, cancelled, shown
  1  trouble: no world, no answer, something is broken
  2  the command line was not understood
  3  a no: declined, refused, or no such sale
  4  not finished: no clear answer came, payrelay is undoing or repeating
130  interrupted
"""

from __future__ import annotations

import os
import sys

import typer

from tools.cli import (
    breaker,
    case,
    cheque,
    claim,
    console,
    demo,
    doctor,
    fees,
    health,
    journal,
    lab,
    merchant,
    model,
    open_money,
    payments,
    projection,
    receipt,
    reconcile,
    redrive,
    replay,
    route,
    search,
    settle,
    telegram,
    trace,
    van,
    world,
)
from tools.cli.exits import Exit

app = typer.Typer(
    name="payrelay",
    help=__doc__.partition("\n\n")[0].replace("`payrelay`: start", "Start")
    + "\n\nExit codes: 0 done · 1 trouble · 2 usage · 3 declined or refused · 4 being undone or repeated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(world.up)
app.command()(world.down)
app.command()(payments.approve)
app.command()(payments.cancel)
app.command()(payments.show)
app.command()(trace.trace)
app.command()(claim.claim)
app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(health.health)
app.command()(search.search)
app.command()(replay.replay)
app.command()(redrive.redrive)
app.command()(reconcile.reconcile)
app.command()(fees.fees)
app.command(name="open")(open_money.open_money)
app.add_typer(merchant.app, name="merchant")
app.add_typer(breaker.app, name="breaker")
app.add_typer(case.app, name="case")
app.add_typer(console.app, name="console")
app.add_typer(van.app, name="van")
app.add_typer(receipt.app, name="receipt")
app.add_typer(cheque.app, name="cheque")
app.add_typer(route.app, name="route")
app.add_typer(journal.app, name="journal")
app.add_typer(settle.app, name="settle")
app.add_typer(projection.app, name="projection")
app.add_typer(telegram.app, name="telegram")
app.add_typer(model.app, name="model")
app.add_typer(lab.app, name="lab")


def run() -> None:
    """Run one command; every failure is one sentence on stderr, never a stack trace."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)
    except Exception as failure:
        from tools.world.trouble import TROUBLE  # noqa: PLC0415 -- only a failing command pays for it

        if isinstance(failure, TROUBLE):
            sys.stderr.write(f"payrelay: {failure}\n")
        elif os.environ.get("PAYRELAY_TRACEBACK"):
            raise
        else:
            sys.stderr.write(
                f"payrelay: unexpected {type(failure).__name__}: {failure}. "
                "`payrelay doctor` looks for a cause; PAYRELAY_TRACEBACK=1 shows where it happened.\n"
            )
        sys.exit(Exit.TROUBLE)
