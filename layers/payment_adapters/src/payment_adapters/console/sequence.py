"""A sale as a sequence picture: who asked whom, what came back, what was decided, and how long it took.

Geometry only, in whole pixels; pages/sequence.html draws it. tools/flows draws the same stories for the docs.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from payment_adapters.console.catalogue import say
from payment_adapters.timeline import UNREADABLE, asked_by, carrier, field_of, heard, telegram_of, told_of
from payment_core.approval.model import Decision, Entry, Sale, Step, is_open
from payment_core.approval.outcome import Trail
from payment_core.kernel.language import Language

POS, RELAY = "POS", "payrelay"
GUTTER: Final = 92
LANE: Final = 300
MARGIN: Final = 60
HEAD: Final = 56
ROW: Final = 40
LINE: Final = 17
WAITED_MS: Final = 1_500
ORDER: Final = ("asks", "heard", "lost", "step", "answers", "sent")  # at one moment
COLUMNS: Final = {Language.ENGLISH: 44, Language.KOREAN: 30}
THE_POS_ASKS: Final = frozenset(
    {Step.ACCEPT, Step.POS_TOMBSTONE, Step.POS_UNDO, Step.POS_UNDO_VAN_OWNED, Step.POS_UNDO_IDLE}
    | {Step.BEGIN_CANCEL, Step.REFUND}
)
ANSWERED_BY: Final = frozenset(
    {Step.APPROVE, Step.DECLINE, Step.NOT_SENT, Step.DOUBT, Step.DOUBT_VAN_OWNED}
    | {Step.GIVE_UP_UNSENT, Step.GIVE_UP_REVERSING}
)


@dataclass(frozen=True)
class Row:
    """One row of the picture.

    Attributes:
        kind: ``asks``, ``step``, ``sent``, ``heard``, ``lost``, ``answers`` or ``wait``.
        lines: What is written at it.
        party: The lane at its other end; the relay is at the one.
        state: The decision after a step, for its colour.
        by: Which function.
    """

    kind: str
    at_ms: int
    lines: tuple[str, ...]
    party: str = ""
    state: str = ""
    by: str = ""
    took_ms: int = 0
    y: int = 0


@dataclass(frozen=True)
class Picture:
    """The whole picture; `lanes` are names and where they stand."""

    rows: Sequence[Row]
    lanes: Sequence[tuple[str, int]]
    width: int
    height: int
    began_ms: int

    def x(self, name: str) -> int:
        """Where a lane stands."""
        return dict(self.lanes)[name]


def sequence(sale: Sale, exchanges: Sequence[tuple[str, Trail]], language: Language) -> Picture:
    """Draw a sale from its history and what went over the wire."""
    rows = [*_steps(sale, language), *_telegrams(sale, exchanges, language)]
    rows.sort(key=lambda one: (one.at_ms, ORDER.index(one.kind)))
    rows = list(_with_waits(rows))
    parties = dict.fromkeys([one.destination for one in sale.attempts] + [one.party for one in rows])
    names = [POS, RELAY, *(one for one in parties if one and one not in (POS, RELAY))]
    lanes = [(name, GUTTER + MARGIN + place * LANE) for place, name in enumerate(names)]
    placed, y = [], HEAD + ROW // 2
    for row in rows:
        placed.append(replace(row, y=y))
        y += ROW + LINE * (len(row.lines) - 1)
    began_ms = rows[0].at_ms if rows else 0
    return Picture(placed, lanes, lanes[-1][1] + LANE // 2 + MARGIN, y, began_ms)


def _steps(sale: Sale, language: Language) -> Iterator[Row]:
    for entry in sale.history:
        lines = tuple(textwrap.wrap(told_of(entry, sale, language), COLUMNS[language]))
        if entry.step in THE_POS_ASKS:
            yield Row("asks", entry.at_ms, (say(f"pos.{entry.step}", language),), POS)
        yield Row("step", entry.at_ms, lines, state=_colour(entry), by=entry.by)
        if entry.step in ANSWERED_BY:
            told = say(f"told_pos.{entry.decision}", language)
            yield Row("answers", entry.at_ms, (told,), POS, state=_colour(entry))


def _colour(entry: Entry) -> str:
    if entry.decision is Decision.REVERSE and not is_open(entry.decision, entry.attempts):
        return "undone"
    return str(entry.decision).lower()


def _telegrams(sale: Sale, exchanges: Sequence[tuple[str, Trail]], language: Language) -> Iterator[Row]:
    for name, trail in exchanges:
        party = trail.sent_layout.partition(".")[0]
        by, took_ms = carrier(name, sale), max(0, trail.ended_at_ms - trail.started_at_ms)
        if trail.sent:
            yield Row("sent", trail.started_at_ms, (asked_by(name, sale, language),), party, by=by)
        received = telegram_of(trail.received, trail.received_layout)
        kind, says = ("heard" if received else "lost"), heard(received, language)
        if received and received.layout != UNREADABLE:
            says = f"{says} {field_of(received, 'message')}".strip()[: COLUMNS[language]]
        yield Row(
            kind, max(trail.ended_at_ms, trail.started_at_ms + 1), (says,), party, by=by, took_ms=took_ms
        )


def _with_waits(rows: list[Row]) -> Iterator[Row]:
    """Say where time goes by with nothing in it but waiting, outside an exchange."""
    if not rows:
        return
    yield rows[0]
    for before, row in pairwise(rows):
        idle_ms = row.at_ms - before.at_ms
        if idle_ms >= WAITED_MS and row.kind not in ("heard", "lost"):
            yield Row("wait", before.at_ms, (), took_ms=idle_ms)
        yield row
