"""One whole telegram of each tender of hangang that is neither card nor cash receipt."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any, Final

from telegram_codec.specs import hangang

if TYPE_CHECKING:
    from telegram_codec import Telegram

PIN: Final = "4826"
_DAY: Final = date(2026, 3, 2)
_TILL: Final[dict[str, Any]] = {
    "terminal_id": "1002003004",
    "transaction_date": _DAY,
    "transaction_time": time(13, 5),
    "amount_won": 5_500,
}
_SAID: Final[dict[str, Any]] = _TILL | {
    "response_code": "0000",
    "answered_date": _DAY,
    "answered_time": time(13, 5, 1),
}

EXAMPLES: dict[str, Telegram] = {
    "hangang/points_request": hangang.PointsRequest(
        **_TILL, serial="000000004719", vat_won=500, instrument="990011223344", instrument_secret=PIN
    ),
    "hangang/points_answer": hangang.PointsAnswer(
        **_SAID, serial="000000004719", approval_number="30000031", points_left=44_500
    ),
    "hangang/barcode_request": hangang.BarcodeRequest(
        **_TILL, serial="000000004720", vat_won=500, instrument="280012345678901234567890"
    ),
    "hangang/barcode_answer": hangang.BarcodeAnswer(
        **_SAID, serial="000000004720", approval_number="30000032"
    ),
}
