"""A condition's grammar is checked once, not at every write.

Stock: each request parses its condition's text again; under sales that is an eighth of the engine's work.
Wanted: the same verdict, from memory. The check reads the text alone, and conditions are few and repeat.
Hook: `_condition_syntax_error`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tools.world.engine import stock

_TEXTS: Final = 4_096


def apply() -> None:
    """Install the patch in the running engine."""
    dynamodb = stock.dynamodb
    dynamodb._condition_syntax_error = lru_cache(_TEXTS)(dynamodb._condition_syntax_error)
