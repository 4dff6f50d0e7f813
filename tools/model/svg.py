"""A story as a picture for a page: a sequence diagram in SVG, drawn without anything but text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from tools.model.draw import Story
from tools.model.messages import Actor
from tools.model.world import Deed

INK, QUIET, GOOD, BAD, LINE, PAPER = "#1f2933", "#7b8794", "#2f855a", "#c53030", "#2b6cb0", "#ffffff"
COLUMN_WIDTH, ROW, HEAD, LEFT, LETTER = 260, 37, 74, 130, 7.0
FONT: Final = "font-family='Helvetica,Arial,sans-serif'"
GOES_WRONG: Final = ("dies", "crashes", "⚡", "no answer", "gives up")
GOES_WELL: Final = ("is approved", "approved", "APPROVED", "1 live")


def as_svg(story: Story, title: str) -> str:
    """Draw lifelines, one deed a row from the top down, and what is broken at the end."""
    actors = [one for one in Actor if any(one in {deed.actor, deed.receiver} for deed in story.deeds)]
    at = {actor: LEFT + COLUMN_WIDTH * place for place, actor in enumerate(actors)}
    width, height = LEFT * 2 + COLUMN_WIDTH * (len(actors) - 1), HEAD + ROW * (len(story.deeds) + 2)
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' {FONT}>",
        f"<title>{escape(title)}: {escape(story.broken)}</title>",
        f"<rect width='{width}' height='{height}' rx='10' fill='{PAPER}' stroke='#e4e7eb'/>",
        *_heads(at, height),
    ]
    for row, deed in enumerate(story.deeds):
        lines += _deed(deed, at, HEAD + ROW * (row + 0.5), width)
    end = HEAD + ROW * (len(story.deeds) + 0.4)
    lines += [
        f"<rect x='16' y='{end:.0f}' width='{width - 32}' height='{ROW}' rx='6' fill='{BAD}'/>",
        _text(width / 2, end + 22, f"✗ {story.broken}", PAPER, weight="bold"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _heads(at: dict[Actor, int], height: int) -> Iterator[str]:
    for actor, x in at.items():
        yield f"<line x1='{x}' y1='52' x2='{x}' y2='{height - ROW * 1.7:.0f}' stroke='#cbd2d9'/>"
        yield f"<rect x='{x - 52}' y='18' width='104' height='34' rx='6' fill='{INK}'/>"
        yield _text(x, 40, actor, PAPER, weight="bold")


def _deed(deed: Deed, at: dict[Actor, int], y: float, width: int) -> Iterator[str]:
    """An arrow between two lifelines, or a note over one."""
    colour = _colour_of(deed)
    x = at[deed.actor]
    if deed.receiver is None:
        half = len(deed.text) * LETTER / 2 + 10
        middle = min(max(x, half + 6), width - half - 6)
        yield (
            f"<rect x='{middle - half:.0f}' y='{y - 13:.0f}' width='{half * 2:.0f}' height='25' rx='12' "
            f"fill='{PAPER}' stroke='{colour}'/>"
        )
        yield _text(middle, y + 4, deed.text, colour)
        return
    there = at[deed.receiver]
    tip = there - 26 if deed.lost and there > x else there + 26 if deed.lost else there
    back = -9 if there > x else 9
    yield f"<line x1='{x}' y1='{y:.0f}' x2='{tip}' y2='{y:.0f}' stroke='{colour}' stroke-width='1.6'/>"
    if deed.lost:
        yield _text(tip - back / 2, y + 6, "✗", BAD, weight="bold", size=18)
    else:
        corner = f"{tip + back},{y - 5:.0f} {tip},{y:.0f} {tip + back},{y + 5:.0f}"
        yield f"<polygon points='{corner}' fill='{colour}'/>"
    yield _text((x + there) / 2, y - 6, deed.text, colour)


def _colour_of(deed: Deed) -> str:
    if deed.lost or any(word in deed.text for word in GOES_WRONG):
        return BAD
    if any(word in deed.text for word in GOES_WELL):
        return GOOD
    return INK if deed.receiver is None else LINE


def _text(x: float, y: float, text: str, colour: str, *, weight: str = "normal", size: int = 13) -> str:
    return (
        f"<text x='{x:.0f}' y='{y:.0f}' text-anchor='middle' fill='{colour}' font-weight='{weight}' "
        f"font-size='{size}'>{escape(text)}</text>"
    )
