"""A sale told as a story: what happened, when, by whom, how long it took, and what went over the wire."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Final

from payment_core.approval.answer import state_for_people
from payment_core.approval.lanes import Lane
from payment_core.approval.model import Entry, Sale, Step
from payment_core.approval.outcome import Trail
from payment_core.approval.standing import sentence
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language
from payment_core.kernel.tender import CARDS, Tender

UNREADABLE: Final = "unreadable"
LANES: Final = {
    Lane.NET_CANCEL: "undo",
    Lane.INQUIRY: "ask what became of it",
    Lane.CANCEL: "undo by a cancel",
}
REFUSED: Final = "the VAN refused to undo it"
CLAIMED_RECEIPT: Final = "claimed the cash receipt: {sale_won} won, for {card}"
ESCAPED: Final = re.compile(rb"\\x([0-9a-f]{2})")

SENTENCES: Final[Mapping[Step, str]] = {
    Step.ACCEPT: "claimed the sale: {sale_won} won, card {card}",
    Step.INTENT: "noted: {destination} will be asked, trace {trace_number}",
    Step.APPROVE: "decided: approved, number {approval_number}",
    Step.DECLINE: "decided: declined, {says}",
    Step.NOT_SENT: "decided: declined, nothing was sent ({reason})",
    Step.NOT_SENT_GO_ON: "noted: nothing was sent ({reason}); the next may be asked",
    Step.NOT_FORWARDED_GO_ON: "noted: not passed on to the issuer, {says}; the next may be asked",
    Step.DOUBT: "decided: not approved, to be undone ({reason})",
    Step.DOUBT_GO_ON: "noted: no clear answer ({reason}); it is undone first, then the next may be asked",
    Step.DOUBT_VAN_OWNED: "decided: not approved, the VAN undoes it ({reason})",
    Step.GIVE_UP_UNSENT: "decided: declined, nothing was sent in time",
    Step.GIVE_UP_REVERSING: "decided: not approved, the undoing goes on ({reason})",
    Step.LATE_APPROVAL: "noted: approved after all as {approval_number}, too late; to be undone again",
    Step.POS_TOMBSTONE: "noted: the POS withdrew this sale before it arrived; it will never be approved",
    Step.POS_UNDO: "decided: not approved, to be undone (its POS net-cancelled it)",
    Step.POS_UNDO_VAN_OWNED: "decided: not approved, the VAN undoes it (its POS net-cancelled it)",
    Step.POS_UNDO_IDLE: "decided: not approved (its POS net-cancelled it)",
    Step.REVERSAL_CONFIRMED: "closed: nothing is charged ({reason}, {says})",
    Step.REVERSAL_REFUSED: "called a person: {why} ({says})",
    Step.BEGIN_CANCEL: "began cancel {cancel}: {told_won} won",
    Step.CANCEL_DONE: "closed: everything went back ({says})",
    Step.CANCEL_PART_DONE: "closed the cancel: its part went back ({says})",
    Step.CANCEL_REFUSED: "closed the cancel: refused ({says}), the money stays where it was",
    Step.CLAIM: "claimed for settlement: {told_won} won in batch {batch}",
    Step.REFUND: "noted refund {cancel}: {told_won} won go back with the next settlement file",
    Step.CLAIM_REFUND: "put refund {cancel} into batch {batch}: {told_won} won",
}


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


def story(sale: Sale, exchanges: Sequence[tuple[str, Trail]]) -> list[Event]:
    """Everything that happened to a sale, in order."""
    told = [Event(entry.at_ms, entry.by, _told(entry, sale)) for entry in sale.history]
    carried = [_carried(name, trail, sale) for name, trail in exchanges]
    return sorted(told + carried, key=lambda event: event.at_ms)


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


def _told(entry: Entry, sale: Sale) -> str:
    return told(entry.step, {**entry.evidence, **facts_of(sale)})


def facts_of(sale: Sale) -> dict[str, str]:
    """What the first line of a story says of the sale."""
    facts = {"sale_won": f"{sale.amount_won:,}", "card": sale.card_masked}
    return facts if sale.tender in CARDS else {**facts, "tender": str(sale.tender)}


def told(step: Step, evidence: Mapping[str, str]) -> str:
    """A transition in words; what its evidence does not say stays out."""
    said = defaultdict(str, evidence)
    said["told_won"] = f"{int(said['amount_won'] or 0):,}"
    said["says"] = f"{said['code']} {said['message']}".strip()
    said["why"] = said["reason"] or REFUSED
    of_a_receipt = step is Step.ACCEPT and said["tender"] == Tender.CASH_RECEIPT
    return (CLAIMED_RECEIPT if of_a_receipt else SENTENCES[step]).format_map(said)


def _carried(name: str, trail: Trail, sale: Sale) -> Event:
    """An exchange; its name says which (``a0``, ``a0-undo-2``, ``cancel-20261120-43-0``)."""
    asked = "authorise"
    if lane := re.fullmatch(r"a\d-(undo|inquiry|cancel)-(\d+)", name):
        asked = f"{LANES[Lane(lane[1])]}, try {int(lane[2]) + 1}"
    elif cancel := re.fullmatch(r"cancel-(.+)-(\d+)", name):
        asked = f"cancel {sale.cancels[cancel[1]].amount_won:,} won, try {int(cancel[2]) + 1}"
    sent = telegram_of(trail.sent, trail.sent_layout)
    received = telegram_of(trail.received, trail.received_layout)
    if received is None:
        heard = "no answer"
    elif received.layout == UNREADABLE:
        heard = "unreadable answer"
    else:
        heard = f"answer {field_of(received, 'response_code')}"
    who, took_ms = trail.sent_layout.partition(".")[0], trail.ended_at_ms - trail.started_at_ms
    return Event(trail.started_at_ms, who, f"{asked} → {heard}", took_ms, sent, received)


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
