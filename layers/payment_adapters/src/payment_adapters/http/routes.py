"""Routes: what an API serves, as data; the same table answers requests and is described in OpenAPI.

A new address is one entry of a table (functions/gateway/routes.py) and one function that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar

from aws_lambda_powertools.event_handler import Response

from payment_adapters.http.languages import Language, language_of
from payment_adapters.http.reading import READERS, words_of
from payment_adapters.http.request import PosRequest
from payment_adapters.http.signatures import Terminal
from payment_core.kernel.hand import Hand
from payment_core.kernel.refusal import Refusal

Said = TypeVar("Said")

REFUSALS_OF_EVERY_ADDRESS: Final = ("body-too-large", "too-many-requests", "answer-unknown")
REFUSALS_OF_THE_SIGNED: Final = ("keys-unavailable", "signature-refused")
REFUSALS_OF_WORDS: Final = ("unsupported-media-type", "malformed-request")


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
    """

    request: PosRequest
    words: Said
    hand: Hand
    in_path: Mapping[str, str]
    _signer: Terminal | None = None

    @property
    def signer(self) -> Terminal:
        """Who signed it."""
        assert self._signer is not None, "only a signed address asks who signed"  # noqa: S101 -- a bug
        return self._signer


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
        readers: The forms in which it reads a body.
        listed: Whether the reference shows it; a page's own assets are not an API.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    summary: str
    does: Callable[[Asked[Said]], Response[str]]
    answers: Mapping[int, Told]
    refusals: tuple[str, ...] = ()
    words: Any = None
    readers: Mapping[str, Callable[[bytes], object]] = field(default_factory=lambda: READERS)
    signed: bool = True
    listed: bool = True

    @property
    def rule(self) -> str:
        """The path as the event handler writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def codes(self) -> frozenset[str]:
        """Every problem that this address may tell."""
        of_the_signed = REFUSALS_OF_THE_SIGNED if self.signed else ()
        of_words = REFUSALS_OF_WORDS if self.words else ()
        of_a_variable = ("no-such-address",) if "{" in self.path else ()  # a text that no path can hold
        return frozenset(
            {*REFUSALS_OF_EVERY_ADDRESS, *of_a_variable, *of_the_signed, *of_words, *self.refusals}
        )


def answer(
    route: Route[Any], event: Mapping[str, Any], hand: Hand, in_path: Mapping[str, str]
) -> Response[str]:
    """Verify, read, and answer one request.

    Raises:
        Refusal: any of the route's codes.
        StoreUnavailableError: nothing definitive is known.
    """
    request = PosRequest.from_event(event)
    signer = request.signer() if route.signed else None
    words = words_of(route.words, request.message, route.readers) if route.words else None
    return route.does(Asked(request, words, hand, in_path, signer))


def language_asked_for(event: Mapping[str, Any]) -> Language:
    """The language of a request, read even when nothing else of it can be."""
    several = event.get("multiValueHeaders") or {}
    single = event.get("headers") or {}
    said = [
        value for name, values in several.items() if name.lower() == "accept-language" for value in values
    ]
    said = said or [value for name, value in single.items() if name.lower() == "accept-language"]
    return language_of(",".join(said))
