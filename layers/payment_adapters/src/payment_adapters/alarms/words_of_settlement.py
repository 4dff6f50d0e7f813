"""What the alarms of settlement say; words.py takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_adapters.http.languages import Said

PAGE: Final = "settlement"  # of the console
# Kind → what is the matter, what to do next.
SAID: Final[Mapping[str, tuple[Said, Said]]] = {
    "settlement-dead-letters": (
        Said(
            "What happened to a sale was not posted to the ledger; the night posts it from the table.",
            "정산 원장 기록에 실패했습니다. 야간 작업이 거래 테이블에서 다시 기록합니다.",
        ),
        Said(
            "Mend what the log group settlement says, then delete the message.",
            "settlement 로그의 원인을 고친 뒤 메시지를 지우십시오.",
        ),
    ),
    "reconciliation-dead-letters": (
        Said(
            "What settlement wrote was not compared; the morning's run looks at all that is open.",
            "정산 대사 갱신에 실패했습니다. 아침 대사가 열린 건을 모두 다시 봅니다.",
        ),
        Said(
            "Mend what the log group reconciliation says, then delete the message.",
            "reconciliation 로그의 원인을 고친 뒤 메시지를 지우십시오.",
        ),
    ),
    "ledger-unbalanced": (
        Said(
            "Debits and credits of the ledger differ: an entry was lost or made up.",
            "원장의 차변과 대변이 맞지 않습니다.",
        ),
        Said(
            "Find who wrote to the table by hand; payrelay settle ledger names the accounts.",
            "테이블을 직접 고친 사람을 찾으십시오. payrelay settle ledger가 계정을 알려 줍니다.",
        ),
    ),
    "settlement-silent": (
        Said(
            "Settlement did not run: balances are not folded, or the night began no day.",
            "정산 작업이 돌지 않았습니다.",
        ),
        Said(
            "Mend the cause, then invoke the function; running twice changes nothing.",
            "원인을 고친 뒤 함수를 다시 실행하십시오. 두 번 실행해도 같습니다.",
        ),
    ),
    "settlement-day-late": (
        Said(
            "A merchant's day was not claimed by three in the afternoon of the next: its money comes later.",
            "다음 날 15시까지 청구되지 않은 정산일이 있습니다. 그 가맹점의 입금이 늦어집니다.",
        ),
        Said(
            "payrelay settle show names what it waits for; ask who owes it.",
            "payrelay settle show가 기다리는 것을 알려 줍니다. 보낼 곳에 요청하십시오.",
        ),
    ),
    "file-not-applied": (
        Said(
            "A file was found right half an hour ago, and not all that it says is done.",
            "검증이 끝난 파일이 30분 넘게 적용되지 않았습니다.",
        ),
        Said(
            "The log group settlement says what stops it; the next window goes on from there.",
            "settlement 로그에서 원인을 확인하십시오. 다음 주기에 이어서 적용됩니다.",
        ),
    ),
    "comparison-failed": (
        Said(
            "A comparison of two files in shards ended without a report.",
            "파일 분할 대사가 결과 없이 끝났습니다.",
        ),
        Said(
            "The execution of reconcile-files names the step; mend it, and start the run again.",
            "reconcile-files 실행에서 실패한 단계를 확인하고, 원인을 고친 뒤 다시 시작하십시오.",
        ),
    ),
    "uncaptured-overdue": (
        Said(
            "Money was approved and not captured by its deadline.",
            "매입 기한이 지난 미매입 금액이 있습니다.",
        ),
        Said(
            "payrelay settle overdue lists it, the largest first; ask the acquirer, or decide about it.",
            "payrelay settle overdue로 큰 금액부터 확인해 매입사에 문의하거나 처리를 정하십시오.",
        ),
    ),
    "deposits-overdue": (
        Said(
            "Money was captured and not paid by its date.",
            "입금 예정일이 지난 미입금 금액이 있습니다.",
        ),
        Said(
            "Ask the bank for its statement, or the acquirer for the money.",
            "은행에 거래내역을, 매입사에 입금을 요청하십시오.",
        ),
    ),
    "breaks-overdue": (
        Said(
            "A difference between lists has been open for three days.",
            "기한이 지난 대사 차이가 있습니다.",
        ),
        Said(
            "Carry out the repair that it proposes; the next comparison closes it.",
            "제안된 조치를 하십시오. 다음 대사가 닫습니다.",
        ),
    ),
}
