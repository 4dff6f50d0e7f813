"""The Postman collection is what the API's description says, in the form that Postman reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.gateway.calls import DESCRIPTION
from tools.generate import postman

COLLECTION = json.loads(postman.COLLECTION.read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (path, method.upper(), operation)
    for path, operations in json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"].items()
    for method, operation in operations.items()
}


def test_the_collection_is_what_the_description_generates() -> None:
    assert postman.COLLECTION.read_text(encoding="utf-8") == postman.text(), "run: make docs"


def test_it_is_a_collection_of_version_2_1() -> None:
    assert COLLECTION["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert COLLECTION["info"]["name"] == "payrelay"
    assert {variable["key"] for variable in COLLECTION["variable"]} >= {"api", "terminal", "terminal_key"}
    assert not next(one["value"] for one in COLLECTION["variable"] if one["key"] == "terminal_key")


def test_every_operation_is_in_it_once() -> None:
    assert [item["name"] for item in COLLECTION["item"]] == list(OPERATIONS)


@pytest.mark.parametrize("item", COLLECTION["item"], ids=lambda item: item["name"])
def test_an_item_asks_what_its_operation_describes(item: dict[str, Any]) -> None:
    path, method, operation = OPERATIONS[item["name"]]
    request = item["request"]

    assert request["method"] == method
    raw, _, query = request["url"]["raw"].partition("?")
    assert raw == "{{api}}" + path.replace("{", "{{").replace("}", "}}")
    assert "/".join(request["url"]["path"]) == raw.removeprefix("{{api}}/")
    assert [one.partition("=")[0] for one in query.split("&") if one] == [
        one["name"] for one in operation["parameters"] if one["in"] == "query"
    ]
    assert ("body" in request) is ("requestBody" in operation)
    assert any(event["listen"] == "prerequest" for event in item.get("event", ())) is (
        "security" in operation
    )


@pytest.mark.parametrize("item", [one for one in COLLECTION["item"] if "body" in one["request"]])
def test_a_body_is_json_once_its_variables_are_filled(item: dict[str, Any]) -> None:
    raw = item["request"]["body"]["raw"].replace("{{sequence}}", "7").replace("{{business_date}}", "20261120")

    words = json.loads(raw)

    assert words.get("sequence", 7) == 7
    assert words.get("business_date", "20261120") == "20261120"
    assert set(words) == set(
        OPERATIONS[item["name"]][2]["requestBody"]["content"]["application/json"]["example"]
    )
