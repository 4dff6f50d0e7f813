"""The parts of our template that ministack's CloudFormation drops or refuses.

Stock: a table's TimeToLive, SSE and point-in-time recovery are dropped, and so are a function's reserved
    concurrency and dead-letter target; CompositeAlarm and Events Archive are unrecognized types; the gateway
    responses and binary media types that SAM writes into the API's OpenAPI document are ignored.
Wanted: each does what the template says, on create, update and delete.
Hook: entries of `provisioners._RESOURCE_HANDLERS`, and `apigateway_v1._import_rest_api`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from tools.world.engine import stock

if TYPE_CHECKING:
    from collections.abc import Callable

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]

_ARCHIVE_NAME_LENGTH = 48  # CreateArchive, ArchiveName


class ResourceRefused(ValueError):  # noqa: N818 - house style names the fact, not "Error"
    """A service refused what the template asks for; `answer` is its error document."""

    def __init__(self, resource_type: str, answer: object) -> None:
        self.resource_type = resource_type
        self.answer = answer
        super().__init__(f"{resource_type}: {answer!r}")


def _accepted(resource_type: str, response: tuple[int, dict[str, str], Any]) -> None:
    status, _headers, answer = response
    if status >= 400:  # noqa: PLR2004 - HTTP: 400 and above are refusals
        raise ResourceRefused(resource_type, answer)


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _table_settings(name: str, properties: Properties) -> None:
    """Apply what a table has beside its schema."""
    dynamodb, kind = stock.dynamodb, "AWS::DynamoDB::Table"
    expiry = properties.get("TimeToLiveSpecification")
    if expiry:
        specification = {
            "AttributeName": expiry.get("AttributeName"),
            "Enabled": _is_true(expiry.get("Enabled")),
        }
        _accepted(kind, dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": specification}))
    recovery = properties.get("PointInTimeRecoverySpecification") or {}
    enabled = {"PointInTimeRecoveryEnabled": _is_true(recovery.get("PointInTimeRecoveryEnabled"))}
    _accepted(
        kind,
        dynamodb._update_continuous_backups({"TableName": name, "PointInTimeRecoverySpecification": enabled}),
    )
    encryption = properties.get("SSESpecification")
    if encryption:
        specification = {**encryption, "Enabled": _is_true(encryption.get("SSEEnabled"))}
        dynamodb._tables[name]["SSEDescription"] = dynamodb._sse_description_from_spec(specification)


def _function_settings(name: str, properties: Properties) -> None:
    """Apply what a function has beside its code and configuration."""
    function = stock.lambda_service._functions[name]
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
    if properties.get("DeadLetterConfig"):
        function["config"]["DeadLetterConfig"] = properties["DeadLetterConfig"]
    else:
        function["config"].pop("DeadLetterConfig", None)


def _with_settings(
    handlers: dict[str, Callable[..., Created]], apply_settings: Callable[[str, Properties], None]
) -> dict[str, Callable[..., Created]]:
    """The stock handlers of a resource type, each followed by the settings they drop."""
    stock_create, stock_update = handlers["create"], handlers["update"]

    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        name, attributes = stock_create(logical_id, properties, stack_name)
        apply_settings(name, properties)
        return name, attributes

    def update(physical_id: str, old: Properties, new: Properties, *stack: str) -> Created:
        name, attributes = stock_update(physical_id, old, new, *stack)
        apply_settings(name, new)
        return name, attributes

    return {**handlers, "create": create, "update": update}


def _create_composite_alarm(logical_id: str, properties: Properties, stack_name: str) -> Created:
    name = properties.get("AlarmName") or stock.provisioners._physical_name(stack_name, logical_id)
    request = {**properties, "AlarmName": name}
    # The JSON road of the handler takes the request as a document; templates spell booleans as text.
    request["ActionsEnabled"] = _is_true(properties.get("ActionsEnabled", True))
    _accepted(
        "AWS::CloudWatch::CompositeAlarm",
        stock.cloudwatch._put_composite_alarm({}, request, False, True),  # noqa: FBT003 - not CBOR, but JSON
    )
    return name, {"Arn": stock.cloudwatch._composite_alarms[name]["AlarmArn"]}


def _update_composite_alarm(physical_id: str, _old: Properties, new: Properties, stack_name: str) -> Created:
    return _create_composite_alarm("", {**new, "AlarmName": physical_id}, stack_name)


def _delete_composite_alarm(physical_id: str, _properties: Properties) -> None:
    stock.cloudwatch._composite_alarms.pop(physical_id, None)


def _archive_request(name: str, properties: Properties) -> dict[str, Any]:
    pattern = properties.get("EventPattern", "")
    return {
        "ArchiveName": name,
        "EventSourceArn": properties["SourceArn"],
        "Description": properties.get("Description", ""),
        "EventPattern": json.dumps(pattern) if isinstance(pattern, dict) else pattern,
        "RetentionDays": int(properties.get("RetentionDays", 0)),
    }


def _archive_attributes(name: str) -> dict[str, Any]:
    return {"Arn": stock.eventbridge._archives[name]["ArchiveArn"], "ArchiveName": name}


def _create_archive(logical_id: str, properties: Properties, stack_name: str) -> Created:
    name = properties.get("ArchiveName") or stock.provisioners._physical_name(
        stack_name, logical_id, max_len=_ARCHIVE_NAME_LENGTH
    )
    _accepted("AWS::Events::Archive", stock.eventbridge._create_archive(_archive_request(name, properties)))
    return name, _archive_attributes(name)


def _update_archive(physical_id: str, _old: Properties, new: Properties, _stack_name: str) -> Created:
    _accepted("AWS::Events::Archive", stock.eventbridge._update_archive(_archive_request(physical_id, new)))
    return physical_id, _archive_attributes(physical_id)


def _delete_archive(physical_id: str, _properties: Properties) -> None:
    stock.eventbridge._archives.pop(physical_id, None)


def apply() -> None:
    """Install the patch in the running engine."""
    # The SAM transform warns at every deployment that nobody publishes its own usage metrics.
    logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)
    handlers = stock.provisioners._RESOURCE_HANDLERS
    handlers["AWS::DynamoDB::Table"] = _with_settings(handlers["AWS::DynamoDB::Table"], _table_settings)
    handlers["AWS::Lambda::Function"] = _with_settings(handlers["AWS::Lambda::Function"], _function_settings)
    handlers["AWS::CloudWatch::CompositeAlarm"] = {
        "create": _create_composite_alarm,
        "update": _update_composite_alarm,
        "delete": _delete_composite_alarm,
    }
    handlers["AWS::Events::Archive"] = {
        "create": _create_archive,
        "update": _update_archive,
        "delete": _delete_archive,
    }

    import_rest_api = stock.apigateway_v1._import_rest_api

    def import_with_extensions(document: dict[str, Any], base: dict[str, Any] | None = None) -> str:
        api_id: str = import_rest_api(document, base)
        binary = document.get("x-amazon-apigateway-binary-media-types") or []
        stock.apigateway_v1._rest_apis[api_id]["binaryMediaTypes"] = list(binary)
        responses = document.get("x-amazon-apigateway-gateway-responses") or {}
        for response_type, response in responses.items():
            _accepted(
                "AWS::ApiGateway::RestApi",
                stock.apigateway_v1._put_gateway_response(api_id, response_type, response),
            )
        return api_id

    stock.apigateway_v1._import_rest_api = import_with_extensions
