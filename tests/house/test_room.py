"""Room: who may run how often at once, so that nobody starves another and the door sheds first.

Figures are read where they are true: template.yaml.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.house.rules_of_template import FUNCTION, Resource, of, resources, template

ACCOUNT_CONCURRENCY: Final = 1_000  # a new account's default quota, per Region
LEFT_FOR_THE_REST: Final = 100  # Lambda insists on so much unreserved
SENDERS: Final = ("van_link", "card_direct")
NEED_ROOM: Final = ("gateway", "van_router", "net_cancel", "sweeper", "failover", "cheque_inquiry", *SENDERS)
OPEN_TO_ALL: Final = {"/v1/health", "/v1/openapi.json", "/v1/docs", "/v1/docs/{asset}"}
ASK_WHO_IT_IS: Final = {
    "/console",
    "/console/{page+}",
}  # a browser holds no key; the function has people sign in
TOLD_BY_API_GATEWAY: Final = {
    "INVALID_API_KEY": (403, "api-key-refused"),
    "THROTTLED": (429, "too-many-requests"),
    "QUOTA_EXCEEDED": (429, "quota-exceeded"),
    "INTEGRATION_FAILURE": (503, "gateway-busy"),
    "DEFAULT_5XX": (504, "answer-unknown"),
}


def room_of(function: Resource) -> int:
    """Its reserved concurrency; none is none."""
    return int(function.properties.get("ReservedConcurrentExecutions", 0))


def room_of_all(*words: str) -> int:
    """What the deployments of some folders have together."""
    return sum(room_of(function) for function in resources(FUNCTION) if function.word in words)


def api() -> dict[str, Any]:
    """The properties of the API."""
    (found,) = of("AWS::Serverless::Api")()
    return found.properties


@pytest.mark.parametrize(
    "function",
    [one for one in resources(FUNCTION) if one.word in NEED_ROOM],
    ids=lambda function: function.logical_id,
)
def test_everything_between_a_pos_and_its_answer_and_every_waker_has_room_of_its_own(
    function: Resource,
) -> None:
    assert room_of(function) > 0


def test_the_door_has_a_place_for_every_sale_that_all_destinations_can_hold() -> None:
    assert room_of_all("gateway") >= room_of_all(*SENDERS, "net_cancel")


def test_a_new_account_has_room_for_all_of_it() -> None:
    reserved = sum(room_of(function) for function in resources(FUNCTION))

    assert reserved <= ACCOUNT_CONCURRENCY - LEFT_FOR_THE_REST


def test_the_api_sheds_a_burst_before_the_gateway_runs_out_of_room() -> None:
    setting = api()["MethodSettings"][0]

    assert (setting["HttpMethod"], setting["ResourcePath"]) == ("*", "/*")
    assert 0 < setting["ThrottlingBurstLimit"] <= room_of_all("gateway")
    assert setting["ThrottlingRateLimit"] > 0


def test_the_console_is_narrower_than_the_tills_door() -> None:
    """Nobody needs a key there, and a form is filled in by a person."""
    everybody, *own = api()["MethodSettings"]
    narrow = {(one["HttpMethod"], one["ResourcePath"].replace("~1", "/")): one for one in own}

    assert set(narrow) == {("GET", "//console"), ("GET", "//console/{page+}"), ("POST", "//console/{page+}")}
    for one in own:
        assert 0 < one["ThrottlingRateLimit"] < everybody["ThrottlingRateLimit"]
        assert 0 < one["ThrottlingBurstLimit"] < everybody["ThrottlingBurstLimit"]
    assert narrow["POST", "//console/{page+}"]["ThrottlingRateLimit"] <= 5


def test_every_address_but_the_open_ones_is_metered() -> None:
    assert api()["Auth"]["ApiKeyRequired"] is True
    routes = [
        event["Properties"]
        for function in resources(FUNCTION)
        for event in function.properties.get("Events", {}).values()
        if event["Type"] == "Api"
    ]

    unmetered = {one["Path"] for one in routes if one.get("Auth", {}).get("ApiKeyRequired") is False}

    assert len(routes) > len(OPEN_TO_ALL)
    assert unmetered == OPEN_TO_ALL | ASK_WHO_IT_IS


def test_the_limits_of_a_merchant_are_parameters_and_its_keys_belong_to_no_template() -> None:
    plan = template()["Resources"]["MerchantPlan"]["Properties"]

    assert plan["Throttle"] == {"RateLimit": {"Ref": "MerchantRate"}, "BurstLimit": {"Ref": "MerchantBurst"}}
    assert plan["Quota"] == {"Limit": {"Ref": "MerchantDayQuota"}, "Period": "DAY"}
    assert resources("AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlanKey") == []


@pytest.mark.parametrize(("kind", "told"), TOLD_BY_API_GATEWAY.items())
def test_what_api_gateway_refuses_by_itself_is_told_as_a_problem(kind: str, told: tuple[int, str]) -> None:
    response = api()["GatewayResponses"][kind]

    document = json.loads(response["ResponseTemplates"]["application/json"])

    status, code = told
    assert (int(response["StatusCode"]), document["status"], document["code"]) == (status, status, code)
    assert document["type"] == f"urn:payrelay:problem:{code}"
    if status != 403:  # repeated later, it may succeed
        assert int(response["ResponseParameters"]["Headers"]["Retry-After"].strip("'")) > 0


def test_the_access_log_holds_no_word_of_a_stranger() -> None:
    written = json.loads(api()["AccessLogSetting"]["Format"])

    assert set(written.values()) <= {
        "$context.requestId",
        "$context.httpMethod",
        "$context.resourcePath",  # the template's own word: a path may hold a card number
        "$context.status",
        "$context.responseLatency",
    }
