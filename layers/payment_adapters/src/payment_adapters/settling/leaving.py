"""Claim files leave: written whole, known by their bytes, and the same bytes whenever they leave again."""

from __future__ import annotations

from collections.abc import Iterable

from payment_adapters.files.families import Addressee
from payment_adapters.files.plan import plan_of
from payment_adapters.files.writing import claim_file
from payment_adapters.settling import wired
from payment_adapters.settling.awaited import agreed_with
from payment_core.kernel.hand import Hand
from payment_core.settlement.claim_file import ClaimFile, claim_files, claimed
from payment_core.settlement.model import ClaimRow, FileKind, FileState, SettlementFile, file_moved


def leave(batch: str, date: str, rows: Iterable[ClaimRow], merchant: str, hand: Hand, *, only: str) -> str:
    """Leave one destination's claim file of a batch once more; its id, or empty where there is none."""
    for file in claim_files(batch, date, rows):
        if file.destination == only and plan_of(only, FileKind.CLAIM):
            return leave_file(file, merchant, hand)
    return ""


def leave_file(file: ClaimFile, merchant: str, hand: Hand) -> str:
    """Write a claim file, and say that its rows are claimed; its id."""
    plan = plan_of(file.destination, FileKind.CLAIM)
    assert plan is not None, "it was looked for"  # noqa: S101 -- a bug
    name = plan.name(merchant, file.claim_date)
    pieces = claim_file(
        Addressee(plan, agreed_with(merchant), file.claim_date),
        file.records(),
        sales_from=file.sales_from,
        sales_to=file.sales_to,
    )
    file_id = wired.store().leave(file.destination, name, pieces)
    left = SettlementFile(
        file_id=file_id,
        counterparty=file.destination,
        kind=FileKind.CLAIM,
        name=name,
        business_date=file.claim_date,
        received_at_ms=hand.now_ms(),
        state=FileState.CHECKED,
        records=len(file.rows),
        amount_won=file.total_won,
    )
    if not wired.files().move(None, left):
        left = wired.files().standing(left)
    claimed(file, file_id, rows=wired.rows(merchant), books=wired.books(merchant))
    if left.state is FileState.CHECKED:
        wired.files().move(left, file_moved(left, FileState.APPLIED))
    return file_id
