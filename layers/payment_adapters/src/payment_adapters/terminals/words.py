"""What a terminal may say about itself, checked before anything else looks at it. Answers: requests.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

Coordinate = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="32 bytes in base64url, without padding.")
]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]


class Words(BaseModel):
    """Base of what a terminal says: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class EcKeyWords(Words):
    """A P-256 key: wrap my next key to it."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate

    @model_validator(mode="after")
    def _is_a_point(self) -> EcKeyWords:
        self.key()
        return self

    def key(self) -> ec.EllipticCurvePublicKey:
        """The key itself."""
        from payment_adapters.http.jose import p256_public_key  # noqa: PLC0415 -- only who renews loads curves

        return p256_public_key(self.x, self.y)

    def thumbprint(self) -> str:
        """Its RFC 7638 thumbprint."""
        from payment_adapters.http.jose import thumbprint  # noqa: PLC0415 -- only who renews loads curves

        return thumbprint({"crv": self.crv, "kty": self.kty, "x": self.x, "y": self.y})


class OkpKeyWords(Words):
    """An Ed25519 key: I shall sign with its other half."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Coordinate

    def thumbprint(self) -> str:
        """Its RFC 7638 thumbprint."""
        from payment_adapters.http.jose import thumbprint  # noqa: PLC0415 -- only who renews loads curves

        return thumbprint({"crv": self.crv, "kty": self.kty, "x": self.x})


class KeyWords(Words):
    """``POST /v1/terminals/keys``."""

    public_key: Annotated[EcKeyWords | OkpKeyWords, Field(discriminator="kty")]


class IntegrityWords(Words):
    """``POST /v1/terminals/integrity``."""

    model: Label
    software_version: Label
    software_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reader_serial: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")] | None = None


class KeyAnswer(TypedDict):
    """A key of this terminal. ``key`` is a compact JWE of a JWK, where payrelay made the key."""

    key_id: Annotated[str, Field(description="What `keyid` of a signature says from now on.")]
    algorithm: Literal["hmac-sha256", "ed25519"]


class KeysAnswer(TypedDict):
    """This terminal's keys, and payrelay's own."""

    keys: Annotated[list[dict[str, str]], Field(description="key_id, algorithm, valid_until (RFC 3339).")]
    jwks: Annotated[dict[str, object], Field(description="payrelay's public keys for JWE (RFC 7517).")]


class IntegrityAnswer(TypedDict):
    """The check that was passed."""

    passed: Literal[True]
    checked_at: Annotated[str, Field(description="RFC 3339.")]
    next_check_due: Annotated[str, Field(description="RFC 3339.")]
