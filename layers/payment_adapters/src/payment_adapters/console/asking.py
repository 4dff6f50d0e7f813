"""What a page is asked: the request, who asks, and the hand that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payment_adapters.console.browser import Request
from payment_adapters.console.rendering import Frame
from payment_core.console.roles import Person
from payment_core.kernel.hand import Hand


@dataclass(frozen=True)
class Asked:
    """One request that may be answered; `names` are the parts of its address that have one."""

    request: Request
    frame: Frame
    person: Person | None
    hand: Hand
    names: Mapping[str, str]

    @property
    def who(self) -> Person:
        """Who asks; only an address for people who signed in asks."""
        assert self.person is not None, "its door takes somebody who signed in"  # noqa: S101 -- a bug
        return self.person

    @property
    def only_what_moves(self) -> bool:
        """Whether the browser has the page, and asks for its moving part again."""
        return "live" in self.request.query
