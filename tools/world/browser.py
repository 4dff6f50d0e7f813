"""A real browser for the console: Debian's Chromium, driven by Playwright. Used by tests and for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tools.world.places import WorldError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS: Final = 30_000
WIDE: Final = 1_280
NARROW: Final = 390  # a phone


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run one, with a profile of its own that is gone afterwards.

    Raises:
        WorldError: it is not installed, with the way on.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- heavy

    if not CHROMIUM.exists():
        raise WorldError(f"{CHROMIUM} is missing. On Debian and Ubuntu: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def a_page(
    browser: Browser, *, locale: str = "en-GB", scheme: Literal["light", "dark"] = "light", width: int = WIDE
) -> Page:
    """A page of a browser that nobody has used yet."""
    context = browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 860}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Sign in as a person does, and wait for the overview."""
    page.goto(url)
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("main button")
    page.wait_for_url("**/overview")
