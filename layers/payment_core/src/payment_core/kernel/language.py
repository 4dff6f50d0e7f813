"""Languages: which one a till asked to be answered in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The languages that every sentence of ours exists in, by their RFC 5646 tags."""

    ENGLISH = "en"
    KOREAN = "ko"
