"""The 450-byte payment of haneul, written once more for `construct`, in two ways.

`VOCABULARY` is what construct's documentation teaches: its own words for padded text, an adapter for numbers.
Its parser is compiled; its builder cannot be, because construct cannot compile `Padded` around text.
`BY_HAND` replaces those words by one lambda for each direction of a row and compiles both: the fastest
construct we found. Neither checks what ours does: digits, KS X 1001, control characters, padding in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from construct import (  # type: ignore[import-untyped]  # construct ships no types
    Bytes,
    Const,
    ExprAdapter,
    FixedSized,
    GreedyString,
    NullStripped,
    Padded,
    Padding,
    Struct,
)

from benchmarks.sides import Side, Targets
from telegram_codec.specs import haneul

_PAYMENT: Final = haneul.Payment(
    management_number="HN-2026-0302-0000001",
    card_number="4111111111111111",
    expiry="1228",
    cvc="917",
    amount_won=110_000,
    vat_won=10_000,
)
CASES: Final = (
    ("ASCII", Targets(0.12, 0.06), _PAYMENT),
    ("Hangul", Targets(0.18, 0.12), replace(_PAYMENT, management_number="한강분식-000001")),
)


class Peer(NamedTuple):
    """The two halves of one construct."""

    parser: Any
    builder: Any


def _stripped_text(size: int) -> Any:  # noqa: ANN401 - construct has no types
    return FixedSized(size, NullStripped(GreedyString("euc-kr"), pad=b" "))


def _padded_text(size: int) -> Any:  # noqa: ANN401 - construct has no types
    return Padded(size, GreedyString("euc-kr"), pattern=b" ")


def _stripped_number(size: int, _pad: str) -> Any:  # noqa: ANN401 - construct has no types
    return ExprAdapter(_stripped_text(size), lambda text, _: int(text), _one_way)


def _padded_number(size: int, pad: str) -> Any:  # noqa: ANN401 - construct has no types
    return ExprAdapter(_padded_text(size), _one_way, lambda number, _: str(number).rjust(size, pad))


def _one_way(_value: object, _context: object) -> object:
    """The direction that half of a construct never goes."""
    raise AssertionError


def _text(size: int) -> Any:  # noqa: ANN401 - construct has no types
    return ExprAdapter(
        Bytes(size),
        lambda data, _: data.rstrip(b" ").decode("euc-kr"),
        lambda text, _: text.encode("euc-kr").ljust(size),
    )


def _number(size: int, pad: str) -> Any:  # noqa: ANN401 - construct has no types
    return ExprAdapter(
        Bytes(size), lambda data, _: int(data), lambda number, _: str(number).rjust(size, pad).encode("ascii")
    )


def _payment(text: Callable[[int], Any], number: Callable[[int, str], Any]) -> Any:  # noqa: ANN401 - construct has no types
    return Struct(
        "length_bytes" / Const(b" 446"),
        "kind" / Const(b"PAYMENT   "),
        "management_number" / text(20),
        "card_number" / text(20),
        "instalment_months" / number(2, "0"),
        "expiry" / text(4),
        "cvc" / text(3),
        "amount_won" / number(10, " "),
        "vat_won" / number(10, "0"),
        "original_management_number" / Const(b" " * 20),
        "encrypted_card_data" / text(300),
        "spare" / Padding(47, b" "),
    )


VOCABULARY: Final = Peer(
    _payment(_stripped_text, _stripped_number).compile(), _payment(_padded_text, _padded_number)
)
BY_HAND: Final = Peer(*[_payment(_text, _number).compile()] * 2)


def ours(telegram: haneul.Payment) -> Side:
    """This package."""
    wire = telegram.encode()
    assert haneul.Payment.decode(wire) == telegram
    return Side(lambda: haneul.Payment.decode(wire), telegram.encode)


def theirs(peer: Peer, telegram: haneul.Payment) -> Side:
    """Construct's, after it has agreed with ours on the bytes and on every value and its type."""
    wire = telegram.encode()
    values = {row.name: getattr(telegram, row.name) for row in telegram.layout.rows if row.given}
    parsed = peer.parser.parse(wire)
    assert {name: (type(parsed[name]), parsed[name]) for name in values} == {
        name: (type(value), value) for name, value in values.items()
    }
    assert peer.builder.build(values) == wire
    return Side(lambda: peer.parser.parse(wire), lambda: peer.builder.build(values))
