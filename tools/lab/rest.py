"""At rest: once nothing goes wrong any more, everything is closed in time, and all books tell the same story.

These are the L of the design's invariants, and the comparison of the books that stands for R.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from tools.lab.breakers import require_breakers
from tools.lab.plan import CARDS
from tools.lab.readers import require_events, require_one_projection
from tools.lab.reference import replay
from tools.lab.watch import BrokenError, Known

if TYPE_CHECKING:
    from tools.lab.world import World


def require_rest(world: World, *, is_at_rest: bool) -> None:
    """Compare everything with everything.

    Raises:
        BrokenError: a sale is open, or two books differ.
    """
    watch = world.watch
    for name, failure in world.scheduler.failures:
        if not isinstance(failure, world.expected_failures):
            raise BrokenError(25, f"{name} raised {type(failure).__name__}: {failure}")
    for known in watch.sales.values():
        _require_closed(world, known)
        _require_books(world, known)
        replay(known)
    if not is_at_rest and not any(known.is_open for known in watch.sales.values()):
        raise BrokenError(8, "nothing is open and something still goes on")
    _require_journals(world)
    if world.plan.publishes:
        require_events(world)
        require_one_projection(world)
    require_breakers(world)
    _require_secrecy(world)


def _require_closed(world: World, known: Known) -> None:
    """Invariants 5, 8 and 9: nothing stays open that somebody can be asked about."""
    world.watch.seen[8] += 1
    if _is_for_reconciliation(world, known) or _is_left_to_a_person(world, known):
        return
    if known.is_open and not known.is_lied_about:
        states = ", ".join(known.attempts)
        raise BrokenError(8, f"{known.sale_id} is still open: {known.decision} ({states})")


def _is_for_reconciliation(world: World, known: Known) -> bool:
    """Whether nobody can be asked about what is open, and nothing can undo it by telegram (any more)."""
    if {"UNRESOLVED", "MANUAL"}.isdisjoint(known.attempts) or not _is_nobody_to_ask(world, known):
        return False
    attempt = known.image[f"a{len(known.attempts) - 1}"]["M"]
    window_ms = 1_000 * world.profile(attempt["destination"]["S"]).net_cancel_window_seconds
    is_late = world.now_ms() - int(attempt["intent_at_ms"]["N"]) > window_ms
    return is_late or "UNRESOLVED" in known.attempts


def _is_nobody_to_ask(world: World, known: Known) -> bool:
    """Whether who was asked last answers no inquiry: by the plan's terms, or by its own."""
    asked = known.image[f"a{len(known.attempts) - 1}"]["M"]["destination"]["S"]
    return not world.profile(asked).has_inquiry


def _is_left_to_a_person(world: World, known: Known) -> bool:
    """Whether the sale says how much a cancel has left of it, or took back of it, and so much is held.

    Of a part in doubt it says that either all of it went back or nothing.
    """
    held_won = sum(one.remaining_won for _, one in world.watch.live(known))
    cancel = known.image["cancels"]["M"].get(known.image.get("open_cancel", {"S": ""})["S"], {"M": {}})["M"]
    if cancel.get("state") == {"S": "MANUAL"}:
        after_won, asked_won = int(known.image["cancellable_won"]["N"]), int(cancel["amount_won"]["N"])
        if "taken_back_won" in cancel:
            return held_won == after_won + asked_won - int(cancel["taken_back_won"]["N"])
        is_either = held_won in {after_won, after_won + asked_won}
        return is_either and (after_won > 0 or _is_nobody_to_ask(world, known))
    left = [
        (index, int(known.image[f"a{index}"]["M"].get("left_won", {"N": "0"})["N"]))
        for index, state in enumerate(known.attempts)
        if state == "MANUAL"
    ]
    held = [(index, one.remaining_won) for index, one in world.watch.live(known)]
    return any(won for _, won in left) and left == held


def _require_books(world: World, known: Known) -> None:
    """Invariant 2: at rest, live at a counterparty means approved here, with what remains of it."""
    world.watch.seen[2] += 1
    if known.is_lied_about or known.is_open:
        world.watch.seen[20] += 1
        return
    live = world.watch.live(known)
    if known.decision == "APPROVED":
        remaining_won = int(known.image["cancellable_won"]["N"])
        held_won = [one.remaining_won for _, one in live]
        if held_won != [remaining_won]:
            raise BrokenError(
                2, f"{known.sale_id} is approved with {remaining_won:,} won, and held is {held_won}"
            )
    elif live:
        raise BrokenError(
            2, f"{known.sale_id} is {known.decision}, and {live[0][1].amount_won:,} won are held"
        )


def _require_journals(world: World) -> None:
    """Invariant 20: what a till has shown as approved is, and what it had undone is not."""
    for place, till in enumerate(world.shop.tills):
        for entry in till.shelf.entries():
            known = world.watch.sales.get(entry.sale_id)
            is_with_a_person = known is not None and known.is_open  # and lawfully so, says _require_closed
            is_asking = entry.is_open and place not in world.shop.dead_tills and entry.what == "approve"
            if is_asking and not is_with_a_person:
                raise BrokenError(20, f"the till still does not know what became of {entry.key}")
            if entry.what != "approve" or known is None:
                continue
            world.watch.seen[20] += 1
            is_gone = (
                known.decision not in {"APPROVED", "CANCELLING", "CANCELLED"} and not known.is_undone_for_pos
            )
            if entry.state == "APPROVED" and is_gone:
                raise BrokenError(1, f"the till shows {entry.key} as approved, and it is {known.decision}")
            if entry.is_to_be_undone and not entry.is_open and known.decision == "APPROVED":
                raise BrokenError(4, f"the till had {entry.key} undone, and it is approved")


def _require_secrecy(world: World) -> None:
    """Invariant 22: no card is in any stream, queue or item."""
    world.watch.seen[22] += 1
    kept = b"".join(marshal.dumps(dict(known.images[-1])) for known in world.watch.sales.values())
    for card in CARDS:
        if card.encode() in kept:
            raise BrokenError(22, f"a card that ends in {card[-4:]} is stored")
