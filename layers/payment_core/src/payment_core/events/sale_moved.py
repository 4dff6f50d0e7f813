"""``sale.moved`` v1: one transition of one sale, as its history has it. This version never changes.

The envelope is CloudEvents' in words and meaning. Consumers order and de-duplicate by (subject, version).
Schema: events/schemas/sale.moved.v1.json. Example kept for ever: events/published/sale.moved.v1.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TYPE: Final = "payrelay.sale.moved.v1"
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
        "claim",
        "refund",
        "claim_refund",
    }
)


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
