"""What a terminal asks about itself: its keys, and whether its software is the certified one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from payment_adapters.aws.secrets import terminal_key
from payment_adapters.http.jose import EnvelopeKey, opened, unpadded
from payment_adapters.terminals.certified import certified_software
from tests.contracts.aws import TERMINALS_TABLE
from tests.handlers.signing import SignedRequest
from tests.handlers.world import ENVELOPE, MASTER, World

KEYS, INTEGRITY = "/v1/terminals/keys", "/v1/terminals/integrity"
ITS_KEY = EnvelopeKey.derived(b"the terminal's own key agreement key")
AGREEMENT = {name: ITS_KEY.public_jwk()[name] for name in ("kty", "crv", "x", "y")}
OWN = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNING = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": unpadded(OWN.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
}
SOFTWARE = certified_software()[("NURI-T300", "3.2.1")]
ON_A_POS = certified_software()[("DAON-POS7", "7.0.4")]


def reported(software: Any = SOFTWARE, **changes: str) -> dict[str, str]:  # noqa: ANN401 -- a certified version
    said = {
        "model": software.model,
        "software_version": software.software_version,
        "software_sha256": software.software_sha256,
    }
    return said | changes


class TestKeys:
    """POST and GET /v1/terminals/keys."""

    def test_a_terminal_downloads_its_next_key_wrapped_to_a_key_of_its_own(self, world: World) -> None:
        told = world.ask(SignedRequest(KEYS, {"public_key": AGREEMENT}).event())

        assert (told.http_status, told.words["key_id"]) == (201, "1001.10010001.1.2")
        inside = json.loads(opened(told.words["key"], (ITS_KEY,)).content)
        key = urlsafe_b64decode(inside["k"] + "=")
        assert key == terminal_key(MASTER.encode(), "1001.10010001.1.2")
        assert inside["k"] not in told.body
        again = SignedRequest(KEYS, method="GET", key=key, key_id="1001.10010001.1.2")
        assert world.ask(again.event()).http_status == 200

    def test_a_terminal_registers_a_key_and_signs_with_it(self, world: World) -> None:
        told = world.ask(SignedRequest(KEYS, {"public_key": SIGNING}).event())

        assert (told.http_status, told.words["algorithm"]) == (201, "ed25519")
        signed = SignedRequest(KEYS, method="GET", key=OWN, key_id=told.words["key_id"])
        assert world.ask(signed.event()).http_status == 200

    def test_a_terminal_is_told_its_keys_and_payrelays(self, world: World) -> None:
        world.ask(SignedRequest(KEYS, {"public_key": AGREEMENT}).event())
        world.ask(SignedRequest(KEYS, {"public_key": SIGNING}).event())

        told = world.ask(SignedRequest(KEYS, method="GET").event())

        assert [key["key_id"] for key in told.words["keys"]][:2] == ["1001.10010001.1.2", "1001.10010001.1"]
        assert [key["algorithm"] for key in told.words["keys"]] == ["hmac-sha256", "hmac-sha256", "ed25519"]
        assert told.words["jwks"] == {"keys": [EnvelopeKey.derived(ENVELOPE.encode()).public_jwk()]}

    @pytest.mark.parametrize(
        "key",
        [
            {**AGREEMENT, "y": AGREEMENT["x"]},
            {**AGREEMENT, "crv": "P-384"},
            {**AGREEMENT, "d": AGREEMENT["x"]},
            {**SIGNING, "x": "short"},
            {"kty": "oct", "k": AGREEMENT["x"]},
            {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
            "a key",
        ],
    )
    def test_a_key_that_is_none_of_the_two_kinds_is_refused(self, world: World, key: object) -> None:
        told = world.ask(SignedRequest(KEYS, {"public_key": key}).event())

        assert (told.http_status, told.words["code"]) == (400, "malformed-request")
        assert AGREEMENT["x"] not in told.body

    def test_a_query_on_a_signed_call_is_refused(self, world: World) -> None:
        asked = SignedRequest(KEYS, method="GET").event() | {"queryStringParameters": {"a": "b"}}

        assert world.ask(asked).http_status == 401

    def test_a_stranger_is_told_nothing(self, world: World) -> None:
        told = world.ask(SignedRequest(KEYS, method="GET", key=bytes(32)).event())

        assert (told.http_status, told.words["code"]) == (401, "signature-refused")


class TestIntegrity:
    """POST /v1/terminals/integrity."""

    def test_certified_software_passes_and_is_told_when_to_come_again(self, world: World) -> None:
        told = world.ask(SignedRequest(INTEGRITY, reported()).event())

        assert (told.http_status, told.words["passed"]) == (200, True)
        assert told.words["checked_at"] < told.words["next_check_due"]

    @pytest.mark.parametrize(
        "said",
        [
            reported(software_sha256="0" * 64),
            reported(software_version="9.9.9"),
            reported(model="HOME-MADE"),
            reported(ON_A_POS),
        ],
        ids=["another_hash", "another_version", "another_model", "without_its_reader"],
    )
    def test_anything_else_is_refused_noted_and_counted(
        self, world: World, said: dict[str, str], capfd: pytest.CaptureFixture[str]
    ) -> None:
        told = world.ask(SignedRequest(INTEGRITY, said).event())

        assert (told.http_status, told.words["code"]) == (422, "terminal-integrity-failed")
        assert "TerminalIntegrityFailed" in capfd.readouterr().out
        (item,) = world.dynamodb.scan(TableName=TERMINALS_TABLE)["Items"]
        assert item["integrity"]["M"]["passed"] == {"BOOL": False}

    def test_a_reader_completes_a_pos(self, world: World) -> None:
        said = reported(ON_A_POS, reader_serial="R-0001")

        assert world.ask(SignedRequest(INTEGRITY, said).event()).http_status == 200


@pytest.mark.parametrize("path", [KEYS, INTEGRITY, "/v1/approvals"])
def test_a_blocked_terminal_is_served_nowhere(world: World, path: str) -> None:
    world.block()

    told = world.ask(SignedRequest(path, {"any": "words"}).event())

    assert (told.http_status, told.words["code"]) == (403, "terminal-blocked")
    assert world.telegrams == []


def test_the_keys_of_the_tests_are_points_of_p256() -> None:
    assert isinstance(ITS_KEY.private.curve, ec.SECP256R1)
