"""What payrelay may do: its gateway, the handler of a request between any two steps, the sweeper."""

from __future__ import annotations

from typing import Final

from payment_core.approval.model import AttemptState, CancelState, Decision, Step
from tools.model import messages as m
from tools.model.messages import Actor
from tools.model.state import ATTEMPTS, EOT, INTENT, OWN, WAIT, Hand, State, moved_hand
from tools.model.sweeping import swept
from tools.model.world import Deed, Found, World

CRASH: Final = {hand: Deed(Actor.RELAY, f"crashes at {hand.name.lower()}") for hand in Hand}
STEP: Final = {
    name: Deed(Actor.RELAY, name)
    for name in (
        "claims the sale",
        "another has this sale: 409",
        "finds it decided",
        "finds no room for its intent",
        "answers APPROVED",
        "answers not approved",
        "goes on without an answer",
        "asks the other destination",
        "budget over: decides REVERSE",
        "sends the telegram a second time",
        "writes its decision after all",
    )
}
CLAIMED: Final = Deed(Actor.RELAY, "SETTLEMENT: claims the sale")
FILED: Final = tuple(Deed(Actor.RELAY, f"SETTLEMENT: files the refund of part {part}") for part in ATTEMPTS)
TOLD_BACK: Final = frozenset({CancelState.DONE, CancelState.REFUND})
SWEPT: Final = {step: Deed(Actor.RELAY, f"SWEEP: {step}") for step in Step}
INTENDED: Final = tuple(Deed(Actor.RELAY, f"writes INTENT {index}") for index in ATTEMPTS)
SENT: Final = tuple(Deed(Actor.RELAY, f"sends authorisation {index}") for index in ATTEMPTS)
NOT_SENT: Final = tuple(Deed(Actor.RELAY, f"cannot connect: NOT_SENT {index}") for index in ATTEMPTS)
TIMED_OUT: Final = tuple(Deed(Actor.RELAY, f"no answer: attempt {index} in doubt") for index in ATTEMPTS)


def act(state: State, world: World, found: Found) -> None:
    """Add what each handler may do next, its crash included, and a sweep."""
    handlers = state.handlers
    first, second = handlers >> 4, handlers & 15
    for hand in (first,) if first == second or not second else (first, second):
        if hand:
            found.add(CRASH[Hand(hand)], _at(state, hand, Hand.NOBODY))
            _STEPS[hand](state, world, found)
    if "no_sweeper" not in world.broken:
        _sweep(state, world, found)
    if world.rules.claims:
        _settle(state, world, found)


def _at(state: State, before: int, after: int) -> State:
    return state._replace(handlers=moved_hand(state.handlers, before, after))


def _told(state: State, world: World, hand: int) -> State:
    """Go and answer what is stored."""
    approved = world.sale(state).decision is Decision.APPROVED
    return _at(state, hand, Hand.ANSWER_APPROVED if approved else Hand.ANSWER_DECLINED)


def _start(state: State, world: World, found: Found) -> None:
    decision = world.sale(state).decision
    if (sale := world.moved(Step.ACCEPT, state.sale)) is not None:
        claimed = _at(state._replace(sale=sale), Hand.START, Hand.OWN_0)
        found.add(STEP["claims the sale"], claimed)
    elif decision is Decision.RECEIVED:
        if "idem_expiry" in world.broken:
            found.add(STEP["claims the sale"], _at(state, Hand.START, Hand.OWN_0))
        found.add(STEP["another has this sale: 409"], _at(state, Hand.START, Hand.NOBODY))
    else:
        found.add(STEP["finds it decided"], _told(state, world, Hand.START))


def _own(index: int, state: State, world: World, found: Found) -> None:
    if "no_intent_before_send" in world.broken:
        sent = state._replace(network=state.network | m.AUTHORISE[index])
        found.add(SENT[index], _at(sent, OWN[index], INTENT[index]))
    elif (sale := world.moved(Step.INTENT, state.sale, index)) is not None:
        found.add(INTENDED[index], _at(state._replace(sale=sale), OWN[index], INTENT[index]))
    else:
        refused = _at(state, OWN[index], Hand.ANSWER_DECLINED)
        found.add(STEP["finds no room for its intent"], refused)


def _intent(index: int, state: State, world: World, found: Found) -> None:
    if "no_intent_before_send" in world.broken:
        written = world.moved(Step.INTENT, state.sale, index)
        if written is None:
            found.add(STEP["finds no room for its intent"], _told(state, world, INTENT[index]))
        else:
            found.add(INTENDED[index], _at(state._replace(sale=written), INTENT[index], WAIT[index]))
        return
    sent = state._replace(network=state.network | m.AUTHORISE[index])
    found.add(SENT[index], _at(sent, INTENT[index], WAIT[index]))
    goes_on = index + 1 < world.rules.destinations
    step = Step.NOT_SENT_GO_ON if goes_on else Step.NOT_SENT
    if (sale := world.moved(step, state.sale, index)) is not None:
        after = OWN[index + 1] if goes_on else Hand.ANSWER_DECLINED
        found.add(NOT_SENT[index], _at(state._replace(sale=sale), INTENT[index], after))


def _wait(index: int, state: State, world: World, found: Found) -> None:
    if "resend_auth" in world.broken and state.tries == 0:
        again = state._replace(network=state.network | m.AUTHORISE[index], tries=1)
        found.add(STEP["sends the telegram a second time"], again)
    _time_out(index, WAIT[index], state, world, found)


def _eot(index: int, state: State, world: World, found: Found) -> None:
    if "respond_before_record" in world.broken:
        sale = world.moved(Step.APPROVE, state.sale, index)
        decided = state if sale is None else state._replace(sale=sale)
        found.add(STEP["writes its decision after all"], _at(decided, EOT[index], Hand.NOBODY))
    else:
        _time_out(index, EOT[index], state, world, found)


def _time_out(index: int, hand: int, state: State, world: World, found: Found) -> None:
    if "unknown_to_failed" in world.broken:
        step, after = Step.DECLINE, Hand.ANSWER_DECLINED
    elif world.rules.van_owned:
        step, after = Step.DOUBT_VAN_OWNED, Hand.ANSWER_DECLINED
    elif index + 1 < world.rules.destinations:
        step, after = Step.DOUBT_GO_ON, Hand.NET_CANCEL_WAIT
    else:
        step, after = Step.DOUBT, Hand.ANSWER_DECLINED
    sale = world.moved(step, state.sale, index)
    if sale is None:
        found.add(STEP["finds it decided"], _told(state, world, hand))
    else:
        found.add(TIMED_OUT[index], _at(state._replace(sale=sale), hand, after))


def _net_cancel_wait(state: State, world: World, found: Found) -> None:
    if world.sale(state).decision is not Decision.RECEIVED:
        found.add(STEP["finds it decided"], _told(state, world, Hand.NET_CANCEL_WAIT))
        return
    reversed_already = world.sale(state).attempts[0] is AttemptState.REVERSED
    if reversed_already or "failover_unacked" in world.broken:
        found.add(STEP["asks the other destination"], _at(state, Hand.NET_CANCEL_WAIT, Hand.OWN_1))
    if (sale := world.moved(Step.GIVE_UP_REVERSING, state.sale)) is not None:
        ended = _at(state._replace(sale=sale), Hand.NET_CANCEL_WAIT, Hand.ANSWER_DECLINED)
        found.add(STEP["budget over: decides REVERSE"], ended)


def _answer_approved(state: State, _: World, found: Found) -> None:
    told = state._replace(network=state.network | m.TOLD_APPROVED)
    found.add(STEP["answers APPROVED"], _at(told, Hand.ANSWER_APPROVED, Hand.NOBODY))


def _answer_declined(state: State, _: World, found: Found) -> None:
    told = state._replace(network=state.network | m.TOLD_DECLINED)
    found.add(STEP["answers not approved"], _at(told, Hand.ANSWER_DECLINED, Hand.NOBODY))


_STEPS: Final = (
    lambda *_: None,
    _start,
    lambda state, world, found: _own(0, state, world, found),
    lambda state, world, found: _own(1, state, world, found),
    lambda state, world, found: _intent(0, state, world, found),
    lambda state, world, found: _intent(1, state, world, found),
    lambda state, world, found: _wait(0, state, world, found),
    lambda state, world, found: _wait(1, state, world, found),
    lambda state, world, found: _eot(0, state, world, found),
    lambda state, world, found: _eot(1, state, world, found),
    _net_cancel_wait,
    _answer_approved,
    _answer_declined,
)


def _sweep(state: State, world: World, found: Found) -> None:
    if state.sale not in world.sweeps:
        world.sweeps[state.sale] = swept(state.sale, world)
    if (chosen := world.sweeps[state.sale]) is not None:
        step, sale = chosen
        found.add(SWEPT[step], state._replace(sale=sale))


def _settle(state: State, world: World, found: Found) -> None:
    """Settlement claims what is approved, and later each refund: once, whatever is in flight."""
    if (claimed := world.moved(Step.CLAIM, state.sale)) is not None:
        found.add(CLAIMED, state._replace(sale=claimed))
    for part in () if "no_filing" in world.broken else ATTEMPTS:
        if (filed := world.moved(Step.CLAIM_REFUND, state.sale, part)) is not None:
            found.add(FILED[part], state._replace(sale=filed))


def hear(bit: int, state: State, world: World) -> State | None:
    """Take a message of the POS; ``None`` while no handler is free. It left the network before."""
    if bit in m.REQUEST:
        if state.handlers & 15:
            return None
        return _at(state, Hand.NOBODY, Hand.START)
    if bit == m.POS_UNDO:
        return _undone_by_pos(state, world)
    if world.rules.partial:
        return _cancel_part(m.CANCEL.index(bit), state, world)
    return _cancel(state, world)


def _cancel_part(part: int, state: State, world: World) -> State:
    """Tell how this part ended, or begin it; production keeps each cancel under its own number."""
    known = world.sale(state).cancels[part]
    if known in TOLD_BACK and "refund_of_known" not in world.broken:
        return state._replace(network=state.network | m.PART_OK[part])
    if known is CancelState.REFUSED:
        return state._replace(network=state.network | m.PART_NO[part])
    if (refund := world.moved(Step.REFUND, state.sale, part)) is not None:
        written = state.sale if "refund_told_first" in world.broken else refund
        return state._replace(sale=written, network=state.network | m.PART_OK[part])
    begun = world.moved(Step.BEGIN_CANCEL, state.sale, part)
    return state if begun is None or known else state._replace(sale=begun)


def _undone_by_pos(state: State, world: World) -> State:
    """One conditional write, the first that the table allows; none left means known and over, or 409."""
    acknowledged = state.network | m.POS_UNDO_OK
    if (tombstone := world.moved(Step.POS_TOMBSTONE, state.sale)) is not None:
        kept = state.sale if "no_pos_tombstone" in world.broken else tombstone
        return state._replace(sale=kept, network=acknowledged)
    live = Step.POS_UNDO_VAN_OWNED if world.rules.van_owned else Step.POS_UNDO
    for step, index in (*((live, index) for index in ATTEMPTS), (Step.POS_UNDO_IDLE, None)):
        if (undone := world.moved(step, state.sale, index)) is not None:
            return state._replace(sale=undone, network=acknowledged)
    if world.sale(state).decision in {Decision.APPROVED, Decision.CANCELLING}:
        return state._replace(network=state.network | m.POS_UNDO_NO)  # claimed: a refund gives it back
    return state._replace(network=acknowledged)


def _cancel(state: State, world: World) -> State:
    sale = world.moved(Step.BEGIN_CANCEL, state.sale)
    told = state.network | m.CANCEL_OK
    if sale is not None:
        early = "cancel_ok_before_van" in world.broken
        return state._replace(sale=sale, network=told if early else state.network)
    if world.sale(state).decision is Decision.CANCELLED:
        return state._replace(network=told)
    return state


def hear_answer(bit: int, state: State, world: World) -> State:
    """Take an answer or an EOT of a destination, if a handler still waits for it."""
    for index in ATTEMPTS:
        if bit == m.ANSWER_APPROVED[index] and _waits(state, WAIT[index]):
            return _approved(index, state, world)
        if bit == m.ANSWER_DECLINED[index] and _waits(state, WAIT[index]):
            return _decided(Step.DECLINE, index, WAIT[index], state, world)
        if bit == m.EOT[index] and _waits(state, EOT[index]):
            return _decided(Step.APPROVE, index, EOT[index], state, world)
    return state


def _waits(state: State, hand: int) -> bool:
    return state.handlers & 15 == hand or state.handlers >> 4 == hand


def _approved(index: int, state: State, world: World) -> State:
    if world.rules.handshake:
        state = state._replace(network=state.network | m.ACK[index])
        if "decide_before_ack" not in world.broken:
            return _at(state, WAIT[index], EOT[index])
    if "respond_before_record" in world.broken:
        return _at(state._replace(network=state.network | m.TOLD_APPROVED), WAIT[index], EOT[index])
    return _decided(Step.APPROVE, index, WAIT[index], state, world)


def _decided(step: Step, index: int, hand: int, state: State, world: World) -> State:
    sale = world.moved(step, state.sale, index)
    return _told(state if sale is None else state._replace(sale=sale), world, hand)
