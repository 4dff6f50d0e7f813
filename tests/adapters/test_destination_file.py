"""A destination's file that says what no contract can is refused at once: file, key and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payment_adapters.contract_file import ContractFileError
from payment_adapters.destination_file import DEFAULTS, read_destination
from payment_adapters.networks.filling import paper_of
from payment_core.approval.ports import CancelVerify, NetCancelKey
from payment_core.kernel.net_cancel_mode import NetCancelMode
from tests.house.repository import ROOT

HANGANG = (ROOT / "destinations" / "hangang.toml").read_text(encoding="utf-8")
NAMSAN = (ROOT / "destinations" / "namsan.toml").read_text(encoding="utf-8")


def saved(folder: Path, text: str) -> Path:
    path = folder / "invented.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(line: str, to: str, text: str = HANGANG) -> str:
    """The file with one line, which is found by its beginning, written anew."""
    made, count = re.subn(rf"^{re.escape(line)}.*$", to, text, count=1, flags=re.MULTILINE)
    assert count == 1, line
    return made


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (changed("kind", ""), "kind", "is missing"),
        (changed("kind", 'kind = "bank"'), "kind", "must be one of van, issuer"),
        (changed("address", 'address = "hangang"'), "address", "must be host:port"),
        (changed("address", "address = 9100"), "address", "must be a text"),
        (changed("serves_bins", 'serves_bins = ["4111x"]'), "serves_bins", "prefixes of 1 to 6 digits"),
        (changed("serves_bins", 'serves_bins = ["41", "41"]'), "serves_bins", "names 41 twice"),
        (changed("fee_won", "fee_won = -1"), "contract.fee_won", "must be 0 to"),
        (changed("fee_won", "fee_wo = 1"), "contract.fee_wo", "means nothing here"),
        (changed("connect_seconds", ""), "timeouts.connect_seconds", "is missing"),
        (changed("answer_seconds", "answer_seconds = 0"), "timeouts.answer_seconds", "must be 1 to 60"),
        (changed("mode", 'mode = "NEVER"'), "net_cancel.mode", "must be one of RELAY, VAN_OWNED"),
        (
            changed("leaves_tombstone", 'leaves_tombstone = "no"'),
            "net_cancel.leaves_tombstone",
            "true or false",
        ),
        (changed("key", 'key = "APPROVAL_NUMBER"'), "net_cancel.key", "can only be VAN_OWNED"),
        (changed("exists", "exists = false"), "telegrams.inquire", "means nothing here"),
        (
            changed("not_found", 'not_found = ["0000"]'),
            "codes.net_cancel.not_found",
            "which means undone already",
        ),
        (changed("undone", 'done = ["0000"]'), "codes.net_cancel.done", "is no meaning we act on"),
        (changed("not_found", ""), "codes.net_cancel.not_found", "is missing"),
        (
            changed("destination_fault", 'destination_fault = ["8326"]'),
            "codes.destination_fault",
            "a decline",
        ),
        (HANGANG.split("[correlation]", maxsplit=1)[0] + "[correlation]\n", "correlation", "any answer"),
        (changed("answered", 'approved = ["0000"]'), "telegrams.inquire.states", "codes that are `answered`"),
        (changed("enq_seconds", "enq_seconds = 12", NAMSAN), "handshake.enq_seconds", "must be 1 to 11"),
        (changed("eot_seconds", "", NAMSAN), "handshake.eot_seconds", "is missing"),
        (
            HANGANG + "\n[breaker]\nmax_errors_per_terminal = 10\n",
            "breaker.max_errors_per_terminal",
            "must be 0 to 9",
        ),
        ("kind = ", "the file", "is not TOML"),
    ],
)
def test_what_no_contract_can_say_is_refused(tmp_path: Path, text: str, key: str, reason: str) -> None:
    with pytest.raises(ContractFileError) as refused:
        read_destination(saved(tmp_path, text))

    assert (refused.value.file, refused.value.key) == ("invented.toml", key)
    assert reason in refused.value.reason
    assert str(refused.value).startswith(f"invented.toml: {key} ")


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (changed("spec", 'spec = "nowhere"'), "spec", "no such module"),
        (changed('request = "ApprovalRequest"', 'request = "Sale"'), "telegrams.authorise.request", "lacks"),
        (
            changed("spec", 'spec = "hangang"\nauthentication = "mac"'),
            "telegrams.authorise.request",
            "no row mac",
        ),
        (changed("entry_mode", 'mode = "entry"'), "telegrams.authorise.request", "has no row mode"),
    ],
)
def test_what_the_paper_does_not_have_is_refused(tmp_path: Path, text: str, key: str, reason: str) -> None:
    with pytest.raises(ContractFileError) as refused:
        paper_of(read_destination(saved(tmp_path, text)))

    assert refused.value.key == key
    assert reason in refused.value.reason


def test_what_a_file_does_not_say_has_a_default_that_one_table_shows(tmp_path: Path) -> None:
    text = HANGANG
    for line in ("window_seconds", "key", "repeat_safe", "needs_card", "fee_won", "capacity_connections"):
        text = changed(line, "", text)

    read = read_destination(saved(tmp_path, text))

    assert read.profile.net_cancel_window_seconds == DEFAULTS["net_cancel.window_seconds"]
    assert read.profile.net_cancel_key is NetCancelKey.TRACE_NUMBER
    assert (read.fee_won, read.capacity_connections) == (0, 50)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    read = read_destination(saved(tmp_path, NAMSAN))

    assert read.handshake is not None
    assert (read.handshake.enq_seconds, read.handshake.eot_seconds) == (3, 3)
    assert read.profile.net_cancel_mode is NetCancelMode.RELAY
    assert (read.profile.has_inquiry, read.profile.cancel_verify) == (True, CancelVerify.INQUIRE)
