"""Routes: what an API serves, as data; the same table answers requests and is described in OpenAPI.

A new address is one entry of a table (functions/gateway/routes.py) and one function that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar

from payment_adapters.http.faults import Fault, MalformedRequestError
from payment_adapters.http.languages import language_of
from payment_adapters.http.reading import words_of
from payment_adapters.http.request import PosRequest
from payment_adapters.http.response import Response
from payment_adapters.terminals.key_ids import Terminal
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.language import Language
from payment_core.kernel.refusal import Refusal

Said = TypeVar("Said")

REFUSALS_OF_EVERY_ADDRESS: Final = (
    *("too-many-requests", "gateway-busy", "body-too-large", "answer-unknown"),
)
REFUSALS_OF_THE_SIGNED: Final = (
    *("api-key-refused", "quota-exceeded", "keys-unavailable", "signature-refused", "terminal-blocked"),
    *("nonce-reused", "store-unavailable"),
)
REFUSALS_OF_WORDS: Final = (
    *("unsupported-media-type", "envelope-refused", "telegram-refused", "malformed-request"),
)


class NoSuchAddressError(Refusal):
    """Nothing is served at this method and path."""

    code: ClassVar[str] = "no-such-address"
    http_status: ClassVar[int] = 404

    def __init__(self) -> None:
        """Name nothing: what was asked for is not repeated."""
        super().__init__("there is nothing at this address")


@dataclass(frozen=True)
class Asked(Generic[Said]):
    """One request that may be answered.

    Attributes:
        words: The body, checked; ``None`` where the address takes none.
        in_path: Variable part of the path → its text.
        in_query: What the address takes as its query, decoded.
    """

    request: PosRequest
    words: Said
    hand: Hand
    language: Language
    in_path: Mapping[str, str] = field(default_factory=dict)
    in_query: Mapping[str, str] = field(default_factory=dict)

    @property
    def signer(self) -> Terminal:
        """Who signed it; only a signed address asks."""
        return self.request.signed.terminal


@dataclass(frozen=True)
class Told:
    """One answer of an address.

    Attributes:
        when: The sentence of the reference.
        words: A type whose schema the body has; ``None`` for what is not JSON.
    """

    when: str
    words: Any = None
    media_type: str = "application/json"


@dataclass(frozen=True)
class Route(Generic[Said]):
    """One address.

    Attributes:
        path: As OpenAPI and the template write it: ``/v1/approvals/{sale_id}``.
        does: The one call behind it.
        answers: Status → what is told.
        refusals: Codes of the catalogue that only this address adds to the general ones.
        words: The model of its body.
        query: The one name its query may and must have; its form is the pattern beside it.
        spends_nonce: Whether the nonce is spent before the call, and not by what the call claims.
        listed: Whether the reference shows it; a page's own assets are not an API.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    summary: str
    does: Callable[[Asked[Said]], Response]
    answers: Mapping[int, Told]
    refusals: tuple[str, ...] = ()
    words: Any = None
    query: tuple[str, str] | None = None
    signed: bool = True
    spends_nonce: bool = True
    listed: bool = True

    def in_path(self, path: str) -> Mapping[str, str] | None:
        """The variable parts of a path, if it is one of this address."""
        ours, theirs = self.path.split("/"), path.split("/")
        if len(ours) != len(theirs):
            return None
        pairs = list(zip(ours, theirs, strict=True))
        if any(mine != said for mine, said in pairs if not mine.startswith("{")):
            return None
        return {mine[1:-1]: said for mine, said in pairs if mine.startswith("{")}

    @property
    def codes(self) -> frozenset[str]:
        """Every problem that this address may tell."""
        of_the_signed = REFUSALS_OF_THE_SIGNED if self.signed else ()
        of_words = REFUSALS_OF_WORDS if self.words else ("malformed-request",) if self.query else ()
        of_a_variable = ("no-such-address",) if "{" in self.path else ()  # a text that no path can hold
        return frozenset(
            {*REFUSALS_OF_EVERY_ADDRESS, *of_a_variable, *of_the_signed, *of_words, *self.refusals}
        )


def answer(routes: Iterable[Route[Any]], event: Mapping[str, Any], hand: Hand) -> Response:
    """Find the address, verify, read, and answer one request.

    Raises:
        Refusal: any of the route's codes.
        StoreUnavailableError: nothing definitive is known.
    """
    route, in_path = _found(routes, event["httpMethod"], event["path"])
    request = PosRequest.from_event(event, takes_query=route.query is not None)
    if route.signed:
        request.verify()
    in_query = _in_query(route.query, event) if route.query else {}
    words = words_of(route.words, request) if route.words else None
    if route.signed and route.spends_nonce:
        request.spend_nonce()
    return route.does(Asked(request, words, hand, language_asked_for(event), in_path, in_query))


def _found(routes: Iterable[Route[Any]], method: str, path: str) -> tuple[Route[Any], Mapping[str, str]]:
    """Find who serves this, and the variable parts of its path; of two that could, the first.

    Raises:
        NoSuchAddressError: nobody.
    """
    for route in routes:
        if route.method == method and (in_path := route.in_path(path)) is not None:
            return route, in_path
    raise NoSuchAddressError


def _in_query(query: tuple[str, str], event: Mapping[str, Any]) -> Mapping[str, str]:
    """Read a query that has this one name once, in this form.

    Raises:
        MalformedRequestError: it has not.
    """
    name, pattern = query
    several: Mapping[str, list[str]] = event.get("multiValueQueryStringParameters") or {
        one: [value] for one, value in (event.get("queryStringParameters") or {}).items()
    }
    if several.keys() - {name}:
        raise MalformedRequestError(Fault("query", "extra_forbidden"))
    values = several.get(name, [])
    if len(values) != 1:
        raise MalformedRequestError(Fault(name, "missing"))
    if not re.fullmatch(pattern, values[0], re.ASCII):
        raise MalformedRequestError(Fault(name, "string_pattern_mismatch", {"pattern": pattern}))
    return {name: values[0]}


def language_asked_for(event: Mapping[str, Any]) -> Language:
    """The language of a request, read even when nothing else of it can be."""
    several = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    said = [
        value for name, values in several.items() if name.lower() == "accept-language" for value in values
    ]
    said = said or [value for name, value in single.items() if name.lower() == "accept-language"]
    return language_of(",".join(said))
