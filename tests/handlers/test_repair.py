"""Each kind of break is repaired by the door that such a thing always takes; a comparison closes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.cases.handler import on_minute
from functions.net_cancel import handler as net_cancel
from functions.settlement.handler import on_window
from payment_adapters import casework, outside, read_side, wiring
from payment_adapters.settling import comparison, standing, wired
from payment_adapters.settling.repairing import Wish, found_by, proposed
from payment_adapters.tables.breaks import DynamoBreaks
from payment_adapters.timeline import story
from payment_core.approval.model import AttemptState
from payment_core.approval.outbox import moves_between
from payment_core.cases.execute import execute
from payment_core.cases.model import Case, State
from payment_core.cases.propose import approve
from payment_core.cases.refusals import ActionNotPossibleError, CaseNotFoundError, SamePersonError
from payment_core.kernel.hand import Hand
from payment_core.ledger.model import AccountKind
from payment_core.ledger.trial_balance import trial_balance
from payment_core.projection.project import project
from payment_core.reconciliation.break_history import ACCOUNTS, BreakState, BreakVersion, begin_repair
from payment_core.reconciliation.breaks import Break, BreakKind, Repair
from payment_core.reconciliation.repair import repair_id, repairs
from payment_core.settlement.calendar import as_date
from payment_core.settlement.model import RowState
from telegram_codec.specs.hangang import NetCancelRequest
from tests.adapters.scripted_van import answers, stays_silent
from tests.contracts.aws import create_ledger_table, create_settlement_table
from tests.fakes.drivers import FakeDrivers
from tests.fakes.links import ScriptedLink
from tests.handlers import settlement_parties as parties
from tests.handlers.test_settlement_day import LONG, date, until
from tests.handlers.world import Invocation, World

__all__ = ["date"]

BANK, SIDE = "DEPOSIT", "haneul/1001"


@pytest.fixture(autouse=True)
def drivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDrivers]:
    """Workflows that only say that they run."""
    fake = FakeDrivers()
    monkeypatch.setattr(wiring, "drivers", lambda: fake)
    casework.protocol.cache_clear()
    yield fake
    casework.protocol.cache_clear()


def hand() -> Hand:
    return wiring.hand("cases", Invocation())


def found(compared: str, kind: BreakKind, name: str, day: str, *, ours: int = 11_000, theirs: int = 0) -> str:
    """A comparison finds a break; its name for people."""
    one = Break(kind, name, (1,), (1,), ours, theirs, as_date(day).toordinal())
    kept = [
        version.found for version in wired.breaks().of(compared) if version.state is not BreakState.CLOSED
    ]
    wired.breaks().compared(compared, [*kept, one], run="run 1", now_ms=outside.now_ms())
    return repair_id(compared, one)


def proposal(name: str, repair: Repair, *, debit: str = "", credit: str = "") -> Case:
    """One person proposes."""
    wish = Wish(repair, "the slip says so", debit, credit)
    return proposed(name, wish, by="kim", cases=casework.cases(), breaks=wired.breaks(), hand=hand())


def two_people(name: str, repair: Repair, *, debit: str = "", credit: str = "") -> Case:
    """One proposes, another approves where that is asked for, and it is carried out."""
    case = proposal(name, repair, debit=debit, credit=credit)
    if case.state is State.PROPOSED:
        case = approve(case.case_id, case.version, by="lee", cases=casework.cases(), hand=hand())
    done = execute(case, cases=casework.cases(), relay=casework.protocol(), hand=hand())
    assert done is not None
    return done


def came(case: Case) -> str:
    return case.history[-1].words["came"]


def version_of(name: str) -> BreakVersion:
    return found_by(name, wired.breaks())[1]


def won(kind: AccountKind) -> int:
    on_window({}, LONG)
    told = trial_balance(wired.ledger().balances())
    assert told.holds
    return told.won(kind)


def next_day(day: str) -> str:
    return f"{as_date(day) + timedelta(days=1):%Y%m%d}"


@pytest.fixture
def returned(world: World, date: str) -> str:
    """The name of the break of a row that its acquirer returned."""
    parties.lists(world.sale, date)
    until("claim", date)
    parties.returns(date, kind="42", reason="31")
    until("capture", date)
    (row,) = wired.rows("1001").of_date(date)
    standing.see_row(row, wired.breaks(), outside.now_ms())
    ((compared, version),) = wired.breaks().open_breaks()
    return repair_id(compared, version.found)


# Which kind proposes what is held by tests/spec/test_repair.py. A question is asked in one way whatever it is
# about: one about a list and one about a bank stand for all of them.
ASKED = {BreakKind.MISSING_HERE, BreakKind.DEPOSIT_SHORT}
OTHERWISE = {BreakKind.RETURNED, *comparison.LIVES_THERE}  # their sales stand otherwise: see below
DIRECT = [
    kind
    for kind in BreakKind
    if kind not in OTHERWISE and (kind in ASKED or repairs(kind)[0] is not Repair.ASK_COUNTERPARTY)
]


def test_each_repair_is_done_as_its_kind_proposes_and_closed_by_the_next_comparison(
    world: World, date: str
) -> None:
    key = comparison.key_of(world.sale)
    before = won(AccountKind.MERCHANT_PAYABLE)
    for kind in DIRECT:
        repair = repairs(kind)[0]
        compared = f"1001/DEPOSIT/{date}/{SIDE}" if kind.startswith(BANK) else f"1001/{date}/X/{kind}"
        accounts = (
            ("SUSPENSE haneul/1001", "MERCHANT_PAYABLE 1001") if repair is Repair.ADJUST_ENTRY else ("", "")
        )
        name = found(compared, kind, f"{key}/sale", date, theirs=1_000)

        done = two_people(name, repair, debit=accounts[0], credit=accounts[1])

        version = version_of(name)
        assert (came(done), version.state, version.repair) == ("DONE", BreakState.REPAIRING, repair), kind
        assert (version.actor.split(", ")[0], version.reason) == ("kim", "the slip says so")
        assert version.evidence, kind
        left = [version.found] if repair in ACCOUNTS else []
        wired.breaks().compared(compared, left, run="run 2", now_ms=outside.now_ms())
        closed = wired.breaks().read(compared, version.break_id)
        assert closed is not None
        assert closed.state is BreakState.CLOSED, kind

    assert {one.state for one in casework.cases().open_cases()} == {State.EXECUTED}
    on_minute({}, Invocation(left_ms=50_000))
    assert casework.cases().open_cases() == []
    entered = won(AccountKind.MERCHANT_PAYABLE) - before
    assert entered == -(11_000 + 10_000 + 11_000 + 10_000), (
        "two duplicates and unknowns whole, two differences"
    )


def test_a_row_that_came_back_is_claimed_again_by_two_people_and_its_break_is_gone(
    date: str, returned: str
) -> None:
    case = two_people(returned, Repair.RECLAIM)

    assert came(case) == "DONE"
    states = sorted(row.state for row in wired.rows("1001").of_date(date))
    assert states == [RowState.RECLAIMED, RowState.TO_CLAIM]
    (old,) = [row for row in wired.rows("1001").of_date(date) if row.decided_by]
    assert (old.decided_by, old.decided_why) == ("kim, lee", "the slip says so")
    standing.see_row(old, wired.breaks(), outside.now_ms())
    assert wired.breaks().open_breaks() == []
    assert (won(AccountKind.SUSPENSE), won(AccountKind.APPROVED)) == (0, 11_000)


def test_nobody_moves_money_alone_and_nothing_moves_before_the_second(date: str, returned: str) -> None:
    case = proposal(returned, Repair.GIVE_UP)

    with pytest.raises(SamePersonError):
        approve(case.case_id, case.version, by=" KIM", cases=casework.cases(), hand=hand())

    (row,) = wired.rows("1001").of_date(date)
    assert (row.state, version_of(returned).state) == (RowState.RETURNED, BreakState.OPEN)


def test_what_was_approved_is_carried_out_by_the_minute_where_its_hand_died(date: str, returned: str) -> None:
    case = proposal(returned, Repair.GIVE_UP)
    approve(case.case_id, case.version, by="lee", cases=casework.cases(), hand=hand())

    for _ in range(2):
        on_minute({}, Invocation(left_ms=50_000))

    (row,) = wired.rows("1001").of_date(date)
    assert row.state is RowState.GIVEN_UP
    assert won(AccountKind.SUSPENSE) == won(AccountKind.MERCHANT_PAYABLE) == 0


def test_what_lives_there_alone_is_undone_again_and_gone_when_the_destination_answers(
    world: World, date: str
) -> None:
    parties.lists(world.sale, date)
    number = world.sale.attempts[0].approval_number
    world.ask(world.signed("gateway/net_cancel"))
    undo(world)
    assert world.sale.attempt_states()[0] is AttemptState.REVERSED
    assert until("compare", date)["facts"]["compare"]["breaks"] == 2, (
        "in the VAN's list and in the merchant's"
    )
    names = [repair_id(*one_of) for one_of in ((at, one.found) for at, one in wired.breaks().open_breaks())]
    (name,) = [one for one in names if "hangang" in found_by(one, wired.breaks())[0]]
    assert version_of(name).found.kind is BreakKind.LIVE_WITHOUT_APPROVAL

    case = two_people(name, Repair.SEND_NET_CANCEL)
    assert (came(case), world.steps[-1]) == ("DONE", "late_approval")
    assert world.sale.history[-1].evidence["approval_number"] == number
    comparison.look_again("1001", next_day(date), hand())
    assert version_of(name).state is BreakState.REPAIRING, "not before it is answered"

    undo(world)
    comparison.look_again("1001", next_day(date), hand())

    assert world.steps[-1] == "reversal_confirmed"
    with pytest.raises(CaseNotFoundError):
        found_by(name, wired.breaks())
    comparison.look_again("1001", next_day(date), hand())
    assert len(wired.breaks().open_breaks()) == 1, (
        "it is not found again; the merchant's own list still has it"
    )


def test_what_a_destination_kept_and_never_told_is_undone_by_its_list_and_told_by_its_card(
    world: World, date: str
) -> None:
    nothing_sold(world)  # another sale: one whose answer is lost, and whose net-cancel is confirmed
    world.van_does(stays_silent, answers())
    world.approve()
    undo(world)
    assert (world.steps[-1], world.sale.attempts[0].approval_number) == ("reversal_confirmed", "")
    project(moves_between(None, world.sale), read_side.models())
    kept = replace(world.sale.attempts[0], state=AttemptState.APPROVED, approval_number="30000009")
    parties.lists(replace(world.sale, attempts=(kept,)), date)
    until("compare", date)
    (name,) = [repair_id(at, one.found) for at, one in wired.breaks().open_breaks() if at.endswith("hangang")]
    assert version_of(name).found.kind is BreakKind.LIVE_WITHOUT_APPROVAL

    case = two_people(name, Repair.SEND_NET_CANCEL)
    assert (came(case), world.steps[-1]) == ("DONE", "late_approval")
    assert (world.sale.attempts[0].approval_number, world.sale.attempts[0].approved_won) == (
        "30000009",
        11_000,
    )
    comparison.look_again("1001", next_day(date), hand())
    assert version_of(name).state is BreakState.REPAIRING, "not before it is answered"

    undo(world)
    comparison.look_again("1001", next_day(date), hand())

    assert world.steps[-1] == "reversal_confirmed"
    with pytest.raises(CaseNotFoundError):
        found_by(name, wired.breaks())


def test_what_a_destination_kept_of_a_sale_that_another_approved_is_undone_there_and_only_there(
    world: World, date: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_sold(world)
    namsan, to_hangang = ScriptedLink(), wiring.link
    monkeypatch.setattr(wiring, "link", lambda name: namsan if name == "namsan" else to_hangang(name))
    world.workflow.spare = "namsan"
    world.van_does(stays_silent, answers())
    world.approve()
    assert world.steps == ["accept", "intent", "doubt_go_on", "reversal_confirmed", "intent", "approve"]
    project(moves_between(None, world.sale), read_side.models())
    approved = world.sale
    kept = replace(approved.attempts[0], state=AttemptState.APPROVED, approval_number="30000009")
    parties.lists(approved, date, by=("namsan", "1001"))
    parties.lists(replace(approved, attempts=(kept,)), date, by=("hangang",))
    assert until("compare", date)["facts"]["compare"]["breaks"] == 1
    ((compared, version),) = wired.breaks().open_breaks()
    assert (version.found.kind, compared.rpartition("/")[2]) == (BreakKind.CHARGED_TWICE, "hangang")
    name = repair_id(compared, version.found)

    case = two_people(name, Repair.SEND_NET_CANCEL)
    assert (came(case), world.steps[-1]) == ("DONE", "kept_there")
    world.van.requests.clear()
    comparison.look_again("1001", next_day(date), hand())
    assert version_of(name).state is BreakState.REPAIRING, "not before it is answered"

    undo(world)
    comparison.look_again("1001", next_day(date), hand())

    assert world.steps[-1] == "kept_undone"
    with pytest.raises(CaseNotFoundError):
        found_by(name, wired.breaks())
    (asked,) = world.van.requests
    assert isinstance(asked, NetCancelRequest)
    assert asked.original_serial == kept.trace_number
    assert [kind for kind, _ in namsan.asked] == ["authorise"]
    assert (world.sale.attempts[1], world.sale.answer) == (approved.attempts[1], approved.answer)
    told = [one.what for one in story(world.sale, wiring.sales().evidence(world.sale_id))]
    assert any("hangang lists 11,000 won as 30000009 that it said were undone" in one for one in told)
    assert any("hangang has undone what it kept" in one for one in told)
    until("claim", date)
    assert [(row.destination, row.state) for row in wired.rows("1001").of_date(date)] == [
        ("namsan", RowState.CLAIMED)
    ]


def nothing_sold(world: World) -> None:
    """Forget the sale that every other test begins with."""
    world.__post_init__()
    create_ledger_table(world.dynamodb)
    create_settlement_table(world.dynamodb)
    read_side.days.cache_clear()
    read_side.models.cache_clear()


def undo(world: World) -> None:
    """The net-cancel's workflow, played here."""
    net_cancel.handler({"sale_id": str(world.sale_id), "attempt": 0, "in_line": False}, Invocation())


def test_what_a_list_lacked_and_a_later_one_brings_is_gone_and_found_nowhere_else(
    world: World, date: str
) -> None:
    parties.nothing(date)
    until("compare", date)
    kinds = {one.found.kind for _, one in wired.breaks().open_breaks()}
    assert kinds == {BreakKind.MISSING_THERE}

    parties.lists(world.sale, date, file_date=next_day(date))
    until("compare", next_day(date))

    assert wired.breaks().open_breaks() == []


def test_a_sale_that_is_claimed_is_filed_again_by_the_same_file(world: World, date: str) -> None:
    parties.lists(world.sale, date)
    until("claim", date)
    client, bucket = wired.store().client, wired.store().bucket
    (left,) = client.list_objects_v2(Bucket=bucket, Prefix="outbox/")["Contents"]
    before = client.get_object(Bucket=bucket, Key=left["Key"])["Body"].read()
    client.delete_object(Bucket=bucket, Key=left["Key"])  # fetched
    compared = f"1001/{date}/TRANSACTIONS/hangang"
    name = found(compared, BreakKind.MERCHANT_NUMBER, f"{comparison.key_of(world.sale)}/sale", date)

    assert came(two_people(name, Repair.REFILE)) == "DONE"

    assert client.get_object(Bucket=bucket, Key=left["Key"])["Body"].read() == before
    assert [row.state for row in wired.rows("1001").of_date(date)] == [RowState.CLAIMED]


def test_a_comparison_that_meets_somebody_at_the_same_break_still_closes_it(date: str) -> None:
    compared = f"1001/ROW/1001-{date}"
    name = found(compared, BreakKind.RETURNED, "x", date)
    version = version_of(name)

    class Met(DynamoBreaks):
        def of(self, compared: str) -> list[BreakVersion]:
            read = super().of(compared)
            begun = begin_repair(
                version, Repair.RECLAIM, actor="kim", reason="again", evidence="x", now_ms=outside.now_ms()
            )
            assert begun is not None
            self.move(compared, version, begun)  # between its look and its write, and never again
            return read

    left = Met(wired.breaks().client, wired.breaks().table).compared(compared, [], run="run 2", now_ms=1)

    assert left == 0
    assert [one.state for one in wired.breaks().of(compared)] == [BreakState.CLOSED]


def test_what_is_no_account_is_not_entered(date: str) -> None:
    name = found(f"1001/DEPOSIT/{date}/{SIDE}", BreakKind.DEPOSIT_OVER, "x", date, theirs=12_000)

    for debit, credit in (("CASH x", "SUSPENSE x"), ("SUSPENSE", "BANK x"), ("BANK x", "BANK x")):
        with pytest.raises(ActionNotPossibleError):
            proposal(name, Repair.ADJUST_ENTRY, debit=debit, credit=credit)
    assert two_people(name, Repair.ADJUST_ENTRY).state is State.EXECUTED, "the kind proposes accounts"
    assert won(AccountKind.MERCHANT_PAYABLE) == -1_000
