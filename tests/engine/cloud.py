"""Where the conformance tests run: clients for one endpoint, and the conformance stack's outputs there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tools.world.deploy import deploy

TEMPLATE = Path(__file__).parent / "stack" / "template.yaml"
STACK_NAME = "relay-conformance"


@dataclass(frozen=True)
class Cloud:
    """The target of the session with the conformance stack on it; `endpoint` is None on AWS."""

    endpoint: str | None
    credentials: dict[str, str]
    outputs: dict[str, str]

    @property
    def region(self) -> str:
        """The region the stack is in."""
        return self.credentials["region_name"]

    @property
    def api_url(self) -> str:
        """The base URL of the stack's REST API, without a trailing slash."""
        if self.endpoint is None:
            return self.outputs["ApiUrl"]
        return f"{self.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/live"

    def client(self, service: str) -> Any:  # noqa: ANN401 - a client of any service
        """A client without retries, so that a test sees the first answer."""
        return client(service, self.endpoint, tuple(self.credentials.items()))

    def invoke(self, function: str, event: object) -> tuple[str | None, Any]:
        """Call a function of the stack by output name; the kind of error (None when none) and the answer."""
        answer = self.client("lambda").invoke(FunctionName=self.outputs[function], Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    def deploy(self, template: Path, stack_name: str, **parameters: str) -> dict[str, str]:
        """Deploy a stack of the test's own and return its outputs."""
        return deploy(
            template,
            endpoint_url=self.endpoint,
            stack_name=stack_name,
            parameters=parameters,
            region=self.region,
        )

    def witnessed(self, function: str) -> list[list[str]]:
        """The batches a consumer of the stack has seen, oldest first."""
        pages = (
            self.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.outputs["Witness"],
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": self.outputs[function]}},
                ConsistentRead=True,
            )
        )
        return [[word["S"] for word in item["words"]["L"]] for page in pages for item in page["Items"]]


@cache
def client(service: str, endpoint: str | None, credentials: tuple[tuple[str, str], ...]) -> Any:  # noqa: ANN401 - a client of any service
    """A client without retries or waiting; `credentials` are boto3's keyword arguments as pairs."""
    settings = Config(
        inject_host_prefix=endpoint is None,
        retries={"max_attempts": 0},
        max_pool_connections=32,
        read_timeout=20,
    )
    session: Any = boto3.Session()
    return session.client(service, endpoint_url=endpoint, config=settings, **dict(credentials))


def deploy_conformance_stack(endpoint: str | None, region: str) -> dict[str, str]:
    """Deploy the conformance stack and return its outputs."""
    return deploy(TEMPLATE, endpoint_url=endpoint, stack_name=STACK_NAME, parameters={}, region=region)
