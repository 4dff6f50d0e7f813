"""Writes docs/reference/problems.md from the catalogue: `python -m tools.generate.problem_page`.

A stale page fails tests/handlers/test_openapi.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from functions.gateway.routes import ROUTES
from payment_adapters.http.catalogue import CATALOGUE
from payment_adapters.http.faults import REASONS
from payment_adapters.http.problem_entry import Entry, Place
from payment_adapters.http.problems import MAY_SUCCEED_LATER, TYPE
from payment_core.kernel.language import Language
from tools.generate.refusals import example

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "problems.md"
HEAD: Final = f"""\
# Problems

Generated from `payment_adapters/http/catalogue.py` by `tools/generate/problem_page.py`.

Everything that is not an answer is a problem document (RFC 9457), in the order in which it is checked.
Programs read `code`, which never changes; `type` is `{TYPE}<code>`.
`title` and `detail` are in English, or in Korean where `Accept-Language` likes it more.
A refusal sends nothing, stores nothing, and never repeats what was sent.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [HEAD, *_table(), "", *(line for entry in CATALOGUE for line in _section(entry)), *_faults()]
    )


def _table() -> Iterator[str]:
    yield "| Status | Code | When |"
    yield "|---|---|---|"
    for entry in CATALOGUE:
        yield f"| {entry.http_status} | [`{entry.code}`](#{entry.code}) | {entry.when} |"


def _section(entry: Entry) -> Iterator[str]:
    told = [example(entry.code, language) for language in Language]
    where = [
        f"`{route.method} {route.path}`" for route in ROUTES if route.listed and entry.code in route.codes
    ]
    yield f"## {entry.code}"
    yield ""
    later = " with `Retry-After`" if entry.http_status in MAY_SUCCEED_LATER else ""
    yield f"Status {entry.http_status}{later}. {entry.when}"
    yield ""
    yield f"Told by {entry.place}" + (
        f": {', '.join(where)}." if where and entry.place is not Place.WITHIN else "."
    )
    yield ""
    for problem in told:
        yield f"- {entry.title.in_(problem.language)}: {problem.detail}"
    yield ""


def _faults() -> Iterator[str]:
    yield "## What may be wrong with a word"
    yield ""
    yield "`faults` of `malformed-request` names every field and one of these reasons."
    yield ""
    yield "| English | Korean |"
    yield "|---|---|"
    for reason in REASONS.values():
        yield f"| {reason.en} | {reason.ko} |"
    yield ""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)


if __name__ == "__main__":
    main()
