"""Every key of the tables ledger and settlement, as in keys.py: a function per access pattern."""

from __future__ import annotations

import hashlib
from typing import Final

from payment_adapters.tables.keys import Key

WINDOW_INDEX: Final = "by-window"
OPEN_SETTLEMENT_INDEX: Final = "open-settlement"
BATCH_INDEX: Final = "by-batch"
MONEY_BUCKETS: Final = 8  # spreads what is written at one moment; whoever reads it reads all of them


def posting_key(posting: str) -> Key:
    """Table ledger · one posting with all its entries, put once, by its key alone."""
    return {"PK": f"POSTING#{posting}", "SK": "POSTED"}


def window_bucket(window: str, posting: str) -> str:
    """Table ledger, index by-window · the postings of a Korean date, in buckets."""
    return f"WINDOW#{window}#{_bucket(posting)}"


def window_buckets(window: str) -> tuple[str, ...]:
    """Table ledger, index by-window · every bucket of a window."""
    return tuple(f"WINDOW#{window}#{number}" for number in range(MONEY_BUCKETS))


def unfolded_key(posting: str) -> Key:
    """Table ledger · that a posting is in no balance so far; the fold that adds it takes this away."""
    return {"PK": f"UNFOLDED#{_bucket(posting)}", "SK": posting}


def unfolded_buckets() -> tuple[str, ...]:
    """Table ledger · everything that is not folded, in buckets."""
    return tuple(f"UNFOLDED#{number}" for number in range(MONEY_BUCKETS))


def balance_key(window: str, kind: str, holder: str) -> Key:
    """Table ledger · what one account's entries of a window come to."""
    return {"PK": balances_of(window), "SK": f"{kind}#{holder}"}


def balances_of(window: str) -> str:
    """Table ledger · every account of a window."""
    return f"BALANCES#{window}"


def row_page_key(merchant: str, sale_date: str, place: int, leaf: int) -> Key:
    """Table settlement · one leaf of a page of claim rows, among those of its merchant and sale date."""
    return {"PK": rows_of(merchant, sale_date), "SK": f"PAGE#{_page(place, leaf)}"}


def row_pages_between(first: int, last: int) -> tuple[str, str]:
    """Table settlement · where the leaves of some pages begin and end among those of their sale date."""
    return f"PAGE#{first:05d}#", f"PAGE#{last:05d}#~"


def row_cuts_key(merchant: str, sale_date: str) -> Key:
    """Table settlement · the approval numbers between which a sale date's pages lie, put once."""
    return {"PK": rows_of(merchant, sale_date), "SK": "CUTS"}


def rows_of(merchant: str, sale_date: str) -> str:
    """Table settlement · every claim row of a merchant's sale date; of a refund, of its sale's."""
    return f"ROWS#{merchant}#{sale_date}"


def batch_mark_key(batch: str, sale_date: str, place: int, leaf: int) -> Key:
    """Table settlement · that rows of a batch are on this leaf, or were about to be put there."""
    return {"PK": pages_of_batch(batch), "SK": f"{sale_date}#{_page(place, leaf)}"}


def pages_of_batch(batch: str) -> str:
    """Table settlement · the mark of every leaf that has rows of a batch."""
    return f"BATCH#{batch}"


def page_of_mark(merchant: str, mark: str) -> Key:
    """Table settlement · the leaf that a mark is about, by the mark's own sort key."""
    sale_date, _, page = mark.partition("#")
    return {"PK": rows_of(merchant, sale_date), "SK": f"PAGE#{page}"}


def file_key(business_date: str, counterparty: str, name: str, file_id: str) -> Key:
    """Table settlement · one file that came or left, among those of its name."""
    partition, prefix = files_named(business_date, counterparty, name)
    return {"PK": partition, "SK": f"{prefix}{file_id}"}


def files_named(business_date: str, counterparty: str, name: str) -> tuple[str, str]:
    """Table settlement · every file of one name and date, whatever its bytes: partition and prefix."""
    return files_of(business_date), f"{counterparty}#{name}#"


def files_of(business_date: str) -> str:
    """Table settlement · every file about a business date."""
    return f"FILES#{business_date}"


def file_by_id(file_id: str) -> str:
    """Table settlement, index by-batch · where one file lies, by its id."""
    return f"FILE#{file_id}"


def day_of_merchant_key(merchant: str, business_date: str) -> Key:
    """Table settlement · how far one merchant's day is."""
    return {"PK": days_of(business_date), "SK": merchant}


def days_of(business_date: str) -> str:
    """Table settlement · every merchant's day of a date."""
    return f"DAYS#{business_date}"


def share_key(merchant: str, payment_date: str, acquirer: str, merchant_number: str, file_id: str) -> Key:
    """Table settlement · what one return file adds to a deposit."""
    partition, prefix = shares_of(merchant, payment_date)
    return {"PK": partition, "SK": f"{prefix}{acquirer}#{merchant_number}#{file_id}"}


def shares_of(merchant: str, payment_date: str) -> tuple[str, str]:
    """Table settlement · what is to be paid to a merchant on a date, file by file: partition and prefix."""
    return f"DEPOSITS#{merchant}#{payment_date}", "SHARE#"


def deposit_key(merchant: str, payment_date: str, acquirer: str, merchant_number: str) -> Key:
    """Table settlement · what the bank says of one deposit."""
    partition, prefix = deposits_of(merchant, payment_date)
    return {"PK": partition, "SK": f"{prefix}{acquirer}#{merchant_number}"}


def deposits_of(merchant: str, payment_date: str) -> tuple[str, str]:
    """Table settlement · what the bank says of a merchant's deposits of a date: partition and prefix."""
    return f"DEPOSITS#{merchant}#{payment_date}", "DEPOSIT#"


def break_key(compared: str, break_id: str) -> Key:
    """Table settlement · one break of one comparison."""
    return {"PK": breaks_of(compared), "SK": break_id}


def breaks_of(compared: str) -> str:
    """Table settlement · every break of one comparison: of which lists, of whom, of which date."""
    return f"BREAKS#{compared}"


def open_settlement(word: str) -> str:
    """Table settlement, index open-settlement · open days, deposits or breaks, by when they are due."""
    return f"OPEN#{word}"


def open_rows(merchant: str) -> str:
    """Table settlement, index open-settlement · open rows of some merchants, by when they are due."""
    return f"ROWS#{_bucket(merchant)}"


def open_rows_buckets() -> tuple[str, ...]:
    """Table settlement, index open-settlement · every merchant's open rows, in buckets."""
    return tuple(f"ROWS#{number}" for number in range(MONEY_BUCKETS))


def _page(place: int, leaf: int) -> str:
    return f"{place:05d}#{leaf:05d}"


def _bucket(posting: str) -> int:
    return hashlib.sha256(posting.encode()).digest()[0] % MONEY_BUCKETS
