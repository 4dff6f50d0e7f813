"""``breaker.opened``, ``breaker.half_open`` and ``breaker.closed`` v1. These versions never change.

One trip of a breaker is one ``opened`` and, in the end, one ``closed`` of the same generation; every time a
prober takes the lease after a wait is one ``half_open``. Consumers order and de-duplicate by (subject,
version). Schemas: events/schemas/breaker.*.v1.json. Examples kept for ever: events/published.
"""

from __future__ import annotations

from typing import Final

from payment_core.kernel.frozen import dataclass

OPENED: Final = "payrelay.breaker.opened.v1"
HALF_OPEN: Final = "payrelay.breaker.half_open.v1"
CLOSED: Final = "payrelay.breaker.closed.v1"


@dataclass(frozen=True)
class BreakerOpenedV1:
    """The destination takes no sales from now on.

    Attributes:
        id: ``destination/version``: the same for every delivery.
        time: RFC 3339, UTC, milliseconds.
        subject: The destination.
        version: How often its breaker was written.
        generation: Which trip.
        reason: INLINE, ALARM or PERSON.
        why: A sentence for people.
    """

    id: str
    time: str
    subject: str
    version: int
    generation: int
    reason: str
    why: str
    type: str = OPENED
    source: str = "payrelay"
    specversion: str = "1.0"

    @property
    def is_fact(self) -> bool:
        """Others react to it, so that it also goes to the event bus."""
        return True


@dataclass(frozen=True)
class BreakerHalfOpenV1(BreakerOpenedV1):
    """One prober asks the destination whether it is back; attributes as of an opened one."""

    type: str = HALF_OPEN


@dataclass(frozen=True)
class BreakerClosedV1(BreakerOpenedV1):
    """The destination takes sales again; the reason is PROBE or PERSON."""

    type: str = CLOSED
