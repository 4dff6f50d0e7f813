"""The search table: every sale as its newest event tells it, found by what a person holds in hand.

One item a sale and one index a word (keys.SEARCHED_BY), all in the order in which sales came. So a search is
one query of its narrowest index, the other words filtered there; what is left over is asked for by a cursor.
Implements the core's ``Search``. Written by known_sales.py.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters.tables.items import from_wire, to_wire
from payment_adapters.tables.keys import EVERY_SALE, SEARCHED_BY, known_key, search_index, search_moment
from payment_adapters.tables.writes import wire_key
from payment_core.projection.approvals import ReadModelsUnavailableError
from payment_core.projection.known import OPEN_STATES, Known
from payment_core.projection.search import MOST_REQUESTS, CursorRefusedError, Page, Query

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OF_FEW: Final = frozenset({"approval_number", "card_token", "terminal"})  # words that few sales share
MOMENT: Final = re.compile(r"\d{13}#[\w-]+")


def item_of(known: Known) -> dict[str, Any]:
    """The item of a sale, in wire form; a word that is empty is in no index."""
    words: dict[str, object] = {**known_key(known.sale_id), **vars(known), "versions": f"{known.versions:x}"}
    searched = {
        "merchant": known.merchant,
        "terminal": known.terminal,
        "amount": str(known.amount_won),
        "every": EVERY_SALE,
        "moment": search_moment(known.received_at_ms, known.sale_id),
    }
    return {name: to_wire(value) for name, value in {**words, **searched}.items() if value != ""}


def known_of(item: Mapping[str, Any]) -> Known:
    """Read a sale's item, in wire form."""
    words = {**dict.fromkeys(_TEXTS, ""), **from_wire(item)}
    words["versions"] = int(words["versions"], 16)
    return Known(**{one.name: words[one.name] for one in fields(Known)})


_TEXTS: Final = ("tender", "card_masked", "card_token", "destination", "approval_number")


@dataclass(frozen=True)
class DynamoSearch:
    """The search table, read; its indexes are some milliseconds behind it."""

    client: DynamoDBClient
    table: str

    def find(self, query: Query, *, limit: int, cursor: str = "") -> Page:
        """Query the narrowest index, at most three pages of it."""
        if query.sale_id:
            return Page(self._one(query.sale_id), "")
        wanted = _wanted(query)
        searched_by = _narrowest(wanted)
        hits: list[Known] = []
        start = _start(searched_by, wanted[searched_by], cursor)
        for _ in range(MOST_REQUESTS):
            answer = self._query(_words(query, wanted, searched_by, limit), start)
            hits += [known_of(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if len(hits) >= limit or start is None:
                break
        if len(hits) > limit or (len(hits) == limit and start is not None):
            last = hits[limit - 1]
            return Page(hits[:limit], _cursor(search_moment(last.received_at_ms, last.sale_id)))
        return Page(hits, _cursor(start["moment"]["S"]) if start else "")

    def open(self) -> list[Known]:
        """Query each state that is open."""
        return [one for state in OPEN_STATES for one in self._all(Query(state=state))]

    def between(self, from_ms: int, until_ms: int) -> Iterator[Known]:
        """Every sale that came then, newest first, however many requests it takes."""
        return self._all(Query(from_ms=from_ms, until_ms=until_ms))

    def _all(self, query: Query) -> Iterator[Known]:
        wanted = _wanted(query)
        searched_by = _narrowest(wanted)
        start = None
        while True:
            answer = self._query(_words(query, wanted, searched_by), start)
            yield from map(known_of, answer["Items"])
            if (start := answer.get("LastEvaluatedKey")) is None:
                return

    def _one(self, sale_id: str) -> list[Known]:
        try:
            answer = self.client.get_item(TableName=self.table, Key=wire_key(known_key(sale_id)))
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error
        return [known_of(answer["Item"])] if "Item" in answer else []

    def _query(self, words: dict[str, Any], start: Mapping[str, Any] | None) -> dict[str, Any]:
        asked = {**words, "ExclusiveStartKey": start} if start else words
        try:
            answer: Any = self.client.query(TableName=self.table, **asked)
        except (ClientError, BotoCoreError) as error:
            raise ReadModelsUnavailableError(str(error)) from error
        found: dict[str, Any] = answer
        return found


def _wanted(query: Query) -> dict[str, str]:
    """What an item must have, by attribute; every item has the last."""
    words = {
        **{name: getattr(query, name) for name in SEARCHED_BY if hasattr(query, name)},
        "amount": "" if query.amount_won is None else str(query.amount_won),
        "every": EVERY_SALE,
    }
    return {name: value for name, value in words.items() if value}


def _narrowest(wanted: Mapping[str, str]) -> str:
    """Which word to look for by: few sales are open, and each index is narrower than those behind it."""
    if wanted.get("state") in OPEN_STATES and not OF_FEW.intersection(wanted):
        return "state"
    return next(name for name in SEARCHED_BY if name in wanted)


def _words(query: Query, wanted: Mapping[str, str], searched_by: str, limit: int = 0) -> dict[str, Any]:
    """One query: the index's word and the time in its key, the other words in its filter."""
    others = [name for name in wanted if name not in {searched_by, "every"}]
    values = {
        ":word": to_wire(wanted[searched_by]),
        ":from": to_wire(search_moment(query.from_ms)),
        ":until": to_wire(search_moment(query.until_ms) + "~"),  # above every sale of that moment
        **{f":{name}": to_wire(wanted[name]) for name in others},
    }
    named = {f"#{name}": name for name in (searched_by, *others)}
    filtered = {"FilterExpression": " AND ".join(f"#{name} = :{name}" for name in others)} if others else {}
    return {
        "IndexName": search_index(searched_by),
        "KeyConditionExpression": f"#{searched_by} = :word AND moment BETWEEN :from AND :until",
        "ExpressionAttributeNames": named,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
        **({"Limit": limit} if limit and not others else {}),
        **filtered,
    }


def _cursor(moment: str) -> str:
    return base64.urlsafe_b64encode(moment.encode()).decode().rstrip("=")


def _start(searched_by: str, word: str, cursor: str) -> dict[str, Any] | None:
    """Where a page goes on: behind the sale that its cursor names."""
    if not cursor:
        return None
    try:
        moment = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise CursorRefusedError(cursor) from error
    if not MOMENT.fullmatch(moment):
        raise CursorRefusedError(cursor)
    sale_id = moment.partition("#")[2]
    return wire_key({**known_key(sale_id), searched_by: word, "moment": moment})
