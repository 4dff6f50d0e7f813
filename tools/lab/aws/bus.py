"""The event bus: what was put on it, and whom a rule of template.yaml sends it to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.lab.aws.calls import Clock, Line
from tools.lab.aws.deployment import ACCOUNT, REGION, Rule
from tools.lab.aws.patterns import fits
from tools.lab.aws.refusals import Refuses

Event = dict[str, Any]


@dataclass
class Bus:
    """Every event ever taken, as targets receive it, in order; who delivers them is the laboratory."""

    clock: Clock
    rules: Sequence[Rule]
    events: list[tuple[str, Event]] = field(default_factory=list)

    def take(self, bus: str, source: str, kind: str, detail: dict[str, Any]) -> str:
        """Take an event; ``bus`` is ``default`` for what AWS says itself. Returns its id."""
        number = f"event-{len(self.events):012d}"
        event = {
            "version": "0",
            "id": number,
            "detail-type": kind,
            "source": source,
            "account": ACCOUNT,
            "time": f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [],
            "detail": detail,
        }
        self.events.append((bus, event))
        return number

    def targets_of(self, bus: str, event: Event) -> list[str]:
        """The functions whose rules it fits."""
        return [rule.function for rule in self.rules if rule.bus == bus and fits(rule.pattern, event)]


@dataclass(frozen=True)
class EventBridgeClient:
    """What the adapters ask of EventBridge."""

    line: Line
    bus: Bus

    def put_events(self, *, Entries: Sequence[dict[str, str]]) -> dict[str, Any]:
        """Put events; some may be refused while others are taken."""
        resource = Entries[0]["EventBusName"]
        return self.line.call_in_parts("PutEvents", resource, lambda refuses: self._take(Entries, refuses))

    def _take(self, entries: Sequence[dict[str, str]], refuses: Refuses) -> dict[str, Any]:
        told: list[dict[str, str]] = []
        for place, entry in enumerate(entries):
            if refuses(place):
                told.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"})
                continue
            detail = json.loads(entry["Detail"])
            told.append(
                {
                    "EventId": self.bus.take(
                        entry["EventBusName"], entry["Source"], entry["DetailType"], detail
                    )
                }
            )
        return {"FailedEntryCount": sum("ErrorCode" in one for one in told), "Entries": told}
