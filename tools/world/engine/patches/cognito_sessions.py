"""Whoever asks with an access token is told when its session was ended.

Stock: GetUser answers for every token that it can read, and knows nothing of a sign-out or a disabled user;
    the rules are there, and are used only where the whole engine checks signatures of requests.
Wanted: NotAuthorizedException for a token that was revoked, that ended, or whose user is disabled, as on AWS.
Hook: `cognito._get_user`, behind `cognito._access_token_error`.
"""
# ruff: noqa: SLF001 - a patch reaches into private names by definition

from __future__ import annotations

from typing import Any

from tools.world.engine import stock


def apply() -> None:
    """Install the patch in the running engine."""
    cognito = stock.cognito
    get_user = cognito._get_user

    def of_a_session(data: dict[str, Any]) -> object:
        return cognito._access_token_error(data) or get_user(data)

    cognito._get_user = of_a_session
