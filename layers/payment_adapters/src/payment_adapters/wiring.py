"""Wiring: which adapter stands behind which port, built once per sandbox from its settings.

An adapter is imported where it is made, so that a door loads what it uses and no more. What its first event
needs a door imports itself: while a sandbox starts it is fast, and on AWS that start may be done in advance.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from payment_adapters import outside
from payment_adapters.aws import clients
from payment_adapters.aws.secrets import SecretReader
from payment_adapters.settings import setting
from payment_adapters.tables.sales import DynamoSales
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time

if TYPE_CHECKING:
    from payment_adapters.aws.cheque_inquiries import ChequeInquiries
    from payment_adapters.aws.publishing import EventPublisher
    from payment_adapters.aws.sealing import CardOpener, CardSealer, SealedCard
    from payment_adapters.aws.watchdog import WatchdogQueue
    from payment_adapters.aws.workflows import ExpressApproval, RecoveryDrivers
    from payment_adapters.destinations import Destination
    from payment_adapters.networks.error_report import ErrorReport
    from payment_adapters.networks.filling import Mac
    from payment_adapters.networks.link import TelegramLink
    from payment_adapters.networks.measured import MeasuredLink
    from payment_adapters.tables.breakers import DynamoBreakers, KnownBreakers
    from payment_adapters.tables.claims import DynamoClaims
    from payment_core.approval.model import SaleId
    from payment_core.approval.ports import Profile
    from payment_core.kernel.instrument import Instrument


class Invocation(Protocol):
    """What a handler is told about its own run."""

    @property
    def aws_request_id(self) -> str:
        """The run's id."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until it is stopped."""
        ...


def now_ms() -> int:
    """Wall clock, milliseconds since 1970 UTC."""
    return outside.now_ms()


def hand(name: str, invocation: Invocation, *, limit_ms: int | None = None) -> Hand:
    """The hand of one invocation.

    Args:
        name: As history will tell it.
        invocation: Its id and its fence.
        limit_ms: A shorter fence than the function's own.
    """
    started_ms = _monotonic_ms()
    fence_ms = invocation.get_remaining_time_in_millis()
    limit = fence_ms if limit_ms is None else min(limit_ms, fence_ms)
    return Hand(
        name=name,
        invocation_id=invocation.aws_request_id,
        now_ms=now_ms,
        monotonic_ms=_monotonic_ms,
        remaining_ms=lambda: limit - (_monotonic_ms() - started_ms),
        pause_ms=lambda pause: outside.pause_seconds(pause / 1_000),
        new_id=outside.fresh_id,
        chance_below=outside.chance_below,
    )


def _monotonic_ms() -> int:
    return int(outside.monotonic_seconds() * 1_000)


@cache
def sales() -> DynamoSales:
    """The truth."""
    return DynamoSales(clients.dynamodb(), setting("PAYMENTS_TABLE"))


@cache
def claims() -> DynamoClaims:
    """What can be taken only once."""
    from payment_adapters.tables.claims import DynamoClaims  # noqa: PLC0415 -- for the gateway

    return DynamoClaims(clients.dynamodb(), setting("PAYMENTS_TABLE"), setting("MARKS_TABLE"))


@cache
def approval() -> ExpressApproval:
    """The workflow a POS waits for."""
    from payment_adapters.aws.workflows import ExpressApproval  # noqa: PLC0415 -- for the gateway

    return ExpressApproval(clients.approval_starter(), setting("APPROVAL_WORKFLOW"))


@cache
def cheque_inquiries() -> ChequeInquiries:
    """The function that asks about cheques."""
    from payment_adapters.aws.cheque_inquiries import ChequeInquiries  # noqa: PLC0415 -- for the gateway

    return ChequeInquiries(clients.cheque_asker(), setting("CHEQUE_INQUIRY_FUNCTION"))


@cache
def drivers() -> RecoveryDrivers:
    """The workflows that repeat."""
    from payment_adapters.aws.workflows import RecoveryDrivers  # noqa: PLC0415 -- for whoever wakes them

    return RecoveryDrivers(
        clients.driver_starter(), setting("NET_CANCEL_WORKFLOW"), setting("CANCEL_WORKFLOW")
    )


@cache
def watchdog() -> WatchdogQueue:
    """Has a sale looked at later."""
    from payment_adapters.aws.watchdog import WatchdogQueue  # noqa: PLC0415 -- for the waker

    return WatchdogQueue(clients.sqs(), setting("WATCHDOG_QUEUE"))


@cache
def publisher() -> EventPublisher:
    """Tells the world."""
    from payment_adapters.aws.publishing import EventPublisher  # noqa: PLC0415 -- for the outbox

    return EventPublisher(
        clients.kinesis(), setting("EVENT_STREAM"), clients.event_bridge(), setting("EVENT_BUS")
    )


@cache
def card_sealer() -> CardSealer:
    """Seals cards at the gateway."""
    from payment_adapters.aws.sealing import CardSealer  # noqa: PLC0415 -- for the gateway

    return CardSealer(clients.kms(), setting("CARD_KEY"), now_ms)


@cache
def card_opener() -> CardOpener:
    """Opens cards at the sender."""
    from payment_adapters.aws.sealing import CardOpener  # noqa: PLC0415 -- for senders

    return CardOpener(clients.kms(), now_ms)


def opened_customer(sale_id: SaleId, box: Mapping[str, str]) -> Instrument:
    """Take the customer of a cash receipt out of the box that is kept for taking the receipt back."""
    from payment_core.kernel.instrument import Instrument  # noqa: PLC0415 -- for senders

    customer = card_opener().open(sale_id, cast("SealedCard", box))
    assert isinstance(customer, Instrument), "only a receipt's customer is kept"  # noqa: S101 -- a bug
    return customer


@cache
def terminal_master() -> SecretReader:
    """The master of the terminal keys."""
    return SecretReader(clients.secrets_manager(), setting("TERMINAL_SECRET"), now_ms)


@cache
def token_key() -> SecretReader:
    """The key of card tokens and fingerprints."""
    return SecretReader(clients.secrets_manager(), setting("TOKEN_SECRET"), now_ms)


@cache
def breakers() -> DynamoBreakers:
    """Every destination's breaker."""
    from payment_adapters.tables.breakers import DynamoBreakers  # noqa: PLC0415 -- for errors and routers

    return DynamoBreakers(clients.aside(), setting("BREAKERS_TABLE"))


@cache
def known_breakers() -> KnownBreakers:
    """What this sandbox knows of them, at most a second old."""
    from payment_adapters.tables.breakers import KnownBreakers  # noqa: PLC0415 -- for routers

    return KnownBreakers(breakers(), now_ms)


def open_destinations() -> frozenset[str]:
    """The destinations that no sale goes to now."""
    return known_breakers().open_destinations()


@cache
def errors() -> ErrorReport:
    """The technical errors of this sandbox, for the breakers."""
    from payment_adapters.destinations import destination  # noqa: PLC0415 -- for senders
    from payment_adapters.networks.error_report import ErrorReport  # noqa: PLC0415 -- for senders

    return ErrorReport(breakers(), routes, now_ms, lambda name: destination(name).max_errors_per_terminal)


def report_errors() -> None:
    """Count for the breakers what went wrong; a sandbox that never saw an error has no report to make."""
    if errors.cache_info().currsize:
        errors().report()


def routes() -> tuple[frozenset[str], ...]:
    """The VANs of each route today: none of them may lose its last one to a breaker."""
    from payment_adapters.merchants import vans_of_every_route  # noqa: PLC0415 -- for senders

    return vans_of_every_route(f"{korean_time(now_ms()):%Y%m%d}")


@cache
def link(name: str) -> MeasuredLink:
    """The line of one destination, whose technical errors are kept for the breaker."""
    from payment_adapters.networks.measured import MeasuredLink  # noqa: PLC0415 -- for senders

    return MeasuredLink(name, line(name), lambda *error: errors().keep(*error))


@cache
def line(name: str) -> TelegramLink:
    """The same line uncounted; the environment may name another address and a shorter wait."""
    from payment_adapters.destinations import destination  # noqa: PLC0415 -- for senders
    from payment_adapters.networks.link import TelegramLink  # noqa: PLC0415 -- for senders
    from payment_adapters.sockets import Address  # noqa: PLC0415 -- for senders

    known = destination(name)
    address = os.environ.get(f"ADDRESS_{name.upper()}") or known.address
    answer_seconds = int(os.environ.get("ANSWER_SECONDS") or known.profile.answer_seconds)
    return TelegramLink(known, Address.parse(address), now_ms, answer_seconds, mac=_mac(known))


def _mac(known: Destination) -> Mac | None:
    """Vouch with the key agreed with a destination; one that cannot be read stops a send before its intent.

    Raises:
        KeysUnavailableError: Secrets Manager gave no answer.
    """
    if not known.authentication:
        return None
    from payment_adapters.networks.filling import software_mac  # noqa: PLC0415 -- for senders

    secret = SecretReader(
        clients.secrets_manager(), setting(f"MAC_SECRET_{known.profile.name.upper()}"), now_ms
    )
    secret.value()

    def vouch(covered: bytes) -> bytes:
        return software_mac(secret.value())(covered)  # read again as time passes: keys are replaced

    return vouch


def profile(name: str) -> Profile:
    """What the contract with a destination says."""
    from payment_adapters.destinations import destination  # noqa: PLC0415 -- for senders

    return destination(name).profile
