"""The timeline of a sale as a page: header, what happened, where the money is, what went over the wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rich.cells import chop_cells
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from payment_adapters.timeline import UNREADABLE, Event, Telegram, fields_of, money, story
from payment_core.approval.answer import state_for_people
from payment_core.approval.model import Sale
from payment_core.approval.outcome import Trail
from payment_core.kernel.korean_time import korean_time

LONG_BLANK: Final = re.compile(r" {4,}")
INDENT: Final = 2
STYLES: Final = {
    "APPROVED": "green",
    "CANCELLED": "green",
    "DECLINED": "red",
    "REVERSED": "yellow",
    "BEING_REVERSED": "yellow",
}


def show_story(
    shown: Console, sale: Sale, exchanges: Sequence[tuple[str, Trail]], *, telegrams: bool, fields: bool
) -> None:
    """Print the page of one sale."""
    events = story(sale, exchanges)
    state = state_for_people(sale)
    began = korean_time(sale.received_at_ms)
    header = Text.assemble(
        (f"{sale.amount_won:,} won", "bold"),
        "  ",
        (state.replace("_", " ").lower(), f"bold {STYLES.get(state, '')}".strip()),
        f"  ·  sale {sale.sale_id}  ·  {began:%Y-%m-%d %H:%M:%S} KST",
    )
    shown.print(header, soft_wrap=True)
    shown.print()
    shown.print(Padding.indent(_table(events, sale.received_at_ms), INDENT))
    shown.print()
    shown.print(Padding.indent(Text(money(sale), style="bold"), INDENT))
    if telegrams:
        if not fields:
            shown.print("\n  What went over the wire, masked; [12] stands for 12 blanks.", style="dim")
        for event in events:
            for direction, telegram in (("to", event.sent), ("from", event.received)):
                if telegram is not None:
                    _show_telegram(shown, direction, event, telegram, fields=fields)


def _table(events: Sequence[Event], began_ms: int) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("after", justify="right", no_wrap=True)
    table.add_column("who", no_wrap=True)
    table.add_column("what", overflow="fold", ratio=1)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("bytes", justify="right", no_wrap=True)
    for event in events:
        table.add_row(_seconds(event.at_ms - began_ms), event.who, event.what, _took(event), _bytes(event))
    return table


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1_000:.3f} s"


def _took(event: Event) -> str:
    return "" if event.took_ms is None else _seconds(event.took_ms)


def _bytes(event: Event) -> str:
    if event.sent is None:
        return ""
    return f"{event.sent.size} → {event.received.size if event.received else 0}"


def _show_telegram(shown: Console, direction: str, event: Event, telegram: Telegram, *, fields: bool) -> None:
    at = f"{korean_time(event.at_ms):%H:%M:%S}"
    heading = f"{telegram.layout}, {telegram.size} bytes {direction} {event.who}, exchange of {at}"
    shown.print()
    shown.print(Padding.indent(Text(heading, style="dim"), INDENT))
    if fields and telegram.layout != UNREADABLE:
        shown.print(Padding.indent(_fields(telegram), 2 * INDENT))
    else:
        text = LONG_BLANK.sub(lambda blank: f"[{len(blank[0])}]", telegram.text)
        for line in chop_cells(text.rstrip(), shown.width - 2 * INDENT):  # bytes, not words: cut anywhere
            shown.print(Padding.indent(Text(line), 2 * INDENT))


def _fields(telegram: Telegram) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("at", justify="right")
    table.add_column("bytes", justify="right")
    table.add_column("field", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("paper", style="dim", overflow="fold")
    for offset, size, name, text, note in fields_of(telegram):
        table.add_row(str(offset), str(size), name, text, note)
    return table
