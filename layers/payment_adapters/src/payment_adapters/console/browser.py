"""A browser's request as API Gateway brings it: an address below /console, a form, one session cookie.

A form counts only when it was sent from a page of ours: the browser says so itself (Sec-Fetch-Site), and a
form of somebody who signed in carries a word that only that session's pages know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

from payment_adapters.http.languages import language_of
from payment_core.kernel.language import Language

SESSION: Final = "payrelay_session"
LANGUAGE: Final = "payrelay_language"
LONGEST_FORM: Final = 8_192
MOST_FIELDS: Final = 20
FORM: Final = "application/x-www-form-urlencoded"
FORM_WORD: Final = "form_word"


class ForgedError(Exception):
    """A form that was not sent from a page of this session."""


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        page: What stands after ``/console/``; empty for the console itself.
        known_as: The entity tag that the browser has of it.
        address: The network address that it came from.
        origin: Where a form was sent from, as the browser says: ``same-origin``; empty where it does not say.
    """

    method: str
    page: str
    form: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    language: Language
    known_as: str = ""
    origin: str = ""
    address: str = ""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Request:
        """Read the event."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        cookies = _cookies(headers.get("cookie", ""))
        chosen = cookies.get(LANGUAGE, "")
        is_chosen = chosen in set(Language)
        return cls(
            method=event["httpMethod"],
            page=((event.get("pathParameters") or {}).get("page") or "").strip("/"),
            form=_form(event, headers.get("content-type", "")),
            query=dict(event.get("queryStringParameters") or {}),
            cookies=cookies,
            language=Language(chosen) if is_chosen else language_of(headers.get("accept-language", "")),
            known_as=headers.get("if-none-match", ""),
            origin=headers.get("sec-fetch-site", ""),
            address=event.get("requestContext", {}).get("identity", {}).get("sourceIp", ""),
        )

    @property
    def root(self) -> str:
        """The way from this address to the console's own, as a relative link: a stage may stand before it."""
        return "../" * self.page.count("/") or "./" if self.page else "console/"

    @property
    def session(self) -> str:
        """The session's token; empty for nobody."""
        return self.cookies.get(SESSION, "")

    @property
    def form_word(self) -> str:
        """What only the pages of this session know; empty for nobody."""
        return form_word(self.session) if self.session else ""

    def require_own_form(self) -> None:
        """Insist that a page of ours sent this form.

        Raises:
            ForgedError: another site did, or a page of another session.
        """
        if self.origin not in ("", "same-origin"):
            raise ForgedError("another site sent it")
        if self.session and not hmac.compare_digest(self.form.get(FORM_WORD, ""), self.form_word):
            raise ForgedError("it does not carry the word of this session")


def form_word(session: str) -> str:
    """Derive it from the token, which no page and no script can read."""
    digest = hmac.digest(session.encode(), b"a form of payrelay's console", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def session_cookie(token: str, seconds: int) -> str:
    """Keep the token where no script and no other site gets at it; its path is the console's by default."""
    return f"{SESSION}={token}; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict"


def language_cookie(language: Language) -> str:
    """Remember which language a person chose."""
    return f"{LANGUAGE}={language}; Max-Age=31536000; HttpOnly; Secure; SameSite=Strict"


def _cookies(header: str) -> dict[str, str]:
    pairs = (one.strip().partition("=") for one in header.split(";"))
    return {name: value for name, found, value in pairs if found}


def _form(event: Mapping[str, Any], media_type: str) -> dict[str, str]:
    """Each field once, the first one; nothing of what is no form, or no form of ours."""
    body = event.get("body") or ""
    if not media_type.startswith(FORM) or len(body) > LONGEST_FORM:
        return {}
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8", errors="replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
