"""What a world needs before its first payment: agreed keys, and sandboxes that need not start first."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import boto3

from tools.simulators.parties import manner_of
from tools.world.running import TERMINAL, RunningWorld, client_words

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

ALIAS: Final = "live"
ABSENT_SALE: Final = f"{TERMINAL.key_id.replace('.', '-')}-20000101-1"
HARMLESS: Final[dict[str, dict[str, Any]]] = {
    "VanRouterFunction": {"sale_id": ABSENT_SALE, "tender": "card", "bin": "411111", "tried": []},
    "VanLinkHangangFunction": {
        "telegram": "cancel",
        "sale_id": ABSENT_SALE,
        "cancel": "20000101-1",
        "destination": "hangang",
    },
}


def warm(world: RunningWorld) -> int:
    """Run each function of the payment's path once; how many were run."""
    functions: LambdaClient = boto3.client("lambda", **client_words(world.endpoint))

    def run(logical_id: str) -> None:
        functions.invoke(
            FunctionName=world.function(logical_id),
            Qualifier=ALIAS,
            Payload=json.dumps(HARMLESS[logical_id]),
        )

    with ThreadPoolExecutor(len(HARMLESS)) as together:
        list(together.map(run, HARMLESS))
    return len(HARMLESS)


def agree_on_keys(world: RunningWorld) -> None:
    """Put the keys of simulated parties where payrelay reads them; with a real party, people do this."""
    secrets: SecretsManagerClient = boto3.client("secretsmanager", **client_words(world.endpoint))
    for name in world.vans:
        if key := manner_of(name).mac_key:
            secret_id = world.outputs[f"{name.title()}MacSecretArn"]
            secrets.put_secret_value(SecretId=secret_id, SecretString=key.decode())
