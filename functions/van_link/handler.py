"""One telegram to one VAN: an approval that a POS waits for, or one more try of a cancel.

Rules: payment_core/approval/send.py and cancel.py. Called by workflows/approval.asl.json and cancel.asl.json.
Story: docs/flows/van_link.md.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal, TypedDict

from payment_adapters import wiring
from payment_adapters.aws.sealing import SealedCard
from payment_adapters.wiring import Invocation
from payment_core.approval.cancel import try_cancel
from payment_core.approval.model import SaleId
from payment_core.approval.send import Route, send
from payment_core.kernel.net_cancel_mode import NetCancelMode


class Authorise(TypedDict):
    """What the approval workflow passes in."""

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


def handler(event: Authorise | Cancel, context: Invocation) -> dict[str, Any]:
    """Send the one telegram the workflow asks for."""
    if event["telegram"] == "authorise":
        return _authorise(event, context)
    return _cancel(event, context)


def _authorise(event: Authorise, context: Invocation) -> dict[str, Any]:
    sale_id, name = SaleId.parse(event["sale_id"]), event["destination"]
    sent = send(
        sale_id,
        event["attempt"],
        wiring.card_opener().open(sale_id, event["sealed_card"]),
        route=Route(event["why"], event["spare"], NetCancelMode(event["net_cancel_mode"])),
        sales=wiring.sales(),
        link=wiring.link(name),
        profile=wiring.profile(name),
        hand=wiring.hand("van_link", context),
    )
    return {"verdict": str(sent.verdict), "answer": asdict(sent.answer) if sent.answer else None}


def _cancel(event: Cancel, context: Invocation) -> dict[str, Any]:
    repeating = try_cancel(
        SaleId.parse(event["sale_id"]),
        event["cancel"],
        sales=wiring.sales(),
        link=wiring.link(event["destination"]),
        hand=wiring.hand("van_link", context),
    )
    return asdict(repeating)
