"""Why a destination takes sales or none, in one sentence for a person, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said
from payment_adapters.remarks import remark
from payment_core.kernel.language import Language
from payment_core.routing.breaker import Breaker, Reason, State

NEVER_OPEN: Final = Said("It takes sales; it has never been open.", "정상. 차단된 적이 없습니다.")
SENTENCES: Final[Mapping[State, Said]] = {
    State.CLOSED: Said(
        "It takes sales again since {seconds} s: {by}{why}.",
        "{seconds}초 전부터 다시 정상입니다: {by}{why}.",
    ),
    State.OPEN: Said(
        "It takes no sales since {seconds} s: {by}{why}. Probes begin in {wait} s.",
        "{seconds}초 전부터 차단되었습니다: {by}{why}. {wait}초 뒤 점검을 시작합니다.",
    ),
    State.HALF_OPEN: Said(
        "It is being probed since {seconds} s ({successes} of 3 probes were answered); "
        "it opened because of: {why}.",
        "{seconds}초 전부터 점검 중입니다(3회 중 {successes}회 응답). 차단 사유: {why}.",
    ),
}
BY_A_PERSON: Final = Said("a person: ", "담당자: ")


def why(breaker: Breaker, now_ms: int, language: Language = Language.ENGLISH) -> str:
    """Why it is as it is.

    Args:
        breaker: As it stands.
        now_ms: Wall clock.
        language: Of the sentence; what a person gave as the cause stays as it was given.
    """
    if breaker.state is State.CLOSED and not breaker.generation:
        return NEVER_OPEN.in_(language)
    by_a_person = breaker.reason == Reason.PERSON
    return (
        SENTENCES[breaker.state]
        .in_(language)
        .format(
            seconds=max(0, (now_ms - breaker.since_ms) // 1_000),
            by=BY_A_PERSON.in_(language) if by_a_person else "",
            why=breaker.why if by_a_person else remark(breaker.why, language),
            wait=max(0, -(-(breaker.until_ms - now_ms) // 1_000)),
            successes=breaker.successes,
        )
    )
