"""What KMS and Secrets Manager promise: a data key opens where it belongs, and a rotation is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.contracts.account import settled_cloud
from tests.contracts.aws import client
from tests.contracts.targets import REMOTE, TARGETS, Row, code_of, fresh, remote_client, rows

OPENED: Final = "opened"
CONTEXT: Final = {"purpose": "card"}


@dataclass(frozen=True)
class Desk:
    """A key, a secret, and a way to rotate it."""

    target: str
    kms: Any
    key_id: str
    secrets: Any
    secret_id: str
    rotate: Callable[[str], object]

    def data_key(self) -> dict[str, Any]:
        """A data key, plain and sealed."""
        made: dict[str, Any] = self.kms.generate_data_key(
            KeyId=self.key_id, KeySpec="AES_256", EncryptionContext=CONTEXT
        )
        return made

    def opened(self, blob: bytes, context: dict[str, str]) -> object:
        """The plain key, or the code of the refusal."""
        return code_of(lambda: self.kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"])

    def secret(self, **words: str) -> object:
        """The secret, or the code of the refusal."""
        return code_of(
            lambda: self.secrets.get_secret_value(SecretId=self.secret_id, **words)["SecretString"]
        )


@pytest.fixture(params=TARGETS)
def desk(request: pytest.FixtureRequest) -> Desk:
    """A desk on each target."""
    target: str = request.param
    if target == "laboratory":
        cloud, clock = settled_cloud()
        secret = cloud.secrets["TokenSecret"]
        secret.value = "first"
        of_secrets = cloud.client("secretsmanager")
        return Desk(
            target,
            cloud.client("kms"),
            "CardKey",
            of_secrets,
            "TokenSecret",
            lambda value: secret.rotate(value, clock.now()),
        )
    if target == REMOTE:
        kms, secrets = remote_client("kms"), remote_client("secretsmanager")
    else:
        engine = request.getfixturevalue("engine")
        kms, secrets = client("kms", engine), client("secretsmanager", engine)
    made = secrets.create_secret(Name=fresh("token"), SecretString="first")["ARN"]
    key_id = kms.create_key()["KeyMetadata"]["Arn"]
    return Desk(
        target,
        kms,
        key_id,
        secrets,
        made,
        lambda value: secrets.put_secret_value(SecretId=made, SecretString=value),
    )


def opens(it: Desk) -> object:
    """Whether a data key opens to what it was."""
    made = it.data_key()
    return it.opened(made["CiphertextBlob"], CONTEXT) == made["Plaintext"]


def changed(it: Desk) -> object:
    """A sealed key of which one bit was changed on its way."""
    blob = bytearray(it.data_key()["CiphertextBlob"])
    blob[-1] ^= 1
    told = it.opened(bytes(blob), CONTEXT)
    return OPENED if isinstance(told, bytes) else told


def rotated(it: Desk) -> object:
    """A secret that was replaced, and what it replaced."""
    it.rotate("second")
    return it.secret(), it.secret(VersionStage="AWSPREVIOUS")


@rows(
    Row("a data key opens in its own context", opens, told=True),
    Row(
        "a data key opens in no other context",
        lambda it: it.opened(it.data_key()["CiphertextBlob"], {"purpose": "other"}),
        "InvalidCiphertextException",
    ),
    Row("a data key that was changed does not open", changed, "InvalidCiphertextException", engine=OPENED),
    Row(
        "no two data keys are the same",
        lambda it: it.data_key()["Plaintext"] == it.data_key()["Plaintext"],
        told=False,
    ),
    Row("a data key has 32 bytes", lambda it: len(it.data_key()["Plaintext"]), 32),
    Row("a secret is read", lambda it: it.secret(), "first"),
    Row(
        "a new secret replaced nothing",
        lambda it: it.secret(VersionStage="AWSPREVIOUS"),
        "ResourceNotFoundException",
    ),
    Row("a rotated secret is known beside its successor", rotated, ("second", "first")),
)
def test_keys_and_secrets_keep_their_promises(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)
