"""Standing: wherever a sale can come to, its shopkeeper reads one sentence, in Korean and in English."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

import pytest

from payment_core.approval.model import (
    MAXIMUM_ATTEMPTS,
    NEXT,
    Attempt,
    AttemptState,
    Cancel,
    CancelState,
    Decision,
    Entry,
    Sale,
    Step,
    after,
    allows,
    is_open,
)
from payment_core.approval.standing import NO_ROOM_REASON, SENTENCES, Standing, sentence, standing_of
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from tests.spec.till import SALE_ID
from tools.generate.standing_page import PAGE, page

State = tuple[Decision, tuple[AttemptState, ...]]
HANGUL = re.compile(r"[가-힣]")
ATTEMPT = Attempt(
    state=AttemptState.INTENT,
    destination="hangang",
    trace_number="001000000420",
    net_cancel_mode=NetCancelMode.RELAY,
    intent_at_ms=0,
    send_by_ms=0,
    invocation_id="run-1",
    approval_number="30000001",
    response_code="8326",
    message="한도 초과",
)
CANCEL = Cancel(CancelState.REQUESTED, 4_000, 364, 0, "001000000430")
REFUND = replace(CANCEL, state=CancelState.REFUND)
DIFFERS = replace(CANCEL, state=CancelState.MANUAL, taken_back_won=3_000)
IN_DOUBT = replace(CANCEL, state=CancelState.MANUAL)


def every_path() -> dict[State, tuple[Step, ...]]:
    """Each state that ``NEXT`` can reach, with the steps of a shortest way there."""
    begin: State = (Decision.ABSENT, (AttemptState.ABSENT,) * MAXIMUM_ATTEMPTS)
    found: dict[State, tuple[Step, ...]] = {begin: ()}
    for state in (queue := [begin]):
        for step, rule in NEXT.items():
            for index in range(MAXIMUM_ATTEMPTS) if rule.attempt else (None,):
                if allows(step, *state, index) and (reached := after(step, *state, index)) not in found:
                    found[reached] = (*found[state], step)
                    queue.append(reached)
    return found


def a_sale(state: State, *steps: Step, cancellable_won: int = 11_000, reason: str = "") -> Sale:
    decision, attempts = state
    is_cancelling = decision is Decision.CANCELLING
    return Sale(
        SALE_ID,
        decision,
        amount_won=11_000,
        cancellable_won=0 if decision is Decision.CANCELLED else cancellable_won,
        attempts=tuple(replace(ATTEMPT, state=one) for one in attempts if one is not AttemptState.ABSENT),
        cancels={"20261120-43": CANCEL} if is_cancelling else {},
        open_cancel="20261120-43" if is_cancelling else "",
        history=tuple(Entry(step, 0, "gateway", "w", *state, {"reason": reason}) for step in steps),
    )


def every_sale() -> list[Sale]:
    """Every reachable state, as each of its last steps, a part given back, and a busy sender leave it."""
    told = []
    for state, steps in every_path().items():
        told.append(a_sale(state, *steps))
        told.append(a_sale(state, Step.ACCEPT, Step.POS_UNDO))
        told.append(a_sale(state, *steps, Step.REVERSAL_PROVED))
        told.append(a_sale(state, *steps, cancellable_won=7_000))
        told.append(a_sale(state, *steps, reason=NO_ROOM_REASON))
        if state[0] is Decision.APPROVED:
            part_back = a_sale(state, *steps, cancellable_won=7_000)
            told.append(replace(part_back, cancels={"20261120-43": REFUND}, claim_batch="day 1"))
        if state[0] is Decision.CANCELLING:
            told += [
                replace(a_sale(state, *steps), cancels={"20261120-43": one}) for one in (DIFFERS, IN_DOUBT)
            ]
        told.append(replace(a_sale(state, *steps), tender=Tender.CASH_RECEIPT))
    return told


@pytest.mark.parametrize("sale", every_sale(), ids=lambda sale: f"{sale.decision} {sale.attempt_states()}")
def test_wherever_a_sale_comes_to_its_shopkeeper_reads_it_in_both_languages(sale: Sale) -> None:
    english, korean = (sentence(sale, language) for language in (Language.ENGLISH, Language.KOREAN))

    assert english.endswith(".")
    assert korean.endswith(".")
    assert HANGUL.search(korean)
    assert not HANGUL.search(english.replace(ATTEMPT.message, ""))
    assert not re.search(r"\( *\)|  |[{}]|\bNone\b", english + korean), "every word was filled in"


def test_a_state_at_rest_never_reads_as_if_it_moved_and_an_open_one_never_as_if_it_rested() -> None:
    moving = {
        *(Standing.BEING_DECIDED, Standing.BEING_CANCELLED, Standing.BEING_UNDONE),
        *(Standing.LEFT_TO_THE_VAN, Standing.WITH_A_PERSON, Standing.CANCEL_DIFFERS),
        Standing.CANCEL_IN_DOUBT,
    }

    for state, steps in every_path().items():
        if state[0] is not Decision.ABSENT:
            assert (standing_of(a_sale(state, *steps)) in moving) == is_open(*state), state


def test_no_sentence_is_kept_for_a_standing_that_nothing_comes_to() -> None:
    assert {standing_of(sale) for sale in every_sale()} == set(Standing) == set(SENTENCES)


def test_no_two_standings_read_alike() -> None:
    told = list(chain.from_iterable(one.values() for one in SENTENCES.values()))

    assert all(set(one) == set(Language) for one in SENTENCES.values())
    assert len(set(told)) == len(told)


def test_only_an_approval_says_that_the_customer_pays() -> None:
    for state, steps in every_path().items():
        told = sentence(a_sale(state, *steps), Language.ENGLISH)
        assert ("The customer pays" in told) == (state[0] is Decision.APPROVED)


def test_the_sentence_names_whoever_undid_it_and_not_whoever_was_asked_next() -> None:
    undone = a_sale((Decision.REVERSE, (AttemptState.REVERSED, AttemptState.NOT_SENT)))
    first, second = undone.attempts
    sale = replace(undone, attempts=(first, replace(second, destination="namsan")))

    assert "hangang confirmed" in sentence(sale, Language.ENGLISH)


def approved(*, cancellable_won: int = 11_000, refund: bool = False) -> Sale:
    sale = a_sale((Decision.APPROVED, (AttemptState.APPROVED,)), cancellable_won=cancellable_won)
    return replace(sale, cancels={"20261120-43": REFUND} if refund else {})


def declined(*attempts: AttemptState, reasons: tuple[str, ...] = ()) -> Sale:
    sale = a_sale((Decision.DECLINED, attempts))
    told = (Entry(Step.ACCEPT, 0, "gateway", "w", Decision.RECEIVED, (), {"reason": one}) for one in reasons)
    return replace(sale, history=tuple(told))


@pytest.mark.parametrize(
    ("sale", "standing"),
    [
        (approved(), Standing.APPROVED),
        (approved(cancellable_won=7_000), Standing.PARTLY_CANCELLED),
        (approved(cancellable_won=7_000, refund=True), Standing.REFUNDED),
        (declined(AttemptState.DECLINED), Standing.DECLINED),
        (declined(AttemptState.NOT_SENT), Standing.NOT_REACHED),
        (declined(AttemptState.NOT_SENT, AttemptState.DECLINED), Standing.DECLINED),
        (declined(reasons=("", "nothing was sent")), Standing.NOT_IN_TIME),
        (declined(reasons=("", NO_ROOM_REASON)), Standing.NO_ROOM),
    ],
    ids=lambda one: str(one) if isinstance(one, Standing) else "",
)
def test_how_a_sale_stands_follows_from_what_came_of_it(sale: Sale, standing: Standing) -> None:
    assert standing_of(sale) is standing


def test_a_decline_is_told_in_the_words_of_who_declined() -> None:
    assert sentence(declined(AttemptState.DECLINED), Language.ENGLISH) == (
        "Nothing was charged: hangang declined with 8326 한도 초과."
    )


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.generate.standing_page"
