"""The journal of a business date in parts, each a request that payrelay can read and keep by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from payrelay.client.exchange import PosRequest

ROWS_OF_A_PART: Final = 100  # below 12 KB, so that a part stays below payrelay's 16 KiB when it is encrypted


def deliveries(
    terminal_day: str, business_date: str, revision: int, rows: Sequence[dict[str, Any]]
) -> list[PosRequest]:
    """Every part; a date without a number is one empty part, which tells that nothing was sold.

    Args:
        terminal_day: Merchant, terminal, epoch and date, which with revision and part make the key.
        business_date: YYYYMMDD.
        revision: Grows with the journal.
        rows: One for each number.
    """
    parts = -(-len(rows) // ROWS_OF_A_PART) or 1
    return [
        PosRequest("POST", "/v1/journals", _body(business_date, revision, part, parts, rows), key, key)
        for part in range(1, parts + 1)
        for key in [f"{terminal_day}-{revision}-{part}"]
    ]


def _body(business_date: str, revision: int, part: int, parts: int, rows: Sequence[dict[str, Any]]) -> bytes:
    its_rows = rows[(part - 1) * ROWS_OF_A_PART : part * ROWS_OF_A_PART]
    words = {"business_date": business_date, "revision": revision, "part": part, "parts": parts}
    return json.dumps({**words, "rows": its_rows}).encode()
