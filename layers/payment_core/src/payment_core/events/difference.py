"""``difference.found`` and ``difference.settled`` v1: a POS's journal against the books. They never change.

A difference is found once, settled once, and may be found again; consumers order and de-duplicate by
(subject, version). Schemas: events/schemas/difference.*.v1.json. Examples kept for ever: events/published.
"""

from __future__ import annotations

from typing import Final

from payment_core.kernel.frozen import dataclass

FOUND: Final = "payrelay.difference.found.v1"
SETTLED: Final = "payrelay.difference.settled.v1"


@dataclass(frozen=True)
class DifferenceFoundV1:
    """A journal and the books differ.

    Attributes:
        id: ``subject/version``: the same for every delivery.
        time: RFC 3339, UTC, milliseconds.
        subject: The difference: date, terminal, sale or cancel, and kind.
        version: How often it was written.
        kind: What differs, e.g. NOT_IN_JOURNAL: approved here, never shown by the POS.
        owner: Who acts next: RELAY, MERCHANT or OPERATOR.
        terminal: Merchant, terminal and epoch.
        sale_id: Empty where there is no journal at all.
        cancel_id: Of a difference about a cancel.
        our_won: 0 where there is none here.
        journal_won: 0 where the journal has none.
        sentence: For people, by language, with the next step.
    """

    id: str
    time: str
    subject: str
    version: int
    kind: str
    owner: str
    merchant: str
    terminal: str
    business_date: str
    sale_id: str
    cancel_id: str
    our_won: int
    journal_won: int
    sentence: dict[str, str]
    type: str = FOUND
    source: str = "payrelay"
    specversion: str = "1.0"

    @property
    def is_fact(self) -> bool:
        """Others react to it, so that it also goes to the event bus."""
        return True


@dataclass(frozen=True)
class DifferenceSettledV1(DifferenceFoundV1):
    """They differ no more; attributes as of a found one."""

    type: str = SETTLED
