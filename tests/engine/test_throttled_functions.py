"""Conformance of `patches/throttled_functions`: no room is told apart from a failure."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def _refused(cloud: Cloud, path: str) -> tuple[int, Any, str]:
    """Status, body and Retry-After of a GET that is not answered by its function."""
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(cloud.api_url + path)  # noqa: S310 - the API under test
    with refusal.value as answer:
        return answer.code, json.loads(answer.read()), answer.headers.get("Retry-After", "")


def test_a_function_without_room_is_an_integration_failure_of_its_api(cloud: Cloud) -> None:
    assert _refused(cloud, "/full") == (503, {"code": "NO_ROOM"}, "1")


def test_a_function_that_fails_is_told_without_its_exception(cloud: Cloud) -> None:
    assert _refused(cloud, "/broken") == (504, {"code": "UNKNOWN"}, "")


@pytest.mark.parametrize(("function", "caught"), [("NeverAnyRoom", "no room"), ("Broken", "failed")])
def test_a_workflow_can_catch_the_one_without_the_other(
    cloud: Cloud, word: str, function: str, caught: str
) -> None:
    workflows = cloud.client("stepfunctions")
    found = workflows.describe_state_machine(stateMachineArn=cloud.outputs["Express"])
    arn = cloud.client("lambda").get_function(FunctionName=cloud.outputs[function])["Configuration"]
    call = {
        "Type": "Task",
        "Resource": arn["FunctionArn"],
        "TimeoutSeconds": 9,
        "Catch": [
            {"ErrorEquals": ["Lambda.TooManyRequestsException"], "Next": "NoRoom"},
            {"ErrorEquals": ["States.ALL"], "Next": "Failed"},
        ],
        "End": True,
    }
    told = {"Type": "Pass", "End": True}
    states = {"Call": call, "NoRoom": told | {"Result": "no room"}, "Failed": told | {"Result": "failed"}}
    machine = workflows.create_state_machine(
        name=f"throttled-{word}",
        definition=json.dumps({"StartAt": "Call", "States": states}),
        roleArn=found["roleArn"],
        type="EXPRESS",
    )["stateMachineArn"]

    ended = workflows.start_sync_execution(stateMachineArn=machine, input="{}")

    workflows.delete_state_machine(stateMachineArn=machine)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", caught)
