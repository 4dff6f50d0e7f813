"""Carrying out a repair that people approved: each goes the way that such a thing always goes.

The approval of the case is the intent. Whatever is done here may be done twice: rows, postings and moves of a
sale are named by what they are about. What was begun stands in the break's history; a comparison closes it.
Rule: payment_core/reconciliation/repair.py. Promise: tests/handlers/test_repair.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from payment_adapters import wiring
from payment_adapters.settling import deciding, wired
from payment_adapters.settling.booking import TAKEN_BACK, attempt_approved
from payment_adapters.settling.bridges import taken_of
from payment_adapters.settling.comparison import is_about, sales_of
from payment_adapters.settling.kept import attempt_kept_there
from payment_adapters.settling.leaving import leave
from payment_adapters.settling.repairing import standing
from payment_core.approval.by_hand import Known, have_tried, undo_kept
from payment_core.approval.claim import claim
from payment_core.approval.lanes import Lane
from payment_core.approval.late import Listed, undo_listed
from payment_core.approval.model import OPEN_ATTEMPTS, Decision, Sale, SaleId
from payment_core.cases.model import Action, Case, Proposal
from payment_core.cases.ports import Came
from payment_core.kernel.frozen import dataclass
from payment_core.kernel.hand import Hand
from payment_core.kernel.korean_time import korean_time
from payment_core.ledger.model import Account
from payment_core.ledger.post import adjust, post
from payment_core.reconciliation.break_history import BreakState, BreakVersion, begin_repair
from payment_core.reconciliation.breaks import Break, Repair
from payment_core.reconciliation.repair import merchant_of
from payment_core.settlement.close import row_of
from payment_core.settlement.model import ClaimRow, RowState, Step
from payment_core.settlement.settlement_day import MerchantDay


@dataclass(frozen=True)
class Order:
    """What is to be done, and who wanted it.

    Attributes:
        compared: Which comparison found the break.
        case: Where the story is told.
    """

    compared: str
    found: Break
    proposal: Proposal
    case: str
    hand: Hand

    @property
    def merchant(self) -> str:
        """Whose lists were compared."""
        return merchant_of(self.compared)

    @property
    def who(self) -> str:
        """Who proposed, and who checked if somebody had to."""
        return ", ".join(filter(None, (self.proposal.maker, self.proposal.checker)))

    @property
    def date(self) -> str:
        """When it was proposed, in Korea, YYYYMMDD."""
        return f"{korean_time(self.proposal.at_ms):%Y%m%d}"


Mend = Callable[[Order], str]  # where it can be read; empty where it is not possible as things stand


def carry_out(case: Case, hand: Hand) -> Came:
    """Do what a case about a break says, and note in the break's history what was begun.

    Raises:
        StoreUnavailableError: it is not known whether it was done; run it again.
        DriverUnavailableError: it is written down, and perhaps nobody does it yet; run it again.
    """
    proposal, now = case.proposal, standing(case)
    assert proposal is not None, "only what was proposed is carried out"  # noqa: S101 -- a bug
    if now is None or now[1].state is BreakState.CLOSED:
        return Came.ENDED_BEFORE
    order = Order(now[0], now[1].found, proposal, case.case_id, hand)
    evidence = MENDS[proposal.action](order)
    if not evidence:
        return Came.NOT_POSSIBLE
    _note(order, now[1], evidence)
    return Came.DONE


def _note(order: Order, version: BreakVersion, evidence: str) -> None:
    """Say in the break's history what is under way; said once, however often it is done."""
    repair = Repair(order.proposal.action)
    seen: BreakVersion | None = version
    while seen is not None and (seen.repair, seen.evidence) != (repair, evidence):
        begun = begin_repair(
            seen,
            repair,
            actor=order.who,
            reason=order.proposal.reason,
            evidence=evidence,
            now_ms=order.hand.now_ms(),
        )
        if begun is None or wired.breaks().move(order.compared, seen, begun):
            return
        seen = wired.breaks().read(order.compared, version.break_id)


def _decided(step: Step) -> Mend:
    """What people decide about a row that came back: the row's name."""

    def decide(order: Order) -> str:
        try:
            row = deciding.decided(
                order.found.name,
                step,
                who=order.who,
                why=order.proposal.reason,
                now_ms=order.hand.now_ms(),
            )
        except deciding.REFUSALS:
            return ""
        return row.row_id

    return decide


def _net_cancelled(order: Order) -> str:
    """Undo at its destination what lives there and not here: the sale's name."""
    sale = _sale(order)
    if sale is None:
        return ""
    kept = attempt_kept_there(order.found, sale, order.compared)
    index = attempt_approved(sale) if kept is None else kept
    if index is None:
        return ""
    listed = Listed(order.found.name.partition("/")[0], abs(order.found.their_won))
    sales, drivers, hand = wiring.sales(), wiring.drivers(), order.hand
    if sale.attempt_states()[index] in OPEN_ATTEMPTS:
        done = have_tried(
            sale,
            index,
            Lane.NET_CANCEL,
            known=None if kept is None else Known(listed.approval_number, listed.amount_won),
            profile=wiring.profile(sale.attempts[index].destination),
            sales=sales,
            drivers=drivers,
            hand=hand,
        )
        return str(sale.sale_id) if done else ""
    proposal = order.proposal
    wish = {
        "actor": proposal.maker,
        "checker": proposal.checker,
        "reason": proposal.reason,
        "case": order.case,
    }
    undo = undo_listed if sale.decision is Decision.REVERSE else undo_kept
    undone = undo(sale, index, listed, wish, sales=sales, drivers=drivers, hand=hand)
    return str(sale.sale_id) if undone else ""


def _refunded(order: Order) -> str:
    """Have the card company give back what is claimed or listed without being owed: the refund row's name.

    A sale that is in no claim is claimed with its refund, so that both are bought and nothing is left.
    """
    sale = _sale(order)
    if sale is None:
        return ""
    batch, cancel_id = _open_batch(order), _cancel_of(sale, order)
    known = {row.row_id: row for row in wired.rows(order.merchant).of_date(sale.sale_id.business_date)}
    name = f"{sale.sale_id}/{cancel_id}"
    if name in known:  # it is filed already: by an earlier try, or by its own day
        return name
    amount_won = order.found.at_risk_won
    lines = [taken_of(sale, cancel_id, amount_won)]
    if str(sale.sale_id) not in known:
        lines.insert(0, taken_of(sale, "", amount_won))
    terms = wired.terms()
    holidays = wired.holidays(order.date)
    made = [row_of(one, batch, order.date, terms[one.acquirer], holidays) for one in lines]
    wired.rows(order.merchant).put(made)
    return name


def _refiled(order: Order) -> str:
    """File a sale that is in no claim with the next one; of one that is, leave its claim file again.

    The same rows are the same bytes, so whoever has the first file already knows the second by them.
    """
    sale = _sale(order)
    if sale is None:
        return ""
    rows = wired.rows(order.merchant).of_date(sale.sale_id.business_date)
    row = next((one for one in rows if one.sale_id == str(sale.sale_id) and not one.cancel_id), None)
    if row is None:
        if sale.decision is not Decision.APPROVED:
            return ""
        batch = _open_batch(order)
        claim(sale.sale_id, batch, sales=wiring.sales(), queue=wired.claim_queue(), hand=order.hand)
        return batch
    if row.state is RowState.TO_CLAIM:
        return row.batch
    return _left_again(row, order) if row.state is RowState.CLAIMED else ""


def _left_again(row: ClaimRow, order: Order) -> str:
    date = row.batch.removeprefix(f"{row.merchant}-")
    of_batch = wired.rows(row.merchant).of_batch(row.batch)
    rows = [one for one in of_batch if one.state is not RowState.TO_CLAIM]  # what came later goes elsewhere
    return leave(row.batch, date, rows, row.merchant, order.hand, only=row.destination)


def _adjusted(order: Order) -> str:
    """Enter what differs into the books, once for each proposal: the posting's key."""
    try:
        debit, credit = Account.parse(order.proposal.debit), Account.parse(order.proposal.credit)
    except ValueError:
        return ""
    name = f"{order.case}/{order.proposal.at_ms}"
    posting = adjust(name, order.date, debit, credit, order.found.at_risk_won)
    post(posting, postings=wired.ledger())
    return posting.key if posting else ""


def _said(order: Order) -> str:
    """A question, a notice, a decision or patience is kept in the case, and nothing else is done."""
    return order.case


def _sale(order: Order) -> Sale | None:
    """The sale that a break is about: by its row, or by approval number and terminal on its date."""
    name = order.found.name
    try:
        return wiring.sales().read(SaleId.parse(name.split("/")[0].split("~")[0]))
    except ValueError:
        sales = sales_of(order.merchant, order.found.business_date)
        fits = [one for one in sales if is_about(name, one, order.compared)]
        fits = fits or [
            one for one in sales if attempt_kept_there(order.found, one, order.compared) is not None
        ]
        return fits[0] if len(fits) == 1 else None


def _cancel_of(sale: Sale, order: Order) -> str:
    """The cancel that a refund row is about; one of its own where nobody cancelled."""
    done = [name for name, one in sale.cancels.items() if one.state in TAKEN_BACK]
    fits = [name for name in done if sale.cancels[name].amount_won == abs(order.found.our_won)]
    return fits[0] if fits else f"repair-{order.case.rpartition(':')[2]}"


def _open_batch(order: Order) -> str:
    return MerchantDay(order.merchant, deciding.open_day(order.merchant, order.date)).batch


MENDS: Final[Mapping[Action, Mend]] = {
    Action.SEND_NET_CANCEL: _net_cancelled,
    Action.RECLAIM: _decided(Step.RECLAIM),
    Action.GIVE_UP: _decided(Step.GIVE_UP),
    Action.LEAVE: _decided(Step.LEAVE),
    Action.REFUND_ROW: _refunded,
    Action.REFILE: _refiled,
    Action.ADJUST_ENTRY: _adjusted,
    Action.DECIDE: _said,
    Action.ASK_COUNTERPARTY: _said,
    Action.TELL_MERCHANT: _said,
    Action.WAIT: _said,
}
