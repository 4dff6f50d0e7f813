"""Every paper and every telegram there is, found by looking: a new module of `specs` needs no list."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from telegram_codec import Dispatch, Telegram, specs
from telegram_codec.records import RecordFile

if TYPE_CHECKING:
    from types import ModuleType

TelegramClass = type[Telegram]


class NoTelegramError(Exception):
    """There is no telegram of this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        """Name it, and those it may have been meant to be."""
        close = get_close_matches(name, known, n=3) or known[:3]
        super().__init__(f"there is no telegram {name}; perhaps {' or '.join(close)}" if close else name)
        self.name, self.close = name, close


def papers() -> list[ModuleType]:
    """The modules of `telegram_codec.specs`, by name."""
    return [import_module(f"{specs.__name__}.{found.name}") for found in iter_modules(specs.__path__)]


def telegrams_of(paper: ModuleType) -> list[TelegramClass]:
    """The telegrams that a paper's lines and files carry, in its order; what others only contain is none."""
    carriers = [value for value in vars(paper).values() if isinstance(value, Dispatch | RecordFile)]
    return list(dict.fromkeys(made for carrier in carriers for made in carrier.telegrams))


def telegrams() -> dict[str, TelegramClass]:
    """Every telegram by the name people call it, such as `hangang.ApprovalRequest`."""
    return {made.layout.telegram: made for paper in papers() for made in telegrams_of(paper)}


def telegram_called(name: str) -> TelegramClass:
    """The telegram `hangang.ApprovalRequest`, or the class behind the colon of `file.py:ApprovalRequest`.

    Raises:
        NoTelegramError: there is none.
    """
    file, colon, class_name = name.rpartition(":")
    found = _classes(_module(file)) if colon else telegrams()
    made = found.get(class_name)
    if made is None:
        raise NoTelegramError(class_name, list(found))
    return made


def is_fixed_width(telegram: TelegramClass) -> bool:
    """Whether every row always stands at its offset: only then can bytes be out of place."""
    return telegram.spans.__func__ is Telegram.spans.__func__  # type: ignore[attr-defined]  # a class method


def _classes(module: ModuleType) -> dict[str, TelegramClass]:
    return {
        name: made
        for name, made in vars(module).items()
        if isinstance(made, type) and issubclass(made, Telegram) and made is not Telegram
    }


def _module(file: str) -> ModuleType:
    found = spec_from_file_location(file.rpartition("/")[2].removesuffix(".py"), file)
    if found is None or found.loader is None:
        raise NoTelegramError(file, [])
    module = module_from_spec(found)
    try:
        found.loader.exec_module(module)
    except FileNotFoundError:
        raise NoTelegramError(file, []) from None
    return module
