"""A schedule of one minute, tested last: by then most of its first minute has passed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_a_function_scheduled_every_minute_runs_every_minute(
    cloud: Cloud, eventually: Callable[..., Any]
) -> None:
    rules = cloud.client("events").list_rules()["Rules"]
    assert "rate(1 minute)" in [rule.get("ScheduleExpression") for rule in rules]

    ticks = eventually(lambda: cloud.witnessed("EveryMinute"), seconds=75)

    assert json.loads(ticks[0][0])["source"] == "aws.events"
