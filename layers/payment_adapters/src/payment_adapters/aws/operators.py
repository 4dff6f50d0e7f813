"""Operators: who signs in at the user pool, and whether a token is one of its own.

A token is believed for its signature by a key of the pool (RS256 and nothing else), its issuer, its client,
its use and its time; groups are taken from it. joserfc is imported by the first token.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_core.console.roles import Person, roles_in

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ALGORITHM: Final = "RS256"
KEYS_SECONDS: Final = 2
KEYS_ASKED_EVERY_MS: Final = 60_000  # a token of an unknown key makes nobody ask more often
WRONG: Final = frozenset(
    {"NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException"}
)
TOO_MANY: Final = frozenset({"TooManyRequestsException", "LimitExceededException"})


class SignInRefusedError(Exception):
    """The pool does not let this name in with this password, or not yet; it does not say which."""


class TokenRefusedError(Exception):
    """A token that is none of the pool's, or is one no longer."""


class OperatorsUnavailableError(Exception):
    """The user pool gave no answer."""


@dataclass
class Operators:
    """One user pool, through the client that only the console has."""

    cognito: CognitoIdentityProviderClient
    pool: str
    client_id: str
    now_ms: Callable[[], int]
    fetch: Callable[[str], bytes] = field(default=lambda url: _fetched(url))  # noqa: PLW0108 -- defined below
    _keys: KeySet | None = None
    _asked_at_ms: int = -KEYS_ASKED_EVERY_MS

    def sign_in(self, name: str, password: str) -> str:
        """Prove a password; the access token.

        Raises:
            SignInRefusedError: wrong, locked, or a first password that must be changed before.
            OperatorsUnavailableError: nobody knows.
        """
        try:
            answer = self.cognito.admin_initiate_auth(
                UserPoolId=self.pool,
                ClientId=self.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": password},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in WRONG | TOO_MANY:
                raise SignInRefusedError(error.response["Error"]["Code"]) from None
            raise OperatorsUnavailableError(
                error.response["Error"]["Code"]
            ) from None  # it may quote the name
        except BotoCoreError as error:
            raise OperatorsUnavailableError(type(error).__name__) from None
        token = answer.get("AuthenticationResult", {}).get("AccessToken")
        if not token:
            raise SignInRefusedError(answer.get("ChallengeName", "no token"))
        return token

    def who(self, token: str) -> Person:
        """Whose token it is.

        Raises:
            TokenRefusedError: nobody's, or it has ended.
            OperatorsUnavailableError: the pool's keys cannot be read.
        """
        from joserfc import jwt  # noqa: PLC0415 -- the first token loads it
        from joserfc.errors import JoseError  # noqa: PLC0415 -- likewise

        self._learn_keys(_key_id(token))
        assert self._keys is not None, "they were learnt or it was said that they cannot be"  # noqa: S101 -- a bug
        try:
            claims = jwt.decode(token, self._keys, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, KeyError):
            raise TokenRefusedError("its signature is none of the pool's") from None
        self._require(claims)
        return Person(str(claims["username"]), roles_in(claims.get("cognito:groups")))

    def _require(self, claims: Mapping[str, Any]) -> None:
        """Insist on a token of this pool, for this client, to be used now."""
        region = self.pool.partition("_")[0]
        wanted = {
            "iss": f"https://cognito-idp.{region}.amazonaws.com/{self.pool}",
            "client_id": self.client_id,
            "token_use": "access",
        }
        if any(claims.get(name) != value for name, value in wanted.items()) or not claims.get("username"):
            raise TokenRefusedError("it is for somebody else")
        ends = claims.get("exp")
        if not isinstance(ends, int) or ends * 1_000 <= self.now_ms():
            raise TokenRefusedError("it has ended")

    def _learn_keys(self, key_id: str) -> None:
        """Read the pool's keys when the token's is not among them, and not often."""
        from joserfc.jwk import KeySet as Keys  # noqa: PLC0415 -- the first token loads it

        known = self._keys is not None and any(key.kid == key_id for key in self._keys.keys)
        if known or (self._keys is not None and self.now_ms() - self._asked_at_ms < KEYS_ASKED_EVERY_MS):
            return
        self._asked_at_ms = self.now_ms()
        try:
            told = json.loads(
                self.fetch(f"{self.cognito.meta.endpoint_url}/{self.pool}/.well-known/jwks.json")
            )
        except (OSError, ValueError) as error:
            raise OperatorsUnavailableError("the keys of the user pool cannot be read") from error
        self._keys = Keys.import_key_set(told)


def _key_id(token: str) -> str:
    """The key that a token names.

    Raises:
        TokenRefusedError: it is no token at all.
    """
    from joserfc.errors import JoseError  # noqa: PLC0415 -- the first token loads it
    from joserfc.jws import extract_compact  # noqa: PLC0415 -- likewise

    try:
        return str(extract_compact(token.encode("ascii")).headers().get("kid", ""))
    except (JoseError, ValueError, TypeError):
        raise TokenRefusedError("it is no token") from None


def _fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=KEYS_SECONDS) as answer:  # noqa: S310 -- of our own client's endpoint
        read: bytes = answer.read()
    return read
