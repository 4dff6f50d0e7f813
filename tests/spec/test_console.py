"""Who of the operators may do what, and what is written down about it."""

from __future__ import annotations

import pytest

from payment_core.console.audit import LONGEST_REASON, ReasonMissingError, reason_in
from payment_core.console.pace import FORMS, PAGES, Pace
from payment_core.console.roles import Act, NotAllowedError, Person, Role, roles_in

MATRIX = """
               operator  approver  auditor
read           yes       yes       yes
move_breaker   yes       no        no
propose        yes       no        no
approve        no        yes       no
refuse         yes       yes       no
read_audit     no        yes       yes
"""
ROLES, *ROWS = [line.split() for line in MATRIX.strip().splitlines()]


def a_person(*roles: Role) -> Person:
    return Person("yuna", frozenset(roles))


@pytest.mark.parametrize(
    ("act", "role", "allowed"),
    [
        (Act(act), Role(role), word == "yes")
        for act, *words in ROWS
        for role, word in zip(ROLES, words, strict=True)
    ],
)
def test_the_matrix_of_roles_is_this_one(act: Act, role: Role, *, allowed: bool) -> None:
    assert a_person(role).may(act) is allowed


def test_the_matrix_names_everything_there_is() -> None:
    assert [row[0] for row in ROWS] == list(Act)
    assert list(Role) == ROLES


def test_whoever_has_no_role_may_not_even_read() -> None:
    nobody = a_person()

    with pytest.raises(NotAllowedError, match="yuna may not read"):
        nobody.require(Act.READ)


def test_two_roles_may_what_either_may() -> None:
    both = a_person(Role.OPERATOR, Role.AUDITOR)

    both.require(Act.PROPOSE)
    both.require(Act.READ_AUDIT)
    assert not both.may(Act.APPROVE)


@pytest.mark.parametrize("groups", [None, "operator", ["administrator"], [], 7, [{"operator": 1}], [["x"]]])
def test_a_group_of_another_name_gives_no_role(groups: object) -> None:
    assert roles_in(groups) == frozenset()


def test_the_groups_of_a_token_are_its_roles() -> None:
    assert roles_in(["approver", "people", "auditor"]) == {Role.APPROVER, Role.AUDITOR}


def test_a_pace_lets_so_many_in_within_its_time_and_says_how_long_the_next_has_to_wait() -> None:
    pace = Pace(3, 10_000)

    assert pace.wait_ms([], 50_000) == 0
    assert pace.wait_ms([49_000, 50_000], 50_000) == 0
    assert pace.wait_ms([42_000, 49_000, 50_000], 50_000) == 2_000
    assert pace.wait_ms([42_000, 49_000, 50_000], 52_000) == 0


def test_a_person_is_told_by_a_page_before_the_api_takes_no_more_from_anybody() -> None:
    assert FORMS.most < 20  # what the API lets through at once (template.yaml)
    assert PAGES.most * 1_000 < 50 * PAGES.within_ms


def test_a_reason_is_kept_on_one_line() -> None:
    assert reason_in("  line work \n announced  by the VAN ") == "line work announced by the VAN"


@pytest.mark.parametrize(
    "text",
    ["", "    ", "ok", "x" * (LONGEST_REASON + 1), "card 4111 1111 1111 1111 did not work"],
)
def test_an_action_needs_a_reason_that_tells_something_and_no_card(text: str) -> None:
    with pytest.raises(ReasonMissingError):
        reason_in(text)
