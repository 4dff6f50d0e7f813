"""How a sale or a cancel ended, for the till: match on the class, and show what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from payrelay.client.exchange import Answer


@dataclass(frozen=True)
class Sold:
    """Approved: the money is there. Print the slip and hand over the goods."""

    sale_id: str
    approval_number: str
    message: str
    answer: Answer


@dataclass(frozen=True)
class Declined:
    """The issuer said no, or nothing was sent. Nothing was charged; ask for another card."""

    sale_id: str
    response_code: str
    message: str
    answer: Answer


@dataclass(frozen=True)
class NotApproved:
    """No clear answer: do not ring it up. Whatever may have been approved is undone.

    Attributes:
        state: How payrelay says the sale stands; empty while it has not said so.
        reason: Why there was no clear answer, for a log.
        is_acknowledged: Payrelay owns the rest. Otherwise the net-cancel waits in the journal for
            `Pos.settle_pending`.
        answer: Payrelay's last word on it; none while it is silent.
    """

    sale_id: str
    state: str
    reason: str
    is_acknowledged: bool
    answer: Answer | None


@dataclass(frozen=True)
class CancelEnded:
    """What became of a cancel.

    Attributes:
        state: DONE: the money is back, print the slip. REFUND: settlement has claimed the sale, so the money
            goes back with its next file; print the slip. REFUSED: it does not go back. REQUESTED: payrelay
            goes on repeating it. SILENT: payrelay did not answer. The last two are asked for again by
            `Pos.settle_pending`.
        answer: None when SILENT.
    """

    cancel_id: str
    sale_id: str
    state: Literal["DONE", "REFUND", "REFUSED", "REQUESTED", "SILENT"]
    amount_won: int
    answer: Answer | None


@dataclass(frozen=True)
class Settled:
    """What `Pos.settle_pending` found out about one key of the journal.

    Attributes:
        state: As payrelay says it; empty when it said nothing.
        is_settled: Nothing is left to be done. Otherwise it is asked for again next time.
    """

    key: str
    sale_id: str
    state: str
    is_settled: bool


@dataclass(frozen=True)
class Delivered:
    """What `Pos.deliver_journal` had acknowledged.

    Attributes:
        revision_id: Merchant, terminal, epoch, date and revision: one state of this journal.
        rows: How many numbers of the date were in it.
    """

    revision_id: str
    parts: int
    rows: int


@dataclass(frozen=True)
class ChequeTold:
    """What is known of a cheque, now.

    Attributes:
        state: GOOD: the bank stands behind it. BAD: it does not, `message` says why. NOT_KNOWN: nobody
            answered clearly; do not take the cheque, and ask again.
        answer: None while payrelay is silent.
    """

    state: Literal["GOOD", "BAD", "NOT_KNOWN"]
    response_code: str
    message: str
    answer: Answer | None
