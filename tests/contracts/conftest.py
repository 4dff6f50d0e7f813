"""Every implementation of a port in turn: the fake, the laboratory's account, moto, the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
from moto import mock_aws

from payment_adapters.aws.workflows import RecoveryDrivers
from payment_adapters.tables.breakers import DynamoBreakers
from payment_adapters.tables.cases import DynamoCases
from payment_adapters.tables.findings import DynamoFindings
from payment_adapters.tables.journals import DynamoJournals
from payment_adapters.tables.read_models import DynamoApprovals, DynamoDays
from payment_core.approval.model import SaleId
from payment_core.cases.ports import Cases
from payment_core.projection.approvals import Approvals
from payment_core.projection.days import Days
from payment_core.reconciliation.ports import Findings, Journals
from payment_core.routing.ports import Breakers
from tests.contracts.account import end_all, settled_cloud
from tests.contracts.aws import (
    REGION,
    client,
    create_breakers_table,
    create_cases_table,
    create_endless_workflow,
    create_journals_table,
    create_marks_table,
    create_payments_table,
    create_read_models_table,
)
from tests.contracts.desk import Desk
from tests.contracts.engine import engine as engine  # noqa: PLC0414 -- a fixture is shared by its name
from tests.contracts.ports import DynamoStore, RunningDrivers, Store
from tests.contracts.targets import REMOTE, TARGETS, fresh, records_of, remote_client
from tests.fakes.approvals import InMemoryApprovals
from tests.fakes.breakers import InMemoryBreakers
from tests.fakes.cases import InMemoryCases
from tests.fakes.days import InMemoryDays
from tests.fakes.drivers import FakeDrivers
from tests.fakes.findings import InMemoryFindings
from tests.fakes.hands import Clock
from tests.fakes.journals import InMemoryJournals
from tests.fakes.sales import InMemorySales
from tools.lab.aws.cloud import Cloud
from tools.lab.aws.deployment import machine_arn
from tools.world.engine.process import Engine

_sequences = count(1)


@pytest.fixture(scope="module")
def moto_table() -> Iterator[DynamoStore]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        yield DynamoStore(dynamodb, create_payments_table(dynamodb), create_marks_table(dynamodb))


@pytest.fixture
def account() -> Cloud:
    """AWS as the laboratory has it, of which every read is up to date."""
    return settled_cloud()[0]


@pytest.fixture
def laboratory_table(account: Cloud) -> DynamoStore:
    return DynamoStore(account.client("dynamodb"), "PaymentsTable", "MarksTable")


@pytest.fixture
def laboratory_breakers(account: Cloud) -> DynamoBreakers:
    return DynamoBreakers(account.client("dynamodb"), "BreakersTable")


@pytest.fixture
def laboratory_approvals(account: Cloud) -> DynamoApprovals:
    return DynamoApprovals(account.client("dynamodb"), "ReadModelsTable")


@pytest.fixture
def laboratory_journals(account: Cloud) -> DynamoJournals:
    return DynamoJournals(account.client("dynamodb"), "JournalsTable")


@pytest.fixture(scope="session")
def engine_table(engine: Engine) -> DynamoStore:
    dynamodb = client("dynamodb", engine)
    return DynamoStore(dynamodb, create_payments_table(dynamodb), create_marks_table(dynamodb))


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def store(request: pytest.FixtureRequest) -> Store:
    """The truth, by every implementation."""
    if request.param == "in_memory":
        return InMemorySales()
    found: DynamoStore = request.getfixturevalue(f"{request.param}_table")
    return found


@pytest.fixture(params=["fake", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def running(request: pytest.FixtureRequest) -> Iterator[RunningDrivers]:
    """The drivers, by every implementation."""
    if request.param == "fake":
        fake = FakeDrivers()
        yield RunningDrivers(fake, fake.end_all)
    elif request.param == "laboratory":
        account: Cloud = request.getfixturevalue("account")
        drivers = RecoveryDrivers(
            account.client("stepfunctions"), machine_arn("net_cancel"), machine_arn("cancel")
        )
        yield RunningDrivers(drivers, lambda: end_all(account))
    elif request.param == "moto":
        with mock_aws():
            yield _workflows(client("stepfunctions"))
    else:
        yield _workflows(client("stepfunctions", request.getfixturevalue("engine")))


def _workflows(workflows: Any) -> RunningDrivers:  # noqa: ANN401 -- a client
    net_cancel, cancel = (
        create_endless_workflow(workflows, f"{word}-{next(_sequences)}") for word in ("net_cancel", "cancel")
    )

    def end_all() -> None:
        for machine in (net_cancel, cancel):
            for execution in workflows.list_executions(stateMachineArn=machine)["executions"]:
                workflows.stop_execution(executionArn=execution["executionArn"])

    return RunningDrivers(RecoveryDrivers(workflows, net_cancel, cancel), end_all)


@pytest.fixture(scope="module")
def moto_breakers() -> Iterator[DynamoBreakers]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        yield DynamoBreakers(dynamodb, create_breakers_table(dynamodb))


@pytest.fixture(scope="session")
def engine_breakers(engine: Engine) -> DynamoBreakers:
    dynamodb = client("dynamodb", engine)
    return DynamoBreakers(dynamodb, create_breakers_table(dynamodb))


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def breakers(request: pytest.FixtureRequest) -> Breakers:
    """The breakers, by every implementation."""
    if request.param == "in_memory":
        return InMemoryBreakers()
    found: DynamoBreakers = request.getfixturevalue(f"{request.param}_breakers")
    return found


@pytest.fixture(scope="module")
def moto_approvals() -> Iterator[DynamoApprovals]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        yield DynamoApprovals(dynamodb, create_read_models_table(dynamodb))


@pytest.fixture(scope="session")
def engine_approvals(engine: Engine) -> DynamoApprovals:
    dynamodb = client("dynamodb", engine)
    return DynamoApprovals(dynamodb, create_read_models_table(dynamodb))


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def approvals(request: pytest.FixtureRequest) -> Approvals:
    """The model of approvals, by every implementation."""
    if request.param == "in_memory":
        return InMemoryApprovals()
    found: DynamoApprovals = request.getfixturevalue(f"{request.param}_approvals")
    return found


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def days(request: pytest.FixtureRequest) -> Days:
    """The model of days, by every implementation; it lies in the same table."""
    if request.param == "in_memory":
        return InMemoryDays()
    beside: DynamoApprovals = request.getfixturevalue(f"{request.param}_approvals")
    return DynamoDays(beside.client, beside.table)


@pytest.fixture(scope="module")
def moto_journals() -> Iterator[DynamoJournals]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        yield DynamoJournals(dynamodb, create_journals_table(dynamodb))


@pytest.fixture(scope="session")
def engine_journals(engine: Engine) -> DynamoJournals:
    dynamodb = client("dynamodb", engine)
    return DynamoJournals(dynamodb, create_journals_table(dynamodb))


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def journals(request: pytest.FixtureRequest) -> Journals:
    """The journals, by every implementation."""
    if request.param == "in_memory":
        return InMemoryJournals()
    found: DynamoJournals = request.getfixturevalue(f"{request.param}_journals")
    return found


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def findings(request: pytest.FixtureRequest) -> Findings:
    """The findings, by every implementation; they lie in the same table."""
    if request.param == "in_memory":
        return InMemoryFindings()
    beside: DynamoJournals = request.getfixturevalue(f"{request.param}_journals")
    return DynamoFindings(beside.client, beside.table)


@pytest.fixture
def laboratory_cases(account: Cloud) -> DynamoCases:
    return DynamoCases(account.client("dynamodb"), "CasesTable")


@pytest.fixture(scope="module")
def moto_cases() -> Iterator[DynamoCases]:
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        dynamodb = client("dynamodb")
        yield DynamoCases(dynamodb, create_cases_table(dynamodb))


@pytest.fixture(scope="session")
def engine_cases(engine: Engine) -> DynamoCases:
    dynamodb = client("dynamodb", engine)
    return DynamoCases(dynamodb, create_cases_table(dynamodb))


@pytest.fixture(params=["in_memory", "laboratory", "moto", pytest.param("engine", marks=pytest.mark.engine)])
def cases(request: pytest.FixtureRequest) -> Cases:
    """The cases, by every implementation."""
    if request.param == "in_memory":
        return InMemoryCases()
    found: DynamoCases = request.getfixturevalue(f"{request.param}_cases")
    return found


@pytest.fixture
def destination() -> str:
    """A destination that no other test has."""
    return f"van{next(_sequences)}"


@pytest.fixture
def sale_id() -> SaleId:
    """A sale that no other test has."""
    return SaleId("1001", "10010001", 1, "20261120", next(_sequences))


@pytest.fixture
def clock() -> Clock:
    """Noon in Seoul, until a test moves it."""
    return Clock()


@pytest.fixture(scope="session")
def payments_of() -> Iterator[dict[str, tuple[Any, str]]]:
    """Client and table of each target that was asked for, made once."""
    made: dict[str, tuple[Any, str]] = {}
    yield made
    for target, (dynamodb, table) in made.items():
        if target == REMOTE:
            dynamodb.delete_table(TableName=table)


@pytest.fixture(params=TARGETS)
def desk(request: pytest.FixtureRequest, payments_of: dict[str, tuple[Any, str]]) -> Desk:
    """A table on each target."""
    target: str = request.param
    if target == "laboratory":
        cloud = settled_cloud()[0]
        stream = cloud.streams["PaymentsTable"]
        return Desk(cloud.client("dynamodb"), "PaymentsTable", target, stream.told)
    engine = request.getfixturevalue("engine") if target == "engine" else None
    service = remote_client if engine is None else partial(client, engine=engine)
    if target not in payments_of:
        dynamodb = service("dynamodb")
        name = create_payments_table(dynamodb, fresh("payments"))
        dynamodb.get_waiter("table_exists").wait(TableName=name)
        payments_of[target] = dynamodb, name
    dynamodb, name = payments_of[target]
    return Desk(dynamodb, name, target, lambda: records_of(service("dynamodbstreams"), name))
