"""Operators: who signs in at the user pool, whether a token is one of its own, and whether it still counts.

A token is believed for its signature by a key of the pool (RS256 and nothing else), its issuer, its client,
its use and its time. joserfc is imported by the first token. The pool itself is asked whether the session was
ended, by signing out or by an administrator (docs/adr/0054), and in which groups its person is now
(docs/adr/0059).
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_core.console.roles import Person, Role, roles_in

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ALGORITHM: Final = "RS256"
KEYS_SECONDS: Final = 2
KEYS_ASKED_EVERY_MS: Final = 60_000  # a token of an unknown key makes nobody ask more often
BELIEVED_MS: Final = 30_000  # whoever was signed out or left a group sees pages no longer, and does nothing
MOST_BELIEVED: Final = 200  # sessions that one sandbox remembers
WRONG: Final = frozenset(
    {
        *("NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException"),
        *("CodeMismatchException", "ExpiredCodeException", "EnableSoftwareTokenMFAException"),
    }
)


class Second(StrEnum):
    """What the pool wants besides a password, in its own words."""

    CODE = "SOFTWARE_TOKEN_MFA"
    ENROLMENT = "MFA_SETUP"


@dataclass(frozen=True)
class Wanted:
    """A password was right, and a code of the person's authenticator has to follow.

    Attributes:
        session: The pool's own word for this sign-in; it ends after three minutes.
        secret: What a new authenticator is set up with; empty where there is one already.
    """

    name: str
    second: Second
    session: str
    secret: str = ""


class SignInRefusedError(Exception):
    """The pool does not let this name in with this password or code, or not yet; it does not say which."""


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
    _believed: dict[str, tuple[int, frozenset[Role]]] = field(default_factory=dict)

    def sign_in(self, name: str, password: str) -> str | Wanted:
        """Prove a password; the access token, or what the pool wants besides.

        Raises:
            SignInRefusedError: wrong, locked, or a first password that must be changed before.
            OperatorsUnavailableError: nobody knows.
        """
        with _refusals():
            answer = self.cognito.admin_initiate_auth(
                UserPoolId=self.pool,
                ClientId=self.client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": password},
            )
            asked: str = answer.get("ChallengeName", "")
            session = answer.get("Session", "")
            if asked == Second.CODE:
                return Wanted(name, Second.CODE, session)
            if asked == Second.ENROLMENT:
                begun = self.cognito.associate_software_token(Session=session)
                return Wanted(name, Second.ENROLMENT, begun["Session"], begun["SecretCode"])
        return _token_in(answer)

    def prove_code(self, name: str, second: Second, session: str, code: str) -> str:
        """Prove the code of an authenticator, a new one's too; the access token.

        Raises:
            SignInRefusedError: wrong, late, or used before.
            OperatorsUnavailableError: nobody knows.
        """
        told = {"USERNAME": name}
        with _refusals():
            if second is Second.ENROLMENT:
                enrolled = self.cognito.verify_software_token(Session=session, UserCode=code)
                session = enrolled["Session"]
            else:
                told["SOFTWARE_TOKEN_MFA_CODE"] = code
            answer = self.cognito.admin_respond_to_auth_challenge(
                UserPoolId=self.pool,
                ClientId=self.client_id,
                ChallengeName=second.value,
                Session=session,
                ChallengeResponses=told,
            )
        return _token_in(answer)

    def sign_out(self, token: str) -> None:
        """End every session of whose token this is, wherever it is.

        Raises:
            OperatorsUnavailableError: it may still count.
        """
        self._believed.pop(token, None)
        with suppress(SignInRefusedError), _refusals():  # it had ended before
            self.cognito.global_sign_out(AccessToken=token)

    def person(self, token: str, *, asks_now: bool) -> Person:
        """Whose session it is, with the roles that the pool gives them now.

        Args:
            token: As the browser keeps it.
            asks_now: Whether what the pool said within the last half minute is too old.

        Raises:
            TokenRefusedError: nobody's, it was ended, or its person is disabled.
            OperatorsUnavailableError: nobody knows.
        """
        name, now_ms = self.who(token).name, self.now_ms()
        asked_at_ms, roles = self._believed.get(token, (-BELIEVED_MS, frozenset()))
        if not asks_now and now_ms - asked_at_ms < BELIEVED_MS:
            return Person(name, roles)
        try:
            with _refusals():
                self.cognito.get_user(AccessToken=token)
                told = self.cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=name)
        except SignInRefusedError:
            self._believed.pop(token, None)
            raise TokenRefusedError("its session was ended") from None
        if len(self._believed) >= MOST_BELIEVED:
            self._believed.clear()
        roles = roles_in([one.get("GroupName") for one in told["Groups"]])
        self._believed[token] = (now_ms, roles)
        return Person(name, roles)

    def who(self, token: str) -> Person:
        """Whose token it is, with the roles that they had when they signed in.

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


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell what the pool refuses from what it does not answer; neither quotes what was typed."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise (SignInRefusedError(code) if code in WRONG else OperatorsUnavailableError(code)) from None
    except BotoCoreError as error:
        raise OperatorsUnavailableError(type(error).__name__) from None


def _token_in(answer: Mapping[str, Any]) -> str:
    token: str = answer.get("AuthenticationResult", {}).get("AccessToken", "")
    if not token:
        raise SignInRefusedError(answer.get("ChallengeName", "no token"))
    return token


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
