"""Every key reads back to what it was made of, and no two sales share one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payment_adapters.tables.keys import (
    evidence_key,
    evidence_of,
    open_bucket,
    open_buckets,
    sale_id_of,
    sale_key,
)
from payment_core.approval.model import SaleId

digits = st.text("0123456789", min_size=1, max_size=15)
sale_ids = st.builds(
    SaleId,
    merchant=digits,
    terminal=digits,
    terminal_epoch=st.integers(1, 999),
    business_date=st.dates().map(lambda day: f"{day:%Y%m%d}"),
    sequence=st.integers(1, 99_999_999),
)


@given(sale_ids)
def test_a_sale_id_reads_back_from_its_partition(sale_id: SaleId) -> None:
    assert sale_id_of(sale_key(sale_id)["PK"]) == sale_id


@given(sale_ids, sale_ids)
def test_two_sales_never_share_a_key(one: SaleId, other: SaleId) -> None:
    assert (one == other) == (sale_key(one) == sale_key(other))


@given(sale_ids, st.integers(0, 9_999_999_999_999), st.integers(0, 9_999_999_999_999))
def test_evidence_lies_beside_its_sale_in_time_order(sale_id: SaleId, one_ms: int, other_ms: int) -> None:
    partition, prefix = evidence_of(sale_id)
    one, other = evidence_key(sale_id, one_ms, "a0"), evidence_key(sale_id, other_ms, "a0")

    assert one["PK"] == other["PK"] == partition == sale_key(sale_id)["PK"]
    assert one["SK"].startswith(prefix)
    assert (one["SK"] < other["SK"]) == (one_ms < other_ms)


@given(sale_ids)
def test_every_sale_has_one_of_the_buckets_that_a_sweep_reads(sale_id: SaleId) -> None:
    assert open_bucket(sale_id) in open_buckets()
    assert open_bucket(sale_id) == open_bucket(SaleId.parse(str(sale_id)))
