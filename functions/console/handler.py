"""The operators' console (운영 콘솔): pages for people, at /console of the same API.

Rules: payment_core/console/{roles,audit}.py. Pages: payment_adapters/console/. Story: docs/flows/console.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters import wiring
from payment_adapters.console.doors import answer
from payment_adapters.wiring import Invocation


def handler(event: dict[str, Any], context: Invocation) -> dict[str, Any]:
    """Answer one request of a browser."""
    return answer(event, wiring.hand("console", context)).for_api_gateway()
