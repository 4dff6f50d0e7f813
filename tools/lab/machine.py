"""The machine that the adapters stand on, put under them once per process: clocks, chance, lines and AWS.

Only the edge is replaced: what ``payment_adapters.outside`` takes from the machine, ``sockets.connected``,
the clients of AWS, the metrics that would be printed, and the clock of the library that reads signatures.
Everything above it is what is deployed. One run at a time stands behind it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from types import ModuleType, SimpleNamespace
from typing import Any, Final, Protocol
from unittest.mock import patch

import http_message_signatures.signatures as library_of_signatures

from functions.outbox import handler as outbox
from functions.sweeper import handler as sweeper
from payment_adapters import casework, comparing, outside, read_side, sockets, wiring
from payment_adapters.aws import clients, metrics
from payment_adapters.destinations import destination
from payment_adapters.http import trust
from payment_adapters.networks.error_report import ErrorReport
from payment_adapters.networks.measured import MeasuredLink
from payment_adapters.settling import wired
from payment_adapters.tables import sales
from payment_adapters.tables.items import sale_from_wire
from payment_core.approval.model import Sale
from payment_core.approval.ports import Profile
from tools.lab.aws.deployment import deployed
from tools.lab.fleet import TakesItsWord

SANDBOXED: Final = (clients, wiring, wired, read_side, trust, casework, comparing)
READERS: Final = (sales, sweeper, outbox)  # of sales
SALES_KEPT: Final = 1_000
ASKED: Final[tuple[tuple[ModuleType, str], ...]] = (
    *((outside, name) for name in ("now_ms", "monotonic_seconds", "pause_seconds")),
    *((outside, name) for name in ("fresh_id", "chance_below", "fresh_bytes")),
    (sockets, "connected"),
    (wiring, "profile"),
    (clients, "client"),
)


class Ground(Protocol):
    """What one run gives to the code above it."""

    def now_ms(self) -> int:
        """Wall clock of the sandbox that asks."""

    def monotonic_seconds(self) -> float:
        """A clock that never jumps."""

    def pause_seconds(self, seconds: float) -> None:
        """Let time go by."""

    def fresh_id(self) -> str:
        """An id."""

    def chance_below(self, limit: int) -> int:
        """Chance."""

    def fresh_bytes(self, size: int) -> bytes:
        """More chance."""

    def connected(self, address: sockets.Address, deadline: float) -> Any:  # noqa: ANN401 -- part of a socket
        """A line."""

    def client(self, service_name: str, config: Any = None) -> Any:  # noqa: ANN401 -- of any service
        """A client of AWS."""

    def profile(self, name: str) -> Profile:
        """What the contract with a destination says in this run."""

    def counted(self, name: str, value: int, dimensions: dict[str, str]) -> None:
        """A metric."""

    def memory(self) -> dict[str, Any]:
        """What the sandbox that asks keeps for itself."""


class Machine:
    """Stands under the adapters; whose turn it is changes with each run."""

    def __init__(self) -> None:
        """Find what a sandbox makes only once, so that each run begins with fresh sandboxes."""
        self.ground: Ground | None = None
        self._read: dict[int, tuple[Mapping[str, Any], Sale]] = {}
        self._once = [
            one.cache_clear
            for module in SANDBOXED
            for one in vars(module).values()
            if hasattr(one, "cache_clear") and one.__module__ == module.__name__
        ]

    @contextmanager
    def under(self, ground: Ground) -> Iterator[None]:
        """Have one run stand here."""
        self._forget()
        self.ground = ground
        for module, name in ASKED:
            setattr(module, name, getattr(ground, name))
        try:
            yield
        finally:
            self.ground = None

    def _forget(self) -> None:
        self._read.clear()
        for forget in self._once:
            forget()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand under the adapters of this process."""
        with ExitStack() as stack:

            def put(module: ModuleType, name: str, instead: object) -> None:
                stack.enter_context(patch.object(module, name, instead))

            for module, name in ASKED:
                put(module, name, None)  # each run puts its own here
            put(metrics, "count", self._count)
            put(metrics, "seconds", self._count)
            put(metrics, "milliseconds", self._count)
            put(metrics, "spread", lambda *_, **__: None)  # percentiles, which no alarm here looks at
            for module in READERS:
                put(module, "sale_from_wire", self._sale)
            put(wiring, "report_errors", lambda: self._errors().report())
            put(wiring, "link", self._link)
            real = trust.credentials
            put(trust, "credentials", lambda: TakesItsWord(real(), outside.now_ms))
            put(library_of_signatures, "datetime", self._library_clock())
            environment = {
                name: value
                for one in deployed().functions.values()
                for name, value in one.environment.items()
            }
            stack.enter_context(patch.dict(os.environ, environment))
            logging.disable(logging.CRITICAL)
            stack.callback(self._forget)
            stack.callback(logging.disable, logging.NOTSET)
            yield

    def _count(self, name: str, value: int = 1, **dimensions: str) -> None:
        assert self.ground is not None  # noqa: S101 -- a bug: nothing runs without a ground
        self.ground.counted(name, value, dimensions)

    def _sale(self, item: Mapping[str, Any]) -> Sale:
        """What an item tells, read once: nobody changes an item in place, and a sale is frozen."""
        known = self._read.get(id(item))
        if known is None:
            if len(self._read) == SALES_KEPT:
                self._read.clear()
            known = self._read[id(item)] = item, sale_from_wire(item)
        return known[1]

    def _errors(self) -> ErrorReport:
        """One report for each run of a function: sandboxes that run at once share none."""
        assert self.ground is not None  # noqa: S101 -- a bug: nothing runs without a ground
        memory = self.ground.memory()
        if "errors" not in memory:
            memory["errors"] = ErrorReport(
                wiring.breakers(),
                wiring.routes,
                wiring.now_ms,
                lambda name: destination(name).max_errors_per_terminal,
            )
        report: ErrorReport = memory["errors"]
        return report

    def _link(self, name: str) -> MeasuredLink:
        return MeasuredLink(name, wiring.line(name), self._errors().keep)

    def _library_clock(self) -> SimpleNamespace:
        class Moment(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401 -- the original's word
                return datetime.fromtimestamp(outside.now_ms() / 1_000, tz or UTC)

        return SimpleNamespace(datetime=Moment, timedelta=timedelta, timezone=timezone)
