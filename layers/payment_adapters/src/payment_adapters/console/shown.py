"""How figures and moments are shown: whole won with commas, Korean clocks, ages in two units."""

from __future__ import annotations

from typing import Final

from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language

UNITS: Final = (
    (86_400, {Language.ENGLISH: "d", Language.KOREAN: "일"}),
    (3_600, {Language.ENGLISH: "h", Language.KOREAN: "시간"}),
    (60, {Language.ENGLISH: "min", Language.KOREAN: "분"}),
    (1, {Language.ENGLISH: "s", Language.KOREAN: "초"}),
)


def won(amount: int) -> str:
    """Thousands apart: 1,234,000."""
    return f"{amount:,}"


def clock(at_ms: int) -> str:
    """The time of day in Korea: 14:03:22."""
    return f"{korean_time(at_ms):%H:%M:%S}"


def moment(at_ms: int) -> str:
    """A day and a time: 2026-11-26 14:03:22."""
    return f"{korean_time(at_ms):%Y-%m-%d %H:%M:%S}"


def day(korean_day: str) -> str:
    """A date as people write it: 2026-11-26."""
    return f"{korean_day[:4]}-{korean_day[4:6]}-{korean_day[6:]}"


def age(seconds: int, language: Language) -> str:
    """A duration in its two largest units: 41 s, 12 min 5 s, 3 h 10 min, 2 d 4 h."""
    for place, (size, names) in enumerate(UNITS[:-1]):
        if seconds >= size:
            lower, lower_names = UNITS[place + 1]
            left = seconds % size // lower
            whole = _counted(seconds // size, names[language], language)
            return f"{whole} {_counted(left, lower_names[language], language)}"
    return _counted(seconds, UNITS[-1][1][language], language)


def share(part: int, whole: int) -> int:
    """Hundredths, whole; of nothing, nothing."""
    return part * 100 // whole if whole else 0


def _counted(number: int, unit: str, language: Language) -> str:
    return f"{number}{unit}" if language is Language.KOREAN else f"{number} {unit}"
