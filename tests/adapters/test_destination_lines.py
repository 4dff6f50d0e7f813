"""Every destination's line, whatever the destination does, over a real connection to a real process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_adapters.destinations import destination
from payment_core.approval.outcome import (
    Approved,
    Declined,
    InDoubt,
    NotApproved,
    NotForwarded,
    NotFound,
    NotSent,
    Refused,
    Undone,
)
from payment_core.kernel.card import Entry
from tests.adapters.parties import (
    BRIEF_SECONDS,
    BUDGET_MS,
    CVC,
    LIMIT_WON,
    NAMES,
    WITH_INQUIRY,
    Running,
    a_cancel_of,
    an_order,
    approved,
    asked,
    card_of,
    eventually,
    undone,
)
from tests.fakes.hands import NOON_IN_SEOUL_MS
from tools.simulators.faults import Fault

every = pytest.mark.parametrize("party", NAMES, indirect=True)
every_inquiry = pytest.mark.parametrize("party", WITH_INQUIRY, indirect=True)

SILENT = (Fault.HANG, Fault.LOSE_ANSWER, Fault.OTHER_SALE)
UNCLEAR = (
    *(Fault.GARBLE, Fault.TRUNCATE, Fault.WRONG_AMOUNT, Fault.UNKNOWN_CODE, Fault.TRY_LATER),
    *(Fault.CLOSE, Fault.RESET, Fault.RESET_MIDWAY),
)
ODD_BUT_CLEAR = (Fault.NONE, Fault.SPLIT, Fault.DUPLICATE_ANSWER, Fault.STRAY_FIRST, Fault.LATE)
CUTS = (*range(1, 80, 6), -34, -13, -5, -3, -2, -1)  # bytes of the answer that arrive; below 0: that are lost


@every
class TestAuthorisation:
    """Approved, declined and not forwarded are definite; whatever is not is in doubt."""

    @pytest.mark.parametrize("fault", ODD_BUT_CLEAR)
    def test_a_clear_answer_counts_however_oddly_it_comes(self, party: Running, fault: Fault) -> None:
        order = an_order()
        party.script(fault, "authorise", seconds=0.1)

        outcome = approved(party, order)

        assert (outcome.approval_number[0], party.live(order)) == ("3", True)
        assert outcome.trail.received_layout.startswith(f"{party.name}.")

    def test_a_decline_is_an_answer(self, party: Running) -> None:
        outcome = party.authorise(an_order(amount_won=LIMIT_WON + 1))

        assert isinstance(outcome, Declined)
        assert outcome.message == "한도 초과"

    def test_a_sale_that_the_issuer_never_saw_is_not_forwarded(self, party: Running) -> None:
        order = an_order()
        party.script(Fault.NOT_FORWARDED, "authorise")

        outcome = party.authorise(order)

        assert isinstance(outcome, NotForwarded)
        assert party.fate(order) == ""

    @pytest.mark.parametrize("fault", [*UNCLEAR, Fault.NO_APPROVAL_NUMBER])
    def test_an_answer_that_is_not_clear_is_in_doubt(self, party: Running, fault: Fault) -> None:
        party.script(fault, "authorise")

        outcome = party.authorise(an_order())

        assert isinstance(outcome, InDoubt)
        assert outcome.unlisted_code == (fault is Fault.UNKNOWN_CODE)

    @pytest.mark.parametrize("fault", [*SILENT, Fault.LATE, Fault.STALL])
    def test_no_answer_in_time_is_in_doubt(self, party: Running, fault: Fault) -> None:
        party.script(fault, "authorise", seconds=3 * BRIEF_SECONDS)

        outcome = party.authorise(an_order(), seconds=BRIEF_SECONDS)

        assert isinstance(outcome, InDoubt)
        assert ("another transaction" in outcome.reason) == (fault is Fault.OTHER_SALE)

    @pytest.mark.parametrize("fault", [Fault.TRUNCATE, Fault.RESET_MIDWAY])
    def test_an_answer_cut_anywhere_is_in_doubt(self, party: Running, fault: Fault) -> None:
        for at in CUTS:
            party.script(fault, "authorise", at=at)

            assert isinstance(party.authorise(an_order()), InDoubt), at

    def test_a_known_trace_number_is_in_doubt_and_leaves_the_first_sale_alone(self, party: Running) -> None:
        order = an_order()
        approved(party, order)

        assert isinstance(party.authorise(order), InDoubt)
        assert party.live(order)

    def test_a_line_that_refuses_was_sent_nothing(self, party: Running) -> None:
        party.van.tell({"line": "closed"})

        outcome = party.authorise(an_order())

        assert isinstance(outcome, NotSent)
        assert not outcome.by_us

    def test_the_trail_shows_the_telegram_and_no_secret(self, party: Running) -> None:
        outcome = party.authorise(an_order())

        assert outcome.trail.sent_layout.startswith(f"{party.name}.")
        assert CVC not in outcome.trail.sent
        assert card_of(party.name).expiry not in outcome.trail.sent


@pytest.mark.parametrize("entry", Entry)
@every
def test_however_the_card_was_read_the_trail_shows_nothing_of_it(party: Running, entry: Entry) -> None:
    keyed = card_of(party.name)
    track2 = f"{keyed.number}=3012101{CVC}00001" if entry is not Entry.KEYED else ""
    reason = "01" if entry is Entry.FALLBACK else ""
    card = replace(keyed, entry=entry, cvc="" if track2 else CVC, track2=track2, fallback_reason=reason)
    letters = destination(party.name).letters.get("entry", {entry: ""})

    outcome = party.line().authorise(an_order(), card, BUDGET_MS)

    assert isinstance(outcome, Approved if entry in letters else NotSent)
    party.shows_no_card(outcome)
    assert "3012101" not in outcome.trail.sent


@every
class TestNetCancel:
    """Repeated unchanged until it is definite; what is acknowledged is believed, and the books may differ."""

    def test_an_approval_is_undone_and_once_more_is_the_same(self, party: Running) -> None:
        order = an_order()
        approved(party, order)

        assert isinstance(undone(party, order), Undone)
        assert isinstance(undone(party, order), Undone)
        assert party.fate(order) == "net_cancelled"

    def test_what_never_arrived_or_was_declined_is_not_found(self, party: Running) -> None:
        declined = an_order(amount_won=LIMIT_WON + 1)
        party.authorise(declined)

        for order in (an_order(), declined):
            outcome = undone(party, order)

            assert isinstance(outcome, NotFound)
            assert outcome.sent_at_ms == NOON_IN_SEOUL_MS

    def test_a_refusal_is_told_and_changes_nothing(self, party: Running) -> None:
        order = an_order()
        approved(party, order)
        party.script(Fault.REFUSED, "net_cancel")

        assert isinstance(undone(party, order), Refused)
        assert party.live(order)

    @pytest.mark.parametrize(("fault", "is_live"), [(Fault.HANG, True), (Fault.LOSE_ANSWER, False)])
    def test_a_lost_one_is_in_doubt_and_the_next_one_tells(
        self, party: Running, fault: Fault, *, is_live: bool
    ) -> None:
        order = an_order()
        approved(party, order)
        party.script(fault, "net_cancel")

        assert isinstance(undone(party, order, seconds=BRIEF_SECONDS), InDoubt)
        assert party.live(order) == is_live
        assert isinstance(undone(party, order), Undone)
        assert not party.live(order)

    @pytest.mark.parametrize("fault", UNCLEAR)
    def test_an_unclear_answer_is_in_doubt(self, party: Running, fault: Fault) -> None:
        order = an_order()
        approved(party, order)
        party.script(fault, "net_cancel")

        assert isinstance(undone(party, order), InDoubt)

    def test_one_that_is_acknowledged_and_not_done_shows_in_the_books_alone(self, party: Running) -> None:
        order = an_order()
        approved(party, order)
        party.script(Fault.PRETEND, "net_cancel")

        assert isinstance(undone(party, order), Undone)
        assert party.live(order)

    def test_an_approval_may_come_back_after_it_was_undone(self, party: Running) -> None:
        order = an_order()
        approved(party, order)
        party.script(Fault.RESURRECT, "net_cancel", seconds=0.1)

        assert isinstance(undone(party, order), Undone)
        assert eventually(lambda: party.live(order))


@every
class TestCancel:
    """All or part of a known approval, once."""

    def test_parts_are_taken_back_until_nothing_is_left(self, party: Running) -> None:
        order = an_order()
        number = approved(party, order).approval_number
        first, second = a_cancel_of(order, number, 4_000), a_cancel_of(order, number, 7_000)
        too_much = a_cancel_of(order, number, 7_001)

        came_to = [party.line().cancel(one, BUDGET_MS) for one in (first, first, too_much, second)]

        assert [type(one) for one in came_to] == [Undone, Undone, Refused, Undone]
        assert party.fate(order) == "cancelled"

    def test_a_cancel_of_the_whole_carries_no_card(self, party: Running) -> None:
        order = an_order()
        number = approved(party, order).approval_number

        outcome = party.line().cancel(a_cancel_of(order, number, 11_000), BUDGET_MS)

        assert isinstance(outcome, Undone)
        party.shows_no_card(outcome)

    def test_a_cancel_of_something_unknown_is_refused(self, party: Running) -> None:
        outcome = party.line().cancel(a_cancel_of(an_order(), "39999999"[: digits(party)], 11_000), BUDGET_MS)

        assert isinstance(outcome, Refused)

    @pytest.mark.parametrize("fault", UNCLEAR)
    def test_an_unclear_answer_is_in_doubt(self, party: Running, fault: Fault) -> None:
        order = an_order()
        number = approved(party, order).approval_number
        party.script(fault, "cancel")

        outcome = party.line().cancel(a_cancel_of(order, number, 11_000), BUDGET_MS)

        assert isinstance(outcome, InDoubt)

    def test_one_that_takes_back_less_says_so_every_time(self, party: Running) -> None:
        order = an_order()
        cancel = a_cancel_of(order, approved(party, order).approval_number, 11_000)
        party.script(Fault.WRONG_AMOUNT, "cancel")

        first, again = (party.line().cancel(cancel, BUDGET_MS) for _ in range(2))

        assert isinstance(first, InDoubt)
        assert isinstance(again, InDoubt), "a repeat is told what was taken back, not that all of it was"
        assert first.taken_back_won == again.taken_back_won == 10_999


def digits(party: Running) -> int:
    return len(approved(party, an_order()).approval_number)


@every_inquiry
class TestInquiry:
    """Approved with its number, not approved, not found: all definite; the rest is in doubt."""

    def test_an_approval_is_told_with_the_number_it_had(self, party: Running) -> None:
        order = an_order()
        number = approved(party, order).approval_number

        outcome = asked(party, order)

        assert isinstance(outcome, Approved)
        assert outcome.approval_number == number

    def test_an_approval_of_another_amount_is_told_with_that_amount(self, party: Running) -> None:
        order = an_order()
        party.script(Fault.WRONG_AMOUNT, "authorise")
        doubt = party.authorise(order)

        found = asked(party, order)

        assert isinstance(doubt, InDoubt)
        assert isinstance(found, Approved)
        assert (doubt.approval_number, doubt.approved_won) == (found.approval_number, 11_001)
        assert found.approved_won == 11_001

    def test_what_was_declined_undone_or_cancelled_is_not_approved(self, party: Running) -> None:
        declined, reversed_, cancelled = an_order(amount_won=LIMIT_WON + 1), an_order(), an_order()
        party.authorise(declined)
        approved(party, reversed_)
        undone(party, reversed_)
        number = approved(party, cancelled).approval_number
        party.line().cancel(a_cancel_of(cancelled, number, 11_000), BUDGET_MS)

        for order in (declined, reversed_, cancelled):
            assert isinstance(asked(party, order), NotApproved)

    def test_what_never_arrived_is_not_found(self, party: Running) -> None:
        outcome = asked(party, an_order())

        assert isinstance(outcome, NotFound)
        assert outcome.sent_at_ms == NOON_IN_SEOUL_MS

    @pytest.mark.parametrize("fault", sorted({*UNCLEAR, Fault.NO_APPROVAL_NUMBER} - {Fault.WRONG_AMOUNT}))
    def test_an_unclear_answer_is_in_doubt(self, party: Running, fault: Fault) -> None:
        order = an_order()
        approved(party, order)
        party.script(fault, "inquire")

        assert isinstance(asked(party, order), InDoubt)

    def test_silence_is_in_doubt(self, party: Running) -> None:
        party.script(Fault.HANG, "inquire")

        assert isinstance(asked(party, an_order(), seconds=BRIEF_SECONDS), InDoubt)
