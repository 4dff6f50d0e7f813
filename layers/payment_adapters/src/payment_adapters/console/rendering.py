"""Pages: templates beside this file, escaped by default, under a policy that lets nothing of elsewhere in.

No page holds a script or a style of its own: both are files that are served from here, named by their digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from payment_adapters.console.catalogue import called, say
from payment_adapters.console.shown import age, clock, day, moment, share, won
from payment_adapters.http.response import Response
from payment_adapters.remarks import remark
from payment_core.console.roles import Person
from payment_core.kernel.language import Language

HERE: Final = Path(__file__).parent
PAGES: Final = HERE / "pages"
KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
GUARDED: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


@dataclass(frozen=True)
class Frame:
    """What every page shows around its own: who looks, in which language, from where.

    Attributes:
        root: The console's own address, relative to the page.
        page: The page's address below it.
        form_word: What its forms must carry.
    """

    language: Language
    root: str
    page: str = ""
    person: Person | None = None
    form_word: str = ""
    notice: str = ""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "won": won,
        "clock": clock,
        "moment": moment,
        "day": day,
        "age": age,
        "share": share,
        "called": called,
        "remark": remark,
    }
    return made


def rendered(template: str, frame: Frame, **view: Any) -> str:  # noqa: ANN401 -- whatever the page shows
    """The text of a page or of a part of one."""

    def told(key: str, **words: object) -> str:
        return say(key, frame.language, **words)

    words = {"frame": frame, "say": told, "assets": asset_names(), **view}
    return _environment().get_template(template).render(words)


def page(template: str, frame: Frame, http_status: int = 200, **view: Any) -> Response:  # noqa: ANN401 -- as above
    """A whole page; nobody keeps it."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Vary": "Cookie, Accept-Language",
        **GUARDED,
    }
    return Response(http_status, rendered(template, frame, **view), headers)


def part(template: str, frame: Frame, known_as: str, **view: Any) -> Response:  # noqa: ANN401 -- as above
    """The part of a page that moves; 304 where the browser has it as it is."""
    text = rendered(template, frame, **view)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "ETag": tag,
        **GUARDED,
    }
    return Response(304, "", headers) if known_as == tag else Response(200, text, headers)


def redirect(to: str, headers: Mapping[str, str] | None = None) -> Response:
    """Go there; what was sent is not sent again."""
    return Response(303, "", {"Location": to, "Cache-Control": "no-store", **GUARDED, **(headers or {})})


@cache
def _assets() -> Mapping[str, tuple[str, str]]:
    """Served name → (media type, text); a changed file has another name, so a name never changes."""
    found = {}
    for file in sorted((HERE / "assets").iterdir()):
        if file.suffix in KINDS:
            text = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            found[f"{file.stem}.{digest}{file.suffix}"] = (KINDS[file.suffix], text)
    return found


@cache
def asset_names() -> Mapping[str, str]:
    """File → the name it is served by."""
    return {f"{name.split('.')[0]}.{name.rsplit('.', 1)[1]}": name for name in _assets()}


def asset(name: str, known_as: str) -> Response | None:
    """A script or a style; ``None`` for a name that is none of ours."""
    if name not in _assets():
        return None
    media_type, text = _assets()[name]
    tag = f'"{name}"'
    headers = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": tag,
        **GUARDED,
    }
    return Response(304, "", headers) if known_as == tag else Response(200, text, headers)
