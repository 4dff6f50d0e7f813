"""An expression's text is read once, not at every write.

Stock: each request takes its expressions apart again, letter by letter, and checks their grammar, their words
    and their parentheses; an update does so three times, an update inside a transaction four times.
Wanted: the same verdict and the same tokens, from memory. All of it comes from the text alone, and texts are
    few and repeat.
Hook: `_tokenize`, `_condition_syntax_error`, `_check_reserved_keyword_usage`, `_check_redundant_parens`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from tools.world.engine import stock

_TEXTS: Final = 4_096

Token = tuple[str, str]


def apply() -> None:
    """Install the patch in the running engine."""
    dynamodb = stock.dynamodb
    dynamodb._condition_syntax_error = lru_cache(_TEXTS)(dynamodb._condition_syntax_error)

    taken_apart = lru_cache(_TEXTS)(dynamodb._tokenize)
    dynamodb._tokenize = lambda text: list(taken_apart(text))

    for name in ("_check_reserved_keyword_usage", "_check_redundant_parens"):
        setattr(dynamodb, name, _of_tokens(getattr(dynamodb, name)))


def _of_tokens(check: Any) -> Any:  # noqa: ANN401 - a stock function
    remembered = lru_cache(_TEXTS)(lambda tokens, *slot: check(list(tokens), *slot))

    def checked(tokens: list[Token], *slot: str) -> Any:  # noqa: ANN401 - as the stock function
        return remembered(tuple(tokens), *slot)

    return checked
