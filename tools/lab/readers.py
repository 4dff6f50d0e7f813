"""What readers make of a run: the event log tells every transition, and who reads it twice knows no more."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from functions.projection import handler as projection
from payment_adapters import read_side
from payment_adapters.tables.items import sale_from_wire
from payment_adapters.tables.search import known_of
from payment_core.approval.open_money import open_won
from tools.lab.watch import BrokenError

if TYPE_CHECKING:
    from tools.lab.world import World


def require_events(world: World) -> None:
    """Invariant 17: every transition is in the event log, as often as it likes, and nothing else is."""
    told: dict[str, set[int]] = {}
    for record in world.cloud.streams["EventStream"].records:
        event: dict[str, Any] = json.loads(base64.b64decode(record.words["kinesis"]["data"]))
        told.setdefault(str(event.get("subject", "")), set()).add(int(event.get("version", 0)))
    for known in world.watch.sales.values():
        moves = len(known.image["history"]["L"])
        world.watch.seen[17] += 1
        if len(told.get(known.sale_id, ())) != moves:
            raise BrokenError(
                17,
                f"{known.sale_id} moved {moves} times; the log tells {sorted(told.get(known.sale_id, ()))}",
            )


def require_one_projection(world: World) -> None:
    """Invariant 16: whoever reads the log once more, backwards and again has what it had, and all of it."""
    events = [record.words for record in world.cloud.streams["EventStream"].records]
    if not events:
        return
    table = world.cloud.tables["ReadModelsTable"]
    _project(events)
    once = sorted(map(repr, table.items))
    _project([*reversed(events), *events])
    world.watch.seen[16] += len(events)
    if sorted(map(repr, table.items)) != once:
        raise BrokenError(16, f"{len(events)} events that came again changed a read model")
    _require_all_counted(world)
    _require_the_meter(world)


def _project(events: list[dict[str, Any]]) -> None:
    refused = projection.handler({"Records": events}, None)  # type: ignore[arg-type]  # it asks its context nothing
    if refused["batchItemFailures"]:
        raise BrokenError(16, f"{len(refused['batchItemFailures'])} of {len(events)} events were refused")


def _require_all_counted(world: World) -> None:
    """Every approval that ever was is counted once, for who gave it."""
    approved, won = Counter[str](), Counter[str]()
    months: set[str] = set()
    for known in world.watch.sales.values():
        months.add(known.sale_id.split("-")[3][:6])
        if known.was_approved:
            approving = next(one for one in known.images if one["decision"]["S"] == "APPROVED")
            (index,) = (a for a in ("a0", "a1") if approving.get(a, NONE)["M"]["state"]["S"] == "APPROVED")
            destination = approving[index]["M"]["destination"]["S"]
            approved[destination] += 1
            won[destination] += int(approving["amount_won"]["N"])
    counted, counted_won = Counter[str](), Counter[str]()
    world.cloud.settle_reads()
    for month in months:
        for destination, one in read_side.approvals().since(world.plan.merchant, f"{month}01").items():
            counted[destination] += one.approvals
            counted_won[destination] += one.won
    if (counted, counted_won) != (approved, won):
        raise BrokenError(16, f"approved are {dict(approved)}, and counted {dict(counted)}")


def _require_the_meter(world: World) -> None:
    """What is unknown by the events is what the sales themselves say, to the won."""
    sales = map(sale_from_wire, (known.image for known in world.watch.sales.values()))
    stands = {str(sale.sale_id): open_won(sale) for sale in sales if sale.is_open}
    kept = map(known_of, world.cloud.tables["SearchTable"].items)
    told = {one.sale_id: one.open_won for one in kept if one.open_won}
    if told != stands:
        raise BrokenError(16, f"unknown by the events are {told}, by the sales {stands}")


NONE: dict[str, Any] = {"M": {"state": {"S": ""}}}
