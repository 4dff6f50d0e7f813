"""The parties we talk to, one module each: how its paper and its contract differ from the others'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tools.simulators.parties import bada, dongdaemun, gyeongbok, haneul, hangang, namsan, sol
from tools.simulators.party import Manner

PARTIES: Final[Mapping[str, Manner]] = {
    "bada": bada.MANNER,
    "dongdaemun": dongdaemun.MANNER,
    "gyeongbok": gyeongbok.MANNER,
    "haneul": haneul.MANNER,
    "hangang": hangang.MANNER,
    "namsan": namsan.MANNER,
    "sol": sol.MANNER,
}
