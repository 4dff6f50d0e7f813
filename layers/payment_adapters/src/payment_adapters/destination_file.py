"""Read one destination's file, and refuse at once what no contract can say: file, key and reason.

What the file says about rows and telegrams of a paper is checked where the paper is at hand
(networks/filling.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from payment_adapters.contract_file import Table, read_file
from payment_adapters.destinations import Destination, Handshake, Purpose, TelegramPlan
from payment_core.approval.ports import CancelVerify, NetCancelKey, Profile
from payment_core.kernel.card import BIN_DIGITS
from payment_core.kernel.net_cancel_mode import NetCancelMode
from payment_core.kernel.tender import Tender
from payment_core.routing.breaker import ERRORS_TO_OPEN

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
    "breaker.max_errors_per_terminal": 0,
}

KINDS: Final = ("van", "issuer")
MEANINGS: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.AUTHORISE: frozenset({"approved", "declined", "not_forwarded", "in_doubt"}),
    Purpose.NET_CANCEL: frozenset({"undone", "not_found", "refused", "in_doubt"}),
    Purpose.CANCEL: frozenset({"undone", "refused", "in_doubt"}),
    Purpose.INQUIRE: frozenset({"answered", "approved", "not_approved", "not_found", "in_doubt"}),
    Purpose.ECHO: frozenset({"in_service", "in_doubt"}),
    Purpose.CHEQUE_INQUIRY: frozenset({"good", "bad", "in_doubt"}),
}
NEEDED: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.AUTHORISE: frozenset({"approved", "declined"}),
    Purpose.NET_CANCEL: frozenset({"undone", "not_found", "refused"}),
    Purpose.CANCEL: frozenset({"undone", "refused"}),
    Purpose.INQUIRE: frozenset(),
    Purpose.ECHO: frozenset({"in_service"}),
    Purpose.CHEQUE_INQUIRY: frozenset({"good", "bad"}),
}
OPTIONAL: Final = (Purpose.ECHO, Purpose.CHEQUE_INQUIRY)
TENDERED: Final = (Purpose.AUTHORISE, Purpose.NET_CANCEL, Purpose.CANCEL, Purpose.INQUIRE)
STATES: Final = frozenset({"approved", "not_approved", "not_found"})
BLAMABLE: Final = frozenset({"not_forwarded", "in_doubt"})


def read_destination(path: Path) -> Destination:
    """Read a destination's file wherever it lies; it is called like the file.

    Raises:
        ContractFileError: it is no TOML, or says what no contract can.
    """
    file = read_file(path, defaults=DEFAULTS)
    contract, timeouts = file.table("contract", optional=True), file.table("timeouts")
    net_cancel, cancel = file.table("net_cancel"), file.table("cancel", optional=True)
    inquiry, codes = file.table("inquiry", optional=True), file.table("codes")
    breaker = file.table("breaker", optional=True)
    for of_settlement in ("files", "settlement"):  # files/plan_file.py and agreements.py read them, no sale
        file.table(of_settlement, optional=True)
    has_inquiry = inquiry.flag("exists")
    telegrams, tenders = _telegrams(file, codes, has_inquiry=has_inquiry)
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
        fee_won=contract.whole("fee_won"),
        capacity_connections=contract.whole("capacity_connections", least=1),
        connect_seconds=timeouts.whole("connect_seconds", least=1, most=30),
        handshake=_handshake(file.table("handshake", optional=True), answer_seconds),
        authentication=file.text("authentication"),
        telegrams=telegrams,
        tenders=tenders,
        destination_fault=_faults(codes, telegrams),
        max_errors_per_terminal=breaker.whole("max_errors_per_terminal", most=ERRORS_TO_OPEN - 1),
        letters=_letters(file.table("letters", optional=True)),
    )
    for table in (contract, timeouts, net_cancel, cancel, inquiry, codes, breaker, file):
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
        if not (one.isascii() and one.isdecimal() and 1 <= len(one) <= BIN_DIGITS):
            raise file.refuse("serves_bins", f"must be prefixes of 1 to 6 digits, not {one!r}")
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


Plans = dict[Purpose, TelegramPlan]


def _telegrams(file: Table, codes: Table, *, has_inquiry: bool) -> tuple[Plans, dict[Tender, Plans]]:
    """The plans of cards, and for each tender that the file names those that differ from them."""
    told, common = file.table("telegrams"), file.table("correlation").map()
    if not common:
        raise file.refuse("correlation", "is empty: any answer would be ours")
    lacks = {one for one in OPTIONAL if one not in told.keys()}  # noqa: SIM118 - a table is no mapping
    lacks |= set() if has_inquiry else {Purpose.INQUIRE}
    purposes = [one for one in Purpose if one not in lacks]
    plans = {purpose: _plan(purpose, told.table(purpose), codes, common) for purpose in purposes}
    tenders: dict[Tender, Plans] = {
        tender: _plans_of(told.table(tender), codes, common)
        for tender in Tender
        if tender is not Tender.CARD and tender in told.keys()  # noqa: SIM118 - a table is no mapping
    }
    told.close()
    return plans, {Tender.CARD: {}, **tenders}


def _plans_of(told: Table, codes: Table, common: Mapping[str, str]) -> Plans:
    purposes = [one for one in TENDERED if one in told.keys()]  # noqa: SIM118 - a table is no mapping
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
