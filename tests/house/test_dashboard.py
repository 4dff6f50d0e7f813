"""The dashboard shows what is written: every metric it names, by the very dimensions it is written under."""

from __future__ import annotations

import ast
import json
import re
from typing import Any, Final

from payment_adapters.destinations import destinations
from tests.house.repository import ROOT, python
from tests.house.rules_of_template import resources, template
from tools.template import load

WRITES: Final = frozenset(
    {"count", "seconds", "milliseconds", "spread"}
)  # of payment_adapters/aws/metrics.py
OWN: Final = "payrelay"
MUST_BE_SHOWN: Final = frozenset(
    {"Outcomes", "UnknownWon", "OldestOpenSeconds", "DestinationError", "AnswerTime", "ProjectionLag"}
)
BODY: Final[str] = load(ROOT / "template.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"][
    "Fn::Sub"
]
METRICS: Final[list[list[Any]]] = [
    metric for widget in json.loads(BODY)["widgets"] for metric in widget["properties"]["metrics"]
]


def written() -> set[tuple[str, frozenset[str]]]:
    """Every metric that deployed code writes, and the names of its dimensions."""
    found = set()
    for file in python("functions", "layers"):
        for call in ast.walk(file.tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            name = call.args[0] if call.args else None
            if call.func.attr in WRITES and isinstance(name, ast.Constant) and isinstance(name.value, str):
                words = {one.arg for one in call.keywords if one.arg} - {"value"}
                found.add((name.value, frozenset({"service", *words})))
    return found


def of(metric: list[Any]) -> dict[str, str]:
    """The dimensions of a line: names and values in turn, an object of options behind them."""
    words = [one for one in metric[2:] if isinstance(one, str)]
    return dict(zip(words[::2], words[1::2], strict=True))


def test_every_metric_of_ours_is_written_under_these_dimensions() -> None:
    shown = {(one[1], frozenset(of(one))) for one in METRICS if one[0] == OWN}

    assert {name for name, _ in shown} >= MUST_BE_SHOWN
    assert shown <= written()


def test_every_destination_and_every_queue_is_on_it() -> None:
    shown = {value for one in METRICS for name, value in of(one).items() if name == "destination"}
    queues = {value for one in METRICS for name, value in of(one).items() if name == "QueueName"}

    assert shown == {one.profile.name for one in destinations()}
    assert queues == {f"${{{one.logical_id}.QueueName}}" for one in resources("AWS::SQS::Queue")}


def test_whatever_it_refers_to_is_there() -> None:
    known = {*template()["Resources"], "AWS::Region", "AWS::StackName"}

    assert {name.partition(".")[0] for name in re.findall(r"\$\{([^}]+)\}", BODY)} <= known


def test_no_part_of_it_lies_on_another() -> None:
    taken = [
        (column, row)
        for one in json.loads(BODY)["widgets"]
        for column in range(one["x"], one["x"] + one["width"])
        for row in range(one["y"], one["y"] + one["height"])
    ]

    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < 24
