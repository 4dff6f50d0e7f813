"""A story as a sequence diagram: text for a terminal of 100 columns, Mermaid for a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from tools.model.messages import Actor
from tools.model.world import Deed


class Story(Protocol):
    """What can be drawn: deeds in their order, and what is broken at the end."""

    @property
    def broken(self) -> str:
        """As a sentence."""
        ...

    @property
    def deeds(self) -> Sequence[Deed]:
        """One a line."""
        ...


COLUMN: Final = {Actor.POS: 3, Actor.RELAY: 32, Actor.VAN_0: 64, Actor.VAN_1: 92}
WIDTH: Final = 100


def as_text(story: Story) -> str:
    """Draw lifelines, one deed a line, and what is broken at the end."""
    head = [" "] * WIDTH
    for actor, at in COLUMN.items():
        _write(head, max(0, at - len(actor) // 2), actor)
    lines = ["".join(head).rstrip(), *(_line(deed) for deed in story.deeds)]
    return "\n".join([*lines, f"   ✗ {story.broken}"])


def _lifelines() -> list[str]:
    line = [" "] * WIDTH
    for at in COLUMN.values():
        line[at] = "│"
    return line


def _write(line: list[str], at: int, text: str) -> None:
    line[at : at + len(text)] = text[: WIDTH - at]


def _line(deed: Deed) -> str:
    line = _lifelines()
    here = COLUMN[deed.actor]
    if deed.receiver is None:
        at = here if here + len(deed.text) + 2 <= WIDTH else here - len(deed.text) - 1
        _write(line, at, f"■ {deed.text}" if at == here else f"{deed.text} ■")
        return "".join(line).rstrip()
    there = COLUMN[deed.receiver]
    low, high = sorted((here, there))
    for at in range(low + 1, high):
        line[at] = "─"
    head = "✗" if deed.lost else ">" if there > here else "<"
    line[there - 1 if there > here else there + 1] = head
    text = f" {deed.text} "
    _write(line, low + max(2, (high - low - len(text)) // 2), text)
    return "".join(line).rstrip()


def as_mermaid(story: Story) -> str:
    """Write the same as a Mermaid sequence diagram."""
    names = {actor: actor.replace(" ", "") for actor in Actor}
    lines = ["sequenceDiagram", *(f"    participant {names[actor]} as {actor}" for actor in Actor)]
    for deed in story.deeds:
        text = deed.text.replace(":", " -")
        if deed.receiver is None:
            lines.append(f"    Note over {names[deed.actor]}: {text}")
        else:
            arrow = "-x" if deed.lost else "->>"
            lines.append(f"    {names[deed.actor]}{arrow}{names[deed.receiver]}: {text}")
    lines.append(f"    Note over POS,VAN1: {story.broken}")
    return "\n".join(lines)
