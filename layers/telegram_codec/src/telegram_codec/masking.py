"""How much of a field people may see: declared on the field, applied by repr, viewer and evidence alike."""

from __future__ import annotations

from datetime import date, time
from enum import Enum

_SHOWN_FIRST = 6
_SHOWN_LAST = 4
_LONG_ENOUGH_FOR_BOTH_ENDS = 15
_LONG_ENOUGH_FOR_THE_LAST = 10
SECRET_TEXT = "<secret>"  # noqa: S105 - what is printed instead of a secret


class Visibility(Enum):
    """PLAIN shows all, CARD the ends of a card number, SECRET nothing, not even whether it is filled."""

    PLAIN = "plain"
    CARD = "card"
    SECRET = "secret"  # noqa: S105 - the name of a degree, not a password


def masked_card_number(number: str) -> str:
    """First 6 and last 4 (PCI DSS 3.4.1); fewer of a number too short to hide five digits so."""
    if len(number) >= _LONG_ENOUGH_FOR_BOTH_ENDS:
        return (
            number[:_SHOWN_FIRST] + "*" * (len(number) - _SHOWN_FIRST - _SHOWN_LAST) + number[-_SHOWN_LAST:]
        )
    if len(number) >= _LONG_ENOUGH_FOR_THE_LAST:
        return "*" * (len(number) - _SHOWN_LAST) + number[-_SHOWN_LAST:]
    return "*" * len(number)


def masked_value(value: object, visibility: Visibility) -> str:
    """`value` as people may read it."""
    match visibility:
        case Visibility.PLAIN:
            return value.isoformat() if isinstance(value, date | time) else repr(value)
        case Visibility.CARD:
            return repr(masked_card_number(value)) if isinstance(value, str) else SECRET_TEXT
        case Visibility.SECRET:
            return SECRET_TEXT


def masked_field_bytes(raw: bytes, visibility: Visibility) -> bytes:
    """`raw` at equal length, `*` for every hidden byte; Korean text in a card field is hidden whole."""
    match visibility:
        case Visibility.PLAIN:
            return raw
        case Visibility.CARD:
            number = raw.rstrip(b" ")
            shown = masked_card_number(number.decode("ascii")) if number.isascii() else "*" * len(number)
            return shown.encode("ascii").ljust(len(raw))
        case Visibility.SECRET:
            return b"*" * len(raw)
