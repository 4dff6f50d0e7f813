"""One writer at a time in DynamoDB.

Stock: HTTP requests write on the event loop, Step Functions tasks on their own threads, and nothing orders
    them; a conditional put checks and writes in two steps, so two callers can both win.
Wanted: a conditional write has exactly one winner.
Hook: every mutating operation of `ministack.services.dynamodb` runs under `WRITE_LOCK`, which is re-entrant
    because a transaction and a batch call other operations. The module's own lock (held by the expiry thread
    and by table operations) becomes the same object, so there is one lock and no order to get wrong.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock

if TYPE_CHECKING:
    from collections.abc import Callable

WRITE_LOCK = threading.RLock()

MUTATING_OPERATIONS = (
    "_put_item",
    "_update_item",
    "_delete_item",
    "_batch_write_item",
    "_transact_write_items",
    "_execute_statement",
    "_batch_execute_statement",
    "_execute_transaction",
    "_create_table",
    "_update_table",
    "_delete_table",
)


def _exclusive(operation: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(operation)
    def under_the_lock(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - forwards a stock signature
        with WRITE_LOCK:
            return operation(*arguments, **options)

    return under_the_lock


def apply() -> None:
    """Install the patch in the running engine."""
    stock.dynamodb._lock = WRITE_LOCK  # noqa: SLF001 - the stock module's own lock is what is replaced
    for name in (*MUTATING_OPERATIONS, "get_state", "reset"):
        setattr(stock.dynamodb, name, _exclusive(getattr(stock.dynamodb, name)))
