"""Whether a cashier's cheque is good (수표조회): the VANs of the shop's route, one after the other.

Rules: payment_core/approval/cheque_inquiry.py, routing/van_router.py.
Called by functions/gateway, which waits.
Story: docs/flows/cheque_inquiry.md.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from payment_adapters import wiring
from payment_adapters.merchants import known_destinations, merchant
from payment_adapters.networks import link, measured  # noqa: F401 -- no first till waits for them
from payment_adapters.wiring import Invocation
from payment_core.approval.cheque_inquiry import inquire_cheque
from payment_core.kernel.cheque import Cheque, ChequeKind
from payment_core.kernel.korean_time import korean_time
from payment_core.routing.van_router import asked_about_cheque


class Asked(TypedDict):
    """What the gateway passes in; ``cheque`` holds the words of the core's `Cheque`."""

    merchant: str
    terminal: str
    cheque: dict[str, Any]


def handler(event: Asked, context: Invocation) -> dict[str, Any] | None:
    """Ask, and tell what the bank said; ``None`` when nobody said anything clear."""
    hand = wiring.hand("cheque_inquiry", context)
    cheque = Cheque(**{**event["cheque"], "kind": ChequeKind(event["cheque"]["kind"])})
    destinations = asked_about_cheque(
        f"{cheque.bank}-{cheque.branch}-{cheque.number}",
        merchant(event["merchant"]).plan,
        known_destinations(),
        f"{korean_time(hand.now_ms()):%Y%m%d}",
        wiring.open_destinations(),
    )
    answer = inquire_cheque(
        cheque,
        event["merchant"],
        event["terminal"],
        destinations=destinations,
        link=wiring.link,
        hand=hand,
    )
    wiring.report_errors()
    return asdict(answer) if answer else None
