"""Gateway: one request of a POS is answered with what is stored, whatever happened to its workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from payment_core.approval.cash_receipt import Identity, Purpose, Receipt
from payment_core.approval.gateway import Relayed, answer_after_silence, look, relay
from payment_core.approval.model import Answer, AttemptState, Decision, SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.refusals import SaleNotFoundError
from payment_core.kernel.tender import Tender
from tests.spec.till import Till


@dataclass
class FakeWorkflow:
    """Runs what a test says, and tells or keeps to itself how it ended."""

    run: Callable[[], Answer | None]
    started: int = 0

    def approve(
        self, sale_id: SaleId, tender: Tender, bin_digits: str, sealed_card: Mapping[str, object]
    ) -> Answer | None:
        """Run once."""
        assert (tender, bin_digits, sealed_card) == ("card", "411111", {"box": "sealed"}), sale_id
        self.started += 1
        return self.run()


def _relay(till: Till, workflow: FakeWorkflow, receipt: Receipt | None = None) -> Relayed:
    return relay(
        till.request(receipt=receipt),
        {"box": "sealed"},
        sales=till.sales,
        claims=till.sales,
        workflow=workflow,
        hand=till.clock.hand("gateway", fence_seconds=28),
    )


def test_whoever_looks_is_shown_the_sale_or_told_that_there_is_none() -> None:
    till = Till()
    with pytest.raises(SaleNotFoundError):
        look(till.sale_id, till.sales)

    till.accept()

    assert look(till.sale_id, till.sales) == till.sale


@pytest.mark.parametrize(
    ("receipt", "kept"),
    [(None, {}), (Receipt(Purpose.INCOME_DEDUCTION, Identity.PHONE), {"box": "sealed"})],
    ids=["a card", "a receipt"],
)
def test_a_receipts_customer_is_kept_with_the_sale_and_a_card_never(
    receipt: Receipt | None, kept: dict[str, str]
) -> None:
    till, seen = Till(), list[Mapping[str, str]]()
    till.link.meanwhile = lambda: seen.append(till.sale.sealed_customer)

    _relay(till, FakeWorkflow(lambda: till.send().answer), receipt)

    assert seen == [kept]


def test_the_answer_of_the_workflow_is_the_stored_one() -> None:
    till = Till()

    relayed = _relay(till, FakeWorkflow(lambda: till.send().answer))

    assert relayed == Relayed(till.sale.answer or Answer(0, ""), replayed=False)


def test_a_repeated_request_is_answered_without_a_second_run() -> None:
    till = Till()
    workflow = FakeWorkflow(lambda: till.send().answer)
    first = _relay(till, workflow)

    second = _relay(till, workflow)

    assert (second.answer, second.replayed, workflow.started) == (first.answer, True, 1)


def test_a_workflow_that_decided_but_did_not_say_is_asked_by_asking_the_sale() -> None:
    till = Till()

    def decide_and_keep_it() -> None:
        till.send()

    relayed = _relay(till, FakeWorkflow(decide_and_keep_it))

    assert till.sale.decision is Decision.APPROVED
    assert relayed.answer == till.sale.answer


def test_a_workflow_that_never_sent_ends_as_a_clean_decline() -> None:
    till = Till()

    relayed = _relay(till, FakeWorkflow(lambda: None))

    assert till.sale.decision is Decision.DECLINED
    assert relayed.answer == till.sale.answer
    assert not till.sale.is_open


def test_a_sale_whose_sender_still_waits_is_answered_as_not_approved_and_reversed() -> None:
    till = Till()
    till.accept()
    told: list[Answer] = []
    till.link.meanwhile = lambda: told.append(
        answer_after_silence(till.sale_id, till.sales, till.clock.hand("gateway"))
    )

    sent = till.send()

    assert till.sale.attempt_states()[0] is AttemptState.REVERSING
    assert [sent.answer] == told
    assert told[0].http_status == 202


def test_when_the_sale_cannot_be_read_nothing_definitive_is_told() -> None:
    till = Till()

    with pytest.raises(StoreUnavailableError):
        _relay(till, FakeWorkflow(till.sales.items.clear))  # the table is lost meanwhile
