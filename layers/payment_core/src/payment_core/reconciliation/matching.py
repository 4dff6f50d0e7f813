"""Matching (대사): two lists of rows in, which rows are one and the same out, and a break for all the rest.

The semantics, in plain Python: what is fast (payment_adapters/matching) must come to exactly this. Rows of
one key are one group, and each group is resolved alone, in the order of the files:

1. rows that say the same in everything compared pair off;
2. rows within tolerance pair off where neither fits another one as well;
3. where a key names a group of rows (`together`): the sums, all with all; else one row with the only set of
   others that adds up to it;
4. what is left is a break: a duplicate, a row that one side misses, a pair that differs, or, where more than
   one reading is possible, an ambiguity that a person decides. Nothing is guessed.

Door: functions/matching. Promise: tests/spec/test_matching.py. Story: docs/flows/matching.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.reconciliation.breaks import Break, BreakKind

MAX_PLACE: Final = 2**62  # behind every row of a file
ORDER: Final = {kind: place for place, kind in enumerate(BreakKind)}
MOST_SEARCHED: Final = 12  # rows of which each of 4,096 subsets is looked at; above that, only all of them


class Subject(StrEnum):
    """Which two lists are compared; ours is named first."""

    TRANSACTIONS = "TRANSACTIONS"  # our log × a counterparty's list of the day
    CLAIMS = "CLAIMS"  # our sales × the claim file
    ANSWERS = "ANSWERS"  # claimed rows × the return file
    DEPOSITS = "DEPOSITS"  # expected deposits × the bank's statement


# What a row is that the other side has not: one of ours, one of theirs.
MISSING: Final = {
    Subject.TRANSACTIONS: (BreakKind.MISSING_THERE, BreakKind.MISSING_HERE),
    Subject.CLAIMS: (BreakKind.UNCLAIMED, BreakKind.CLAIM_WITHOUT_SALE),
    Subject.ANSWERS: (BreakKind.NOT_ANSWERED, BreakKind.ANSWER_WITHOUT_CLAIM),
    Subject.DEPOSITS: (BreakKind.DEPOSIT_MISSING, BreakKind.DEPOSIT_UNEXPECTED),
}
CANCEL_MISSING: Final = (BreakKind.CANCEL_MISSING_THERE, BreakKind.CANCEL_MISSING_HERE)


class Effect(StrEnum):
    """What a row does with money, as its side sees it."""

    LIVE = "LIVE"
    UNDONE = "UNDONE"
    ELSEWHERE = "ELSEWHERE"  # undone, because another destination approved the sale
    UNKNOWN = "UNKNOWN"
    RETURNED = "RETURNED"
    HELD = "HELD"


class Shape(StrEnum):
    """How many rows of ours are how many of theirs."""

    ONE_TO_ONE = "1:1"
    ONE_TO_MANY = "1:N"
    MANY_TO_ONE = "N:1"
    MANY_TO_MANY = "N:M"


@dataclass(frozen=True)
class Entry:
    """One row of a list, as far as it is compared.

    Attributes:
        place: Its record number, from 1.
        key: What it is found by; rows of equal keys are one group.
        name: What people may see of the key: cards masked.
        amount_won: Below 0 for a cancel.
        day: ``date.toordinal``; 0 if the list tells none.
        fee_won: ``None`` if the list tells none.
        marks: What else is compared, in the order of `Terms.marks`.
    """

    place: int
    key: str
    name: str
    amount_won: int
    day: int
    effect: Effect = Effect.LIVE
    fee_won: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """How two lists are compared.

    Attributes:
        tolerance_won: By how much amounts may differ.
        tolerance_days: By how many days dates may.
        tolerance_fee_won: By how much fees may.
        together: Whether a key names a group of rows, whose sums count.
        marks: The kind of break for each of `Entry.marks`.
    """

    subject: Subject = Subject.TRANSACTIONS
    tolerance_won: int = 0
    tolerance_days: int = 0
    tolerance_fee_won: int = 0
    together: bool = False
    marks: tuple[BreakKind, ...] = ()


@dataclass(frozen=True)
class Match:
    """Rows that are one and the same."""

    ours: tuple[Entry, ...]
    theirs: tuple[Entry, ...]

    @property
    def shape(self) -> Shape:
        """How many are how many."""
        if len(self.ours) == 1:
            return Shape.ONE_TO_ONE if len(self.theirs) == 1 else Shape.ONE_TO_MANY
        return Shape.MANY_TO_ONE if len(self.theirs) == 1 else Shape.MANY_TO_MANY


@dataclass(frozen=True)
class Verdict:
    """What one key, or two whole lists, came to.

    Attributes:
        silent: Rows of which nothing lives here, and which the other side does not name: no difference.
    """

    matches: tuple[Match, ...]
    breaks: tuple[Break, ...]
    silent: int = 0


def match(ours: Iterable[Entry], theirs: Iterable[Entry], terms: Terms) -> Verdict:
    """Compare two lists; keys in the order of our list, then of theirs."""
    groups: dict[str, tuple[list[Entry], list[Entry]]] = {}
    for one in ours:
        groups.setdefault(one.key, ([], []))[0].append(one)
    for one in theirs:
        groups.setdefault(one.key, ([], []))[1].append(one)
    verdicts = [resolve(here, there, terms) for here, there in groups.values()]
    return Verdict(
        tuple(found for one in verdicts for found in one.matches),
        tuple(found for one in verdicts for found in one.breaks),
        sum(one.silent for one in verdicts),
    )


def resolve(ours: Sequence[Entry], theirs: Sequence[Entry], terms: Terms) -> Verdict:
    """Compare the rows of one key."""
    if len(ours) <= 1 and len(theirs) <= 1:  # nearly every group: there is nothing to choose
        return _of_one_or_two(ours, theirs, terms)
    left, right, found = list(ours), list(theirs), list[Break]()
    matches = _pairs_alike(left, right)
    matches += _pairs_that_fit(left, right, terms, found)
    if terms.together:
        matches += _sums(left, right, terms)
    before = len(left) + len(right)
    if not (left and right):
        left[:] = [row for row in left if row.effect is not Effect.UNDONE]
        right[:] = [row for row in right if row.effect is not Effect.UNDONE]
    silent = before - len(left) - len(right)
    if not terms.together:
        found += _duplicates(left, [row for one in matches for row in one.ours], right, terms, is_ours=True)
        found += _duplicates(
            right, [row for one in matches for row in one.theirs], left, terms, is_ours=False
        )
    found += _what_is_left(left, right, terms)
    found.sort(key=lambda one: (one.ours[:1] or (MAX_PLACE,), one.theirs[:1], ORDER[one.kind]))
    return Verdict(tuple(matches), tuple(found), silent)


def _of_one_or_two(ours: Sequence[Entry], theirs: Sequence[Entry], terms: Terms) -> Verdict:
    if ours and theirs:
        found = tuple(_breaks_of(ours[0], theirs[0], terms))
        return Verdict((), found) if found else Verdict((Match((ours[0],), (theirs[0],)),), ())
    (row,) = ours or theirs
    if row.effect is Effect.UNDONE:
        return Verdict((), (), silent=1)
    return Verdict((), tuple(_what_is_left(ours, theirs, terms)))


def differences(our: Entry, their: Entry, terms: Terms) -> list[BreakKind]:
    """What differs between two rows that are one and the same; none if they agree."""
    if (unlike := _unlike_effects(our, their)) is not None:
        return [unlike]
    found = []
    if abs(our.amount_won - their.amount_won) > terms.tolerance_won:
        found.append(_amount_kind(our.amount_won, their.amount_won, terms.subject))
    if our.day and their.day and abs(our.day - their.day) > terms.tolerance_days:
        found.append(_date_kind(terms.subject))
    if _fees_differ(our, their, terms):
        found.append(BreakKind.FEE)
    marks = zip(terms.marks, our.marks, their.marks, strict=True)
    return found + [kind for kind, here, there in marks if here != there]


def _unlike_effects(our: Entry, their: Entry) -> BreakKind | None:
    if our.effect is their.effect:
        return None
    match our.effect, their.effect:
        case ((Effect.UNDONE | Effect.UNKNOWN), Effect.LIVE):
            return BreakKind.LIVE_WITHOUT_APPROVAL
        case Effect.ELSEWHERE, Effect.LIVE:
            return BreakKind.CHARGED_TWICE
        case Effect.LIVE, Effect.UNDONE:
            return BreakKind.APPROVAL_WITHOUT_LIVE
        case _, Effect.RETURNED | Effect.HELD:
            return BreakKind(str(their.effect))
        case _:
            return BreakKind.STATUS


def _amount_kind(our_won: int, their_won: int, subject: Subject) -> BreakKind:
    if subject is Subject.DEPOSITS:
        return BreakKind.DEPOSIT_SHORT if their_won < our_won else BreakKind.DEPOSIT_OVER
    return BreakKind.CANCEL_AMOUNT if our_won < 0 else BreakKind.AMOUNT


def _date_kind(subject: Subject) -> BreakKind:
    return BreakKind.DEPOSIT_LATE if subject is Subject.DEPOSITS else BreakKind.DATE


def _fees_differ(our: Entry, their: Entry, terms: Terms) -> bool:
    if our.fee_won is None or their.fee_won is None:
        return False
    return abs(our.fee_won - their.fee_won) > terms.tolerance_fee_won


def _said(row: Entry) -> tuple[object, ...]:
    """All that is compared of a row."""
    return (row.amount_won, row.day, row.effect, row.fee_won, row.marks)


def _take(rows: list[Entry], taken: Iterable[Entry]) -> None:
    places = {row.place for row in taken}
    rows[:] = [row for row in rows if row.place not in places]


def _pairs_alike(left: list[Entry], right: list[Entry]) -> list[Match]:
    """Take rows that say the same off both sides; equal ones are interchangeable: the first go together."""
    waiting: dict[tuple[object, ...], list[Entry]] = {}
    for row in reversed(right):
        waiting.setdefault(_said(row), []).append(row)
    found = [Match((row,), (twins.pop(),)) for row in left if (twins := waiting.get(_said(row)))]
    _take(left, [row for one in found for row in one.ours])
    _take(right, [row for one in found for row in one.theirs])
    return found


def _pairs_that_fit(left: list[Entry], right: list[Entry], terms: Terms, found: list[Break]) -> list[Match]:
    """Take pairs within tolerance off; where a row fits several, all of them become one ambiguity."""
    fits = {row.place: [one for one in right if not differences(row, one, terms)] for row in left}
    matches: list[Match] = []
    seen: set[int] = set()
    for row in list(left):
        if row.place in seen or not fits[row.place]:
            continue
        here, there = _component(row, left, fits)
        seen |= {one.place for one in here}
        _take(left, here)
        _take(right, there)
        if len(here) == len(there) and len(set(map(_said, here))) == len(set(map(_said, there))) == 1:
            matches += [Match((our,), (their,)) for our, their in zip(here, there, strict=True)]
        else:
            found.append(_break(BreakKind.AMBIGUOUS, here, there))
    return matches


def _component(
    row: Entry, left: list[Entry], fits: dict[int, list[Entry]]
) -> tuple[list[Entry], list[Entry]]:
    """All rows that hang together with one by fitting, in the order of the files."""
    here, there = dict[int, Entry](), {one.place: one for one in fits[row.place]}
    while True:
        more = [
            one
            for one in left
            if one.place not in here and any(fit.place in there for fit in fits[one.place])
        ]
        if not more:
            return [here[place] for place in sorted(here)], [there[place] for place in sorted(there)]
        for one in more:
            here[one.place] = one
            there.update({fit.place: fit for fit in fits[one.place]})


def _sums(left: list[Entry], right: list[Entry], terms: Terms) -> list[Match]:
    """Take rows off whose sums agree: all with all, else one with the only set that adds up to it."""
    if left and right and len(left) + len(right) > 2 and _add_up(left, right, terms):  # noqa: PLR2004 -- a pair is no group
        all_of_them = Match(tuple(left), tuple(right))
        left.clear()
        right.clear()
        return [all_of_them]
    found = [Match((row,), chosen) for row, chosen in _only_sets(left, right, terms)]
    return found + [Match(chosen, (row,)) for row, chosen in _only_sets(right, left, terms)]


def _only_sets(
    single: list[Entry], many: list[Entry], terms: Terms
) -> Iterator[tuple[Entry, tuple[Entry, ...]]]:
    for row in list(single):
        if not 1 < len(many) <= MOST_SEARCHED:
            return
        sets = [
            chosen
            for size in range(2, len(many) + 1)
            for chosen in combinations(many, size)
            if _add_up([row], chosen, terms)
        ]
        if len(sets) == 1:
            _take(single, [row])
            _take(many, sets[0])
            yield row, sets[0]


def _add_up(ours: Sequence[Entry], theirs: Sequence[Entry], terms: Terms) -> bool:
    days = [row.day for row in (*ours, *theirs) if row.day]
    spread = max(days) - min(days) if days else 0
    gap_won = abs(_won(ours) - _won(theirs))
    alike = {row.effect for row in (*ours, *theirs)}
    return gap_won <= terms.tolerance_won and spread <= terms.tolerance_days and len(alike) == 1


def _duplicates(
    rows: list[Entry], matched: list[Entry], others: list[Entry], terms: Terms, *, is_ours: bool
) -> Iterator[Break]:
    """Take off what repeats a row that is matched, or, while its side has more rows left, a row before it."""
    kind = BreakKind.DUPLICATE_HERE if is_ours else BreakKind.DUPLICATE_THERE
    seen: list[Entry] = []
    for row in list(rows):
        repeats = any(_repeats(row, one, terms) for one in matched)
        if repeats or (len(rows) > len(others) and any(_repeats(row, one, terms) for one in seen)):
            _take(rows, [row])
            yield _break(kind, [row], []) if is_ours else _break(kind, [], [row])
        else:
            seen.append(row)


def _repeats(row: Entry, other: Entry, terms: Terms) -> bool:
    near = abs(row.amount_won - other.amount_won) <= terms.tolerance_won
    return near and abs(row.day - other.day) <= terms.tolerance_days and row.effect is other.effect


def _what_is_left(left: Sequence[Entry], right: Sequence[Entry], terms: Terms) -> Iterator[Break]:
    if not left or not right:
        yield from (_break(_missing(row, terms.subject)[0], [row], []) for row in left)
        yield from (_break(_missing(row, terms.subject)[1], [], [row]) for row in right)
    elif len(left) == len(right) == 1:
        yield from _breaks_of(left[0], right[0], terms)
    elif terms.together and 1 in (len(left), len(right)):
        yield _break(_kind_of_sums(left, right, terms), left, right)
    else:
        yield _break(BreakKind.AMBIGUOUS, left, right)


def _kind_of_sums(left: Sequence[Entry], right: Sequence[Entry], terms: Terms) -> BreakKind:
    """What keeps groups apart: their sums, or how their rows stand, or nothing but their dates."""
    if abs(_won(left) - _won(right)) > terms.tolerance_won:
        return _amount_kind(_won(left), _won(right), terms.subject)
    alike = len({row.effect for row in (*left, *right)}) == 1
    return _date_kind(terms.subject) if alike else BreakKind.STATUS


def _breaks_of(our: Entry, their: Entry, terms: Terms) -> Iterator[Break]:
    for kind in differences(our, their, terms):
        one = _break(kind, [our], [their])
        if kind is BreakKind.FEE:
            one = Break(kind, one.name, one.ours, one.theirs, our.fee_won or 0, their.fee_won or 0, one.day)
        yield one


def _missing(row: Entry, subject: Subject) -> tuple[BreakKind, BreakKind]:
    is_cancel = subject is Subject.TRANSACTIONS and row.amount_won < 0
    return CANCEL_MISSING if is_cancel else MISSING[subject]


def _won(rows: Sequence[Entry]) -> int:
    return sum([row.amount_won for row in rows])


def _break(kind: BreakKind, ours: Sequence[Entry], theirs: Sequence[Entry]) -> Break:
    first = ours[0] if ours else theirs[0]
    return Break(
        kind,
        first.name,
        tuple([row.place for row in ours]),
        tuple([row.place for row in theirs]),
        _won(ours),
        _won(theirs),
        first.day,
    )
