"""The API's description is what the code does: generated, valid, served, and true of every address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.gateway.calls import DESCRIPTION
from functions.gateway.routes import ROUTES
from payment_adapters.http import human_page
from payment_adapters.http.catalogue import BY_CODE
from payment_adapters.http.problem_entry import Place
from payment_adapters.http.problems import CONTENT_TYPE, problem_with
from payment_adapters.http.routes import Route
from tools.fuzz_api.relay import Relay
from tools.generate import openapi, problem_page
from tools.template import FUNCTION, load, resources
from tools.world.engine.process import REPOSITORY

TEMPLATE = load(REPOSITORY / "template.yaml")
WRITTEN = json.loads(DESCRIPTION.read_text(encoding="utf-8"))


def test_the_description_is_what_the_code_generates() -> None:
    assert DESCRIPTION.read_text(encoding="utf-8") == openapi.text(), "run: make docs"


def test_the_page_of_problems_is_what_the_catalogue_generates() -> None:
    assert problem_page.PAGE.read_text(encoding="utf-8") == problem_page.page(), "run: make docs"


def test_the_description_is_valid_openapi() -> None:
    assert WRITTEN["openapi"].startswith("3.1")
    assert [fault.message for fault in OpenAPIV31SpecValidator(WRITTEN).iter_errors()] == []


def test_a_description_that_is_not_valid_would_be_noticed() -> None:
    broken = {**WRITTEN, "paths": {"/v1/planted": {"get": {"responses": {"200": {}}}}}}

    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_every_example_fits_its_schema() -> None:
    checked = 0
    for operations in WRITTEN["paths"].values():
        for operation in operations.values():
            bodies = [operation["requestBody"]] if "requestBody" in operation else []
            for told in [*bodies, *operation["responses"].values()]:
                for content in told["content"].values():
                    schema = {**content["schema"], "components": WRITTEN["components"]}
                    examples = [one["value"] for one in content.get("examples", {}).values()]
                    examples += [content["example"]] if "example" in content else []
                    for example in examples:
                        Draft202012Validator(schema).validate(example)
                        checked += 1

    assert checked > 30


def test_no_path_belongs_to_two_routes() -> None:
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")

        of_it = [one for one in ROUTES if one.method == route.method and one.in_path(path) is not None]

        assert of_it == [route]


def test_every_route_is_an_event_of_the_template() -> None:
    events = resources(TEMPLATE, FUNCTION)["GatewayFunction"]["Properties"]["Events"].values()

    deployed = {(event["Properties"]["Method"], event["Properties"]["Path"]) for event in events}
    assert deployed == {(route.method, route.path) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_code_of_a_route_is_listed_and_reaches_somebody(route: Route[Any]) -> None:
    for code in route.codes:
        assert BY_CODE[code].place is not Place.WITHIN


def test_every_problem_that_a_caller_may_meet_is_told_by_some_route() -> None:
    told = {code for route in ROUTES for code in route.codes}

    assert told == {code for code, entry in BY_CODE.items() if entry.place is not Place.WITHIN}


def test_what_api_gateway_tells_by_itself_is_in_the_catalogue() -> None:
    answers = TEMPLATE["Resources"]["Api"]["Properties"]["GatewayResponses"].values()
    codes = set()
    for answer in answers:
        told = json.loads(answer["ResponseTemplates"]["application/json"])
        codes.add(told["code"])
        assert told == json.loads(problem_with(told["code"]).body())
        assert answer["StatusCode"] == str(told["status"])

    assert codes == {code for code, one in BY_CODE.items() if one.place is Place.DOOR} | {"no-such-address"}


def get(path: str, **headers: str) -> Any:  # noqa: ANN401 -- what was told
    event = {"httpMethod": "GET", "path": path, "headers": headers, "multiValueHeaders": None, "body": None}
    with Relay().installed() as relay:
        return relay.ask({**event, "requestContext": {}, "isBase64Encoded": False})


def test_the_description_is_served_as_it_is() -> None:
    told = get("/v1/openapi.json")

    assert (told.http_status, json.loads(told.body)) == (200, WRITTEN)


def test_the_page_for_people_loads_only_what_is_served_here() -> None:
    page = get("/v1/docs")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "//" not in page.body
    assert "<script>" not in page.body
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", human_page.ASSETS)
def test_every_asset_of_the_page_is_served(name: str) -> None:
    page, told = get("/v1/docs"), get(f"/v1/docs/{name}")

    assert f'"docs/{name}"' in page.body
    assert told.http_status == 200
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert len(told.body) < 5_000_000  # Lambda tells at most 6 MB


@pytest.mark.parametrize("path", ["/v1/docs/passwd", "/v1/docs/html.py", "/v1/nothing", "/", "/v1/docs/a/b"])
@pytest.mark.parametrize(("language", "title"), [("en", "No such address"), ("ko", "없는 주소")])
def test_anything_else_is_no_address(path: str, language: str, title: str) -> None:
    told = get(path, **{"accept-language": language})

    assert (told.http_status, json.loads(told.body)["title"]) == (404, title)
    assert told.headers["Content-Type"] == CONTENT_TYPE
    assert told.headers["Content-Language"] == language
