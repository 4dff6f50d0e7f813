"""What comes in: CloudWatch's word of an alarm by SNS, and the bus's word of a case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from payment_core.alarms.model import Change, State
from payment_core.events.case import CLOSED, ESCALATED, OPENED
from payment_core.kernel.language import Language

LOGICAL_ID: Final = re.compile(r"(?:^|-)([A-Za-z]+Alarm)(?:-|$)")
PAGE: Final = re.compile(r"docs/operating/([\w-]+)\.md")
DEAD_LETTERS: Final = "DeadLettersAlarm"
KINDS: Final[Mapping[str, tuple[str, State, State]]] = {  # each escalation rings anew; only what rang is over
    OPENED: ("case-opened", State.OK, State.ALARM),
    ESCALATED: ("case-escalated", State.OK, State.ALARM),
    CLOSED: ("case-opened", State.UNKNOWN, State.OK),
}


def changes_of(event: Mapping[str, Any]) -> Iterator[Change]:
    """Read one delivery: records of SNS, or an event of the bus about a case.

    Raises:
        KeyError, ValueError: it is neither; who sends such a thing hears of it by the dead letters.
    """
    if "Records" in event:
        for record in event["Records"]:
            yield _of_alarm(json.loads(record["Sns"]["Message"]))
    else:
        yield _of_case(event["detail-type"], event["detail"])


def about_of(logical_id: str, dimensions: Mapping[str, str]) -> str:
    """What an alarm is about: its destination, or whose dead letters; empty where there is only one."""
    if "destination" in dimensions:
        return dimensions["destination"]
    return logical_id.removesuffix(DEAD_LETTERS).lower() if logical_id.endswith(DEAD_LETTERS) else ""


def _of_alarm(words: Mapping[str, Any]) -> Change:
    named = LOGICAL_ID.search(words["AlarmName"])
    alarm = named[1] if named else words["AlarmName"]
    pairs = [{key.lower(): text for key, text in one.items()} for one in _dimensions(words)]
    page = PAGE.search(words["AlarmDescription"])
    if page is None:
        raise ValueError(f"{alarm} names no page in docs/operating")
    return Change(
        alarm=alarm,
        kind=page[1],
        about=about_of(alarm, {one["name"]: one["value"] for one in pairs}),
        was=State(words["OldStateValue"]),
        now=State(words["NewStateValue"]),
        at_ms=_ms(words["StateChangeTime"]),
        reason={Language.ENGLISH: words["NewStateReason"]},
    )


def _dimensions(words: Mapping[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (words.get("Trigger") or {}).get("Dimensions") or []
    return found


def _of_case(kind: str, words: Mapping[str, Any]) -> Change:
    page, was, now = KINDS[kind]
    case = words["subject"]
    return Change(f"case {case}", page, case, was, now, _ms(words["time"]), words["sentence"])


def _ms(moment: str) -> int:
    at = datetime.fromisoformat(moment)
    return int(at.timestamp()) * 1_000 + at.microsecond // 1_000
