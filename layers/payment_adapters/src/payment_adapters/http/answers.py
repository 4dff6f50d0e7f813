"""Answers: what goes back to a POS, a stored answer or a problem, as HTTP carries it.

Whoever sends a telegram is answered with one, problems included, under the same HTTP status.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from payment_adapters.http.envelope import TELEGRAM_TYPE, media_type
from payment_adapters.http.problems import Problem
from payment_adapters.http.response import Response
from payment_core.approval.model import Answer
from payment_core.reconciliation.journal import Part

JSON: Final = "application/json; charset=utf-8"
HTTP_MADE: Final = 201


def told(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """Tell an answer, byte for byte as it is stored."""
    return Response(answer.http_status, answer.body, {"Content-Type": JSON, **(headers or {})})


def delivered_answer(part: Part) -> Answer:
    """Tell a terminal that a part of its journal is kept; the same words make the same bytes."""
    words = {"journal_id": part.journal_id, "state": "DELIVERED", "rows": len(part.rows)}
    return Answer(HTTP_MADE, json.dumps(words))


def refused(problem: Problem) -> Response:
    """Tell a problem."""
    return Response(problem.http_status, problem.body(), problem.headers())


def in_kind(event: Mapping[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
    """Turn the answer to a telegram into one; any other answer stays as it is.

    A frame whose body cannot be read, or whose signer is not known, is answered in the clear with what its
    header says. Where no frame can be made, the answer is told as JSON and never lost.

    Args:
        event: The request as API Gateway brought it.
        answered: The answer as API Gateway takes it, its body JSON.
    """
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    if media_type(headers) != TELEGRAM_TYPE:
        return answered
    from payment_adapters.http.till_answer import frame_for  # noqa: PLC0415 -- only tills load it

    frame = frame_for(event, answered)
    if frame is None:
        return answered
    told = {**answered["multiValueHeaders"], "Content-Type": [TELEGRAM_TYPE]}
    body = base64.b64encode(frame).decode()
    return {**answered, "multiValueHeaders": told, "body": body, "isBase64Encoded": True}
