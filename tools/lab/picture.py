"""A run as a sequence diagram, in the columns of the model's stories, and a plan as one line."""

from __future__ import annotations

import json
from typing import Any, Final

from tools.lab.plan import Plan
from tools.model.messages import Actor
from tools.model.world import Deed

MOST_DEEDS: Final = 60


class Picture:
    """What happened, in its order: the first destination that is called is VAN 0, the next VAN 1."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.deeds: list[Deed] = []
        self._columns: dict[str, Actor] = {}

    def asked(self, kind: str) -> None:
        """A till asks."""
        self.deeds.append(Deed(Actor.POS, kind, Actor.RELAY))

    def answered(self, kind: str, told: dict[str, Any]) -> None:
        """A till is answered."""
        words = json.loads(told["body"])
        what = words.get("state") or words.get("code") or ""
        self.deeds.append(Deed(Actor.RELAY, f"{kind}: {told['statusCode']} {what}", Actor.POS))

    def sent(self, destination: str, kind: str) -> None:
        """A telegram arrives."""
        self.deeds.append(Deed(Actor.RELAY, kind, self._column(destination)))

    def done(self, destination: str, what: str) -> None:
        """A counterparty's books stand so."""
        self.deeds.append(Deed(self._column(destination), what))

    def moved(self, old: dict[str, Any] | None, new: dict[str, Any]) -> None:
        """The sale stands so; a repeated try moves nothing and is not drawn."""
        history = new["history"]["L"]
        if old is None or len(old["history"]["L"]) != len(history):
            states = [new[a]["M"]["state"]["S"] for a in ("a0", "a1") if a in new]
            step = history[-1]["M"]["step"]["S"]
            self.deeds.append(Deed(Actor.RELAY, f"{step} → {' '.join((new['decision']['S'], *states))}"))

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
    terms, wakers = plan.contract or "their own", ", ".join(sorted(plan.wakers))
    return f"merchant {plan.merchant}: {tills} · strikes: {strikes} · terms: {terms} · wakers: {wakers}"
