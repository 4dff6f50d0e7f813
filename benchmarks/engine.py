"""How fast the embedded engine is on this machine: start, deployment, functions, workflows, tables.

Usage: `.venv/bin/python benchmarks/engine.py`. Client and engine share the machine, so the figures are lower
bounds; they say what a test may expect here, and nothing about AWS.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import tempfile
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine.cloud import Cloud, deploy_conformance_stack
from tools.world.engine.process import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = 200
CLIENTS = 4


def milliseconds(call: Callable[[], object], calls: int = CALLS) -> str:
    """The median and the 99th percentile of so many calls, one after another."""
    took = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1000)
    return f"p50 {statistics.median(took):.1f} ms, p99 {statistics.quantiles(took, n=100)[98]:.1f} ms"


def per_second(call: Callable[[], object], calls: int = 4 * CALLS) -> str:
    """The rate at which four clients together get so many calls answered."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for answered in [clients.submit(call) for _ in range(calls)]:
            answered.result()
    return f"{calls / (time.perf_counter() - started):.0f} per second with {CLIENTS} clients"


def seconds(call: Callable[[], object]) -> str:
    """The time of one call."""
    started = time.perf_counter()
    call()
    return f"{time.perf_counter() - started:.2f} s"


def measure(cloud: Cloud) -> dict[str, str]:
    """Every figure that needs the conformance stack, by name."""
    table, ledger = cloud.client("dynamodb"), cloud.outputs["Ledger"]

    def put() -> None:
        key = {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "benchmark"}, "amount_won": {"N": "11000"}}
        table.put_item(TableName=ledger, Item=key, ConditionExpression="attribute_not_exists(pk)")

    def transact() -> None:
        keys = [{"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "benchmark"}} for _ in range(3)]
        table.transact_write_items(
            TransactItems=[{"Put": {"TableName": ledger, "Item": key}} for key in keys]
        )

    def invoke() -> None:
        cloud.invoke("Probe", {"do": "pid"})

    def run_express() -> None:
        cloud.client("stepfunctions").start_sync_execution(
            stateMachineArn=cloud.outputs["Express"], input='{"do": "pid"}'
        )

    def post() -> None:
        request = urllib.request.Request(f"{cloud.api_url}/sales/1/echo", data=b"{}", method="POST")  # noqa: S310 - the API measured
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the API measured
            json.loads(answer.read())

    return {
        "cold invocation, boto3 imported": seconds(invoke),
        "warm invocation": milliseconds(invoke),
        "REST API to function": milliseconds(post),
        "synchronous Express workflow with one function": milliseconds(run_express),
        "the same, together": per_second(run_express),
        "conditional put": milliseconds(put),
        "conditional puts, together": per_second(put),
        "transactions of three puts, together": per_second(transact),
    }


def main() -> None:
    """Print the table."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with Engine.start(0, None, Path(folder, "engine.log")) as engine:
            figures = {"engine start": f"{time.perf_counter() - started:.2f} s"}
            started = time.perf_counter()
            outputs = deploy_conformance_stack(engine.endpoint, engine.region)
            figures["first deployment"] = f"{time.perf_counter() - started:.2f} s"
            figures |= measure(Cloud(engine.endpoint, engine.credentials, outputs))
            memory = Path(f"/proc/{engine.pid}/status").read_text(encoding="ascii")
            resident = next(line.split()[1] for line in memory.splitlines() if line.startswith("VmRSS"))
            figures["engine memory after all this"] = f"{int(resident) // 1024} MB"
    for name, figure in figures.items():
        print(f"{name:<50} {figure}")


if __name__ == "__main__":
    main()
