"""What a sweep chooses: production's own ``end_undecided``, asked with an item in the state of the model."""

from __future__ import annotations

from typing import Final

from payment_core.approval.change import StepNotAllowedError
from payment_core.approval.ending import end_undecided
from payment_core.approval.model import Attempt, AttemptState, SaleId, Step
from payment_core.approval.model import Sale as Item
from payment_core.kernel.hand import Hand
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tools.model.state import ATTEMPTS, Sale
from tools.model.world import World

SALE_ID: Final = SaleId("M1001", "T01", 1, "20261120", 1)
NOBODY: Final = Hand(
    name="sweeper",
    invocation_id="",
    now_ms=lambda: 0,
    monotonic_ms=lambda: 0,
    remaining_ms=lambda: 0,
    pause_ms=lambda _: None,
    new_id=lambda: "",
    chance_below=lambda _: 0,
)


def swept(number: int, world: World) -> tuple[Step, int] | None:
    """The step a sweep takes with this item and what the item becomes; ``None`` where it leaves it alone."""
    if world.rules.abstract_sweep:
        choices: tuple[tuple[Step, int | None], ...] = (
            *((Step.DOUBT, index) for index in ATTEMPTS),
            (Step.GIVE_UP_REVERSING, None),
        )
    else:
        choices = _chosen_by_production(world.sales.known[number], world)
    if "sweep_uncond" in world.broken:
        choices = (*choices, *((Step.POS_UNDO, index) for index in ATTEMPTS))
    for step, index in choices:
        if (after := world.moved(step, number, index)) is not None:
            return step, after
    return None


def _chosen_by_production(sale: Sale, world: World) -> tuple[tuple[Step, int | None], ...]:
    try:
        change = end_undecided(_item(sale, van_owned=world.rules.van_owned), NOBODY)
    except StepNotAllowedError:  # only a mutant leaves an item that production's table knows no way out of
        return ()
    if change is None or change.step is None:
        return ()
    if change.step in {Step.DOUBT, Step.DOUBT_VAN_OWNED}:
        return ((change.step, sale.attempts.index(AttemptState.INTENT)),)
    return ((change.step, None),)


def _item(sale: Sale, *, van_owned: bool) -> Item:
    """An item of production in this state; what no guard reads stays empty."""
    mode = NetCancelMode.VAN_OWNED if van_owned else NetCancelMode.RELAY
    made = [state for state in sale.attempts if state is not AttemptState.ABSENT]
    attempts = tuple(Attempt(state, "", "", mode, 0, 0, "") for state in made)
    return Item(SALE_ID, sale.decision, attempts=attempts)
