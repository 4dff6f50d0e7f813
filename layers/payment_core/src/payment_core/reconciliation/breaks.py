"""Breaks (대사 차이): what differs between two lists, who acts, what is at risk, and the repair it proposes.

A break is a value. What is kept of it from day to day is in break_history.py; who finds it is matching.py.
Door: functions/matching. Promise: tests/spec/test_breaks.py. Story: docs/flows/matching.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language
from payment_core.reconciliation.pos_journal import Owner


class BreakKind(StrEnum):
    """What differs, in the order in which the breaks of one key are told."""

    DUPLICATE_HERE = "DUPLICATE_HERE"
    DUPLICATE_THERE = "DUPLICATE_THERE"
    AMBIGUOUS = "AMBIGUOUS"
    MISSING_THERE = "MISSING_THERE"
    MISSING_HERE = "MISSING_HERE"
    CANCEL_MISSING_THERE = "CANCEL_MISSING_THERE"
    CANCEL_MISSING_HERE = "CANCEL_MISSING_HERE"
    UNCLAIMED = "UNCLAIMED"
    CLAIM_WITHOUT_SALE = "CLAIM_WITHOUT_SALE"
    NOT_ANSWERED = "NOT_ANSWERED"
    ANSWER_WITHOUT_CLAIM = "ANSWER_WITHOUT_CLAIM"
    DEPOSIT_MISSING = "DEPOSIT_MISSING"
    DEPOSIT_UNEXPECTED = "DEPOSIT_UNEXPECTED"
    LIVE_WITHOUT_APPROVAL = "LIVE_WITHOUT_APPROVAL"
    CHARGED_TWICE = "CHARGED_TWICE"
    APPROVAL_WITHOUT_LIVE = "APPROVAL_WITHOUT_LIVE"
    RETURNED = "RETURNED"
    HELD = "HELD"
    STATUS = "STATUS"
    AMOUNT = "AMOUNT"
    CANCEL_AMOUNT = "CANCEL_AMOUNT"
    DEPOSIT_SHORT = "DEPOSIT_SHORT"
    DEPOSIT_OVER = "DEPOSIT_OVER"
    DATE = "DATE"
    DEPOSIT_LATE = "DEPOSIT_LATE"
    FEE = "FEE"
    VAT = "VAT"
    APPROVAL_NUMBER = "APPROVAL_NUMBER"
    MERCHANT_NUMBER = "MERCHANT_NUMBER"
    TERMINAL = "TERMINAL"
    INSTALMENT = "INSTALMENT"
    CARD_KIND = "CARD_KIND"


class Repair(StrEnum):
    """What mends it; each goes the way that such a thing always goes, with its own intent and evidence."""

    SEND_NET_CANCEL = "SEND_NET_CANCEL"
    RECLAIM = "RECLAIM"
    REFUND_ROW = "REFUND_ROW"
    REFILE = "REFILE"
    ADJUST_ENTRY = "ADJUST_ENTRY"
    ASK_COUNTERPARTY = "ASK_COUNTERPARTY"
    TELL_MERCHANT = "TELL_MERCHANT"
    DECIDE = "DECIDE"
    GIVE_UP = "GIVE_UP"
    LEAVE = "LEAVE"
    WAIT = "WAIT"


class Risk(StrEnum):
    """Which won a break puts at risk."""

    WHOLE = "WHOLE"
    DIFFERENCE = "DIFFERENCE"
    NOTHING = "NOTHING"


@dataclass(frozen=True)
class Meaning:
    """What one kind means to people: who acts, by which repair, for which won, and the two sentences."""

    owner: Owner
    repair: Repair
    risk: Risk
    english: str
    korean: str


@dataclass(frozen=True)
class Break:
    """One difference.

    Attributes:
        name: What both lists call it, cards masked: its identity from day to day.
        ours: Record numbers in our list, from 1.
        theirs: Record numbers in their list, from 1.
        our_won: Of our rows together; cancels below 0. Of a fee or VAT, that sum.
        their_won: The same of their rows.
        day: Of our first row, else of theirs; a proleptic ordinal as ``date.toordinal``, 0 if none is told.
    """

    kind: BreakKind
    name: str
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    our_won: int
    their_won: int
    day: int

    @property
    def break_id(self) -> str:
        """Date, name and kind: the same however often it is found."""
        return f"{self.business_date}/{self.name}/{self.kind}"

    @property
    def business_date(self) -> str:
        """YYYYMMDD; empty if no row tells one."""
        return f"{date.fromordinal(self.day):%Y%m%d}" if self.day else ""

    @property
    def owner(self) -> Owner:
        """Who acts next."""
        return MEANINGS[self.kind].owner

    @property
    def repair(self) -> Repair:
        """What is proposed."""
        return MEANINGS[self.kind].repair

    @property
    def at_risk_won(self) -> int:
        """How much may be lost while it stands; never below 0."""
        match MEANINGS[self.kind].risk:
            case Risk.WHOLE:
                return max(abs(self.our_won), abs(self.their_won))
            case Risk.DIFFERENCE:
                return abs(self.our_won - self.their_won)
            case Risk.NOTHING:
                return 0

    def age_days(self, today: date) -> int:
        """How old it is; 0 where no row tells a date."""
        return max(0, today.toordinal() - self.day) if self.day else 0

    def sentence(self, language: Language) -> str:
        """Say it to a person, with the next step."""
        meaning = MEANINGS[self.kind]
        if language is Language.KOREAN:
            return meaning.korean.format(our=f"{self.our_won:,}원", their=f"{self.their_won:,}원")
        return meaning.english.format(our=f"{self.our_won:,} won", their=f"{self.their_won:,} won")


_RELAY, _OPERATOR, _MERCHANT = Owner.RELAY, Owner.OPERATOR, Owner.MERCHANT
MEANINGS: Final[Mapping[BreakKind, Meaning]] = {
    BreakKind.DUPLICATE_HERE: Meaning(
        _OPERATOR, Repair.ADJUST_ENTRY, Risk.WHOLE,
        "We list {our} twice, they once. Strike our second entry before it is claimed.",
        "당사 내역에 {our}이 중복되었고 상대 내역은 1건입니다. 청구 전에 중복 분개를 정정하십시오.",
    ),
    BreakKind.DUPLICATE_THERE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "They list {their} twice, we once. Ask them to strike one, or the customer pays twice.",
        "상대 내역에 {their}이 중복되었습니다. 고객에게 이중 청구되지 않도록 한 건의 삭제를 요청하십시오.",
    ),
    BreakKind.AMBIGUOUS: Meaning(
        _OPERATOR, Repair.DECIDE, Risk.WHOLE,
        "Several rows fit each other, {our} of ours and {their} of theirs. Decide which belong together.",
        "당사 {our}, 상대 {their}의 여러 행이 서로 대응될 수 있습니다. 어느 행이 짝인지 판단하십시오.",
    ),
    BreakKind.MISSING_THERE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "{our} are approved here and not in their list. Ask them for the row, or it is never paid.",
        "{our}이 승인되었으나 상대 내역에 없습니다. 누락 건을 조회하지 않으면 입금되지 않습니다.",
    ),
    BreakKind.MISSING_HERE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "They list {their} that we never saw. Ask whose sale it is.",
        "당사에 없는 {their}이 상대 내역에 있습니다. 어느 거래인지 확인을 요청하십시오.",
    ),
    BreakKind.CANCEL_MISSING_THERE: Meaning(
        _RELAY, Repair.REFUND_ROW, Risk.WHOLE,
        "A cancel of {our} is done here and not in their list. Put a refund row into the next claim.",
        "{our} 취소가 상대 내역에 없습니다. 다음 청구에 환불 행을 넣으십시오.",
    ),
    BreakKind.CANCEL_MISSING_HERE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "They list a cancel of {their} that nobody asked for here. Ask who did.",
        "당사에서 요청하지 않은 {their} 취소가 상대 내역에 있습니다. 요청자를 확인하십시오.",
    ),
    BreakKind.UNCLAIMED: Meaning(
        _RELAY, Repair.REFILE, Risk.WHOLE,
        "{our} are approved and in no claim. File them with the next one, or they are never paid.",
        "{our}이 승인되었으나 청구되지 않았습니다(미매입). 다음 청구 파일에 포함하십시오.",
    ),
    BreakKind.CLAIM_WITHOUT_SALE: Meaning(
        _RELAY, Repair.REFUND_ROW, Risk.WHOLE,
        "{their} are claimed without a live sale. Take them back with a refund row.",
        "유효한 승인이 없는 {their}이 청구되었습니다. 환불 행으로 되돌리십시오.",
    ),
    BreakKind.NOT_ANSWERED: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "{our} were claimed, and no return file answers. Ask for them before the deposit is due.",
        "청구한 {our}의 입반송 결과가 없습니다. 입금일 전에 조회하십시오.",
    ),
    BreakKind.ANSWER_WITHOUT_CLAIM: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "The return file answers {their} that we never claimed. Ask whose claim it was.",
        "청구하지 않은 {their}이 입반송 파일에 있습니다. 어느 청구인지 확인하십시오.",
    ),
    BreakKind.DEPOSIT_MISSING: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "{our} are due and not in the bank's statement. Ask the acquirer for the deposit.",
        "입금 예정액 {our}이 통장에 없습니다. 매입사에 입금을 요청하십시오.",
    ),
    BreakKind.DEPOSIT_UNEXPECTED: Meaning(
        _OPERATOR, Repair.ADJUST_ENTRY, Risk.WHOLE,
        "{their} came in and nothing was due. It waits in suspense; move it to where it belongs.",
        "예정에 없는 {their}이 입금되어 가수금에 있습니다. 귀속처를 확인하여 분개하십시오.",
    ),
    BreakKind.LIVE_WITHOUT_APPROVAL: Meaning(
        _RELAY, Repair.SEND_NET_CANCEL, Risk.WHOLE,
        "{their} live there, and are not approved here: the customer pays for nothing. Undo it there.",
        "당사에서 승인되지 않은 {their}이 상대에는 유효하여 고객에게 청구됩니다. 망취소하십시오.",
    ),
    BreakKind.CHARGED_TWICE: Meaning(
        _RELAY, Repair.SEND_NET_CANCEL, Risk.WHOLE,
        "{their} live there, and another destination approved the sale: charged twice. Undo it there.",
        "다른 승인처가 승인한 거래의 {their}이 상대에도 유효하여 고객에게 이중 청구됩니다. 망취소하십시오.",
    ),
    BreakKind.APPROVAL_WITHOUT_LIVE: Meaning(
        _MERCHANT, Repair.TELL_MERCHANT, Risk.WHOLE,
        "{our} are approved here, and undone there: nobody is charged. Tell the shop, and take it again.",
        "{our}이 승인되었으나 상대에서는 취소되어 청구되지 않습니다. 가맹점에 알려 다시 결제받으십시오.",
    ),
    BreakKind.RETURNED: Meaning(
        _OPERATOR, Repair.RECLAIM, Risk.WHOLE,
        "{our} came back unpaid. Mend what the reason names, and claim again.",
        "{our}이 반송되었습니다. 반송 사유를 해소하고 재청구하십시오.",
    ),
    BreakKind.HELD: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "The issuer holds {our} back. Ask what it needs to release them.",
        "{our}이 지급 보류되었습니다. 해제에 필요한 서류를 카드사에 확인하십시오.",
    ),
    BreakKind.STATUS: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "{our} and {their} stand differently in the two lists. Ask how they stand there now.",
        "당사 {our}과 상대 {their}의 상태가 다릅니다. 상대의 현재 상태를 확인하십시오.",
    ),
    BreakKind.AMOUNT: Meaning(
        _OPERATOR, Repair.ADJUST_ENTRY, Risk.DIFFERENCE,
        "{our} here, {their} there. Compare with the slip, and correct the wrong side.",
        "당사 {our}, 상대 {their}으로 금액이 다릅니다. 전표와 대조하여 정정하십시오.",
    ),
    BreakKind.CANCEL_AMOUNT: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.DIFFERENCE,
        "A cancel of {our} here is one of {their} there. Ask them to take back what was asked.",
        "취소 금액이 당사 {our}, 상대 {their}으로 다릅니다. 요청 금액대로 정정을 요청하십시오.",
    ),
    BreakKind.DEPOSIT_SHORT: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.DIFFERENCE,
        "{our} were due, {their} came. Ask the acquirer for the rest.",
        "입금 예정액 {our} 중 {their}만 입금되었습니다. 부족액을 매입사에 요청하십시오.",
    ),
    BreakKind.DEPOSIT_OVER: Meaning(
        _OPERATOR, Repair.ADJUST_ENTRY, Risk.DIFFERENCE,
        "{our} were due, {their} came. The surplus waits in suspense; move it to where it belongs.",
        "예정액 {our}에 {their}이 입금되었습니다. 가수금의 초과액이 귀속될 곳을 확인하여 분개하십시오.",
    ),
    BreakKind.DATE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "{our} lie on another date there. Ask them to move theirs, so that the day is claimed once.",
        "{our}의 거래일이 상대와 다릅니다. 한 번만 청구되도록 상대 거래일의 정정을 요청하십시오.",
    ),
    BreakKind.DEPOSIT_LATE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "{our} came on another date than promised. Ask for the interest of the days.",
        "{our}이 예정일과 다른 날 입금되었습니다. 지연 일수의 이자를 확인하십시오.",
    ),
    BreakKind.FEE: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.DIFFERENCE,
        "The fee is {our} by contract and {their} in the file. Ask for the difference.",
        "계약 수수료는 {our}이나 파일에는 {their}입니다. 차액을 요청하십시오.",
    ),
    BreakKind.VAT: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "The VAT of {our} differs there. Compare with the slip, and ask them to correct theirs.",
        "{our}의 부가세가 상대와 다릅니다. 전표와 대조하여 정정을 요청하십시오.",
    ),
    BreakKind.APPROVAL_NUMBER: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.WHOLE,
        "{our} carry another approval number there. Ask which one the issuer knows.",
        "{our}의 승인번호가 상대와 다릅니다. 카드사가 아는 승인번호를 확인하십시오.",
    ),
    BreakKind.MERCHANT_NUMBER: Meaning(
        _OPERATOR, Repair.REFILE, Risk.WHOLE,
        "{our} lie under another merchant number there, who will be paid. File them again.",
        "{our}이 다른 가맹점번호로 처리되어 다른 곳에 입금됩니다. 올바른 번호로 다시 제출하십시오.",
    ),
    BreakKind.TERMINAL: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "{our} were sold at another terminal there. Ask them to correct how it is registered.",
        "{our}의 단말기번호가 상대와 다릅니다. 단말기 등록 정정을 요청하십시오.",
    ),
    BreakKind.INSTALMENT: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "{our} are paid in another number of months there. Ask them to correct it for the customer.",
        "{our}의 할부개월이 상대와 다릅니다. 고객 청구가 맞도록 정정을 요청하십시오.",
    ),
    BreakKind.CARD_KIND: Meaning(
        _OPERATOR, Repair.ASK_COUNTERPARTY, Risk.NOTHING,
        "{our} count as another kind of card there, at another fee. Ask them to correct it.",
        "{our}의 카드구분이 상대와 달라 수수료가 다르게 적용됩니다. 정정을 요청하십시오.",
    ),
}  # fmt: skip
