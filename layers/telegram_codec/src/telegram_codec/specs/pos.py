"""The POS's own telegrams: a fixed header, and an EUC-KR body that may be compressed and enciphered.

The header always travels in the clear. Its two flags say what was done to the bytes behind it: deflated
first, enciphered after that. `pack` does it and `unpack` undoes it; `unpack` gives the plain telegram that
`decode_request` and `decode_answer` take. Ciphers and keys are the caller's affair.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, time
from typing import Final

from telegram_codec.charsets import EUC_KR
from telegram_codec.dispatch import Dispatch
from telegram_codec.errors import DecodeError, EncodeError, UnfitError
from telegram_codec.fields import (
    blank,
    code,
    constant,
    counted_text,
    digits,
    filler,
    hhmmss,
    left_digits,
    message,
    number,
    own_length,
    pan,
    text,
    won,
    yyyymmdd,
)
from telegram_codec.frames import LengthHeader
from telegram_codec.telegram import Telegram

APPROVED: Final = "0000"

ENTRY_MODES: Final = {"K": "key-in", "S": "swipe", "I": "IC", "R": "RF"}
CANCEL_SCOPES: Final = {"F": "full", "P": "partial"}


class Header(Telegram, size=60, charset=EUC_KR):
    """The first 60 bytes of every telegram (공통부)."""

    length_bytes: int = own_length(0, 4, "전문길이; counts the bytes after itself")
    kind: str = digits(4, 4, "전문구분")
    paper_version: str = constant(8, 4, "2601", "규격버전 YYMM")
    compressed: str = constant(12, 1, "N", "압축 여부; Y only until `unpack`")
    enciphered: str = constant(13, 1, "N", "암호화 여부; Y only until `unpack`")
    till: str = text(14, 10, "포스번호")
    serial: str = digits(24, 12, "거래일련번호; the till's own")
    transaction_date: date = yyyymmdd(36, 8, "거래일자; Korean time")
    transaction_time: time = hhmmss(44, 6, "거래시각")
    header_spare: None = filler(50, 10, "예비")


class Request(Header, size=220):
    """What all requests share; a row that only some of them fill is blank here and restated there."""

    cashier: str = text(60, 10, "계산원", default="")
    entry_mode: str | None = blank(70, 1, "입력방식")
    card_number: str | None = blank(71, 20, "카드번호")
    expiry: str | None = blank(91, 4, "유효기간 YYMM")
    track_2: str | None = blank(95, 39, "트랙 2")
    amount_won: int = won(134, 10, "거래금액; the total the cardholder pays")
    vat_won: int = won(144, 10, "부가세; part of the total")
    instalment_months: int = number(154, 2, "할부개월; 00 lump sum, else 02 and more", default=0)
    original_serial: str | None = blank(156, 12, "원거래 일련번호")
    original_date: date | None = blank(168, 8, "원거래일자")
    original_approval_number: str | None = blank(176, 12, "원승인번호")
    cancel_scope: str | None = blank(188, 1, "취소구분")
    item_name: str = text(189, 31, "대표 상품명", default="")


class ApprovalRequest(Request):
    """승인 요청: may this card pay this amount?"""

    kind: str = constant(4, 4, "1000", "전문구분; approval")
    entry_mode: str = code(70, 1, "입력방식", meanings=ENTRY_MODES)
    card_number: str = pan(71, 20, "카드번호; key-in only", may_be_blank=True, default="")
    expiry: str = left_digits(91, 4, "유효기간 YYMM", at_least=4, may_be_blank=True, default="", secret=True)
    track_2: str = counted_text(
        95, 39, "트랙 2 behind its length; read cards", prefix=2, default="", secret=True
    )


class CancelRequest(Request):
    """취소 요청: take back a known approval, wholly or in part, because a person asked."""

    kind: str = constant(4, 4, "2000", "전문구분; cancel")
    original_date: date = yyyymmdd(168, 8, "원거래일자; the approval's")
    original_approval_number: str = left_digits(176, 12, "원승인번호", at_least=6)
    cancel_scope: str = code(188, 1, "취소구분", meanings=CANCEL_SCOPES)


class NetCancelRequest(Request):
    """망취소 요청: undo a sale whose answer never came to the till."""

    kind: str = constant(4, 4, "3000", "전문구분; net-cancel")
    original_serial: str = digits(156, 12, "원거래 일련번호; the approval's")
    original_date: date = yyyymmdd(168, 8, "원거래일자; the approval's")


class Answer(Header, size=180):
    """What all answers share; a declined request leaves the text rows blank and keeps the amount."""

    response_code: str = code(60, 4, "응답코드; 0000 done, any other is a reason")
    approval_number: str = left_digits(64, 12, "승인번호", at_least=6, may_be_blank=True, default="")
    printed_card_number: str = text(76, 20, "전표 카드번호", default="", card=True)
    amount_won: int = won(96, 10, "거래금액; of the request")
    issuer_name: str = text(106, 20, "발급사명", default="")
    message: str = message(126, 40, "응답메시지; for the slip and the cashier", default="")
    answer_spare: None = filler(166, 14, "예비")


class ApprovalAnswer(Answer):
    """승인 응답: approved, with an approval number, or not, with a reason."""

    kind: str = constant(4, 4, "1001", "전문구분; answer to 1000")


class CancelAnswer(Answer):
    """취소 응답: taken back or not."""

    kind: str = constant(4, 4, "2001", "전문구분; answer to 2000")


class NetCancelAnswer(Answer):
    """망취소 응답: noted; that nothing is charged is seen to after the answer."""

    kind: str = constant(4, 4, "3001", "전문구분; answer to 3000")


Cipher = Callable[[bytes], bytes]

_HEADER_BYTES: Final = 60
_COMPRESSED, _ENCIPHERED = 12, 13
FRAMING: Final = LengthHeader(maximum_bytes=400)
_LONGEST_BODY_BYTES: Final = Request.layout.size - _HEADER_BYTES


def pack(telegram: Request | Answer, *, compress: bool = False, encipher: Cipher | None = None) -> bytes:
    """The frame of `telegram` with its body deflated, then enciphered; EncodeError if a row does not fit."""
    wire = bytearray(telegram.encode())
    body = bytes(wire[_HEADER_BYTES:])
    if compress:
        wire[_COMPRESSED : _COMPRESSED + 1] = b"Y"
        body = zlib.compress(body)
    if encipher:
        wire[_ENCIPHERED : _ENCIPHERED + 1] = b"Y"
        body = encipher(body)
    try:
        return FRAMING.wrap(bytes(wire[FRAMING.head_bytes : _HEADER_BYTES]) + body)
    except UnfitError as unfit:
        raise EncodeError("pos", "", unfit.rule) from None


def unpack(frame: bytes, decipher: Cipher | None = None) -> bytes:
    """The plain telegram in `frame`; DecodeError for unknown flags, a bad body, or a missing `decipher`.

    A body is inflated to the longest telegram and no further, whatever it claims to hold.
    """
    if len(frame) < _HEADER_BYTES:
        raise DecodeError("pos", "", 0, f"{len(frame)} bytes", f"at least {_HEADER_BYTES} bytes")
    header, body = bytearray(frame[:_HEADER_BYTES]), frame[_HEADER_BYTES:]
    if _flag(frame, "enciphered", _ENCIPHERED):
        if not decipher:
            raise DecodeError("pos", "enciphered", _ENCIPHERED, "A", "N where no key is at hand")
        body = decipher(body)
    if _flag(frame, "compressed", _COMPRESSED):
        body = _inflated(body)
    header[_COMPRESSED : _ENCIPHERED + 1] = b"NN"
    header[: FRAMING.head_bytes] = b"%04d" % (len(header) + len(body) - FRAMING.head_bytes)
    return bytes(header) + body


def _flag(frame: bytes, field: str, offset: int) -> bool:
    flag = frame[offset : offset + 1]
    if flag not in (b"Y", b"N"):
        raise DecodeError.at("pos", field, offset, flag, "one of Y, N")
    return flag == b"Y"


def _inflated(body: bytes) -> bytes:
    inflater = zlib.decompressobj()
    plain = b""
    try:
        plain = inflater.decompress(body, _LONGEST_BODY_BYTES + 1)
    except zlib.error:
        plain = b""
    if not inflater.eof or inflater.unused_data or not 0 < len(plain) <= _LONGEST_BODY_BYTES:
        rule = f"a deflated body of up to {_LONGEST_BODY_BYTES} bytes"
        raise DecodeError.at("pos", "", _HEADER_BYTES, body, rule)
    return plain


AnyRequest = ApprovalRequest | CancelRequest | NetCancelRequest
AnyAnswer = ApprovalAnswer | CancelAnswer | NetCancelAnswer

REQUESTS: Final[Dispatch[AnyRequest]] = Dispatch(
    "pos request", "kind", ApprovalRequest, CancelRequest, NetCancelRequest
)
ANSWERS: Final[Dispatch[AnyAnswer]] = Dispatch(
    "pos answer", "kind", ApprovalAnswer, CancelAnswer, NetCancelAnswer
)

decode_request = REQUESTS.decode
decode_answer = ANSWERS.decode
