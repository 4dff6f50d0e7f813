"""The stories of two people: what one proposes, another approves, and payrelay carries out."""

from __future__ import annotations

import time
from datetime import date, timedelta

from payment_adapters.settling.repairing import Wish, proposed
from payment_adapters.tables.breaks import DynamoBreaks
from payment_adapters.tables.cases import DynamoCases
from payment_core.approval.model import SaleId
from payment_core.cases.model import Action
from payment_core.cases.propose import Offer, approve, propose
from payment_core.reconciliation.break_history import BreakState, BreakVersion
from payment_core.reconciliation.breaks import BreakKind, Repair
from payment_core.reconciliation.repair import repair_id
from payment_core.settlement.settlement_day import Stage as StageOfDay
from tests.system.counters import A_SINGLE_VAN
from tools.cli.case import hand_of
from tools.cli.van_files import send
from tools.flows.stage import ONE_VAN_RELAYED, REST_SECONDS, Stage, events_about
from tools.simulators.faults import Fault, Kind
from tools.simulators.settlement.answers import Mood
from tools.simulators.settlement.menu import Difference


def two_people(stage: Stage) -> None:
    """A net-cancel is refused: one person proposes to send it again, another approves."""
    shop, running = stage.counter(ONE_VAN_RELAYED), stage.world.running
    stage.bad_day("hangang", Fault.LOSE_ANSWER)
    stage.bad_day("hangang", Fault.REFUSED, Kind.NET_CANCEL)
    stage.bad_day("hangang", Fault.HANG, Kind.INQUIRE, times=50)
    request = stage.sale_for(shop, "hangang")
    stage.ask(shop, request)
    cases, case_id = DynamoCases(running.dynamodb, running.outputs["CasesTable"]), f"{request.key}:a0"
    (opened,) = _told_of_case(stage, case_id, 1)
    stage.recorder.note({"kind": "published", "by": "outbox", "what": opened})
    case = cases.read(case_id)
    assert case is not None, "it was published"  # noqa: S101 -- a bug
    offer = Offer(case_id, case.version, Action.SEND_AGAIN, "hangang takes it now")
    made = propose(offer, by="kim", cases=cases, hand=hand_of("payrelay case"))
    stage.recorder.happens(f"kim proposes: {offer.action}, because {offer.reason}")
    approve(case_id, made.version, by="lee", cases=cases, hand=hand_of("payrelay case"))
    stage.recorder.happens("lee approves, and payrelay has it tried at once")
    _, closed = _told_of_case(stage, case_id, 2)
    stage.recorder.note({"kind": "published", "by": "outbox", "what": closed})
    stage.at_rest(request.key)


def break_repaired(stage: Stage) -> None:
    """The VAN's list has a won too many: two people enter it, and the next day's comparison closes it."""
    shop, running = stage.counter(A_SINGLE_VAN), stage.world.running
    request = stage.sale_for(shop, "gyeongbok", spare="")
    stage.ask(shop, request)
    day = SaleId.parse(request.key).business_date
    _compared(stage, day, Difference.AMOUNT_OFF_BY_ONE)
    breaks = DynamoBreaks(running.dynamodb, running.outputs["SettlementTable"])
    compared = f"{A_SINGLE_VAN}/{day}/TRANSACTIONS/gyeongbok"
    (found,) = [one for one in breaks.of(compared) if one.found.kind is BreakKind.AMOUNT]
    won = f"{found.found.our_won:,} won here, {found.found.their_won:,} there"
    stage.recorder.happens(f"gyeongbok sends its list of the day, and the comparison finds a break: {won}")
    cases = DynamoCases(running.dynamodb, running.outputs["CasesTable"])
    name = repair_id(compared, found.found)
    wish = Wish(
        Repair.ADJUST_ENTRY,
        "the slip says what we say",
        f"SUSPENSE gyeongbok/{A_SINGLE_VAN}",
        f"MERCHANT_PAYABLE {A_SINGLE_VAN}",
    )
    made = proposed(name, wish, by="kim", cases=cases, breaks=breaks, hand=hand_of("payrelay settle"))
    stage.recorder.happens(f"kim proposes: {wish.repair}, because {wish.reason}")
    (opened,) = _told_of_case(stage, name, 1)
    stage.recorder.note({"kind": "published", "by": "outbox", "what": opened})
    approve(name, made.version, by="lee", cases=cases, hand=hand_of("payrelay case"))
    begun = _break_that_is(BreakState.REPAIRING, breaks, compared, found.break_id)
    stage.recorder.happens(f"lee approves; payrelay posts the entry, and the break is {begun.state}")
    _compared(stage, f"{date.fromisoformat(day) + timedelta(days=1):%Y%m%d}")
    over = _break_that_is(BreakState.CLOSED, breaks, compared, found.break_id)
    stage.recorder.happens(f"the next day's comparison finds it entered: the break is {over.state}")
    _, closed = _told_of_case(stage, name, 2)
    stage.recorder.note({"kind": "published", "by": "outbox", "what": closed})
    stage.at_rest(request.key)


def _compared(stage: Stage, day: str, wrong: Difference | None = None) -> None:
    """A day's lists come, one of them with something wrong, and its sales are compared with them."""
    list(send(stage.world.places.state, None, A_SINGLE_VAN, day, wrong, "gyeongbok", Mood()))
    for one in (StageOfDay.CLOSE, StageOfDay.COMPARE):
        asked = {"stage": str(one), "merchant": A_SINGLE_VAN, "business_date": day}
        told = stage.world.running.invoke("SettlementStepFunction", asked)
        assert told["is_done"], told  # noqa: S101 -- a bug


def _break_that_is(state: BreakState, breaks: DynamoBreaks, compared: str, name: str) -> BreakVersion:
    """A break, once it stands so."""
    deadline = time.monotonic() + REST_SECONDS
    while (found := breaks.read(compared, name)) is None or found.state is not state:
        assert time.monotonic() < deadline, f"the break is not {state}"  # noqa: S101 -- a bug
        time.sleep(0.5)
    return found


def _told_of_case(stage: Stage, case_id: str, events: int) -> list[str]:
    """What was published of a case, once it is so much."""
    deadline = time.monotonic() + REST_SECONDS
    while len(told := events_about(stage.world, case_id)) < events:
        assert time.monotonic() < deadline, "the event did not come"  # noqa: S101 -- a bug
        time.sleep(0.5)
    return [f"{one['type'].removeprefix('payrelay.')}: {one['kind']}, {one['owner']}" for one in told]
