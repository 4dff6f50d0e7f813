"""Operators of a local console: one per role, with passwords that are drawn here and told once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import ClientError

from payment_core.console.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

WORDS: Final = 4
LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is read as another


def add_operators(pool: str, client_words: Mapping[str, Any], *, renew: bool) -> dict[str, str]:
    """Make one operator of each role, named like it; name → password.

    Args:
        pool: The user pool.
        client_words: Of ``boto3.client``.
        renew: Whether those who are there get a new password; else they keep theirs, and are left out.
    """
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", **client_words)
    told = {}
    for role in Role:
        name, is_new = str(role), True
        try:
            cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != "UsernameExistsException":
                raise
            is_new = False
        if is_new or renew:
            told[name] = fresh_password()
            cognito.admin_set_user_password(
                UserPoolId=pool, Username=name, Password=told[name], Permanent=True
            )
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=name)
    return told


def fresh_password() -> str:
    """Twenty-three characters that nobody can guess and everybody can type: ``K7mpa-w2xkd-…``."""
    words = ["".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(WORDS)]
    capital, digit = secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ"), secrets.choice("23456789")
    return "-".join([f"{capital}{digit}{words[0][2:]}", *words[1:]])
