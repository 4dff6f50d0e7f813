"""Which layout each kind of file may have; its name in a contract is its name here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payment_core.settlement.model import FileKind
from telegram_codec.records import RecordFile
from telegram_codec.specs import settlement, statement

LAYOUTS: Final[Mapping[FileKind, Mapping[str, RecordFile]]] = {
    FileKind.TRANSACTIONS: {"transactions": settlement.TRANSACTIONS},
    FileKind.CLAIM: {"claims": settlement.CLAIMS},
    FileKind.RETURN: {"returns": settlement.RETURNS, "outcomes": settlement.OUTCOMES},
    FileKind.DEPOSIT: {"deposits": settlement.DEPOSITS},
    FileKind.BANK: {"statements": statement.STATEMENTS},
}
