"""What each alarm says, in English and Korean, and what to do next; each has a page in docs/operating.

The description of an alarm in template.yaml is made of the same words: tests/house/test_alarms.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from payment_adapters.alarms import words_of_files
from payment_adapters.alarms.words_of_settlement import PAGE, SAID
from payment_adapters.http.languages import Said
from payment_core.kernel.language import Language


@dataclass(frozen=True)
class Words:
    """One kind of alarm.

    Attributes:
        means: What is the matter; ``{about}`` is the destination or queue it is about.
        do: The next step.
        console: The console's page that shows it.
    """

    means: Said
    do: Said
    console: str = "overview"


ALARMS: Final[Mapping[str, Words]] = {
    **{kind: Words(means, do, PAGE) for kind, (means, do) in {**SAID, **words_of_files.SAID}.items()},
    "destination-errors": Words(
        Said(
            "{about} gave no clear answer 10 times in a minute.",
            "{about}: 1분에 10번 이상 명확한 응답이 없었습니다.",
        ),
        Said(
            "Call {about} with the time. If it stays down, take it out of the routes.",
            "{about}에 시각을 알려 문의하십시오. 복구되지 않으면 라우팅에서 제외하십시오.",
        ),
        "destinations",
    ),
    "breaker-open": Words(
        Said(
            "{about} takes no sales: 10 technical errors within 60 s; its sales go elsewhere.",
            "{about} 회선이 차단되었습니다. 60초 안에 기술 오류가 10건 이상 나서 다른 승인처로 보냅니다.",
        ),
        Said(
            "Call {about} with the time. Probes put it back by themselves once it answers.",
            "{about}에 시각을 알려 문의하십시오. 응답이 돌아오면 점검이 자동으로 회선을 되돌립니다.",
        ),
        "destinations",
    ),
    "all-vans-open": Words(
        Said(
            "Every VAN is open: all sales are declined at once.",
            "모든 VAN 회선이 차단되어 모든 매출이 거절됩니다.",
        ),
        Said("Tell the merchants, and call the VANs.", "가맹점에 알리고 VAN에 연락하십시오."),
        "destinations",
    ),
    "last-path": Words(
        Said(
            "The last VAN of a route fails, and stays in use because nothing is left beside it.",
            "마지막 남은 VAN에 기술 오류가 계속됩니다. 차단하지 않았습니다.",
        ),
        Said(
            "Call the VAN. If its errors cost more than they sell, open it by hand.",
            "VAN에 연락하십시오. 오류 피해가 매출보다 크면 직접 차단하십시오.",
        ),
        "destinations",
    ),
    "breakers-unavailable": Words(
        Said(
            "The table of the breakers does not answer; sales go on, the alarm path still opens.",
            "차단기 테이블이 응답하지 않습니다. 매출은 계속되고, 알람 경로로는 여전히 차단됩니다.",
        ),
        Said(
            "Look at DynamoDB's throttled requests and system errors of BreakersTable.",
            "BreakersTable의 DynamoDB 스로틀과 시스템 오류를 확인하십시오.",
        ),
        "destinations",
    ),
    "sweeper-silent": Words(
        Said("The minute sweeper has not run for five minutes.", "1분 점검이 5분째 돌지 않았습니다."),
        Said(
            "Invoke MinuteSweeperFunction with {{}} once; then mend its schedule or the function.",
            "MinuteSweeperFunction을 {{}}로 한 번 실행한 뒤, 스케줄이나 함수를 고치십시오.",
        ),
    ),
    "oldest-unknown": Words(
        Said("A sale has been open for more than 15 minutes.", "15분 넘게 결과를 모르는 거래가 있습니다."),
        Said(
            "See which: payrelay open. If the destination is down, wait: tries never stop.",
            "payrelay open으로 확인하십시오. 승인처 장애이면 기다리십시오. 시도는 멈추지 않습니다.",
        ),
        "cases",
    ),
    "reversal-refused": Words(
        Said(
            "A destination did not undo what it was to; a person must look.",
            "승인처가 취소(망취소)를 거절했습니다. 담당자가 확인해야 합니다.",
        ),
        Said(
            "Open its case, call the destination with the trace number, and propose how it ends.",
            "사고 건을 열어 추적번호로 승인처에 연락하고, 처리 방법을 제안하십시오.",
        ),
        "cases",
    ),
    "other-amount-approved": Words(
        Said(
            "A destination approved another amount than was asked.",
            "승인처가 요청과 다른 금액을 승인했습니다.",
        ),
        Said(
            "Ask the destination what it reads in the amount; until then give it no share.",
            "승인처에 금액 해석을 문의하고, 그때까지 배분에서 제외하십시오.",
        ),
    ),
    "unlisted-code": Words(
        Said(
            "A destination answered a code its file does not list.",
            "승인처가 목록에 없는 응답코드를 보냈습니다.",
        ),
        Said(
            "Ask what the code means, add it to the destination's file, and deploy.",
            "코드의 뜻을 문의하여 승인처 파일에 추가하고 배포하십시오.",
        ),
    ),
    "terminal-integrity": Words(
        Said(
            "A terminal runs software that is not certified.",
            "인증되지 않은 소프트웨어를 쓰는 단말기가 있습니다.",
        ),
        Said(
            "One alone: block it and call the merchant. All of a model: add the certificate's entry.",
            "한 대이면 차단하고 가맹점에 연락하십시오. 같은 모델 전부이면 인증 목록에 추가하십시오.",
        ),
    ),
    "watchdog-behind": Words(
        Said("The watchdog is five minutes behind.", "감시 큐가 5분 넘게 밀렸습니다."),
        Said(
            "Look at QueueWatchdogFunction: errors, throttles, its reserved concurrency.",
            "QueueWatchdogFunction의 오류, 스로틀, 예약 동시성을 확인하십시오.",
        ),
    ),
    "dead-letters": Words(
        Said(
            "The {about} gave up on something: its dead-letter queue is not empty.",
            "{about}: 처리를 포기한 것이 있습니다. 데드레터 큐가 비어 있지 않습니다.",
        ),
        Said(
            "Mend what the function's log says, then move the messages back. No money is closed by it.",
            "함수 로그의 원인을 고친 뒤 메시지를 되돌리십시오. 이 일로 닫힌 금액은 없습니다.",
        ),
    ),
    "projection-dead-letters": Words(
        Said(
            "The projection gave up on an event; counters lack it until they are rebuilt.",
            "집계가 이벤트를 처리하지 못했습니다. 다시 만들 때까지 집계에 빠져 있습니다.",
        ),
        Said(
            "Mend the cause, then payrelay redrive projection.",
            "원인을 고친 뒤 payrelay redrive projection을 실행하십시오.",
        ),
    ),
    "archive-dead-letters": Words(
        Said(
            "The archive gave up on events; a replay of that day lacks them until they are redriven.",
            "이벤트 보관에 실패했습니다. 다시 보낼 때까지 그날의 재생에 빠집니다.",
        ),
        Said(
            "Mend the cause, then payrelay redrive archive, within seven days.",
            "원인을 고친 뒤 7일 안에 payrelay redrive archive를 실행하십시오.",
        ),
    ),
    "projection-behind": Words(
        Said("What people search for is five minutes behind the sales.", "집계가 5분 넘게 늦습니다."),
        Said(
            "Look at payrelay projection lag and the log group projection. Sales do not wait for it.",
            "payrelay projection lag와 projection 로그를 확인하십시오. 매출은 영향을 받지 않습니다.",
        ),
    ),
    "cases-dead-letters": Words(
        Said(
            "An event about a case, or an approved action, was given up; the minute's look goes on.",
            "사고 건 처리 실패. 1분 점검은 계속됩니다.",
        ),
        Said(
            "Mend what the log group cases says, then move the messages back.",
            "cases 로그의 원인을 고친 뒤 메시지를 되돌리십시오.",
        ),
        "cases",
    ),
    "cases-overdue": Words(
        Said(
            "A case is past its deadline: somebody's money may be held.",
            "기한이 지난 사고 건이 있습니다. 고객의 돈이 묶여 있을 수 있습니다.",
        ),
        Said(
            "Open the oldest case, and do what it proposes.",
            "가장 오래된 사고 건을 열어 제안된 조치를 하십시오.",
        ),
        "cases",
    ),
    "cases-silent": Words(
        Said(
            "Nobody has seen to open cases for five minutes: none is opened by age, escalated or closed.",
            "사고 건 점검이 5분째 멈췄습니다.",
        ),
        Said(
            "Look at the log group cases, mend it, and invoke CaseMinuteFunction with {{}}.",
            "cases 로그를 보고 고친 뒤 CaseMinuteFunction을 {{}}로 실행하십시오.",
        ),
        "cases",
    ),
    "journal-differences": Words(
        Said(
            "A terminal's journal and the books differ: a customer may have paid for what no shop saw.",
            "POS 저널과 승인 원장이 다릅니다. 승인되었으나 매장이 모르는 거래가 있을 수 있습니다.",
        ),
        Said(
            "Read each in payrelay journal report, and do what its case proposes.",
            "payrelay journal report로 확인하고, 사고 건에 제안된 조치를 하십시오.",
        ),
        "cases",
    ),
    "reconciliation-silent": Words(
        Said(
            "The comparison of journals with the books did not come to its end in the last 24 hours.",
            "오늘 아침 POS 저널 대사가 끝나지 않았습니다.",
        ),
        Said(
            "Mend what the log group reconciliation says, then invoke ReconciliationFunction with {{}}.",
            "reconciliation 로그의 원인을 고친 뒤 ReconciliationFunction을 {{}}로 실행하십시오.",
        ),
    ),
    "shares-unavailable": Words(
        Said(
            "The month's approvals cannot be read; sales go on by plain shares.",
            "월 누적을 조회할 수 없습니다. 매출은 기본 배분율로 계속됩니다.",
        ),
        Said(
            "Nothing in a hurry: look at throttles of the table read_models.",
            "급하지 않습니다. read_models 테이블의 스로틀을 확인하십시오.",
        ),
        "routing",
    ),
    "alarms-dead-letters": Words(
        Said(
            "A notice of an alarm did not reach every channel.",
            "알람이 일부 채널에 전달되지 못했습니다.",
        ),
        Said(
            "Mend the channel's address, then payrelay redrive alarms.",
            "채널 주소를 고친 뒤 payrelay redrive alarms를 실행하십시오.",
        ),
    ),
    "case-opened": Words(
        Said("Case {about} needs a person.", "사고 건 {about}에 담당자가 필요합니다."),
        Said("Open the case, and propose what it says.", "사고 건을 열어 조치를 제안하십시오."),
        "cases/{about}",
    ),
    "case-escalated": Words(
        Said(
            "Case {about} took too long, and is called up.",
            "사고 건 {about}의 처리가 늦어 상위자를 호출합니다.",
        ),
        Said("Open the case, and see to it today.", "사고 건을 열어 오늘 안에 처리하십시오."),
        "cases/{about}",
    ),
}


def described(kind: str, about: str) -> str:
    """An alarm's description in template.yaml: what it means in both languages, and its page."""
    means = ALARMS[kind].means
    korean, english = (means.in_(one).format(about=about) for one in (Language.KOREAN, Language.ENGLISH))
    return f"{korean} {english} See docs/operating/{kind}.md"
