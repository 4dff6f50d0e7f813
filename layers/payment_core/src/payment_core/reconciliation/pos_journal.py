"""The journal of a POS against what stands here: every difference has a kind, and a next step.

A POS that dies after an approval and never repeats leaves an approval that no protocol can tell from a good
sale. Only its journal can: what it never showed as approved, the shop does not know.
Asked by `payrelay journal compare` and, every night, by reconcile.py.
Promise: tests/spec/test_pos_journal.py.
Story: docs/flows/pos_journal.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from payment_core.kernel.frozen import dataclass
from payment_core.kernel.language import Language


class Stand(StrEnum):
    """How a sale stands here, as far as a shop is concerned."""

    APPROVED = "APPROVED"
    GIVEN_BACK = "GIVEN_BACK"
    NOT_APPROVED = "NOT_APPROVED"
    REVERSED = "REVERSED"
    UNKNOWN = "UNKNOWN"


class Kind(StrEnum):
    """What differs."""

    NOT_IN_JOURNAL = "NOT_IN_JOURNAL"
    NOT_APPROVED_HERE = "NOT_APPROVED_HERE"
    REVERSED_HERE = "REVERSED_HERE"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    STILL_UNKNOWN = "STILL_UNKNOWN"
    NO_JOURNAL = "NO_JOURNAL"
    CANCEL_NOT_IN_JOURNAL = "CANCEL_NOT_IN_JOURNAL"
    CANCEL_NOT_HERE = "CANCEL_NOT_HERE"
    CANCEL_AMOUNT_DIFFERS = "CANCEL_AMOUNT_DIFFERS"


class Owner(StrEnum):
    """Who acts next."""

    RELAY = "RELAY"
    MERCHANT = "MERCHANT"
    OPERATOR = "OPERATOR"


OWNERS: Final[Mapping[Kind, Owner]] = {Kind.STILL_UNKNOWN: Owner.RELAY, Kind.NO_JOURNAL: Owner.MERCHANT}


@dataclass(frozen=True)
class OurSale:
    """One sale here; its amount is what was approved, whatever was given back later."""

    sale_id: str
    stand: Stand
    amount_won: int


@dataclass(frozen=True)
class OurCancel:
    """One cancel here: GIVEN_BACK when it is done, UNKNOWN while it is not, NOT_APPROVED when refused."""

    cancel_id: str
    sale_id: str
    stand: Stand
    amount_won: int


@dataclass(frozen=True)
class JournalSale:
    """One sale in a journal.

    Attributes:
        is_approved: The POS showed it as approved, and did not undo it afterwards.
    """

    sale_id: str
    is_approved: bool
    amount_won: int


@dataclass(frozen=True)
class JournalCancel:
    """One cancel in a journal.

    Attributes:
        is_done: The POS showed it as done.
        amount_won: ``None`` where the POS asked for all that remained.
    """

    cancel_id: str
    sale_id: str
    is_done: bool
    amount_won: int | None


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        sale_id: Empty where there is no journal.
        our_won: 0 where there is none here.
        journal_won: 0 where the journal has none, or says "all that remained".
        cancel_id: Of a difference about a cancel.
    """

    kind: Kind
    sale_id: str
    our_won: int
    journal_won: int
    cancel_id: str = ""

    @property
    def owner(self) -> Owner:
        """Who acts next."""
        return OWNERS.get(self.kind, Owner.OPERATOR)

    def sentence(self, language: Language) -> str:
        """Say it to a person, with the next step."""
        theirs = ALL_THAT_REMAINED[language]
        if self.journal_won or not self.cancel_id:
            theirs = _amount(self.journal_won, language)
        return SENTENCES[self.kind][language].format(our=_amount(self.our_won, language), theirs=theirs)


def _amount(won: int, language: Language) -> str:
    return f"{won:,}원" if language is Language.KOREAN else f"{won:,} won"


ALL_THAT_REMAINED: Final = {Language.ENGLISH: "all that remained", Language.KOREAN: "잔액 전액"}
SENTENCES: Final[Mapping[Kind, Mapping[Language, str]]] = {
    Kind.NOT_IN_JOURNAL: {
        Language.ENGLISH: (
            "{our} are approved here, but the POS never showed it. "
            "Ask the shop whether goods were handed over; if not, cancel the sale."
        ),
        Language.KOREAN: (
            "{our}이 승인되었으나 POS는 승인을 표시하지 않았습니다. "
            "상품 인도 여부를 가맹점에 확인하고, 인도하지 않았으면 취소하십시오."
        ),
    },
    Kind.NOT_APPROVED_HERE: {
        Language.ENGLISH: (
            "The POS shows {theirs} as approved, but it is not approved here: nothing will be paid out. "
            "Tell the shop, and take the payment again."
        ),
        Language.KOREAN: (
            "POS에는 {theirs}이 승인으로 표시되었으나 승인 내역이 없어 입금되지 않습니다. "
            "가맹점에 알리고 다시 결제받으십시오."
        ),
    },
    Kind.REVERSED_HERE: {
        Language.ENGLISH: (
            "The POS shows {theirs} as approved, but it was net-cancelled here, not charged. "
            "Tell the shop, and take the payment again."
        ),
        Language.KOREAN: (
            "POS에는 {theirs}이 승인으로 표시되었으나 망취소되어 고객에게 청구되지 않습니다. "
            "가맹점에 알리고 다시 결제받으십시오."
        ),
    },
    Kind.AMOUNT_DIFFERS: {
        Language.ENGLISH: (
            "{our} are approved here, {theirs} in the POS. "
            "Compare with the receipt; cancel the sale and take it again with the right amount."
        ),
        Language.KOREAN: (
            "승인 금액은 {our}이나 POS에는 {theirs}입니다. "
            "전표와 대조하여 취소한 뒤 올바른 금액으로 다시 결제받으십시오."
        ),
    },
    Kind.STILL_UNKNOWN: {
        Language.ENGLISH: (
            "{our} are still unknown here; payrelay goes on asking. "
            "See `payrelay show`, and compare again when it has ended."
        ),
        Language.KOREAN: (
            "{our} 거래의 결과가 아직 확인되지 않아 계속 조회 중입니다. "
            "`payrelay show`로 확인하고 종료 후 다시 대조하십시오."
        ),
    },
    Kind.NO_JOURNAL: {
        Language.ENGLISH: (
            "There is no whole journal, and {our} are approved here. "
            "Have the POS deliver its journal; until then nothing of this day is compared."
        ),
        Language.KOREAN: (
            "온전한 POS 저널이 없으며 승인 금액은 {our}입니다. "
            "저널을 전송하게 하십시오. 그때까지 이 날은 대조되지 않습니다."
        ),
    },
    Kind.CANCEL_NOT_IN_JOURNAL: {
        Language.ENGLISH: (
            "{our} went back to the customer here, but the POS shows no such cancel. "
            "Tell the shop; if goods were kept, take the payment again."
        ),
        Language.KOREAN: (
            "{our}이 취소되어 고객에게 환불되었으나 POS에는 취소 내역이 없습니다. "
            "가맹점에 알리고, 상품을 돌려받지 않았으면 다시 결제받으십시오."
        ),
    },
    Kind.CANCEL_NOT_HERE: {
        Language.ENGLISH: (
            "The POS shows {theirs} as given back, but it is not done here: "
            "nothing goes back to the customer. Cancel the sale again."
        ),
        Language.KOREAN: (
            "POS에는 {theirs}이 취소로 표시되었으나 취소 내역이 없어 고객에게 환불되지 않습니다. "
            "해당 거래를 다시 취소하십시오."
        ),
    },
    Kind.CANCEL_AMOUNT_DIFFERS: {
        Language.ENGLISH: (
            "{our} went back to the customer here, {theirs} in the POS. "
            "Compare with the slip, and give back or take the rest."
        ),
        Language.KOREAN: (
            "취소 금액은 {our}이나 POS에는 {theirs}입니다. "
            "전표와 대조하여 차액을 환불하거나 다시 결제받으십시오."
        ),
    },
}


def differences(ours: Iterable[OurSale], journal: Iterable[JournalSale] | None) -> list[Difference]:
    """Compare one terminal's business date; in the order of our sales, then of the journal's.

    Args:
        ours: Every sale of it here.
        journal: Every sale of it in the POS; ``None`` where there is no journal at all.
    """
    here = {one.sale_id: one for one in ours}
    if journal is None:
        approved = [one.amount_won for one in here.values() if one.stand is Stand.APPROVED]
        return [Difference(Kind.NO_JOURNAL, "", sum(approved), 0)] if here else []
    there = {one.sale_id: one for one in journal}
    pairs = ((name, here.get(name), there.get(name)) for name in {**here, **there})
    return [found for name, our, their in pairs if (found := _difference(name, our, their)) is not None]


def _difference(sale_id: str, our: OurSale | None, their: JournalSale | None) -> Difference | None:
    shown_won = their.amount_won if their is not None and their.is_approved else None
    kind = _kind(our, shown_won)
    if kind is None:
        return None
    return Difference(kind, sale_id, our.amount_won if our else 0, shown_won or 0)


def _kind(our: OurSale | None, shown_won: int | None) -> Kind | None:
    """What differs between how a sale stands here and what the POS shows as approved, if it does."""
    stand = our.stand if our else Stand.NOT_APPROVED
    match stand, shown_won:
        case Stand.UNKNOWN, _:
            return Kind.STILL_UNKNOWN
        case Stand.APPROVED, None:
            return Kind.NOT_IN_JOURNAL
        case _, None:
            return None
        case Stand.NOT_APPROVED, _:
            return Kind.NOT_APPROVED_HERE
        case Stand.REVERSED, _:
            return Kind.REVERSED_HERE
        case _:
            return Kind.AMOUNT_DIFFERS if our and our.amount_won != shown_won else None


def cancel_differences(ours: Iterable[OurCancel], journal: Iterable[JournalCancel]) -> list[Difference]:
    """Compare the cancels of one terminal's date, whatever day their sales were of."""
    here = {one.cancel_id: one for one in ours}
    there = {one.cancel_id: one for one in journal}
    pairs = ((name, here.get(name), there.get(name)) for name in {**here, **there})
    return [
        found for name, our, their in pairs if (found := _cancel_difference(name, our, their)) is not None
    ]


def _cancel_difference(
    cancel_id: str, our: OurCancel | None, their: JournalCancel | None
) -> Difference | None:
    is_shown = their is not None and their.is_done
    shown_won = their.amount_won if their is not None else None
    kind: Kind | None = None
    match our.stand if our else Stand.NOT_APPROVED:
        case Stand.UNKNOWN:
            kind = Kind.STILL_UNKNOWN
        case Stand.GIVEN_BACK if not is_shown:
            kind = Kind.CANCEL_NOT_IN_JOURNAL
        case Stand.GIVEN_BACK if our and shown_won not in (None, our.amount_won):
            kind = Kind.CANCEL_AMOUNT_DIFFERS
        case Stand.NOT_APPROVED if is_shown:
            kind = Kind.CANCEL_NOT_HERE
    if kind is None:
        return None
    sale_id = next(one.sale_id for one in (our, their) if one is not None)
    return Difference(kind, sale_id, our.amount_won if our else 0, shown_won or 0, cancel_id)
