"""The truth in memory: the same promises as the table, checked by the same contract tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from payment_core.approval.change import Change
from payment_core.approval.item import entry_to_plain, sale_from_plain
from payment_core.approval.model import Decision, Sale, SaleId
from payment_core.approval.outcome import Trail
from payment_core.approval.ports import CardMark, Claim, Claimed, Nonce, StoreUnavailableError, Written


@dataclass
class InMemorySales:
    """Items by sale id; ``trouble`` makes the next writes fail, before or after they took hold."""

    items: dict[SaleId, dict[str, Any]] = field(default_factory=dict)
    kept: list[tuple[SaleId, str, Trail]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    spent: set[Nonce] = field(default_factory=set)
    marks: dict[str, CardMark] = field(default_factory=dict)
    wanted: set[tuple[str, SaleId]] = field(default_factory=set)
    after_write: Callable[[], object] = lambda: None
    after_next_read: Callable[[], object] | None = None

    def claim(self, claim: Claim) -> Claimed:
        """Take the sale, the nonce and the card, or none of them."""
        sale, mark = self._sale(claim.change.sale_id), self.marks.get(claim.mark.card_token)
        gives_way = mark is None or mark.busy_until_ms <= claim.mark.at_ms or mark == claim.instead_of
        if claim.nonce in self.spent or not gives_way or sale.decision is not Decision.ABSENT:
            ours = _wrote(self.items.get(claim.change.sale_id, {}), claim.change.write_id)
            return Claimed(
                won=ours,
                sale=sale,
                nonce_is_spent=claim.nonce in self.spent,
                mark_in_the_way=None if gives_way else mark,
            )
        self.apply(claim.change)
        self.spent.add(claim.nonce)
        self.marks[claim.mark.card_token] = claim.mark
        return Claimed(won=True, sale=sale)

    def spend(self, nonce: Nonce, now_ms: int) -> bool:
        """Take a nonce alone."""
        assert now_ms > 0
        fresh = nonce not in self.spent
        self.spent.add(nonce)
        return fresh

    def apply(self, change: Change) -> Written:
        """Write if everything seen still stands; ``lost`` writes nothing, ``unheard`` writes and fails."""
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "lost":
            raise StoreUnavailableError("the write never arrived")
        item = self.items.get(change.sale_id, {})
        if any(_at(item, path) != value for path, value in change.seen.items()):
            return Written(won=_wrote(item, change.write_id), sale=self._sale(change.sale_id))
        item = copy.deepcopy(item)
        for path, value in change.sets.items():
            _put(item, path, copy.deepcopy(value))
        for path in change.removes:
            _drop(item, path)
        if change.entry is not None:
            item["history"] = [*item.get("history", []), entry_to_plain(change.entry)]
        self.items[change.sale_id] = item
        self.after_write()
        if trouble == "unheard":
            raise StoreUnavailableError("the write took hold, its answer was lost")
        return Written(won=True, sale=self._sale(change.sale_id))

    def read(self, sale_id: SaleId) -> Sale | None:
        """The sale now; whoever reads may be overtaken before it acts on that."""
        seen = self._sale(sale_id) if sale_id in self.items else None
        overtake, self.after_next_read = self.after_next_read, None
        if overtake is not None:
            overtake()
        return seen

    def keep_evidence(self, sale_id: SaleId, name: str, trail: Trail) -> None:
        """Append; nothing is kept of an exchange in which nothing went over the wire."""
        if trail.carried and (sale_id, name, trail) not in self.kept:
            self.kept.append((sale_id, name, trail))

    def evidence(self, sale_id: SaleId) -> list[tuple[str, Trail]]:
        """Every exchange of a sale, in time order."""
        found = [(name, trail) for owner, name, trail in self.kept if owner == sale_id]
        return sorted(found, key=lambda one: one[1].started_at_ms)

    def due(self, now_ms: int, limit: int) -> list[SaleId]:
        """Open sales whose next action is due, oldest first."""
        due = [
            (item["next_action_at_ms"], sale_id)
            for sale_id, item in self.items.items()
            if item.get("next_action_at_ms", now_ms + 1) <= now_ms
        ]
        return [sale_id for _, sale_id in sorted(due)[:limit]]

    def waiting(self, merchant: str, last_day: str) -> list[SaleId]:
        """What a merchant has to claim, by the business date it waits from."""
        found = [
            (item["claim_day"], str(sale_id), sale_id)
            for sale_id, item in self.items.items()
            if sale_id.merchant == merchant and item.get("claim_day", "9") <= last_day
        ]
        return [sale_id for _, _, sale_id in sorted(found)]

    def enlist(self, batch: str, sale_id: SaleId) -> None:
        """Note what a batch wants."""
        self.wanted.add((batch, sale_id))

    def enlisted(self, batch: str) -> list[SaleId]:
        """What it wanted."""
        return sorted(sale_id for name, sale_id in self.wanted if name == batch)

    def _sale(self, sale_id: SaleId) -> Sale:
        item = self.items.get(sale_id)
        return sale_from_plain(sale_id, item) if item else Sale(sale_id, Decision.ABSENT)


def _at(item: dict[str, Any], path: tuple[str, ...]) -> object:
    found: Any = item
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _drop(item: dict[str, Any], path: tuple[str, ...]) -> None:
    for part in path[:-1]:
        item = item.get(part, {})
    item.pop(path[-1], None)


def _put(item: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    for part in parents:
        item = item[part]
    item[last] = value


def _wrote(item: dict[str, Any], write_id: str) -> bool:
    written = {item.get("write_id")} | {entry["write_id"] for entry in item.get("history", [])}
    return write_id in written
