"""Pictures of the console: every page in both languages, light and dark, wide and on a phone."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from payment_core.kernel.korean_time import korean_time
from payment_core.settlement.settlement_day import STAGES
from payrelay.client import CardInHand
from tools.cli.van_files import send
from tools.simulators.cards import another_card
from tools.simulators.faults import Fault, Kind
from tools.simulators.settlement.answers import Mood
from tools.world.browser import NARROW, WIDE, a_page, chromium, sign_in
from tools.world.places import ROOT, WorldError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tools.world.running import RunningWorld

PICTURES: Final = ROOT / "docs" / "pictures" / "console"
LOCALES: Final = {"en": "en-GB", "ko": "ko-KR"}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
TALLEST: Final = 1_900
SALES: Final = 22
MERCHANT: Final = "1001"
SOME_COME_BACK: Final = Mood(seed=7, returned_per_mille=250, held_per_mille=250)
HANGS: Final = 20
LOST_AT, REFUSED_AT, OVER_ITS_LIMIT_AT = 8, 15, 4
OVER_ITS_LIMIT: Final = "4000000000000002"  # a test card that simulated VANs decline


def pictures_of(
    url: str, name: str, password: str, places: Mapping[str, str], folder: Path = PICTURES
) -> Iterator[Path]:
    """Take them; each file as it is there.

    Args:
        url: The console's.
        name: Of somebody who may see all these places.
        password: Theirs.
        places: Name of the picture → place below the console.
        folder: Where they go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for language, scheme in product(LOCALES, SCHEMES):
            yield from _taken(browser, (language, scheme, WIDE), (url, name, password), places, folder)
        yield from _taken(browser, ("ko", "light", NARROW), (url, name, password), places, folder)


def _taken(
    browser: Browser,
    kind: tuple[str, Literal["light", "dark"], int],
    who: tuple[str, str, str],
    places: Mapping[str, str],
    folder: Path,
) -> Iterator[Path]:
    language, scheme, width = kind
    url, name, password = who
    page = a_page(browser, locale=LOCALES[language], scheme=scheme, width=width)
    suffix = f"{language}-{'phone' if width == NARROW else scheme}"
    page.goto(url)
    yield _small(page.screenshot(), folder / f"sign-in-{suffix}.png")
    sign_in(page, url, name, password)
    for picture, place in places.items():
        page.goto(f"{url}/{place}")
        tall = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": width, "height": tall})
        yield _small(page.screenshot(), folder / f"{picture}-{suffix}.png")
        page.set_viewport_size({"width": width, "height": 860})
    page.context.close()


def _small(picture: bytes, file: Path) -> Path:
    """Write it with a palette of 64 colours: a few dozen kilobytes instead of hundreds.

    Raises:
        WorldError: pngquant is not installed, with the way on.
    """
    with tempfile.NamedTemporaryFile(suffix=".png") as whole:
        whole.write(picture)
        whole.flush()
        try:
            subprocess.run(["pngquant", "--force", "--output", file, "64", whole.name], check=True)  # noqa: S607 -- of the system
        except FileNotFoundError:
            raise WorldError("pngquant is missing. On Debian and Ubuntu: apt-get install pngquant") from None
    return file


def play_settlement(world: RunningWorld, state: Path, *, say: Callable[[str], None]) -> str:
    """Settle today's sales: the parties send files, some rows come back; the day, which waits for the bank.

    Args:
        world: One that runs, and sold.
        state: Its directory, where the parties' books are.
        say: Told what is done.
    """
    day = f"{korean_time(time.time_ns() // 1_000_000):%Y%m%d}"
    for _ in range(2):  # lists and the bank's statement; then the answers to what was claimed
        for line in send(state, None, MERCHANT, day, None, "hangang", SOME_COME_BACK):
            say(line)
        for stage in STAGES:
            asked = {"stage": str(stage), "merchant": MERCHANT, "business_date": day}
            if not world.invoke("SettlementStepFunction", asked)["is_done"]:
                say(f"{day} waits in {stage}")
                break
    world.invoke("SettlementWindowFunction", {})
    return day


def play(world: RunningWorld, *, say: Callable[[str], None]) -> str:
    """Sell a while, lose two answers, have one undoing refused; the id of the sale whose answer was lost.

    Args:
        world: One that runs.
        say: Told what is done.
    """
    pos, van, lost = world.pos(), world.vans["hangang"], ""
    for place in range(SALES):
        card = OVER_ITS_LIMIT if place % 6 == OVER_ITS_LIMIT_AT else another_card()
        if place == LOST_AT:
            van.script(Fault.LOSE_ANSWER)
        if place == REFUSED_AT:
            van.script(Fault.LOSE_ANSWER)
            van.script(Fault.REFUSED, kind=Kind.NET_CANCEL)
            van.script(Fault.HANG, kind=Kind.INQUIRE, times=HANGS)  # else recovery ends it before its picture
        request = pos.approval(4_500 + place * 7_300, CardInHand(card, "1230"))
        answer = pos.send(request)
        say(f"{request.key}: {answer.words.get('state', answer.http_status)}")
        lost = request.key if place == LOST_AT else lost
    return lost
