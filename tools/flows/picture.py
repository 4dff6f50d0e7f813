"""A record as a sequence picture in Mermaid: who did what to the sale, and what went over the wire."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from payment_adapters.step_words import told
from payment_adapters.timeline import UNREADABLE
from payment_core.approval.model import Step

Event = dict[str, Any]
POS, SALE, STREAM = "POS", "sale item", "event stream"
FUNCTIONS: Final = (
    *("gateway", "van_link", "card_direct", "net_cancel"),
    *("stream_waker", "queue_watchdog", "minute_sweeper", "settlement"),
)
LABEL_COLUMNS, NOTE_COLUMNS = 46, 60
ABSENT: Final = "ABSENT"


def drawn(record: dict[str, Any]) -> str:
    """The text of the picture."""
    events = [event for part in record["parts"] for event in part["events"]]
    actors = _actors(events)
    lines = ["sequenceDiagram"]
    lines += [f"    participant {_alias(one)} as {one}" for one in actors]
    for part in record["parts"]:
        times = part["times"]
        lines += [f"    loop {times} sales, each like this"] if times > 1 else []
        before = ""
        for event in part["events"]:
            lines += [f"    {line}" for line in _lines(event, actors, before)]
            before = _state(event) or before
        lines += ["    end"] if times > 1 else []
    return "\n".join(lines) + "\n"


def _actors(events: list[Event]) -> list[str]:
    """Everybody who takes part, from the till to the wire."""
    by = {event["by"] for event in events if event["kind"] in {"step", "sent", "heard"}}
    unplaced = by - set(FUNCTIONS)
    assert not unplaced, f"nobody said where these stand in a picture: {unplaced}"  # noqa: S101 -- a bug
    parties = dict.fromkeys(event["party"] for event in events if event["kind"] == "sent")
    declared = dict.fromkeys(
        event["evidence"]["destination"] for event in events if event.get("step") == Step.INTENT
    )
    is_published = any(event["kind"] == "published" for event in events)
    return [
        *(POS, *(one for one in FUNCTIONS if one in by), SALE),
        *(["outbox", STREAM] if is_published else []),
        *{**declared, **parties},
    ]


def _lines(event: Event, actors: list[str], before: str) -> Iterator[str]:
    everybody = f"{_alias(actors[0])},{_alias(actors[-1])}"
    match event["kind"]:
        case "happens":
            yield f"Note over {everybody}: {_label(event['what'], NOTE_COLUMNS)}"
        case "wait":
            yield f"Note over {everybody}: {'a minute or so' if event['long'] else 'seconds'} later"
        case "asks":
            yield f"{POS}->>gateway: {event['what']}"
        case "hears" if event["what"] == "nothing":
            yield f"gateway--x{POS}: no answer"
        case "hears":
            yield f"gateway-->>{POS}: {event['what']}"
        case "step":
            state = _state(event)
            moved = f"<br/>{state}" if state != before else ""
            sentence = _label(told(Step(event["step"]), event["evidence"]), LABEL_COLUMNS)
            yield f"{event['by']}->>{_alias(SALE)}: {sentence}{moved}"
        case "sent":
            yield f"{event['by']}->>{event['party']}: {_name(event['telegram'])}"
        case "heard":
            yield _heard(event)
        case "published":
            yield f"outbox->>{_alias(STREAM)}: {event['what']}"
        case other:
            raise AssertionError(f"no picture for {other}")


def _heard(event: Event) -> str:
    if not event["telegram"]:
        return f"{event['party']}--x{event['by']}: no answer"
    said = "unreadable" if event["telegram"] == UNREADABLE else _name(event["telegram"])
    return f"{event['party']}-->>{event['by']}: {said} {event['code']}".rstrip()


def _state(event: Event) -> str:
    """Where the sale stands after a step: its decision, and each attempt that was made."""
    if event["kind"] != "step":
        return ""
    attempts = [state for state in event["attempts"] if state != ABSENT]
    return " · ".join([event["decision"], *attempts])


def _name(telegram: str) -> str:
    return telegram.partition(".")[2]


def _alias(actor: str) -> str:
    return actor.replace(" ", "_")


def _label(text: str, columns: int) -> str:
    """Text that Mermaid takes as it is: a semicolon would end it, a hash begin a code."""
    return "<br/>".join(textwrap.wrap(text.replace(";", ",").replace("#", "no. "), columns))
