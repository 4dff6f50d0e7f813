"""How settlement is shown on a screen: progress of a run, days, files, overdue money, the trial balance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.ledger.trial_balance import TrialBalance
from payment_core.reconciliation.break_history import BreakVersion
from payment_core.reconciliation.repair import repair_id
from payment_core.settlement.model import ClaimRow, SettlementFile
from payment_core.settlement.settlement_day import STAGES, MerchantDay
from tools.cli.screen import console

MOST_ROWS: Final = 50


@contextmanager
def progress(merchants: int, *, quiet: bool) -> Iterator[Callable[[str, str], None]]:
    """A bar over every stage of every merchant; it yields what is told when a stage was asked for."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console(), transient=True, disable=quiet) as shown:
        task = shown.add_task("", total=merchants * len(STAGES))

        def advanced(merchant: str, stage: str) -> None:
            shown.update(task, advance=1, description=f"{merchant} {stage}")

        yield advanced


def show_days(days: Sequence[MerchantDay]) -> None:
    """One line a merchant: a sign for each stage, and what the next one waits for."""
    table = _table("merchant", "stages", "now", "since", "waits for")
    for one in days:
        signs = "".join("■" if stage in one.done else "□" for stage in STAGES)
        now = "over" if one.is_over else str(one.next_stage)
        since = f"{korean_time(one.since_ms):%m-%d %H:%M}"
        table.add_row(one.merchant, signs, now, since, ", ".join(one.waits_for))
    console().print(table)


def show_files(files: Sequence[SettlementFile]) -> None:
    """What came and left."""
    if not files:
        return
    table = _table("file", "of", "kind", "state", records="right", won="right", why="left")
    for one in files:
        why = f"{one.refusal} {one.facts}".strip()
        table.add_row(
            one.name, one.counterparty, one.kind, one.state, f"{one.records:,}", f"{one.amount_won:,}", why
        )
    console().print(table)


def show_balance(told: TrialBalance, differs: Sequence[str]) -> None:
    """Every account, and whether debits are credits."""
    table = _table("account", debit="right", credit="right", balance="right")
    for one in told.balances:
        name = f"{one.account}{' ← differs from its postings' if str(one.account) in differs else ''}"
        table.add_row(name, f"{one.debit_won:,}", f"{one.credit_won:,}", f"{one.won:,}")
    left_won = told.debit_won - told.credit_won
    table.add_row("all", f"{told.debit_won:,}", f"{told.credit_won:,}", f"{left_won:,}")
    console().print(table)


def show_rows(rows: Sequence[ClaimRow]) -> None:
    """Overdue money, the most won first."""
    table = _table("row", "state", "acquirer", "approval", "claim by", "capture by", "pay by", won="right")
    for one in rows[:MOST_ROWS]:
        by = one.deadlines
        dates = (by.claim_by, by.capture_by, by.deposit_by)
        table.add_row(one.row_id, one.state, one.acquirer, one.approval_number, *dates, f"{one.signed_won:,}")
    console().print(table)
    more = f", the first {MOST_ROWS} shown" if len(rows) > MOST_ROWS else ""
    console().print(f"{sum(one.signed_won for one in rows):,} won in {len(rows):,} rows{more}.")


def show_breaks(found: Sequence[tuple[str, BreakVersion]], language: Language) -> None:
    """What differs, by the name that `settle repair` takes, with the next step."""
    table = _table("break", "what", "since", "state", won="right", sentence="left")
    for compared, one in found[:MOST_ROWS]:
        since = f"{korean_time(one.found_at_ms):%m-%d}"
        words = (repair_id(compared, one.found), one.found.name, since, one.repair or one.state)
        table.add_row(*words, f"{one.found.at_risk_won:,}", one.found.sentence(language))
    console().print(table)
    won = sum(one.found.at_risk_won for _, one in found)
    console().print(f"{won:,} won at risk in {len(found):,} differences.")


def _table(*heads: str, **aligned: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for head in heads:
        table.add_column(head)
    for head, justify in aligned.items():
        table.add_column(head, justify="right" if justify == "right" else "left")
    return table
