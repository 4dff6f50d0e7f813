"""Conformance of `patches/cognito_sessions`: a session ends when its person signs out or is disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.engine.cloud import Cloud

pytestmark = pytest.mark.engine

PASSWORD: Final = "Correct-horse-2026"  # noqa: S105 -- of an account that exists in this engine only


def test_a_session_ends_when_its_person_signs_out_or_is_disabled(cloud: Cloud, word: str) -> None:
    cognito: Any = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=word)["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="console", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    who = {"UserPoolId": pool, "Username": "yuna"}
    cognito.admin_create_user(**who, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)

    def signed_in() -> str:
        answer = cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=app,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "yuna", "PASSWORD": PASSWORD},
        )
        token: str = answer["AuthenticationResult"]["AccessToken"]
        assert cognito.get_user(AccessToken=token)["Username"] == "yuna"
        return token

    cognito.create_group(UserPoolId=pool, GroupName="operator")
    cognito.admin_add_user_to_group(**who, GroupName="operator")
    left = signed_in()
    assert [one["GroupName"] for one in cognito.admin_list_groups_for_user(**who)["Groups"]] == ["operator"]
    cognito.admin_remove_user_from_group(**who, GroupName="operator")
    assert cognito.admin_list_groups_for_user(**who)["Groups"] == [], (
        "a token still names it, the pool does not"
    )
    cognito.global_sign_out(AccessToken=left)
    disabled = signed_in()
    cognito.admin_disable_user(**who)

    for token in (left, disabled):
        with pytest.raises(ClientError, match="NotAuthorizedException"):
            cognito.get_user(AccessToken=token)
    cognito.delete_user_pool(UserPoolId=pool)
