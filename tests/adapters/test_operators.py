"""A token is believed only if the pool signed it, for this client, to be used now."""

from __future__ import annotations

import json
from typing import Any, Final, cast

import pytest
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from payment_adapters.aws.operators import (
    Operators,
    OperatorsUnavailableError,
    Second,
    SignInRefusedError,
    TokenRefusedError,
    Wanted,
)
from payment_core.console.roles import Person, Role

NOW_MS: Final = 1_795_000_000_000
POOL: Final = "ap-northeast-2_Operators"
ISSUER: Final = f"https://cognito-idp.ap-northeast-2.amazonaws.com/{POOL}"
OURS: Final = RSAKey.generate_key(2048, {"kid": "ours"})
THEIRS: Final = RSAKey.generate_key(2048, {"kid": "ours"})
CLAIMS: Final[dict[str, object]] = {
    "iss": ISSUER,
    "client_id": "console",
    "token_use": "access",
    "username": "yuna",
    "cognito:groups": ["operator"],
    "exp": NOW_MS // 1_000 + 60,
}


class Pool:
    """Stands for the pool's address of keys, and counts who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = True

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if not self.answers:
            raise OSError("no answer")
        return json.dumps({"keys": [OURS.as_dict(private=False)]}).encode()


class Cognito:
    """Stands for the client, of which only the address is asked here."""

    class meta:  # noqa: N801 -- botocore's word
        endpoint_url = "https://cognito-idp.ap-northeast-2.amazonaws.com"


def token(key: Any = OURS, alg: str = "RS256", **changes: object) -> str:  # noqa: ANN401 -- a key of any kind
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "ours"}, claims, key, algorithms=[alg])


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def operators(pool: Pool) -> Operators:
    return Operators(cast("Any", Cognito()), POOL, "console", lambda: NOW_MS, pool.fetch)


def test_a_token_of_the_pool_tells_who_it_is(operators: Operators, pool: Pool) -> None:
    assert operators.who(token()) == Person("yuna", frozenset({Role.OPERATOR}))
    assert operators.who(token(username="minho")).name == "minho"
    assert pool.asked == [f"{ISSUER}/.well-known/jwks.json"]


@pytest.mark.parametrize(
    "refused",
    [  # named, because a token's own text is another one in each process
        pytest.param(token(key=THEIRS), id="another's key"),
        pytest.param(
            token(key=OctKey.import_key(json.dumps(OURS.as_dict(private=False))), alg="HS256"),
            id="the public key as a secret",
        ),
        pytest.param(
            token(iss="https://cognito-idp.ap-northeast-2.amazonaws.com/another"), id="another pool"
        ),
        pytest.param(token(client_id="another"), id="another client"),
        pytest.param(token(token_use="id"), id="another use"),  # noqa: S106 -- which kind of token
        pytest.param(token(username=None), id="nobody"),
        pytest.param(token(exp=NOW_MS // 1_000), id="over"),
        pytest.param(token(exp=None), id="without an end"),
        pytest.param(token()[:-8] + "AAAAAAAA", id="another signature"),
        "eyJhbGciOiJub25lIn0.e30.",
        "no token",
        "한글",
        "",
    ],
)
def test_no_other_token_is_believed(operators: Operators, refused: str) -> None:
    with pytest.raises(TokenRefusedError):
        operators.who(refused)


def test_a_token_that_names_an_unknown_key_makes_nobody_ask_again_and_again(
    operators: Operators, pool: Pool
) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "another"})
    forged = jwt.encode({"alg": "RS256", "kid": "another"}, CLAIMS, stranger)
    operators.who(token())

    for _ in range(3):
        with pytest.raises(TokenRefusedError):
            operators.who(forged)

    assert len(pool.asked) == 1


def test_nobody_is_believed_while_the_keys_cannot_be_read(operators: Operators, pool: Pool) -> None:
    pool.answers = False

    with pytest.raises(OperatorsUnavailableError):
        operators.who(token())


class Enrolling:
    """Stands for a pool that wants an authenticator of everybody; the only code it knows is 123456."""

    def __init__(self) -> None:
        self.answered: dict[str, Any] = {}

    def admin_initiate_auth(self, **_: object) -> dict[str, str]:
        return {"ChallengeName": "MFA_SETUP", "Session": "first"}

    def associate_software_token(self, **said: str) -> dict[str, str]:
        assert said == {"Session": "first"}
        return {"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "second"}

    def verify_software_token(self, **said: str) -> dict[str, str]:
        if said["UserCode"] != "123456":
            refusal: Any = {"Error": {"Code": "EnableSoftwareTokenMFAException", "Message": "Code mismatch"}}
            raise ClientError(refusal, "VerifySoftwareToken")
        assert said["Session"] == "second"
        return {"Session": "third"}

    def admin_respond_to_auth_challenge(self, **said: object) -> dict[str, Any]:
        self.answered = said
        return {"AuthenticationResult": {"AccessToken": "a token"}}


def test_whoever_has_no_authenticator_yet_sets_one_up_before_they_get_a_token() -> None:
    pool = Enrolling()
    operators = Operators(cast("Any", pool), POOL, "console", lambda: NOW_MS)

    wanted = operators.sign_in("yuna", "a right password")

    assert wanted == Wanted("yuna", Second.ENROLMENT, "second", "JBSWY3DPEHPK3PXP")
    with pytest.raises(SignInRefusedError):
        operators.prove_code("yuna", Second.ENROLMENT, "second", "654321")
    assert operators.prove_code("yuna", Second.ENROLMENT, "second", "123456") == "a token"
    assert (pool.answered["ChallengeName"], pool.answered["Session"]) == ("MFA_SETUP", "third")
