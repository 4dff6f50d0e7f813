"""Hostile requests: no 5xx, nothing undescribed, and nothing moves without a valid signature.

`make fuzz-api` puts 200,000 of them; here each hand-made one comes once, and a few thousand made by chance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from functions.gateway.calls import DESCRIPTION
from payment_adapters.http.problems import problem_with
from tools.fuzz_api.__main__ import every_hand_made, fuzz, judged
from tools.fuzz_api.cases import TERMINALS, Case, Maker
from tools.fuzz_api.relay import MASTER, Relay, Told
from tools.fuzz_api.signatures import LIES, signed

SEED = 20_261_120
WRITTEN: Mapping[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))


def test_every_hand_made_hostile_request_is_refused_as_described() -> None:
    found = every_hand_made(SEED)

    assert found.broken == []
    assert found.cases > 250
    assert found.answers["401 signature-refused"] > 50


@pytest.mark.parametrize("seed", range(SEED, SEED + 4))
def test_requests_made_by_chance_keep_every_promise(seed: int) -> None:
    found = fuzz(seed, cases=400)

    assert found.broken == []
    assert found.answers["201"] > 10  # the rest would prove little if nothing was ever sold


def one_sale() -> Case:
    """A sale that is approved."""
    maker, chance = Maker(WRITTEN), Random(SEED)  # noqa: S311 -- a failure must be repeatable
    with Relay().installed() as relay:
        while True:
            case = maker.case(chance)
            if case.kind == "as it should be" and relay.ask(case.event).http_status == 201:
                return case


class TestTheJudge:
    """A check that cannot fail proves nothing: each broken promise is planted once."""

    def broken(self, case: Case) -> str:
        return "\n".join(judged(dict(WRITTEN), SEED, [case]).broken)

    def test_nothing_is_wrong_with_an_ordinary_sale(self) -> None:
        assert self.broken(one_sale()) == ""

    def test_a_change_without_a_signature_is_noticed(self) -> None:
        case = one_sale()

        unsigned = Case(case.kind, case.route, case.event, may_act=False)

        assert "although nobody signed" in self.broken(unsigned)

    def test_a_change_behind_a_refusal_is_noticed(self) -> None:
        def sells_and_refuses(relay: Relay, event: dict[str, Any]) -> Told:
            ask(relay, event)
            problem = problem_with("malformed-request")
            return Told(problem.http_status, problem.headers(), problem.body())

        ask, case = Relay.ask, one_sale()
        with patch.object(Relay, "ask", sells_and_refuses):
            assert "although it was refused" in self.broken(case)

    @pytest.mark.parametrize(
        ("told", "complaint"),
        [
            (Told(500, {"Content-Type": "application/json"}, "{}"), "500"),
            (Told(418, {"Content-Type": "application/problem+json"}, "{}"), "is not described"),
            (Told(201, {"Content-Type": "text/html"}, ""), "is not described"),
            (Told(201, {"Content-Type": "application/json"}, "{}"), "does not fit its schema"),
            (
                Told(201, {"Content-Type": "application/json"}, '{"message": "4111111111111111"}'),
                "a card number was told",
            ),
        ],
    )
    def test_an_answer_that_is_not_described_is_noticed(self, told: Told, complaint: str) -> None:
        case = one_sale()
        with patch.object(Relay, "ask", lambda *_: told):
            assert complaint in self.broken(case)

    def test_a_crash_is_noticed(self) -> None:
        case = one_sale()
        with patch.object(Relay, "ask", side_effect=ZeroDivisionError):
            assert "ZeroDivisionError" in self.broken(case)

    def test_a_lie_really_changes_what_was_signed(self) -> None:
        under = signed(
            "POST", "/v1/approvals", b"{}", "1001-10010001-1-20261120-1",
            signer=TERMINALS[0], master=MASTER, created_at=1_795_143_600, nonce="n",
        )  # fmt: skip
        honest = {"httpMethod": "POST", "path": "/v1/approvals", "headers": under, "body": "{}"}

        for name, lie in LIES.items():
            assert lie(Random(SEED), honest) != honest, name  # noqa: S311 -- as above
