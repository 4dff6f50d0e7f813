"""The worlds that `payrelay model check` walks through, and how large each is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tools.model.world import Rules

STRICT: Final = Rules(abstract_sweep=True)
ONE_VAN: Final = Rules(destinations=1)
VAN_OWNED: Final = Rules(destinations=1, van_owned=True)
PROVED: Final = Rules(destinations=1, manual=True, people=True)
LISTED: Final = Rules(destinations=1, lists=True)
PARTS: Final = Rules(destinations=1, partial=True, claims=True, manual=True)
REFUSES: Final = Rules(destinations=1, partial=True, refuses=True, manual=True)

WORLDS: Final = {
    "strict": (STRICT, "two VANs, one retry, as published"),
    "handshake": (Rules(abstract_sweep=True, handshake=True), "the same with ENQ, ACK and EOT"),
    "production": (Rules(), "two VANs; a sweep chooses as production does"),
    "parts": (
        Rules(partial=True, claims=True, manual=True),
        "two VANs; cancels in two parts, claims, refused net-cancels",
    ),
    "one-van": (ONE_VAN, "a single VAN, undone by payrelay"),
    "van-owned": (VAN_OWNED, "a single VAN that undoes by itself, asked by inquiry"),
    "proved": (PROVED, "a single VAN; what it refuses to undo is closed by two people with a true proof"),
    "listed": (LISTED, "a single VAN that may lie; two people undo once more what its list shows live"),
    "refuses": (REFUSES, "a single VAN; a cancel in parts that was carried out may be refused when repeated"),
    "parts-one-van": (PARTS, "a single VAN; cancels in two parts, claims, refused net-cancels"),
    "parts-one-van-duplicates": (
        replace(PARTS, duplicates=1),
        "the same, and any one message arrives twice",
    ),
    "duplicates": (Rules(duplicates=1), "two VANs; any one message arrives twice"),
    "parts-duplicates": (
        Rules(partial=True, claims=True, manual=True, duplicates=1),
        "two VANs, parts, claims, refused net-cancels; any one message arrives twice",
    ),
}
