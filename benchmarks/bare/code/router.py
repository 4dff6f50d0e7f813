"""The bare router: there is nothing to choose."""

from __future__ import annotations


def handler(_event: dict[str, str], _context: object) -> dict[str, str]:
    """Name the one destination."""
    return {"destination": "echo"}
