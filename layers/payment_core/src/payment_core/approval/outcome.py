"""What a telegram came to, as values: each is handled, by name, everywhere."""

from __future__ import annotations

from dataclasses import field
from typing import Final

from payment_core.kernel.frozen import dataclass


@dataclass(frozen=True)
class Trail:
    """What went over the wire, masked at the fields, for the evidence item and the timeline.

    Attributes:
        sent: Masked request, empty when not one byte left.
        received: Masked answer, or the escaped bytes that could not be read as one.
        layout: The telegram class of each, as its reference page names it.
    """

    sent: str = ""
    received: str = ""
    sent_layout: str = ""
    received_layout: str = ""
    started_at_ms: int = 0
    ended_at_ms: int = 0

    @property
    def carried(self) -> bool:
        """Whether anything went over the wire."""
        return bool(self.sent or self.received)

    def words(self) -> dict[str, str | int]:
        """Each attribute by its name, as items hold it."""
        return dict(vars(self))


NO_TRAIL: Final = Trail()


@dataclass(frozen=True)
class Outcome:
    """Base of all outcomes; carries the trail."""

    trail: Trail = field(default=NO_TRAIL, kw_only=True)


@dataclass(frozen=True)
class Approved(Outcome):
    """The destination approved: a complete, correlated answer with an approval number.

    Attributes:
        approved_won: What its answer says it approved; 0 where its paper does not say.
    """

    approval_number: str
    response_code: str
    message: str
    approved_won: int = 0


@dataclass(frozen=True)
class Declined(Outcome):
    """The destination answered no, in words of its profile."""

    response_code: str
    message: str


@dataclass(frozen=True)
class NotForwarded(Outcome):
    """The destination answered that the issuer never saw it: nothing is live, and another may be asked.

    A class of its own and not a kind of `Declined`: a decline ends the sale, so whoever matches outcomes must
    say what becomes of this one.

    Attributes:
        destination_fault: The code blames the destination itself; it counts for the breaker.
    """

    response_code: str
    message: str
    destination_fault: bool = False


@dataclass(frozen=True)
class NotSent(Outcome):
    """Provably not one byte of the telegram was handed to the kernel.

    Attributes:
        by_us: The destination had no part in it: a word its telegram cannot carry, no time left.
    """

    reason: str
    by_us: bool = False


@dataclass(frozen=True)
class InDoubt(Outcome):
    """At least one byte may have left, and no clear answer came back.

    Attributes:
        unlisted_code: The answer was readable and ours, but its code is in no list of the destination's file:
            a gap in the contract, not a fault of the line.
        approval_number, approved_won: Of an approval that was heard and is not decided, as where ACK or EOT
            got lost, or where it is of another amount; evidence for whoever undoes it, never a decision.
        taken_back_won: Of a cancel that is said to be done, and took back another amount than it named.
        destination_fault: It counts for the breaker: silence, noise, a code that blames the destination.
    """

    reason: str
    response_code: str = ""
    unlisted_code: bool = False
    approval_number: str = ""
    approved_won: int = 0
    taken_back_won: int | None = None
    destination_fault: bool = True


@dataclass(frozen=True)
class Undone(Outcome):
    """The destination says the approval is not live any more, now or already."""

    response_code: str
    message: str


@dataclass(frozen=True)
class NotFound(Outcome):
    """The destination knows no original: proof only when this was sent after the horizon."""

    response_code: str
    message: str
    sent_at_ms: int


@dataclass(frozen=True)
class Refused(Outcome):
    """The destination refused to undo it: a person must look, and the lanes go on."""

    response_code: str
    message: str


@dataclass(frozen=True)
class NotApproved(Outcome):
    """The destination knows the original, and nothing of it is live: declined, cancelled or undone."""

    response_code: str
    message: str


@dataclass(frozen=True)
class GoodCheque(Outcome):
    """The bank stands behind the cheque, as far as it knows now."""

    response_code: str
    message: str


@dataclass(frozen=True)
class BadCheque(Outcome):
    """The bank does not, and says why: lost, stolen, paid already, never issued."""

    response_code: str
    message: str


AuthorisationOutcome = Approved | Declined | NotForwarded | NotSent | InDoubt
NetCancelOutcome = Undone | NotFound | Refused | NotSent | InDoubt
CancelOutcome = Undone | Refused | NotSent | InDoubt
InquiryOutcome = Approved | NotApproved | NotFound | NotSent | InDoubt
ChequeOutcome = GoodCheque | BadCheque | NotSent | InDoubt
