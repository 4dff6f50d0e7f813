"""Find: which kind of case a part of a sale is, if it is one, and what is proposed about it.

Promise: tests/spec/test_cases.py. Story: docs/flows/cases.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.cases.model import Action, Kind
from payment_core.cases.ports import Part, Stand
from payment_core.kernel.language import Language

BOUND_MS: Final = 15 * 60_000  # an unknown older than this is a person's affair (protocol, 2.4)

PREFERRED: Final[Mapping[Kind, tuple[Action, ...]]] = {
    Kind.UNKNOWN_TOO_LONG: (Action.INQUIRE, Action.SEND_AGAIN, Action.CANCEL),
    Kind.NET_CANCEL_FAILED: (Action.SEND_AGAIN, Action.INQUIRE, Action.CANCEL),
    Kind.NET_CANCEL_REFUSED: (Action.CANCEL, Action.INQUIRE, Action.PROVE, Action.DISPROVE),
    Kind.LATE_APPROVAL: (Action.SEND_AGAIN, Action.CANCEL, Action.INQUIRE, Action.PROVE),
    Kind.JOURNAL_DIFFERENCE: (Action.UNDO, Action.INQUIRE, Action.SEND_AGAIN, Action.PROVE),
}  # of a break, the rule of repairs says which comes first

# {where}: the destination · {won}: won that may be held · {number}: the approval number, where it is known ·
# {trace}: the trace number of the attempt · {says}: code and words of its refusal.
WHAT: Final[Mapping[Kind, Mapping[Language, str]]] = {
    Kind.UNKNOWN_TOO_LONG: {
        Language.ENGLISH: "For a quarter of an hour nobody has known what became of {won} won at {where}.",
        Language.KOREAN: "승인처({where})의 {won}원 처리 결과를 15분 넘게 알 수 없습니다.",
    },
    Kind.NET_CANCEL_FAILED: {
        Language.ENGLISH: "{where} has answered no net-cancel of {won} won in the time it was given.",
        Language.KOREAN: "승인처({where})가 {won}원 망취소에 기한 안에 응답하지 않았습니다.",
    },
    Kind.NET_CANCEL_REFUSED: {
        Language.ENGLISH: "{where} refused to undo it ({says}); {won} won may be held.",
        Language.KOREAN: "승인처({where})가 취소를 거절했습니다({says}). {won}원이 남아 있을 수 있습니다.",
    },
    Kind.LATE_APPROVAL: {
        Language.ENGLISH: "{where} approved {won} won after the sale had been closed as undone.",
        Language.KOREAN: "취소가 끝난 뒤 승인처({where})가 {won}원을 뒤늦게 승인했습니다.",
    },
    Kind.JOURNAL_DIFFERENCE: {
        Language.ENGLISH: "A POS's journal and the books differ by {won} won.",
        Language.KOREAN: "POS 저널과 승인 원장이 {won}원 다릅니다.",
    },
}
PROPOSED: Final[Mapping[Action | None, Mapping[Language, str]]] = {
    Action.SEND_AGAIN: {
        Language.ENGLISH: "Send it again: {where} knows the repeat by its number, so that it costs nothing.",
        Language.KOREAN: "다시 보내십시오. 같은 번호이므로 중복 처리되지 않습니다.",
    },
    Action.INQUIRE: {
        Language.ENGLISH: "Ask {where} what became of trace {trace}: a definite answer ends it.",
        Language.KOREAN: "추적번호 {trace}의 결과를 조회하십시오. 명확한 응답이면 종결됩니다.",
    },
    Action.CANCEL: {
        Language.ENGLISH: "Cancel it by approval number {number}: that needs no net-cancel.",
        Language.KOREAN: "승인번호 {number}로 일반 취소하십시오. 망취소가 필요 없습니다.",
    },
    Action.PROVE: {
        Language.ENGLISH: "Call {where} with trace {trace}, have it undone there, and close it with proof.",
        Language.KOREAN: "추적번호 {trace}로 승인처에 연락하여 취소한 뒤, 증빙과 함께 종결하십시오.",
    },
    Action.DISPROVE: {
        Language.ENGLISH: "Call {where} with trace {trace}; close it with proof if nothing went back.",
        Language.KOREAN: "추적번호 {trace}로 승인처에 연락하여, 취소되지 않았으면 증빙과 함께 종결하십시오.",
    },
    Action.UNDO: {
        Language.ENGLISH: "Ask the shop; if no goods were handed over, undo the sale for it.",
        Language.KOREAN: "매장에 확인하고, 상품을 인도하지 않았으면 매장을 대신해 취소하십시오.",
    },
    None: {
        Language.ENGLISH: "Call {where}; payrelay goes on asking, and its answer ends it.",
        Language.KOREAN: "승인처({where})에 연락하십시오. 자동 확인은 계속되며 응답이 오면 종결됩니다.",
    },
}


def kind_of(part: Part, now_ms: int) -> Kind | None:
    """What is the matter with a part; ``None`` where it ended, or still has time to end by itself."""
    is_old = now_ms - part.since_ms >= BOUND_MS
    match part.stand:
        case Stand.ENDED:
            return None
        case Stand.DIFFERS:
            return Kind.JOURNAL_DIFFERENCE
        case Stand.BROKEN:
            return Kind.BREAK
        case Stand.REFUSED:
            return Kind.NET_CANCEL_REFUSED
        case Stand.UNDOING if part.is_late:
            return Kind.LATE_APPROVAL
        case Stand.UNDOING if part.tries and (is_old or 0 < part.net_cancel_until_ms <= now_ms):
            return Kind.NET_CANCEL_FAILED
        case _:
            return Kind.UNKNOWN_TOO_LONG if is_old else None


def proposed(kind: Kind, part: Part) -> tuple[Action | None, dict[Language, str]]:
    """What is proposed about a case, and a sentence that says what is the matter and why that helps."""
    action = next((one for one in PREFERRED.get(kind, part.may) if one in part.may), None)
    if part.told:
        return action, dict(part.told)
    known = part.evidence
    words = {
        "where": part.destination or "the destination",
        "won": f"{part.won:,}",
        "number": known.get("approval_number", ""),
        "trace": known.get("trace_number", ""),
        "says": f"{known.get('code', '')} {known.get('message', '')}".strip() or "no code",
    }
    why = {one: f"{WHAT[kind][one]} {PROPOSED[action][one]}".format_map(words) for one in Language}
    return action, why
