"""What our log shows as undone at a destination is found on its list, whoever never told its number."""

from __future__ import annotations

import pytest

from payment_core.reconciliation.undone import Undone, undone_on_both, whose

DAY = 739_284


def an_undone(
    number: str, won: int = 11_000, *, terminal: str = "10030001", day: int = DAY, card: str = ""
) -> Undone:
    return Undone(number, terminal, won, day, card)


PAIR, OTHER = an_undone("31000001"), an_undone("31000002")
NEVER_TOLD = an_undone("")
VISA, MASTERCARD = "411111******1111", "555555******4444"

CASES: list[tuple[list[Undone], list[Undone], list[str], set[Undone]]] = [
    # the list's pairs   our log's undone              live here     no difference
    ([PAIR], [NEVER_TOLD], [], {PAIR}),  # its VAN undid by itself what it could not tell
    ([PAIR], [PAIR], [], {PAIR}),  # its number was told later
    ([an_undone("31000001", terminal="")], [NEVER_TOLD], [], {an_undone("31000001", terminal="")}),
    ([PAIR, OTHER], [NEVER_TOLD, NEVER_TOLD], [], {PAIR, OTHER}),
    ([PAIR, OTHER], [PAIR, NEVER_TOLD], [], {PAIR, OTHER}),
    # nothing else is left out
    ([PAIR], [], [], set()),
    ([PAIR], [NEVER_TOLD], ["31000001"], set()),  # what lives here was cancelled there
    ([PAIR], [OTHER], [], set()),
    ([PAIR], [an_undone("", 12_000)], [], set()),
    ([PAIR], [an_undone("", day=DAY - 1)], [], set()),
    ([PAIR], [an_undone("", terminal="10030002")], [], set()),
    ([PAIR, OTHER], [NEVER_TOLD], [], set()),  # whose pair it is nobody knows
    ([PAIR, OTHER], [PAIR], [], {PAIR}),
    # where cards are looked at, they tell whose it is
    ([an_undone("31000001", card=VISA)], [an_undone("", card=VISA)], [], {an_undone("31000001", card=VISA)}),
    ([an_undone("31000001", card=VISA)], [an_undone("", card=MASTERCARD)], [], set()),
]


@pytest.mark.parametrize(("listed", "logged", "live", "same"), CASES)
def test_a_pair_is_no_difference_only_where_our_log_shows_it_as_undone(
    listed: list[Undone], logged: list[Undone], live: list[str], same: set[Undone]
) -> None:
    assert undone_on_both(listed, logged, live) == same


@pytest.mark.parametrize(
    ("logged", "about"),
    [
        ([], []),
        ([PAIR], [PAIR]),
        ([NEVER_TOLD], [NEVER_TOLD]),
        ([NEVER_TOLD, PAIR], [PAIR]),  # what bears its number is it
        ([OTHER], []),  # that is another one's number
        ([OTHER, NEVER_TOLD], [NEVER_TOLD]),
        ([NEVER_TOLD, NEVER_TOLD], [NEVER_TOLD, NEVER_TOLD]),  # either, nobody knows which
        ([an_undone("31000001", 12_000), an_undone("", 12_000)], []),
    ],
)
def test_a_row_is_about_what_bears_its_number_or_about_what_was_told_none(
    logged: list[Undone], about: list[Undone]
) -> None:
    assert whose(PAIR, logged) == about
