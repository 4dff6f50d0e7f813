"""Merchants: what was agreed with each, read from one TOML file per merchant, else from the default's."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final

from payment_adapters.contract_file import Table, read_file
from payment_adapters.destinations import Purpose, destinations
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.routing.plan import Destination, Plan, Terms
from payment_core.routing.shares import WHOLE_BASIS_POINTS

# In a function the files travel inside this package's layer; in the working tree they are at its root.
_PLACES: Final = (
    Path(__file__).parents[1] / "merchants",
    Path(__file__).parents[4] / "merchants",
)
DEFAULT: Final = "default"
LONGEST_WINDOW_SECONDS: Final = 3_600


@dataclass(frozen=True)
class Merchant:
    """One merchant's file.

    Attributes:
        double_tap_seconds: How long the same card and amount under another key is suspected; 0: never.
        plan: Over whom its sales go.
    """

    double_tap_seconds: int
    plan: Plan


@cache
def merchant(name: str) -> Merchant:
    """Read the agreement with a merchant; its name is digits, checked before it gets here.

    Raises:
        ContractFileError: the file says what cannot be agreed.
    """
    folder = next(place for place in _PLACES if place.is_dir())
    own = folder / f"{name}.toml"
    return read_merchant(own if own.is_file() else folder / f"{DEFAULT}.toml")


@cache
def vans_of_every_route(business_date: str) -> tuple[frozenset[str], ...]:
    """The VANs of every route that has a choice on a day; a route with one VAN has nothing to lose to."""
    folder = next(place for place in _PLACES if place.is_dir())
    plans = [read_merchant(path).plan for path in sorted(folder.glob("*.toml"))]
    routes = dict.fromkeys(frozenset(plan.on(business_date).vans) for plan in plans)
    return tuple(vans for vans in routes if len(vans) > 1)


@cache
def known_destinations() -> dict[str, Destination]:
    """What routing must know of each destination, by name."""
    return {
        one.profile.name: Destination(
            one.profile.name,
            one.kind == "issuer",
            one.serves_bins,
            one.profile.net_cancel_mode,
            frozenset(one.tenders),
            Purpose.CHEQUE_INQUIRY in one.telegrams,
        )
        for one in destinations()
    }


def read_merchant(path: Path) -> Merchant:
    """Read a merchant's file wherever it lies.

    Raises:
        ContractFileError: it is no TOML, or says what cannot be agreed.
    """
    file = read_file(path, defaults={})
    double_tap, route = file.table("double_tap"), file.table("route")
    for of_settlement in ("settlement", "files"):  # no sale waits for what files/plan_file.py reads
        file.table(of_settlement, optional=True)
    changes = route.tables("changes")
    terms = [_terms(route, ""), *(_terms(change, _since(change)) for change in changes)]
    read = Merchant(
        double_tap_seconds=double_tap.whole("window_seconds", most=LONGEST_WINDOW_SECONDS),
        plan=Plan(path.stem, tuple(terms)),
    )
    for table in (double_tap, route, *changes, file):
        table.close()
    for earlier, later in pairwise(terms):
        if earlier.since >= later.since:
            reason = f"must go forward in time, but {later.since} follows {earlier.since}"
            raise route.refuse("changes", reason)
    return read


def _since(change: Table) -> str:
    since = change.text("from")
    if not _is_date(since):
        raise change.refuse("from", f"must be a date YYYYMMDD, not {since!r}")
    return since


def _is_date(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y%m%d").strftime("%Y%m%d") == text  # noqa: DTZ007 -- a date has no zone
    except ValueError:
        return False


def _terms(table: Table, since: str) -> Terms:
    shares = table.table("vans")
    vans = shares.numbers(least=1, most=WHOLE_BASIS_POINTS)
    direct = table.texts("direct") if "direct" in table.keys() else ()  # noqa: SIM118 -- no mapping
    if sum(vans.values()) != WHOLE_BASIS_POINTS:
        raise table.refuse("vans", f"must sum to 10,000 basis points, not {sum(vans.values()):,}")
    for name in vans:
        _require(shares, name, name, is_issuer=False)
    for name in direct:
        _require(table, "direct", name, is_issuer=True)
    for one, other in combinations((known_destinations()[name] for name in direct), 2):
        if any(a.startswith(b) or b.startswith(a) for a in one.serves_bins for b in other.serves_bins):
            raise table.refuse("direct", f"names {one.name} and {other.name}, who serve the same cards")
    mode = table.chosen("net_cancel_mode", NetCancelMode) if "net_cancel_mode" in table.keys() else None  # noqa: SIM118 -- no mapping
    return Terms(since, vans, direct, mode)


def _require(table: Table, key: str, name: str, *, is_issuer: bool) -> None:
    known = known_destinations().get(name)
    if known is None:
        raise table.refuse(key, f"names {name}, but destinations/ has no such file")
    if known.is_issuer is not is_issuer:
        kind, place = ("an issuer", "direct") if known.is_issuer else ("a VAN", "vans")
        raise table.refuse(key, f"names {name}, which is {kind}: it belongs under {place}")
