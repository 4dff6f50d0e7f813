"""The table of what may follow what, stated again in words, and walked over every state and step."""

from __future__ import annotations

from itertools import product

import pytest

from payment_core.approval.model import (
    NEXT,
    OPEN_ATTEMPTS,
    OPEN_DECISIONS,
    AttemptState,
    Decision,
    SaleId,
    Step,
    after,
    allows,
    is_open,
)

# step               | sale: from → to              | the attempt: from → to
TABLE = """
accept               | ABSENT → RECEIVED            |
intent               | RECEIVED                     | ABSENT → INTENT
approve              | RECEIVED → APPROVED          | INTENT → APPROVED
decline              | RECEIVED → DECLINED          | INTENT → DECLINED
not_sent             | RECEIVED → DECLINED          | INTENT → NOT_SENT
doubt                | RECEIVED → REVERSE           | INTENT → REVERSING
doubt_van_owned      | RECEIVED → REVERSE           | INTENT → UNRESOLVED
not_sent_go_on       | RECEIVED                     | INTENT → NOT_SENT
not_forwarded_go_on  | RECEIVED                     | INTENT → DECLINED
doubt_go_on          | RECEIVED                     | INTENT → REVERSING
give_up_unsent       | RECEIVED → DECLINED          |
give_up_reversing    | RECEIVED → REVERSE           |
pos_tombstone        | ABSENT → REVERSE             |
pos_undo             | APPROVED RECEIVED → REVERSE  | APPROVED INTENT → REVERSING
pos_undo_van_owned   | APPROVED RECEIVED → REVERSE  | APPROVED INTENT → UNRESOLVED
pos_undo_idle        | RECEIVED → REVERSE           |
reversal_confirmed   | RECEIVED REVERSE             | MANUAL REVERSING UNRESOLVED → REVERSED
reversal_refused     | RECEIVED REVERSE             | REVERSING UNRESOLVED → MANUAL
reversal_proved      | REVERSE                      | MANUAL → REVERSED
amount_heard         | RECEIVED REVERSE             | INTENT MANUAL REVERSING UNRESOLVED
late_approval        | REVERSE                      | REVERSED → REVERSING
kept_there           | APPROVED CANCELLED CANCELLING DECLINED REVERSE | REVERSED
kept_refused         | APPROVED CANCELLED CANCELLING DECLINED REVERSE | REVERSED
kept_undone          | APPROVED CANCELLED CANCELLING DECLINED REVERSE | REVERSED
begin_cancel         | APPROVED → CANCELLING        |
cancel_done          | CANCELLING → CANCELLED       |
cancel_part_done     | CANCELLING → APPROVED        |
cancel_refused       | CANCELLING → APPROVED        |
cancel_differs       | CANCELLING                   |
claim                | APPROVED                     |
refund               | APPROVED                     |
claim_refund         | APPROVED                     |
"""

PAIRS = list(product(AttemptState, AttemptState))


def _as_words(came_from: frozenset[str], to: str | None) -> str:
    return " ".join(sorted(came_from)) + (f" → {to}" if to else "")


def test_the_code_says_what_the_table_says() -> None:
    told = {}
    for line in TABLE.strip().splitlines():
        step, decision, attempt = (part.strip() for part in line.split("|"))
        told[step] = (decision, attempt)

    coded = {
        str(step): (
            _as_words(rule.decision.came_from, rule.decision.to),
            _as_words(rule.attempt.came_from, rule.attempt.to) if rule.attempt else "",
        )
        for step, rule in NEXT.items()
    }

    assert coded == told


@pytest.mark.parametrize("step", Step)
def test_a_step_is_allowed_from_exactly_the_states_of_its_row(step: Step) -> None:
    rule = NEXT[step]
    for decision, attempts in product(Decision, PAIRS):
        expected = decision in rule.decision.came_from
        if rule.attempt is not None:
            expected = expected and attempts[0] in rule.attempt.came_from
        elif rule.every_attempt is not None:
            expected = expected and set(attempts) <= rule.every_attempt

        assert allows(step, decision, attempts, 0) is expected


def test_no_step_leads_out_of_a_final_decision() -> None:
    for decision in (Decision.DECLINED, Decision.CANCELLED):
        for step, pair in product(Step, PAIRS):
            if allows(step, decision, pair, 0):
                assert after(step, decision, pair, 0) == (decision, pair)

    for step, pair in product(Step, PAIRS):
        if allows(step, Decision.REVERSE, pair, 0):
            assert after(step, Decision.REVERSE, pair, 0)[0] is Decision.REVERSE


def test_nothing_that_was_reversed_is_ever_approved_again() -> None:
    gone = {AttemptState.REVERSING, AttemptState.REVERSED, AttemptState.MANUAL, AttemptState.UNRESOLVED}
    for step, decision, pair in product(Step, Decision, PAIRS):
        if pair[0] in gone and allows(step, decision, pair, 0):
            assert after(step, decision, pair, 0)[1][0] in gone


def test_a_second_attempt_needs_the_first_to_be_closed_without_an_approval() -> None:
    closed = {AttemptState.DECLINED, AttemptState.NOT_SENT, AttemptState.REVERSED}

    allowed = {
        first
        for first in AttemptState
        if allows(Step.INTENT, Decision.RECEIVED, (first, AttemptState.ABSENT), 1)
    }

    assert allowed == closed


def test_a_sale_is_open_exactly_while_money_may_be_on_its_way() -> None:
    for decision, pair in product(Decision, PAIRS):
        expected = decision in OPEN_DECISIONS or not OPEN_ATTEMPTS.isdisjoint(pair)

        assert is_open(decision, pair) is expected


def test_a_sale_id_reads_back_as_it_was_written() -> None:
    sale_id = SaleId("1001", "10010001", 1, "20261120", 42)

    assert SaleId.parse(str(sale_id)) == sale_id


@pytest.mark.parametrize(
    "text", ["", "1001", "a-b-c-d-e", "1001-10010001-01-20261120-42", "1-2-\uff11-20261120-4"]
)
def test_what_is_no_sale_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"sale id|unpack"):
        SaleId.parse(text)
