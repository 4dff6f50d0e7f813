"""Count what functions ask of AWS: a proxy per function between its SDK and the endpoint."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import boto3
import urllib3

from tools.world.places import STACK
from tools.world.running import RunningWorld, client_words
from tools.world.warm import ALIAS

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient

SERVICES = ("DYNAMODB", "KMS", "SECRETS_MANAGER", "SFN", "SQS", "KINESIS", "EVENTBRIDGE")
DRAIN_SECONDS = 2.0  # what runs behind the POS's back may still be calling
WRITES: Final = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
)  # what is on disk when it is answered


class Call(NamedTuple):
    """Who asked for what; for a write, of which tables, once per item."""

    function: str
    operation: str
    tables: tuple[str, ...] = ()


Calls = Counter[Call]


@contextmanager
def counted(world: RunningWorld, only: Collection[str] = ()) -> Iterator[Calls]:
    """Point functions of the stack at a proxy each that counts, and back; they start anew both times.

    Args:
        world: Where they run.
        only: Their names in the template, without "Function"; all of them when empty.
    """
    calls: Calls = Counter()
    words = client_words(world.endpoint)
    stack: CloudFormationClient = boto3.client("cloudformation", **words)
    functions: LambdaClient = boto3.client("lambda", **words)
    resources = stack.describe_stack_resources(StackName=STACK)["StackResources"]
    servers, before = [], {}
    for resource in resources:
        function = resource["LogicalResourceId"].removesuffix("Function")
        if resource["ResourceType"] == "AWS::Lambda::Function" and (not only or function in only):
            server = _proxy(function, world.endpoint or "", calls)
            servers.append(server)
            name = resource["PhysicalResourceId"]
            before[name] = functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
            _redirect(functions, name, server.server_address[1])
    try:
        yield calls
    finally:
        for name, version in before.items():
            functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
        time.sleep(DRAIN_SECONDS)
        for server in servers:
            server.shutdown()
            server.server_close()


def _redirect(functions: LambdaClient, name: str, port: int) -> None:
    """Publish a version whose SDK talks to the proxy, and let the alias point at it."""
    declared = functions.get_function_configuration(FunctionName=name).get("Environment", {})["Variables"]
    endpoints = {f"AWS_ENDPOINT_URL_{service}": f"http://127.0.0.1:{port}" for service in SERVICES}
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**declared, **endpoints}}
    )
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)


def _tables(operation: str, body: bytes) -> tuple[str, ...]:
    """The tables that a write names, as the template does: the engine adds the stack's name and a digest."""
    if operation not in WRITES:
        return ()
    words = json.loads(body)
    items = [next(iter(one.values())) for one in words.get("TransactItems", [])] or [words]
    return tuple(one["TableName"].removeprefix(f"{STACK}-").partition("-")[0] for one in items)


def _proxy(function: str, endpoint: str, calls: Calls) -> ThreadingHTTPServer:
    http = urllib3.PoolManager(retries=False, maxsize=64)

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Forward one call, and count it."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or self.path
            calls[Call(function, operation, _tables(operation, body))] += 1
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            told = http.request("POST", endpoint + self.path, body=body, headers=headers)
            self.send_response(told.status)
            for name, value in told.headers.items():
                if name.lower() not in {
                    "transfer-encoding",
                    "connection",
                    "content-length",
                    "date",
                    "server",
                }:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.data)))
            self.end_headers()
            with suppress(ConnectionError):  # its SDK waits half a second, no longer
                self.wfile.write(told.data)

        def log_message(self, *_words: Any) -> None:  # noqa: ANN401 -- http.server's own signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
