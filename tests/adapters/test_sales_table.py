"""What only the real table's adapter can get wrong: lost answers, repeats of the SDK, stale reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payment_core.approval.accept import accept
from payment_core.approval.ports import StoreUnavailableError
from tests.adapters.orders import ORDER
from tests.contracts.aws import client, create_marks_table, create_payments_table
from tests.contracts.ports import DynamoStore
from tests.contracts.sale import a_request, an_intent
from tests.fakes.hands import Clock

SALE_ID = ORDER.sale_id


@pytest.fixture
def sales(aws: None) -> DynamoStore:  # noqa: ARG001 -- AWS in memory stands while the fixture does
    dynamodb: Any = client("dynamodb")
    return DynamoStore(dynamodb, create_payments_table(dynamodb), create_marks_table(dynamodb))


def events_of(sales: DynamoStore) -> Any:  # noqa: ANN401 -- botocore's hooks
    return sales.client.meta.events


def test_a_write_whose_answer_was_lost_is_repeated_by_the_sdk_and_has_won(sales: DynamoStore) -> None:
    accept(a_request(SALE_ID), sales, sales, Clock().hand("gateway"))
    deliveries = []

    def lose_the_first_answer(attempts: int, **_: object) -> int | None:
        deliveries.append(attempts)
        return 0 if attempts == 1 else None  # "wait no second, then send it again"

    events_of(sales).register_first("needs-retry.dynamodb.UpdateItem", lose_the_first_answer)

    written = sales.apply(an_intent(SALE_ID))

    assert deliveries == [1, 2]
    assert written.won
    assert [entry.write_id for entry in written.sale.history][1:] == ["intent"]


def test_a_read_of_the_truth_is_strongly_consistent(sales: DynamoStore) -> None:
    asked: list[dict[str, Any]] = []
    events_of(sales).register(
        "provide-client-params.dynamodb.GetItem", lambda params, **_: asked.append(params)
    )

    sales.read(SALE_ID)

    assert [one["ConsistentRead"] for one in asked] == [True]


def test_many_sales_are_read_in_the_order_asked_for_however_little_the_table_reads_at_once(
    sales: DynamoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [replace(SALE_ID, sequence=number) for number in (3, 1, 2)]
    for one in ids:
        accept(a_request(one), sales, sales, Clock().hand("gateway"))
    asked: list[dict[str, Any]] = []
    real = sales.client.batch_get_item

    def one_at_a_time(*, RequestItems: dict[str, Any]) -> Any:  # noqa: ANN401, N803 -- boto3's words
        (words,) = RequestItems.values()
        asked.append(words)
        first, *left = words["Keys"]
        only: Any = {sales.table: {**words, "Keys": [first]}}
        answer = real(RequestItems=only)
        return answer | {"UnprocessedKeys": {sales.table: {"Keys": left}} if left else {}}

    monkeypatch.setattr(sales.client, "batch_get_item", one_at_a_time)

    found = sales.read_all([ids[0], replace(SALE_ID, sequence=9), *ids[1:]])

    assert [one.sale_id for one in found] == ids
    assert [len(words["Keys"]) for words in asked] == [4, 3, 2, 1]
    assert all(words["ConsistentRead"] for words in asked)


@pytest.mark.usefixtures("aws")
def test_a_store_that_cannot_be_reached_is_unavailable_and_never_silent() -> None:
    nowhere = DynamoStore(client("dynamodb"), "no-such-table", "no-such-table")

    with pytest.raises(StoreUnavailableError):
        nowhere.apply(an_intent(SALE_ID))
    with pytest.raises(StoreUnavailableError):
        nowhere.read(SALE_ID)
