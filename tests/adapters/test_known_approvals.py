"""What stands between routers and the month's approvals: read now and then, waited for by no sale."""

from __future__ import annotations

import pytest

from payment_adapters.tables.read_models import MERCHANTS_AT_MOST, KnownApprovals
from payment_core.projection.approvals import Approval
from tests.fakes.approvals import InMemoryApprovals
from tests.fakes.hands import Clock

SINCE = ("1002", "20261101")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def approvals() -> InMemoryApprovals:
    """Hangang has one."""
    model = InMemoryApprovals()
    model.add(Approval("1002-10020001-1-20261120-1/3", "1002", "20261120", "hangang", 11_000))
    return model


@pytest.fixture
def known(approvals: InMemoryApprovals, clock: Clock) -> KnownApprovals:
    return KnownApprovals(approvals, lambda: clock.at_ms)


def test_a_router_reads_a_merchants_month_once_a_minute(
    known: KnownApprovals, approvals: InMemoryApprovals, clock: Clock
) -> None:
    assert known.since(*SINCE) == {"hangang": 1}
    approvals.add(Approval("1002-10020001-1-20261120-2/3", "1002", "20261120", "hangang", 11_000))

    clock.pass_ms(59_999)
    assert (known.since(*SINCE), approvals.reads) == ({"hangang": 1}, 1)
    clock.pass_ms(1)

    assert (known.since(*SINCE), approvals.reads) == ({"hangang": 2}, 2)


def test_each_merchant_and_each_terms_are_known_by_themselves(known: KnownApprovals) -> None:
    assert known.since(*SINCE) == {"hangang": 1}

    assert known.since("1003", "20261101") == {}
    assert known.since("1002", "20261121") == {}


def test_without_the_store_sales_go_by_plain_shares_and_ask_it_once_a_minute(
    known: KnownApprovals, approvals: InMemoryApprovals, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    known.since(*SINCE)
    clock.pass_seconds(60)
    approvals.down = True

    assert [known.since(*SINCE) for _ in range(5)] == [{}] * 5

    assert approvals.reads == 2
    assert capsys.readouterr().out.count("SharesUnavailable") >= 1
    approvals.down = False
    clock.pass_seconds(60)
    assert known.since(*SINCE) == {"hangang": 1}


def test_what_is_known_does_not_grow_without_end(known: KnownApprovals, approvals: InMemoryApprovals) -> None:
    for number in range(MERCHANTS_AT_MOST + 1):
        known.since(str(number), "20261101")
    known.since("0", "20261101")

    assert approvals.reads == MERCHANTS_AT_MOST + 2, "it forgot, and asked again"
