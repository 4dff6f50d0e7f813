"""Every refusal is told in the one form of RFC 9457, with a stable code."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from payment_adapters.http.problems import CONTENT_TYPE, problem_of
from payment_adapters.http.request import BodyTooLargeError
from payment_core.approval.model import SaleId
from payment_core.approval.ports import StoreUnavailableError
from payment_core.approval.refusals import FingerprintDiffersError, SaleInProgressError, SaleNotFoundError
from payment_core.kernel.refusal import Refusal

SALE_ID = SaleId("1001", "10010001", 1, "20261120", 42)


@pytest.mark.parametrize(
    "refusal",
    [
        SaleInProgressError(SALE_ID),
        FingerprintDiffersError(SALE_ID),
        SaleNotFoundError(SALE_ID),
        BodyTooLargeError(20_000),
    ],
)
def test_a_refusal_becomes_a_problem_document(refusal: Refusal) -> None:
    problem = problem_of(refusal)

    assert json.loads(problem.body()) == {
        "type": f"urn:payrelay:problem:{refusal.code}",
        "title": refusal.code.replace("-", " "),
        "status": refusal.http_status,
        "detail": str(refusal),
        "code": refusal.code,
    }
    assert problem.headers()["Content-Type"] == CONTENT_TYPE


@pytest.mark.parametrize(
    ("http_status", "asks_for_patience"), [(409, True), (503, True), (400, False), (404, False), (422, False)]
)
def test_only_what_may_succeed_later_asks_for_patience(http_status: int, *, asks_for_patience: bool) -> None:
    class Planted(Refusal):
        """Raised by this test only."""

        code = "planted"

    Planted.http_status = http_status

    assert ("Retry-After" in problem_of(Planted("planted")).headers()) is asks_for_patience


class Words(BaseModel):
    """Two words to get wrong."""

    model_config = ConfigDict(extra="forbid")
    amount_won: int
    entry: Literal["KEYED"]


def faults_in(said: dict[str, object]) -> list[dict[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Words.model_validate(said)
    told = json.loads(problem_of(refused.value).body())
    assert (told["status"], told["code"]) == (400, "malformed-request")
    faults: list[dict[str, str]] = told["faults"]
    return faults


def test_a_malformed_request_names_every_faulty_field_and_no_value() -> None:
    told = faults_in({"amount_won": "4111111111111111x", "entry": "4111111111111111"})

    assert [fault["field"] for fault in told] == ["amount_won", "entry"]
    assert "4111111111111111" not in str(told)


def test_a_field_that_nobody_knows_is_named_only_if_it_is_a_name() -> None:
    told = faults_in({"amount_won": 1, "entry": "KEYED", "cvv": "1", "4111111111111111": "1"})

    assert [fault["field"] for fault in told] == ["cvv", "?"]


def test_an_unavailable_store_promises_nothing() -> None:
    problem = problem_of(StoreUnavailableError("the table gave no answer"))

    assert (problem.http_status, problem.code) == (503, "store-unavailable")
    assert "Repeat the same request" in problem.detail
    assert "the table" not in problem.body()
