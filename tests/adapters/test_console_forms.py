"""What the console takes for a form of its own, and where its links lead."""

from __future__ import annotations

from typing import Any

import pytest

from payment_adapters.console.browser import ForgedError, Request, form_word


def asked(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- an event's words
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "payrelay_session=token"}
    return {"httpMethod": "POST", "headers": headers, "body": f"form_word={form_word('token')}", **changes}


def test_a_form_of_this_session_counts() -> None:
    Request.from_event(asked()).require_own_form()


@pytest.mark.parametrize(
    "changes",
    [
        {"body": ""},
        {"body": f"form_word={form_word('another')}"},
        {"headers": {**asked()["headers"], "Sec-Fetch-Site": "cross-site"}},
        {"headers": {**asked()["headers"], "Sec-Fetch-Site": "same-site"}},
        {"headers": {**asked()["headers"], "Content-Type": "text/plain"}},
        {"body": "form_word=x&" * 30},
        {"body": f"form_word={form_word('token')}&reason={'x' * 9_000}"},
    ],
)
def test_a_form_of_anybody_else_does_not(changes: dict[str, Any]) -> None:
    with pytest.raises(ForgedError):
        Request.from_event(asked(**changes)).require_own_form()


@pytest.mark.parametrize(
    ("address", "root"),
    [("", "console/"), ("overview", "./"), ("sales/1", "../"), ("destinations/hangang/breaker", "../../")],
)
def test_links_are_relative_because_a_stage_may_stand_before_them(address: str, root: str) -> None:
    request = Request.from_event({"httpMethod": "GET", "pathParameters": {"page": address}, "headers": {}})

    assert request.root == root
