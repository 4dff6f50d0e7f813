"""What the catalogue says of one problem."""

from __future__ import annotations

from enum import StrEnum

from payment_adapters.http.languages import Said
from payment_core.kernel.frozen import dataclass


class Place(StrEnum):
    """Who tells the problem."""

    FUNCTION = "the gateway function"
    DOOR = "API Gateway, before or instead of the function"
    WITHIN = "nobody outside: the relay ends the sale itself"


@dataclass(frozen=True)
class Entry:
    """One problem.

    Attributes:
        when: When it is told, for the reference page.
        detail: The sentence a person reads; names in braces are attributes of the refusal.
    """

    code: str
    http_status: int
    when: str
    title: Said
    detail: Said
    place: Place = Place.FUNCTION
