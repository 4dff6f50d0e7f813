"""Only the terminal that signed a request is answered, only for what it signed, only while it is fresh."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    COMPONENTS_WITH_BODY,
    TAG,
    SignatureRefusedError,
    SignedMessage,
    Terminal,
    signer_of,
)
from payrelay.client import Connection, PosRequest
from tools.terminals import hand_of

MASTER = b"the master of every terminal key"
TERMINAL = Terminal("1001", "10010001", 1)
REQUEST = PosRequest("POST", "/v1/approvals", b'{"amount_won": 11000}', "1001-10010001-1-20261120-42")
LOOK = PosRequest("GET", "/v1/approvals/1001-10010001-1-20261120-42")


@dataclass
class Signer:
    """Signs as one terminal would."""

    hand: Connection

    def message(self, request: PosRequest = REQUEST, *, created_at: float | None = None) -> SignedMessage:
        headers = self.hand.signed(request, created_at=created_at)
        lowered = {name.lower(): value for name, value in headers.items()}
        return SignedMessage(request.method, request.path, lowered, request.body)


def signer_with(master: bytes, terminal: Terminal) -> Signer:
    return Signer(hand_of(terminal, master))


@pytest.fixture
def signer() -> Signer:
    return signer_with(MASTER, TERMINAL)


@dataclass(frozen=True)
class Key(HTTPSignatureKeyResolver):
    """The terminal's own key, for signatures that a Pos would never make."""

    def resolve_private_key(self, key_id: str) -> bytes:
        return terminal_key(MASTER, key_id)


def signed_otherwise(
    *, covered: tuple[str, ...] = COMPONENTS_WITH_BODY, tag: str | None = TAG
) -> SignedMessage:
    """A valid signature of the right terminal over something else than is asked for."""
    message = SignedMessage("POST", REQUEST.path, {"idempotency-key": REQUEST.key}, REQUEST.body)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=Key())
    signer.sign(
        message,
        key_id=TERMINAL.key_id,
        created=datetime.now(UTC),
        label="pos",
        tag=tag,
        covered_component_ids=covered,
        body=REQUEST.body
        if "content-digest" in covered
        else None,  # given a body, it covers the digest itself
    )
    return replace(message, headers={name.lower(): value for name, value in message.headers.items()})


def verified(message: SignedMessage) -> Terminal:
    return signer_of(message, lambda: MASTER)


def with_header(message: SignedMessage, name: str, change: Callable[[str], str]) -> SignedMessage:
    return replace(message, headers={**message.headers, name: change(message.headers[name])})


@pytest.mark.parametrize("request_", [REQUEST, LOOK], ids=["post", "get"])
def test_a_signed_request_names_its_terminal(signer: Signer, request_: PosRequest) -> None:
    assert verified(signer.message(request_)) == TERMINAL


@pytest.mark.parametrize(
    "changed",
    [
        lambda message: replace(message, method="PUT"),
        lambda message: replace(message, path="/v1/approvals/"),
        lambda message: replace(message, body=message.body.replace(b"11000", b"99000")),
        lambda message: replace(message, body=message.body + b" "),
        lambda message: replace(message, body=b""),
        lambda message: with_header(message, "idempotency-key", lambda key: key + "0"),
        lambda message: with_header(message, "content-digest", lambda digest: digest.upper()),
    ],
    ids=["method", "path", "body", "longer_body", "no_body", "key", "digest"],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    signer: Signer, changed: Callable[[SignedMessage], SignedMessage]
) -> None:
    with pytest.raises(SignatureRefusedError):
        verified(changed(signer.message()))


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (r"created=\d+", "created=1795143600"),
        (r'keyid="[^"]*"', 'keyid="1001.10010002.1"'),
        (r'keyid="[^"]*"', 'keyid="no terminal"'),
        (r';keyid="[^"]*"', ""),
        (r'nonce="[^"]*"', 'nonce="another"'),
        (r'tag="payrelay"', 'tag="else"'),
        (r';tag="payrelay"', ""),
        (r"created=\d+;", ""),
        (r'"content-digest" ', ""),
        (r'"idempotency-key"', '"content-type"'),
        (r'\("@method"', '("@authority"'),
        (r"^.*$", "pos=("),
        (r"^.*$", "pos"),
        (r"^.*$", ""),
    ],
)
def test_a_signature_whose_own_words_were_changed_is_refused(signer: Signer, part: str, other: str) -> None:
    message = with_header(signer.message(), "signature-input", lambda words: re.sub(part, other, words))

    with pytest.raises(SignatureRefusedError):
        verified(message)


def test_a_signature_of_our_own_making_is_accepted_before_it_is_weakened() -> None:
    assert verified(signed_otherwise()) == TERMINAL


@pytest.mark.parametrize("left_out", COMPONENTS_WITH_BODY)
def test_a_signature_that_covers_less_than_the_whole_request_is_refused(left_out: str) -> None:
    covered = tuple(name for name in COMPONENTS_WITH_BODY if name != left_out)

    with pytest.raises(SignatureRefusedError):
        verified(signed_otherwise(covered=covered))


@pytest.mark.parametrize("tag", ["another", None])
def test_a_signature_made_for_something_else_is_refused(tag: str | None) -> None:
    with pytest.raises(SignatureRefusedError):
        verified(signed_otherwise(tag=tag))


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest", "idempotency-key"])
def test_a_request_without_one_of_its_signed_headers_is_refused(signer: Signer, header: str) -> None:
    message = signer.message()
    without = {name: value for name, value in message.headers.items() if name != header}

    with pytest.raises(SignatureRefusedError):
        verified(replace(message, headers=without))


@pytest.mark.parametrize(
    "junk", ["pos=:AAAA:", "pos=:????:", "pos=1", ":::", "\u00e9", "pos=:AAAA:, pos=:AAAA:"]
)
def test_junk_in_place_of_a_signature_is_refused_and_never_an_error(signer: Signer, junk: str) -> None:
    with pytest.raises(SignatureRefusedError):
        verified(with_header(signer.message(), "signature", lambda _: junk))


@pytest.mark.parametrize("seconds_off", [-295, 0, 295])
def test_a_clock_within_five_minutes_is_good_enough(signer: Signer, seconds_off: int) -> None:
    assert verified(signer.message(created_at=time.time() + seconds_off)) == TERMINAL


@pytest.mark.parametrize("seconds_off", [-305, 305, -86_400])
def test_a_clock_beyond_five_minutes_is_refused(signer: Signer, seconds_off: int) -> None:
    with pytest.raises(SignatureRefusedError):
        verified(signer.message(created_at=time.time() + seconds_off))


def test_the_key_of_another_master_or_another_epoch_opens_nothing() -> None:
    stranger = signer_with(b"another master", TERMINAL)

    with pytest.raises(SignatureRefusedError):
        verified(stranger.message())


def test_a_terminal_signs_for_its_own_epoch_only() -> None:
    replaced = signer_with(MASTER, replace(TERMINAL, terminal_epoch=2))

    assert verified(replaced.message()).terminal_epoch == 2


def both(first: SignedMessage, second: SignedMessage) -> SignedMessage:
    """One request under two signatures, the second relabelled."""
    joined = {
        name: f"{first.headers[name]}, {second.headers[name].replace('pos=', 'other=', 1)}"
        for name in ("signature-input", "signature")
    }
    return replace(first, headers={**first.headers, **joined})


def test_a_second_signature_that_does_not_hold_spoils_the_first(signer: Signer) -> None:
    stranger = signer_with(b"another master", Terminal("6666", "66660001", 1))

    with pytest.raises(SignatureRefusedError):
        verified(both(signer.message(), stranger.message()))


def test_two_terminals_cannot_sign_one_request(signer: Signer) -> None:
    other = signer_with(MASTER, Terminal("1002", "10020001", 1))

    with pytest.raises(SignatureRefusedError):
        verified(both(signer.message(), other.message()))


@pytest.mark.parametrize(
    "key_id", ["", "1001", "1001.10010001", "1001.10010001.x", "1001.10010001.\u00b2", "a.b.1.2"]
)
def test_a_key_id_of_another_form_names_nobody(key_id: str) -> None:
    with pytest.raises(SignatureRefusedError, match="keyid"):
        Terminal.parse(key_id)


def test_a_refusal_tells_no_key(signer: Signer) -> None:
    with pytest.raises(SignatureRefusedError) as refused:
        verified(replace(signer.message(), method="PUT"))

    assert MASTER.decode() not in str(refused.value)
