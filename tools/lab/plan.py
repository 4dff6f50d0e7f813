"""A schedule as data: which tills do what, and what goes wrong; drawn from a seed, cut down when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from payment_core.kernel.card import check_digit_holds
from tools.lab.catalogue import (
    BURST,
    CANCEL,
    CATALOGUE,
    INQUIRY,
    OTHER_AMOUNT,
    OVERTAKEN,
    REFUSED,
    REPEATED,
    SESSION,
    SILENCE,
    TWICE,
    UNKNOWN,
    Bad,
)
from tools.lab.strikes import Strike, drawn
from tools.simulators.cards import ISSUERS, SERIES_BIN

OF_SOL: Final = 3  # of CARDS; its issuer is asked first, so that every sale of a burst goes there
SALES_OF_A_BURST: Final = 11
BURST_EVERY: Final = 3  # turns of its row: a burst takes as long as ten other stories
STRIDE: Final = 37  # between the rows of two seeds; it shares no factor with the number of rows
SERIES: Final = next(card for last in range(10) if check_digit_holds(card := f"{SERIES_BIN}000000000{last}"))
CARDS: Final = (*ISSUERS, SERIES)
MERCHANTS: Final = (
    "1001",
    "1002",
    "1003",
    "2001",
)  # one VAN · issuers and four VANs · VAN-owned · the default
WITH_SESSION: Final = ("1002", "2001")
WITH_NET_CANCEL: Final = ("1001", "1002", "2001")
UNKNOWNS: Final = tuple(bad for bad in CATALOGUE if bad.row in {21, 22, 23, 24, 26, 28, 30, 31, 34})
BY_NAME: Final = {(bad.row, bad.path): bad for bad in CATALOGUE}
SILENCES: Final = (BY_NAME[1, "approve"], BY_NAME[2, "approve"], BY_NAME[5, "approve"])
# What must have gone wrong before a strike has its occasion, at the first one that comes.
BEFORE: Final[Mapping[str, tuple[Bad, ...]]] = {
    OTHER_AMOUNT: (BY_NAME[31, "authorise wrong_amount"],),
    REFUSED: (BY_NAME[31, "authorise wrong_amount"], BY_NAME[52, "net_cancel refused"]),
    REPEATED: (BY_NAME[59, "cancel garble"],),
    OVERTAKEN: (BY_NAME[5, "beside"],),
    TWICE: (BY_NAME[58, "two cancels"],),
}


# Terms that differ from a destination's file, on both sides of the line.
CONTRACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "short window": {"net_cancel_window_seconds": 20},
    "once only": {"net_cancel_repeat_safe": False},
    "not at once": {"net_cancel_first_delay_seconds": 30},
    "tombstones": {"leaves_tombstone": True},
    "no tombstones": {"leaves_tombstone": False},
    "no inquiry": {"has_inquiry": False},
}


@dataclass(frozen=True)
class Act:
    """One thing that happens at a till.

    Attributes:
        what: ``sell``, ``cancel``, ``cancel part``, ``cancel rest``, ``other amount``, ``double tap``,
            ``net_cancel``, ``settle``, ``sell by unionpay``, ``use points``, ``pay by barcode``,
            ``issue receipt`` or ``take back receipt``.
        after_ms: How long after the act before it.
        amount_won: Of a sale, or of a part.
        card: Which of ``CARDS``.
    """

    what: str
    after_ms: int = 0
    amount_won: int = 0
    card: int = 0


@dataclass(frozen=True)
class Plan:
    """One schedule.

    Attributes:
        seed: Of the chance within it: ways, waits, ids, jitter.
        merchant: Whose route the sales take.
        tills: The acts of each till, in their order.
        strikes: What goes wrong.
        skew_seconds: How far the clock of the first till is off.
        forgets: The first till loses its journal after its first act, and numbers anew.
        twice_fed: Each batch of records comes twice.
        wakers: Which wakers are there; the sweeper must be enough alone, and so must be the other two.
        signs: Signatures are made and verified for real; else a till's word for its own bytes is taken.
        publishes: The outbox is there, and every transition must reach the event log.
        contract: What all destinations have instead of their own terms, see ``CONTRACTS``; empty for nothing.
    """

    seed: int
    merchant: str
    tills: tuple[tuple[Act, ...], ...]
    strikes: tuple[Strike, ...] = ()
    skew_seconds: int = 0
    forgets: bool = False
    wakers: frozenset[str] = field(default=frozenset({"stream_waker", "queue_watchdog", "minute_sweeper"}))
    signs: bool = True
    publishes: bool = True
    contract: str = ""


WAKERS: Final = ("stream_waker", "queue_watchdog", "minute_sweeper")
# The stream waker is the one that puts sales under the watchdog's eye, so these two are one.
ENOUGH: Final = (frozenset({"minute_sweeper"}), frozenset({"stream_waker", "queue_watchdog"}))


def draw(seed: int) -> Plan:
    """The schedule of a seed: the bad moment whose turn it is, at times more, mostly around one sale."""
    random = Random(f"plan {seed}")  # noqa: S311 -- chance that can be repeated is the point
    first = CATALOGUE[seed * STRIDE % len(CATALOGUE)]
    if BURST in first.needs and not seed // len(CATALOGUE) % BURST_EVERY:
        return Plan(seed, "1002", (_a_burst(),), (drawn(first, random),), signs=False)
    chosen = _chosen(first, random)
    tills = tuple(_acts(random) for _ in range(random.choices((1, 2), weights=(9, 1))[0]))
    if any(CANCEL in bad.needs for bad in chosen):
        tills = (_with_a_cancel(tills[0], random), *tills[1:])
    merchant = random.choice(_merchants(chosen))
    strikes = [drawn(one, random) for one in chosen]
    skew_seconds = random.choice((-86_400, -200, -1, 1, 200, 86_400)) if _one_in(33, random) else 0
    wakers = random.choice(_enough(chosen)) if _one_in(3, random) else frozenset(WAKERS)
    publishes = _one_in(8, random) or any("outbox" in strike.bad.at for strike in strikes)
    return Plan(
        seed,
        merchant,
        tills,
        tuple(strikes),
        skew_seconds,
        _one_in(50, random),
        wakers,
        _one_in(50, random),
        publishes,
        random.choice(tuple(CONTRACTS)) if _one_in(4, random) else "",
    )


def _one_in(many: int, random: Random) -> bool:
    return not random.randrange(many)


def _acts(random: Random) -> tuple[Act, ...]:
    amount_won = random.choice((1_000, 10_000, 33_333, 1_250_000))
    card = random.choices(range(len(CARDS)), weights=(10, 2, 4, 4, 4))[0]
    acts = [Act("sell", random.randrange(40), amount_won, card)]
    after_ms = random.choice((0, 50, 1_000, 40_000))
    match random.choices(
        ("", "cancel", "parts", "too much", "other amount", "double tap", "net_cancel"),
        weights=(14, 4, 2, 1, 1, 1, 1),
    )[0]:
        case "cancel":
            acts.append(Act("cancel", after_ms))
        case "parts":
            part_won = amount_won // random.choice((2, 3, 10))
            then = random.choice(("cancel rest", "cancel rest", "net_cancel"))
            acts += [Act("cancel part", after_ms, part_won), Act(then, after_ms)]
        case "too much":
            acts += [Act("cancel part", after_ms, amount_won // 2 + 1)] * 2
        case "double tap":
            acts.append(Act("sell", random.randrange(5_000), amount_won, card))
        case "other amount" | "net_cancel" as what:
            acts.append(Act(what, after_ms, amount_won + 1))
        case _:
            pass
    if _one_in(20, random):
        acts.append(Act("sell", random.randrange(5_000), amount_won + 7, random.randrange(len(CARDS))))
    return tuple(acts)


def _a_burst() -> tuple[Act, ...]:
    """Enough sales to open a breaker, and two when every cache has heard of that."""
    return tuple(
        Act("sell", 200 if place < SALES_OF_A_BURST else 4_000, 10_000 + place, OF_SOL)
        for place in range(SALES_OF_A_BURST + 2)
    )


def _with_a_cancel(acts: tuple[Act, ...], random: Random) -> tuple[Act, ...]:
    """The same acts, with a cancel among them."""
    if any(act.what.startswith("cancel") for act in acts):
        return acts
    return (acts[0], Act("cancel", random.choice((0, 50, 1_000))), *acts[1:])


def _chosen(first: Bad, random: Random) -> list[Bad]:
    """This row of the catalogue and some more, and for those that need something to have gone wrong, that."""
    chosen: list[Bad] = []
    for bad in (first, *random.choices(CATALOGUE, k=random.choices(range(4), weights=(45, 30, 15, 10))[0])):
        if BURST in bad.needs:
            continue
        if UNKNOWN in bad.needs:
            chosen.append(replace(random.choice(UNKNOWNS), most=1))
        if SILENCE in bad.needs:
            chosen.append(replace(random.choice(SILENCES), most=1))
        for need in sorted(bad.needs & BEFORE.keys()):
            chosen += [replace(one, most=1) for one in BEFORE[need]]
        chosen.append(bad)
    return chosen


def _enough(chosen: list[Bad]) -> tuple[frozenset[str], ...]:
    """The wakers that may be alone: what strikes one of them needs it there."""
    struck = {bad.at.removeprefix("feed:") for bad in chosen} & set(WAKERS)
    return tuple(wakers for wakers in ENOUGH if struck <= wakers)


def _merchants(chosen: list[Bad]) -> tuple[str, ...]:
    """Whose route leads to what the strikes need: ENQ and ACK, a VAN that is only asked, one that undoes."""
    needs = frozenset().union(*(bad.needs for bad in chosen))
    if INQUIRY in needs:
        return ("1003",)
    if SESSION in needs:
        return WITH_SESSION
    return WITH_NET_CANCEL if any(bad.at == "party:net_cancel" for bad in chosen) else MERCHANTS
