"""What a destination undid by itself is no difference on its list; who names no terminal has numbers."""

from __future__ import annotations

from dataclasses import replace

from payment_adapters.settling.comparison import is_about
from payment_adapters.settling.kept import attempt_kept_there, kept_there, without_undone
from payment_core.approval.model import Attempt, AttemptState, Decision, Sale, SaleId, Step
from payment_core.approval.model import Entry as Told
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.reconciliation.breaks import Break, BreakKind
from payment_core.reconciliation.matching import Effect, Entry
from payment_core.settlement.calendar import as_date

DATE = "20270202"
NUMBER = "31000001"
ATTEMPT = Attempt(
    state=AttemptState.REVERSED,
    destination="gyeongbok",
    trace_number="001000000420",
    net_cancel_mode=NetCancelMode.VAN_OWNED,
    intent_at_ms=0,
    send_by_ms=0,
    invocation_id="run-1",
)
UNDONE = Sale(
    SaleId("1003", "10030001", 1, DATE, 7),
    Decision.REVERSE,
    amount_won=11_000,
    card_masked="411111******1111",
    attempts=(ATTEMPT,),
)


def listed(won: int, terminal: str = "10030001") -> Entry:
    key = f"{NUMBER}/{terminal}/{'cancel' if won < 0 else 'sale'}"
    return Entry(1, key, key, won, as_date(DATE).toordinal())


def test_what_its_van_undid_by_itself_is_left_out_of_that_vans_list_and_nothing_else() -> None:
    pair = [listed(11_000), listed(-11_000)]
    open_still = replace(UNDONE, attempts=(replace(ATTEMPT, state=AttemptState.UNRESOLVED),))

    assert without_undone([], pair, [UNDONE], "gyeongbok") == []
    assert without_undone([], pair, [UNDONE], "hangang") == pair
    assert without_undone([], pair, [open_still], "gyeongbok") == pair
    assert without_undone([listed(11_000)], pair, [UNDONE], "gyeongbok") == pair, "it lives here"
    for other in ([listed(11_000)], [listed(11_000), listed(-4_000)], [*pair, listed(-11_000)]):
        assert without_undone([], other, [UNDONE], "gyeongbok") == other


def test_a_sale_that_its_van_kept_and_never_told_is_ours_on_its_list_and_nobody_elses() -> None:
    row, cards = listed(11_000), {NUMBER: UNDONE.card_masked}
    being_undone = replace(UNDONE, attempts=(replace(ATTEMPT, state=AttemptState.REVERSING),))

    for sale in (UNDONE, being_undone):
        assert kept_there([], [row], [sale], "gyeongbok", cards) == [replace(row, effect=Effect.UNDONE)]
    assert kept_there([row], [row], [UNDONE], "gyeongbok", cards) == [], "it is known"
    assert kept_there([], [row], [UNDONE], "hangang", cards) == []
    assert kept_there([], [row], [UNDONE], "gyeongbok", {NUMBER: "555555******4444"}) == []
    for other in (listed(12_000), listed(-11_000), listed(11_000, "10030002")):
        assert kept_there([], [other], [UNDONE], "gyeongbok", cards) == []


NAMSAN = replace(ATTEMPT, state=AttemptState.APPROVED, destination="namsan", approval_number="40000001")
TWICE = replace(
    UNDONE,
    decision=Decision.APPROVED,
    attempts=(ATTEMPT, NAMSAN),
    history=(
        Told(
            Step.APPROVE,
            0,
            "gateway",
            "w",
            Decision.APPROVED,
            (AttemptState.REVERSED, AttemptState.APPROVED),
        ),
    ),
)
DECLINED = replace(UNDONE, decision=Decision.DECLINED)


def test_what_a_destination_kept_of_a_sale_that_another_decided_is_told_by_what_became_of_the_sale() -> None:
    row, cards = listed(11_000), {NUMBER: TWICE.card_masked}
    told = replace(ATTEMPT, approval_number=NUMBER)
    named = replace(TWICE, attempts=(told, NAMSAN))

    for sale, effect in ((TWICE, Effect.ELSEWHERE), (named, Effect.ELSEWHERE), (DECLINED, Effect.UNDONE)):
        assert kept_there([], [row], [sale], "gyeongbok", cards) == [replace(row, effect=effect)]
    for list_of in ("namsan", "hangang", ""):
        assert kept_there([], [row], [TWICE], list_of, cards) == [], "it approved it, or never saw it"
    undone = replace(
        TWICE, attempts=(ATTEMPT, replace(NAMSAN, state=AttemptState.REVERSED, approval_number=""))
    )
    assert kept_there([], [row], [undone], "namsan", cards) == [], "that is the sale"
    assert kept_there([], [row], [TWICE, UNDONE], "gyeongbok", cards) == [], "whose it is nobody knows"
    assert kept_there([], [row], [named, UNDONE], "gyeongbok", cards) == [
        replace(row, effect=Effect.ELSEWHERE)
    ]
    undecided = replace(TWICE, decision=Decision.RECEIVED, attempts=(ATTEMPT,), history=())
    assert kept_there([], [row], [undecided], "gyeongbok", cards) == []


def test_a_break_is_about_the_attempt_that_its_kind_and_its_destination_tell() -> None:
    compared = f"1003/{DATE}/TRANSACTIONS/gyeongbok"
    twice, alone = (
        Break(kind, f"{NUMBER}/10030001/sale", (1,), (1,), 11_000, 11_000, as_date(DATE).toordinal())
        for kind in (BreakKind.CHARGED_TWICE, BreakKind.LIVE_WITHOUT_APPROVAL)
    )

    assert attempt_kept_there(twice, TWICE, compared) == 0
    assert attempt_kept_there(twice, TWICE, compared.replace("gyeongbok", "namsan")) is None
    assert attempt_kept_there(twice, UNDONE, compared) is None
    assert attempt_kept_there(alone, TWICE, compared) is None
    assert [attempt_kept_there(alone, one, compared) for one in (UNDONE, DECLINED)] == [0, 0]
    assert attempt_kept_there(replace(twice, their_won=12_000), TWICE, compared) is None
    assert attempt_kept_there(replace(twice, name="haneul"), TWICE, compared) is None


def test_a_break_of_a_list_without_terminals_is_about_the_sale_of_its_partys_number() -> None:
    approved = replace(
        UNDONE,
        attempts=(replace(ATTEMPT, destination="haneul", approval_number=NUMBER),),
        history=(
            Told(
                Step.APPROVE,
                0,
                "gateway",
                "w",
                Decision.APPROVED,
                (AttemptState.APPROVED, AttemptState.ABSENT),
            ),
        ),
    )
    compared = f"1002/{DATE}/TRANSACTIONS/haneul"

    assert is_about(f"{NUMBER}//sale", approved, compared)
    assert is_about(f"{NUMBER}/10030001/sale", approved, compared)
    assert not is_about(f"{NUMBER}/10030002/sale", approved, compared)
    assert not is_about(f"{NUMBER}//sale", approved, compared.replace("haneul", "hangang"))
    assert not is_about("31000002//sale", approved, compared)
    assert not is_about("haneul", UNDONE, f"1003-{DATE}/FEES"), "a sale that nobody approved is nobody's"
