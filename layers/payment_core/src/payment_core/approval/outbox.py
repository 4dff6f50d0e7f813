"""Tell: turn what a change of the item added to its history into published events.

Door: functions/outbox. Promise: tests/spec/test_outbox.py. Story: docs/flows/outbox.md.
"""

from __future__ import annotations

from dataclasses import replace

from payment_core.approval.answer import state_for_people
from payment_core.approval.model import AttemptState, Decision, Sale, Step
from payment_core.approval.open_money import open_since_ms, open_won
from payment_core.approval.standing import asked_last
from payment_core.events import rfc3339
from payment_core.events.sale_moved import SaleMovedV2


def moves_between(old: Sale | None, new: Sale) -> list[SaleMovedV2]:
    """Tell the transitions that one change of the item made: none for a repeated try, else one."""
    known = len(old.history) if old else 0
    return [_move(new, place) for place in range(known, len(new.history))]


def _move(sale: Sale, place: int) -> SaleMovedV2:
    entry, stood = sale.history[place], _as_it_stood(sale, place)
    before = sale.history[place - 1].attempts if place else (AttemptState.ABSENT,) * len(entry.attempts)
    moved = [index for index, state in enumerate(entry.attempts) if state is not before[index]]
    about = stood.attempts[moved[0]] if moved else asked_last(stood)
    ends_an_intent = bool(moved) and before[moved[0]] is AttemptState.INTENT
    return SaleMovedV2(
        id=f"{sale.sale_id}/{place + 1}",
        time=rfc3339(entry.at_ms),
        subject=str(sale.sale_id),
        version=place + 1,
        causation_id=entry.write_id,
        step=str(entry.step),
        by=entry.by,
        decision=str(entry.decision),
        attempts=[str(state) for state in entry.attempts],
        amount_won=sale.amount_won,
        cancellable_won=sale.cancellable_won,
        card_masked=sale.card_masked,
        card_token=sale.card_token,
        evidence=dict(entry.evidence),
        tender=str(sale.tender),
        received_at_ms=sale.received_at_ms or sale.history[0].at_ms,
        state=state_for_people(stood),
        destination=about.destination if about else "",
        approval_number=about.approval_number if about and about.state is not AttemptState.INTENT else "",
        took_ms=entry.at_ms - about.intent_at_ms if about and ends_an_intent else 0,
        open_since_ms=open_since_ms(stood) if stood.is_open else 0,
        open_won=open_won(stood) if stood.is_open else 0,
    )


def _as_it_stood(sale: Sale, place: int) -> Sale:
    """The sale after one line of its history, as far as later lines let it be known."""
    entry = sale.history[place]
    there = zip(sale.attempts, entry.attempts, strict=False)
    begun = [one.evidence["cancel"] for one in sale.history[: place + 1] if one.step is Step.BEGIN_CANCEL]
    return replace(
        sale,
        decision=entry.decision,
        attempts=tuple(replace(one, state=state) for one, state in there if state is not AttemptState.ABSENT),
        open_cancel=begun[-1] if entry.decision is Decision.CANCELLING else "",
    )
