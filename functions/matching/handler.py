"""Matching: one step of a comparison of two files in shards, as a workflow orders it.

Rule: payment_core/reconciliation/matching.py. Story: docs/flows/matching.md.
"""

from __future__ import annotations

from typing import Any

from payment_adapters.matching.objects import Job, matching_bucket
from payment_adapters.wiring import Invocation


def plan(event: dict[str, Any], _context: Invocation) -> dict[str, Any]:
    """Say which shards and which partitions there are."""
    return matching_bucket().plan(Job.of(event["job"]))


def cut(event: dict[str, Any], _context: Invocation) -> None:
    """Map: cut one shard; once more, it writes the same."""
    matching_bucket().cut(Job.of(event["job"]), event["shard"], event["partitions"])


def join(event: dict[str, Any], _context: Invocation) -> None:
    """Reduce: join one partition; once more, it writes the same."""
    matching_bucket().join(Job.of(event["job"]), event["partition"])


def merge(event: dict[str, Any], _context: Invocation) -> dict[str, Any]:
    """Put the parts together and tell the counters."""
    return matching_bucket().merge(Job.of(event["job"]))
