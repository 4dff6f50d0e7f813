"""What the destinations do with what reaches them, and the worker that undoes until they say so."""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import CancelState, Decision, Step
from tools.model import messages as m
from tools.model.messages import VANS, Actor
from tools.model.state import (
    ATTEMPTS,
    INTENT,
    OWN,
    Issuer,
    Part,
    State,
    has_hand,
    issuer_of,
    with_issuer,
)
from tools.model.world import DELIVERED, REPEATED, Deed, Found, World

HORIZON: Final = tuple(Deed(Actor.RELAY, f"horizon of attempt {index} is over") for index in ATTEMPTS)
WORKER: Final = tuple(
    tuple(Deed(Actor.RELAY, f"worker sends {name} {index}") for index in ATTEMPTS)
    for name in ("net-cancel", "late net-cancel")
)
CANCEL_PART: Final = tuple(Deed(Actor.RELAY, f"worker sends cancel of part {part}") for part in ATTEMPTS)
DROPPED: Final = tuple(Deed(Actor.RELAY, f"worker gives up on attempt {index}") for index in ATTEMPTS)
PROVED: Final = tuple(Deed(Actor.RELAY, f"two people close attempt {index} with proof") for index in ATTEMPTS)
PROVED_PART: Final = tuple(
    Deed(Actor.RELAY, f"people, or an inquiry, say what became of part {part}") for part in ATTEMPTS
)
LISTED: Final = tuple(Deed(Actor.RELAY, f"two people undo attempt {index} once more") for index in ATTEMPTS)
PRETENDED: Final = tuple(
    Deed(Actor.RELAY, f"net-cancel {index} (says undone, does nothing)", VANS[index]) for index in ATTEMPTS
)
LAPSED: Final = tuple(Deed(VANS[index], "lets the unacknowledged approval lapse") for index in ATTEMPTS)
APPROVES: Final = tuple(
    Deed(Actor.RELAY, f"authorise {index} (is approved)", VANS[index]) for index in ATTEMPTS
)
DECLINES: Final = tuple(
    Deed(Actor.RELAY, f"authorise {index} (is declined)", VANS[index]) for index in ATTEMPTS
)
LIVE: Final = frozenset({Issuer.LIVE, Issuer.TENTATIVE, Issuer.LIVE_TWICE})
TRIES_OF_A_QUITTER: Final = 2


def act(state: State, world: World, found: Found) -> None:
    """Add what happens by itself: a lapse, the end of a horizon, the next try of the worker."""
    for index in ATTEMPTS:
        if issuer_of(state, index) == Issuer.TENTATIVE:
            lapsed = state._replace(issuer=with_issuer(state, index, Issuer.CANCELLED))
            found.add(LAPSED[index], lapsed)
    for index in world.undoing(state.sale):
        _work(index, state, world, found)
        if world.rules.people:
            _prove(index, state, world, found)
    if world.rules.lists and "no_lists" not in world.broken:
        _undo_once_more(state, world, found)
    if world.rules.partial:
        _work_on_part(state, world, found)


def _work_on_part(state: State, world: World, found: Found) -> None:
    for part, known in enumerate(world.sale(state).cancels):
        sent = state._replace(network=state.network | m.VAN_CANCEL[part])
        if known is CancelState.REQUESTED and world.rules.refuses:
            found.add(CANCEL_PART[part], sent._replace(sale=world.about_to_send(state.sale, part)))
        elif known is CancelState.REQUESTED:
            found.add(CANCEL_PART[part], sent, unless=m.CANCELLING_PART[part])
        elif known is CancelState.MANUAL:
            _prove_part(part, state, world, found)


def _prove_part(part: int, state: State, world: World, found: Found) -> None:
    """Let people, or an inquiry, say truly what became of a cancel: nothing of it is on its way any more."""
    is_done = state.parts >> 2 * part & 3 == Part.DONE
    step = _end_of(part, state, world) if is_done else Step.CANCEL_REFUSED
    if (sale := world.moved(step, state.sale)) is not None:
        found.add(PROVED_PART[part], state._replace(sale=sale), unless=m.VAN_CANCEL[part])


def _work(index: int, state: State, world: World, found: Found) -> None:
    late = state.horizon >> index & 1
    may_still_send = has_hand(state.handlers, OWN[index]) or has_hand(state.handlers, INTENT[index])
    if "early_horizon" in world.broken:
        may_still_send = False
    if not late and not may_still_send:
        over = state._replace(horizon=state.horizon | 1 << index)
        found.add(HORIZON[index], over, unless=m.AUTHORISE[index])
    if "no_worker" in world.broken:
        return
    if "nc_gives_up" in world.broken:
        if state.tries == TRIES_OF_A_QUITTER:
            if (sale := undone(index, state.sale, world)) is not None:
                found.add(DROPPED[index], state._replace(sale=sale), unless=m.UNDOING[index])
            return
        state = state._replace(tries=state.tries + 1)
    sent = state._replace(network=state.network | m.NET_CANCEL[late][index])
    found.add(WORKER[late][index], sent, unless=m.UNDOING[index])


def _prove(index: int, state: State, world: World, found: Found) -> None:
    """Let two people close what was refused, by a proof that is true: nothing is live, nor on its way."""
    may_come = not state.horizon >> index & 1 or state.network & m.AUTHORISE[index]
    is_true = issuer_of(state, index) not in LIVE and not may_come
    if is_true or "false_proof" in world.broken:
        sale = world.moved(Step.REVERSAL_PROVED, state.sale, index)
        if sale is not None:
            found.add(PROVED[index], state._replace(sale=sale))


def _undo_once_more(state: State, world: World, found: Found) -> None:
    """Let two people begin an undoing again, whether or not the list that they read is right."""
    for index in ATTEMPTS:
        sale = world.moved(Step.LATE_APPROVAL, state.sale, index)
        if sale is not None:
            found.add(LISTED[index], state._replace(sale=sale))


def undone(index: int, number: int, world: World) -> int | None:
    """What the item becomes by evidence that nothing of this attempt is live."""
    if world.sales.known[number].decision is Decision.CANCELLING:
        return world.moved(Step.CANCEL_DONE, number)
    return world.moved(Step.REVERSAL_CONFIRMED, number, index)


def hear(bit: int, state: State, world: World, found: Found) -> None:
    """Add each thing a destination may do with what reached it; it is out of the network already."""
    for index in ATTEMPTS:
        if bit == m.AUTHORISE[index]:
            _authorise(index, state, world, found)
        elif bit == m.ACK[index]:
            kept = state
            if issuer_of(state, index) == Issuer.TENTATIVE:
                network = state.network | m.EOT[index]
                kept = state._replace(issuer=with_issuer(state, index, Issuer.LIVE), network=network)
            found.add(DELIVERED[bit], kept)
        elif bit == m.VAN_CANCEL[index]:
            _give_back(index, state, world, found)
        for late in (0, 1):
            if bit == m.NET_CANCEL[late][index]:
                _net_cancel(bit, late, index, state, found)
                if world.rules.lists:
                    _pretend(late, index, state, world, found)


def _give_back(part: int, state: State, world: World, found: Found) -> None:
    """Cancel a part or refuse it; the answer to one trace number stays the same, where it must."""
    holds = state.parts >> 2 * part & 3
    deed = DELIVERED[m.VAN_CANCEL[part]]
    if holds != Part.REFUSED or world.rules.refuses:
        parts = state.parts & ~(3 << 2 * part) | Part.DONE << 2 * part
        issuer = state.issuer
        if parts == Part.DONE | Part.DONE << 2:
            for index in ATTEMPTS:
                if issuer_of(state, index) in LIVE:
                    issuer = with_issuer(state, index, Issuer.CANCELLED)
        network = state.network | m.VAN_CANCEL_OK[part]
        found.add(deed, state._replace(parts=parts, issuer=issuer, network=network))
    if holds != Part.DONE or world.rules.refuses:
        parts = state.parts if holds else state.parts | Part.REFUSED << 2 * part
        found.add(deed, state._replace(parts=parts, network=state.network | m.VAN_CANCEL_NO[part]))


def hear_part(bit: int, state: State, world: World) -> State:
    """Take the answer to the cancel of a part, if it is still repeated; a refused repeat is a person's."""
    known = world.sale(state)
    for part in ATTEMPTS:
        if (
            bit in {m.VAN_CANCEL_OK[part], m.VAN_CANCEL_NO[part]}
            and known.cancels[part] is CancelState.REQUESTED
        ):
            step = _end_of(part, state, world)
            if bit == m.VAN_CANCEL_NO[part]:
                believed = known.sent[part] < REPEATED or "refused_repeat_closes" in world.broken
                step = Step.CANCEL_REFUSED if believed else Step.CANCEL_DIFFERS
            sale = world.moved(step, state.sale)
            return state if sale is None else state._replace(sale=sale)
    return state


def _end_of(part: int, state: State, world: World) -> Step:
    """The step by which a cancel that was carried out ends: whether it was the last part."""
    is_last = world.sale(state).cancels[1 - part] is CancelState.DONE
    return Step.CANCEL_DONE if is_last else Step.CANCEL_PART_DONE


def _authorise(index: int, state: State, world: World, found: Found) -> None:
    holds = issuer_of(state, index)
    if holds == Issuer.NONE:
        live = Issuer.TENTATIVE if world.rules.handshake else Issuer.LIVE
        for deed, value, answer in (
            (APPROVES[index], live, m.ANSWER_APPROVED[index]),
            (DECLINES[index], Issuer.DECLINED, m.ANSWER_DECLINED[index]),
        ):
            said = state._replace(issuer=with_issuer(state, index, value), network=state.network | answer)
            found.add(deed, said)
    elif holds == Issuer.LIVE and "resend_auth" in world.broken:
        twice = state._replace(issuer=with_issuer(state, index, Issuer.LIVE_TWICE))
        found.add(APPROVES[index], twice)
    else:
        found.add(DELIVERED[m.AUTHORISE[index]], state)


def _net_cancel(bit: int, late: int, index: int, state: State, found: Found) -> None:
    holds = issuer_of(state, index)
    deed = DELIVERED[bit]
    refused = state._replace(network=state.network | m.REFUSED[late][index])
    if holds in LIVE or holds == Issuer.CANCELLED:
        issuer = with_issuer(state, index, Issuer.CANCELLED)
        said = state._replace(issuer=issuer, network=state.network | m.UNDONE[late][index])
    else:
        said = state._replace(network=state.network | m.NOT_FOUND[late][index])
    found.add(deed, said)
    found.add(deed, refused)


def _pretend(late: int, index: int, state: State, world: World, found: Found) -> None:
    """Say that it is undone, and keep it: of a sale that is reversed, whose list will show it."""
    if issuer_of(state, index) in LIVE and world.sale(state).decision is Decision.REVERSE:
        found.add(PRETENDED[index], state._replace(network=state.network | m.UNDONE[late][index]))


def hear_undo(bit: int, state: State, world: World) -> State:
    """Take what a destination said to a net-cancel: evidence closes, anything else means to try again."""
    for index in world.undoing(state.sale):
        proof = bit in {m.UNDONE[0][index], m.UNDONE[1][index], m.NOT_FOUND[1][index]}
        if "nf_is_final" in world.broken:
            proof = proof or bit == m.NOT_FOUND[0][index]
        if proof and (sale := undone(index, state.sale, world)) is not None:
            return state._replace(sale=sale)
        refused = bit in {m.REFUSED[0][index], m.REFUSED[1][index]}
        if refused and world.rules.manual:
            sale = world.moved(Step.REVERSAL_REFUSED, state.sale, index)
            return state if sale is None else state._replace(sale=sale)
    return state
