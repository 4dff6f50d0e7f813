"""The POS telegram says what the JSON words say, is answered in kind, and never shows a card."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_adapters.http.pos_cipher import PosCipher
from payment_adapters.http.pos_telegram import (
    TelegramRefusedError,
    answer_frame,
    asked_by_header,
    read_telegram,
    words_of,
)
from payment_adapters.http.signatures import Signed
from payment_adapters.terminals.key_ids import KeyId, Terminal
from payment_core.approval.answer import OUR_CODES
from payment_core.approval.standing import AT_THE_TILL
from telegram_codec.specs import pos

PAN, TRACK2 = "4000000000000002", "4000000000000002=30121010000091731"
TERMINAL = Terminal("1001", "10010001", 1)
SECRET = bytes(range(32))
SIGNED = Signed(KeyId(TERMINAL), "n" * 16, 1_795_143_600, SECRET)
SIGNED_WITH_ITS_OWN_KEY = Signed(KeyId(TERMINAL, thumbprint="k" * 43), "n" * 16, 1_795_143_600)
CANCELS = "/v1/approvals/1001-10010001-1-20261120-42/cancels"
HEAD: dict[str, Any] = {
    "till": "TILL-03",
    "serial": "000000000042",
    "transaction_date": date(2026, 11, 20),
    "transaction_time": time(12, 30, 44),
    "amount_won": 11_000,
    "vat_won": 1_000,
}
SWIPED = pos.ApprovalRequest(**HEAD, entry_mode="S", track_2=TRACK2)
KEYED = pos.ApprovalRequest(**HEAD, entry_mode="K", card_number=PAN, expiry="3012", instalment_months=3)
CANCEL = pos.CancelRequest(
    **{**HEAD, "serial": "000000000043"},
    original_date=date(2026, 11, 20),
    original_approval_number="30012345",
    cancel_scope="P",
)
NET_CANCEL = pos.NetCancelRequest(
    **{**HEAD, "serial": "000000000044"}, original_serial="000000000042", original_date=date(2026, 11, 20)
)
APPROVED = {
    "state": "APPROVED",
    "approval_number": "30012345",
    "response_code": "0000",
    "message": "정상승인",
}


def words(request: pos.AnyRequest, path: str = "/v1/approvals") -> dict[str, Any]:
    read: dict[str, Any] = json.loads(words_of(read_telegram(pos.pack(request), SIGNED), TERMINAL, path))
    return read


def answered(
    http_status: int, said: dict[str, Any], request: pos.AnyRequest = SWIPED
) -> pos.ApprovalAnswer | pos.CancelAnswer | pos.NetCancelAnswer:
    asked = read_telegram(pos.pack(request), SIGNED).asked()
    return pos.decode_answer(pos.unpack(answer_frame(http_status, said, asked)))


class TestWords:
    """From a frame to the words of the address."""

    def test_a_swiped_card_is_read_out_of_its_track(self) -> None:
        assert words(SWIPED) == {
            "merchant": "1001",
            "terminal": "10010001",
            "terminal_epoch": 1,
            "business_date": "20261120",
            "sequence": 42,
            "tender": "card",
            "amount_won": 11_000,
            "vat_won": 1_000,
            "installment_months": 0,
            "card": {"number": PAN, "expiry": "1230", "entry": "SWIPED", "track2": TRACK2},
        }

    def test_a_keyed_card_is_in_its_own_rows(self) -> None:
        assert words(KEYED)["card"] == {"number": PAN, "expiry": "1230", "entry": "KEYED"}
        assert words(KEYED)["installment_months"] == 3

    @pytest.mark.parametrize(("letter", "entry"), [("I", "CHIP"), ("R", "CONTACTLESS")])
    def test_every_way_to_read_a_card_has_its_word(self, letter: str, entry: str) -> None:
        assert words(pos.ApprovalRequest(**HEAD, entry_mode=letter, track_2=TRACK2))["card"]["entry"] == entry

    def test_a_cancel_takes_its_sale_from_the_address(self) -> None:
        assert words(CANCEL, CANCELS) == {
            "business_date": "20261120",
            "sequence": 43,
            "amount_won": 11_000,
            "vat_won": 1_000,
        }

    def test_a_net_cancel_names_the_sale_by_its_serial(self) -> None:
        assert words(NET_CANCEL, "/v1/net-cancels") == {"sale_id": "1001-10010001-1-20261120-42"}

    @pytest.mark.parametrize(
        ("request_", "path"),
        [(SWIPED, CANCELS), (CANCEL, "/v1/approvals"), (NET_CANCEL, "/v1/approvals"), (SWIPED, "/v1/x")],
    )
    def test_a_telegram_at_another_address_is_refused(self, request_: pos.AnyRequest, path: str) -> None:
        with pytest.raises(TelegramRefusedError) as refused:
            words(request_, path)

        assert (refused.value.field, refused.value.byte) == ("kind", 4)

    def test_a_cancel_of_another_day_than_its_sale_is_refused(self) -> None:
        with pytest.raises(TelegramRefusedError) as refused:
            words(CANCEL, CANCELS.replace("20261120", "20261119"))

        assert refused.value.field == "original_date"

    @pytest.mark.parametrize("track", ["4000000000000002", "B4000000000000002=3012", "4000=3012101"])
    def test_a_track_without_number_and_expiry_is_refused(self, track: str) -> None:
        with pytest.raises(TelegramRefusedError) as refused:
            words(pos.ApprovalRequest(**HEAD, entry_mode="S", track_2=track))

        assert (refused.value.field, refused.value.byte) == ("track_2", 95)
        assert track not in str(refused.value) + repr(refused.value)

    def test_a_number_that_is_not_the_tracks_is_refused(self) -> None:
        both = pos.ApprovalRequest(**HEAD, entry_mode="S", card_number="4111111111111111", track_2=TRACK2)

        with pytest.raises(TelegramRefusedError):
            words(both)


class TestFrames:
    """Flags, lengths, ciphers."""

    def test_a_deflated_frame_is_inflated(self) -> None:
        read = read_telegram(pos.pack(SWIPED, compress=True), SIGNED)

        assert (read.request, read.is_compressed, read.cipher) == (SWIPED, True, None)

    @pytest.mark.parametrize("compress", [True, False])
    def test_an_enciphered_frame_is_deciphered_with_the_signers_key(self, *, compress: bool) -> None:
        frame = PosCipher.of(SECRET).pack(SWIPED, compress=compress)

        read = read_telegram(frame, SIGNED)

        assert (read.request, read.is_compressed) == (SWIPED, compress)
        assert PAN.encode() not in frame

    @pytest.mark.parametrize("at", [8, 14, 24, 40, 60, 75, -1])
    def test_an_enciphered_frame_that_was_changed_is_refused(self, at: int) -> None:
        frame = bytearray(PosCipher.of(SECRET).pack(SWIPED))
        frame[at] ^= 1

        with pytest.raises(TelegramRefusedError):
            read_telegram(bytes(frame), SIGNED)

    def test_another_terminals_key_opens_nothing(self) -> None:
        with pytest.raises(TelegramRefusedError):
            read_telegram(PosCipher.of(bytes(32)).pack(SWIPED), SIGNED)

    def test_a_terminal_without_a_shared_key_cannot_encipher(self) -> None:
        with pytest.raises(TelegramRefusedError) as refused:
            read_telegram(PosCipher.of(SECRET).pack(SWIPED), SIGNED_WITH_ITS_OWN_KEY)

        assert refused.value.field == "enciphered"

    def test_an_answer_cannot_be_sent_back_as_a_request(self) -> None:
        cipher = PosCipher.of(SECRET)

        assert cipher.request_key != cipher.answer_key

    @pytest.mark.parametrize(
        "frame",
        [b"", b"0216", pos.pack(SWIPED)[:-1], pos.pack(SWIPED) + b" ", b"9999" + pos.pack(SWIPED)[4:]],
    )
    def test_a_frame_of_another_length_is_refused(self, frame: bytes) -> None:
        with pytest.raises(TelegramRefusedError):
            read_telegram(frame, SIGNED)

    @given(st.binary(max_size=300))
    def test_no_bytes_are_more_than_refused(self, frame: bytes) -> None:
        for read in (lambda: read_telegram(frame, SIGNED), lambda: asked_by_header(frame)):
            with pytest.raises(TelegramRefusedError):
                read()

    @given(st.integers(0, 219), st.integers(0, 255))
    def test_no_damage_is_more_than_refused_and_none_is_repeated(self, at: int, byte: int) -> None:
        frame = bytearray(pos.pack(SWIPED))
        frame[at] = byte

        try:
            words_of(read_telegram(bytes(frame), SIGNED), TERMINAL, "/v1/approvals")
        except TelegramRefusedError as refused:
            assert PAN not in str(refused)  # noqa: PT017 -- either outcome is right, no other is
            assert TRACK2[17:] not in str(refused)  # noqa: PT017 -- likewise

    def test_what_was_read_shows_no_card(self) -> None:
        assert PAN not in repr(read_telegram(pos.pack(SWIPED), SIGNED))
        assert SECRET.hex() not in repr(SIGNED) + repr(PosCipher.of(SECRET))


class TestAnswers:
    """From an answer to a frame."""

    def test_an_approval_is_told_with_number_and_masked_card(self) -> None:
        answer = answered(201, APPROVED)

        assert isinstance(answer, pos.ApprovalAnswer)
        assert (answer.response_code, answer.approval_number, answer.message) == (
            "0000",
            "30012345",
            "정상승인",
        )
        assert answer.printed_card_number == "400000******0002"
        assert (answer.till, answer.serial, answer.amount_won) == ("TILL-03", "000000000042", 11_000)

    @pytest.mark.parametrize(
        ("said", "code", "message"),
        [
            ({"state": "DECLINED", "response_code": "8326", "message": "한도초과"}, "8326", "한도초과"),
            ({"state": "BEING_REVERSED", "response_code": "0000"}, "R002", "미승인: 자동 취소 처리중입니다"),
            ({"state": "DECLINED", "response_code": "R001", "message": "x" * 60}, "R001", None),
            ({"state": "DECLINED", "response_code": "12", "message": ""}, "R002", None),
            (
                {"state": "DECLINED", "response_code": "8326", "message": "한" * 30},
                "8326",
                "처리되지 않았습니다",
            ),
        ],
    )
    def test_0000_is_said_of_an_approval_and_of_nothing_else(
        self, said: dict[str, Any], code: str, message: str | None
    ) -> None:
        answer = answered(201, {**said, "approval_number": "30012345"})

        assert (answer.response_code, answer.approval_number) == (code, "")
        assert message is None or answer.message == message

    @pytest.mark.parametrize("code", OUR_CODES)
    def test_what_payrelay_decides_itself_is_told_in_a_sentence_that_fits_the_till(self, code: str) -> None:
        answer = answered(201, {"state": "DECLINED", "response_code": code, "message": "in English" * 9})

        assert (answer.response_code, answer.message) == (code, AT_THE_TILL[OUR_CODES[code]])

    @pytest.mark.parametrize(
        ("state", "its_code", "code"),
        [
            ("DONE", "0000", "0000"),
            ("REFUND", "", "0000"),
            ("REQUESTED", "0000", "R002"),
            ("REFUSED", "8332", "8332"),
        ],
    )
    def test_a_cancel_is_done_when_it_is(self, state: str, its_code: str, code: str) -> None:
        cancel = {"state": state, "response_code": its_code}
        said = {"state": "APPROVED", "response_code": "0000", "cancel": cancel}

        answer = answered(201, said, CANCEL)

        assert isinstance(answer, pos.CancelAnswer)
        assert answer.response_code == code

    def test_a_net_cancel_is_noted(self) -> None:
        assert answered(200, {}, NET_CANCEL).response_code == "0000"

    @pytest.mark.parametrize("http_status", [400, 401, 403, 404, 409, 413, 422, 500, 503, 504])
    def test_a_problem_has_a_code_and_a_korean_sentence(self, http_status: int) -> None:
        answer = answered(http_status, {"code": "any", "detail": "in English"})

        assert answer.response_code == f"P{http_status}"
        assert any("가" <= sign <= "힣" for sign in answer.message)

    def test_an_enciphered_request_is_answered_enciphered(self) -> None:
        cipher = PosCipher.of(SECRET)
        read = read_telegram(cipher.pack(SWIPED, compress=True), SIGNED)

        frame = answer_frame(201, APPROVED, read.asked())

        assert frame[12:14] == b"YY"
        back = PosCipher(cipher.answer_key, cipher.answer_key)
        answer = pos.decode_answer(pos.unpack(frame, back.decipher(frame[:60])))
        assert answer.response_code == "0000"

    def test_the_same_answer_twice_is_the_same_bytes(self) -> None:
        asked = read_telegram(pos.pack(SWIPED), SIGNED).asked()

        assert answer_frame(201, APPROVED, asked) == answer_frame(201, APPROVED, asked)

    def test_a_request_that_cannot_be_opened_is_answered_by_its_header(self) -> None:
        asked = asked_by_header(PosCipher.of(bytes(32)).pack(SWIPED))

        answer = pos.decode_answer(answer_frame(401, {}, asked))

        assert (answer.response_code, answer.serial, answer.amount_won) == ("P401", "000000000042", 0)
