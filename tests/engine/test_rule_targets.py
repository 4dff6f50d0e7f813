"""Conformance of `patches/rule_targets`: a function that a rule calls is called again when it fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_a_failing_target_is_called_three_times(
    cloud: Cloud, word: str, eventually: Callable[..., Any]
) -> None:
    cloud.client("events").put_events(
        Entries=[
            {
                "Source": "payrelay.conformance",
                "DetailType": "crash",
                "Detail": json.dumps({"word": word}),
                "EventBusName": cloud.outputs["Bus"],
            }
        ]
    )

    eventually(lambda: str(cloud.witnessed("Listener")).count(word) == 3)
