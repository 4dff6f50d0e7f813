"""A world that runs: its addresses, its clients, its terminals; found again from another process."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.aws.secrets import SecretReader
from payment_adapters.tables.sales import DynamoSales
from payment_adapters.terminals.key_ids import Terminal
from payrelay.client import Journal, Pos
from tools.simulators.process import VanPort
from tools.terminals import pos_of
from tools.wheels import Target
from tools.world import merchants
from tools.world.places import REGION, STACK, STAGE, NoWorldError, Places

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

TERMINAL: Final = Terminal("1001", "10010001", 1)


class FunctionFailedError(Exception):
    """A function of the running world failed when it was invoked by hand."""

    def __init__(self, logical_id: str, reason: str) -> None:
        """Name the function and what it said."""
        super().__init__(f"{logical_id} failed: {reason}")
        self.logical_id = logical_id
        self.reason = reason


def target_now() -> Target:
    """Where the world runs: RELAY_TARGET.

    Raises:
        NoWorldError: it names no target.
    """
    told = os.environ.get("RELAY_TARGET", Target.EMBEDDED)
    try:
        return Target(told)
    except ValueError:
        raise NoWorldError(
            f"RELAY_TARGET is {told!r}; it can be {', '.join(Target)} (default {Target.EMBEDDED})."
        ) from None


@dataclass(frozen=True)
class RunningWorld:
    """Everything a client of a running world needs.

    Attributes:
        endpoint: Base URL of its AWS; ``None`` for AWS itself.
        outputs: Of the stack, by name.
        vans: Admin ports of the simulated VANs by name; empty on AWS.
    """

    places: Places
    target: Target
    endpoint: str | None
    outputs: Mapping[str, str]
    vans: Mapping[str, VanPort]

    @classmethod
    def find(cls, places: Places) -> Self:
        """Find what runs.

        Raises:
            NoWorldError: nothing does, with the way on.
        """
        target = target_now()
        if target is Target.AWS:
            return cls(places, target, None, _outputs_on_aws(), {})
        record = places.read_record()
        if record is None:
            raise NoWorldError(f"No world is running in {places.state}. Start one with `payrelay up`.")
        if not places.owner_is_alive():
            raise NoWorldError(
                f"The world in {places.state} ended without `payrelay down`; its payments are kept. "
                "Start it again with `payrelay up`."
            )
        vans = {name: VanPort(name, one["admin_port"]) for name, one in record["vans"].items()}
        return cls(places, Target(record["target"]), record["endpoint"], record["outputs"], vans)

    @property
    def api_url(self) -> str:
        """Base address of the API. Engines answer below their own endpoint, whatever the stack says."""
        if self.endpoint is None:
            return self.outputs["ApiUrl"]
        return f"{self.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/{STAGE}"

    @property
    def console_url(self) -> str:
        """Where operators sign in."""
        return f"{self.api_url}/console"

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Client of the tables."""
        client: DynamoDBClient = boto3.client("dynamodb", **client_words(self.endpoint))
        return client

    @cached_property
    def sales(self) -> DynamoSales:
        """The truth."""
        return DynamoSales(self.dynamodb, self.outputs["PaymentsTable"])

    @cached_property
    def _terminal_master(self) -> bytes:
        client: SecretsManagerClient = boto3.client("secretsmanager", **client_words(self.endpoint))
        return SecretReader(client, self.outputs["TerminalSecretArn"], lambda: 0).value()

    def function(self, logical_id: str) -> str:
        """The name of a deployed function, by its name in the template."""
        stack: CloudFormationClient = boto3.client("cloudformation", **client_words(self.endpoint))
        found = stack.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def invoke(self, logical_id: str, words: Mapping[str, Any]) -> dict[str, Any]:
        """Run a deployed function's live version once, and read what it says.

        Raises:
            FunctionFailedError: it failed.
        """
        client: LambdaClient = boto3.client("lambda", **client_words(self.endpoint))
        answer = client.invoke(
            FunctionName=self.function(logical_id), Qualifier="live", Payload=json.dumps(words).encode()
        )
        told = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise FunctionFailedError(logical_id, str(told.get("errorMessage", told)))
        read: dict[str, Any] = told
        return read

    @cached_property
    def _known_keys(self) -> dict[str, str]:
        return {}

    def merchant_key(self, merchant: str) -> str:
        """The API key that the merchant is metered by; made when it has none."""
        if merchant not in self._known_keys:
            plan_id = self.outputs["MerchantPlanId"]
            self._known_keys[merchant] = merchants.add(merchant, plan_id, client_words(self.endpoint))
        return self._known_keys[merchant]

    def pos(self, terminal: Terminal = TERMINAL, *, api_key: str | None = None) -> Pos:
        """A terminal with its own key and journal, and its merchant's API key or another."""
        journal = Journal(self.places.journal(terminal.key_id))
        if api_key is None:
            api_key = self.merchant_key(terminal.merchant)
        return pos_of(self.api_url, terminal, self._terminal_master, journal, api_key)


def client_words(endpoint: str | None) -> dict[str, Any]:
    """Keyword arguments of ``boto3.client``; a local endpoint never sees a real account's credentials."""
    if endpoint is None:
        return {"region_name": REGION}
    return {
        "endpoint_url": endpoint,
        "region_name": REGION,
        "aws_access_key_id": "000000000000",
        "aws_secret_access_key": "local",
        "config": Config(inject_host_prefix=False, retries={"total_max_attempts": 1}),
    }


def _outputs_on_aws() -> dict[str, str]:
    client: CloudFormationClient = boto3.client("cloudformation", **client_words(None))
    try:
        stack = client.describe_stacks(StackName=STACK)["Stacks"][0]
    except (ClientError, BotoCoreError) as failure:
        raise NoWorldError(
            f"RELAY_TARGET=aws, and the stack {STACK} cannot be read ({failure}). "
            "Check the credentials, and deploy it with `make deploy`."
        ) from failure
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
