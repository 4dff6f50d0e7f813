"""The doors of cases: a refused net-cancel becomes one, two people end it, and no event has to come."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from functions.cases.handler import on_approved, on_events, on_minute
from functions.net_cancel import handler as net_cancel
from functions.outbox import handler as outbox
from payment_adapters import casework, comparing, outside, wiring
from payment_adapters.aws import metrics
from payment_adapters.aws.publishing import EventPublisher
from payment_core.approval.model import AttemptState
from payment_core.approval.outbox import moves_between
from payment_core.cases.find import BOUND_MS
from payment_core.cases.model import Action, Case, Kind, State
from payment_core.cases.propose import Offer, approve, propose
from payment_core.kernel.hand import Hand
from payment_core.reconciliation.day import Day
from payment_core.reconciliation.findings import Finding, FindingState, changes, event_of
from payment_core.reconciliation.pos_journal import Difference
from payment_core.reconciliation.pos_journal import Kind as Differs
from tests.adapters.scripted_van import answers, stays_silent
from tests.adapters.test_publishing import Listening
from tests.contracts.aws import CASES, client
from tests.fakes.drivers import FakeDrivers
from tests.handlers.world import Invocation, World, event

REFUSES = answers(response_code="2020", message="망취소 기간 경과")


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> FakeDrivers:
    """Workflows that only say that they run."""
    fake = FakeDrivers()
    monkeypatch.setattr(wiring, "drivers", lambda: fake)
    casework.protocol.cache_clear()
    return fake


@pytest.fixture
def refused(world: World, drivers: FakeDrivers) -> World:  # noqa: ARG001 -- recovery is started by hand here
    """A sale whose answer never came, and whose net-cancel was refused."""
    world.van_does(stays_silent, REFUSES)
    world.approve()
    assert world.sale.attempt_states()[0] is AttemptState.MANUAL
    return world


def told(*words: dict[str, Any]) -> dict[str, Any]:
    """Records of the event stream that hold these words."""
    record = event("cases/told")["Records"][0]
    return {
        "Records": [
            {
                **record,
                "kinesis": {
                    **record["kinesis"],
                    "sequenceNumber": str(place),
                    "data": base64.b64encode(json.dumps(one).encode()).decode(),
                },
            }
            for place, one in enumerate(words)
        ]
    }


def moves(world: World) -> list[dict[str, Any]]:
    """Every transition of the sale, as it was published."""
    return [asdict(one) for one in moves_between(None, world.sale)]


def approved() -> dict[str, Any]:
    """What the table of cases streams, behind the filter of the executor's mapping."""
    kept = [
        one for one in _changes() if one["dynamodb"]["NewImage"]["last_step"]["S"] in {"approve", "order"}
    ]
    return {"Records": kept}


def _changes() -> list[dict[str, Any]]:
    streams = client("dynamodbstreams")
    arn = client("dynamodb").describe_table(TableName=CASES)["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=place["ShardIterator"])["Records"]
    return [one for one in records if "last_step" in one["dynamodb"]["NewImage"]]


def the_case(world: World, part: str = "a0") -> Case:
    case = casework.cases().read(f"{world.sale_id}:{part}")
    assert case is not None
    return case


def hand() -> Hand:
    return wiring.hand("console", Invocation())


def two_people(case: Case, action: Action = Action.PROVE) -> None:
    offer = Offer(case.case_id, case.version, action, "undone by phone", proof="Ms Lee, letter 17")
    made = propose(offer, by="kim", cases=casework.cases(), hand=hand())
    approve(case.case_id, made.version, by="lee", cases=casework.cases(), hand=hand())


def test_a_refused_net_cancel_becomes_a_case_is_proved_by_two_and_closes_by_what_then_stands(
    refused: World,
) -> None:
    assert on_events(told(*moves(refused)), Invocation()) == {"batchItemFailures": []}
    case = the_case(refused)
    assert (case.kind, case.destination, case.won) == (Kind.NET_CANCEL_REFUSED, "hangang", 11_000)
    assert case.evidence["code"] == "2020"
    assert case.evidence["trace_number"] == refused.sale.attempts[0].trace_number

    two_people(case)
    assert on_approved(approved(), Invocation()) == {"batchItemFailures": []}
    assert refused.steps[-1] == "reversal_proved"
    assert not refused.sale.is_open
    on_events(told(moves(refused)[-1]), Invocation())

    closed = the_case(refused)
    assert closed.state is State.CLOSED
    assert [str(line.step) for line in closed.history] == ["open", "propose", "approve", "execute", "close"]
    assert closed.history[-1].words["proof"] == "Ms Lee, letter 17"
    assert closed.history[-1].words["step"] == "reversal_proved"


def test_events_may_come_again_and_backwards(refused: World) -> None:
    for words in (moves(refused), moves(refused)[::-1], [*moves(refused), *moves(refused)]):
        assert on_events(told(*words), Invocation()) == {"batchItemFailures": []}

    assert the_case(refused).version == 1


def test_a_record_that_cannot_be_read_is_reported_and_the_others_are_taken(refused: World) -> None:
    refusal = next(one for one in moves(refused) if one["step"] == "reversal_refused")

    answer = on_events(told(refusal, {"type": "payrelay.sale.moved.v99"}), Invocation())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert the_case(refused).state is State.OPEN


def test_a_net_cancel_that_two_people_want_again_runs_through_the_recovery(
    refused: World, drivers: FakeDrivers
) -> None:
    on_events(told(*moves(refused)), Invocation())
    refused.van_does(answers())

    two_people(the_case(refused), Action.SEND_AGAIN)
    on_approved(approved(), Invocation())
    assert drivers.running == {f"nc-{refused.sale_id}-0-1"}
    net_cancel.handler({"sale_id": str(refused.sale_id), "attempt": 0, "in_line": False}, Invocation())

    assert refused.steps[-1] == "reversal_confirmed"
    assert refused.telegrams == ["ApprovalRequest", "NetCancelRequest", "NetCancelRequest"]
    on_minute({}, Invocation(left_ms=55_000))
    assert the_case(refused).state is State.CLOSED


def test_without_any_event_the_minute_opens_executes_escalates_and_closes(
    world: World, drivers: FakeDrivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: dict[str, int] = {}
    monkeypatch.setattr(metrics, "count", lambda name, value=1, **_: counted.update({name: value}))
    world.van_does(stays_silent)
    world.approve()
    minute = Invocation(left_ms=55_000)
    assert on_minute({}, minute) == {"open": 0, "overdue": 0}

    _later(monkeypatch, BOUND_MS)
    on_minute({}, minute)
    assert the_case(world).kind is Kind.NET_CANCEL_FAILED
    two_people(the_case(world), Action.SEND_AGAIN)
    on_minute({}, minute)
    assert the_case(world).state is State.EXECUTED
    assert drivers.running

    _later(monkeypatch, 26 * 3_600_000)
    assert on_minute({}, minute) == {"open": 1, "overdue": 1}
    assert (the_case(world).level, the_case(world).state) == (3, State.EXECUTED)
    called = {"CaseEscalated": 1, "CasesOpen": 1, "CasesOverdue": 1, "CasesSeenTo": 1, "UnknownWon": 11_000}
    assert counted.items() >= called.items()
    world.van_does(answers())
    net_cancel.handler({"sale_id": str(world.sale_id), "attempt": 0, "in_line": False}, Invocation())
    on_minute({}, minute)
    assert the_case(world).state is State.CLOSED


def _later(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    now_ms = outside.now_ms()
    monkeypatch.setattr(outside, "now_ms", lambda: now_ms + milliseconds)


def test_a_difference_of_a_journal_is_a_case_until_a_comparison_no_longer_finds_it(world: World) -> None:
    day = Day("20261120", "1001-10010001-1")
    differs = Difference(Differs.NOT_IN_JOURNAL, f"{day.terminal}-{day.business_date}-42", 11_000, 0)
    found = Finding(day, differs, FindingState.OPEN, 1, 1_795_143_600_000, 1_795_143_600_000)
    assert comparing.findings().move(None, found)

    on_events(told(asdict(event_of(found))), Invocation())
    (case,) = casework.cases().open_cases()
    assert (case.case_id, case.kind) == (f"{differs.sale_id}:NOT_IN_JOURNAL", Kind.JOURNAL_DIFFERENCE)

    ((seen, settled),) = changes([found], [], day, 1_795_230_000_000)
    assert comparing.findings().move(seen, settled)
    on_events(told(asdict(event_of(settled)), asdict(event_of(found))), Invocation())

    assert casework.cases().open_cases() == []
    assert world.dynamodb.scan(TableName=CASES)["Count"] == 1


@pytest.mark.usefixtures("drivers")
def test_what_no_till_showed_is_undone_by_two_people_through_the_protocol(world: World) -> None:
    world.approve()
    sale_id = str(world.sale_id)
    day = Day(world.sale_id.business_date, "1001-10010001-1")
    differs = Difference(Differs.NOT_IN_JOURNAL, sale_id, 11_000, 0)
    found = Finding(day, differs, FindingState.OPEN, 1, 1_795_143_600_000, 1_795_143_600_000)
    assert comparing.findings().move(None, found)
    on_events(told(asdict(event_of(found))), Invocation())
    (case,) = casework.cases().open_cases()
    assert (case.may, case.action) == ((Action.UNDO, Action.PROVE), Action.UNDO)
    two_people(case, Action.UNDO)

    assert on_approved(approved(), Invocation()) == {"batchItemFailures": []}

    assert world.steps[-1] == "pos_undo"
    assert world.sale.history[-1].evidence["checker"] == "lee"
    world.van_does(answers())
    net_cancel.handler({"sale_id": sale_id, "attempt": 0, "in_line": False}, Invocation())
    assert world.telegrams[-1] == "NetCancelRequest"
    assert world.steps[-1] == "reversal_confirmed"
    ((seen, settled),) = changes([found], [], day, 1_795_230_000_000)
    assert comparing.findings().move(seen, settled)
    on_events(told(asdict(event_of(settled))), Invocation())
    assert casework.cases().open_cases() == []


@pytest.mark.usefixtures("drivers")
def test_what_the_till_has_to_put_right_is_closed_by_the_proof_of_two_until_it_differs_otherwise(
    world: World,
) -> None:
    day = Day(world.sale_id.business_date, "1001-10010001-1")
    silent = Difference(Differs.NO_JOURNAL, "", 11_000, 0)
    found = Finding(day, silent, FindingState.OPEN, 1, 1_795_143_600_000, 1_795_143_600_000)
    assert comparing.findings().move(None, found)
    on_events(told(asdict(event_of(found))), Invocation())
    (case,) = casework.cases().open_cases()
    assert (case.may, case.action) == ((Action.PROVE,), Action.PROVE)

    two_people(case)
    on_approved(approved(), Invocation())
    on_minute({}, Invocation(left_ms=55_000))

    closed = casework.cases().read(case.case_id)
    assert closed is not None
    assert (closed.state, closed.history[-2].words["came"]) == (State.CLOSED, "DONE")
    assert closed.history[-1].words["proof"] == "Ms Lee, letter 17"
    (kept,) = comparing.findings().of(day)
    assert (kept.state, kept.proof["checker"]) == (FindingState.PROVED, "lee")
    assert comparing.findings().open_findings() == []
    assert list(changes([kept], [silent], day, 1_795_230_000_000)) == []

    ((seen, again),) = changes([kept], [replace(silent, our_won=12_000)], day, 1_795_230_000_000)
    assert comparing.findings().move(seen, again)
    on_events(told(asdict(event_of(again))), Invocation())
    (opened,) = casework.cases().open_cases()
    assert (opened.case_id, opened.won) == (case.case_id, 12_000)


def test_what_a_journal_finds_unknown_is_asked_of_the_sale_and_never_proved_there(
    world: World, drivers: FakeDrivers
) -> None:
    world.van_does(stays_silent)
    world.approve()
    day = Day(world.sale_id.business_date, "1001-10010001-1")
    unknown = Difference(Differs.STILL_UNKNOWN, str(world.sale_id), 11_000, 11_000)
    found = Finding(day, unknown, FindingState.OPEN, 1, 1_795_143_600_000, 1_795_143_600_000)
    assert comparing.findings().move(None, found)
    on_events(told(asdict(event_of(found))), Invocation())
    (case,) = [one for one in casework.cases().open_cases() if one.part == "STILL_UNKNOWN"]
    assert Action.SEND_AGAIN in case.may
    assert Action.PROVE not in case.may

    two_people(case, Action.SEND_AGAIN)
    on_approved(approved(), Invocation())
    assert drivers.running
    world.van_does(answers())
    net_cancel.handler({"sale_id": str(world.sale_id), "attempt": 0, "in_line": False}, Invocation())

    assert world.steps[-1] == "reversal_confirmed"
    now = casework.truth().of_difference(case.about, case.part)
    assert now is not None
    assert now.may == ()


@pytest.mark.parametrize("kind", Differs)
def test_each_kind_of_difference_has_an_action_as_soon_as_it_needs_one(world: World, kind: Differs) -> None:
    """What is unknown is about an open sale; here none is, so that there is nothing to ask for."""
    world.approve()
    day = Day(world.sale_id.business_date, "1001-10010001-1")
    sale_id = "" if kind is Differs.NO_JOURNAL else str(world.sale_id)
    differs = Difference(kind, sale_id, 11_000, 10_000)
    comparing.findings().move(None, Finding(day, differs, FindingState.OPEN, 1, 1, 1))

    part = casework.truth().of_difference(sale_id or f"{day.terminal}-{day.business_date}", str(kind))

    assert part is not None
    expected = {
        Differs.NOT_IN_JOURNAL: (Action.UNDO, Action.PROVE),
        Differs.AMOUNT_DIFFERS: (Action.UNDO, Action.PROVE),
        Differs.STILL_UNKNOWN: (),
    }
    assert part.may == expected.get(kind, (Action.PROVE,))


def test_the_world_hears_of_a_case_when_it_opens_and_when_it_closes(
    refused: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears: Any = Listening()
    monkeypatch.setattr(wiring, "publisher", lambda: EventPublisher(ears, "events", ears, "facts"))
    on_events(told(*moves(refused)), Invocation())
    two_people(the_case(refused))
    on_approved(approved(), Invocation())
    on_events(told(moves(refused)[-1]), Invocation())

    outbox.handler({"Records": _changes()}, Invocation())

    heard = [json.loads(record["Data"]) for record in ears.records]
    assert [one["type"] for one in heard] == ["payrelay.case.opened.v1", "payrelay.case.closed.v1"]
    assert heard[-1]["evidence"]["checker"] == "lee"
