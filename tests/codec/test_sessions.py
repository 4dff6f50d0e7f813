"""A sale over a line that acknowledges is decided by EOT and by nothing else, whatever the line loses."""

from __future__ import annotations

from itertools import product

import pytest

from telegram_codec.frames import STX
from telegram_codec.sessions import (
    ACK,
    ENQ,
    EOT,
    NAK,
    TERMINAL,
    VAN,
    Act,
    Broken,
    Done,
    Heard,
    Received,
    Send,
    Stage,
    Step,
    TerminalSession,
    VanSession,
    Waits,
)
from telegram_codec.specs import namsan
from tests.codec.examples import EXAMPLES

REQUEST = EXAMPLES["namsan/approval_request"].encode()
ANSWER = EXAMPLES["namsan/approval_answer"].encode()
DAMAGED = ANSWER[:60] + b"?" + ANSWER[61:]

# Stage, what is heard, the next stage, what is done; anything else breaks the session.
PAPER = """
    CALLED    ENQ       ASKED     SEND
    ASKED     TELEGRAM  ANSWERED  DELIVER_AND_ACKNOWLEDGE
    ASKED     DAMAGE    ASKED     ASK_AGAIN
    ASKED     NAK       ASKED     SEND_AGAIN
    ASKED     ENQ       ASKED     NOTHING
    ASKED     ACK       ASKED     NOTHING
    ASKED     STRANGER  ASKED     NOTHING
    ANSWERED  EOT       DONE      NOTHING
    ANSWERED  AGAIN     ANSWERED  ACKNOWLEDGE
    ANSWERED  DAMAGE    ANSWERED  ACKNOWLEDGE
    ANSWERED  STRANGER  ANSWERED  NOTHING

    CALLING   TELEGRAM  WORKING   DELIVER
    CALLING   DAMAGE    CALLING   ASK_AGAIN
    WORKING   AGAIN     WORKING   NOTHING
    TOLD      ACK       DONE      FINISH
    TOLD      NAK       TOLD      SEND_AGAIN
    TOLD      AGAIN     TOLD      SEND_AGAIN
"""


def a_terminal(stage: Stage = Stage.CALLED) -> TerminalSession:
    """A session as far as `stage`."""
    session = TerminalSession(namsan.FRAMING, REQUEST, namsan.WAITS)
    if stage in (Stage.ASKED, Stage.ANSWERED):
        session.feed(ENQ)
    if stage is Stage.ANSWERED:
        session.feed(ANSWER)
    assert session.stage is stage
    return session


def a_van(stage: Stage = Stage.CALLING) -> VanSession:
    session = VanSession(namsan.FRAMING)
    if stage in (Stage.WORKING, Stage.TOLD):
        session.feed(REQUEST)
    if stage is Stage.TOLD:
        session.answer(ANSWER)
    assert session.stage is stage
    return session


def test_the_tables_are_those_on_paper() -> None:
    rows = [line.split() for line in PAPER.splitlines() if line.strip()]

    written = {(Stage[a], Heard[b]): (Stage[c], Act[d]) for a, b, c, d in rows}

    assert written == TERMINAL | VAN
    assert len(rows) == len(TERMINAL) + len(VAN)


def test_a_sale_goes_enq_request_answer_three_acks_eot() -> None:
    session = a_terminal()

    assert session.feed(ENQ) == [Send(REQUEST)]
    assert session.feed(ANSWER) == [Received(ANSWER), Send(ACK + ACK + ACK)]
    assert session.feed(EOT) == [Done()]
    assert session.stage is Stage.DONE


def test_both_sides_understand_each_other() -> None:
    terminal, van = a_terminal(), a_van()

    to_terminal = van.begin()
    done: list[Step] = []
    for _ in range(6):
        said = [step for data in sent(to_terminal) for step in terminal.feed(data)]
        heard = [step for data in sent(said) for step in van.feed(data)]
        to_terminal = [*heard, *(van.answer(ANSWER) if Received(REQUEST) in heard else [])]
        done += [step for step in (*said, *heard) if not isinstance(step, Send)]

    assert done == [Received(REQUEST), Received(ANSWER), Done(), Done()]


def sent(steps: list[Step]) -> list[bytes]:
    return [step.data for step in steps if isinstance(step, Send)]


def test_no_split_of_the_line_changes_what_is_done() -> None:
    stream = ENQ + ANSWER + ANSWER + EOT
    whole = a_terminal().feed(stream)

    for split in range(len(stream) + 1):
        session = a_terminal()
        assert session.feed(stream[:split]) + session.feed(stream[split:]) == whole
    session = a_terminal()
    assert [step for byte in stream for step in session.feed(bytes([byte]))] == whole


def test_a_damaged_answer_is_asked_for_once_more() -> None:
    session = a_terminal(Stage.ASKED)

    assert session.feed(DAMAGED) == [Send(NAK)]
    assert session.feed(ANSWER) == [Received(ANSWER), Send(ACK * 3)]


def test_two_naks_are_a_failure() -> None:
    session = a_terminal(Stage.ASKED)

    session.feed(DAMAGED)

    assert session.feed(DAMAGED) == [Send(NAK), Broken(Stage.ASKED, Heard.DAMAGE)]
    assert session.feed(ANSWER + EOT) == []


def test_a_request_the_van_could_not_read_is_sent_once_more() -> None:
    session = a_terminal(Stage.ASKED)

    assert session.feed(NAK) == [Send(REQUEST)]
    assert session.feed(NAK) == [Broken(Stage.ASKED, Heard.NAK)]


def test_an_answer_whose_acks_were_lost_is_acknowledged_again_and_delivered_once() -> None:
    session = a_terminal(Stage.ANSWERED)

    assert session.feed(ANSWER) == [Send(ACK * 3)]
    assert session.feed(EOT) == [Done()]


def test_another_answer_in_the_same_session_breaks_it() -> None:
    session = a_terminal(Stage.ANSWERED)

    other = EXAMPLES["namsan/cancel_answer"].encode()

    assert session.feed(other) == [Broken(Stage.ANSWERED, Heard.TELEGRAM)]


def test_an_answer_that_is_not_ours_is_passed_over_and_never_acknowledged() -> None:
    other = EXAMPLES["namsan/cancel_answer"].encode()
    session = TerminalSession(namsan.FRAMING, REQUEST, namsan.WAITS, lambda frame: frame == ANSWER)
    session.feed(ENQ)

    assert session.feed(other) == []
    assert session.feed(ANSWER + other) == [Received(ANSWER), Send(ACK * 3)]
    assert session.feed(EOT) == [Done()]


@pytest.mark.parametrize("stage", [Stage.CALLED, Stage.ASKED, Stage.ANSWERED])
def test_silence_and_a_lost_line_break_a_session_that_was_not_done(stage: Stage) -> None:
    assert a_terminal(stage).waited() == [Broken(stage, Heard.SILENCE)]
    assert a_terminal(stage).closed() == [Broken(stage, Heard.CLOSED)]


def test_an_approval_without_eot_is_never_done() -> None:
    session = a_terminal(Stage.ANSWERED)

    assert session.closed() == [Broken(Stage.ANSWERED, Heard.CLOSED)]
    assert session.feed(EOT) == []


def test_the_end_of_the_line_after_eot_changes_nothing() -> None:
    session = a_terminal(Stage.ANSWERED)

    session.feed(EOT)

    assert session.closed() == session.waited() == []
    assert session.stage is Stage.DONE


def test_an_eot_before_the_answer_is_no_decision() -> None:
    assert a_terminal(Stage.ASKED).feed(EOT) == [Broken(Stage.ASKED, Heard.EOT)]


def test_an_lrc_that_looks_like_eot_decides_nothing() -> None:
    repeated = REQUEST  # its LRC is 0x04, which is EOT
    assert repeated.endswith(EOT)
    session = a_terminal(Stage.ANSWERED)

    assert session.feed(repeated[1:]) == []
    assert session.stage is Stage.ANSWERED
    assert session.feed(ANSWER + EOT) == [Send(ACK * 3), Done()]


@pytest.mark.parametrize("behind", [EOT, b"x" + EOT])
def test_a_start_without_a_length_is_damage_and_nothing_behind_it_is_believed(behind: bytes) -> None:
    session = a_terminal(Stage.ANSWERED)

    assert session.feed(STX + behind) == [Send(ACK * 3)]
    assert session.stage is Stage.ANSWERED
    assert session.feed(ANSWER + EOT) == [Send(ACK * 3), Done()]


def test_a_whole_answer_right_behind_a_start_that_was_none_is_heard() -> None:
    session = a_terminal(Stage.ASKED)

    assert session.feed(STX + ANSWER) == [Send(NAK), Received(ANSWER), Send(ACK * 3)]


def test_a_van_drops_an_approval_whose_ack_never_came() -> None:
    assert a_van(Stage.TOLD).waited() == [Broken(Stage.TOLD, Heard.SILENCE)]
    assert a_van(Stage.TOLD).closed() == [Broken(Stage.TOLD, Heard.CLOSED)]


def test_one_ack_of_three_is_enough_and_the_others_change_nothing() -> None:
    session = a_van(Stage.TOLD)

    assert session.feed(ACK) == [Send(EOT), Done()]
    assert session.feed(ACK + ACK) == []


def test_a_van_repeats_its_answer_once() -> None:
    session = a_van(Stage.TOLD)

    assert session.feed(NAK) == [Send(ANSWER)]
    assert session.feed(NAK) == [Broken(Stage.TOLD, Heard.NAK)]


def test_a_van_asks_once_for_a_request_it_could_not_read() -> None:
    session = a_van()

    assert session.feed(REQUEST[:-1] + b"?") == [Send(NAK)]
    assert session.feed(REQUEST) == [Received(REQUEST)]
    assert session.wait_seconds is None


def test_an_answer_for_a_terminal_that_has_gone_is_not_sent() -> None:
    session = a_van(Stage.WORKING)

    session.closed()

    assert session.answer(ANSWER) == []


def test_every_wait_has_its_time() -> None:
    waits = Waits(enq_seconds=1, answer_seconds=2, eot_seconds=3, request_seconds=4, ack_seconds=5)
    terminal = TerminalSession(namsan.FRAMING, REQUEST, waits)
    van = VanSession(namsan.FRAMING, waits)

    seen = [terminal.wait_seconds, van.wait_seconds]
    terminal.feed(ENQ)
    seen.append(terminal.wait_seconds)
    terminal.feed(ANSWER)
    seen.append(terminal.wait_seconds)
    van.feed(REQUEST)
    van.answer(ANSWER)
    seen.append(van.wait_seconds)

    assert seen == [1, 4, 2, 3, 5]


def test_a_terminal_is_done_only_after_an_answer_and_an_eot() -> None:
    ended = {Stage.DONE: 0, Stage.BROKEN: 0, Stage.ASKED: 0, Stage.ANSWERED: 0}

    for order in product([ENQ, ACK, NAK, EOT, ANSWER, DAMAGED, b"?"], repeat=4):
        session = a_terminal()
        steps = [step for data in order for step in session.feed(data)]
        if Done() in steps:
            assert Received(ANSWER) in steps
            assert EOT in order[order.index(ANSWER) :]
        assert steps.count(Received(ANSWER)) <= 1
        ended[session.stage] = ended.get(session.stage, 0) + 1

    assert all(ended.values())
