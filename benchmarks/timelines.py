"""Two sales as they really went, kept for the pictures: an approval, and a lost answer that is undone.

`python -m benchmarks.timelines`. What is kept is what `payrelay show --json` tells of each.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.books import at_rest
from benchmarks.figures import kept
from benchmarks.worlds import a_world, sell_until_warm
from payment_adapters.timeline import as_words
from payment_core.approval.model import SaleId
from payrelay.client import CardInHand
from tools.simulators.cards import another_card
from tools.world.world import World

REST_SECONDS: Final = 120
KEPT: Final = ("at_ms", "who", "what", "took_ms")


def approved(world: World) -> dict[str, Any]:
    """A customer pays."""
    return _sold(world, "APPROVED")


def answer_lost(world: World) -> dict[str, Any]:
    """The VAN approves, and its answer gets lost on the way; the contract's whole wait."""
    world.vans["hangang"].script("lose_answer")
    return _sold(world, "BEING_REVERSED", "REVERSED")


def _sold(world: World, *states: str) -> dict[str, Any]:
    pos = world.running.pos()
    answer = pos.send(request := pos.approval(11_000, CardInHand(another_card(), "1230")))
    assert answer.state in states, answer.body
    at_rest(world.running, REST_SECONDS)
    sale_id = SaleId.parse(request.key)
    sale = world.running.sales.read(sale_id)
    assert sale is not None
    words = as_words(sale, [*sale.trails(), *world.running.sales.evidence(sale_id)])
    began = words["timeline"][0]["at_ms"]
    events = [{name: one[name] for name in KEPT} for one in words["timeline"]]
    for one in events:
        one["at_ms"] -= began
    return {"state": words["state"], "money": words["money"], "told": answer.state, "events": events}


def main() -> None:
    """Play both, keep them."""
    with a_world() as (world, progress):
        sell_until_warm(world.running.pos())
        progress("approval")
        paid = approved(world)
        progress("approval", paid["money"])
        progress("lost answer")
        lost = answer_lost(world)
        progress("lost answer", lost["money"])
    kept("timelines", {"approval": paid, "answer_lost": lost})


if __name__ == "__main__":
    main()
