"""One renderer: a notice in both languages, as e-mail text, as JSON for programs, and for a chat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from payment_adapters.alarms.words import ALARMS
from payment_adapters.http.languages import Said
from payment_core.alarms.model import Change, Notice
from payment_core.kernel.korean_time import korean_time
from payment_core.kernel.language import Language

SUBJECT_CHARACTERS: Final = 99  # SNS takes fewer than a hundred, printable ASCII
HEADS: Final[Mapping[Notice, Said]] = {
    Notice.BEGAN: Said("[ALARM]", "[경보]"),
    Notice.OVER: Said("[OVER]", "[해제]"),
}
NEXT: Final = Said("Next: {do}", "다음: {do}")
WHY: Final = Said("Why: {why}", "사유: {why}")
NOTHING_TO_DO: Final = Said("It is over; nothing has to be done.", "해제되었습니다. 조치할 것이 없습니다.")


@dataclass(frozen=True)
class Places:
    """Where links lead to: the console, and the folder that holds docs/; the latter may be empty."""

    console: str
    docs: str


@dataclass(frozen=True)
class Message:
    """One notice, rendered.

    Attributes:
        id: Alarm and moment: the same for every delivery of the same notice.
        means, do, why: By language.
        console, page: Links.
    """

    id: str
    change: Change
    notice: Notice
    means: Mapping[Language, str]
    do: Mapping[Language, str]
    why: Mapping[Language, str]
    console: str
    page: str

    @property
    def subject(self) -> str:
        """One line of ASCII, for the subject of an e-mail."""
        line = f"{HEADS[self.notice].en} {self.means[Language.ENGLISH]}"
        return line.encode("ascii", "replace").decode()[:SUBJECT_CHARACTERS]

    @property
    def text(self) -> str:
        """The whole, Korean first, for people."""
        parts = [self._part(language) for language in (Language.KOREAN, Language.ENGLISH)]
        at = f"{korean_time(self.change.at_ms):%Y-%m-%d %H:%M:%S} KST · {self.change.alarm}"
        return "\n\n".join([*parts, f"{self.console}\n{self.page}\n{at}"])

    def _part(self, language: Language) -> str:
        head = f"{HEADS[self.notice].in_(language)} {self.means[language]}"
        lines = [head, NEXT.in_(language).format(do=self.do[language])]
        return "\n".join([*lines, WHY.in_(language).format(why=self.why[language])])

    @property
    def words(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "id": self.id,
            "alarm": self.change.alarm,
            "kind": self.change.kind,
            "about": self.change.about,
            "notice": str(self.notice),
            "at_ms": self.change.at_ms,
            "means": dict(self.means),
            "next": dict(self.do),
            "why": dict(self.why),
            "console": self.console,
            "page": self.page,
        }

    @property
    def as_json(self) -> bytes:
        """The body of a webhook."""
        return json.dumps(self.words, ensure_ascii=False).encode()

    @property
    def as_chat(self) -> bytes:
        """The body that incoming webhooks of chats take: Slack's, which Mattermost and others take too."""
        return json.dumps({"text": self.text}, ensure_ascii=False).encode()


def rendered(change: Change, notice: Notice, places: Places) -> Message:
    """Put a notice into words."""
    words = ALARMS[change.kind]
    page = f"docs/operating/{change.kind}.md"
    at_its_place = words.console.format(about=quote(change.about, safe=""))
    return Message(
        id=f"{change.alarm}/{change.at_ms}",
        change=change,
        notice=notice,
        means=_in_both(words.means, change.about),
        do=_in_both(words.do if notice is Notice.BEGAN else NOTHING_TO_DO, change.about),
        why={one: change.reason.get(one, change.reason[Language.ENGLISH]) for one in Language},
        console=f"{places.console}/{at_its_place}",
        page=f"{places.docs.rstrip('/')}/{page}" if places.docs else page,
    )


def _in_both(said: Said, about: str) -> dict[Language, str]:
    return {language: said.in_(language).format(about=about) for language in Language}
