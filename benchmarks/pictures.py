"""Draw what was measured: `make pictures`. Reads benchmarks/data, writes docs/pictures, needs matplotlib.

Run by an environment of its own (docs/adr/0002): nothing of payrelay is imported here.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "benchmarks" / "data"
PICTURES: Final = ROOT / "docs" / "pictures"
INK, QUIET, GOOD, BAD, WARN, LINE = "#1f2933", "#7b8794", "#2f855a", "#c53030", "#dd9a17", "#2b6cb0"
CALM: Final = "#d9e2ec"
STATES: Final = {"CLOSED": GOOD, "OPEN": BAD, "HALF_OPEN": WARN}


def known(name: str) -> dict[str, Any]:
    """What was measured last."""
    read: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return read


def footer(figure: Figure, data: dict[str, Any]) -> None:
    """Say below every picture what it was measured on."""
    figure.text(0.01, 0.01, f"{data['machine']}; ended {data['ended']}", color=QUIET, fontsize=7)


def timeline(name: str, title: str) -> Figure:
    """One sale: a row for each event, from the top down, with its moment, its actor and what it did."""
    data = known("timelines")
    told = data[name]
    events = told["events"]
    lanes = list(dict.fromkeys(one["who"] for one in events))
    figure, axes = plt.subplots(figsize=(10, 1.5 + 0.62 * len(events)))
    for row, event in enumerate(events):
        lane = lanes.index(event["who"])
        is_wire = event["took_ms"] is not None
        colour = LINE if is_wire else _colour_of(event["what"])
        axes.plot([lane], [row], marker="D" if is_wire else "o", color=colour, markersize=8, zorder=3)
        axes.plot([lane, len(lanes) - 0.6], [row, row], color=colour, alpha=0.18, linewidth=1, zorder=1)
        took = f"  ({event['took_ms']:,} ms on the wire)" if is_wire else ""
        text = "\n".join(textwrap.wrap(event["what"] + took, 58))
        axes.text(len(lanes) - 0.5, row, text, va="center", color=colour, fontsize=9.5)
        axes.text(
            -0.75, row, f"{event['at_ms'] / 1_000:.3f} s", va="center", ha="right", color=QUIET, fontsize=9
        )
    for row, (before, after) in enumerate(pairwise(events)):
        first, last = lanes.index(before["who"]), lanes.index(after["who"])
        axes.annotate(
            "",
            xy=(last, row + 0.86),
            xytext=(first, row + 0.14),
            arrowprops={"arrowstyle": "->", "color": QUIET, "lw": 0.9, "alpha": 0.8},
        )
    for place, lane_name in enumerate(lanes):
        axes.plot([place, place], [-0.5, len(events) - 0.6], color=QUIET, alpha=0.25, linewidth=1, zorder=0)
        axes.text(place, -0.75, lane_name, ha="center", va="bottom", fontsize=10, weight="bold", color=INK)
    axes.set_ylim(len(events) - 0.4, -1.1)
    axes.set_xlim(-1.3, len(lanes) + 3.2)
    axes.axis("off")
    figure.suptitle(title, x=0.015, ha="left", fontsize=13, weight="bold", color=INK)
    figure.text(0.015, 0.07, "\n".join(textwrap.wrap(told["money"], 110)), fontsize=10, color=INK)
    figure.subplots_adjust(left=0.02, right=0.99, top=0.9, bottom=0.14)
    footer(figure, data)
    return figure


def _colour_of(what: str) -> str:
    if "not approved" in what:
        return BAD
    return GOOD if what.startswith(("decided: approved", "closed")) else INK


def storm(name: str, title: str) -> Figure:
    """A storm's timeline: answers per second by kind, errors counted, the breaker and its alarm."""
    data = known("storms")
    told = data[name]
    line = told["timeline"]
    figure, (sales, errors, lanes) = plt.subplots(
        3, 1, figsize=(10, 6.2), sharex=True, height_ratios=[3, 1.6, 1]
    )
    _sales(sales, line["sales"])
    _errors(errors, line["errors"])
    _lanes(lanes, line["breaker"])
    for mark, at in told.get("marks", {}).items():
        for axes in (sales, errors, lanes):
            axes.axvline(at, color=QUIET, linewidth=0.8, linestyle="--")
        sales.text(at, sales.get_ylim()[1], f" {mark}", rotation=35, fontsize=8, color=INK, va="bottom")
    figure.suptitle(title, x=0.015, ha="left", fontsize=13, weight="bold", color=INK)
    figure.subplots_adjust(left=0.09, right=0.985, top=0.85, bottom=0.1, hspace=0.16)
    footer(figure, data)
    return figure


def _sales(axes: Axes, rows: list[list[Any]]) -> None:
    kinds = {"APPROVED": GOOD, "DECLINED": LINE}
    for state in sorted({row[2] for row in rows}):
        mine = [row for row in rows if row[2] == state]
        axes.scatter(
            [row[0] + row[1] / 1_000 for row in mine],
            [row[1] for row in mine],
            s=9,
            color=kinds.get(state, BAD),
            label=f"{state.replace('_', ' ').lower()} ({len(mine)})",
        )
    axes.set_yscale("log")
    axes.set_ylabel("ms until answered")
    axes.legend(loc="upper right", fontsize=8, framealpha=0.9)


def _errors(axes: Axes, moments: list[float]) -> None:
    axes.step([0.0, *moments], range(len(moments) + 1), where="post", color=BAD)
    axes.axhline(10, color=QUIET, linestyle=":", linewidth=1)
    axes.set_ylim(0, max(12, len(moments) + 1))
    axes.set_ylabel("errors counted")


def _lanes(axes: Axes, samples: list[list[Any]]) -> None:
    for (at, state, open_alarm, _), (until, *_) in pairwise([*samples, samples[-1]]):
        axes.barh(1, until - at, left=at, color=STATES[state], height=0.7)
        colour = BAD if open_alarm == "ALARM" else CALM
        axes.barh(0, until - at, left=at, color=colour, height=0.7)
    axes.set_yticks([0, 1], ["alarm", "breaker"])
    axes.set_xlabel(
        "seconds; breaker green closed, red open, amber being probed; alarm red when it calls people"
    )


def whole_path() -> Figure:
    """How many sales were answered within how long, over both paths."""
    data = known("whole_path")
    figure, axes = plt.subplots(figsize=(8, 4.2))
    for place, (label, colour) in enumerate((("payrelay", LINE), ("bare path", QUIET))):
        took = sorted(pair[place] for pair in data["times_ms"])
        axes.step(took, [(number + 1) / len(took) for number in range(len(took))], color=colour, label=label)
    axes.set_xscale("log")
    axes.set_xlabel("ms from the first byte of the request to the last of the answer")
    axes.set_ylabel("share of sales")
    axes.legend(loc="lower right")
    axes.set_title(
        f"Medians {data['ours_p50_ms']:.1f} and {data['bare_p50_ms']:.1f} ms: {data['ratio_p50']:.2f} ×",
        loc="left",
        weight="bold",
        color=INK,
    )
    figure.subplots_adjust(left=0.1, right=0.97, top=0.9, bottom=0.17)
    footer(figure, data)
    return figure


def rush() -> Figure:
    """Sales and open money while sixteen tills sell without a pause."""
    data = known("rush")
    samples = data["samples"]
    figure, (sales, still_open) = plt.subplots(2, 1, figsize=(9, 4.6), sharex=True)
    at = [row[0] for row in samples]
    steps = [
        (after[1] - before[1]) / (after[0] - before[0])
        for before, after in zip([[0, 0], *samples], samples, strict=False)
    ]
    sales.step(at, steps, where="pre", color=GOOD)
    sales.set_ylim(bottom=0)
    sales.set_ylabel("sales per second")
    still_open.plot(at, [row[3] for row in samples], color=BAD, label="age of the oldest unknown, s")
    still_open.axhline(data["horizon_seconds"], color=QUIET, linestyle=":", label="horizon")
    still_open.bar(
        at, [row[2] for row in samples], width=6, color=LINE, alpha=0.4, label="sales in flight or open"
    )
    still_open.legend(loc="upper left", fontsize=8)
    still_open.set_xlabel("seconds")
    figure.suptitle(
        f"{data['tills']} tills: {data['sales']:,} sales, none lost, none double"
        if data["books"]["are_equal"]
        else f"{data['tills']} tills: {data['sales']:,} sales, books differ",
        x=0.015,
        ha="left",
        fontsize=12,
        weight="bold",
        color=INK,
    )
    figure.subplots_adjust(left=0.09, right=0.98, top=0.9, bottom=0.15)
    footer(figure, data)
    return figure


DRAWINGS: Final[dict[str, tuple[str, Callable[[], Figure]]]] = {
    "approval": ("timelines", lambda: timeline("approval", "A customer pays")),
    "answer-lost": (
        "timelines",
        lambda: timeline("answer_lost", "The VAN approves, and its answer gets lost"),
    ),
    "decline-storm": (
        "storms",
        lambda: storm("declines", "A storm of declines counts nothing and opens nothing"),
    ),
    "timeout-storm": (
        "storms",
        lambda: storm("timeouts", "A VAN falls silent: ten errors, one trip, one alarm"),
    ),
    "whole-path": ("whole_path", whole_path),
    "rush": ("rush", rush),
}


def main() -> None:
    """Draw whatever there is data for."""
    mpl.rcParams.update(
        {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "0"}
    )
    for name, (data, draw) in DRAWINGS.items():
        if (DATA / f"{data}.json").exists():
            figure = draw()
            place = PICTURES / f"{name}.png"
            figure.savefig(place, dpi=130, metadata={"Software": None})
            plt.close(figure)
            print(place.relative_to(ROOT))


if __name__ == "__main__":
    main()
