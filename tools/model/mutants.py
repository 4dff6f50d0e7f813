"""Every guard must be missed when it is gone: worlds with one switch, one row or one order broken.

Spec of the names: docs/proof/model.md. Promise: tests/model/test_mutants.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from payment_core.approval.model import NEXT, AttemptState, Decision, Move, Rule, Step
from tools.model.world import Rules
from tools.model.worlds import LISTED, ONE_VAN, PARTS, PROVED, REFUSES

TWO_VANS: Final = Rules()


@dataclass(frozen=True)
class Mutant:
    """One planted bug.

    Attributes:
        breaks: What is gone, as a sentence.
        rules: The smallest world in which it must be noticed.
    """

    name: str
    breaks: str
    rules: Rules


def _switch(name: str, breaks: str, rules: Rules = ONE_VAN) -> Mutant:
    return Mutant(name, breaks, replace(rules, broken=frozenset({name})))


def loosened(step: Step, part: str = "row") -> Mapping[Step, Rule]:
    """``NEXT`` with one row that asks less: of the sale, of the attempt, or of neither."""
    rule = NEXT[step]
    decision, attempt, every = rule.decision, rule.attempt, rule.every_attempt
    if part in {"row", "decision"}:
        decision = Move(frozenset(Decision), decision.to)
    if part in {"row", "attempt"}:
        attempt = None if attempt is None else Move(frozenset(AttemptState), attempt.to)
        every = None
    return {**NEXT, step: Rule(decision, attempt, every)}


def _row(step: Step, breaks: str, rules: Rules = ONE_VAN, part: str = "row") -> Mutant:
    return Mutant(f"{step}.{part}", breaks, replace(rules, table=loosened(step, part)))


NAMED: Final = (
    _switch("no_intent_before_send", "the telegram leaves before INTENT is durable"),
    _switch("respond_before_record", "the POS hears APPROVED before it is durable"),
    Mutant(
        "uncond_approve",
        "a late approval overwrites a reversal",
        replace(ONE_VAN, table=loosened(Step.APPROVE)),
    ),
    _switch("sweep_uncond", "the sweeper reverses what is APPROVED"),
    _switch("nf_is_final", "'not found' closes before the horizon"),
    _switch("early_horizon", "the horizon does not wait for the sender's fence"),
    _switch("failover_unacked", "the second VAN is asked before the first provably holds nothing", TWO_VANS),
    _switch("resend_auth", "the orchestrator repeats the send"),
    _switch("idem_expiry", "the claim expires and a second owner runs"),
    _switch("unknown_to_failed", "a timeout is written as a decline"),
    _switch("nc_gives_up", "the net-cancel is dropped after two tries"),
    _switch("no_pos_tombstone", "a POS net-cancel of an unknown sale leaves no trace"),
    _switch("no_sweeper", "nobody owns what a dead driver left"),
    _switch("cancel_ok_before_van", "CANCELLED is told before the VAN says so"),
    _switch("decide_before_ack", "APPROVED is decided before ACK and EOT", replace(ONE_VAN, handshake=True)),
)
GUARDS: Final = (
    _switch("no_worker", "nobody repeats a net-cancel"),
    _switch("undo_after_claim", "a POS net-cancel undoes what settlement has claimed", PARTS),
    _switch("cancel_after_claim", "a cancel goes online after the claim", PARTS),
    _switch("claim_twice", "a second batch claims a sale", PARTS),
    _switch("file_twice", "a second batch takes a refund", PARTS),
    _switch("no_filing", "no settlement file takes a refund", PARTS),
    _switch("refund_unclaimed", "a cancel becomes a refund although nothing was claimed", PARTS),
    _switch("refund_of_known", "a cancel done online becomes a refund when it is asked again", PARTS),
    _switch("refund_told_first", "the POS hears of a refund before it is durable", PARTS),
    _switch("false_proof", "two people prove what is not so: an approval is live", PROVED),
    _row(Step.REVERSAL_PROVED, "a proof closes what no destination refused", PROVED),
    _switch("refused_repeat_closes", "a refused repeat of a cancel closes it", REFUSES),
    _switch("no_lists", "nobody reads what a destination lists", LISTED),
    _row(Step.LATE_APPROVAL, "a list undoes what is approved", LISTED),
    _row(Step.CLAIM, "a sale is claimed for settlement whatever it came to", PARTS),
    _row(Step.ACCEPT, "a sale is claimed whatever it came to"),
    _row(Step.ACCEPT, "a sale is claimed a second time if nothing was sent", part="decision"),
    _row(Step.INTENT, "an intent is written whatever the sale and the attempt came to"),
    _row(Step.INTENT, "an intent is written for a sale that is decided", part="decision"),
    _row(Step.POS_TOMBSTONE, "a tombstone replaces a sale that is there"),
    _row(Step.BEGIN_CANCEL, "a cancel begins whatever the sale came to"),
)
MUTANTS: Final = NAMED + GUARDS
