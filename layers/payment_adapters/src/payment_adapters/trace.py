"""Trace: a line of log for each write of a sale and each event of it, all under the sale's id.

Lambda's JSON log adds when and which run; X-Ray's id leads from there to the API's and the workflow's own
records. No evidence and no amount is in a line: those are in the sale. Read by `payrelay trace`.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

from payment_adapters import outside

if TYPE_CHECKING:
    from payment_core.approval.change import Change
    from payment_core.events.sale_moved import SaleMovedV2

LOG: Final = logging.getLogger("payrelay.trace")
TRY: Final = "try"  # a repeated try is no move: it has no line of history, and no event


def written(change: Change) -> None:
    """A write that won: what it was, whose, and the id that its event names as its cause."""
    if LOG.isEnabledFor(logging.INFO):
        by = change.entry.by if change.entry else ""
        _line(str(change.sale_id), str(change.step or TRY), by=by, write_id=change.write_id)


def published(move: SaleMovedV2) -> None:
    """An event that was taken by the stream."""
    if LOG.isEnabledFor(logging.INFO):
        _line(move.subject, move.step, by=move.by, write_id=move.causation_id, event=move.id)


def _line(sale_id: str, step: str, **words: str) -> None:
    root = os.environ.get("_X_AMZN_TRACE_ID", "").partition(";")[0].removeprefix("Root=")
    about = {"sale_id": sale_id, "step": step, "at_ms": outside.now_ms(), "trace_id": root, **words}
    LOG.info("%s %s", sale_id, step, extra=about)
