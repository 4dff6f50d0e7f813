"""A run as a sequence diagram, in the columns of the model's stories, and a plan as one line."""

from __future__ import annotations

from tools.lab.plan import Plan
from tools.model.messages import Actor
from tools.model.world import Deed

MOST_DEEDS = 60


class Picture:
    """What happened, in its order: the first destination that is called is VAN 0, the next VAN 1."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.deeds: list[Deed] = []
        self._columns: dict[str, Actor] = {}

    def asked(self, kind: str, *, lost: bool = False) -> None:
        """A till asks."""
        self.deeds.append(Deed(Actor.POS, kind, Actor.RELAY, lost))

    def answered(self, kind: str, state: str, *, lost: bool = False) -> None:
        """A till is answered."""
        self.deeds.append(Deed(Actor.RELAY, f"{kind}: {state}", Actor.POS, lost))

    def sent(self, destination: str, kind: str) -> None:
        """A telegram arrives."""
        self.deeds.append(Deed(Actor.RELAY, kind, self._column(destination)))

    def done(self, destination: str, what: str) -> None:
        """A counterparty's books stand so."""
        self.deeds.append(Deed(self._column(destination), what))

    def moved(self, decision: str, attempts: tuple[str, ...]) -> None:
        """The sale stands so."""
        self.deeds.append(Deed(Actor.RELAY, " ".join((decision, *attempts))))

    def struck(self, what: str) -> None:
        """Something went wrong."""
        self.deeds.append(Deed(Actor.RELAY, f"⚡ {what}"))

    def _column(self, destination: str) -> Actor:
        columns = (Actor.VAN_0, Actor.VAN_1)
        return self._columns.setdefault(destination, columns[min(len(self._columns), 1)])


def as_plan(plan: Plan) -> str:
    """One line that says what a plan is."""
    tills = " | ".join(", ".join(f"{act.what}+{act.after_ms}" for act in acts) for acts in plan.tills)
    strikes = "; ".join(f"{one.row} {one.path} #{one.nth}" for one in plan.strikes) or "none"
    return (
        f"merchant {plan.merchant}: {tills} · strikes: {strikes} · wakers: {', '.join(sorted(plan.wakers))}"
    )
