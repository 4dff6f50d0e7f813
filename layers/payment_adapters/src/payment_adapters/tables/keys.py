"""Every key of every table; one function per access pattern, its docstring the row of the data-model page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from payment_adapters.terminals.key_ids import Terminal
from payment_core.approval.model import SaleId

if TYPE_CHECKING:  # who sells loads nothing of what is compared later
    from payment_core.projection.known import Total, Work
    from payment_core.reconciliation.day import Day

Key = dict[str, str]

OPEN_MONEY_INDEX: Final = "open-money"
CLAIM_QUEUE_INDEX: Final = "claim-queue"
OPEN_BUCKETS: Final = 8  # spreads the sparse index; every sweep reads all of them
RECEIVED_INDEX: Final = "received"
OPEN_FINDINGS_INDEX: Final = "open-findings"
CASES_INDEX: Final = "cases"
DAY_BUCKETS: Final = 8  # spreads what all terminals write on one day
EVERY_SALE: Final = "SALES"
# What a person can look for, the narrowest first: the attribute that an index of the search table is made of.
SEARCHED_BY: Final = (
    *("approval_number", "card_token", "terminal", "amount", "card_masked"),
    *("merchant", "destination", "state", "every"),
)


def sale_key(sale_id: SaleId) -> Key:
    """Table payments · one sale, its decision and its attempts: the truth, in one item."""
    return {"PK": _partition(sale_id), "SK": "STATE"}


def evidence_key(sale_id: SaleId, at_ms: int, name: str) -> Key:
    """Table payments · one exchange over the wire, masked, append-only, in the sale's partition."""
    return {"PK": _partition(sale_id), "SK": f"EVIDENCE#{at_ms:013d}#{name}"}


def evidence_of(sale_id: SaleId) -> tuple[str, str]:
    """Table payments · all exchanges of one sale, in time order: partition and sort-key prefix."""
    return _partition(sale_id), "EVIDENCE#"


def open_bucket(sale_id: SaleId) -> str:
    """Table payments, index open-money · open sales by when somebody must act next."""
    digest = hashlib.sha256(str(sale_id).encode()).digest()
    return f"OPEN#{digest[0] % OPEN_BUCKETS}"


def open_buckets() -> tuple[str, ...]:
    """Table payments, index open-money · every bucket a sweep has to read."""
    return tuple(f"OPEN#{number}" for number in range(OPEN_BUCKETS))


def claim_queue(merchant: str) -> str:
    """Table payments, index claim-queue · what a merchant has waiting to be claimed, by business date."""
    return f"CLAIM#{merchant}"


def enlisted_key(batch: str, sale_id: SaleId) -> Key:
    """Table payments · one sale that a batch may hold something of."""
    return {"PK": enlisted_in(batch), "SK": str(sale_id)}


def enlisted_in(batch: str) -> str:
    """Table payments · every sale that a batch may hold something of."""
    return f"BATCH#{batch}"


def nonce_key(key_id: str, value: str) -> Key:
    """Table marks · one nonce of one signing key: there when it was spent."""
    return {"PK": f"NONCE#{key_id}#{value}"}


def card_key(card_token: str) -> Key:
    """Table marks · the last sale of one card, by its token."""
    return {"PK": f"CARD#{card_token}"}


def notice_key(channel: str, alarm: str) -> Key:
    """Table marks · the last that a channel was told of an alarm."""
    return {"PK": f"NOTICE#{channel}#{alarm}"}


def breaker_key(destination: str) -> Key:
    """Table breakers · one destination's breaker."""
    return {"PK": all_breakers(), "SK": destination}


def all_breakers() -> str:
    """Table breakers · every breaker, so that one strongly consistent query sees them at one moment."""
    return "BREAKERS"


def breaker_error_key(destination: str, generation: int, at_ms: int, name: str) -> Key:
    """Table breakers · one technical error, under the generation it happened in; gone after five minutes."""
    return {"PK": breaker_errors(destination, generation), "SK": f"{breaker_moment(at_ms)}#{name}"}


def breaker_slot_key(destination: str, generation: int, terminal: str, slot: int) -> Key:
    """Table breakers · one slot for a counted error of one terminal, where its errors are capped."""
    return {"PK": f"SLOT#{destination}#{generation}#{terminal}", "SK": str(slot)}


def breaker_errors(destination: str, generation: int) -> str:
    """Table breakers · the errors of one generation, in time order."""
    return f"ERR#{destination}#{generation}"


def breaker_moment(at_ms: int) -> str:
    """Table breakers · where in that order a moment stands."""
    return f"{at_ms:013d}"


def approvals_key(merchant: str, business_date: str, destination: str) -> Key:
    """Table read_models · what one destination has of a merchant's day."""
    partition, _ = approvals_of_month(merchant, business_date)
    return {"PK": partition, "SK": f"{business_date}#{destination}"}


def approvals_of_month(merchant: str, business_date: str) -> tuple[str, str]:
    """Table read_models · a merchant's month by day, from a day on: partition and first sort key."""
    return f"APPROVALS#{merchant}#{business_date[:6]}", business_date


def day_key(sale_id: SaleId) -> Key:
    """Table read_models · one sale of a terminal's day."""
    return {"PK": sales_of_day(_terminal(sale_id), sale_id.business_date), "SK": f"{sale_id.sequence:08d}"}


def cancel_day_key(cancel_id: SaleId) -> Key:
    """Table read_models · one cancel of a terminal's day; a till may number sales and cancels apart."""
    key = day_key(cancel_id)
    return {**key, "SK": f"{key['SK']}#CANCEL"}


def terminal_of_date_key(sale_id: SaleId) -> Key:
    """Table read_models · one terminal of a date: there when it sold or cancelled then."""
    terminal = _terminal(sale_id)
    return {"PK": f"TERMINALS#{sale_id.business_date}#{_bucket(terminal)}", "SK": terminal}


def terminals_of_date(business_date: str) -> tuple[str, ...]:
    """Table read_models · every terminal of a date, in buckets."""
    return tuple(f"TERMINALS#{business_date}#{number}" for number in range(DAY_BUCKETS))


def sales_of_day(terminal: str, business_date: str) -> str:
    """Table read_models · all sales of a terminal's day, by its numbers."""
    return f"DAY#{terminal}#{business_date}"


def journal_key(day: Day, revision: int, part: int) -> Key:
    """Table journals · one part of one revision of a terminal's journal."""
    return {"PK": parts_of_journal(day), "SK": f"{revision:08d}#{part:03d}"}


def parts_of_journal(day: Day) -> str:
    """Table journals · every part that a terminal delivered of a business date."""
    return f"JOURNAL#{day.terminal}#{day.business_date}"


def received_key(day: Day, korean_day: str) -> Key:
    """Table journals, index received · whose journal of which date came on a day in Korea."""
    return {"received_bucket": f"RECEIVED#{korean_day}#{_bucket(day.terminal)}", "received_day": str(day)}


def received_buckets(korean_day: str) -> tuple[str, ...]:
    """Table journals, index received · every bucket of a day in Korea."""
    return tuple(f"RECEIVED#{korean_day}#{number}" for number in range(DAY_BUCKETS))


def finding_key(day: Day, subject: str, kind: str) -> Key:
    """Table journals · one difference of a terminal's date, by the sale or cancel it is about."""
    partition, prefix = findings_of(day)
    return {"PK": partition, "SK": f"{prefix}{subject}#{kind}"}


def findings_of(day: Day) -> tuple[str, str]:
    """Table journals · every difference of a terminal's date: partition and sort-key prefix."""
    return findings_of_merchant(day.merchant, day.business_date), f"FOUND#{day.terminal}#"


def findings_of_merchant(merchant: str, business_date: str) -> str:
    """Table journals · every difference and comparison of a merchant's date."""
    return f"FINDINGS#{business_date}#{merchant}"


def compared_key(day: Day) -> Key:
    """Table journals · when a terminal's date was compared last, and what it came to."""
    return {"PK": findings_of_merchant(day.merchant, day.business_date), "SK": f"COMPARED#{day.terminal}"}


def day_of_finding(partition: str, sort: str) -> tuple[str, str]:
    """Read business date and terminal back out of a finding's key."""
    return partition.split("#")[1], sort.split("#")[1]


def open_findings_bucket() -> str:
    """Table journals, index open-findings · differences that stand, the oldest first; few, so one bucket."""
    return "OPEN"


def case_key(about: str, part: str) -> Key:
    """Table cases · one case, with everything that was done about it."""
    return {"PK": cases_about(about), "SK": part}


def cases_about(about: str) -> str:
    """Table cases · every case about one sale, cancel or journal."""
    return f"CASE#{about}"


def open_cases() -> str:
    """Table cases, index cases · what people must look at, the oldest first; few, so one bucket."""
    return "OPEN"


def closed_cases(month: str) -> str:
    """Table cases, index cases · what was closed in a month in Korea, YYYYMM, by when it was opened."""
    return f"CLOSED#{month}"


def known_key(sale_id: str) -> Key:
    """Table search · one sale as its newest event tells it."""
    return {"PK": sale_id}


def search_index(searched_by: str) -> str:
    """Table search, index by-… · sales that have one word in common, by when they came."""
    return f"by-{searched_by.replace('_', '-')}"


def search_moment(received_at_ms: int, sale_id: str = "") -> str:
    """Table search, every index · where a sale stands in that order; without one, the first place."""
    return f"{received_at_ms:013d}#{sale_id}" if sale_id else f"{received_at_ms:013d}"


def total_of_day_key(total: Total, bucket: str) -> Key:
    """Table read_models · a part of what all merchants have at one destination in one state on a date."""
    return {"PK": totals_of_day(total.business_date), "SK": f"{total.destination}#{total.state}#{bucket}"}


def total_of_merchant_key(total: Total) -> Key:
    """Table read_models · what one merchant has at one destination in one state on a date."""
    partition = totals_of_merchant(total.business_date, total.merchant)
    return {"PK": partition, "SK": f"{total.destination}#{total.state}"}


def totals_of_day(business_date: str) -> str:
    """Table read_models · every total of a date."""
    return f"TOTALS#{business_date}"


def totals_of_merchant(business_date: str, merchant: str) -> str:
    """Table read_models · every total of a merchant's date."""
    return f"TOTALS#{business_date}#{merchant}"


def work_key(work: Work, bucket: str) -> Key:
    """Table read_models · a part of how often a destination did one thing on a date."""
    return {"PK": works_of_day(work.business_date), "SK": f"{work.destination}#{work.outcome}#{bucket}"}


def works_of_day(business_date: str) -> str:
    """Table read_models · all that destinations did on a date."""
    return f"WORK#{business_date}"


def day_bucket(sale_id: str) -> str:
    """Table read_models · which part of a date's counts one write adds to; the parts are read together."""
    return str(_bucket(sale_id))


def told_key(event: str) -> Key:
    """Table read_models · one event, by its id: there when it was counted."""
    return {"PK": f"TOLD#{event}", "SK": "COUNTED"}


def audit_key(korean_day: str, at_ms: int, entry: str) -> Key:
    """Table audit · one line of the audit log."""
    return {"PK": audit_of_day(korean_day), "SK": f"{at_ms:013d}#{entry}"}


def audit_of_day(korean_day: str) -> str:
    """Table audit · every line of a day in Korea, in time order."""
    return f"AUDIT#{korean_day}"


def sale_id_of(partition: str) -> SaleId:
    """Read the sale id back out of a partition key of the payments table."""
    _, merchant, terminal, epoch, business_date, sequence = partition.split("#")
    return SaleId(merchant, terminal, int(epoch), business_date, int(sequence))


def terminal_item_key(terminal: Terminal) -> Key:
    """Table terminals · one terminal in one epoch: its keys, whether it is blocked, its last check."""
    return {"PK": f"TERMINAL#{terminal.merchant}#{terminal.terminal}#{terminal.terminal_epoch}"}


def _terminal(sale_id: SaleId) -> str:
    return f"{sale_id.merchant}-{sale_id.terminal}-{sale_id.terminal_epoch}"


def _bucket(terminal: str) -> int:
    return hashlib.sha256(terminal.encode()).digest()[0] % DAY_BUCKETS


def _partition(sale_id: SaleId) -> str:
    return (
        f"SALE#{sale_id.merchant}#{sale_id.terminal}#{sale_id.terminal_epoch}"
        f"#{sale_id.business_date}#{sale_id.sequence}"
    )
