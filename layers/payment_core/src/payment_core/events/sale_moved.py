"""``sale.moved`` v1 and v2: one transition of one sale, as its history has it. A version never changes.

The envelope is CloudEvents' in words and meaning. Consumers order and de-duplicate by (subject, version).
v2 says everything that a reader shows of a sale; v1 is only read any more, as a v2 (docs/adr/0039).
Schemas: events/schemas/sale.moved.*.json. Examples kept for ever: events/published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from payment_core.kernel.frozen import dataclass

TYPE_V1: Final = "payrelay.sale.moved.v1"
TYPE: Final = "payrelay.sale.moved.v2"
APPROVE: Final = "approve"
BEGINS_A_CANCEL: Final = frozenset({"begin_cancel", "refund"})  # both name it in their evidence
FACTS: Final = frozenset(
    {
        APPROVE,
        "decline",
        "not_sent",
        "give_up_unsent",
        "doubt",
        "doubt_van_owned",
        "reversal_confirmed",
        "reversal_refused",
        "reversal_proved",
        "cancel_done",
        "cancel_part_done",
        "cancel_refused",
        "cancel_differs",
        "claim",
        "refund",
        "claim_refund",
    }
)
_OPEN_IN_V1: Final = frozenset({"RECEIVED", "CANCELLING", "INTENT", "REVERSING", "UNRESOLVED", "MANUAL"})


@dataclass(frozen=True)
class SaleMovedV1:
    """One transition.

    Attributes:
        id: ``sale_id/version``: the same for every delivery of the same transition.
        time: RFC 3339, UTC, milliseconds.
        subject: The sale id; also the correlation id.
        version: The transition's place in the sale's history, from 1.
        causation_id: The write that made it.
        decision: The sale after it.
        attempts: The attempts' states after it.
        evidence: What the move relied on; an approval also names its ``destination``.
    """

    id: str
    time: str
    subject: str
    version: int
    causation_id: str
    step: str
    by: str
    decision: str
    attempts: list[str]
    amount_won: int
    cancellable_won: int
    card_masked: str
    card_token: str
    evidence: dict[str, str]
    type: str = TYPE_V1
    source: str = "payrelay"
    specversion: str = "1.0"


@dataclass(frozen=True)
class SaleMovedV2:
    """One transition, and how its sale stands after it.

    Attributes:
        id: ``sale_id/version``: the same for every delivery of the same transition.
        time: RFC 3339, UTC, milliseconds.
        subject: The sale id; also the correlation id.
        version: The transition's place in the sale's history, from 1.
        causation_id: The write that made it.
        decision: The sale after it.
        attempts: The attempts' states after it.
        evidence: What the move relied on.
        tender: What was presented; empty where v1 did not say.
        received_at_ms: When the sale came; its own moment where v1 did not say.
        state: One word for people: the decision, or BEING_REVERSED and REVERSED.
        destination: Of the attempt that moved, else of the one the sale is about; empty while there is none.
        approval_number: Of that attempt.
        took_ms: From the intent to what came of it, for a move that ends an intent; else 0.
        open_since_ms: Since when it is not known what holds; 0 where it is.
        open_won: What is not known, in won.
    """

    id: str
    time: str
    subject: str
    version: int
    causation_id: str
    step: str
    by: str
    decision: str
    attempts: list[str]
    amount_won: int
    cancellable_won: int
    card_masked: str
    card_token: str
    evidence: dict[str, str]
    tender: str
    received_at_ms: int
    state: str
    destination: str
    approval_number: str
    took_ms: int
    open_since_ms: int
    open_won: int
    type: str = TYPE
    source: str = "payrelay"
    specversion: str = "1.0"

    @property
    def is_fact(self) -> bool:
        """Whether others react to it, so that it also goes to the event bus."""
        return self.step in FACTS

    @property
    def merchant(self) -> str:
        """Whose sale it is: the first part of its id."""
        return self.subject.split("-")[0]

    @property
    def business_date(self) -> str:
        """YYYYMMDD, the sale's own: the fourth part of its id."""
        return self.subject.split("-")[3]

    @property
    def at_ms(self) -> int:
        """When it happened, milliseconds since 1970 UTC."""
        whole, _, milliseconds = self.time.removesuffix("Z").partition(".")
        return int(datetime.fromisoformat(f"{whole}+00:00").timestamp()) * 1_000 + int(milliseconds)


def up_cast(old: SaleMovedV1) -> SaleMovedV2:
    """Read a v1 as a v2; what it did not say is empty, or what its own words come to."""
    said = {name: value for name, value in vars(old).items() if name != "type"}
    is_open = not _OPEN_IN_V1.isdisjoint({old.decision, *old.attempts})
    undone = {True: "BEING_REVERSED", False: "REVERSED"}[is_open]
    read = SaleMovedV2(
        **said,
        tender="",
        received_at_ms=0,
        state=undone if old.decision == "REVERSE" else old.decision,
        destination=old.evidence.get("destination", ""),
        approval_number=old.evidence.get("approval_number", ""),
        took_ms=0,
        open_since_ms=0,
        open_won=old.amount_won if is_open else 0,
    )
    at_ms = read.at_ms
    return SaleMovedV2(**{**vars(read), "received_at_ms": at_ms, "open_since_ms": at_ms if is_open else 0})
