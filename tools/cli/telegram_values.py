"""Rows as JSON and back: days and times in ISO 8601, bytes as hex digits, nested telegrams as objects."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, get_type_hints

from telegram_codec import Telegram
from telegram_codec.masking import SECRET_TEXT, Visibility, masked_card_number
from telegram_codec.nested import Nested, Repeated

if TYPE_CHECKING:
    from telegram_codec import Row
    from tools.papers import TelegramClass


class NoSuchValueError(Exception):
    """JSON that is not the rows of the telegram: not an object, an unknown row, one missing, a wrong type."""

    def __init__(self, telegram: str, what: str) -> None:
        """Say of which telegram, and what; never the value."""
        super().__init__(f"{telegram}: {what}.")
        self.telegram, self.what = telegram, what


def as_json(telegram: Telegram, *, reveal: bool) -> dict[str, object]:
    """The rows that somebody gives, by name; unless `reveal`, card numbers by their ends and no secrets."""
    return {
        row.name: _shown(getattr(telegram, row.name), Visibility.PLAIN if reveal else row.visibility)
        for row in telegram.layout.rows
        if row.given
    }


def telegram_of(made: TelegramClass, values: object) -> Telegram:
    """The telegram with these rows, or NoSuchValueError."""
    layout = made.layout
    if not isinstance(values, dict):
        raise NoSuchValueError(layout.telegram, "a JSON object is expected, rows by name")
    given = {row.name: row for row in layout.rows if row.given}
    if unknown := sorted(set(values) - set(given)):
        raise NoSuchValueError(layout.telegram, f"no row to give is called {', '.join(unknown)}")
    required = [name for name in given if made.declared[name].required]
    if missing := [name for name in required if name not in values]:
        raise NoSuchValueError(layout.telegram, f"{', '.join(missing)} must be given")
    return made(**{name: _value(made, given[name], value) for name, value in values.items()})


def _shown(value: object, visibility: Visibility) -> object:
    match visibility:
        case Visibility.PLAIN:
            return _plain(value)
        case Visibility.CARD if isinstance(value, str):
            return masked_card_number(value)
        case _:
            return SECRET_TEXT


def _plain(value: object) -> object:
    match value:
        case Telegram():
            return as_json(value, reveal=True)  # what is nested holds nothing to hide
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case tuple() if hasattr(value, "_asdict"):
            return {name: _plain(part) for name, part in value._asdict().items()}
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def _value(made: TelegramClass, row: Row, value: object) -> object:
    if value is None:
        return None
    match row.kind:
        case Nested(item=item):
            return telegram_of(item, value)
        case Repeated(item=item) if isinstance(value, list):
            return tuple(telegram_of(item, one) for one in value)
    try:
        return _typed(row.value_type, value)
    except (ValueError, TypeError, KeyError):
        expected = row.value_type.__name__
        raise NoSuchValueError(made.layout.telegram, f"{row.name} takes a {expected}") from None


def _typed(wanted: type, value: Any) -> object:  # noqa: ANN401 - whatever JSON holds
    if wanted in (date, time):
        return wanted.fromisoformat(value)
    if wanted is bytes:
        return bytes.fromhex(value)
    if hasattr(wanted, "_fields"):
        parts = get_type_hints(wanted)
        return wanted(**{name: _typed(parts[name], value[name]) for name in parts})
    if type(value) is not wanted:
        raise TypeError
    return value
