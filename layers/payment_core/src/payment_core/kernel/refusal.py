"""Refusals: expected, named, with a stable code and the facts as attributes.

A refusal is something a caller may meet and must be told about; a broken assumption of our own is an
assertion and is never caught in the core.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 -- a refusal is the business saying no, not an error
    """A request that the rules turn down.

    Attributes:
        code: Stable word for programs, e.g. ``sale-in-progress``.
        http_status: What a POS is answered with.
    """

    code: ClassVar[str]
    http_status: ClassVar[int]
