"""Makes an event of events/invoke/gateway one that the gateway accepts now: today's date, a key, a signature.

    python -m tools.generate.signed_event events/invoke/gateway/approve.json < master-secret > signed.json

The master secret of the terminal keys (the stack's output TerminalSecretArn names it) is read from the
standard input, so that it stays out of the shell's history.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from payment_adapters.http.signatures import Terminal
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import korean_time
from payrelay.client import PosRequest
from tools.terminals import hand_of

EVENTS: Final = Path(__file__).parents[2] / "events" / "invoke"
DAY_OF_THE_EVENTS: Final = "20261120"


def today() -> str:
    """The business date in Korea, YYYYMMDD."""
    return f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"


def dated(event: dict[str, Any], business_date: str) -> dict[str, Any]:
    """The same event on another day: in its body, its path and its sale id."""
    moved: dict[str, Any] = json.loads(json.dumps(event).replace(DAY_OF_THE_EVENTS, business_date))
    return moved


def signed(
    event: dict[str, Any], master: bytes, *, signer: Terminal | None = None, key: str | None = None
) -> dict[str, Any]:
    """The event under an Idempotency-Key and a fresh signature; both are its own terminal's by default."""
    if signer is None or key is None:
        sale_id, its_key = _sale_and_key(event)
        signer = signer or Terminal(sale_id.merchant, sale_id.terminal, sale_id.terminal_epoch)
        key = its_key if key is None else key
    request = PosRequest(event["httpMethod"], event["path"], (event["body"] or "").encode(), key)
    headers = {**event["headers"], **hand_of(signer, master).signed(request)}
    return {
        **event,
        "headers": headers,
        "multiValueHeaders": {name: [said] for name, said in headers.items()},
    }


def _sale_and_key(event: dict[str, Any]) -> tuple[SaleId, str]:
    words = json.loads(event["body"] or "{}")
    if (path := event["pathParameters"]) is None:
        sale_id = SaleId(
            words["merchant"],
            words["terminal"],
            words["terminal_epoch"],
            words["business_date"],
            words["sequence"],
        )
        return sale_id, str(sale_id)
    sale_id = SaleId.parse(path["sale_id"])
    if not words:
        return sale_id, ""
    return sale_id, str(replace(sale_id, business_date=words["business_date"], sequence=words["sequence"]))


def main() -> None:
    """Sign one event file."""
    (place,) = sys.argv[1:]
    event = json.loads(Path(place).read_text(encoding="utf-8"))
    master = sys.stdin.buffer.read().strip()
    print(json.dumps(signed(dated(event, today()), master), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
