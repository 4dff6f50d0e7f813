"""A sale told as a story: what happened, when, by whom, how long it took, and what went over the wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Final

from payment_adapters.http.languages import Said
from payment_adapters.step_words import told
from payment_core.approval.answer import state_for_people
from payment_core.approval.lanes import Lane
from payment_core.approval.model import Entry, Sale, Step
from payment_core.approval.outcome import Trail
from payment_core.approval.standing import sentence
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.kernel.tender import CARDS

UNREADABLE: Final = "unreadable"
ENDS_OF_CANCELS: Final = frozenset({Step.CANCEL_DONE, Step.CANCEL_PART_DONE, Step.CANCEL_REFUSED})
AUTHORISE: Final = Said("authorise", "승인 요청")
LANES: Final = {
    Lane.NET_CANCEL: Said("undo, try {number}", "망취소 {number}차"),
    Lane.INQUIRY: Said("ask what became of it, try {number}", "거래결과 조회 {number}차"),
    Lane.CANCEL: Said("undo by a cancel, try {number}", "취소로 되돌리기 {number}차"),
}
CANCEL: Final = Said("cancel {won} won, try {number}", "{won}원 취소 {number}차")
NO_ANSWER: Final = Said("no answer", "응답 없음")
UNREADABLE_ANSWER: Final = Said("unreadable answer", "해석할 수 없는 응답")
ANSWER: Final = Said("answer {code}", "응답 {code}")
ESCAPED: Final = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass(frozen=True)
class Telegram:
    """One telegram of an exchange, masked; `size` is its bytes on the wire."""

    layout: str
    size: int
    text: str


@dataclass(frozen=True)
class Event:
    """One line of the story; `took_ms` only for what went over the wire."""

    at_ms: int
    who: str
    what: str
    took_ms: int | None = None
    sent: Telegram | None = None
    received: Telegram | None = None


def story(
    sale: Sale, exchanges: Sequence[tuple[str, Trail]], language: Language = Language.ENGLISH
) -> list[Event]:
    """Everything that happened to a sale, in order."""
    lines = [Event(entry.at_ms, entry.by, told_of(entry, sale, language)) for entry in sale.history]
    carried = [_carried(name, trail, sale, language) for name, trail in exchanges]
    return sorted(lines + carried, key=lambda event: event.at_ms)


def money(sale: Sale) -> str:
    """Where the money is, in one sentence for the shopkeeper, and when payrelay looks again."""
    return sentence(sale, Language.ENGLISH) + _next_look(sale)


def as_words(sale: Sale, exchanges: Sequence[tuple[str, Trail]]) -> dict[str, Any]:
    """The same story for programs."""
    events = story(sale, exchanges)
    return {
        "sale_id": str(sale.sale_id),
        "state": state_for_people(sale),
        "money": money(sale),
        "amount_won": sale.amount_won,
        "vat_won": sale.vat_won,
        "remaining_amount_won": sale.cancellable_won,
        "remaining_vat_won": sale.cancellable_vat_won,
        "card": sale.card_masked,
        "attempts": [
            {"destination": one.destination, "state": str(one.state), "trace_number": one.trace_number}
            for one in sale.attempts
        ],
        "owner": sale.owner,
        "next_action_at_ms": sale.next_action_at_ms,
        "timeline": [asdict(event) for event in events],
    }


def _next_look(sale: Sale) -> str:
    if not sale.next_action_at_ms:
        return ""
    return f" Next look at {korean_time(sale.next_action_at_ms):%H:%M:%S}."


def told_of(entry: Entry, sale: Sale, language: Language = Language.ENGLISH) -> str:
    """One line of a sale's history in words."""
    return told(entry.step, {**entry.evidence, **facts_of(sale)}, language)


def facts_of(sale: Sale) -> dict[str, str]:
    """What the first line of a story says of the sale."""
    facts = {"sale_won": f"{sale.amount_won:,}", "card": sale.card_masked}
    return facts if sale.tender in CARDS else {**facts, "tender": str(sale.tender)}


def _carried(name: str, trail: Trail, sale: Sale, language: Language) -> Event:
    sent = telegram_of(trail.sent, trail.sent_layout)
    received = telegram_of(trail.received, trail.received_layout)
    who, took_ms = trail.sent_layout.partition(".")[0], trail.ended_at_ms - trail.started_at_ms
    what = f"{asked_by(name, sale, language)} → {heard(received, language)}"
    return Event(trail.started_at_ms, who, what, took_ms, sent, received)


def asked_by(name: str, sale: Sale, language: Language = Language.ENGLISH) -> str:
    """What an exchange asked for, by its name (``a0``, ``a0-undo-2``, ``cancel-20261120-43-0``)."""
    if lane := re.fullmatch(r"a\d-(undo|inquiry|cancel)-(\d+)", name):
        return LANES[Lane(lane[1])].in_(language).format(number=int(lane[2]) + 1)
    if cancel := re.fullmatch(r"cancel-(.+)-(\d+)", name):
        won = f"{sale.cancels[cancel[1]].amount_won:,}"
        return CANCEL.in_(language).format(won=won, number=int(cancel[2]) + 1)
    return AUTHORISE.in_(language)


def heard(received: Telegram | None, language: Language = Language.ENGLISH) -> str:
    """What came back, in words."""
    if received is None:
        return NO_ANSWER.in_(language)
    if received.layout == UNREADABLE:
        return UNREADABLE_ANSWER.in_(language)
    return ANSWER.in_(language).format(code=field_of(received, "response_code"))


def carrier(name: str, sale: Sale) -> str:
    """Which function carried an exchange, by its name and the sale's history."""
    if sent := re.fullmatch(r"a(\d)(-late)?", name):
        return [entry.by for entry in sale.history if entry.step is Step.INTENT][int(sent[1])]
    if name.startswith("cancel-"):
        ends = [entry.by for entry in reversed(sale.history) if entry.step in ENDS_OF_CANCELS]
        return ends[0] if ends else "van_link"  # still on its way
    return "net_cancel"


def telegram_of(text: str, layout: str) -> Telegram | None:
    """A telegram as evidence keeps it; ``None`` where nothing was carried."""
    if not text:
        return None
    if layout == UNREADABLE:
        return Telegram(layout, len(text.partition(" ")[0]), text)
    return Telegram(layout, len(_wire(text, layout_class(layout).layout.charset.codec)), text)


def layout_class(layout: str) -> Any:  # noqa: ANN401 -- a telegram class, chosen by name
    """The class of a telegram by the name that evidence carries, ``hangang.ApprovalRequest``."""
    spec, _, name = layout.partition(".")
    return getattr(import_module(f"telegram_codec.specs.{spec}"), name)


def fields_of(telegram: Telegram) -> list[tuple[int, int, str, str, str]]:
    """Each field that is not blank: offset, bytes, name, masked text, what the paper says."""
    made = layout_class(telegram.layout)
    codec = made.layout.charset.codec
    wire = _wire(telegram.text, codec)
    return [
        (start, end - start, row.name, text, row.note)
        for row, (start, end) in zip(made.layout.rows, made.spans(wire), strict=True)
        if (text := wire[start:end].decode(codec, errors="backslashreplace").rstrip())
    ]


def _wire(text: str, codec: str) -> bytes:
    r"""The masked bytes that evidence keeps as text, where a byte that is none stands as ``\x80``."""
    return ESCAPED.sub(lambda byte: bytes.fromhex(byte[1].decode()), text.encode(codec, errors="replace"))


def field_of(telegram: Telegram, name: str) -> str:
    """One field's masked text."""
    return next((text for _, _, found, text, _ in fields_of(telegram) if found == name), "")
