"""A VAN that fails ten times in a minute: others take its sales where there are others, and it comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count

import boto3
import pytest

from payment_adapters.tables.breakers import DynamoBreakers
from payment_adapters.terminals.key_ids import Terminal
from payment_core.routing.breaker import Breaker, Reason, State, closed, opened
from payrelay.client import Answer, CardInHand
from tests.adapters.receiver import Receiver, receiver
from tests.system.stories import CARD_OVER_ITS_LIMIT, EXPIRY, GOOD_CARD, Story, eventually
from tools.simulators.cards import another_card
from tools.world.running import client_words
from tools.world.truth import published_events

pytestmark = pytest.mark.engine

AMOUNTS_WON = count(20_001)  # no two alike: the same card and amount within two seconds is a double tap
KNOWN_SECONDS = 1.1  # routers believe what they know for a second
PROBED_WITHIN_SECONDS = 150  # the wait, up to a minute to the next probe, and a margin


@pytest.fixture
def breakers(story: Story) -> Iterator[DynamoBreakers]:
    """The breakers of the running world; closed again afterwards, so that others can sell."""
    running = story.world.running
    found = DynamoBreakers(running.dynamodb, running.outputs["BreakersTable"])
    yield found
    for breaker in found.read().values():
        again = closed(breaker, Reason.PERSON, "the story is over", time.time_ns() // 1_000_000)
        if again is not None:
            found.move(breaker, again)
    time.sleep(KNOWN_SECONDS)


@pytest.fixture
def chat(story: Story) -> Iterator[Receiver]:
    """Somebody's chat, where notices of this world go."""
    running = story.world.running
    secrets = boto3.client("secretsmanager", **client_words(running.endpoint))
    secret = running.outputs["ChannelsSecretArn"]
    before = secrets.get_secret_value(SecretId=secret)["SecretString"]
    with receiver() as listening:
        words = {**json.loads(before), "chat": listening.address}
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(words))
        yield listening
    secrets.put_secret_value(SecretId=secret, SecretString=before)


def of_its_breaker(chat: Receiver) -> list[str]:
    """What the chat heard of hangang's breaker."""
    return [one.words["text"] for one in chat.posted if "HangangOpenAlarm" in one.words["text"]]


def sell(story: Story, *, card: str = GOOD_CARD) -> Answer:
    """One sale; what the till hears."""
    return story.pos.send(story.a_sale(next(AMOUNTS_WON), card=card))


def of_hangang(breakers: DynamoBreakers) -> Breaker:
    return breakers.read().get("hangang", Breaker("hangang"))


def events(story: Story) -> list[str]:
    """Every event about a breaker in the event stream, in order."""
    told = (one["type"] for one in published_events(story.world.running))
    return [one for one in told if one.startswith("payrelay.breaker.")]


def test_a_storm_of_declines_counts_nothing(story: Story, breakers: DynamoBreakers) -> None:
    before, began_ms = of_hangang(breakers), time.time_ns() // 1_000_000
    for _ in range(30):
        answer = sell(story, card=CARD_OVER_ITS_LIMIT)
        assert answer.words["state"] == "DECLINED"

    assert of_hangang(breakers) == before
    assert not breakers.moments_ms("hangang", before.generation, began_ms, 1)


def test_an_open_one_is_told_once_declines_at_once_and_comes_back_by_probes(
    story: Story, breakers: DynamoBreakers, chat: Receiver
) -> None:
    """A person opens it, which is the way that is open to the last path too; a chat hears of it, twice."""
    eventually(lambda: _alarm(story) != "ALARM", 90)  # what another story opened is over
    told_before = events(story)
    seen = of_hangang(breakers)
    by_hand = opened(seen, Reason.PERSON, "work on the line", time.time_ns() // 1_000_000)
    assert by_hand is not None
    assert breakers.move(seen, by_hand)
    time.sleep(KNOWN_SECONDS)

    eventually(lambda: _alarm(story) == "ALARM", 30)
    eventually(lambda: of_hangang(breakers).state is State.CLOSED, PROBED_WITHIN_SECONDS)

    kinds = [
        "payrelay.breaker.opened.v1",
        "payrelay.breaker.half_open.v1",
        "payrelay.breaker.closed.v1",
    ]
    eventually(lambda: events(story)[len(told_before) :] == kinds, 20)
    assert of_hangang(breakers).reason == "PROBE"
    time.sleep(KNOWN_SECONDS)
    assert sell(story).words["state"] == "APPROVED"
    eventually(lambda: _alarm(story) == "OK", 90)
    eventually(lambda: [one.partition(" ")[0] for one in of_its_breaker(chat)] == ["[경보]", "[해제]"], 30)
    assert "Next: Call hangang" in of_its_breaker(chat)[0]
    assert f"{story.world.running.console_url}/destinations" in of_its_breaker(chat)[0]


def test_ten_errors_open_it_within_a_second_and_others_sell(story: Story, breakers: DynamoBreakers) -> None:
    """A merchant with four VANs; one with hangang alone still reaches it, because nothing else is left."""
    shop = story.world.running.pos(Terminal("1004", "10040001", 1))
    generation = of_hangang(breakers).generation + 1
    story.van.tell({"line": "closed"})
    deadline = time.monotonic() + 60
    while of_hangang(breakers).state is State.CLOSED:
        told = shop.send(shop.approval(next(AMOUNTS_WON), CardInHand(another_card(), EXPIRY)))
        assert told.words.get("state") == "APPROVED", told.words  # another VAN took it
        assert time.monotonic() < deadline

    assert of_hangang(breakers).generation == generation
    eventually(lambda: events(story).count("payrelay.breaker.opened.v1") == generation, 20)
    story.van.tell({"line": "open"})
    assert sell(story).words["state"] == "APPROVED"


def _alarm(story: Story) -> str:
    """The state of the alarm that hangang takes no sales."""
    running = story.world.running
    cloudwatch = boto3.client("cloudwatch", **client_words(running.endpoint))
    named = [running.function("HangangOpenAlarm")]
    found = cloudwatch.describe_alarms(AlarmNames=named, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return str((found["MetricAlarms"] + found["CompositeAlarms"])[0]["StateValue"])
