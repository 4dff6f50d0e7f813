"""The page of one sale: how it stands, what happened as a picture, every telegram field by field, masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from payment_adapters.console.overview import OUTCOMES
from payment_adapters.console.sequence import Picture, sequence
from payment_adapters.timeline import UNREADABLE, Event, Telegram, fields_of, story
from payment_core.approval.answer import state_for_people
from payment_core.approval.model import Attempt, Cancel, Sale, SaleId
from payment_core.approval.open_money import is_for_a_person
from payment_core.approval.outcome import Trail
from payment_core.approval.standing import sentence, standing_of
from payment_core.kernel.language import Language


class Sales(Protocol):
    """What is read of the truth."""

    def read(self, sale_id: SaleId) -> Sale | None:
        """One sale."""
        ...

    def evidence(self, sale_id: SaleId) -> list[tuple[str, Trail]]:
        """What went over the wire and is not in the sale itself."""
        ...


@dataclass(frozen=True)
class Field:
    """One field of a telegram."""

    offset: int
    size: int
    name: str
    text: str
    note: str


@dataclass(frozen=True)
class Shown:
    """One telegram: its fields, or its bytes as they came where nobody can read them."""

    layout: str
    size: int
    fields: Sequence[Field]
    raw: str


@dataclass(frozen=True)
class Exchange:
    """One exchange over the wire."""

    event: Event
    sent: Shown | None
    received: Shown | None


@dataclass(frozen=True)
class SalePage:
    """Everything the page shows."""

    sale: Sale
    standing: str
    outcome: str
    sentence: str
    for_a_person: bool
    picture: Picture
    exchanges: Sequence[Exchange]
    events: Sequence[Event]

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Every telegram that asked for an approval."""
        return self.sale.attempts

    @property
    def cancels(self) -> Sequence[tuple[str, Cancel]]:
        """Every cancel by its number."""
        return list(self.sale.cancels.items())


def sale_page(sale_id: SaleId, sales: Sales, now_ms: int, language: Language) -> SalePage | None:
    """Read what the page shows; ``None`` where there is no such sale."""
    sale = sales.read(sale_id)
    if sale is None:
        return None
    exchanges = sorted(sale.trails() + sales.evidence(sale_id), key=lambda one: one[1].started_at_ms)
    return shown(sale, exchanges, now_ms, language)


def shown(sale: Sale, exchanges: Sequence[tuple[str, Trail]], now_ms: int, language: Language) -> SalePage:
    """Show a sale that was read."""
    events = story(sale, exchanges, language)
    return SalePage(
        sale,
        str(standing_of(sale)),
        OUTCOMES[state_for_people(sale)],
        sentence(sale, language),
        sale.is_open and is_for_a_person(sale, now_ms),
        sequence(sale, exchanges, language),
        [Exchange(one, _shown(one.sent), _shown(one.received)) for one in events if one.took_ms is not None],
        events,
    )


def _shown(telegram: Telegram | None) -> Shown | None:
    if telegram is None:
        return None
    if telegram.layout == UNREADABLE:
        return Shown(telegram.layout, telegram.size, (), telegram.text)
    return Shown(telegram.layout, telegram.size, [Field(*row) for row in fields_of(telegram)], "")
