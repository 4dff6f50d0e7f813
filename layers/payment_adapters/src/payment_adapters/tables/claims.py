"""Claims: a sale, its nonce and its card in one transaction (docs/adr/0007); the core's ``Claims`` port.

Nonces that were spent and cards that are busy stand in a table of their own, ``marks``, which forgets them.
A mark is no money: losing one lets a captured request be judged by its sale's key alone, or a card pay twice
at once. Hence the expiry here, and none on a sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from payment_adapters import outside, trace
from payment_adapters.tables.items import AttributeValue, from_wire, to_wire
from payment_adapters.tables.keys import card_key, nonce_key
from payment_adapters.tables.sales import stands_in_the_way
from payment_adapters.tables.writes import put_once, update_of
from payment_core.approval.model import Decision, Sale, SaleId
from payment_core.approval.ports import CardMark, Claim, Claimed, Nonce, StoreUnavailableError
from payment_core.kernel.frozen import dataclass

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NONCE_LIFE_SECONDS: Final = 900  # beyond twice the signature's window of 300 s to either side
CARD_LIFE_SECONDS: Final = 86_400
CONDITION_FAILED: Final = "ConditionalCheckFailed"
CONFLICT: Final = "TransactionConflict"
CONFLICT_PAUSES_SECONDS: Final = (0.02, 0.05, 0.1)


@dataclass(frozen=True)
class DynamoClaims:
    """The payments table and the marks beside it."""

    client: DynamoDBClient
    payments: str
    marks: str

    def claim(self, claim: Claim) -> Claimed:
        """Take all three or none; a writer of one of them at this very moment is waited for, briefly."""
        update = update_of(claim.change, self.payments)
        items: list[Any] = [
            {"Update": {**update, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
            {"Put": self._nonce(claim.nonce, claim.mark.at_ms)},
            {"Put": self._mark(claim.mark, claim.instead_of)},
        ]
        for pause_seconds in (*CONFLICT_PAUSES_SECONDS, None):
            try:
                self.client.transact_write_items(TransactItems=items)
            except self.client.exceptions.TransactionCanceledException as error:
                reasons: list[Any] = error.response["CancellationReasons"]
                codes = {reason["Code"] for reason in reasons}
                if CONDITION_FAILED in codes:
                    return _in_the_way(claim, *reasons)
                if CONFLICT not in codes or pause_seconds is None:
                    raise StoreUnavailableError(str(error)) from error
                outside.pause_seconds(pause_seconds)
            except (ClientError, BotoCoreError) as error:
                raise StoreUnavailableError(str(error)) from error
            else:
                break
        trace.written(claim.change)
        return Claimed(won=True, sale=Sale(claim.change.sale_id, Decision.ABSENT))

    def spend(self, nonce: Nonce, now_ms: int) -> bool:
        """Take a nonce alone."""
        return put_once(self.client, self._nonce(nonce, now_ms))

    def _nonce(self, nonce: Nonce, now_ms: int) -> dict[str, Any]:
        item = {
            **nonce_key(nonce.key_id, nonce.value),
            "spent_at_ms": now_ms,
            "gone_at": now_ms // 1_000 + NONCE_LIFE_SECONDS,
        }
        return {
            "TableName": self.marks,
            "Item": _wire(item),
            "ConditionExpression": "attribute_not_exists(PK)",
        }

    def _mark(self, mark: CardMark, instead_of: CardMark | None) -> dict[str, Any]:
        item = {
            **card_key(mark.card_token),
            "sale_id": str(mark.sale_id),
            "amount_won": mark.amount_won,
            "at_ms": mark.at_ms,
            "busy_until_ms": mark.busy_until_ms,
            "gone_at": mark.at_ms // 1_000 + CARD_LIFE_SECONDS,
        }
        return {
            "TableName": self.marks,
            "Item": _wire(item),
            "ConditionExpression": "attribute_not_exists(PK) OR busy_until_ms <= :now OR sale_id = :seen",
            "ExpressionAttributeValues": _wire(
                {":now": mark.at_ms, ":seen": str(instead_of.sale_id) if instead_of else ""}
            ),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _wire(plain: Mapping[str, object]) -> dict[str, AttributeValue]:
    return {name: to_wire(value) for name, value in plain.items()}


def _in_the_way(claim: Claim, sale: dict[str, Any], nonce: dict[str, Any], card: dict[str, Any]) -> Claimed:
    """Read the reasons of a cancelled transaction, in the order of its items."""
    standing = stands_in_the_way(claim.change, sale.get("Item"))
    if standing.won:  # our own claim, delivered twice
        return Claimed(won=True, sale=standing.sale)
    return Claimed(
        won=False,
        sale=standing.sale,
        nonce_is_spent=nonce["Code"] == CONDITION_FAILED,
        mark_in_the_way=_mark_from(claim.mark.card_token, card["Item"]) if "Item" in card else None,
    )


def _mark_from(card_token: str, item: Mapping[str, AttributeValue]) -> CardMark:
    plain = from_wire(item)
    sale_id = SaleId.parse(plain["sale_id"])
    return CardMark(card_token, sale_id, plain["amount_won"], plain["at_ms"], plain["busy_until_ms"])
