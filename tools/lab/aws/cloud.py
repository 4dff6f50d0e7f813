"""One account in memory: every service the adapters use, over the resources of template.yaml.

Whoever drives it passes two things: a clock, and ``passing``, which every call goes through before it takes
effect and again before it is answered. What ``passing`` raises is what the adapter meets:

    refusals.throttled(operation)       before: nothing took effect      after: it did, nobody heard
    botocore.exceptions.ReadTimeoutError(endpoint_url=…)                 the same, without an answer
    refusals.InConflict(place)          before a write of a table: a transaction is cancelled for one item
    refusals.PartlyRefused(refuses)     before PutRecords, PutEvents, BatchGetItem: some are not taken
    any BaseException                   the sandbox dies here

Workflows reach functions through ``invoke`` and time through ``wait`` (tasks.py), and pass once more as they
enter a state: ``EnterState`` of ``approval.Route``.

A client sends again what the SDK would send again, as often as its ``Config`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from botocore.config import Config

from tools.lab.aws import tasks
from tools.lab.aws.bus import Bus, EventBridgeClient
from tools.lab.aws.calls import Call as Call  # noqa: PLC0414 -- part of this interface
from tools.lab.aws.calls import Clock as Clock  # noqa: PLC0414 -- the same
from tools.lab.aws.calls import Line, NotProvidedError, Passing
from tools.lab.aws.database import Database
from tools.lab.aws.deployment import deployed
from tools.lab.aws.dynamodb import DynamoClient
from tools.lab.aws.feeds import Feed, QueueFeed, StreamFeed
from tools.lab.aws.keys import Kms, KmsClient, Secret, SecretsManagerClient, generated
from tools.lab.aws.objects import Objects, S3Client
from tools.lab.aws.queues import Queue, SqsClient
from tools.lab.aws.streams import KinesisClient, Stream
from tools.lab.aws.tables import Table
from tools.lab.aws.tasks import Invoke, Wait
from tools.lab.aws.workflows import Execution, StateMachine, StepFunctionsClient, Workflows

DAY_SECONDS: Final = 86_400
EVENT_STREAM_SECONDS: Final = 7 * DAY_SECONDS


@cache
def _tables() -> dict[str, Callable[[Clock, Stream | None], Table]]:
    return {name: Table.read(name, told) for name, told in deployed().tables.items()}


class Cloud:
    """The account, empty.

    Attributes:
        tables: By logical id; ``items`` of one are what stands in it now.
        streams: Of the tables that have one, and of Kinesis, by logical id.
        feeds: Every mapping of the template, one per shard, in the template's order.
        bus: Events that were put, and whom they go to.
        queues: By logical id.
        secrets: By logical id; the laboratory may rotate one.
    """

    def __init__(
        self,
        clock: Clock,
        passing: Passing,
        *,
        invoke: Invoke = tasks.nobody_runs,
        wait: Wait = tasks.nobody_waits,
        shards: int = 1,
    ) -> None:
        self.clock = clock
        self.passing = passing
        stack = deployed()
        self.queues: dict[str, Queue] = {}
        for name, settings in stack.queues.items():
            self.queues[name] = Queue(name, clock, settings, self.queues)
        self.secrets = {name: Secret(generated(name), clock.now()) for name in stack.secrets}
        self.objects = Objects(clock)
        self.bus = Bus(clock, stack.rules)
        self.streams = {name: Stream.of(name, clock, EVENT_STREAM_SECONDS, shards) for name in stack.streams}
        for name, table in stack.tables.items():
            if "StreamSpecification" in table:
                self.streams[name] = Stream.of(name, clock, DAY_SECONDS, shards)
        self.tables = {name: made(clock, self.streams.get(name)) for name, made in _tables().items()}
        self.feeds = self._feeds(shards)
        self._database = Database(clock, self.tables)
        self._kms = Kms()
        self._workflows = Workflows.of(stack.machines, clock, passing, invoke, wait)
        self._clients: dict[str, Callable[[Line], Any]] = {
            "dynamodb": lambda line: DynamoClient(line, self._database),
            "events": lambda line: EventBridgeClient(line, self.bus),
            "kinesis": lambda line: KinesisClient(line, self.streams),
            "kms": lambda line: KmsClient(line, self._kms),
            "s3": lambda line: S3Client(line, self.objects),
            "secretsmanager": lambda line: SecretsManagerClient(line, self.secrets),
            "stepfunctions": lambda line: StepFunctionsClient(line, self._workflows),
            "sqs": lambda line: SqsClient(line, self.queues),
        }

    def client(self, service_name: str, config: Config | None = None) -> Any:  # noqa: ANN401 -- a client of any service
        """What ``clients.client`` gives: a client that sends a call as often as its ``Config`` says.

        Raises:
            NotProvidedError: no adapter uses this service.
        """
        if service_name not in self._clients:
            raise NotProvidedError(f"the service {service_name}")
        retries = getattr(config, "retries", None) or {}
        return self._clients[service_name](
            Line(service_name, self.passing, retries.get("total_max_attempts", 1))
        )

    @property
    def executions(self) -> list[Execution]:
        """Every Standard execution that was started, in order; each moves when its ``step`` is called."""
        return self._workflows.executions

    def state_machine(self, word: str) -> StateMachine:
        """A workflow by its word, to be run without being asked for by a client."""
        return self._workflows.machines[word]

    def settle_indexes(self, at_most: int | None = None) -> int:
        """Let each index show so many of its oldest writes, or all; returns how many are still not shown."""
        behind = 0
        for table in self.tables.values():
            for index in table.indexes.values():
                index.settle(at_most)
                behind += len(index.behind)
        return behind

    def settle_reads(self) -> None:
        """Let reads that ask for no consistency see everything that was written."""
        for table in self.tables.values():
            table.stale.clear()

    def forget_expired(self) -> int:
        """Delete what a table may forget by now; returns how many items."""
        return sum(table.forget_expired() for table in self.tables.values())

    def _feeds(self, shards: int) -> tuple[Feed, ...]:
        feeds: list[Feed] = []
        for mapping in deployed().sources:
            if mapping.kind == "SQS":
                feeds.append(QueueFeed(mapping, self.queues[mapping.source]))
                continue
            dead_letters = self.queues[mapping.dead_letters] if mapping.dead_letters else None
            stream = self.streams[mapping.source]
            feeds += [StreamFeed(mapping, stream, shard, dead_letters) for shard in range(shards)]
        return tuple(feeds)
