"""Letter (조회 공문): the question about a break that people send to whoever must answer, with its facts.

Promise: tests/spec/test_repair.py. Story: docs/flows/repair.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.reconciliation.breaks import Break

LETTERS: Final[Mapping[Language, str]] = {
    Language.ENGLISH: """To: {to}
About: {name}, merchant {merchant}, business date {date}
Answer by: {due}

{sentence}

  What both lists call it: {subject}
  Our records: {our_won:,} won (rows {ours})
  Your records: {their_won:,} won (rows {theirs})

Please tell us how it stands with you, and what shows it. Quote {name} in your answer.
""",
    Language.KOREAN: """수신: {to}
제목: 대사 차이 조회 {name} (가맹점 {merchant}, 거래일 {date})
회신 기한: {due}

{sentence}

  양측 식별자: {subject}
  당사 내역: {our_won:,}원 (행 {ours})
  귀사 내역: {their_won:,}원 (행 {theirs})

귀사의 처리 상태와 근거 자료를 회신하여 주시기 바랍니다. 회신 시 {name}을 기재하여 주십시오.
""",
}


@dataclass(frozen=True)
class Asked:
    """Who is asked about a break, by when, under which name.

    Attributes:
        to: A counterparty; empty where the lists do not say which.
        due: Korean date YYYYMMDD.
    """

    name: str
    merchant: str
    to: str
    due: str


def letter(found: Break, asked: Asked, language: Language) -> str:
    """The question in words that a stranger understands; it holds no more than both lists do."""
    return LETTERS[language].format(
        **facts_of(found, asked, language),
        sentence=found.sentence(language),
    )


def facts_of(found: Break, asked: Asked, language: Language) -> dict[str, str | int]:
    """The facts of a question, by name."""
    nobody = {Language.ENGLISH: "whoever it concerns", Language.KOREAN: "담당자"}[language]
    return {
        "name": asked.name,
        "merchant": asked.merchant,
        "to": asked.to or nobody,
        "date": found.business_date or "-",
        "due": asked.due,
        "kind": str(found.kind),
        "subject": found.name,
        "our_won": found.our_won,
        "their_won": found.their_won,
        "ours": ", ".join(map(str, found.ours)) or "-",
        "theirs": ", ".join(map(str, found.theirs)) or "-",
    }
