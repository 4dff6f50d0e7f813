"""Writes docs/reference/alarms.md from template.yaml: `python -m tools.generate.alarm_page`.

A stale page, an alarm without words, and one that no test makes ring fail tests/house/test_alarms.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from payment_adapters.alarms.coming import PAGE as NAMED_PAGE
from payment_adapters.alarms.words import ALARMS
from tools.template import load, resources

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "reference" / "alarms.md"
KINDS: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
# The test that makes an alarm ring: by the metric it watches, or by its own name where AWS counts for it.
MEASURES: Final = ("adapters/test_metrics.py", "test_every_alarm_watches_a_count_that_is_written")
GIVES_UP: Final = (
    "contracts/test_feeds.py",
    "test_a_crash_is_cornered_by_halving_and_its_neighbours_get_through",
)
DIES: Final = (
    "contracts/test_queues.py",
    "test_a_message_is_hidden_while_somebody_works_on_it_comes_again_and_dies",
)
RUNG_BY: Final[Mapping[str, tuple[str, str]]] = {
    "DestinationError": ("system/test_breaker.py", "test_ten_errors_open_it_within_a_second_and_others_sell"),
    "BreakerOpened": (
        "system/test_breaker.py",
        "test_an_open_one_is_told_once_declines_at_once_and_comes_back_by_probes",
    ),
    "AllVansOpenAlarm": (
        "engine/test_alarms.py",
        "test_an_alarm_rises_on_its_own_dimension_only_tells_everybody_and_falls_by_itself",
    ),
    "LastPath": (
        "handlers/test_failover.py",
        "test_an_alarm_about_the_last_path_opens_nothing_and_calls_people",
    ),
    "BreakersUnavailable": (
        "adapters/test_breakers.py",
        "test_a_store_that_is_down_is_counted_and_disturbs_nobody",
    ),
    "SweeperRan": (
        "handlers/test_sweeper.py",
        "test_one_sale_that_cannot_be_woken_does_not_keep_the_others_asleep",
    ),
    "OldestOpenSeconds": ("handlers/test_sweeper.py", "test_open_money_is_driven_and_its_age_is_told"),
    "ReversalRefused": MEASURES,
    "OtherAmountApproved": MEASURES,
    "UnlistedCode": MEASURES,
    "TerminalIntegrityFailed": (
        "handlers/test_terminals.py",
        "test_anything_else_is_refused_noted_and_counted",
    ),
    "ProjectionLag": ("handlers/test_projection.py", "test_how_far_it_is_behind_is_told_of_each_event"),
    "CasesOverdue": (
        "handlers/test_cases.py",
        "test_without_any_event_the_minute_opens_executes_escalates_and_closes",
    ),
    "CasesSeenTo": (
        "handlers/test_cases.py",
        "test_without_any_event_the_minute_opens_executes_escalates_and_closes",
    ),
    "JournalDifferences": (
        "handlers/test_reconciliation.py",
        "test_a_pos_that_died_is_found_told_once_and_settled_when_the_sale_is_cancelled",
    ),
    "ReconciliationRan": (
        "handlers/test_reconciliation.py",
        "test_one_terminal_that_cannot_be_compared_does_not_hide_the_others",
    ),
    "SharesUnavailable": (
        "adapters/test_known_approvals.py",
        "test_without_the_store_sales_go_by_plain_shares_and_ask_it_once_a_minute",
    ),
    "WatchdogBehindAlarm": DIES,
    "WatchdogDeadLettersAlarm": DIES,
    "WakerDeadLettersAlarm": GIVES_UP,
    "OutboxDeadLettersAlarm": GIVES_UP,
    "ProjectionDeadLettersAlarm": GIVES_UP,
    "ArchiveDeadLettersAlarm": GIVES_UP,
    "CasesDeadLettersAlarm": GIVES_UP,
    "SettlementDeadLettersAlarm": GIVES_UP,
    "ReconciliationDeadLettersAlarm": GIVES_UP,
    "LedgerUnbalancedWon": (
        "handlers/test_settlement.py",
        "test_a_ledger_that_somebody_wrote_to_by_hand_is_told",
    ),
    "SettlementNightRan": (
        "handlers/test_settlement.py",
        "test_what_a_lost_stream_never_told_is_posted_by_the_night",
    ),
    **dict.fromkeys(
        (
            "SettlementWindowRan",
            "SettlementDaysLate",
            "UncapturedOverdueWon",
            "DepositsOverdueWon",
            "BreaksOverdue",
        ),
        ("handlers/test_settlement.py", "test_the_window_tells_what_is_late_and_that_it_ran"),
    ),
    **dict.fromkeys(
        (
            *("FileTooLarge", "FileTruncated", "FileEncoding", "FileUnknownRecord", "FileRowWrong"),
            *("FileDuplicateRow", "FileTotalsDiffer", "FileMisaddressed"),
        ),
        ("adapters/test_intake.py", "test_each_refusal_calls_by_its_own_metric"),
    ),
    **dict.fromkeys(
        ("FileLate", "FileDuplicate", "FileChanged"),
        (
            "adapters/test_intake.py",
            "test_what_is_late_comes_twice_or_comes_changed_calls_by_its_own_metric",
        ),
    ),
    "FilesNotApplied": ("handlers/test_settlement.py", "test_a_file_that_stays_an_intent_is_told"),
    "ComparisonFailedAlarm": (
        "handlers/test_matching.py",
        "test_whatever_fails_or_takes_too_long_ends_the_run_as_failed",
    ),
    "FileMissing": ("adapters/test_intake.py", "test_a_file_that_is_not_there_by_its_time_is_missing"),
    "FileRefused": (
        "handlers/test_settlement_day.py",
        "test_a_return_file_that_says_another_amount_moves_nothing",
    ),
    "AlarmsDeadLettersAlarm": (
        "handlers/test_alarms.py",
        "test_a_webhook_that_does_not_take_it_is_told_again_and_nobody_else_is",
    ),
}
HEAD: Final = """\
# Alarms

Generated from `template.yaml` and `payment_adapters/alarms/words.py` by `tools/generate/alarm_page.py`.

Each has one page that says what to do, and a test in which what it watches is measured by the real code.
That what is measured reaches the threshold is tested for all of them in `tests/adapters/test_metrics.py`.
Queues are counted by AWS alone: of those the test shows that what was given up lies in the queue.
How people hear of them: [alarms](../flows/alarms.md).

"""


def alarms() -> dict[str, dict[str, Any]]:
    """Every alarm of the template by its logical id."""
    template = load(ROOT / "template.yaml")
    return {name: one["Properties"] for kind in KINDS for name, one in resources(template, kind).items()}


def rung_by(name: str, alarm: Mapping[str, Any]) -> tuple[str, str]:
    """File below tests/ and name of the test that makes it ring; a KeyError names what has none."""
    own = str(alarm.get("Namespace", "AWS/")).startswith("AWS/")
    return RUNG_BY[name if own else alarm["MetricName"]]


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_kinds())


def _kinds() -> Iterator[str]:
    by_kind: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for name, alarm in alarms().items():
        named = NAMED_PAGE.search(alarm["AlarmDescription"])
        by_kind.setdefault(named[1] if named else "", []).append((name, alarm))
    for kind in sorted(by_kind):
        words = ALARMS[kind]
        yield f"## [{kind}](../operating/{kind}.md)\n\n"
        yield f"{words.means.en.format(about='…')} {words.do.en.format(about='it')}\n"
        yield f"{words.means.ko.format(about='…')} {words.do.ko.format(about='승인처')}\n\n"
        yield "| Alarm | Watches | Rings | Rung by |\n|---|---|---|---|\n"
        yield from (_row(name, alarm) for name, alarm in sorted(by_kind[kind]))
        yield "\n"


def _row(name: str, alarm: Mapping[str, Any]) -> str:
    file, test = rung_by(name, alarm)
    link = f"[{test}](../../tests/{file})"
    return f"| `{name}` | {_watches(alarm)} | {_rings(alarm)} | {link} |\n"


def _watches(alarm: Mapping[str, Any]) -> str:
    if "AlarmRule" in alarm:
        return "other alarms together"
    about = [_value(one["Value"]) for one in alarm["Dimensions"] if one["Name"] != "service"]
    namespace = "" if alarm["Namespace"] == "payrelay" else f"{alarm['Namespace']} "
    return f"{namespace}`{alarm['MetricName']}`" + "".join(f" of `{one}`" for one in about)


def _value(value: str | dict[str, Any]) -> str:
    if isinstance(value, str):
        return value
    name: str = value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0]
    return name


def _rings(alarm: Mapping[str, Any]) -> str:
    if "AlarmRule" in alarm:
        return "when all of them ring"
    sign = {"GreaterThanOrEqualToThreshold": "≥", "GreaterThanThreshold": ">", "LessThanThreshold": "<"}
    of, needed = alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    periods = f"{alarm['Period']} s" if of == 1 else f"{needed} of {of} periods of {alarm['Period']} s"
    nothing = ", or nothing is measured" if alarm["TreatMissingData"] == "breaching" else ""
    bound = f"{sign[alarm['ComparisonOperator']]} {alarm['Threshold']:,}"
    return f"{alarm['Statistic']} {bound} in {periods}{nothing}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)


if __name__ == "__main__":
    main()
