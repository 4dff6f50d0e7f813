"""Sales on a fixed beat, whether or not the ones before were answered, as customers come to many tills."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId
from payrelay.client import CardInHand, NoAnswerError, Pos
from tools.simulators.cards import another_card
from tools.world.world import World

TILLS: Final = 8
MOST_AT_ONCE: Final = 96
FOUR_VANS: Final = "1004"
GOOD_WON, OVER_THE_LIMIT_WON = 11_000, 5_100_000


@dataclass
class Beat:
    """One sale: when it was asked for, how long the POS waited, what it heard, and who was asked first."""

    sale_id: str
    at: float
    took_ms: float
    state: str
    destination: str = ""


def on_the_beat(
    world: World, per_second: float, seconds: float, *, amount_won: int = GOOD_WON, first_till: int = 1
) -> list[Beat]:
    """Sell at so many tills of one merchant with four VANs, then read who was asked."""
    places = [Terminal(FOUR_VANS, f"4{first_till + number:07d}", 1) for number in range(TILLS)]
    tills = [world.running.pos(one) for one in places]
    with ThreadPoolExecutor(MOST_AT_ONCE) as customers:
        began = time.monotonic()
        coming = []
        for number in range(int(per_second * seconds)):
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            coming.append(customers.submit(_sell, tills[number % TILLS], amount_won))
        sold = [one.result() for one in coming]
    for one in sold:
        sale = world.running.sales.read(SaleId.parse(one.sale_id))
        if sale is not None and sale.attempts:
            one.destination = sale.attempts[0].destination
    return sold


def _sell(pos: Pos, amount_won: int) -> Beat:
    request = pos.approval(amount_won, CardInHand(another_card(), "1230"))
    headers, at, start = pos.signed(request), time.time(), time.perf_counter()
    try:
        answer = pos.send_as(request, headers)
        state = answer.state or f"REFUSED {answer.words.get('code', answer.http_status)}"
    except NoAnswerError:
        state = "SILENT"
    return Beat(request.key, at, (time.perf_counter() - start) * 1_000, state)


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until it holds; how long it took.

    Raises:
        TimeoutError: it does not.
    """
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(0.2)
    return time.monotonic() - began
