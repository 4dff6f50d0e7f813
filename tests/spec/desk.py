"""A desk: cases, a clock, and a relay that notes what it was told to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from payment_core.cases.execute import execute
from payment_core.cases.look import look
from payment_core.cases.model import Action, Case
from payment_core.cases.ports import Came, Part, Stand
from payment_core.cases.propose import Offer, approve, propose, refuse
from payment_core.kernel.hand import Hand
from tests.fakes.cases import InMemoryCases
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOW
from tests.fakes.hands import Clock

SALE = "1001-10010001-1-20261120-42"
REFUSED = Part(
    about=SALE,
    part="a0",
    stand=Stand.REFUSED,
    since_ms=NOW - 5_000,
    won=11_000,
    destination="hangang",
    tries=1,
    evidence={"code": "2020", "message": "망취소 기간 경과", "trace_number": "001000000420"},
    may=(Action.SEND_AGAIN, Action.INQUIRE, Action.PROVE),
)
ENDED = replace(REFUSED, stand=Stand.ENDED, may=(), evidence={"step": "reversal_confirmed", "code": "0000"})


@dataclass
class Desk:
    """Where people work on one case."""

    clock: Clock = field(default_factory=Clock)
    cases: InMemoryCases = field(default_factory=InMemoryCases)
    carried_out: list[Case] = field(default_factory=list)

    def carry_out(self, case: Case, hand: Hand) -> Came:  # noqa: ARG002 -- a port
        self.carried_out.append(case)
        return Came.HANDED_OVER

    def look(self, *parts: Part) -> list[Case]:
        return look(parts, self.cases, self.clock.hand("cases"))

    @property
    def case(self) -> Case:
        found = self.cases.read(REFUSED.case_id)
        assert found is not None
        return found

    def steps(self) -> list[str]:
        return [str(line.step) for line in self.case.history]

    def offer(
        self,
        action: Action = Action.PROVE,
        *,
        reason: str = "undone by phone",
        proof: str = "hangang, Ms Lee, letter 17",
        version: int = 0,
    ) -> Offer:
        return Offer(REFUSED.case_id, version or self.case.version, action, reason, proof=proof)

    def propose(self, offer: Offer | None = None, by: str = "kim") -> Case:
        offer = offer or self.offer()
        return propose(offer, by=by, cases=self.cases, hand=self.clock.hand("console"))

    def approve(self, by: str = "lee") -> Case:
        return approve(
            REFUSED.case_id, self.case.version, by=by, cases=self.cases, hand=self.clock.hand("console")
        )

    def refuse(self, by: str = "lee", reason: str = "not so") -> Case:
        return refuse(
            REFUSED.case_id,
            self.case.version,
            by=by,
            reason=reason,
            cases=self.cases,
            hand=self.clock.hand("console"),
        )

    def execute(self) -> Case | None:
        return execute(self.case, cases=self.cases, relay=self, hand=self.clock.hand("cases"))


def a_desk() -> Desk:
    """A refused net-cancel was found."""
    found = Desk()
    found.look(REFUSED)
    return found
