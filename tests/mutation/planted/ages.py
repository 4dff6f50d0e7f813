"""Tests for the module beside it; a campaign collects them, pytest does not."""

from __future__ import annotations

from tests.mutation.planted.age import GROWN_UP, counted_down, is_old, may_sign


def test_one_may_sign_from_nineteen() -> None:
    assert may_sign(19)
    assert not may_sign(18)


def test_some_are_old() -> None:
    assert is_old(80)
    assert not is_old(20)


def test_a_count_ends() -> None:
    assert counted_down(3) == 0


def test_words_are_known() -> None:
    assert "old" in GROWN_UP
