"""`payrelay open` says what is open in whole sentences a person can act on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payment_core.approval.open_money import by_age, open_since_ms
from payment_core.approval.outbox import moves_between
from payment_core.approval.outcome import InDoubt, Refused
from tests.fakes.known_sales import InMemoryKnownSales
from tests.fakes.links import SILENCE, ScriptedLink
from tests.spec.till import Till, an_approved_sale, an_unanswered_sale
from tools.cli.open_money import lasting, show, words
from tools.cli.projection import differences


def test_a_refused_reversal_is_for_a_person_at_once() -> None:
    refusing = ScriptedLink(authorisations=[SILENCE], net_cancels=[Refused("2020", "망취소 기한 경과")])
    till = an_unanswered_sale(link=refusing)
    till.undo(in_line=True)

    told = words(till.sale, till.clock.at_ms)

    assert (told["standing"], told["owner"], told["for_a_person"]) == ("WITH_A_PERSON", "operator", True)
    assert (told["won"], told["destination"], told["tries"]) == (11_000, "hangang", 1)


def every_way_to_be_open() -> list[Till]:
    """One sale each: claimed, sent, undone in vain, refused, of another amount, cancelled, cut short."""
    other = InDoubt("another amount", approval_number="30000001", approved_won=11_001)
    refusing = ScriptedLink([SILENCE], net_cancels=[Refused("2020", "망취소 기한 경과")])
    silent = ScriptedLink([SILENCE], net_cancels=[SILENCE])
    claimed, in_vain, refused = Till(), an_unanswered_sale(link=silent), an_unanswered_sale(link=refusing)
    claimed.accept()
    in_vain.undo(in_line=True)
    refused.undo(in_line=True)
    being_cancelled, less = an_approved_sale(), an_approved_sale()
    less.link.cancels = [InDoubt("the answer is about another amount", "0000", taken_back_won=3_000)]
    being_cancelled.begin_cancel(amount_won=4_000)
    less.begin_cancel(amount_won=4_000)
    less.try_cancel()
    return [
        claimed,
        an_unanswered_sale(),
        in_vain,
        refused,
        an_unanswered_sale(link=ScriptedLink([other])),
        being_cancelled,
        less,
    ]


def test_events_and_sales_agree_on_what_is_open_since_when_and_on_every_won() -> None:
    """`payrelay projection meter` against `payrelay open`."""
    tills = every_way_to_be_open()
    sales = [till.sale for till in tills]
    assert all(sale.is_open for sale in sales)
    model = InMemoryKnownSales()
    for number, sale in enumerate(sales):
        moves = moves_between(None, sale)
        model.take_in([replace(one, subject=f"{one.subject[:-1]}{number}") for one in moves])

    known = list(model.sales.values())
    named = [replace(one, sale_id=str(sale.sale_id)) for one, sale in zip(known, sales, strict=True)]
    for one, sale in zip(named, sales, strict=True):
        assert one.is_open
        assert one.open_since_ms == open_since_ms(sale)
        assert differences([one], [sale]) == {}
    assert differences(named[:1], []) == {named[0].sale_id: {"events": 11_000, "sale": 0}}


def test_the_table_ends_with_the_meter(capsys: pytest.CaptureFixture[str]) -> None:
    undone = an_unanswered_sale()
    cancelled = an_approved_sale()
    cancelled.begin_cancel(amount_won=4_000)
    sales, now_ms = [undone.sale, cancelled.sale], undone.clock.at_ms + 60_000

    show([words(one, now_ms) for one in sales], by_age(sales, now_ms))

    printed = capsys.readouterr().out
    assert "being undone" in printed
    assert "being cancelled" in printed
    assert printed.endswith(
        "Open: 15,000 won in 2 sales, 0 for a person.\n"
        "under 30 s: 0 (0) · under 15 min: 2 (15,000) · under 24 h: 0 (0) · 24 h and older: 0 (0)\n"
    )
    assert max(map(len, printed.splitlines())) <= 100


def test_nothing_open_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    show([], by_age([], 0))

    assert capsys.readouterr().out == "No money is open: every sale has its end.\n"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(41, "41 s"), (725, "12 min 5 s"), (11_400, "3 h 10 min"), (187_200, "2 d 4 h")],
)
def test_a_duration_has_its_two_largest_units(seconds: int, said: str) -> None:
    assert lasting(seconds) == said
