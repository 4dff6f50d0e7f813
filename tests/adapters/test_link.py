"""What a destination's line makes of everything a VAN can say, over a real connection."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from payment_adapters.networks.link import TelegramLink
from payment_core.approval.outcome import (
    Approved,
    AuthorisationOutcome,
    Declined,
    InDoubt,
    NetCancelOutcome,
    NotFound,
    NotSent,
    Refused,
    Undone,
)
from telegram_codec.specs import hangang
from tests.adapters.orders import CARD, ORDER, line_to
from tests.adapters.scripted_van import Act, Caller, ScriptedVan, StartVan, answers, stays_silent
from tests.fakes.hands import NOON_IN_SEOUL_MS

BUDGET_MS = 5_000
Line = Callable[[Act], TelegramLink]


def authorised(line: TelegramLink) -> AuthorisationOutcome:
    return line.authorise(ORDER, CARD, BUDGET_MS)


class TestAuthorisation:
    """Approved and declined are definite; whatever is not is in doubt."""

    def test_an_approval_carries_its_number_code_and_message(self, line: Line) -> None:
        outcome = authorised(line(answers()))

        assert isinstance(outcome, Approved)
        assert (outcome.approval_number, outcome.response_code, outcome.message) == (
            "30012345",
            "0000",
            "정상처리",
        )

    def test_a_decline_is_told_in_the_words_of_the_destination(self, line: Line) -> None:
        outcome = authorised(line(answers(response_code="8326", approval_number="", message="한도초과")))

        assert isinstance(outcome, Declined)
        assert (outcome.response_code, outcome.message) == ("8326", "한도초과")

    def test_the_telegram_says_what_the_order_says(self, van: StartVan) -> None:
        started = van(answers())

        authorised(line_to(started))

        (request,) = started.requests
        assert isinstance(request, hangang.ApprovalRequest)
        assert (request.terminal_id, request.merchant_id, request.serial) == (
            "10010001",
            "1001",
            "001000000420",
        )
        assert (request.amount_won, request.vat_won, request.instalment_months) == (11_000, 1_000, 0)
        assert (request.card_number, request.expiry, request.cvc, request.entry_mode) == (
            CARD.number,
            "3012",  # this paper wants the year first
            "917",
            "K",
        )
        assert f"{request.transaction_date:%Y%m%d} {request.transaction_time}" == "20261120 12:00:00"

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"response_code": "9998"}, "9998 is not in its profile"),
            ({"amount_won": 11_001}, "11,001 won instead of 11,000"),
            ({"amount_won": 11_001, "response_code": "8326"}, "11,001 won instead of 11,000"),
            ({"approval_number": ""}, "without an approval number"),
        ],
    )
    def test_an_answer_that_is_not_clear_is_in_doubt(
        self, line: Line, changes: dict[str, object], reason: str
    ) -> None:
        outcome = authorised(line(answers(**changes)))

        assert isinstance(outcome, InDoubt)
        assert reason in outcome.reason
        assert outcome.response_code == changes.get("response_code", "0000")

    @pytest.mark.parametrize(("code", "kept"), [("0000", ("30012345", 11_001)), ("8326", ("", 0))])
    def test_what_was_approved_of_another_amount_is_kept_for_whoever_undoes_it(
        self, line: Line, code: str, kept: tuple[str, int]
    ) -> None:
        outcome = authorised(line(answers(amount_won=11_001, response_code=code, approval_number="30012345")))

        assert isinstance(outcome, InDoubt)
        assert (outcome.approval_number, outcome.approved_won) == kept


class TestCorrelation:
    """Only an answer to this very request decides it."""

    @pytest.mark.parametrize(
        "strange",
        [
            {"serial": "999999999999"},
            {"terminal_id": "99999999"},
            {"kind": hangang.CancelAnswer},
        ],
    )
    def test_an_answer_of_another_transaction_is_passed_over(
        self, line: Line, strange: dict[str, object]
    ) -> None:
        outcome = authorised(
            line(
                lambda caller: caller.say(
                    caller.answer(approval_number="66666666", **strange), caller.answer(), pause_seconds=0.05
                )
            )
        )

        assert isinstance(outcome, Approved)
        assert outcome.approval_number == "30012345"

    def test_a_stranger_in_the_same_packet_is_passed_over(self, line: Line) -> None:
        outcome = authorised(
            line(lambda caller: caller.say(caller.answer(serial="999999999999") + caller.answer()))
        )

        assert isinstance(outcome, Approved)

    def test_only_strangers_until_the_deadline_is_in_doubt_and_says_so(self, line: Line) -> None:
        def only_a_stranger(caller: Caller) -> None:
            caller.say(caller.answer(serial="999999999999"))
            caller.wait_for_the_end()

        outcome = authorised(line(only_a_stranger))

        assert isinstance(outcome, InDoubt)
        assert "another transaction came (serial differ)" in outcome.reason
        assert "no answer by the deadline" in outcome.reason

    def test_an_answer_that_comes_twice_counts_once(self, van: StartVan) -> None:
        started = van(lambda caller: caller.say(caller.answer() * 2))

        assert isinstance(authorised(line_to(started)), Approved)
        assert started.connections == 1


class TestTheWire:
    """Bytes come in any pieces, or not at all."""

    @pytest.mark.parametrize("first_bytes", [1, 3, 4, 5, 127, 464])
    def test_an_answer_in_two_pieces_is_one_answer(self, line: Line, first_bytes: int) -> None:
        def in_two_pieces(caller: Caller) -> None:
            answer = caller.answer()
            caller.say(answer[:first_bytes], answer[first_bytes:], pause_seconds=0.02)

        assert isinstance(authorised(line(in_two_pieces)), Approved)

    @pytest.mark.parametrize(
        "garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"9999" + b"x" * 461, b"0461" + b"\xff" * 461]
    )
    def test_bytes_that_are_no_telegram_are_in_doubt_and_shown_without_a_value(
        self, line: Line, garbage: bytes
    ) -> None:
        outcome = authorised(line(lambda caller: caller.say(garbage)))

        assert isinstance(outcome, InDoubt)
        assert outcome.reason.startswith("the answer cannot be read")
        assert outcome.trail.received_layout == "unreadable"
        assert hashlib.sha256(garbage).hexdigest() in outcome.trail.received

    def test_unreadable_bytes_in_pieces_are_one_piece_of_evidence(self, line: Line) -> None:
        garbage = b"0461" + b"\xff" * 461

        outcome = authorised(line(lambda caller: caller.say(garbage[:9], garbage[9:], pause_seconds=0.05)))

        assert hashlib.sha256(garbage).hexdigest() in outcome.trail.received

    @pytest.mark.parametrize(
        ("act", "reason"),
        [
            (stays_silent, "no answer by the deadline"),
            (lambda _caller: None, "closed the line without an answer"),
            (lambda caller: caller.say(caller.answer()[:300]), "closed the line without an answer"),
            (Caller.reset, "the line broke while waiting"),
        ],
        ids=["silence", "end", "half_an_answer", "reset"],
    )
    def test_a_line_that_ends_without_an_answer_is_in_doubt(self, line: Line, act: Act, reason: str) -> None:
        outcome = authorised(line(act))

        assert isinstance(outcome, InDoubt)
        assert reason in outcome.reason
        assert outcome.trail.sent_layout == "hangang.ApprovalRequest"

    def test_a_destination_that_does_not_listen_was_sent_nothing(self) -> None:
        with ScriptedVan([answers()]) as gone:
            line = line_to(gone)

        outcome = authorised(line)

        assert isinstance(outcome, NotSent)
        assert outcome.trail.sent == ""

    def test_an_order_the_telegram_cannot_carry_does_not_leave(self, van: StartVan) -> None:
        started = van(answers())
        too_much = replace(ORDER, amount_won=10**12)

        outcome = line_to(started).authorise(too_much, CARD, BUDGET_MS)

        assert isinstance(outcome, NotSent)
        assert "the telegram cannot carry it" in outcome.reason
        assert started.connections == 0

    def test_no_budget_means_no_telegram(self, van: StartVan) -> None:
        started = van(answers())

        outcome = line_to(started).authorise(ORDER, CARD, 500)

        assert isinstance(outcome, NotSent)
        assert started.connections == 0


class TestNetCancel:
    """The same trace number every time, and no card."""

    def undone(self, line: TelegramLink) -> NetCancelOutcome:
        return line.net_cancel(ORDER, BUDGET_MS)

    @pytest.mark.parametrize("code", ["0000", "2558"])
    def test_undone_now_and_undone_before_are_the_same(self, line: Line, code: str) -> None:
        assert isinstance(self.undone(line(answers(response_code=code))), Undone)

    def test_not_found_tells_when_it_was_asked(self, line: Line) -> None:
        outcome = self.undone(line(answers(response_code="2810")))

        assert isinstance(outcome, NotFound)
        assert outcome.sent_at_ms == NOON_IN_SEOUL_MS

    def test_a_refusal_is_told_in_the_words_of_the_destination(self, line: Line) -> None:
        outcome = self.undone(line(answers(response_code="6371", message="취소기간 경과")))

        assert isinstance(outcome, Refused)
        assert outcome.message == "취소기간 경과"

    @pytest.mark.parametrize(
        "act", [answers(response_code="9998"), answers(amount_won=1), stays_silent, Caller.reset]
    )
    def test_anything_else_is_in_doubt(self, line: Line, act: Act) -> None:
        assert isinstance(self.undone(line(act)), InDoubt)

    @pytest.mark.parametrize("amount_won", [11_000, 11_001])
    def test_its_answer_may_name_what_was_asked_or_what_was_approved(
        self, line: Line, amount_won: int
    ) -> None:
        order = replace(ORDER, original_amount_won=11_001)

        assert isinstance(line(answers(amount_won=amount_won)).net_cancel(order, BUDGET_MS), Undone)

    def test_it_names_the_original_and_carries_no_card(self, van: StartVan) -> None:
        started = van(answers())

        self.undone(line_to(started))
        self.undone(line_to(started))

        assert started.requests[0] == started.requests[1]
        (first, _) = started.requests
        assert isinstance(first, hangang.NetCancelRequest)
        assert (first.serial, first.original_serial) == ("001000000420", "001000000420")
        assert CARD.number.encode() not in first.encode()


class TestCancel:
    """A cancel names the approval it takes back, and whether wholly or in part."""

    @pytest.mark.parametrize(("amount_won", "scope"), [(11_000, "F"), (5_500, "P")])
    def test_it_names_the_approval_and_its_scope(self, van: StartVan, amount_won: int, scope: str) -> None:
        started = van(answers())
        order = replace(
            ORDER, amount_won=amount_won, trace_number="001000000430", original_approval_number="30012345"
        )

        outcome = line_to(started).cancel(order, BUDGET_MS)

        assert isinstance(outcome, Undone)
        (request,) = started.requests
        assert isinstance(request, hangang.CancelRequest)
        assert (request.original_approval_number, request.cancel_scope) == ("30012345", scope)

    @pytest.mark.parametrize("code", ["2810", "2032"])
    def test_a_refusal_is_definite(self, line: Line, code: str) -> None:
        outcome = line(answers(response_code=code)).cancel(
            replace(ORDER, original_approval_number="30012345"), BUDGET_MS
        )

        assert isinstance(outcome, Refused)

    @pytest.mark.parametrize("act", [answers(response_code="9998"), answers(amount_won=1), stays_silent])
    def test_a_cancel_of_another_amount_or_an_unknown_code_is_in_doubt(self, line: Line, act: Act) -> None:
        outcome = line(act).cancel(replace(ORDER, original_approval_number="30012345"), BUDGET_MS)

        assert isinstance(outcome, InDoubt)

    @pytest.mark.parametrize(
        ("amount_won", "code", "taken_back_won"),
        [(10_999, "0000", 10_999), (11_001, "0000", 11_001), (10_999, "2032", None)],
    )
    def test_what_a_cancel_took_back_is_told_where_it_is_not_what_it_named(
        self, line: Line, amount_won: int, code: str, taken_back_won: int | None
    ) -> None:
        told = line(answers(amount_won=amount_won, response_code=code))

        outcome = told.cancel(replace(ORDER, original_approval_number="30012345"), BUDGET_MS)

        assert isinstance(outcome, InDoubt)
        assert outcome.taken_back_won == taken_back_won


def test_the_trail_shows_both_telegrams_with_the_card_masked(line: Line) -> None:
    trail = authorised(line(answers(printed_card_number=CARD.number))).trail

    assert (trail.sent_layout, trail.received_layout) == ("hangang.ApprovalRequest", "hangang.ApprovalAnswer")
    assert "411111" in trail.sent
    assert "411111" in trail.received
    for shown in (trail.sent, trail.received):
        assert CARD.number not in shown
        assert "917" not in shown
