"""Tables: items by key, sparse indexes that lag behind them, reads that may be stale, and a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from tools.lab.aws.calls import Clock, NotProvidedError
from tools.lab.aws.deployment import Words
from tools.lab.aws.streams import Stream
from tools.lab.aws.values import Item, number

Key = tuple[str, str]  # partition and sort key; the latter is empty in a table without
EMPTY: Final[dict[str, Item]] = {}


class KeyRefusedError(Exception):
    """Words that name no item of this table."""


def _schema(keys: list[dict[str, str]]) -> tuple[str, str]:
    names = {one["KeyType"]: one["AttributeName"] for one in keys}
    return names["HASH"], names.get("RANGE", "")


@dataclass
class Index:
    """A sparse index of keys or of whole items; what was written is not in it before it is settled.

    Attributes:
        whole: Whether it shows whole items.
        entries: By partition: the index's sort key and the item's own keys → what the index shows.
        behind: Changes it does not show yet: what to take out and what to put in, oldest first.
    """

    partition: str
    sort: str
    shown: tuple[str, ...]
    types: tuple[str, str]
    whole: bool = False
    entries: dict[str, dict[tuple[Any, Key], Item]] = field(default_factory=dict)
    behind: list[tuple[Key, Item | None, Item | None]] = field(default_factory=list)

    @staticmethod
    def read(told: Words, own: tuple[str, str], types: dict[str, str]) -> Callable[[], Index]:
        """Read what the template tells of an index; what it returns makes one."""
        if (projection := told["Projection"]["ProjectionType"]) not in {"KEYS_ONLY", "ALL"}:
            raise NotProvidedError(f"an index that shows a part of its items: {told['IndexName']}")
        partition, sort = _schema(told["KeySchema"])
        shown = (*(one for one in own if one), partition, sort)
        return partial(
            Index, partition, sort, shown, (types[partition], types[sort]), whole=projection == "ALL"
        )

    def holds(self, item: Item | None) -> bool:
        """Whether it shows an item at all."""
        return item is not None and self.partition in item and self.sort in item

    def changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        """Note a write, to be shown later."""
        before = old if self.holds(old) else None
        after = new if self.holds(new) else None
        if before is None and after is None:
            return
        same = (
            [*({*before, *after} if self.whole else (self.partition, self.sort))] if before and after else []
        )
        if before and after and all(before.get(name) == after.get(name) for name in same):
            return
        self.behind.append((key, before, after))

    def settle(self, at_most: int | None) -> int:
        """Show the oldest changes; returns how many."""
        settled = self.behind[:at_most]
        for key, old, new in settled:
            if old is not None:
                del self.entries[self._partition(old)][self.place(key, old)]
            if new is not None:
                shown = dict(new) if self.whole else {name: new[name] for name in self.shown}
                self.entries.setdefault(self._partition(new), {})[self.place(key, new)] = shown
        del self.behind[: len(settled)]
        return len(settled)

    def items(self, partition: str) -> list[Item]:
        """One partition in its order."""
        entries = self.entries.get(partition, {})
        return [entries[place] for place in sorted(entries)]

    def _partition(self, item: Item) -> str:
        return str(item[self.partition]["S"])

    def place(self, key: Key, item: Item) -> tuple[Any, Key]:
        """Where an item stands in the order of its partition."""
        kind = self.types[1]
        content = item[self.sort][kind]
        return (number(content) if kind == "N" else content), key


@dataclass
class Table:
    """One table.

    Attributes:
        partitions: Partition key → sort key → item.
        stale: What a read that asks for no consistency still sees: key → the item before, since it settled.
        expires: The attribute that says when an item may be forgotten; empty if none does.
        types: The type of each attribute that is a key of an index.
    """

    name: str
    clock: Clock
    partition: str
    sort: str
    indexes: dict[str, Index]
    stream: Stream | None
    expires: str
    types: tuple[tuple[str, str], ...]
    partitions: dict[str, dict[str, Item]] = field(default_factory=dict)
    stale: dict[Key, Item | None] = field(default_factory=dict)

    @staticmethod
    def read(name: str, told: Words) -> Callable[[Clock, Stream | None], Table]:
        """Read what the template tells of a table; what it returns makes one, empty."""
        partition, sort = own = _schema(told["KeySchema"])
        types = {one["AttributeName"]: one["AttributeType"] for one in told["AttributeDefinitions"]}
        indexes = {
            one["IndexName"]: Index.read(one, own, types) for one in told.get("GlobalSecondaryIndexes", ())
        }
        expires = told.get("TimeToLiveSpecification", {}).get("AttributeName", "")

        of_indexes = tuple((one, kind) for one, kind in types.items() if one not in own)

        def made(clock: Clock, stream: Stream | None) -> Table:
            own_indexes = {index: make() for index, make in indexes.items()}
            return Table(name, clock, partition, sort, own_indexes, stream, expires, of_indexes)

        return made

    @property
    def items(self) -> Iterator[Item]:
        """Every item, by partition as they were first written."""
        return (item for partition in self.partitions.values() for item in partition.values())

    def key_of(self, words: Item) -> Key:
        """The key in an item.

        Raises:
            KeyRefusedError: a part is missing, empty or no text.
        """
        try:
            partition = words[self.partition]["S"]
            sort = words[self.sort]["S"] if self.sort else ""
        except KeyError:
            raise KeyRefusedError("The provided key element does not match the schema") from None
        if not partition or (self.sort and not sort):
            raise KeyRefusedError("One or more parameter values are not valid: an empty string value for key")
        return partition, sort

    def only_key_of(self, words: Item) -> Key:
        """The key that is all there is.

        Raises:
            KeyRefusedError: it is no key of this table.
        """
        if len(words) != 1 + bool(self.sort):
            raise KeyRefusedError("The provided key element does not match the schema")
        return self.key_of(words)

    def place_of(self, words: Item, index_name: str) -> tuple[Any, Key]:
        """Where an item stands in the order of its partition, of the table or of an index.

        Raises:
            KeyRefusedError: it has no key.
        """
        key = self.key_of(words)
        return self.indexes[index_name].place(key, words) if index_name else (key[1], key)

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """An item as it is, or as a replica that lags still has it."""
        if not consistent and key in self.stale:
            return self.stale[key]
        return self.partitions.get(key[0], EMPTY).get(key[1])

    def query(self, partition: str, *, consistent: bool) -> list[Item]:
        """One partition in its order."""
        present = self.partitions.get(partition, EMPTY)
        if not consistent and self.stale:
            present = dict(present)
            for (stale, sort), item in self.stale.items():
                if stale == partition and item is None:
                    present.pop(sort, None)
                elif stale == partition and item is not None:
                    present[sort] = item
        return [present[sort] for sort in sorted(present)]

    def check(self, new: Item) -> None:
        """See whether an item may be written.

        Raises:
            KeyRefusedError: the key of an index is of another type.
        """
        for name, kind in self.types:
            if name in new and kind not in new[name]:
                raise KeyRefusedError(f"Type mismatch for Index Key {name} Expected: {kind}")

    def write(self, key: Key, new: Item) -> None:
        """Put an item in its place; one that is written as it was makes no record.

        Raises:
            KeyRefusedError: the key of an index is of another type.
        """
        self.check(new)
        self._replace(key, new)

    def delete(self, key: Key) -> None:
        """Take an item away; one that is not there is none."""
        if self.get(key) is not None:
            self._replace(key, None)

    def forget_expired(self) -> int:
        """Delete what may be forgotten by now, as AWS does within days; returns how much."""
        if not self.expires:
            return 0
        now = self.clock.now().timestamp()
        expired = [
            self.key_of(item)
            for item in self.items
            if "N" in item.get(self.expires, ()) and float(item[self.expires]["N"]) < now
        ]
        for key in expired:
            self._replace(key, None)
        return len(expired)

    def _replace(self, key: Key, new: Item | None) -> None:
        partition = self.partitions.setdefault(key[0], {})
        old = partition.get(key[1])
        if old == new:
            return
        self.stale.setdefault(key, old)
        if new is None:
            del partition[key[1]]
        else:
            partition[key[1]] = new
        for index in self.indexes.values():
            index.changed(key, old, new)
        if self.stream is not None:
            keys = {name: (new or old or {})[name] for name in (self.partition, self.sort) if name}
            self.stream.changed("|".join(key), keys, old, new)
