"""AWS in memory once per file, a table and a VAN per test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from moto import mock_aws

from payment_adapters import casework, comparing, read_side, wiring
from payment_adapters.aws import clients
from payment_adapters.aws.cheque_inquiries import ChequeInquiries
from payment_adapters.aws.workflows import ExpressApproval
from payment_adapters.console import wired
from payment_adapters.http import trust
from payment_adapters.settling import wired as settling
from tests.adapters.scripted_van import ScriptedVan, answers
from tests.contracts.aws import (
    BREAKERS,
    CASES,
    FILES,
    JOURNALS,
    LEDGER,
    MARKS,
    READ_MODELS,
    REGION,
    SEARCH,
    SETTLEMENT,
    TABLE,
    TERMINALS_TABLE,
    client,
    create_endless_workflow,
)
from tests.handlers.world import ENVELOPE, MASTER, InProcessFunctions, InProcessWorkflow, World

MADE_ONCE_PER_SANDBOX: Final = (
    *(clients.session, clients.dynamodb, clients.kms, clients.secrets_manager, clients.approval_starter),
    *(clients.driver_starter, clients.sqs, clients.kinesis, clients.event_bridge),
    *(wiring.sales, wiring.claims, wiring.approval, wiring.drivers, wiring.watchdog, wiring.publisher),
    *(wiring.card_sealer, wiring.card_opener, wiring.terminal_master, wiring.token_key, wiring.link),
    *(clients.aside, clients.unhurried, wiring.breakers, wiring.known_breakers, wiring.errors, wiring.line),
    *(read_side.approvals, read_side.days, read_side.known_approvals, comparing.journals),
    *(comparing.findings, comparing.books, casework.cases, casework.truth, casework.protocol),
    *(read_side.models, read_side.search, read_side.totals),
    *(
        settling.ledger,
        settling.days,
        settling.files,
        settling.driver,
        settling.breaks,
        settling.store,
        clients.s3,
    ),
    *(trust.credentials, trust.envelope_secret, clients.cognito, wired.operators, wired.audit),
)
CLIENTS: Final = (
    clients.dynamodb,
    clients.aside,
    clients.unhurried,
    clients.kms,
    clients.sqs,
    clients.kinesis,
    clients.event_bridge,
)


@pytest.fixture(scope="module")
def van() -> Iterator[ScriptedVan]:
    with ScriptedVan([answers()]) as started:
        yield started


@pytest.fixture(scope="module")
def outgoing(van: ScriptedVan) -> Iterator[list[str]]:
    """Everything that leaves for AWS, as text; a fresh sandbox in a deployed world while it stands."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in {"AWS_DEFAULT_REGION": REGION, **_deployed(van)}.items():
            environment.setenv(name, value)
        _forget()
        left: list[str] = []
        for made in CLIENTS:
            made().meta.events.register(
                "provide-client-params.*", lambda params, **_: left.append(repr(params))
            )
        yield left
        _forget()


def _deployed(van: ScriptedVan) -> dict[str, str]:
    """Make what the template would, and name it as the template does."""
    secrets, workflows = client("secretsmanager"), client("stepfunctions")
    client("kinesis").create_stream(StreamName="events", ShardCount=1)
    client("events").create_event_bus(Name="facts")
    client("s3").create_bucket(Bucket=FILES, CreateBucketConfiguration={"LocationConstraint": REGION})
    return {
        "PAYMENTS_TABLE": TABLE,
        "MARKS_TABLE": MARKS,
        "TERMINALS_TABLE": TERMINALS_TABLE,
        "BREAKERS_TABLE": BREAKERS,
        "READ_MODELS_TABLE": READ_MODELS,
        "SEARCH_TABLE": SEARCH,
        "JOURNALS_TABLE": JOURNALS,
        "CASES_TABLE": CASES,
        "LEDGER_TABLE": LEDGER,
        "SETTLEMENT_TABLE": SETTLEMENT,
        "FILES_BUCKET": FILES,
        "CARD_KEY": client("kms").create_key()["KeyMetadata"]["Arn"],
        "TERMINAL_SECRET": secrets.create_secret(Name="terminal", SecretString=MASTER)["ARN"],
        "ENVELOPE_SECRET": secrets.create_secret(Name="envelope", SecretString=ENVELOPE)["ARN"],
        "TOKEN_SECRET": secrets.create_secret(Name="token", SecretString="of cards")["ARN"],
        "NET_CANCEL_WORKFLOW": create_endless_workflow(workflows, "net_cancel"),
        "CANCEL_WORKFLOW": create_endless_workflow(workflows, "cancel"),
        "SETTLEMENT_DAY_WORKFLOW": create_endless_workflow(workflows, "settlement_day"),
        "APPROVAL_WORKFLOW": create_endless_workflow(workflows, "approval"),
        "WATCHDOG_QUEUE": client("sqs").create_queue(QueueName="watchdog")["QueueUrl"],
        "EVENT_STREAM": "events",
        "EVENT_BUS": "facts",
        "ADDRESS_HANGANG": f"{van.address.host}:{van.address.port}",
        "ANSWER_SECONDS": "1",
    }


def _forget() -> None:
    for made in MADE_ONCE_PER_SANDBOX:
        made.cache_clear()


@pytest.fixture
def world(outgoing: list[str], van: ScriptedVan, monkeypatch: pytest.MonkeyPatch) -> World:
    """A relay that has not sold anything yet."""
    read_side.models.cache_clear()
    read_side.days.cache_clear()  # it remembers which terminals the tables know, and they are empty again
    workflow: Any = InProcessWorkflow()
    monkeypatch.setattr(wiring, "approval", lambda: ExpressApproval(workflow, "approval"))
    functions: Any = InProcessFunctions()
    monkeypatch.setattr(wiring, "cheque_inquiries", lambda: ChequeInquiries(functions, "cheque_inquiry"))
    made = World(van, workflow, functions, outgoing)
    made.van_does(answers())
    return made
