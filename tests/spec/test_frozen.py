"""A frozen word is a frozen dataclass to whoever uses it, whatever it costs to make."""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError, field
from types import SimpleNamespace
from typing import Any

import pytest

from payment_core.kernel import frozen


def words(decorator: Any) -> SimpleNamespace:  # noqa: ANN401 -- either one
    @decorator(frozen=True)
    class Base:
        trail: str = field(default="", kw_only=True)

    @decorator(frozen=True)
    class Word(Base):
        number: int
        secret: str = field(default="hidden", repr=False)
        parts: dict[str, int] = field(default_factory=dict)

    @decorator(frozen=True, order=True)
    class Place:
        row: int
        seat: int = 1

    @decorator(frozen=True, eq=False)
    class Alone:
        row: int

    @decorator(frozen=True, repr=False)
    class Hidden:
        row: int

        def __post_init__(self) -> None:
            assert self.row

    return SimpleNamespace(base=Base, word=Word, place=Place, alone=Alone, hidden=Hidden)


LIBRARYS, OURS = words(dataclasses.dataclass), words(frozen.dataclass)


@pytest.mark.parametrize(
    "make",
    [
        lambda w: w.base(),
        lambda w: w.word(1),
        lambda w: w.word(1, "s", {"a": 2}, trail="t"),
        lambda w: dataclasses.replace(w.word(1), number=2, trail="u"),
        lambda w: sorted([w.place(2), w.place(1, 2), w.place(1)]),
        lambda w: dataclasses.asdict(w.word(1, parts={"a": 2})),
        lambda w: w.word(1) == w.word(1, trail=""),
        lambda w: w.word(1) == w.word(1, trail="t"),
        lambda w: w.word(1) == w.base(),
        lambda w: w.base() == "",
        lambda w: len({w.place(1), w.place(1), w.place(2)}),
        lambda w: w.alone(1) == w.alone(1),
        lambda w: [one.name for one in dataclasses.fields(w.word)],
        lambda w: w.word.__match_args__,
        lambda w: sorted(w.word.__init__.__annotations__.items() - {("return", None)}),
        lambda w: w.word(1).parts is w.word(1).parts,
    ],
)
def test_it_reads_compares_and_is_made_like_the_librarys(make: Any) -> None:  # noqa: ANN401 -- any question
    assert repr(make(OURS)) == repr(make(LIBRARYS))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda w: w.word(),
        lambda w: w.word(1, nothing=2),
        lambda w: hash(w.word(1)),
        lambda w: setattr(w.base(), "trail", "t"),
        lambda w: setattr(w.base(), "other", "t"),
        lambda w: delattr(w.base(), "trail"),
        lambda w: w.place(1) < 2,
        lambda w: w.hidden(0),
    ],
)
def test_it_refuses_what_the_library_refuses(wrong: Any) -> None:  # noqa: ANN401 -- any wrong use
    kinds = (TypeError, FrozenInstanceError, AttributeError, AssertionError)
    with pytest.raises(kinds) as ours:
        wrong(OURS)
    with pytest.raises(kinds) as librarys:
        wrong(LIBRARYS)

    assert type(ours.value) is type(librarys.value)


def test_nothing_of_a_hidden_word_is_shown() -> None:
    assert "row=" not in repr(OURS.hidden(7))


def test_what_is_not_frozen_is_the_librarys() -> None:
    @frozen.dataclass
    class Ear:
        heard: int = 0

    ear = Ear()
    ear.heard = 1

    assert ear == Ear(1)

    @frozen.dataclass(order=True)
    class Row:
        number: int

    assert Row(1) < Row(2)
