"""What the one place of truth promises, whichever stands behind the port."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from payment_core.approval.accept import accept
from payment_core.approval.model import AttemptState, Decision, Sale, SaleId, Step
from payment_core.approval.outcome import Trail
from tests.contracts.ports import DynamoStore, Store
from tests.contracts.sale import a_claim, a_request, a_write, an_intent, one_more_try
from tests.fakes.hands import Clock

RACES = 20


@pytest.fixture
def claimed(store: Store, sale_id: SaleId, clock: Clock) -> Sale:
    """A sale that was accepted and nothing else."""
    accept(a_request(sale_id), store, store, clock.hand("gateway"))
    sale = store.read(sale_id)
    assert sale is not None
    return sale


def test_a_sale_that_nobody_claimed_is_not_there(store: Store, sale_id: SaleId) -> None:
    assert store.read(sale_id) is None


def test_a_claimed_sale_reads_back_as_it_was_written(claimed: Sale, clock: Clock) -> None:
    assert claimed.decision is Decision.RECEIVED
    assert (claimed.amount_won, claimed.vat_won, claimed.installment_months) == (11_000, 1_000, 0)
    assert (claimed.card_masked, claimed.fingerprint) == ("411111******1111", "as first sent")
    assert claimed.received_at_ms == clock.at_ms
    assert (claimed.attempts, dict(claimed.cancels), claimed.answer) == ((), {}, None)


def test_a_second_claim_loses_and_is_shown_the_first(store: Store, claimed: Sale) -> None:
    claim = a_write(
        claimed.sale_id,
        "second",
        seen={("decision",): None},
        sets={("amount_won",): 99_000},
        step=Step.ACCEPT,
    )

    written = store.apply(claim)

    assert (written.won, written.sale) == (False, claimed)
    assert store.read(claimed.sale_id) == claimed


def test_a_write_on_a_state_that_moved_on_changes_nothing(store: Store, claimed: Sale) -> None:
    store.apply(an_intent(claimed.sale_id))
    stands = store.read(claimed.sale_id)

    written = store.apply(an_intent(claimed.sale_id, "too-late"))

    assert (written.won, written.sale) == (False, stands)
    assert store.read(claimed.sale_id) == stands


def test_a_write_to_a_sale_that_is_not_there_loses_to_nothing(store: Store, sale_id: SaleId) -> None:
    written = store.apply(an_intent(sale_id))

    assert (written.won, written.sale) == (False, Sale(sale_id, Decision.ABSENT))
    assert store.read(sale_id) is None


def test_a_nested_write_below_nothing_loses_like_any_other(store: Store, claimed: Sale) -> None:
    written = store.apply(one_more_try(claimed.sale_id, "early", 1))

    assert (written.won, written.sale) == (False, claimed)


def test_a_write_shows_what_stands_after_it(store: Store, claimed: Sale) -> None:
    written = store.apply(an_intent(claimed.sale_id))

    assert written.won
    assert written.sale.attempt_states() == (AttemptState.INTENT, AttemptState.ABSENT)
    assert written.sale == store.read(claimed.sale_id)


def test_a_write_that_is_delivered_twice_has_won_once(store: Store, claimed: Sale) -> None:
    first = store.apply(an_intent(claimed.sale_id))

    again = store.apply(an_intent(claimed.sale_id))

    assert (first.won, again.won) == (True, True)
    assert again.sale == first.sale


def test_a_write_delivered_again_after_the_sale_moved_on_has_still_won(store: Store, claimed: Sale) -> None:
    store.apply(an_intent(claimed.sale_id))
    moved = store.apply(one_more_try(claimed.sale_id, "later", 1))

    again = store.apply(an_intent(claimed.sale_id))

    assert (again.won, again.sale) == (True, moved.sale)


def test_a_write_without_history_that_is_delivered_twice_has_won_once(store: Store, claimed: Sale) -> None:
    store.apply(an_intent(claimed.sale_id))
    run = ("a0", "run")
    next_run = a_write(claimed.sale_id, "next-run", seen={run: None}, sets={run: 1})
    store.apply(next_run)

    again = store.apply(next_run)

    assert (again.won, again.sale.attempts[0].run) == (True, 1)


def test_a_nested_write_leaves_its_neighbours_alone(store: Store, claimed: Sale) -> None:
    sent = store.apply(an_intent(claimed.sale_id)).sale

    tried = store.apply(one_more_try(claimed.sale_id, "try", 3)).sale

    assert tried.attempts == (replace(sent.attempts[0], tries=3),)


def test_a_new_entry_of_a_map_leaves_the_others_alone(store: Store, claimed: Sale) -> None:
    cancel = {"state": "REQUESTED", "amount_won": 1, "vat_won": 0, "requested_at_ms": 1, "trace_number": "1"}
    for number in ("20261120-43", "20261120-44"):
        path = ("cancels", number)
        store.apply(a_write(claimed.sale_id, number, seen={path: None}, sets={path: cancel}))

    sale = store.read(claimed.sale_id)

    assert sale is not None
    assert list(sale.cancels) == ["20261120-43", "20261120-44"]


def test_what_a_write_removes_is_gone(store: Store, claimed: Sale) -> None:
    assert claimed.owner == "request"

    written = store.apply(
        a_write(claimed.sale_id, "removal", seen={("decision",): "RECEIVED"}, sets={}, removes=(("owner",),))
    )

    assert (written.sale.owner, written.sale.amount_won) == ("", 11_000)


def test_history_has_one_line_per_transition_in_order(store: Store, claimed: Sale) -> None:
    store.apply(an_intent(claimed.sale_id))
    store.apply(one_more_try(claimed.sale_id, "a try is no transition", 1))

    sale = store.read(claimed.sale_id)

    assert sale is not None
    assert [entry.step for entry in sale.history] == [Step.ACCEPT, Step.INTENT]
    assert sale.history[1].write_id == "intent"


def test_korean_words_and_great_amounts_survive_the_store(store: Store, claimed: Sale) -> None:
    answer = {"http_status": 201, "body": '{"message": "한도초과 똠방각하 ₩"}'}

    written = store.apply(
        a_write(
            claimed.sale_id,
            "words",
            seen={("amount_won",): 11_000},
            sets={("answer",): answer, ("cancellable_won",): 1_000_000_000},
        )
    )

    assert written.sale.answer is not None
    assert written.sale.answer.body == answer["body"]
    assert written.sale.cancellable_won == 1_000_000_000


@pytest.mark.engine  # moto answers one caller at a time: there it would be no race
def test_of_two_writers_at_the_same_instant_exactly_one_wins(
    engine_table: DynamoStore, sale_id: SaleId, clock: Clock
) -> None:
    sales = engine_table
    ids = [replace(sale_id, sequence=sale_id.sequence * 1_000 + race) for race in range(RACES)]
    for one in ids:
        accept(a_request(one), sales, sales, clock.hand("gateway"))
    start = Barrier(2)

    def write_all(hand: str) -> list[bool]:
        start.wait()
        return [sales.apply(an_intent(one, f"{hand}-{one}")).won for one in ids]

    with ThreadPoolExecutor(2) as hands:
        left, right = hands.map(write_all, ("left", "right"))

    assert [one + other for one, other in zip(left, right, strict=True)] == [1] * RACES


class TestClaims:
    """A sale, its nonce and its card: all three or none."""

    def test_a_claim_is_won_where_all_three_are_free(self, store: Store, sale_id: SaleId) -> None:
        claimed = store.claim(a_claim(sale_id))

        assert (claimed.won, claimed.nonce_is_spent, claimed.mark_in_the_way) == (True, False, None)
        assert store.read(sale_id) is not None

    def test_a_claim_that_is_delivered_twice_has_won_once(self, store: Store, sale_id: SaleId) -> None:
        claim = a_claim(sale_id)
        store.claim(claim)

        assert store.claim(claim).won

    def test_a_sale_that_is_there_is_shown_and_neither_nonce_nor_card_is_taken(
        self, store: Store, claimed: Sale
    ) -> None:
        other = replace(claimed.sale_id, sequence=claimed.sale_id.sequence + 1_000_000)
        again = replace(a_claim(other), change=a_claim(claimed.sale_id).change)

        lost = store.claim(again)

        assert (lost.won, lost.sale) == (False, claimed)
        assert store.claim(a_claim(other)).won

    def test_a_spent_nonce_claims_nothing(self, store: Store, sale_id: SaleId, clock: Clock) -> None:
        claim = a_claim(sale_id)
        assert store.spend(claim.nonce, clock.at_ms)

        lost = store.claim(claim)

        assert (lost.won, lost.nonce_is_spent, lost.sale.decision) == (False, True, Decision.ABSENT)
        assert store.read(sale_id) is None

    def test_a_nonce_is_spent_once(self, store: Store, sale_id: SaleId, clock: Clock) -> None:
        nonce = a_claim(sale_id).nonce

        assert [store.spend(nonce, clock.at_ms) for _ in range(2)] == [True, False]
        assert store.spend(replace(nonce, key_id="another terminal's"), clock.at_ms)

    def test_a_busy_card_is_shown_and_gives_way_to_whoever_saw_it(
        self, store: Store, sale_id: SaleId
    ) -> None:
        first = a_claim(sale_id)
        store.claim(first)
        other = replace(sale_id, sequence=sale_id.sequence + 2_000_000)
        second = replace(a_claim(other), mark=replace(first.mark, sale_id=other))

        lost = store.claim(second)

        assert (lost.won, lost.nonce_is_spent, lost.mark_in_the_way) == (False, False, first.mark)
        assert store.read(other) is None
        assert store.claim(replace(second, instead_of=lost.mark_in_the_way)).won

    def test_a_mark_that_was_replaced_meanwhile_does_not_give_way(
        self, store: Store, sale_id: SaleId
    ) -> None:
        first = a_claim(sale_id)
        store.claim(first)
        others = [replace(sale_id, sequence=sale_id.sequence + place * 1_000_000) for place in (3, 4)]
        second, third = (
            replace(a_claim(other), mark=replace(first.mark, sale_id=other), instead_of=first.mark)
            for other in others
        )
        store.claim(second)

        assert not store.claim(third).won

    def test_a_card_is_free_again_once_its_sale_can_no_longer_be_undecided(
        self, store: Store, sale_id: SaleId
    ) -> None:
        first = a_claim(sale_id)
        store.claim(first)
        other = replace(sale_id, sequence=sale_id.sequence + 5_000_000)
        later = replace(first.mark, sale_id=other, at_ms=first.mark.busy_until_ms)

        assert store.claim(replace(a_claim(other), mark=later)).won


class TestEvidence:
    """What went over the wire: kept once, never changed."""

    def test_exchanges_come_back_in_time_order_under_their_names(self, store: Store, sale_id: SaleId) -> None:
        late = Trail("1400", "1410", "NetCancelRequest", "NetCancelAnswer", 2_000, 2_100)
        early = Trail("1100", "", "ApprovalRequest", "", 1_000, 1_900)

        store.keep_evidence(sale_id, "a0-undo-0", late)
        store.keep_evidence(sale_id, "a0", early)

        assert store.evidence(sale_id) == [("a0", early), ("a0-undo-0", late)]

    def test_an_exchange_that_is_kept_twice_is_there_once(self, store: Store, sale_id: SaleId) -> None:
        trail = Trail("1100", "1110", started_at_ms=1_000)

        store.keep_evidence(sale_id, "a0", trail)
        store.keep_evidence(sale_id, "a0", trail)

        assert store.evidence(sale_id) == [("a0", trail)]

    def test_a_kept_exchange_is_never_replaced_by_another(self, store: Store, sale_id: SaleId) -> None:
        first = Trail("1100", "1110", started_at_ms=1_000)
        store.keep_evidence(sale_id, "a0", first)

        store.keep_evidence(sale_id, "a0", replace(first, received="something else"))

        assert ("a0", first) in store.evidence(sale_id)

    def test_silence_before_the_first_byte_leaves_no_evidence(self, store: Store, sale_id: SaleId) -> None:
        store.keep_evidence(sale_id, "a0", Trail(started_at_ms=1_000, ended_at_ms=1_002))

        assert store.evidence(sale_id) == []

    def test_evidence_never_makes_a_sale_of_itself(self, store: Store, sale_id: SaleId) -> None:
        store.keep_evidence(sale_id, "a0", Trail("1100", started_at_ms=1_000))

        assert store.read(sale_id) is None
