"""A return file of a million rows, applied by the deployed function: `python -m benchmarks.return_file`.

The rows stand claimed in the table and in the ledger. Their answers are written by the simulators' own
writer, a section for each acquirer, and put into the inbox. Then the day's step is asked for once, as its
workflow asks: the file is archived, checked, applied, booked, and what it will pay is expected. `--rows`
makes it smaller.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

from benchmarks.figures import kept
from benchmarks.worlds import a_world
from payment_adapters.files.plan import plan_of, settled_merchant
from payment_adapters.files.store import FileStore
from payment_adapters.settling.bridges import BooksOfLedger
from payment_adapters.tables.claim_rows import DynamoClaimRows
from payment_adapters.tables.ledger import DynamoLedger
from payment_adapters.tables.settlement_days import DynamoDays
from payment_adapters.tables.settlement_files import DynamoFiles
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import TrialBalance, trial_balance
from payment_core.settlement.model import (
    CardKind,
    ClaimRow,
    Deadlines,
    FileKind,
    RowKind,
    RowState,
    SettlementFile,
    Step,
)
from payment_core.settlement.ports import Movement
from payment_core.settlement.rows import Outcome, mark_of
from payment_core.settlement.settlement_day import MerchantDay, Stage
from tools.simulators.settlement.answers import BY_CHANCE, IS_HELD, NORMAL, Answered
from tools.simulators.settlement.papers import answer_paper
from tools.simulators.settlement.terms import ACQUIRERS, merchant_number, terms_of
from tools.world.running import RunningWorld, client_words

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

WHOLE_ROWS: Final = 1_000_000
MOST_SECONDS: Final = 300
MERCHANT, PARTY = "1001", "hangang"
DAY, PAYMENT_DAY = "20401122", "20401126"  # to come: nothing is late, and the sentinel reads none of it
BATCH: Final = f"{MERCHANT}-{DAY}"
AT_ONCE: Final = 50_000
RETURNED_PER_MILLE: Final = 15
HELD_PER_MILLE: Final = 10
STATES: Final = {
    Outcome.PAID: RowState.CAPTURED,
    Outcome.RETURNED: RowState.RETURNED,
    Outcome.HELD: RowState.HELD,
}


def claimed(number: int) -> ClaimRow:
    """One of many rows of a day, in a claim file that has left; acquirers take turns."""
    acquirer = tuple(ACQUIRERS)[number % len(ACQUIRERS)]
    amount_won = 1_000 + number * 2_654_435_761 % 2**32 % 1_000 * 100
    return ClaimRow(
        sale_id=f"{MERCHANT}-{MERCHANT}{number % 40 + 1:04d}-1-{DAY}-{number + 1}",
        cancel_id="",
        batch=BATCH,
        merchant=MERCHANT,
        merchant_number=merchant_number(acquirer, MERCHANT),
        terminal=f"{MERCHANT}{number % 40 + 1:04d}",
        destination=PARTY,
        acquirer=acquirer,
        kind=RowKind.SALE,
        card_masked=f"411111******{number * 7_919 % 10_000:04d}",
        card_kind=CardKind.CREDIT,
        approval_number=f"{30_000_000 + number * 3}",
        sale_date=DAY,
        amount_won=amount_won,
        vat_won=amount_won // 11,
        installment_months=0,
        deadlines=Deadlines("20401123", "20401126", PAYMENT_DAY),
        state=RowState.CLAIMED,
        file_id="0" * 64,
    )


def answer(number: int) -> Answered:
    """What its acquirer says of it."""
    row, drawn = claimed(number), number * 48_271 % 1_000
    outcome = Outcome.RETURNED if drawn < RETURNED_PER_MILLE else Outcome.PAID
    if RETURNED_PER_MILLE <= drawn < RETURNED_PER_MILLE + HELD_PER_MILLE:
        outcome = Outcome.HELD
    fee_won = terms_of(row.acquirer).fee_won(row.amount_won, MERCHANT, DAY, is_check=False)
    return Answered(
        outcome=outcome,
        is_refund=False,
        acquirer=row.acquirer,
        merchant_number=row.merchant_number,
        claim_date=DAY,
        payment_date=PAYMENT_DAY,
        sale_date=DAY,
        card=row.card_masked,
        terminal=row.terminal,
        installment_months=0,
        amount_won=row.amount_won,
        fee_won=fee_won if outcome is Outcome.PAID else 0,
        approval_number=row.approval_number,
        reason={Outcome.PAID: NORMAL, Outcome.RETURNED: BY_CHANCE, Outcome.HELD: IS_HELD}[outcome],
        mark=mark_of(row.row_id),
    )


class Settled:
    """The tables and the bucket of a world, before the file and after it."""

    def __init__(self, running: RunningWorld, rows: int) -> None:
        """Look where they are."""
        words, tables = client_words(running.endpoint), running.outputs
        patient = {**words, "config": Config(read_timeout=3_600, retries={"total_max_attempts": 1})}
        s3: S3Client = boto3.client("s3", **words)
        self.rows = rows
        self.step: LambdaClient = boto3.client("lambda", **patient)
        self.function = running.function("SettlementStepFunction")
        self.store = FileStore(s3, tables["FilesBucket"])
        self.ledger = DynamoLedger(running.dynamodb, tables["LedgerTable"])
        self.days = DynamoDays(running.dynamodb, tables["SettlementTable"])
        self.files = DynamoFiles(running.dynamodb, tables["SettlementTable"])
        self.table = DynamoClaimRows(running.dynamodb, tables["SettlementTable"], MERCHANT)

    def claim(self) -> None:
        """Put the rows down as claimed, book the claim, and have their day wait for the answer."""
        self.table.put([claimed(number) for number in range(self.rows)])
        won = Counter[tuple[str, str]]()
        for row in map(claimed, range(self.rows)):
            won[row.acquirer, row.merchant_number] += row.amount_won
        books = BooksOfLedger(self.ledger)
        for (acquirer, number), amount_won in won.items():
            name = f"claim/{acquirer}/{number}"
            books.book(
                Movement(
                    Step.CLAIM,
                    name,
                    DAY,
                    MERCHANT,
                    acquirer,
                    number,
                    RowKind.SALE,
                    was_held=False,
                    rows=self.rows,
                    amount_won=amount_won,
                )
            )
        done = (Stage.CLOSE, Stage.COMPARE, Stage.CLAIM)
        self.days.move(None, MerchantDay(MERCHANT, DAY, done=done, version=1))

    def answered(self) -> int:
        """Have the answer lie in the inbox; its bytes."""
        plan, merchant = plan_of(PARTY, FileKind.RETURN), settled_merchant(MERCHANT)
        assert plan is not None
        assert merchant is not None
        paper = answer_paper(plan, merchant, [answer(number) for number in range(self.rows)])
        self.store.arrive(PARTY, plan.name(MERCHANT, DAY), plan.records.write(paper))
        return sum(one.size_bytes for one in self.store.arrived(PARTY))

    def capture(self) -> dict[str, Any]:
        """Ask for the stage, as the day's workflow does."""
        asked = {"stage": str(Stage.CAPTURE), "merchant": MERCHANT, "business_date": DAY}
        told = self.step.invoke(FunctionName=self.function, Qualifier="live", Payload=json.dumps(asked))
        words = json.loads(told["Payload"].read())
        assert "FunctionError" not in told, words
        assert words["is_done"], words
        return dict(words["facts"][Stage.CAPTURE])

    def file(self) -> SettlementFile:
        """The file, as it stands."""
        (file,) = self.files.of_date(DAY)
        return file

    def balance(self) -> TrialBalance:
        """The trial balance of everything that is booked."""
        while self.ledger.fold(1_000):
            pass
        return trial_balance(self.ledger.balances())

    def booked(self, file_id: str) -> list[int]:
        """What each posting of a file moves."""
        return [one.won for one in self.ledger.of(DAY) if one.about.startswith(f"{file_id}/")]


class Watch(threading.Thread):
    """Memory and processor time of the engine and of the function, a look a second; Linux says them.

    Attributes:
        peak_megabytes: The most resident memory of each.
        processor_seconds: What each has used since the first look.
    """

    def __init__(self, engine: int) -> None:
        """Watch an engine and the function that it starts."""
        super().__init__(daemon=True)
        self._engine, self._is_over = engine, threading.Event()
        self._used_before = _processor_seconds(engine)
        self.peak_megabytes, self.processor_seconds = Counter[str](), Counter[str]()

    def run(self) -> None:
        """Look until it is over."""
        while not self._is_over.wait(1):
            self._look("engine", self._engine, self._used_before)
            for process in _processes(b"functions.settlement.handler.on_step"):
                self._look("function", process)

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()
        self.join()

    def _look(self, name: str, process: int, used_before: float = 0) -> None:
        try:
            megabytes, used = _peak_megabytes(process), _processor_seconds(process) - used_before
        except (OSError, IndexError):  # it has ended, or is about to
            return
        self.peak_megabytes[name] = max(self.peak_megabytes[name], megabytes)
        self.processor_seconds[name] = max(self.processor_seconds[name], round(used))


def _processes(command: bytes) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if command in folder.joinpath("cmdline").read_bytes():
                yield int(folder.name)


def _peak_megabytes(process: int) -> int:
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) // 1024


def _processor_seconds(process: int) -> float:
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def measure(rows: int) -> dict[str, Any]:
    """Claim, answer, apply, and look at everything afterwards."""
    with a_world() as (world, progress):
        settled = Settled(world.running, rows)
        progress(f"{rows:,} rows are claimed")
        settled.claim()
        progress(f"{rows:,} answers are written")
        size = settled.answered()
        progress("applying")
        assert world.engine is not None
        watch = Watch(world.engine.process.pid)
        watch.start()
        began = time.perf_counter()
        facts = settled.capture()
        seconds = time.perf_counter() - began
        watch.end()
        progress("looking at all of it")
        file, balance = settled.file(), settled.balance()
        booked = settled.booked(file.file_id)
        _check(settled, facts, file, booked, balance)
        return {
            "rows": rows,
            "bytes": size,
            "seconds": round(seconds, 1),
            "rows_per_second": round(rows / seconds),
            "processor_seconds": dict(watch.processor_seconds),
            "peak_megabytes": dict(watch.peak_megabytes),
            "states": {name: count for name, count in facts.items() if count},
            "postings": len(booked),
            "records_won": file.amount_won,
            "postings_won": sum(booked),
            "trial_balance_won": balance.debit_won - balance.credit_won,
            "receivable_won": balance.won(AccountKind.RECEIVABLE),
        }


def _check(
    settled: Settled, facts: dict[str, Any], file: SettlementFile, booked: list[int], balance: TrialBalance
) -> None:
    """All of it is what it must be, row by row and in sum."""
    rows = settled.rows
    assert (file.state, file.records) == ("APPLIED", rows), file
    assert file.amount_won == sum(booked), "Σ of the file = Σ of its postings"
    assert balance.holds
    assert balance.won(AccountKind.RECEIVABLE) == 0, "every claimed row was answered"
    told, ended = Counter(STATES[answer(number).outcome] for number in range(rows)), Counter[RowState]()
    found = settled.table.of_batch(BATCH)
    while some := list(islice(found, AT_ONCE)):
        ended.update(row.state for row in some)
        assert {row.file_id for row in some} == {file.file_id}
    assert ended == told, "each row is what its record says"
    assert {str(state): facts[state.lower()] for state in ended} == {str(one): ended[one] for one in ended}


def table(told: dict[str, Any]) -> str:
    """What was measured, as a table."""
    memory, used = told["peak_megabytes"], told["processor_seconds"]
    lines = [
        ("rows, in one file", f"{told['rows']:,}, {told['bytes'] / 1e6:,.0f} MB"),
        ("seconds, from the question to the answer", f"{told['seconds']:,.1f}"),
        ("processor seconds of the function, of the engine", f"{used['function']}, {used['engine']}"),
        ("rows a second", f"{told['rows_per_second']:,}"),
        ("most resident memory of the function", f"{memory['function']:,} MB"),
        ("most resident memory of the engine, all tables in it", f"{memory['engine']:,} MB"),
        ("captured, returned, held", ", ".join(f"{count:,}" for count in told["states"].values())),
        ("postings, their sum less the file's", f"{told['postings']}, {_less(told)} won"),
        ("trial balance", f"{told['trial_balance_won']} won"),
    ]
    return "\n".join(
        ["| what | measured |", "|---|---|", *(f"| {name} | {value} |" for name, value in lines)]
    )


def _less(told: dict[str, Any]) -> int:
    return int(told["postings_won"] - told["records_won"])


def main() -> None:
    """Measure once; the exit code is 1 where a million rows take longer than they may."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=WHOLE_ROWS)
    told = measure(parser.parse_args().rows)
    print(table(told))
    kept("return_file", told)
    if told["rows"] == WHOLE_ROWS and told["seconds"] > MOST_SECONDS:
        raise SystemExit(f"took {told['seconds']} s; promised at most {MOST_SECONDS} s")


if __name__ == "__main__":
    main()
