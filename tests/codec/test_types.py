"""What a type checker refuses: every ignore below is an error it must report, or the ignore itself is one.

Nothing here runs; `mypy --strict`, with its warning for ignores that are not needed, is the test.
"""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, assert_type

from telegram_codec import Telegram
from telegram_codec.fields import constant, own_length, won
from telegram_codec.moments import MonthDay
from telegram_codec.specs import dongdaemun, hangang, namsan, sol
from tests.codec.examples import approval_request
from tests.codec.examples_of_others import settlement_notice

if TYPE_CHECKING:
    assert_type(approval_request.amount_won, int)
    assert_type(approval_request.kind, str)
    assert_type(approval_request.transaction_date, date)
    assert_type(approval_request.encode(), bytes)
    assert_type(hangang.ApprovalRequest.decode(b""), hangang.ApprovalRequest)
    assert_type(hangang.Request.decode(b"").original_date, date | None)
    assert_type(hangang.decode_answer(b""), hangang.AnyAnswer)

    approval_request.amount_won = 1  # type: ignore[misc]  # telegrams are immutable
    approval_request.kind = "1200"  # type: ignore[misc]  # a constant belongs to the paper

    hangang.EchoRequest(terminal_id="1002003004", serial="000000004711")  # type: ignore[call-arg]  # rows missing
    hangang.EchoRequest(
        kind="1100",  # type: ignore[call-arg]  # a constant cannot be given
        terminal_id="1002003004",
        serial="000000004711",
        transaction_date=date(2026, 3, 2),
        transaction_time=time(12, 30),
    )
    hangang.EchoRequest(
        terminal_id=1002003004,  # type: ignore[arg-type]  # a terminal id is text
        serial="000000004711",
        transaction_date=date(2026, 3, 2),
        transaction_time=time(12, 30),
    )

    sale = namsan.ApprovalRequest.decode(b"")
    assert_type(sale.amount_won, int)
    assert_type(namsan.Request.decode(b"").original_date, date | None)
    assert_type(dongdaemun.decode_request(b""), dongdaemun.AnyRequest)
    assert_type(settlement_notice.lines, tuple[sol.SettlementLine, ...])
    assert_type(settlement_notice.sent_day, MonthDay)

    sale.amount_won = 1  # type: ignore[misc]  # delimited telegrams are immutable, too
    namsan.CashReceiptAnswer(kind="A15")  # type: ignore[call-arg]  # rows missing, and a constant given

    class Wrong(Telegram, size=16):
        """Rows whose type is not what they hold."""

        length_bytes: str = own_length(0, 4)  # type: ignore[assignment]  # a length is a number
        kind: int = constant(4, 4, "1100")  # type: ignore[assignment]  # a constant is text
        amount_won: str = won(8, 8)  # type: ignore[assignment]  # an amount is a number
