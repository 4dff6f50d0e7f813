"""The POS telegram: the same requests as a fixed-width frame, turned into the door's words and back.

Layout: telegram_codec/specs/pos.py. Cipher: pos_cipher.py. Decision: docs/adr/0012. The frame travels as
``application/vnd.payrelay.telegram`` over the same addresses, signed like any other body; merchant and
terminal are the signer's, the sale's date and number are the header's.
"""

from __future__ import annotations

import json
import re
from dataclasses import field
from typing import Any, ClassVar, Final

from payment_adapters.http.pos_cipher import COMPRESSED, ENCIPHERED, PosCipher
from payment_adapters.http.signatures import Signed
from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.answer import NO_ANSWER_CODE, OUR_CODES
from payment_core.approval.model import SaleId
from payment_core.approval.standing import AT_THE_TILL
from payment_core.kernel.card import Entry, masked_number
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.refusal import Refusal
from telegram_codec.errors import DecodeError, TelegramError
from telegram_codec.specs import pos

ENTRIES: Final = {
    "K": Entry.KEYED,
    "S": Entry.SWIPED,
    "I": Entry.CHIP,
    "R": Entry.CONTACTLESS,
}
TRACK_2: Final = re.compile(r";?(?P<number>[0-9]{10,19})[=D](?P<year>[0-9]{2})(?P<month>[0-9]{2})[0-9]*\??")
RESPONSE_CODE: Final = re.compile(r"[0-9A-Z]{4}")
NOT_APPROVED: Final = NO_ANSWER_CODE  # for a code that the paper has no room for, and 0000 without approval
FIRST_PROBLEM: Final = 400
GIVES_BACK: Final = frozenset({"DONE", "REFUND"})  # what a cancel came to when its slip may be printed
KIND_BYTE, TRACK_2_BYTE, ORIGINAL_SERIAL_BYTE, ORIGINAL_DATE_BYTE = 4, 95, 156, 168
APPROVAL, CANCEL, NET_CANCEL = "1000", "2000", "3000"
ANSWERS: Final[dict[str, type[pos.AnyAnswer]]] = {
    APPROVAL: pos.ApprovalAnswer,
    CANCEL: pos.CancelAnswer,
    NET_CANCEL: pos.NetCancelAnswer,
}

# What a cashier reads of a problem: its own words may be English, and do not fit the row of 40 bytes.
PROBLEMS: Final = {
    "P400": "전문 오류: 요청을 확인하세요",
    "P401": "서명 오류: 단말기 키를 확인하세요",
    "P403": "사용 중지된 단말기입니다",
    "P404": "해당 거래가 없습니다",
    "P409": "처리중: 잠시 후 다시 조회하세요",
    "P413": "전문이 너무 큽니다",
    "P422": "요청 내용이 맞지 않습니다",
    "P503": "일시 장애: 같은 거래를 다시 보내세요",
    "P504": "결과 미확인: 같은 거래를 다시 보내세요",
}
DONE_MESSAGE: Final = "정상처리"
OTHER_MESSAGE: Final = "처리되지 않았습니다"


class TelegramRefusedError(Refusal):
    """The frame is not the telegram its address takes; it says where and what should stand there."""

    code: ClassVar[str] = "telegram-refused"
    http_status: ClassVar[int] = 400

    def __init__(self, telegram: str, field: str, byte: int, reason: str) -> None:
        """Name telegram, field (empty for the whole) and byte; never what was found there."""
        place = f"{telegram}.{field}" if field else telegram
        super().__init__(f"{place} at byte {byte}: {reason}")
        self.telegram = telegram
        self.field = field
        self.byte = byte
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """What an answer repeats of its request, and how it is wrapped.

    Attributes:
        head: The rows that both headers share, kind apart.
        card_masked: Of an approval whose body could be read.
        cipher: The signer's, if the request was enciphered and could be read.
    """

    kind: str
    head: dict[str, Any]
    amount_won: int = 0
    card_masked: str = ""
    is_compressed: bool = False
    cipher: PosCipher | None = None


@dataclass(frozen=True)
class ReadTelegram:
    """One request frame, read."""

    request: pos.AnyRequest = field(repr=False)
    is_compressed: bool
    cipher: PosCipher | None

    def asked(self) -> Asked:
        """What the answer repeats."""
        request = self.request
        card = (
            masked_number(_card_words(request)["number"]) if isinstance(request, pos.ApprovalRequest) else ""
        )
        return Asked(request.kind, _head(request), request.amount_won, card, self.is_compressed, self.cipher)


def read_telegram(frame: bytes, signed: Signed) -> ReadTelegram:
    """Open and decode a frame.

    Raises:
        TelegramRefusedError: no such telegram, or not for this signer's key.
    """
    header = frame[: pos.Header.layout.size]
    is_enciphered, is_compressed = (header[at : at + 1] == b"Y" for at in (ENCIPHERED, COMPRESSED))
    cipher = PosCipher.of(signed.secret) if is_enciphered and signed.secret else None
    try:
        _require_length(frame)
        plain = pos.unpack(frame, cipher.decipher(header) if cipher else None)
        return ReadTelegram(pos.decode_request(plain), is_compressed, cipher)
    except DecodeError as error:
        raise TelegramRefusedError(error.telegram, error.field, error.offset, error.rule) from None


def asked_by_header(frame: bytes) -> Asked:
    """What the answer repeats of a request whose body could not be read, or whose signer is not known.

    Raises:
        TelegramRefusedError: not even the header can be read, or nothing answers its kind.
    """
    header = bytearray(frame[: pos.Header.layout.size])
    header[: pos.FRAMING.head_bytes] = b"%04d" % (pos.Header.layout.size - pos.FRAMING.head_bytes)
    header[COMPRESSED : ENCIPHERED + 1] = b"NN"
    try:
        read = pos.Header.decode(bytes(header))
    except DecodeError as error:
        raise TelegramRefusedError(error.telegram, error.field, error.offset, error.rule) from None
    if read.kind not in ANSWERS:
        raise TelegramRefusedError("pos", "kind", KIND_BYTE, f"one of {', '.join(ANSWERS)}")
    return Asked(read.kind, _head(read))


def words_of(read: ReadTelegram, signer: Terminal, path: str) -> bytes:
    """The words the address takes, as JSON.

    Raises:
        TelegramRefusedError: the telegram belongs to another address, or its card or numbers do not fit.
    """
    match read.request:
        case pos.ApprovalRequest() as request if path == "/v1/approvals":
            words = _approval_words(request, signer)
        case pos.CancelRequest() as request if path.endswith("/cancels"):
            words = _cancel_words(request, path)
        case pos.NetCancelRequest() as request if path == "/v1/net-cancels":
            words = _net_cancel_words(request, signer)
        case other:
            raise TelegramRefusedError(
                type(other).__name__, "kind", KIND_BYTE, "another address takes this telegram"
            )
    return json.dumps(words).encode()


def answer_frame(http_status: int, words: dict[str, Any], asked: Asked) -> bytes:
    """The answer to a request, in kind: as a frame, compressed and enciphered if the request was."""
    code, message = _told(http_status, words, asked.kind)
    number = str(words.get("approval_number", "")) if code == pos.APPROVED else ""
    answer = ANSWERS[asked.kind](
        **asked.head,
        response_code=code,
        approval_number=number if asked.kind == APPROVAL else "",
        printed_card_number=asked.card_masked,
        amount_won=asked.amount_won,
        message=message,
    )
    if asked.cipher is None:
        return pos.pack(answer, compress=asked.is_compressed)
    return asked.cipher.pack(answer, compress=asked.is_compressed)


def _head(header: pos.Header) -> dict[str, Any]:
    """Date and time are the request's: a replay is the same bytes."""
    return {
        "till": header.till,
        "serial": header.serial,
        "transaction_date": header.transaction_date,
        "transaction_time": header.transaction_time,
    }


def _require_length(frame: bytes) -> None:
    """The length in the frame is the body's: one telegram travels in one body."""
    head = frame[: pos.FRAMING.head_bytes]
    if not head.isdigit() or int(head) + len(head) != len(frame):
        raise DecodeError.at("pos", "length_bytes", 0, head, "the number of bytes that follow it")


def _approval_words(request: pos.ApprovalRequest, signer: Terminal) -> dict[str, Any]:
    return {
        "merchant": signer.merchant,
        "terminal": signer.terminal,
        "terminal_epoch": signer.terminal_epoch,
        "business_date": f"{request.transaction_date:%Y%m%d}",
        "sequence": int(request.serial),
        "tender": "card",
        "amount_won": request.amount_won,
        "vat_won": request.vat_won,
        "installment_months": request.instalment_months,
        "card": _card_words(request),
    }


def _card_words(request: pos.ApprovalRequest) -> dict[str, str]:
    """The card as the door takes it: expiry turned from YYMM to MMYY; a read card's number is in track 2."""
    entry = ENTRIES[request.entry_mode]
    if not request.track_2:
        expiry = request.expiry[2:] + request.expiry[:2]
        return {"number": request.card_number, "expiry": expiry, "entry": entry}
    found = TRACK_2.fullmatch(request.track_2)
    if found is None or request.card_number not in ("", found["number"]):
        raise TelegramRefusedError(
            "ApprovalRequest", "track_2", TRACK_2_BYTE, "number=YYMM…, of the card number if that is given"
        )
    expiry = found["month"] + found["year"]
    return {"number": found["number"], "expiry": expiry, "entry": entry, "track2": request.track_2}


def _cancel_words(request: pos.CancelRequest, path: str) -> dict[str, Any]:
    """The sale is the address's; amount and VAT are always told, so that the slip and the books agree."""
    try:
        sale_id = SaleId.parse(path.split("/")[-2])
    except ValueError:
        sale_id = None  # an address that names no sale is refused by the door
    if sale_id is not None and f"{request.original_date:%Y%m%d}" != sale_id.business_date:
        raise TelegramRefusedError(
            "CancelRequest", "original_date", ORIGINAL_DATE_BYTE, "the date of the sale in the address"
        )
    return {
        "business_date": f"{request.transaction_date:%Y%m%d}",
        "sequence": int(request.serial),
        "amount_won": request.amount_won,
        "vat_won": request.vat_won,
    }


def _net_cancel_words(request: pos.NetCancelRequest, signer: Terminal) -> dict[str, Any]:
    original = int(request.original_serial)
    if not original:
        raise TelegramRefusedError(
            "NetCancelRequest", "original_serial", ORIGINAL_SERIAL_BYTE, "the approval's serial"
        )
    sale_id = SaleId(
        signer.merchant,
        signer.terminal,
        signer.terminal_epoch,
        f"{request.original_date:%Y%m%d}",
        original,
    )
    return {"sale_id": str(sale_id)}


def _told(http_status: int, words: dict[str, Any], kind: str) -> tuple[str, str]:
    """Response code and message; 0000 is said only of what is done."""
    if http_status >= FIRST_PROBLEM:
        code = f"P{http_status}"
        return code, PROBLEMS.get(code, OTHER_MESSAGE)
    if _is_done(words, kind):
        return pos.APPROVED, _fitting(str(words.get("message", "")), DONE_MESSAGE)
    about = words.get("cancel", words) if kind == CANCEL else words
    code = str(about.get("response_code", ""))
    if not RESPONSE_CODE.fullmatch(code) or code == pos.APPROVED:
        code = NOT_APPROVED
    if code in OUR_CODES:
        return code, AT_THE_TILL[OUR_CODES[code]]
    return code, _fitting(str(about.get("message", "")), OTHER_MESSAGE)


def _is_done(words: dict[str, Any], kind: str) -> bool:
    if kind == APPROVAL:
        return words.get("state") == "APPROVED"
    if kind == CANCEL:
        cancel = words.get("cancel")
        return isinstance(cancel, dict) and cancel.get("state") in GIVES_BACK
    return True  # a net-cancel is noted: that nothing is charged is seen to after the answer


def _fitting(message: str, otherwise: str) -> str:
    """The message if the row can carry it, else one that fits: an approval must not fail over its wording."""
    try:
        pos.ApprovalAnswer.layout.row("message").kind.write(message, pos.ApprovalAnswer.layout.charset)
    except TelegramError:
        return otherwise
    return message or otherwise
