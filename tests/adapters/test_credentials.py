"""Which key may sign: generations with an overlap, registered keys with an end, blocks that are heeded."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.signatures import (
    COMPONENTS_WITHOUT_BODY,
    TAG,
    SignatureRefusedError,
    SignedMessage,
)
from payment_adapters.tables.keys import terminal_item_key
from payment_adapters.tables.terminals import DynamoTerminals
from payment_adapters.terminals.credentials import KEPT_MS, Credentials
from payment_adapters.terminals.key_ids import KeyId, Terminal
from payment_adapters.terminals.record import (
    DAY_MS,
    MAXIMUM_PUBLIC_KEYS,
    OVERLAP_MS,
    PUBLIC_KEY_LIFE_MS,
    KeyAlreadyTakenError,
    TerminalBlockedError,
    TerminalRecord,
    TooManyPublicKeysError,
)
from payment_core.approval.ports import StoreUnavailableError
from tests.contracts.aws import TERMINALS_TABLE, client, create_terminals_table
from tests.fakes.hands import Clock

MASTER, NEXT_MASTER = b"the master", b"the next master"
TERMINAL = Terminal("1001", "10010001", 1)
FIRST, SECOND, THIRD = (KeyId(TERMINAL, generation) for generation in (1, 2, 3))
OWN = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OWN_X = urlsafe_b64encode(OWN.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).rstrip(b"=").decode()
OWN_ID = KeyId(TERMINAL, thumbprint="k" * 43)


@dataclass(frozen=True)
class Key(HTTPSignatureKeyResolver):
    """The key of whoever signs."""

    key: Any

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ANN401, ARG002 -- a key of any kind
        return self.key


def asked_with(key_id: KeyId, *, master: bytes = MASTER) -> SignedMessage:
    """A fresh request under one key of the terminal."""
    message = SignedMessage("GET", "/v1/terminals/keys", {}, b"")
    key: Any = OWN if key_id.thumbprint else terminal_key(master, str(key_id))
    algorithm = algorithms.ED25519 if key_id.thumbprint else algorithms.HMAC_SHA256
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=Key(key)).sign(
        message,
        key_id=str(key_id),
        created=datetime.fromtimestamp(time.time(), UTC),
        nonce="n" * 16,
        label="pos",
        tag=TAG,
        covered_component_ids=COMPONENTS_WITHOUT_BODY,
    )
    headers = {name.lower(): value for name, value in message.headers.items()}
    return SignedMessage(message.method, message.path, headers, b"")


@dataclass
class Sandbox:
    """One gateway with its cache, over the one table."""

    table: DynamoTerminals
    clock: Clock
    masters: tuple[bytes, ...] = (MASTER,)
    credentials: Credentials = field(init=False)

    def __post_init__(self) -> None:
        self.credentials = Credentials(lambda: self.masters, self.table, lambda: self.clock.at_ms)

    def accepts(self, key_id: KeyId, *, master: bytes = MASTER) -> bool:
        try:
            self.credentials.verify(asked_with(key_id, master=master))
        except SignatureRefusedError:
            return False
        return True

    def renew(self, signer: KeyId) -> int:
        record = self.credentials.change(TERMINAL, lambda one: one.renewed(signer, self.clock.at_ms))
        return record.generation

    def register(self, thumbprint: str) -> TerminalRecord:
        return self.credentials.change(
            TERMINAL, lambda one: one.registered(thumbprint, OWN_X, self.clock.at_ms)
        )


@pytest.fixture
def table(aws: None) -> DynamoTerminals:  # noqa: ARG001 -- AWS in memory stands while the fixture does
    return DynamoTerminals(client("dynamodb"), create_terminals_table(client("dynamodb")))


@pytest.fixture
def sandbox(table: DynamoTerminals) -> Sandbox:
    return Sandbox(table, Clock())


def test_a_terminal_nobody_wrote_down_has_its_first_key_and_no_other(sandbox: Sandbox) -> None:
    assert sandbox.accepts(FIRST)
    assert not sandbox.accepts(SECOND)
    assert not sandbox.accepts(OWN_ID)


def test_the_old_key_is_valid_for_a_day_beside_the_new_one(sandbox: Sandbox) -> None:
    assert sandbox.renew(FIRST) == 2

    assert sandbox.accepts(FIRST)
    assert sandbox.accepts(SECOND)
    sandbox.clock.pass_ms(OVERLAP_MS)
    assert not sandbox.accepts(FIRST)
    assert sandbox.accepts(SECOND)


def test_a_terminal_that_lost_the_answer_is_given_the_same_key_again(sandbox: Sandbox) -> None:
    assert [sandbox.renew(FIRST) for _ in range(3)] == [2, 2, 2]


def test_once_the_new_key_was_used_the_old_one_cannot_fetch_it(sandbox: Sandbox) -> None:
    sandbox.renew(FIRST)
    assert sandbox.accepts(SECOND)

    with pytest.raises(KeyAlreadyTakenError) as taken:
        sandbox.renew(FIRST)

    assert taken.value.key_id == "1001.10010001.1.2"


def test_whoever_has_the_newest_key_is_given_the_next(sandbox: Sandbox) -> None:
    sandbox.renew(FIRST)
    sandbox.accepts(SECOND)

    assert sandbox.renew(SECOND) == 3
    assert [sandbox.accepts(key) for key in (FIRST, SECOND, THIRD)] == [False, True, True]


def test_another_sandbox_knows_a_new_key_at_once(sandbox: Sandbox) -> None:
    other = Sandbox(sandbox.table, sandbox.clock)
    assert other.accepts(FIRST)
    sandbox.renew(FIRST)
    sandbox.register(OWN_ID.thumbprint)

    assert other.accepts(SECOND)
    assert other.accepts(OWN_ID)


def test_a_registered_key_signs_until_its_end(sandbox: Sandbox) -> None:
    sandbox.register(OWN_ID.thumbprint)

    assert sandbox.accepts(OWN_ID)
    sandbox.clock.pass_ms(PUBLIC_KEY_LIFE_MS)
    assert not sandbox.accepts(OWN_ID)


def test_a_key_that_is_registered_twice_is_one_key(sandbox: Sandbox) -> None:
    first = sandbox.register(OWN_ID.thumbprint)
    sandbox.clock.pass_ms(DAY_MS)

    assert sandbox.register(OWN_ID.thumbprint) == first


def test_a_terminal_has_three_registered_keys_at_most(sandbox: Sandbox) -> None:
    for number in range(MAXIMUM_PUBLIC_KEYS):
        sandbox.register(f"{number}" * 43)

    with pytest.raises(TooManyPublicKeysError):
        sandbox.register(OWN_ID.thumbprint)
    sandbox.clock.pass_ms(PUBLIC_KEY_LIFE_MS)
    assert len(sandbox.register(OWN_ID.thumbprint).public_keys) == 1


def test_while_the_master_is_rotated_both_masters_keys_hold(sandbox: Sandbox) -> None:
    sandbox.masters = (NEXT_MASTER, MASTER)

    assert sandbox.accepts(FIRST)
    assert sandbox.accepts(FIRST, master=NEXT_MASTER)
    sandbox.masters = (NEXT_MASTER,)
    assert not sandbox.accepts(FIRST)


def block(*, blocked: bool) -> None:
    client("dynamodb").update_item(
        TableName=TERMINALS_TABLE,
        Key={name: {"S": value} for name, value in terminal_item_key(TERMINAL).items()},
        UpdateExpression="SET blocked = :blocked",
        ExpressionAttributeValues={":blocked": {"BOOL": blocked}},
    )


def test_a_block_is_heeded_within_a_minute(sandbox: Sandbox) -> None:
    assert sandbox.accepts(FIRST)
    block(blocked=True)

    sandbox.clock.pass_ms(KEPT_MS)

    with pytest.raises(TerminalBlockedError):
        sandbox.accepts(FIRST)


def test_no_write_of_ours_undoes_a_block(sandbox: Sandbox) -> None:
    sandbox.renew(FIRST)
    block(blocked=True)

    sandbox.register(OWN_ID.thumbprint)

    with pytest.raises(TerminalBlockedError):
        sandbox.accepts(SECOND)


def test_two_who_renew_at_once_are_given_one_key(sandbox: Sandbox, table: DynamoTerminals) -> None:
    seen = table.read(TERMINAL)
    first = table.write(TERMINAL, seen.renewed(FIRST, sandbox.clock.at_ms))

    assert first is not None
    assert table.write(TERMINAL, seen.renewed(FIRST, sandbox.clock.at_ms)) is None
    assert sandbox.renew(FIRST) == 2


def test_a_record_reads_back_as_it_was_written(sandbox: Sandbox, table: DynamoTerminals) -> None:
    sandbox.renew(FIRST)
    written = sandbox.register(OWN_ID.thumbprint)

    assert table.read(TERMINAL) == written


def test_a_stranger_costs_no_read(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Terminal] = []
    monkeypatch.setattr(DynamoTerminals, "read", lambda _, terminal: reads.append(terminal))

    assert not sandbox.accepts(FIRST, master=b"another master")
    assert reads == []


@pytest.mark.parametrize("do", [Sandbox.accepts, Sandbox.renew])
def test_a_table_that_does_not_answer_promises_nothing(
    sandbox: Sandbox, do: Callable[[Sandbox, KeyId], object]
) -> None:
    gone = Sandbox(DynamoTerminals(client("dynamodb"), "no-such-table"), sandbox.clock)

    with pytest.raises(StoreUnavailableError):
        do(gone, FIRST)
