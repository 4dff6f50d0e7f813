"""The sale as an item: names and nesting of its attributes, the same in every store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from payment_core.approval.change import Path
from payment_core.approval.model import (
    MAXIMUM_ATTEMPTS,
    Answer,
    Attempt,
    AttemptState,
    Cancel,
    CancelState,
    Decision,
    Entry,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import NO_TRAIL, Trail
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender

# Looked up, not called: every read of a sale makes dozens of these, and an enum's call is ten look-ups.
DECISIONS: Final = {str(one): one for one in Decision}
STATES: Final = {str(one): one for one in AttemptState}
ATTEMPTS: Final = tuple(f"a{index}" for index in range(MAXIMUM_ATTEMPTS))
TENDERS: Final = {str(one): one for one in Tender}
LANGUAGES: Final = {str(one): one for one in Language}
MODES: Final = {str(one): one for one in NetCancelMode}
STEPS: Final = {str(one): one for one in Step}


def fixed_at_accept(sale: Sale) -> dict[Path, object]:
    """What a claim, or a tombstone in its place, writes once and nothing changes afterwards.

    The three about cancels start empty: only an approval leaves something to cancel.
    """
    return {
        ("tender",): str(sale.tender),
        ("purpose",): sale.purpose,
        ("amount_won",): sale.amount_won,
        ("vat_won",): sale.vat_won,
        ("service_won",): sale.service_won,
        ("tax_free_won",): sale.tax_free_won,
        ("installment_months",): sale.installment_months,
        ("card_masked",): sale.card_masked,
        ("card_token",): sale.card_token,
        ("fingerprint",): sale.fingerprint,
        ("language",): str(sale.language),
        ("received_at_ms",): sale.received_at_ms,
        ("deadline_at_ms",): sale.deadline_at_ms,
        ("cancellable_won",): 0,
        ("cancellable_vat_won",): 0,
        ("cancels",): {},
    }


def sale_from_plain(sale_id: SaleId, plain: Mapping[str, Any]) -> Sale:
    """Read an item into the noun the rules work on."""
    attempts = [plain[name] for name in ATTEMPTS if name in plain]
    answer = plain.get("answer")
    return Sale(
        sale_id=sale_id,
        decision=DECISIONS[plain["decision"]],
        tender=TENDERS[plain.get("tender", Tender.CARD)],
        purpose=plain.get("purpose", ""),
        sealed_customer=plain.get("sealed_customer", {}),
        amount_won=plain["amount_won"],
        vat_won=plain["vat_won"],
        service_won=plain["service_won"],
        tax_free_won=plain["tax_free_won"],
        installment_months=plain["installment_months"],
        card_masked=plain["card_masked"],
        card_token=plain["card_token"],
        fingerprint=plain["fingerprint"],
        language=LANGUAGES[plain.get("language", Language.ENGLISH)],
        received_at_ms=plain["received_at_ms"],
        deadline_at_ms=plain["deadline_at_ms"],
        answer=Answer(**answer) if answer else None,
        attempts=tuple([_attempt(one) for one in attempts]),
        cancellable_won=plain["cancellable_won"],
        cancellable_vat_won=plain["cancellable_vat_won"],
        cancels={name: _cancel(one) for name, one in plain["cancels"].items()},
        open_cancel=plain.get("open_cancel", ""),
        claim_batch=plain.get("claim_batch", ""),
        next_action_at_ms=plain.get("next_action_at_ms", 0),
        owner=plain.get("owner", ""),
        history=tuple([_entry(one) for one in plain["history"]]),
    )


def _attempt(plain: dict[str, Any]) -> Attempt:
    return Attempt(
        **{
            **plain,
            "state": STATES[plain["state"]],
            "net_cancel_mode": MODES[plain["net_cancel_mode"]],
            "trail": Trail(**plain["trail"]) if "trail" in plain else NO_TRAIL,
            "undone_trail": Trail(**plain["undone_trail"]) if "undone_trail" in plain else NO_TRAIL,
        }
    )


def _cancel(plain: dict[str, Any]) -> Cancel:
    return Cancel(**{**plain, "state": CancelState(plain["state"])})


def _entry(plain: Mapping[str, Any]) -> Entry:
    return Entry(
        step=STEPS[plain["step"]],
        at_ms=plain["at_ms"],
        by=plain["by"],
        write_id=plain["write_id"],
        decision=DECISIONS[plain["decision"]],
        attempts=tuple([STATES[state] for state in plain["attempts"]]),
        evidence=plain["evidence"],
    )


def entry_to_plain(entry: Entry) -> dict[str, object]:
    """Write one line of history."""
    return {
        "step": str(entry.step),
        "at_ms": entry.at_ms,
        "by": entry.by,
        "write_id": entry.write_id,
        "decision": str(entry.decision),
        "attempts": [str(state) for state in entry.attempts],
        "evidence": dict(entry.evidence),
    }
