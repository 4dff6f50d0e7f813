"""Who asked this sandbox, and when: by their name, or by their address before they signed in.

Rule: payment_core/console/pace.py.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from payment_core.console.pace import FORMS, PAGES

MOST_ASKERS: Final = 1_000  # whom one sandbox remembers


@dataclass
class Askers:
    """What one sandbox remembers of them; each sandbox counts by itself."""

    _moments_ms: dict[tuple[str, str], deque[int]] = field(default_factory=dict)

    def wait_ms(self, asker: str, method: str, now_ms: int) -> int:
        """How long this asker has to wait; 0, and written down, for one who need not."""
        pace, key = FORMS if method == "POST" else PAGES, (asker, method)
        if key not in self._moments_ms and len(self._moments_ms) >= MOST_ASKERS:
            self._moments_ms.clear()
        moments_ms = self._moments_ms.setdefault(key, deque(maxlen=pace.most))
        wait_ms = pace.wait_ms(moments_ms, now_ms)
        if not wait_ms:
            moments_ms.append(now_ms)
        return wait_ms
