"""JOSE: the one way a body is encrypted here, ECDH-ES on P-256 with AES-256-GCM, and payrelay's keys for it.

joserfc does the cryptography; what it may be asked to do is decided here, on the protected header, before
it sees anything: no `zip`, no `crit`, no key that travels with the message, no other algorithm. It is
imported by the first message that needs it, because plain requests are the many.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from joserfc.jwe import JWERegistry
    from joserfc.jwk import ECKey

ALGORITHM: Final = "ECDH-ES"
ENCRYPTION: Final = "A256GCM"
HEADER_NAMES: Final = frozenset({"alg", "enc", "kid", "epk", "cty", "typ"})
MAXIMUM_TOKEN_BYTES: Final = 16 * 1024
MAXIMUM_HEADER_BYTES: Final = 1_024
COORDINATE_BYTES: Final = 32
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR_BYTES: Final = 48  # half again as many as the order has: no value is likelier than another
PARTS: Final = 5


class JweRefusedError(Exception):
    """Text that is not a JWE of the one allowed form, for a key of ours; it says why and never what."""

    def __init__(self, reason: str) -> None:
        """Say which rule was broken."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class JweOpened:
    """What was inside.

    Attributes:
        cty: The content's type as the sender names it; empty for none.
    """

    content: bytes
    cty: str

    def __repr__(self) -> str:
        """Show that there is one, and nothing of it."""
        return f"JweOpened({len(self.content)} bytes)"


@dataclass(frozen=True)
class EnvelopeKey:
    """One private key of payrelay, derived from a secret; the same secret gives the same key everywhere."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    @lru_cache(maxsize=4)
    def derived(cls, secret: bytes) -> EnvelopeKey:
        """The P-256 key of one secret."""
        derive = HKDF(hashes.SHA256(), SCALAR_BYTES, salt=None, info=b"payrelay envelope P-256")
        scalar = int.from_bytes(derive.derive(secret)) % (P256_ORDER - 1) + 1
        return cls(ec.derive_private_key(scalar, ec.SECP256R1()))

    def public_jwk(self) -> dict[str, str]:
        """The public half, as terminals are told it."""
        numbers = self.private.public_key().public_numbers()
        jwk = {
            "crv": "P-256",
            "kty": "EC",
            "x": unpadded(numbers.x.to_bytes(COORDINATE_BYTES)),
            "y": unpadded(numbers.y.to_bytes(COORDINATE_BYTES)),
        }
        return {**jwk, "kid": thumbprint(jwk), "use": "enc", "alg": ALGORITHM}

    @property
    def kid(self) -> str:
        """The thumbprint of its public half."""
        return self.public_jwk()["kid"]


def unpadded(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(required: dict[str, str]) -> str:
    """The RFC 7638 thumbprint of a JWK's required members."""
    return unpadded(
        hashlib.sha256(json.dumps(required, sort_keys=True, separators=(",", ":")).encode()).digest()
    )


def opened(token: str, keys: tuple[EnvelopeKey, ...]) -> JweOpened:
    """Open a compact JWE with whichever of these keys it names.

    Raises:
        JweRefusedError: another form, another algorithm, another key, or changed on its way.
    """
    header = _allowed_header(token)
    key = next((one for one in keys if one.kid == header["kid"]), None)
    if key is None:
        raise JweRefusedError("kid is no key of ours")
    from joserfc import jwe  # noqa: PLC0415 -- only encrypted requests load it
    from joserfc.errors import JoseError  # noqa: PLC0415 -- likewise

    try:
        found = jwe.decrypt_compact(token, _joserfc_key(key.private), registry=_registry())
    except (JoseError, ValueError, TypeError, KeyError, AssertionError):
        raise JweRefusedError("it does not open with the key it names") from None
    return JweOpened(found.plaintext or b"", header.get("cty", ""))


def sealed(content: bytes, public: ec.EllipticCurvePublicKey, *, kid: str, cty: str = "") -> str:
    """Encrypt for the holder of a P-256 key."""
    from joserfc import jwe  # noqa: PLC0415 -- only encrypted answers load it

    protected = {"alg": ALGORITHM, "enc": ENCRYPTION, "kid": kid} | ({"cty": cty} if cty else {})
    return jwe.encrypt_compact(protected, content, _joserfc_key(public), registry=_registry())


def p256_public_key(x: str, y: str) -> ec.EllipticCurvePublicKey:
    """The key of a JWK's coordinates.

    Raises:
        ValueError: not two coordinates of a point of P-256.
    """
    try:
        across, up = (int.from_bytes(_octets(text, COORDINATE_BYTES)) for text in (x, y))
        return ec.EllipticCurvePublicNumbers(across, up, ec.SECP256R1()).public_key()
    except ValueError:
        raise ValueError("not a point of P-256") from None


def _octets(text: str, size: int) -> bytes:
    octets = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(octets) != size or unpadded(octets) != text:
        raise ValueError("another length or spelling")
    return octets


def _allowed_header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != PARTS or not token.isascii() or len(token) > MAXIMUM_TOKEN_BYTES:
        raise JweRefusedError("not five parts of base64url within the size limit")
    if len(parts[0]) > MAXIMUM_HEADER_BYTES:
        raise JweRefusedError("the header is too long")
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise JweRefusedError("the header is not JSON in base64url") from None
    if not isinstance(header, dict) or not header.keys() <= HEADER_NAMES:
        raise JweRefusedError(f"the header may say {', '.join(sorted(HEADER_NAMES))} and nothing else")
    if header.get("alg") != ALGORITHM or header.get("enc") != ENCRYPTION:
        raise JweRefusedError(f"only {ALGORITHM} with {ENCRYPTION} is spoken")
    if not all(isinstance(header.get(name, ""), str) for name in ("kid", "cty", "typ")):
        raise JweRefusedError("kid, cty and typ are text")
    if not header.get("kid"):
        raise JweRefusedError("kid is missing")
    _require_p256(header.get("epk"))
    return header


def _require_p256(epk: object) -> None:
    """The sender's one-time key is a point of P-256 and nothing more; anything else may be an attack."""
    if not isinstance(epk, dict) or epk.keys() != {"kty", "crv", "x", "y"}:
        raise JweRefusedError("epk is not a public P-256 key")
    if (epk["kty"], epk["crv"]) != ("EC", "P-256"):
        raise JweRefusedError("epk is not a public P-256 key")
    try:
        p256_public_key(str(epk["x"]), str(epk["y"]))
    except ValueError:
        raise JweRefusedError("epk is not a point of P-256") from None


def _registry() -> JWERegistry:
    from joserfc.jwe import JWERegistry as Registry  # noqa: PLC0415 -- only encrypted messages load it

    return Registry(algorithms=[ALGORITHM, ENCRYPTION])


def _joserfc_key(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> ECKey:
    from joserfc.jwk import ECKey as Key  # noqa: PLC0415 -- only encrypted messages load it

    return Key(key, key)
