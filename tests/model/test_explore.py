"""The model of one sale: no order of steps, losses and crashes does harm, on the table of production."""

from __future__ import annotations

from dataclasses import replace

from tools.model.explore import explore
from tools.model.state import State, pack, unpack
from tools.model.worlds import LISTED, ONE_VAN, PARTS, PROVED, REFUSES, STRICT, VAN_OWNED


def test_two_vans_one_retry_and_every_crash_leave_no_approval_without_an_owner() -> None:
    found = explore(STRICT)

    assert found.story is None
    assert (found.states, found.depth) == (225_614, 34)
    assert (found.quiescent, found.reconciliation) == (346, 12)


def test_cancels_in_parts_claims_and_refused_net_cancels_give_money_back_exactly_once() -> None:
    found = explore(PARTS)

    assert found.story is None
    assert found.states > 40_000


def test_a_proof_that_is_true_closes_what_was_refused_and_leaves_nothing_live() -> None:
    found = explore(PROVED)

    assert found.story is None
    assert found.states > explore(replace(PROVED, people=False)).states


def test_what_a_list_shows_live_is_undone_once_more_and_a_list_that_errs_does_no_harm() -> None:
    found = explore(LISTED)

    assert found.story is None
    assert found.quiescent == explore(ONE_VAN).quiescent


def test_a_cancel_that_may_be_refused_when_it_is_repeated_gives_back_what_its_sale_says() -> None:
    found = explore(REFUSES)

    assert found.story is None
    assert found.quiescent > 0


def test_a_handshake_is_decided_only_by_its_end() -> None:
    found = explore(replace(ONE_VAN, handshake=True))

    assert found.story is None
    assert found.quiescent > 0


def test_a_single_van_that_undoes_by_itself_leaves_nothing_open() -> None:
    found = explore(VAN_OWNED)

    assert found.story is None
    assert found.quiescent > 0


def test_a_walk_finds_the_same_states_every_time() -> None:
    first, second = explore(ONE_VAN), explore(ONE_VAN)

    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_packed_state_is_unpacked_to_itself() -> None:
    state = State(14, 1, 3, 4_095, 3, 45, 0xCB, 1 << 55 | 1, 3, 10, 2)

    assert unpack(pack(state)) == state
