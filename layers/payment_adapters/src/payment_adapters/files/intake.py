"""What lies in the inbox, and what is missing there (접수): each file is known, checked and archived once.

The original is archived before it is read, so that a refused file can be looked at for ever. The same bytes
again are nothing new; other bytes under a name that is known are never applied over what was.
Promise: tests/adapters/test_intake.py. Decision: docs/adr/0046.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from payment_adapters.aws import metrics
from payment_adapters.files.families import Addressee
from payment_adapters.files.outcomes import METRICS, FileOutcome, FileRefusedError
from payment_adapters.files.plan import FilePlan, plans, settled_merchant
from payment_adapters.files.reading import LARGEST_BYTES, CheckedFile, read_file
from payment_adapters.files.store import Arrived, FileStore
from payment_core.kernel.korean_time import korean_time
from payment_core.settlement.model import FileKind, FileState, SettlementFile

GOES_ON: Final = frozenset({FileState.RECEIVED, FileState.CHECKED})
LONGEST_NAME: Final = 200  # letters; what a table's key has room for, and no contract has a longer one
COUNTS: Final = frozenset({FileState.RECEIVED, FileState.CHECKED, FileState.APPLIED})
STATES: Final[Mapping[FileOutcome, FileState]] = {
    FileOutcome.DUPLICATE: FileState.DUPLICATE,
    FileOutcome.CHANGED: FileState.CHANGED_RESEND,
}


class KnownFiles(Protocol):
    """What became of files before, as ``payment_core.settlement.ports.Files`` has it."""

    def named(self, counterparty: str, name: str, business_date: str) -> Sequence[SettlementFile]:
        """Every file of this name and day, whatever its bytes."""
        ...


@dataclass(frozen=True)
class Expected:
    """A file that is to come, and until when; milliseconds, UTC."""

    addressee: Addressee
    due_ms: int

    @property
    def name(self) -> str:
        """What it is called."""
        to = self.addressee
        return to.plan.name(to.merchant.merchant, to.business_date)


@dataclass(frozen=True)
class Received:
    """A file that was looked at.

    Attributes:
        file: ``REFUSED``, ``DUPLICATE``, ``CHANGED_RESEND``; else as it is known, a new one ``RECEIVED``.
        outcome: What is to be told of it; ``None`` where it is right and in time.
        checked: Its rows, where it counts; the caller closes it.
    """

    file: SettlementFile
    outcome: FileOutcome | None
    checked: CheckedFile | None


def addressee_of(arrived: Arrived) -> Addressee | None:
    """Whose a file is, by its folder and its name; ``None`` if no contract knows such a name."""
    for plan in plans():
        if plan.counterparty != arrived.counterparty or plan.leaves:
            continue
        told = plan.told_by(arrived.name)
        merchant = settled_merchant(told[0]) if told else None
        if told and merchant and _may_send(plan, merchant.merchant, merchant.bank):
            return Addressee(plan, merchant, told[1])
    return None


def _may_send(plan: FilePlan, merchant: str, bank: str) -> bool:
    """A merchant sends its own list and nobody else's; a bank what its own customers own."""
    if plan.counterparty.isdecimal():
        return plan.counterparty == merchant
    return not plan.number or plan.counterparty == bank


def receive(
    store: FileStore,
    known: KnownFiles,
    arrived: Arrived,
    addressee: Addressee,
    *,
    now_ms: int,
    holidays: Collection[str],
    largest_bytes: int = LARGEST_BYTES,
) -> Received:
    """Look at one file of the inbox; all of it is right, or nothing of it counts. Tells alarms what is wrong.

    Once the noun is written, `FileStore.take` takes the file out of the inbox; until then this may run again.

    Args:
        store: Where it lies.
        known: What became of files of this name before.
        arrived: The file.
        addressee: Whose it is, as `addressee_of` says.
        now_ms: The moment, in milliseconds UTC.
        holidays: YYYYMMDD, for the time by which it had to be there.
        largest_bytes: What is refused unread.
    """
    with store.opened(arrived.counterparty, arrived.name) as stream:
        bare = SettlementFile(
            file_id=store.archive(stream),
            counterparty=arrived.counterparty,
            kind=addressee.plan.kind,
            name=arrived.name,
            business_date=addressee.business_date,
            received_at_ms=now_ms,
        )
        before = known.named(arrived.counterparty, arrived.name, addressee.business_date)
        same = next((one for one in before if one.file_id == bare.file_id), None)
        try:
            _refuse_what_is_over(bare, same, before)
            checked = read_file(addressee, arrived.name, stream, largest_bytes=largest_bytes)
        except FileRefusedError as refusal:
            return _told(bare, refusal, arrived)
    is_late = arrived.arrived_at_ms > addressee.plan.due_ms(addressee.business_date, holidays)
    if is_late:
        metrics.count(METRICS[FileOutcome.LATE])
    return Received(same or checked.file(now_ms), FileOutcome.LATE if is_late else None, checked)


def refuse_unnamed(store: FileStore, arrived: Arrived, *, now_ms: int) -> Received:
    """Archive a file whose name no contract knows: refused under the day it came, and alarms are told.

    `FileStore.take` takes it out of the inbox afterwards, so that it rings once, and not at every look.
    """
    with store.opened(arrived.counterparty, arrived.name) as stream:
        file_id = store.archive(stream)
    bare = SettlementFile(
        file_id=file_id,
        counterparty=arrived.counterparty,
        kind=FileKind.UNNAMED,
        name=arrived.name[:LONGEST_NAME],
        business_date=f"{korean_time(arrived.arrived_at_ms):%Y%m%d}",
        received_at_ms=now_ms,
    )
    facts = "no contract knows such a name in this folder"
    return _told(bare, FileRefusedError(arrived.name, FileOutcome.MISADDRESSED, facts), arrived)


def missing(
    expected: Iterable[Expected], there: Collection[tuple[str, str]], *, now_ms: int
) -> list[Expected]:
    """What should have come by now and has not; tells alarms of each.

    Args:
        expected: What is to come.
        there: Counterparty and name of every file that came, whatever became of it.
        now_ms: The moment, in milliseconds UTC.
    """
    gone = [
        one
        for one in expected
        if now_ms > one.due_ms and (one.addressee.plan.counterparty, one.name) not in there
    ]
    for _ in gone:
        metrics.count(METRICS[FileOutcome.MISSING])
    return gone


def _refuse_what_is_over(
    bare: SettlementFile, same: SettlementFile | None, before: Sequence[SettlementFile]
) -> None:
    """A file that has come to its end is not looked at again, nor is another put over one that counts."""
    if same is not None and same.state not in GOES_ON:
        raise FileRefusedError(bare.name, FileOutcome.DUPLICATE, f"the same bytes came before: {same.state}")
    if same is None and any(one.state in COUNTS for one in before):
        facts = "another of this name came before, and counts"
        raise FileRefusedError(bare.name, FileOutcome.CHANGED, facts)


def _told(bare: SettlementFile, refusal: FileRefusedError, arrived: Arrived) -> Received:
    outcome = refusal.outcome
    metrics.count(METRICS[outcome])
    told = replace(
        bare, state=STATES.get(outcome, FileState.REFUSED), refusal=str(outcome), facts=refusal.facts
    )
    if outcome is FileOutcome.DUPLICATE:
        told = replace(told, file_id=f"{bare.file_id}+{arrived.arrived_at_ms}")
    return Received(told, outcome, None)
