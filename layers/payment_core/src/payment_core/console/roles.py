"""Roles: what each group of operators may do. Everybody reads; whoever proposes does not approve.

Door: functions/console. Promise: tests/spec/test_console.py. Story: docs/flows/console.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A group of the user pool."""

    OPERATOR = "operator"
    APPROVER = "approver"
    AUDITOR = "auditor"


class Act(StrEnum):
    """What somebody may want to do."""

    READ = "read"
    MOVE_BREAKER = "move_breaker"
    PROPOSE = "propose"
    APPROVE = "approve"
    REFUSE = "refuse"
    READ_AUDIT = "read_audit"


MAY: Final[Mapping[Act, frozenset[Role]]] = {
    Act.READ: frozenset(Role),
    Act.MOVE_BREAKER: frozenset({Role.OPERATOR}),
    Act.PROPOSE: frozenset({Role.OPERATOR}),
    Act.APPROVE: frozenset({Role.APPROVER}),
    Act.REFUSE: frozenset({Role.OPERATOR, Role.APPROVER}),
    Act.READ_AUDIT: frozenset({Role.APPROVER, Role.AUDITOR}),
}


class NotAllowedError(Exception):
    """Somebody wants what none of their roles may."""

    def __init__(self, name: str, act: Act) -> None:
        """Name who and what."""
        super().__init__(f"{name} may not {act}")
        self.name = name
        self.act = act


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    name: str
    roles: frozenset[Role]

    def may(self, act: Act) -> bool:
        """Whether one of their roles allows it."""
        return not self.roles.isdisjoint(MAY[act])

    def require(self, act: Act) -> None:
        """Insist on it.

        Raises:
            NotAllowedError: no role of theirs allows it.
        """
        if not self.may(act):
            raise NotAllowedError(self.name, act)


def roles_in(groups: object) -> frozenset[Role]:
    """The roles among a token's groups; a group of another name gives none."""
    known = {str(role): role for role in Role}
    named = [one for one in groups if isinstance(one, str)] if isinstance(groups, list) else []
    return frozenset(known[one] for one in named if one in known)
