"""The console's pages, rendered from plain data: whole in both languages, harmless, and small."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from payment_adapters.console.browser import form_word
from payment_adapters.console.catalogue import SENTENCES
from payment_adapters.console.charts import bars, nice
from payment_adapters.console.finding import SAID
from payment_adapters.console.overview import OUTCOMES, SERIES, Board, Line, Open, Overview
from payment_adapters.console.rendering import HERE, Frame, asset, asset_names, page, part, rendered
from payment_adapters.console.routing import Compared, Row, month_of, shares_in
from payment_adapters.console.sale import shown
from payment_adapters.console.sequence import THE_POS_ASKS
from payment_core.approval.model import (
    Attempt,
    AttemptState,
    CancelState,
    Decision,
    Entry,
    Sale,
    SaleId,
    Step,
)
from payment_core.approval.outcome import Trail
from payment_core.approval.standing import Standing
from payment_core.cases.model import NEEDS_TWO, OWNERS, Action, Case, Kind, Proposal
from payment_core.cases.model import Entry as CaseEntry
from payment_core.cases.model import State as CaseState
from payment_core.cases.model import Step as CaseStep
from payment_core.cases.refusals import CaseRefusal, SamePersonError
from payment_core.console.audit import Deed
from payment_core.console.audit import Entry as Line_of_log
from payment_core.console.roles import Person, Role
from payment_core.kernel.language import Language
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.open_ages import AGES_MS, OLDER, Money
from payment_core.kernel.tender import Tender
from payment_core.routing.breaker import State
from payment_core.routing.what_if import Had
from tests.fakes.hands import NOON_IN_SEOUL_MS as NOON

EVIL: Final = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SALE_ID: Final = SaleId("1001", "10010001", 1, "20261120", 42)
TEMPLATES: Final = sorted((HERE / "pages").glob("*.html"))
MOST_BYTES: Final = 150_000
READ_ALOUD: Final = frozenset({"aria-label", "title", "alt", "placeholder"})


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        self.said.extend(text for name, text in attrs if name in READ_ALOUD and text)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def english_in(page: str) -> list[str]:
    """What reads as an English sentence on a page: two words that follow each other."""
    return _found(page, r"\b[A-Za-z]?[a-z]+ [a-z]+\b")


def korean_in(page: str) -> list[str]:
    return [one for one in _found(page, r"[가-힣]+") if one != SENTENCES["other_language"].en]


def _found(page: str, words: str) -> list[str]:
    found = Elements()
    found.feed(page)
    return [one for text in found.said for one in re.findall(words, text)]


def a_frame(language: Language = Language.ENGLISH, *roles: Role) -> Frame:
    who = Person("yuna", frozenset(roles or {Role.OPERATOR}))
    return Frame(language, "./", "overview", who, form_word("token"))


def an_overview(told: str = "no answer by the deadline") -> Overview:
    counted = [{"approved": place, "declined": 1, "open": place % 2} for place in range(30)]
    return Overview(
        NOON,
        today=dict.fromkeys(SERIES, Money(3, 33_000)),
        is_whole=True,
        chart=bars(counted, SERIES, first_ms=NOON, bin_ms=120_000),
        ages=dict.fromkeys((*AGES_MS, OLDER), Money(1, 11_000)),
        open=[Open(str(SALE_ID), 11_000, told, "net_cancel", for_a_person=True, seconds=75, next_seconds=0)],
        destinations=[Board("hangang", "van", "OPEN", told, 10, 4)],
        recent=[Line(str(SALE_ID), NOON, 11_000, told, "REVERSED", "undone", told)],
    )


def a_lost_answer(message: str = "정상") -> tuple[Sale, list[tuple[str, Trail]]]:
    attempt = Attempt(
        AttemptState.REVERSED,
        "hangang",
        "001000000420",
        NetCancelMode.RELAY,
        NOON,
        NOON + 4_000,
        "run-1",
        response_code="0000",
        message=message,
    )
    states = (AttemptState.INTENT, AttemptState.ABSENT)
    steps = [
        (Step.ACCEPT, 0, "gateway", Decision.RECEIVED, (AttemptState.ABSENT,) * 2, {}),
        (Step.INTENT, 20, "van_link", Decision.RECEIVED, states, {"destination": "hangang"}),
        (Step.DOUBT, 3_050, "van_link", Decision.REVERSE, states, {"reason": message}),
        (
            Step.REVERSAL_CONFIRMED,
            5_100,
            "net_cancel",
            Decision.REVERSE,
            (AttemptState.REVERSED, AttemptState.ABSENT),
            {"code": "0000", "message": message},
        ),
    ]
    history = tuple(
        Entry(step, NOON + after, by, f"w{after}", decision, attempts, evidence)
        for step, after, by, decision, attempts, evidence in steps
    )
    sale = Sale(
        SALE_ID,
        Decision.REVERSE,
        amount_won=11_000,
        vat_won=1_000,
        card_masked="411111******1111",
        received_at_ms=NOON,
        attempts=(attempt,),
        history=history,
    )
    sent = Trail(" " * 540, "", "hangang.ApprovalRequest", "", NOON + 30, NOON + 3_040)
    undo = "hangang.NetCancelRequest"
    garbled = Trail(" " * 540, f"9 bytes {message}", undo, "unreadable", NOON + 5_000, NOON + 5_100)
    return sale, [("a0", sent), ("a0-undo-0", garbled)]


def a_case(told: str) -> Case:
    line = CaseEntry(
        CaseStep.PROPOSE, NOON, told, "w1", CaseState.PROPOSED, {"reason": told, "action": "PROVE"}
    )
    return Case(
        str(SALE_ID),
        "a0",
        Kind.NET_CANCEL_REFUSED,
        CaseState.PROPOSED,
        3,
        NOON,
        NOON,
        NOON,
        11_000,
        destination=told,
        evidence={told: told},
        may=tuple(Action),
        why=dict.fromkeys(Language, told),
        proposal=Proposal(Action.PROVE, told, told, NOON, proof=told),
        history=(line,),
    )


def every_page(language: Language, told: str) -> dict[str, str]:
    frame, (sale, exchanges) = a_frame(language), a_lost_answer(told)
    log = Line_of_log("e1", NOON, told, Deed.OPENED_BREAKER, told, told, "done")
    board = an_overview(told).destinations
    nobody = replace(frame, person=None)
    return {
        "sign_in": rendered("sign_in.html", nobody, back="overview", is_refused=True),
        "overview": rendered("overview.html", frame, view=an_overview(told)),
        "sale": rendered("sale.html", frame, view=shown(sale, exchanges, NOON, language)),
        "search": rendered(
            "search.html",
            frame,
            said=dict.fromkeys(SAID, told),
            lines=an_overview(told).recent,
            cursor=told,
            states=list(OUTCOMES),
        ),
        "routing": rendered(
            "routing.html",
            frame,
            view=Compared(
                [Row(told, is_van=True, share=40, had=Had(4, 44_000, 220), would=Had(5, 55_000, 200))],
                is_whole=False,
            ),
            shop=told,
            month="2026-11",
            tried={told: 4_000},
            is_tried=True,
            is_refused=True,
        ),
        "cases": rendered("cases.html", frame, cases=[a_case(told)], now_ms=NOON),
        "case": rendered(
            "case.html",
            frame,
            case=a_case(told),
            now_ms=NOON,
            refusal=SamePersonError(told),
            needs_two=NEEDS_TWO,
            **dict.fromkeys(("may_propose", "may_approve", "may_refuse", "is_own"), True),
        ),
        "destinations": rendered("destinations.html", frame, board=board, may_move=True, told="moved"),
        "audit": rendered("audit.html", frame, lines=[log], audited_day="20261120"),
        "told": rendered("told.html", frame, told="unavailable"),
    }


@pytest.mark.parametrize("language", Language)
def test_no_word_of_a_merchant_a_van_or_a_person_becomes_a_part_of_the_page(language: Language) -> None:
    for name, text in every_page(language, EVIL).items():
        found = Elements()
        found.feed(text)
        assert [words for tag, words in found.all if tag == "script" and "src" not in words] == [], name
        assert [words for tag, words in found.all if words.get("src") == "x"] == [], name
        assert not [one for _, words in found.all for one in words if one.startswith("on")], name


@pytest.mark.parametrize("language", Language)
def test_no_page_holds_a_script_or_a_style_of_its_own(language: Language) -> None:
    for name, text in every_page(language, "a word").items():
        assert not re.search(r"<script(?![^>]* src=)", text), name
        assert not re.search(r"<style|\sstyle=|javascript:", text), name
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), name


@pytest.mark.parametrize("language", Language)
def test_every_page_says_its_language_and_has_one_heading_and_a_way_past_the_menu(language: Language) -> None:
    for name, text in every_page(language, "a word").items():
        assert f'<html lang="{language}">' in text, name
        assert text.count("<h1") == 1, name
        assert 'class="skip" href="#content"' in text, name


def test_no_sentence_is_english_on_a_korean_page_nor_korean_on_an_english_one() -> None:
    korean, english = every_page(Language.KOREAN, "응답 없음"), every_page(Language.ENGLISH, "no answer")

    assert {name: english_in(text) for name, text in korean.items() if english_in(text)} == {}
    assert {name: korean_in(text) for name, text in english.items() if korean_in(text)} == {}


def test_what_a_rule_wrote_is_told_in_the_language_of_the_page() -> None:
    sale, exchanges = a_lost_answer("no answer by the deadline")
    korean = rendered(
        "sale.html", a_frame(Language.KOREAN), view=shown(sale, exchanges, NOON, Language.KOREAN)
    )

    assert "결정: 미승인, 망취소 예정 (기한 내 응답 없음)" in korean


def test_every_sentence_is_there_in_both_languages_with_the_same_words_to_fill_in() -> None:
    for key, said in SENTENCES.items():
        assert bool(said.en) == bool(said.ko), key
        assert set(re.findall(r"\{\w+\}", said.en)) == set(re.findall(r"\{\w+\}", said.ko)), key
        assert re.search("[가-힣]", said.ko) or said.ko in ("", "VAN", "English", "en"), key


def test_every_sentence_that_a_template_names_is_in_the_catalogue() -> None:
    text = "".join(template.read_text(encoding="utf-8") for template in TEMPLATES)
    named = set(re.findall(r"""say\("([\w. ]+)"(?! ~)""", text))

    assert len(named) > 60
    assert named <= set(SENTENCES)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("standing", Standing),
        ("breaker", State),
        ("state", OUTCOMES),
        ("deed", Deed),
        ("role", Role),
        ("outcome", SERIES),
        ("age", (*AGES_MS, OLDER)),
        ("attempt", [state for state in AttemptState if state is not AttemptState.ABSENT]),
        ("cancel", CancelState),
        ("pos", THE_POS_ASKS),
        ("case_kind", Kind),
        ("case_state", [state for state in CaseState if state is not CaseState.ABSENT]),
        ("case_step", CaseStep),
        ("action", Action),
        ("tender", Tender),
        ("owner", OWNERS.values()),
        ("case_refusal", [one.code for one in CaseRefusal.__subclasses__()]),
    ],
)
def test_every_word_of_the_rules_has_its_sentence(prefix: str, words: Any) -> None:  # noqa: ANN401 -- of any enum
    assert {f"{prefix}.{word}" for word in words} <= set(SENTENCES)


def test_every_word_for_how_a_sale_stands_belongs_to_one_outcome() -> None:
    decided = {str(one) for one in Decision} - {"ABSENT", "REVERSE"}

    assert set(OUTCOMES) == decided | {"BEING_REVERSED", "REVERSED"}
    assert set(OUTCOMES.values()) == set(SERIES)


def test_the_first_page_is_small() -> None:
    whole = page("overview.html", a_frame(), view=an_overview()).body
    assets = [answer.body for name in asset_names().values() if (answer := asset(name, "")) is not None]

    assert len(assets) == len(asset_names()) == 3
    assert sum(len(text.encode()) for text in (whole, *assets)) < MOST_BYTES
    assert sum(len(gzip.compress(text.encode())) for text in (whole, *assets)) < MOST_BYTES // 8


def test_an_asset_has_a_name_of_its_own_and_is_kept_for_ever() -> None:
    name = asset_names()["console.css"]
    answer = asset(name, "")

    assert answer is not None
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = asset(name, answer.headers["ETag"])
    assert again is not None
    assert again.http_status == 304
    assert asset("console.css", "") is None
    assert asset("../pages/frame.html", "") is None


def test_a_part_that_did_not_change_is_not_sent_again() -> None:
    first = part("overview_live.html", a_frame(), "", view=an_overview())
    same = part("overview_live.html", a_frame(), first.headers["ETag"], view=an_overview())
    other = part("overview_live.html", a_frame(), first.headers["ETag"], view=an_overview("something else"))

    assert (first.http_status, same.http_status, same.body, other.http_status) == (200, 304, "", 200)


def test_only_operators_get_the_forms_of_breakers() -> None:
    frame, board = a_frame(Language.ENGLISH, Role.AUDITOR), an_overview().destinations
    text = rendered("destinations.html", frame, board=board, may_move=False, told="")

    assert "/breaker" not in text


def test_a_lost_answer_is_drawn_as_lost() -> None:
    sale, exchanges = a_lost_answer()
    picture = shown(sale, exchanges, NOON, Language.ENGLISH).picture

    assert [row.kind for row in picture.rows] == [
        *("asks", "step", "step", "sent", "lost", "step", "answers"),
        *("wait", "sent", "heard", "step"),
    ]
    assert [name for name, _ in picture.lanes] == ["POS", "payrelay", "hangang"]
    assert [row.y for row in picture.rows] == sorted({row.y for row in picture.rows})


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (999, 1_000)]
)
def test_the_scale_of_a_chart_ends_at_a_round_number(highest: int, top: int) -> None:
    assert nice(highest) == top


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ({"hangang": "70", "namsan": "30"}, {"hangang": 7_000, "namsan": 3_000}),
        ({"hangang": "100", "namsan": "0"}, {"hangang": 10_000}),
        ({"hangang": "70", "namsan": "20"}, None),
        ({"hangang": "70"}, None),
        ({"hangang": "-1", "namsan": "101"}, None),
        ({"hangang": "33.3", "namsan": "66.7"}, None),
    ],
)
def test_another_contract_is_tried_only_if_its_shares_make_a_whole(
    said: dict[str, str], shares: dict[str, int] | None
) -> None:
    assert shares_in(said, ["hangang", "namsan"]) == shares


def test_a_month_that_is_none_is_this_one() -> None:
    assert [month_of(text, NOON) for text in ("2026-03", "202603", "2026-13", "")] == [
        *("202603", "202603"),
        *("202611", "202611"),
    ]
