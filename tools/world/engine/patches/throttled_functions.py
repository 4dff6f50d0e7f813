"""What the callers of a function are told when it has no concurrency left, or fails.

Stock: an API answers a throttled function with 429 and Lambda's own error document, and a failed one with 502
    and the function's exception and stack trace; a workflow sees the throttling as `Lambda.Unknown`, which no
    Catch can tell from a crash.
Wanted: the API's gateway responses, INTEGRATION_FAILURE for the one and DEFAULT_5XX for the other, and
    `Lambda.TooManyRequestsException` in a workflow, as on AWS.
Hook: `apigateway_v1._lambda_proxy_response` with its caller, and `stepfunctions._call_lambda`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
from typing import Any

from tools.world.engine import stock

_THROTTLED = "TooManyRequestsException"
_MESSAGE = "Internal server error"  # API Gateway's own for both


class _NoAnswer(Exception):  # noqa: N818 - house style names the fact, not "Error"
    """The function gave no proxy response; `response_type` is the gateway response that stands for it."""

    def __init__(self, response_type: str) -> None:
        self.response_type = response_type
        super().__init__(response_type)


def _is_throttled(cause: str) -> bool:
    try:
        said = json.loads(cause)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("__type") == _THROTTLED


def apply() -> None:
    """Install the patch in the running engine."""
    gateway, workflows = stock.apigateway_v1, stock.step_functions
    shape, invoke, call = (
        gateway._lambda_proxy_response,
        gateway._invoke_lambda_proxy_v1,
        workflows._call_lambda,
    )

    def lambda_proxy_response(result: dict[str, Any]) -> tuple[Any, str | None]:
        if result.get("throttle"):
            raise _NoAnswer("INTEGRATION_FAILURE")
        response, failure = shape(result)
        if failure:
            raise _NoAnswer("DEFAULT_5XX")
        return response, None

    async def invoke_lambda_proxy(*request: object, **options: object) -> object:
        try:
            return await invoke(*request, **options)
        except _NoAnswer as missing:
            return gateway._gw_error(missing.response_type, _MESSAGE)

    def call_lambda(function: str, event: object) -> object:
        try:
            return call(function, event)
        except workflows._ExecutionError as failure:
            if _is_throttled(failure.cause):
                raise workflows._ExecutionError(f"Lambda.{_THROTTLED}", failure.cause) from None
            raise

    gateway._lambda_proxy_response = lambda_proxy_response
    gateway._invoke_lambda_proxy_v1 = invoke_lambda_proxy
    workflows._call_lambda = call_lambda
