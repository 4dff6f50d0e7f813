"""Conformance of `patches/cloudformation`: what the template says is what is there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tools.world.deploy import DeployFailed, TemplateNotBuilt, deploy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine


def test_a_table_has_the_expiry_the_encryption_and_the_recovery_it_asked_for(cloud: Cloud) -> None:
    table, name = cloud.client("dynamodb"), cloud.outputs["Ledger"]

    expiry = table.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    encryption = table.describe_table(TableName=name)["Table"]["SSEDescription"]
    backups = table.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]

    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert (encryption["Status"], encryption["SSEType"]) == ("ENABLED", "KMS")
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_function_has_the_concurrency_reserved_for_it(cloud: Cloud) -> None:
    reserved = cloud.client("lambda").get_function_concurrency(FunctionName=cloud.outputs["OneAtATime"])

    assert reserved["ReservedConcurrentExecutions"] == 1


def test_a_composite_alarm_stands_on_its_child(cloud: Cloud) -> None:
    found = cloud.client("cloudwatch").describe_alarms(
        AlarmNames=[cloud.outputs["AnyVanSilent"]], AlarmTypes=["CompositeAlarm"]
    )["CompositeAlarms"]

    assert [alarm["AlarmRule"] for alarm in found] == [f'ALARM("{cloud.outputs["VanSilent"]}")']


def test_an_archive_keeps_the_events_of_its_bus(cloud: Cloud) -> None:
    archive = cloud.client("events").describe_archive(ArchiveName=cloud.outputs["Archive"])

    assert archive["EventSourceArn"].endswith(f"event-bus/{cloud.outputs['Bus']}")
    assert archive["RetentionDays"] == 7


def test_an_unknown_path_is_answered_as_the_gateway_response_says(cloud: Cloud) -> None:

    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{cloud.api_url}/no/such/path")  # noqa: S310 - the API under test

    with refusal.value as answer:
        assert answer.code == 404
        assert json.loads(answer.read()) == {"code": "NO_SUCH_PATH"}


def test_a_media_type_that_the_template_calls_binary_is_binary(cloud: Cloud) -> None:
    api = cloud.client("apigateway").get_rest_api(restApiId=cloud.outputs["ApiId"])

    assert api["binaryMediaTypes"] == ["application/octet-stream"]


def _template(folder: Path, resources: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "template.yaml"
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return path


def _table(attribute: str, *, recovery: bool) -> dict[str, Any]:
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery},
        },
    }


def test_a_changed_setting_is_changed_by_the_next_deployment(cloud: Cloud, word: str, tmp_path: Path) -> None:
    cloud.deploy(_template(tmp_path, {"Table": _table("gone_at", recovery=True)}), f"s{word}")

    cloud.deploy(_template(tmp_path, {"Table": _table("expires_at", recovery=False)}), f"s{word}")

    resource = cloud.client("cloudformation").describe_stack_resource(
        StackName=f"s{word}", LogicalResourceId="Table"
    )["StackResourceDetail"]
    table, name = cloud.client("dynamodb"), resource["PhysicalResourceId"]
    expiry = table.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = table.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert expiry["AttributeName"] == "expires_at"
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_a_failed_deployment_names_the_resource_and_the_reason_and_can_be_repeated(
    cloud: Cloud, word: str, tmp_path: Path
) -> None:
    alarm = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": "ALARM(nobody)"}}

    with pytest.raises(DeployFailed) as failure:
        cloud.deploy(_template(tmp_path, {"Lonely": alarm}), f"s{word}")

    assert failure.value.resource == "Lonely"
    assert "nobody" in failure.value.reason
    assert cloud.deploy(_template(tmp_path, {"Queue": {"Type": "AWS::SQS::Queue"}}), f"s{word}") == {}


def test_a_template_that_was_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateNotBuilt) as refusal:
        deploy(
            tmp_path / "template.yaml",
            endpoint_url="http://127.0.0.1:1",
            stack_name="s",
            parameters={},
            region="x-1",
        )

    assert refusal.value.path == tmp_path / "template.yaml"
