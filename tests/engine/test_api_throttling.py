"""What payrelay's shedding stands on: an API's own throttle, its keys, its usage plans. Stock does all of it.

On AWS a new key and a used-up quota take some seconds to be seen, and a throttle is a target, not a ceiling:
there these tests ask until they are told so.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine

Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(cloud: Cloud) -> Ask:
    """GET a path with an API key; status and code."""

    def get(path: str, key: str = "") -> tuple[int, Any]:
        request = urllib.request.Request(cloud.api_url + path, headers={"x-api-key": key} if key else {})  # noqa: S310 - the API under test
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
                return answer.status, ""
        except urllib.error.HTTPError as refusal:
            with refusal as answer:
                return answer.code, json.loads(answer.read()).get("code")

    return get


@pytest.fixture
def a_key(cloud: Cloud, word: str) -> Iterator[Callable[[str], str]]:
    """Make a key on the usage plan of an output; its value."""
    api = cloud.client("apigateway")
    made: list[str] = []

    def make(plan: str) -> str:
        key = api.create_api_key(name=f"{word}-{len(made)}", enabled=True)
        made.append(key["id"])
        if plan:
            api.create_usage_plan_key(usagePlanId=cloud.outputs[plan], keyId=key["id"], keyType="API_KEY")
        value: str = key["value"]
        return value

    yield make
    for key in made:
        api.delete_api_key(apiKey=key)


def test_a_closed_method_is_throttled_and_the_others_are_not(ask: Ask) -> None:
    assert ask("/closed") == (429, "TOO_FAST")
    assert ask("/no/such/path") == (404, "NO_SUCH_PATH")


def test_a_metered_method_wants_a_key_of_a_plan(ask: Ask, a_key: Callable[[str], str]) -> None:
    assert ask("/metered") == (403, "NO_KEY")
    assert ask("/metered", "nobody-ever-made-this-key") == (403, "NO_KEY")
    assert ask("/metered", a_key("")) == (403, "NO_KEY")


def test_each_key_of_a_plan_has_a_rate_of_its_own(
    ask: Ask, a_key: Callable[[str], str], eventually: Callable[..., Any]
) -> None:
    fast, slow = a_key("SlowPlan"), a_key("SlowPlan")
    eventually(lambda: ask("/metered", fast)[0] == 201)

    eventually(lambda: ask("/metered", fast) == (429, "TOO_FAST"))

    eventually(lambda: ask("/metered", slow)[0] == 201)


def test_a_used_up_quota_is_told_as_such(
    ask: Ask, a_key: Callable[[str], str], eventually: Callable[..., Any]
) -> None:
    key = a_key("SmallPlan")
    eventually(lambda: ask("/metered", key)[0] == 201)

    eventually(lambda: ask("/metered", key) == (429, "USED_UP"))
