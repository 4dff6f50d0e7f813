"""What really happened, as a record that tells the same whenever it is played: no times, no drawn numbers.

A record is what the sale's own history and evidence say, what the POS asked and heard, and what was done to
the world meanwhile, in the order of the clock. Card numbers were masked before they were stored.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

from payment_adapters.timeline import UNREADABLE, carrier, facts_of, field_of, telegram_of
from payment_core.approval.model import Sale, Step
from payment_core.approval.outcome import Trail
from payrelay.client import Answer, Pos, PosRequest

RECORDS: Final = Path(__file__).parents[2] / "docs" / "flows" / "recorded"
KEPT_EVIDENCE: Final = (
    *("destination", "trace_number", "code", "message", "reason", "approval_number"),
    *("cancel", "amount_won", "batch"),
)
MOMENTS_US, LONG_US = 5_000_000, 30_000_000
ORDER: Final = ("happens", "asks", "heard", "step", "sent", "hears", "published")  # at one moment

Event = dict[str, Any]


@dataclass
class Recorder:
    """Notes what is done and heard while a story is played."""

    title: str
    noted: list[tuple[int, Event]] = field(default_factory=list)

    def ask(self, pos: Pos, request: PosRequest) -> Answer:
        """Let the POS ask, and note what it hears."""
        path = re.sub(r"/approvals/.*?(?=/|$)", "/approvals/{sale_id}", request.path)
        self.note({"kind": "asks", "what": f"{request.method} {path}"})
        answer = pos.send(request)
        state = answer.words.get("state") or answer.words.get("code", "")
        self.note({"kind": "hears", "what": f"{answer.http_status} {state}"})
        return answer

    def happens(self, what: str) -> None:
        """Note what was done to the world."""
        self.note({"kind": "happens", "what": what})

    def note(self, event: Event) -> None:
        """Note something now."""
        self.noted.append((time.time_ns() // 1_000, event))

    def told(self, sale: Sale, exchanges: Sequence[tuple[str, Trail]]) -> list[Event]:
        """Everything that was noted and that the sale itself knows, in order; the notes are used up."""
        timed = [*self.noted, *_steps(sale), *_telegrams(sale, exchanges)]
        self.noted = []
        timed.sort(key=lambda one: (one[0], ORDER.index(one[1]["kind"])))
        return list(_without_numbers(_with_waits(timed), sale))


def _steps(sale: Sale) -> Iterator[tuple[int, Event]]:
    for entry in sale.history:
        kept = {name: entry.evidence[name] for name in KEPT_EVIDENCE if name in entry.evidence}
        if entry.step is Step.ACCEPT:
            kept = facts_of(sale)
        words = {"step": str(entry.step), "by": entry.by, "decision": str(entry.decision)}
        states = [str(state) for state in entry.attempts]
        yield entry.at_ms * 1_000, {"kind": "step", **words, "attempts": states, "evidence": kept}


def _telegrams(sale: Sale, exchanges: Sequence[tuple[str, Trail]]) -> Iterator[tuple[int, Event]]:
    for name, trail in exchanges:
        party, by = trail.sent_layout.partition(".")[0], carrier(name, sale)
        who = {"party": party, "by": by}
        yield trail.started_at_ms * 1_000, {"kind": "sent", **who, "telegram": trail.sent_layout}
        received = telegram_of(trail.received, trail.received_layout)
        readable = received is not None and received.layout != UNREADABLE
        code = field_of(received, "response_code") if received is not None and readable else ""
        heard = {"kind": "heard", **who, "telegram": trail.received_layout, "code": code}
        yield max(trail.ended_at_ms * 1_000, trail.started_at_ms * 1_000 + 1), heard


def _with_waits(timed: list[tuple[int, Event]]) -> Iterator[Event]:
    before = timed[0][0] if timed else 0
    for at_us, event in timed:
        if at_us - before >= MOMENTS_US:
            yield {"kind": "wait", "long": at_us - before >= LONG_US}
        before = at_us
        yield event


def _without_numbers(events: Iterator[Event], sale: Sale) -> Iterator[Event]:
    """Numbers that another run draws otherwise become T1, T2 (traces), N1 (approvals) and C1 (cancels)."""
    names: dict[str, str] = {}
    traces = [one.trace_number for one in sale.attempts] + [one.trace_number for one in sale.cancels.values()]
    names |= {number: f"T{place}" for place, number in enumerate(traces, 1)}
    approvals = [one.approval_number for one in sale.attempts if one.approval_number]
    approvals += [entry.evidence.get("approval_number", "") for entry in sale.history]
    found = dict.fromkeys(number for number in approvals if number)
    names |= {number: f"N{place}" for place, number in enumerate(found, 1)}
    names |= {key: f"C{place}" for place, key in enumerate(sale.cancels, 1)}
    names |= {str(sale.sale_id): "{sale_id}", sale.card_masked: sale.card_masked[:-4] + "****"}
    names |= {sale.sale_id.business_date: "{date}"}
    names.pop("", None)
    for event in events:
        text = json.dumps(event, ensure_ascii=False)
        for number, name in names.items():
            text = text.replace(number, name)
        yield json.loads(text)


def merged(parts: list[list[Event]]) -> list[dict[str, Any]]:
    """Sales that came to the same one after another are told once, with how often.

    What was done to the world before the first of them is a part of its own.
    """
    told: list[dict[str, Any]] = []
    for events in chain.from_iterable(map(_after_what_happens, parts)):
        if told and told[-1]["events"] == events:
            told[-1]["times"] += 1
        else:
            told.append({"times": 1, "events": events})
    return told


def _after_what_happens(events: list[Event]) -> Iterator[list[Event]]:
    begin = next(place for place, event in enumerate(events) if event["kind"] != "happens")
    yield from (part for part in (events[:begin], events[begin:]) if part)


def write(name: str, title: str, parts: list[list[Event]], money: dict[str, str]) -> Path:
    """Keep a record."""
    place = RECORDS / f"{name}.json"
    words = {"title": title, "parts": merged(parts), "money": money}
    place.write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return place
