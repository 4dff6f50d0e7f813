"""A count is one line of log, in the form that the alarms of template.yaml watch."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from typing import Any

import pytest

from payment_adapters.aws import metrics
from payment_adapters.files.outcomes import METRICS
from payment_adapters.networks.measured import MeasuredLink
from payment_adapters.tables.read_models import KnownApprovals
from payment_core.approval.outcome import Approved, Declined, InDoubt, NotForwarded, NotSent, Refused, Undone
from payment_core.approval.outcome import AuthorisationOutcome as Authorisation
from tests.adapters.orders import CARD, ORDER
from tests.fakes.approvals import InMemoryApprovals
from tests.fakes.links import ScriptedLink
from tools.template import load, resources
from tools.world.engine.process import REPOSITORY

TEMPLATE = load(REPOSITORY / "template.yaml")
OWN_ALARMS = {
    name: alarm["Properties"]
    for name, alarm in resources(TEMPLATE, "AWS::CloudWatch::Alarm").items()
    if not alarm["Properties"]["Namespace"].startswith("AWS/")
}


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def dimensions(line: dict[str, Any]) -> dict[str, str]:
    (names,) = line["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    return {name: line[name] for name in names}


def _counted(name: str) -> Callable[[str], object]:
    return lambda _: metrics.count(name)


EMITTERS: dict[str, Callable[[str], object]] = {
    "DestinationError": lambda name: MeasuredLink(
        name, ScriptedLink(authorisations=[NotSent("refused")])
    ).authorise(ORDER, CARD, 1_000),
    "ReversalRefused": lambda _: MeasuredLink(
        "hangang", ScriptedLink(net_cancels=[Refused("6371", "취소기간 경과")])
    ).net_cancel(ORDER, 1_000),
    "OtherAmountApproved": lambda _: MeasuredLink(
        "hangang", ScriptedLink([InDoubt("another amount", "0000", approved_won=1)]), lambda *_: None
    ).authorise(ORDER, CARD, 1_000),
    "UnlistedCode": lambda _: MeasuredLink(
        "hangang", ScriptedLink(authorisations=[InDoubt("9998", "9998", unlisted_code=True)])
    ).authorise(ORDER, CARD, 1_000),
    "BreakerOpened": lambda name: metrics.count("BreakerOpened", destination=name),
    "LastPath": lambda _: metrics.count("LastPath"),
    "BreakersUnavailable": lambda _: metrics.count("BreakersUnavailable"),
    "SharesUnavailable": lambda _: KnownApprovals(InMemoryApprovals(down=True), lambda: 0).since("1", "2"),
    "TerminalIntegrityFailed": lambda _: metrics.count("TerminalIntegrityFailed"),
    "JournalDifferences": lambda _: metrics.count("JournalDifferences", 2),
    "ReconciliationRan": lambda _: metrics.count("ReconciliationRan"),
    "SweeperRan": lambda _: metrics.count("SweeperRan"),
    "ProjectionLag": lambda _: metrics.spread("ProjectionLag", [300_001]),
    "CasesOverdue": lambda _: metrics.count("CasesOverdue", 2),
    "CasesSeenTo": lambda _: metrics.count("CasesSeenTo"),
    **{name: _counted(name) for name in (*METRICS.values(), "FileRefused")},
    "LedgerUnbalancedWon": lambda _: metrics.count("LedgerUnbalancedWon", 100),
    "SettlementWindowRan": lambda _: metrics.count("SettlementWindowRan"),
    "SettlementNightRan": lambda _: metrics.count("SettlementNightRan"),
    "SettlementDaysLate": lambda _: metrics.count("SettlementDaysLate"),
    "UncapturedOverdueWon": lambda _: metrics.count("UncapturedOverdueWon", 11_000),
    "DepositsOverdueWon": lambda _: metrics.count("DepositsOverdueWon", 11_000),
    "FilesNotApplied": lambda _: metrics.count("FilesNotApplied"),
    "BreaksOverdue": lambda _: metrics.count("BreaksOverdue"),
    "OldestOpenSeconds": lambda _: metrics.seconds("OldestOpenSeconds", 901),
}


BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
STATISTICS: dict[str, Callable[[list[int]], int]] = {"Sum": sum, "Maximum": max}


@pytest.mark.parametrize("alarm", OWN_ALARMS.values(), ids=OWN_ALARMS)
def test_every_alarm_watches_a_count_that_is_written(
    alarm: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    about = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
    EMITTERS[alarm["MetricName"]](about.get("destination", ""))

    (line,) = written(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == alarm["Namespace"]
    assert [metric["Name"] for metric in directive["Metrics"]] == [alarm["MetricName"]]
    assert dimensions(line) == about
    value = line[alarm["MetricName"]]
    rings = [_breaches(alarm, (value if isinstance(value, list) else [value]) * times) for times in (1, 10)]
    if alarm["TreatMissingData"] == "breaching":
        assert rings == [False, False], "it rings when nothing is written, and only then"
    else:
        assert rings == [alarm["Threshold"] != 10, True], "once is enough, or ten times"


def _breaches(alarm: dict[str, Any], values: list[int]) -> bool:
    measured = STATISTICS[alarm["Statistic"]](values)
    return BREACHES[alarm["ComparisonOperator"]](measured, alarm["Threshold"])


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (NotSent("refused"), True),
        (InDoubt("no answer by the deadline"), True),
        (Approved("30012345", "0000", "정상처리"), False),
        (Declined("8326", "한도초과"), False),
        (NotForwarded("4873", "서비스 시간 종료"), False),
        (NotForwarded("8532", "시스템 장애", destination_fault=True), True),
        (InDoubt("code 4949 leaves it open", "4949", destination_fault=False), False),
    ],
)
def test_a_destination_is_counted_for_what_it_failed_to_say_never_for_a_decline(
    outcome: Authorisation, *, counted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    line = MeasuredLink("hangang", ScriptedLink(authorisations=[outcome]))

    assert line.authorise(ORDER, CARD, 1_000) is outcome

    names = [one["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for one in written(capsys)]
    assert names == (["DestinationError"] if counted else [])


def test_a_refused_cancel_and_an_approval_of_what_was_asked_wake_nobody_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    MeasuredLink("hangang", ScriptedLink(cancels=[Refused("2032", "취소 불가")])).cancel(ORDER, 1_000)
    MeasuredLink("hangang", ScriptedLink(net_cancels=[Undone("0000", "완료")])).net_cancel(ORDER, 1_000)
    broken_off = InDoubt("no EOT", destination_fault=False, approved_won=ORDER.amount_won)
    MeasuredLink("hangang", ScriptedLink([broken_off])).authorise(ORDER, CARD, 1_000)

    assert written(capsys) == []
