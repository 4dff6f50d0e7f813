"""Tell: turn what a change of the item added to its history into published events.

Door: functions/outbox. Promise: tests/spec/test_outbox.py. Story: docs/flows/outbox.md.
"""

from __future__ import annotations

from datetime import UTC, datetime

from payment_core.approval.model import AttemptState, Entry, Sale, Step
from payment_core.events.sale_moved import SaleMovedV1


def moves_between(old: Sale | None, new: Sale) -> list[SaleMovedV1]:
    """Tell the transitions that one change of the item made: none for a repeated try, else one."""
    known = len(old.history) if old else 0
    return [_move(new, known + place, entry) for place, entry in enumerate(new.history[known:], start=1)]


def _move(sale: Sale, version: int, entry: Entry) -> SaleMovedV1:
    at = datetime.fromtimestamp(entry.at_ms // 1_000, UTC)
    return SaleMovedV1(
        id=f"{sale.sale_id}/{version}",
        time=f"{at:%Y-%m-%dT%H:%M:%S}.{entry.at_ms % 1_000:03d}Z",
        subject=str(sale.sale_id),
        version=version,
        causation_id=entry.write_id,
        step=str(entry.step),
        by=entry.by,
        decision=str(entry.decision),
        attempts=[str(state) for state in entry.attempts],
        amount_won=sale.amount_won,
        cancellable_won=sale.cancellable_won,
        card_masked=sale.card_masked,
        card_token=sale.card_token,
        evidence={**entry.evidence, **_who_approved(sale, entry)},
    )


def _who_approved(sale: Sale, entry: Entry) -> dict[str, str]:
    """Name who approved: a consumer that counts approvals needs no other event of the sale, in no order."""
    if entry.step is not Step.APPROVE:
        return {}
    return {"destination": sale.attempts[entry.attempts.index(AttemptState.APPROVED)].destination}
