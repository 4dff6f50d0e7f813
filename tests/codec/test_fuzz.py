"""A short run of what `make fuzz` does for hours: only DecodeError comes out, of every telegram."""

from __future__ import annotations

import pytest

from tools.fuzz.__main__ import MUTATIONS_PER_SEED, FuzzError, counts, fuzz
from tools.papers import telegrams

MUTATIONS = 3_000


@pytest.mark.slow
def test_thousands_of_mutations_of_all_telegrams_meet_nothing_but_decode_errors() -> None:
    found = counts(MUTATIONS, seed=7, processes=2)

    share = -(-MUTATIONS // len(telegrams()))
    assert {spec: count.mutations for spec, count in found.items()} == dict.fromkeys(telegrams(), share)
    assert sum(count.mutations for count in found.values()) >= MUTATIONS
    assert all(count.refused for count in found.values())


def test_a_failure_names_the_seed_that_repeats_it() -> None:
    failure = FuzzError("hangang.EchoRequest", 3, "KeyError came out")

    assert str(failure).endswith("repeat with --only hangang.EchoRequest --seed 3 --mutations 1000")


def test_the_same_seed_does_the_same() -> None:
    once, again = (fuzz("hangang.EchoRequest", 5, MUTATIONS_PER_SEED // 10) for _ in range(2))

    assert (once.refused, once.read) == (again.refused, again.read)
