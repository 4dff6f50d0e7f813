"""What a sale means to the ledger: its approval, what was taken back of it, and what its VAN earned.

Read from the sale itself, so it does not matter which event came, how often, or whether one came at all: the
feed, the sweep and the close of the day book the same, and the second time nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from payment_adapters.destinations import destination, destinations
from payment_core.approval.model import AttemptState, CancelState, Decision, Sale, Step
from payment_core.kernel.card import BIN_DIGITS
from payment_core.kernel.tender import Tender
from payment_core.ledger.model import Posting
from payment_core.ledger.ports import Postings
from payment_core.ledger.post import Side, approval, cancel, post, van_fee

TAKEN_BACK = frozenset({CancelState.DONE, CancelState.REFUND})
UNDONE = "undone"  # stands in a posting's key where a cancel's id would


def book(sales: Iterable[Sale], postings: Postings) -> int:
    """Post everything that these sales mean; how many postings that is, new or not.

    Raises:
        PostingDiffersError: the ledger says otherwise of one of them.
        StoreUnavailableError: run it again.
    """
    said = [one for sale in sales for one in postings_of(sale)]
    for one in said:
        post(one, postings=postings)
    return len(said)


def postings_of(sale: Sale) -> Iterator[Posting]:
    """Everything a sale means to the ledger, as it stands; nothing, where nothing of it is ever settled."""
    approved = approved_at(sale)
    if not approved or sale.tender is Tender.CASH_RECEIPT:  # reported, not paid
        return
    side, sale_id, date = side_of(sale, approved), str(sale.sale_id), sale.sale_id.business_date
    said = [approval(sale_id, date, side, sale.amount_won)]
    for name, one in sale.cancels.items():
        if one.state in TAKEN_BACK:
            said.append(cancel(sale_id, name, name.partition("-")[0], side, one.amount_won))
    if sale.decision is Decision.REVERSE:
        said.append(cancel(sale_id, UNDONE, date, side, sale.amount_won))
    if destination(approved).kind == "van":
        said.append(van_fee(sale_id, date, approved, destination(approved).fee_won))
    yield from (one for one in said if one is not None)


def attempt_approved(sale: Sale) -> int | None:
    """Which attempt its destination approved, also where that was undone later; ``None`` where none did."""
    for entry in sale.history:
        if entry.step is Step.APPROVE:
            return entry.attempts.index(AttemptState.APPROVED)
    return None


def approved_at(sale: Sale) -> str:
    """The destination that approved it, also where that was undone later; empty where none ever did."""
    index = attempt_approved(sale)
    return "" if index is None else sale.attempts[index].destination


def approval_number_of(sale: Sale) -> str:
    """What it was approved as, also where that was undone later; empty where it never was."""
    index = attempt_approved(sale)
    return "" if index is None else sale.attempts[index].approval_number


def side_of(sale: Sale, approved: str) -> Side:
    """Who pays whom: the card's acquirer, and the number that it gave the merchant."""
    acquirer = acquirer_of(approved, sale.card_masked)
    return Side(sale.sale_id.merchant, acquirer, merchant_number_at(acquirer, sale.sale_id.merchant))


def acquirer_of(approved: str, card_masked: str) -> str:
    """Whoever approved, if it is an issuer; else the issuer whose card it is; else the VAN's own acquirer."""
    if destination(approved).kind == "issuer":
        return approved
    bin_of_card = card_masked[:BIN_DIGITS]
    issuers: Sequence[str] = [
        one.profile.name
        for one in destinations()
        if one.kind == "issuer" and bin_of_card.startswith(one.serves_bins)
    ]
    return issuers[0] if issuers else approved


def merchant_number_at(acquirer: str, merchant: str) -> str:
    """The number that an acquirer gave a merchant (가맹점번호); our own, where its contract names none."""
    return destination(acquirer).letters.get("merchant", {}).get(merchant, merchant)
