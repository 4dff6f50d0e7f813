"""`make bench`: the whole path, then the embedded engine alone."""

from __future__ import annotations

from benchmarks import approvals, engine

approvals.main()
print("\nThe embedded engine alone:\n")
engine.main()
