"""Whether the engine already answers requests.

State is restored before the port opens, and what was running goes on by itself. A handler calls back into the
engine, so nothing may run one before then.
"""

from __future__ import annotations

import threading

SERVING = threading.Event()
"""Set once the port is open."""
