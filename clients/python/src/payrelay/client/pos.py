"""A POS: it makes and keeps its key before it sends, repeats until it knows, and undoes what it never learnt.

`Pos.sell` and `Pos.give_back` are the whole of a till's day; `Pos.settle_pending` is the first thing after a
restart. Below them are the single requests of `requests.py` and `send`, for whoever drives each step by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from payrelay.client.connection import PATIENCE_SECONDS
from payrelay.client.errors import NoAnswerError, RefusedError
from payrelay.client.exchange import Answer, PosRequest
from payrelay.client.in_hand import (
    Barcode,
    CardInHand,
    CardTender,
    Cheque,
    Customer,
    PointCard,
    ReceiptPurpose,
    ReceiptReason,
)
from payrelay.client.journal import Entry
from payrelay.client.requests import TillRequests
from payrelay.client.results import CancelEnded, ChequeTold, Declined, Delivered, NotApproved, Settled, Sold

SHORT_SECONDS: Final = 5.0  # for an inquiry or a net-cancel behind a sale that used up the till's patience
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 4.0
SHORTEST_TRY_SECONDS: Final = 1.0
NOTHING_CHARGED: Final = frozenset({"DECLINED", "BEING_REVERSED", "REVERSED", "CANCELLED"})
CANCEL_AMOUNTS: Final = frozenset({"amount_won", "vat_won"})
GIVES_BACK: Final = frozenset({"DONE", "REFUND"})
CHEQUE_STATES: Final = frozenset({"GOOD", "BAD"})
CANCEL_ENDS: Final = GIVES_BACK | {"REFUSED"}


class Pos(TillRequests):
    """One terminal of one merchant, with its journal."""

    def sell(
        self,
        amount_won: int,
        card: CardInHand,
        *,
        tender: CardTender = "card",
        vat_won: int | None = None,
        service_won: int | None = None,
        tax_free_won: int | None = None,
        installment_months: int = 0,
    ) -> Sold | Declined | NotApproved:
        """Take a payment; the answer is in the journal before this returns.

        Takes up to 30 s, and 10 s more when payrelay is silent.

        Raises:
            RefusedError: a fault of the request; nothing was done.
            OSError: the journal could not be written; what was not written was not sent.
        """
        with self._journal.in_hand():
            request = self.approval(
                amount_won,
                card,
                tender=tender,
                vat_won=vat_won,
                service_won=service_won,
                tax_free_won=tax_free_won,
                installment_months=installment_months,
            )
            return self._sold(request)

    def sell_by(
        self, amount_won: int, instrument: PointCard | Barcode, *, vat_won: int | None = None
    ) -> Sold | Declined | NotApproved:
        """Take a payment by points or by a barcode; as `sell`, refusals included."""
        with self._journal.in_hand():
            return self._sold(self.payment(amount_won, instrument, vat_won=vat_won))

    def issue_receipt(
        self,
        amount_won: int,
        purpose: ReceiptPurpose,
        customer: Customer | None = None,
        *,
        vat_won: int | None = None,
    ) -> Sold | Declined | NotApproved:
        """Report what was paid in cash, for a customer, or for nobody (`self_issued`); as `sell`.

        Raises:
            RefusedError: a fault of the request; nothing was done.
            OSError: the journal could not be written; what was not written was not sent.
        """
        with self._journal.in_hand():
            return self._sold(self.receipt(amount_won, purpose, customer, vat_won=vat_won))

    def _sold(self, request: PosRequest) -> Sold | Declined | NotApproved:
        reason = ""
        try:
            answer: Answer | None = self.ask(request)
        except RefusedError as refusal:
            self._journal.note("refused", request.key, refusal.code)
            raise
        except NoAnswerError as silence:
            reason = silence.reason
            answer = self._looked_up(request.key)
        return self._shown(request.key, answer, reason)

    def take_back_receipt(
        self, sale_id: str, reason: ReceiptReason, customer: Customer | None = None
    ) -> CancelEnded:
        """Cancel a cash receipt, whole, within 90 days; its customer is named again.

        Raises:
            RefusedError: it cannot be taken back, or not from this customer; nothing was done.
            OSError: the journal could not be written; what was not written was not sent.
        """
        return self._given_back(sale_id, lambda: self.receipt_cancel(sale_id, reason, customer))

    def give_back(
        self, sale_id: str, *, amount_won: int | None = None, vat_won: int | None = None
    ) -> CancelEnded:
        """Cancel all that remains of a sale, or a part; payrelay repeats it until it is definite.

        Raises:
            RefusedError: it cannot be cancelled, or not by this much; nothing was done.
            OSError: the journal could not be written; what was not written was not sent.
        """
        return self._given_back(
            sale_id, lambda: self.cancel(sale_id, amount_won=amount_won, vat_won=vat_won), amount_won or 0
        )

    def _given_back(self, sale_id: str, begun: Callable[[], PosRequest], amount_won: int = 0) -> CancelEnded:
        with self._journal.in_hand():
            request = begun()
            try:
                answer = self.ask(request)
            except RefusedError as refusal:
                self._journal.note("refused", request.key, refusal.code)
                raise
            except NoAnswerError:
                return CancelEnded(request.key, sale_id, "SILENT", amount_won, None)
            told = answer.words.get("cancel", {})
            return CancelEnded(
                request.key,
                sale_id,
                self._cancel_state(request, answer) or "REQUESTED",
                int(told.get("amount_won", 0)),
                answer,
            )

    def inquire_cheque(self, cheque: Cheque) -> ChequeTold:
        """Ask whether a cashier's cheque is good, before taking it; ask again as often as you like.

        Raises:
            RefusedError: a fault of the request; nobody was asked.
        """
        request = self.cheque_inquiry(cheque)
        try:
            answer = self.send(request)
        except NoAnswerError:
            return ChequeTold("NOT_KNOWN", "", "", None)
        words = answer.words
        state: Literal["GOOD", "BAD"] | None = words.get("state")
        if answer.ok and state in CHEQUE_STATES and words.get("number") == cheque.number:
            return ChequeTold(state, str(words["response_code"]), str(words["message"]), answer)
        if answer.refuses:
            raise RefusedError(request.key, answer)
        return ChequeTold("NOT_KNOWN", answer.code, str(words.get("detail", "")), answer)

    def settle_pending(self) -> tuple[Settled, ...]:
        """Ask for whatever the journal holds no end of; call it after a start and every few minutes.

        A sale that the till never showed as approved is net-cancelled until payrelay acknowledges that; one
        it did show is left alone. A cancel is repeated. Waits for sales that are still in hand; takes up to
        10 s for each entry while payrelay is silent.
        """
        with self._journal.abandoned() as left:
            cancels = [entry for entry in left if entry.what == "cancel"]
            in_progress = {entry.sale_id for entry in cancels}
            sales = [entry for entry in left if entry.what == "approve"]
            return (
                *(self._cancel_settled(entry) for entry in cancels),
                *(self._sale_settled(entry, has_cancel=entry.key in in_progress) for entry in sales),
            )

    def deliver_journal(self, business_date: str = "") -> Delivered:
        """Tell payrelay what this journal says of a business date (today's by default), for comparison.

        Call it at the end of the day and after a start that followed a power cut; as often as you like: what
        did not change is taken once. Every part is repeated for up to 30 s.

        Raises:
            NoAnswerError: not every part is acknowledged; call it again later.
            RefusedError: payrelay does not take this date, or knows this revision otherwise.
        """
        requests = self.journal_parts(business_date)
        told = [self.ask(request).words for request in requests]
        return Delivered(requests[0].key.rpartition("-")[0], len(requests), sum(one["rows"] for one in told))

    def ask(self, request: PosRequest) -> Answer:
        """Send, and repeat the same key until payrelay says how it ended or the till's patience is over.

        Raises:
            NoAnswerError: nothing that says so: unknown, not a decline.
            RefusedError: refused at once; not after a try whose end is unknown, which it may not speak of.
        """
        ends = self.clock.monotonic() + PATIENCE_SECONDS
        pause = FIRST_PAUSE_SECONDS
        is_first = True
        while True:
            wait = pause
            try:
                answer = self.send(request, timeout_seconds=ends - self.clock.monotonic())
            except NoAnswerError as silence:
                reason = silence.reason
            else:
                if answer.tells_of(request):
                    return answer
                if answer.refuses and is_first:
                    raise RefusedError(request.key, answer)
                reason = f"{answer.http_status} {answer.code}".strip()
                wait = max(wait, answer.retry_after_seconds)
            if self.clock.monotonic() + wait > ends - SHORTEST_TRY_SECONDS:
                raise NoAnswerError(request.key, reason)
            self.clock.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            is_first = False

    def _looked_up(self, sale_id: str) -> Answer | None:
        """Payrelay's word on how the sale stands; nothing when it has none, or does not know the sale."""
        return self._asked_once(self.look(sale_id))

    def _asked_once(self, request: PosRequest) -> Answer | None:
        try:
            answer = self.send(request, timeout_seconds=SHORT_SECONDS)
        except NoAnswerError:
            return None
        return answer if answer.tells_of(request) or answer.refuses else None

    def _shown(self, sale_id: str, answer: Answer | None, reason: str) -> Sold | Declined | NotApproved:
        """What the till may show, written down first; without a clear word the sale is undone."""
        if answer is None or answer.state not in NOTHING_CHARGED | {"APPROVED"}:
            return self._undone(sale_id, reason or "no clear answer")
        words = answer.words
        is_approved = answer.state == "APPROVED"
        number = str(words.get("approval_number", "")) if is_approved else ""
        self._journal.note("shown", sale_id, answer.state, number)
        message = str(words.get("message", ""))
        if is_approved:
            return Sold(sale_id, number, message, answer)
        if answer.state == "DECLINED":
            return Declined(sale_id, str(words.get("response_code", "")), message, answer)
        return NotApproved(sale_id, answer.state, reason or message, is_acknowledged=True, answer=answer)

    def _undone(self, sale_id: str, reason: str) -> NotApproved:
        """Net-cancel, once; what is not acknowledged now stays open in the journal."""
        self._journal.note("net_cancel", sale_id)
        answer = self._asked_once(self.net_cancel(sale_id))
        state = answer.state if answer else ""
        is_acknowledged = state in NOTHING_CHARGED
        if is_acknowledged:
            self._journal.note("acknowledged", sale_id, state)
        return NotApproved(sale_id, state, reason, is_acknowledged, answer)

    def _sale_settled(self, entry: Entry, *, has_cancel: bool) -> Settled:
        looked = None if entry.is_to_be_undone else self._looked_up(entry.key)
        if looked is not None and looked.state in NOTHING_CHARGED:
            self._journal.note("acknowledged", entry.key, looked.state)
            return Settled(entry.key, entry.key, looked.state, is_settled=True)
        undone = self._undone(entry.key, "no end in the journal")
        refused = undone.answer is not None and undone.answer.code == "net-cancel-not-possible"
        if not refused or has_cancel:  # a cancel that is on its way will have undone it by the next time
            return Settled(entry.key, entry.key, undone.state, undone.is_acknowledged)
        request = self.cancel(entry.key)
        is_cancelled = self._cancel_state(request, self._asked_once(request)) in GIVES_BACK
        if is_cancelled:
            self._journal.note("acknowledged", entry.key, "CANCELLED")
        return Settled(entry.key, entry.key, "CANCELLED" if is_cancelled else "", is_cancelled)

    def _cancel_settled(self, entry: Entry) -> Settled:
        amounts = {name: int(won) for name, won in entry.words.items() if name in CANCEL_AMOUNTS}
        business_date, sequence = str(entry.words["business_date"]), int(entry.words["sequence"])
        request = self._cancel(entry.sale_id, business_date, sequence, amounts)
        state = self._cancel_state(request, self._asked_once(request))
        return Settled(entry.key, entry.sale_id, state, is_settled=bool(state))

    def _cancel_state(
        self, request: PosRequest, answer: Answer | None
    ) -> Literal["DONE", "REFUND", "REFUSED", ""]:
        """How a cancel ended, written down; empty while it has not."""
        if answer is None:
            return ""
        if answer.refuses:
            self._journal.note("refused", request.key, answer.code)
            return "REFUSED"
        state: Literal["DONE", "REFUND", "REFUSED"] | None = answer.words.get("cancel", {}).get("state")
        if state not in CANCEL_ENDS:
            return ""
        self._journal.note("acknowledged", request.key, state)
        return state
