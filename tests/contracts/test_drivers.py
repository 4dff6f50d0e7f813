"""What a starter of workflows promises: a name runs at most once, and says so when it is used up."""

from __future__ import annotations

from payment_core.approval.model import (
    Attempt,
    AttemptState,
    Decision,
    Sale,
    SaleId,
)
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.contracts.ports import RunningDrivers


def a_sale_being_cancelled(sale_id: SaleId, cancel: str = "20261120-43") -> Sale:
    attempt = Attempt(AttemptState.APPROVED, "hangang", "001000000420", NetCancelMode.RELAY, 1, 2, "run")
    return Sale(sale_id, Decision.CANCELLING, attempts=(attempt,), open_cancel=cancel)


def test_a_net_cancel_that_runs_already_is_as_good_as_started(
    running: RunningDrivers, sale_id: SaleId
) -> None:
    assert running.drivers.start_net_cancel(sale_id, 0, 0)

    assert running.drivers.start_net_cancel(sale_id, 0, 0)


def test_a_net_cancel_whose_run_has_ended_is_used_up(running: RunningDrivers, sale_id: SaleId) -> None:
    running.drivers.start_net_cancel(sale_id, 0, 0)
    running.end_all()

    assert not running.drivers.start_net_cancel(sale_id, 0, 0)


def test_the_next_run_and_the_other_attempt_have_names_of_their_own(
    running: RunningDrivers, sale_id: SaleId
) -> None:
    running.drivers.start_net_cancel(sale_id, 0, 0)
    running.end_all()

    assert running.drivers.start_net_cancel(sale_id, 0, 1)
    assert running.drivers.start_net_cancel(sale_id, 1, 0)


def test_a_cancel_that_runs_already_is_as_good_as_started(running: RunningDrivers, sale_id: SaleId) -> None:
    sale = a_sale_being_cancelled(sale_id)

    assert running.drivers.start_cancel(sale, 0)
    assert running.drivers.start_cancel(sale, 0)


def test_a_cancel_whose_run_has_ended_is_used_up_but_not_its_next(
    running: RunningDrivers, sale_id: SaleId
) -> None:
    sale = a_sale_being_cancelled(sale_id)
    running.drivers.start_cancel(sale, 0)
    running.end_all()

    assert not running.drivers.start_cancel(sale, 0)
    assert running.drivers.start_cancel(sale, 1)


def test_every_cancel_of_a_sale_has_a_driver_of_its_own(running: RunningDrivers, sale_id: SaleId) -> None:
    running.drivers.start_cancel(a_sale_being_cancelled(sale_id, "20261120-43"), 0)
    running.end_all()

    assert running.drivers.start_cancel(a_sale_being_cancelled(sale_id, "20261120-44"), 0)
