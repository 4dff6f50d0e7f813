"""AWS for tests: clients of moto or of the engine, the template's table, workflows that only run."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

import boto3
from botocore.config import Config

from tools.template import load
from tools.world.engine.process import REPOSITORY, Engine

REGION: Final = "ap-northeast-2"
TABLE: Final = "payments"
MARKS: Final = "marks"
TERMINALS_TABLE: Final = "terminals"
BREAKERS: Final = "breakers"
READ_MODELS: Final = "read_models"
SEARCH: Final = "search"
JOURNALS: Final = "journals"
CASES: Final = "cases"
AUDIT: Final = "audit"
LEDGER: Final = "ledger"
SETTLEMENT: Final = "settlement"
FILES: Final = "files"
ROLE: Final = "arn:aws:iam::000000000000:role/any"
RUNS_UNTIL_STOPPED: Final = {
    "StartAt": "Wait",
    "States": {"Wait": {"Type": "Wait", "Seconds": 3_600, "End": True}},
}
TAKEN_FROM_THE_TEMPLATE: Final = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "BillingMode",
    "StreamSpecification",
)


def client(service: str, engine: Engine | None = None) -> Any:  # noqa: ANN401 -- a client of any service
    """A client of the engine, or of moto where none is given; it never tries twice by itself."""
    settings = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, max_pool_connections=32)
    if engine is None:
        return _session().client(service, region_name=REGION, config=settings)
    return _session().client(service, endpoint_url=engine.endpoint, config=settings, **engine.credentials)


@cache
def _session() -> Any:  # noqa: ANN401 -- boto3's session reads each service's model once
    return boto3.Session("testing", "testing")


def create_payments_table(dynamodb: Any, name: str = TABLE) -> str:  # noqa: ANN401 -- a client as above
    """Create the table as the template defines it, its stream included; returns its name."""
    defined = _defined("PaymentsTable")
    stream = {"StreamEnabled": True, **defined.pop("StreamSpecification")}
    dynamodb.create_table(TableName=name, StreamSpecification=stream, **defined)
    return name


def create_marks_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of marks as the template defines it; returns its name."""
    dynamodb.create_table(TableName=MARKS, **_defined("MarksTable"))
    return MARKS


def create_terminals_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of terminals as the template defines it; returns its name."""
    dynamodb.create_table(TableName=TERMINALS_TABLE, **_defined("TerminalsTable"))
    return TERMINALS_TABLE


def create_breakers_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of breakers as the template defines it, its stream included; returns its name."""
    defined = _defined("BreakersTable")
    stream = {"StreamEnabled": True, **defined.pop("StreamSpecification")}
    dynamodb.create_table(TableName=BREAKERS, StreamSpecification=stream, **defined)
    return BREAKERS


def create_read_models_table(dynamodb: Any, name: str = READ_MODELS) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of read models as the template defines it; returns its name."""
    dynamodb.create_table(TableName=name, **_defined("ReadModelsTable"))
    return name


def create_search_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the search table as the template defines it; returns its name."""
    dynamodb.create_table(TableName=SEARCH, **_defined("SearchTable"))
    return SEARCH


def create_journals_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of journals as the template defines it, its stream included; returns its name."""
    defined = _defined("JournalsTable")
    stream = {"StreamEnabled": True, **defined.pop("StreamSpecification")}
    dynamodb.create_table(TableName=JOURNALS, StreamSpecification=stream, **defined)
    return JOURNALS


def create_cases_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of cases as the template defines it, its stream included; returns its name."""
    defined = _defined("CasesTable")
    stream = {"StreamEnabled": True, **defined.pop("StreamSpecification")}
    dynamodb.create_table(TableName=CASES, StreamSpecification=stream, **defined)
    return CASES


def create_audit_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of the audit log as the template defines it; returns its name."""
    dynamodb.create_table(TableName=AUDIT, **_defined("AuditTable"))
    return AUDIT


def create_ledger_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of the ledger as the template defines it; returns its name."""
    dynamodb.create_table(TableName=LEDGER, **_defined("LedgerTable"))
    return LEDGER


def create_settlement_table(dynamodb: Any) -> str:  # noqa: ANN401 -- a client as above
    """Create the table of settlement as the template defines it, its stream included; returns its name."""
    defined = _defined("SettlementTable")
    stream = {"StreamEnabled": True, **defined.pop("StreamSpecification")}
    dynamodb.create_table(TableName=SETTLEMENT, StreamSpecification=stream, **defined)
    return SETTLEMENT


@cache
def _resources() -> dict[str, Any]:
    """The template is read once: every handler's test creates seven tables."""
    resources: dict[str, Any] = load(REPOSITORY / "template.yaml")["Resources"]
    return resources


def _defined(table: str) -> dict[str, Any]:
    words = _resources()[table]["Properties"]
    return {word: value for word, value in words.items() if word in TAKEN_FROM_THE_TEMPLATE}


def create_endless_workflow(workflows: Any, name: str) -> str:  # noqa: ANN401 -- a client as above
    """Create a Standard workflow whose executions run until they are stopped; returns its ARN."""
    made: dict[str, str] = workflows.create_state_machine(
        name=name, definition=json.dumps(RUNS_UNTIL_STOPPED), roleArn=ROLE
    )
    return made["stateMachineArn"]
