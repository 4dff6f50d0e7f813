"""Verdicts: whether one answer keeps every promise that the API's description makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from payment_adapters.http.catalogue import BY_CODE
from payment_adapters.http.problems import CONTENT_TYPE
from tools.fuzz_api.cases import CARDS, READ, Case
from tools.fuzz_api.relay import Relay, Told

FIRST_PROBLEM: Final = 400
FIRST_FAILURE: Final = 500
NO_ADDRESS: Final = {"404": {"content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}}


class Judge:
    """Holds answers against one description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        """Take the description."""
        self._paths = description["paths"]
        self._components = description["components"]
        self._validators: dict[tuple[object, str, str], Draft202012Validator] = {}

    def judge(self, relay: Relay, case: Case) -> tuple[str, list[str]]:
        """Ask once; what was answered in one word, and every promise that was broken."""
        before = relay.state()
        try:
            told = relay.ask(case.event)
        except Exception as bug:  # noqa: BLE001 -- API Gateway would tell 5xx for whatever came out
            return "crash", [f"{type(bug).__name__} came out: {bug}"[:300]]
        broken = list(self._against_the_description(case, told))
        changed = relay.state() != before
        if changed and not case.may_act:
            broken.append("something changed although nobody signed")
        if changed and told.http_status >= FIRST_PROBLEM:
            broken.append("something changed although it was refused")
        if case.kind != READ and any(number in told.body for number in CARDS):
            broken.append("a card number was told")
        return _word_for(told), broken

    def _against_the_description(self, case: Case, told: Told) -> Iterator[str]:
        if told.http_status >= FIRST_FAILURE:
            yield f"{told.http_status}"
        responses = NO_ADDRESS
        if case.route is not None:
            method, path = case.route
            responses = self._paths[path][method.lower()]["responses"]
        media_type = told.headers.get("Content-Type", "").partition(";")[0]
        content = responses.get(str(told.http_status), {}).get("content", {})
        if media_type not in content:
            yield f"{told.http_status} {media_type} is not described"
            return
        if media_type.endswith("json"):
            yield from self._against_the_schema(case, told, content[media_type]["schema"], media_type)
        if told.http_status >= FIRST_PROBLEM:
            yield from _as_a_problem(told)

    def _against_the_schema(
        self, case: Case, told: Told, schema: Mapping[str, Any], media_type: str
    ) -> Iterator[str]:
        name = (case.route, str(told.http_status), media_type)
        if name not in self._validators:
            self._validators[name] = Draft202012Validator({**schema, "components": self._components})
        for fault in self._validators[name].iter_errors(json.loads(told.body)):
            yield f"{told.http_status} does not fit its schema: {fault.message}"[:300]


def _as_a_problem(told: Told) -> Iterator[str]:
    words = json.loads(told.body)
    if words["code"] not in BY_CODE or BY_CODE[words["code"]].http_status != told.http_status:
        yield f"{words['code']} is not listed for {told.http_status}"
    if words["status"] != told.http_status:
        yield "the document tells another status"
    if told.headers.get("Content-Language") not in {"en", "ko"}:
        yield "no language is named"


def _word_for(told: Told) -> str:
    if told.http_status < FIRST_PROBLEM:
        return str(told.http_status)
    try:
        return f"{told.http_status} {json.loads(told.body)['code']}"
    except (ValueError, KeyError):
        return f"{told.http_status} without a code"
