"""What the doors van_link and card_direct have in common: one telegram to one destination.

Rules: payment_core/approval/send.py and cancel.py.
Stories: docs/flows/van_link.md and docs/flows/card_direct.md.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, Literal, TypedDict

from payment_adapters import wiring
from payment_adapters.aws.sealing import SealedCard
from payment_adapters.networks import link, measured  # noqa: F401 -- no first sale waits for them
from payment_adapters.wiring import Invocation
from payment_core.approval.model import SaleId
from payment_core.approval.send import Route, send
from payment_core.kernel.net_cancel_mode import NetCancelMode


class Authorise(TypedDict):
    """What the approval workflow passes in; the route as the router chose it."""

    telegram: Literal["authorise"]
    sale_id: str
    attempt: int
    destination: str
    why: str
    spare: str
    net_cancel_mode: str
    sealed_card: SealedCard


class Cancel(TypedDict):
    """What the cancel workflow passes in."""

    telegram: Literal["cancel"]
    sale_id: str
    cancel: str
    destination: str


def send_one(door: str, event: Authorise | Cancel, context: Invocation) -> dict[str, Any]:
    """Send the one telegram that a workflow asks for, in the name of a door; then count what went wrong."""
    try:
        if event["telegram"] == "authorise":
            return _authorise(door, event, context)
        return _cancel(door, event, context)
    finally:
        wiring.report_errors()


def _authorise(door: str, event: Authorise, context: Invocation) -> dict[str, Any]:
    sale_id, name = SaleId.parse(event["sale_id"]), event["destination"]
    sent = send(
        sale_id,
        event["attempt"],
        wiring.card_opener().open(sale_id, event["sealed_card"]),
        route=Route(event["why"], event["spare"], NetCancelMode(event["net_cancel_mode"])),
        sales=wiring.sales(),
        link=wiring.link(name),
        profile=wiring.profile(name),
        hand=wiring.hand(door, context),
    )
    return {"verdict": str(sent.verdict), "answer": asdict(sent.answer) if sent.answer else None}


def _cancel(door: str, event: Cancel, context: Invocation) -> dict[str, Any]:
    from payment_core.approval.cancelling import try_cancel  # noqa: PLC0415 -- for what no POS waits for

    sale_id = SaleId.parse(event["sale_id"])
    repeating = try_cancel(
        sale_id,
        event["cancel"],
        sales=wiring.sales(),
        link=wiring.link(event["destination"]),
        profile=wiring.profile(event["destination"]),
        opened=partial(wiring.opened_customer, sale_id),
        hand=wiring.hand(door, context),
    )
    return asdict(repeating)
