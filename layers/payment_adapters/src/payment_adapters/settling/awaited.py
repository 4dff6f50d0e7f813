"""Files that a day waits for: by contract, by name, and by when; of those that are late, alarms are told."""

from __future__ import annotations

from collections.abc import Iterable

from payment_adapters.files.families import Addressee
from payment_adapters.files.intake import Expected, missing
from payment_adapters.files.plan import FilePlan, Settled, settled_merchant
from payment_adapters.settling import wired
from payment_core.kernel.hand import Hand
from payment_core.settlement.model import FileState, SettlementFile


def agreed_with(merchant: str) -> Settled:
    """What is agreed with a merchant whose day was closed."""
    agreed = settled_merchant(merchant)
    assert agreed is not None, "its day was closed"  # noqa: S101 -- a bug
    return agreed


def applied(plan: FilePlan, merchant: str, business_date: str) -> list[SettlementFile]:
    """The files of this name and day that count."""
    known = wired.files().named(plan.counterparty, plan.name(merchant, business_date), business_date)
    return [one for one in known if one.state is FileState.APPLIED]


def waits_for(plans: Iterable[FilePlan], merchant: str, business_date: str, hand: Hand) -> tuple[str, ...]:
    """The files of a day that do not count so far, in words that name them."""
    waits = [
        Expected(
            Addressee(plan, agreed_with(merchant), business_date),
            plan.due_ms(business_date, wired.holidays(business_date)),
        )
        for plan in plans
        if not applied(plan, merchant, business_date)
    ]
    missing(waits, (), now_ms=hand.now_ms())  # tells the alarm
    return tuple(f"{one.addressee.plan.counterparty} {one.addressee.plan.kind} {one.name}" for one in waits)
