"""Answers: what goes back to a POS, a stored answer or a problem, as the event handler wants it."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from payment_adapters.http.problems import Problem
from payment_core.approval.model import Answer

JSON = "application/json; charset=utf-8"


def told(answer: Answer, headers: Mapping[str, str] | None = None) -> Response[str]:
    """Tell an answer, byte for byte as it is stored."""
    return Response(answer.http_status, body=answer.body, headers={"Content-Type": JSON, **(headers or {})})


def refused(problem: Problem) -> Response[str]:
    """Tell a problem."""
    return Response(problem.http_status, body=problem.body(), headers=problem.headers())
