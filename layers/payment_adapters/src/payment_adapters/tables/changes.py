"""Changes of a table, as its stream delivers them in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def last_of_each_item(records: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The numbers of the last change of each item: what an earlier change of it shows is no longer so."""
    changes = [record["dynamodb"] for record in records]
    return frozenset({str(change["Keys"]): change["SequenceNumber"] for change in changes}.values())
