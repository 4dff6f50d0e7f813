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
from urllib.parse import urlencode

from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payment_core.kernel.korean_time import korean_time
from payrelay.client import PosRequest
from tools.terminals import hand_of

EVENTS: Final = Path(__file__).parents[2] / "events" / "invoke"
DAY_OF_THE_EVENTS: Final = "20261120"
TERMINAL_OF_THE_EVENTS: Final = Terminal("1001", "10010001", 1)


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
        its_signer, its_key = _signer_and_key(event)
        signer, key = signer or its_signer, its_key if key is None else key
    query = urlencode(event["queryStringParameters"] or {})
    path = event["path"] + (f"?{query}" if query else "")
    body = (event["body"] or "").encode()
    request = PosRequest(event["httpMethod"], path, body, key)
    headers = {**event["headers"], **hand_of(signer, master).signed(request)}
    return {
        **event,
        "headers": headers,
        "multiValueHeaders": {name: [said] for name, said in headers.items()},
    }


def _signer_and_key(event: dict[str, Any]) -> tuple[Terminal, str]:
    """Who would send this event, under which key: the sale's, the cancel's, the journal's, or its own."""
    words, path = json.loads(event["body"] or "{}"), event["pathParameters"] or {}
    if "sale_id" in path:
        sale_id = SaleId.parse(path["sale_id"])
        own = (
            replace(sale_id, business_date=words["business_date"], sequence=words["sequence"])
            if words
            else ""
        )
        return _terminal_of(sale_id), str(own)
    if "revision" in words:
        me = TERMINAL_OF_THE_EVENTS
        name = (me.merchant, me.terminal, me.terminal_epoch, words["business_date"])
        return me, "-".join(map(str, (*name, words["revision"], words["part"])))
    if "sale_id" in words:
        return _terminal_of(SaleId.parse(words["sale_id"])), words["sale_id"]
    if "merchant" in words:
        names = ("merchant", "terminal", "terminal_epoch", "business_date", "sequence")
        sale_id = SaleId(*(words[name] for name in names))
        return _terminal_of(sale_id), str(sale_id)
    return TERMINAL_OF_THE_EVENTS, TERMINAL_OF_THE_EVENTS.key_id if words else ""


def _terminal_of(sale_id: SaleId) -> Terminal:
    return Terminal(sale_id.merchant, sale_id.terminal, sale_id.terminal_epoch)


def main() -> None:
    """Sign one event file."""
    (place,) = sys.argv[1:]
    event = json.loads(Path(place).read_text(encoding="utf-8"))
    master = sys.stdin.buffer.read().strip()
    print(json.dumps(signed(dated(event, today()), master), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
