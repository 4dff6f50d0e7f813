"""Who undoes an approval whose answer never came: a word of contracts, routes and attempts."""

from __future__ import annotations

from enum import StrEnum


class NetCancelMode(StrEnum):
    """Payrelay sends the net-cancel, or the route's only VAN undoes by itself and payrelay inquires."""

    RELAY = "RELAY"
    VAN_OWNED = "VAN_OWNED"
