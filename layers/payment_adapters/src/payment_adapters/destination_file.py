"""Read one destination's file, and refuse at once what no contract can say: file, key and reason.

What the file says about rows and telegrams of a paper is checked where the paper is at hand
(networks/filling.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from payment_adapters.destinations import Destination, Handshake, Purpose, TelegramPlan
from payment_core.approval.model import NetCancelMode
from payment_core.approval.ports import CancelVerify, NetCancelKey, Profile

# What holds where a file does not say otherwise; everything that is not here must be said.
DEFAULTS: Final[Mapping[str, object]] = {
    "serves_bins": [],
    "authentication": "",
    "contract.fee_won": 0,
    "contract.capacity_connections": 50,
    "timeouts.max_processing_seconds": 60,
    "handshake.kind": "NONE",
    "net_cancel.first_delay_seconds": 0,
    "net_cancel.window_seconds": 86_400,
    "net_cancel.key": "TRACE_NUMBER",
    "net_cancel.repeat_safe": True,
    "net_cancel.needs_card": False,
    "net_cancel.leaves_tombstone": False,
    "cancel.verify": "REPEAT",
    "inquiry.exists": False,
    "codes.destination_fault": [],
}

KINDS: Final = ("van", "issuer")
WHOLE_BASIS_POINTS: Final = 10_000
MEANINGS: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.AUTHORISE: frozenset({"approved", "declined", "not_forwarded", "in_doubt"}),
    Purpose.NET_CANCEL: frozenset({"undone", "not_found", "refused", "in_doubt"}),
    Purpose.CANCEL: frozenset({"undone", "refused", "in_doubt"}),
    Purpose.INQUIRE: frozenset({"answered", "approved", "not_approved", "not_found", "in_doubt"}),
    Purpose.ECHO: frozenset({"in_service", "in_doubt"}),
}
NEEDED: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.AUTHORISE: frozenset({"approved", "declined"}),
    Purpose.NET_CANCEL: frozenset({"undone", "not_found", "refused"}),
    Purpose.CANCEL: frozenset({"undone", "refused"}),
    Purpose.INQUIRE: frozenset(),
    Purpose.ECHO: frozenset({"in_service"}),
}
STATES: Final = frozenset({"approved", "not_approved", "not_found"})
BLAMABLE: Final = frozenset({"not_forwarded", "in_doubt"})

Choice = TypeVar("Choice", bound=StrEnum)


class DestinationFileError(Exception):
    """A destination's file lacks a key, has one that means nothing, or says what cannot be.

    `file` is its name, `key` the key with the tables it stands in, `reason` a clause about it.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        """Name the place and what is wrong there."""
        super().__init__(f"{file}: {key} {reason}")
        self.file, self.key, self.reason = file, key, reason


class Table:
    """One table of a file: takes typed values out of it, and in the end refuses what nobody took."""

    def __init__(self, file: str, path: str, words: Mapping[str, Any]) -> None:
        """Take a table as parsed; `path` is its name, empty for the file itself."""
        self._file, self._path, self._words = file, path, words
        self._taken: set[str] = set()

    def text(self, key: str) -> str:
        """A text."""
        return str(self._typed(key, str, "a text"))

    def whole(self, key: str, *, least: int = 0, most: int = 10**9) -> int:
        """A whole number from `least` to `most`."""
        value = self._typed(key, int, "a whole number")
        if not least <= value <= most:
            raise self.refuse(key, f"must be {least:,} to {most:,}, not {value:,}")
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._typed(key, bool, "true or false"))

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """One of these texts."""
        value, known = self.text(key), tuple(choices)
        if value not in known:
            raise self.refuse(key, f"must be one of {', '.join(known)}, not {value!r}")
        return value

    def chosen(self, key: str, choices: type[Choice]) -> Choice:
        """One of an enumeration."""
        return choices(self.one_of(key, choices))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        values = self._typed(key, list, "a list of texts")
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(key, "must be a list of texts")
        if twice := sorted({value for value in values if values.count(value) > 1}):
            raise self.refuse(key, f"names {', '.join(twice)} twice")
        return tuple(values)

    def map(self) -> dict[str, str]:
        """All of this table, as text → text."""
        return {key: self.text(key) for key in self._words}

    def table(self, key: str, *, optional: bool = False) -> Table:
        """A table inside this one; an optional one that is missing is empty."""
        if optional:
            self._words = {key: {}, **self._words}
        return Table(self._file, self._name(key), self._typed(key, dict, "a table"))

    def keys(self) -> tuple[str, ...]:
        """What it holds."""
        return tuple(self._words)

    def close(self) -> None:
        """Refuse keys that mean nothing: a default would silently stand for what was misspelt."""
        for key in self._words:
            if key not in self._taken:
                raise self.refuse(key, "means nothing here")

    def refuse(self, key: str, reason: str) -> DestinationFileError:
        """The error for a key of this table."""
        return DestinationFileError(self._file, self._name(key), reason)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _typed(self, key: str, kind: type, meant: str) -> Any:  # noqa: ANN401 - of the kind that is asked for
        self._taken.add(key)
        value = self._words.get(key, DEFAULTS.get(self._name(key)))
        if value is None:
            raise self.refuse(key, "is missing")
        if type(value) is not kind:
            raise self.refuse(key, f"must be {meant}, not {value!r}")
        return value


def read_destination(path: Path) -> Destination:
    """Read a destination's file wherever it lies; it is called like the file.

    Raises:
        DestinationFileError: it is no TOML, or says what no contract can.
    """
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as unreadable:
        raise DestinationFileError(path.name, "the file", f"is not TOML: {unreadable}") from unreadable
    file = Table(path.name, "", words)
    contract, timeouts = file.table("contract"), file.table("timeouts")
    net_cancel, cancel = file.table("net_cancel"), file.table("cancel", optional=True)
    inquiry, codes = file.table("inquiry", optional=True), file.table("codes")
    has_inquiry = inquiry.flag("exists")
    telegrams = _telegrams(file, codes, has_inquiry=has_inquiry)
    answer_seconds = timeouts.whole("answer_seconds", least=1, most=60)
    read = Destination(
        profile=Profile(
            name=path.stem,
            net_cancel_mode=net_cancel.chosen("mode", NetCancelMode),
            net_cancel_first_delay_seconds=net_cancel.whole("first_delay_seconds"),
            leaves_tombstone=net_cancel.flag("leaves_tombstone"),
            max_processing_seconds=timeouts.whole("max_processing_seconds", least=1),
            answer_seconds=answer_seconds,
            net_cancel_window_seconds=net_cancel.whole("window_seconds", least=1),
            net_cancel_key=net_cancel.chosen("key", NetCancelKey),
            net_cancel_repeat_safe=net_cancel.flag("repeat_safe"),
            net_cancel_needs_card=net_cancel.flag("needs_card"),
            has_inquiry=has_inquiry,
            cancel_verify=cancel.chosen("verify", CancelVerify),
        ),
        kind=file.one_of("kind", KINDS),
        address=_address(file),
        spec=file.text("spec"),
        serves_bins=_bins(file),
        share_basis_points=contract.whole("share_basis_points", most=WHOLE_BASIS_POINTS),
        fee_won=contract.whole("fee_won"),
        capacity_connections=contract.whole("capacity_connections", least=1),
        connect_seconds=timeouts.whole("connect_seconds", least=1, most=30),
        handshake=_handshake(file.table("handshake", optional=True), answer_seconds),
        authentication=file.text("authentication"),
        telegrams=telegrams,
        destination_fault=_faults(codes, telegrams),
        letters=_letters(file.table("letters", optional=True)),
    )
    for table in (contract, timeouts, net_cancel, cancel, inquiry, codes, file):
        table.close()
    _refuse_contradictions(net_cancel, cancel, read)
    return read


def _refuse_contradictions(net_cancel: Table, cancel: Table, read: Destination) -> None:
    profile = read.profile
    if profile.cancel_verify is CancelVerify.INQUIRE and not profile.has_inquiry:
        raise cancel.refuse("verify", "is INQUIRE, but inquiry.exists is false")
    by_number = profile.net_cancel_key is NetCancelKey.APPROVAL_NUMBER
    if by_number and profile.net_cancel_mode is NetCancelMode.RELAY:
        raise net_cancel.refuse("key", "is APPROVAL_NUMBER: an answer that never came can only be VAN_OWNED")


def _address(file: Table) -> str:
    address = file.text("address")
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise file.refuse("address", f"must be host:port, not {address!r}")
    return address


def _bins(file: Table) -> tuple[str, ...]:
    bins = file.texts("serves_bins")
    for one in bins:
        if not (one.isascii() and one.isdecimal() and 1 <= len(one) <= 8):  # noqa: PLR2004 - a BIN has 6 or 8
            raise file.refuse("serves_bins", f"must be prefixes of 1 to 8 digits, not {one!r}")
    return bins


def _handshake(table: Table, answer_seconds: int) -> Handshake | None:
    if table.one_of("kind", ("NONE", "ENQ_ACK_EOT")) == "NONE":
        table.close()
        return None
    most = answer_seconds
    waits = Handshake(
        enq_seconds=table.whole("enq_seconds", least=1, most=most),
        eot_seconds=table.whole("eot_seconds", least=1, most=most),
    )
    table.close()
    return waits


def _telegrams(file: Table, codes: Table, *, has_inquiry: bool) -> dict[Purpose, TelegramPlan]:
    told, common = file.table("telegrams"), file.table("correlation").map()
    if not common:
        raise file.refuse("correlation", "is empty: any answer would be ours")
    lacks = {Purpose.INQUIRE: not has_inquiry, Purpose.ECHO: Purpose.ECHO not in told.keys()}  # noqa: SIM118 - a table is no mapping
    purposes = [one for one in Purpose if not lacks.get(one)]
    plans = {purpose: _plan(purpose, told.table(purpose), codes, common) for purpose in purposes}
    told.close()
    return plans


def _plan(purpose: Purpose, told: Table, codes: Table, common: Mapping[str, str]) -> TelegramPlan:
    plan = TelegramPlan(
        request=told.text("request"),
        answer=told.text("answer"),
        fields=told.table("fields").map(),
        correlation={**common, **told.table("correlation", optional=True).map()},
        codes=_meanings(codes.table(purpose), MEANINGS[purpose], NEEDED[purpose]),
        states=_meanings(told.table("states", optional=True), STATES, frozenset()),
    )
    told.close()
    if ("answered" in plan.codes.values()) != bool(plan.states):
        raise told.refuse(
            "states", "says what an answered inquiry found; it goes with codes that are `answered`"
        )
    return plan


def _meanings(table: Table, known: frozenset[str], needed: frozenset[str]) -> dict[str, str]:
    """Turn meaning → codes into code → meaning; one code has one meaning."""
    found: dict[str, str] = {}
    for meaning in table.keys():  # noqa: SIM118 - a table is no mapping
        if meaning not in known:
            raise table.refuse(meaning, f"is no meaning we act on; those are {', '.join(sorted(known))}")
        for code in table.texts(meaning):
            if code in found:
                raise table.refuse(meaning, f"lists {code}, which means {found[code]} already")
            found[code] = meaning
    for meaning in sorted(needed - set(found.values())):
        raise table.refuse(meaning, "is missing")
    return found


def _faults(codes: Table, telegrams: Mapping[Purpose, TelegramPlan]) -> frozenset[str]:
    faults = codes.texts("destination_fault")
    blamable = {
        code for plan in telegrams.values() for code, meaning in plan.codes.items() if meaning in BLAMABLE
    }
    for code in faults:
        if code not in blamable:
            reason = (
                f"lists {code}, which no telegram lists as not forwarded or in doubt: a decline never counts"
            )
            raise codes.refuse("destination_fault", reason)
    return frozenset(faults)


def _letters(table: Table) -> dict[str, dict[str, str]]:
    return {word: table.table(word).map() for word in table.keys()}  # noqa: SIM118 - a table is no mapping
