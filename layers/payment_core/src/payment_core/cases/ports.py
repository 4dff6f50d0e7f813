"""What cases need from the world. A store that gives no answer raises its own error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from payment_core.cases.model import Action, Case
from payment_core.kernel.hand import Hand
from payment_core.kernel.language import Language


class Stand(StrEnum):
    """How the thing that a case is about stands now."""

    WAITING = "WAITING"
    UNDOING = "UNDOING"
    REFUSED = "REFUSED"
    DIFFERS = "DIFFERS"
    BROKEN = "BROKEN"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Part:
    """One part of a sale, one difference of a journal, or one break, read from the truth.

    Attributes:
        about, part: As of a `Case`.
        since_ms: Since when it is not known what holds.
        won: What may be held, or what differs.
        tries: Telegrams that brought no end.
        net_cancel_until_ms: The contract's window; 0 where none is meant.
        is_late: An approval that came after its reversal had ended.
        evidence: What is known of it; of one that ended, what ended it.
        may: What the protocol lets people do about it.
        told: Where another rule has the sentence for people already.
    """

    about: str
    part: str
    stand: Stand
    since_ms: int
    won: int
    destination: str = ""
    tries: int = 0
    net_cancel_until_ms: int = 0
    is_late: bool = False
    evidence: Mapping[str, str] = field(default_factory=dict)
    may: tuple[Action, ...] = ()
    told: Mapping[Language, str] = field(default_factory=dict)

    @property
    def case_id(self) -> str:
        """The id of its case, whether there is one or not."""
        return f"{self.about}:{self.part}"


class Cases(Protocol):
    """Cases, kept for ever.

    Each method raises `StoreUnavailableError` of the adapters when the store gives no answer.
    """

    def read(self, case_id: str) -> Case | None:
        """One case with its history, strongly consistent."""
        ...

    def of(self, about: str) -> Sequence[Case]:
        """Every case about a sale, a cancel or a journal, closed ones too, strongly consistent."""
        ...

    def open_cases(self) -> Sequence[Case]:
        """Every open case as it stands, the oldest first; what names them may be a moment behind."""
        ...

    def closed_cases(self, month: str) -> Sequence[Case]:
        """What was closed in a month in Korea, YYYYMM, by when it was opened; as above."""
        ...

    def move(self, seen: Case | None, becomes: Case) -> bool:
        """Write over the version that was seen, one line of history more; ``False`` if another came first."""
        ...


class Truth(Protocol):
    """What stands: sales, what differs from journals, and what differs between settlement's lists."""

    def of_sale(self, sale_id: str) -> Sequence[Part]:
        """Every part of a sale that is open, or that ended after it had been in doubt."""
        ...

    def of_difference(self, about: str, part: str) -> Part | None:
        """One difference of a journal, found or settled."""
        ...

    def of_break(self, case: Case) -> Part | None:
        """The break that a case is about, open or closed."""
        ...

    def open_parts(self) -> Iterable[Part]:
        """Every open part of every open sale."""
        ...


class Came(StrEnum):
    """What became of an approved action when it was handed to the protocol."""

    HANDED_OVER = "HANDED_OVER"
    DONE = "DONE"
    ENDED_BEFORE = "ENDED_BEFORE"
    NOT_POSSIBLE = "NOT_POSSIBLE"


class Relay(Protocol):
    """Carries an approved action out, through the protocol."""

    def carry_out(self, case: Case, hand: Hand) -> Came:
        """Do what the case's proposal says; doing it twice is as good as once.

        Raises:
            StoreUnavailableError: it is not known whether it was done.
        """
        ...
