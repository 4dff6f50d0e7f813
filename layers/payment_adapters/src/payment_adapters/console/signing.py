"""Signing in and out, and choosing a language."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from payment_adapters.aws.operators import Second, SignInRefusedError, Wanted
from payment_adapters.console import wired
from payment_adapters.console.asking import Asked
from payment_adapters.console.browser import language_cookie, session_cookie
from payment_adapters.console.rendering import page, redirect
from payment_adapters.http.response import Response
from payment_core.console.audit import Deed, Entry
from payment_core.kernel.language import Language

SESSION_SECONDS: Final = 3_600  # what the pool's tokens live
CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)
PLACE: Final = re.compile(r"[a-z][\w-]*(?:/[\w:-]+)*")
HOME: Final = "overview"


def sent_to_sign_in(asked: Asked) -> Response:
    """Ask who it is before what was asked for is shown; a page that is shown already asks by itself."""
    if asked.only_what_moves:
        return Response(401, "", {"Cache-Control": "no-store"})
    back = f"?back={asked.request.page}" if PLACE.fullmatch(asked.request.page) else ""
    return redirect(f"{asked.frame.root}sign-in{back}")


def sign_in_page(asked: Asked) -> Response:
    """Ask who it is."""
    back = asked.request.query.get("back", "")
    return page("sign_in.html", asked.frame, back=_place(back), is_refused=False)


def sign_in(asked: Asked) -> Response:
    """Prove a password; then a code, where the pool wants one."""
    form = asked.request.form
    name, password = form.get("name", "").strip(), form.get("password", "")
    try:
        proved = wired.operators().sign_in(name, password)
    except SignInRefusedError:
        return _refused(asked)
    if isinstance(proved, Wanted):
        frame = replace(asked.frame, person=None, form_word="")
        return page("sign_in_code.html", frame, back=form.get("back", ""), wanted=proved)
    return _signed_in(asked, proved)


def prove_code(asked: Asked) -> Response:
    """Prove the code of an authenticator, after a password was right."""
    form = asked.request.form
    name, session, code = form.get("name", ""), form.get("session", ""), form.get("code", "").strip()
    second = Second.ENROLMENT if form.get("second") == Second.ENROLMENT else Second.CODE
    if not (name and session and CODE.fullmatch(code)):
        return _refused(asked)
    try:
        token = wired.operators().prove_code(name, second, session, code)
    except SignInRefusedError:
        return _refused(asked)
    return _signed_in(asked, token)


def sign_out(asked: Asked) -> Response:
    """Have the pool end every session of this person, and forget the token."""
    wired.operators().sign_out(asked.request.session)
    wired.audit().add(Entry(asked.hand.new_id(), asked.hand.now_ms(), asked.who.name, Deed.SIGNED_OUT))
    return redirect(asked.frame.root + HOME, {"Set-Cookie": session_cookie("", 0)})


def _signed_in(asked: Asked, token: str) -> Response:
    """Keep the token in a cookie, and go where the person wanted to."""
    who = wired.operators().who(token)
    wired.audit().add(Entry(asked.hand.new_id(), asked.hand.now_ms(), who.name, Deed.SIGNED_IN))
    headers = {"Set-Cookie": session_cookie(token, SESSION_SECONDS)}
    return redirect(asked.frame.root + _place(asked.request.form.get("back", "")), headers)


def _refused(asked: Asked) -> Response:
    """Say so, and not what of it was wrong."""
    wired.audit().add(Entry(asked.hand.new_id(), asked.hand.now_ms(), "", Deed.SIGN_IN_REFUSED))
    frame = replace(asked.frame, person=None, form_word="")
    return page("sign_in.html", frame, 401, back=asked.request.form.get("back", ""), is_refused=True)


def choose_language(asked: Asked) -> Response:
    """Remember the language, and go back."""
    said = asked.request.form.get("language", "")
    chosen = Language(said) if said in set(Language) else Language.ENGLISH
    place = asked.frame.root + _place(asked.request.form.get("back", ""))
    return redirect(place, {"Set-Cookie": language_cookie(chosen)})


def _place(back: str) -> str:
    """A page of ours and nothing else."""
    return back if PLACE.fullmatch(back) else HOME
