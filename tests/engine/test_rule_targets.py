"""Conformance of `patches/rule_targets`: whom a rule or a topic calls is called again when it fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_what_fails_is_called_three_times(cloud: Cloud, word: str, eventually: Callable[..., Any]) -> None:
    by_topic = f"{word}-by-topic"
    cloud.client("sns").publish(
        TopicArn=cloud.outputs["Notices"], Subject="crash", Message=json.dumps({"word": by_topic})
    )
    cloud.client("events").put_events(
        Entries=[
            {
                "Source": "payrelay.conformance",
                "DetailType": "crash",
                "Detail": json.dumps({"word": f"{word}-by-rule"}),
                "EventBusName": cloud.outputs["Bus"],
            }
        ]
    )

    eventually(lambda: str(cloud.witnessed("Listener")).count(f"{word}-by-rule") == 3)
    eventually(lambda: str(cloud.witnessed("Listener")).count(by_topic) == 3)
