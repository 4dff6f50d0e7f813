"""The door of alarms: one renderer, three channels, each told once; what is not taken comes again."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from functions.alarms.handler import handler, on_stack
from payment_adapters.alarms import wired
from payment_adapters.aws import clients
from payment_core.alarms.tell import NotToldError
from tests.adapters.receiver import Receiver, receiver
from tests.contracts.aws import MARKS, client
from tests.handlers.world import Invocation, World, event

KEY = "what both know"


@dataclass
class Office:
    """Everybody who is told."""

    outside: Receiver
    mailbox: str
    secret: str

    def mails(self) -> list[dict[str, Any]]:
        found = client("sqs").receive_message(QueueUrl=self.mailbox, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in found.get("Messages", [])]

    def addresses(self, **told: str) -> None:
        words = {"webhook": "", "chat": "", "signing_key": KEY, **told}
        client("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=json.dumps(words))


@pytest.fixture
def office(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A topic with a mailbox, and a receiver of webhooks and chats."""
    del world  # its tables
    topic = client("sns").create_topic(Name="notices")["TopicArn"]
    mailbox = client("sqs").create_queue(QueueName="mailbox")["QueueUrl"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=mailbox_arn(mailbox))
    secrets = client("secretsmanager")
    known = {one["Name"]: one["ARN"] for one in secrets.list_secrets()["SecretList"]}
    arn = known.get("channels") or secrets.create_secret(Name="channels", SecretString="{}")["ARN"]
    settings = {"NOTICE_TOPIC": topic, "CHANNELS_SECRET": arn, "MARKS_TABLE": MARKS, "API_ID": "a1b2c3"}
    for name, value in {
        **settings,
        "AWS_REGION": "ap-northeast-2",
        "DOCS_URL": "https://docs.example",
    }.items():
        monkeypatch.setenv(name, value)
    for made in (clients.sns, wired.book, wired._places):  # noqa: SLF001 -- a fresh sandbox
        made.cache_clear()
    with receiver() as outside:
        there = Office(outside, mailbox, arn)
        there.addresses(webhook=f"{outside.address}/hook?shop=1", chat=f"{outside.address}/chat")
        yield there
    client("sqs").delete_queue(QueueUrl=mailbox)
    client("sns").delete_topic(TopicArn=topic)


def mailbox_arn(url: str) -> str:
    found = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def alarm(was: str = "OK", now: str = "ALARM", second: int = 2, **words: object) -> dict[str, Any]:
    """events/invoke/alarms/alarm.json at another moment."""
    told = event("alarms/alarm")
    sns = told["Records"][0]["Sns"]
    moment = f"2026-11-20T03:01:{second:02d}.123+0000"
    changed = {"OldStateValue": was, "NewStateValue": now, "StateChangeTime": moment, **words}
    sns["Message"] = json.dumps({**json.loads(sns["Message"]), **changed})
    return told


def test_an_alarm_is_told_by_mail_webhook_and_chat_in_both_languages_with_the_next_step_and_links(
    office: Office,
) -> None:
    assert handler(event("alarms/alarm"), Invocation()) == {"told": ["mail", "webhook", "chat"]}

    (mail,), (hook, chat) = office.mails(), office.outside.posted
    console = "https://a1b2c3.execute-api.ap-northeast-2.amazonaws.com/live/console/destinations"
    page = "https://docs.example/docs/operating/breaker-open.md"
    assert mail["Subject"] == (
        "[ALARM] hangang takes no sales: 10 technical errors within 60 s; its sales go elsewhere."
    )
    for told in (mail["Message"], chat.words["text"]):
        assert told.startswith("[경보] hangang 회선이 차단되었습니다.")
        for part in ("다음: hangang에", "Next: Call hangang", "Why: Threshold Crossed", console, page):
            assert part in told
        assert "2026-11-20 12:01:02 KST" in told
    assert hook.path == "/hook?shop=1"
    assert hook.words["id"] == "HangangOpenAlarm/1795143662123"
    assert (hook.words["notice"], hook.words["about"], hook.words["kind"]) == (
        "BEGAN",
        "hangang",
        "breaker-open",
    )
    assert hook.words["next"]["en"].startswith("Call hangang")
    assert (hook.words["console"], hook.words["page"]) == (console, page)


def test_a_webhook_can_prove_who_told_it(office: Office) -> None:
    handler(event("alarms/alarm"), Invocation())

    hook = office.outside.posted[0]
    seconds, proof = (part.partition("=")[2] for part in hook.headers["payrelay-signature"].split(","))
    assert proof == hmac.new(KEY.encode(), f"{seconds}.".encode() + hook.body, hashlib.sha256).hexdigest()


def test_each_episode_is_told_once_and_its_end_once(office: Office) -> None:
    office.addresses(chat=office.outside.address)
    for _ in range(2):
        handler(alarm(), Invocation())
    handler(alarm("ALARM", "INSUFFICIENT_DATA", 3), Invocation())
    handler(alarm("INSUFFICIENT_DATA", "ALARM", 4), Invocation())
    for _ in range(2):
        handler(alarm("ALARM", "OK", 5), Invocation())

    heads = [one.words["text"].split(" ")[0] for one in office.outside.posted]
    assert heads == ["[경보]", "[해제]"]
    assert len(office.mails()) == 2


@pytest.mark.parametrize(
    ("status", "address", "why"),
    [
        (500, "{}/hook", "127.0.0.1: answered 500"),
        (302, "{}/hook", "127.0.0.1: answered 302"),
        (204, "http://hook.example/hook", "hook.example: the address is not https"),
        (204, "ftp://hook.example/hook", "hook.example: the address is not https"),
        (204, "http://127.0.0.1:1/hook", "127.0.0.1: ConnectionRefusedError"),
    ],
    ids=["fails", "leads elsewhere", "not https", "no web", "nobody there"],
)
def test_a_webhook_that_does_not_take_it_is_told_again_and_nobody_else_is(
    office: Office, status: int, address: str, why: str
) -> None:
    office.addresses(webhook=address.format(office.outside.address))
    office.outside.status, office.outside.headers = status, {"location": f"{office.outside.address}/other"}
    with pytest.raises(NotToldError) as failed:
        handler(alarm(), Invocation())
    assert [str(one) for one in failed.value.exceptions] == [why], "no word of the address but its host"
    assert all(one.path != "/other" for one in office.outside.posted)

    office.addresses(webhook=f"{office.outside.address}/hook")
    office.outside.status = 204
    assert handler(alarm(), Invocation()) == {"told": ["webhook"]}
    assert len(office.mails()) == 1


def test_a_case_rings_with_its_own_sentence_and_link_and_is_told_when_it_is_closed(office: Office) -> None:
    opened = event("alarms/case")
    handler(opened, Invocation())
    closed = {**opened["detail"], "time": "2026-11-20T03:30:00.000Z"}
    handler({**opened, "detail-type": "payrelay.case.closed.v1", "detail": closed}, Invocation())

    began, over = (one.words for one in office.outside.posted if one.path.startswith("/hook"))
    case = opened["detail"]["subject"]
    assert began["why"] == opened["detail"]["sentence"]
    assert began["console"].endswith(f"/live/console/cases/{case.replace(':', '%3A')}")
    assert (began["notice"], over["notice"], over["about"]) == ("BEGAN", "OVER", case)


def test_a_case_that_never_rang_is_closed_in_silence(office: Office) -> None:
    closed = {**event("alarms/case"), "detail-type": "payrelay.case.closed.v1"}

    assert handler(closed, Invocation()) == {"told": []}
    assert office.outside.posted == []


@pytest.mark.usefixtures("office")
def test_an_alarm_of_another_house_is_left_to_the_dead_letters() -> None:
    with pytest.raises(ValueError, match="names no page"):
        handler(alarm(AlarmDescription="somebody else's"), Invocation())


@pytest.mark.parametrize(
    ("asked", "before", "beats"),
    [("Create", [], ["A", "B"]), ("Update", ["A"], ["B"]), ("Delete", ["A", "B"], [])],
)
def test_a_heartbeat_that_is_new_to_a_stack_is_heard_once(
    asked: str, before: list[str], beats: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with receiver() as cloudformation:
        said = {"StackId": "stack", "RequestId": "7", "LogicalResourceId": "FirstBeat"}
        known = {"OldResourceProperties": {"Heartbeats": before}} if before else {}
        on_stack(
            {
                **said,
                **known,
                "RequestType": asked,
                "ResponseURL": f"{cloudformation.address}/answer",
                "ResourceProperties": {"Heartbeats": ["A", "B"]},
            },
            Invocation(),
        )

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [name for line in written for name in ("A", "B") if line.get(name) == 1] == beats
    (answer,) = cloudformation.posted
    assert answer.words == {**said, "Status": "SUCCESS", "PhysicalResourceId": "FirstBeat"}
