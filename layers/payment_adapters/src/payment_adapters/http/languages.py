"""Languages: sentences in English and Korean, and which of the two a caller reads (RFC 9110, 12.5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language

LONGEST_HEADER: Final = 200  # characters that are read; nobody lists more languages than that
RANGE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,20})?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?\Z"
)
LIKED_MOST: Final = 1_000  # thousandths: quality has at most three decimals


@dataclass(frozen=True)
class Said:
    """The same sentence twice; names in braces are filled by the speaker."""

    en: str
    ko: str

    def in_(self, language: Language) -> str:
        """The sentence in one language."""
        return self.ko if language is Language.KOREAN else self.en


def language_of(accept_language: str) -> Language:
    """The language that is liked most; English where nothing, nothing of ours or nothing legible is named."""
    liked = dict(_ranges(accept_language))
    any_other = liked.get("*", 0)
    return max(Language, key=lambda language: liked.get(language.value, any_other))


def _ranges(accept_language: str) -> Iterator[tuple[str, int]]:
    """Language → thousandths of quality; the first naming counts, so pairs come in reverse."""
    for part in reversed(accept_language[:LONGEST_HEADER].split(",")):
        if found := RANGE.match(part):
            yield found[1].lower(), _thousandths(found[2])


def _thousandths(quality: str | None) -> int:
    if quality is None:
        return LIKED_MOST
    whole, _, decimals = quality.partition(".")
    return min(LIKED_MOST, int(whole + decimals.ljust(3, "0")))
