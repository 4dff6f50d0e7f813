"""What DynamoDB promises of a transaction: all or nothing, reasons, and a token that counts once."""

from __future__ import annotations

from typing import Any, Final

from tests.contracts.desk import MADE, Desk, n
from tests.contracts.targets import Row, rows

NONE: Final = "None"
FAILED: Final = "ConditionalCheckFailed"


def codes(told: object) -> object:
    """The codes of reasons."""
    return [one["Code"] for one in told] if isinstance(told, list) else told


def all_or_nothing(it: Desk) -> object:
    """Two writes of which the second has no room: neither is made, and each has its reason."""
    it.having("TAKEN", won=n(1))
    told = it.transact({"Put": it.put("FREE")}, {"Put": it.put("TAKEN")})
    return codes(told), it.item("FREE")


def shown(it: Desk) -> object:
    """What a failed condition shows to whoever asks, and to who does not."""
    it.having("TAKEN", won=n(1))
    asks = {**it.put("TAKEN"), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    asked, unasked = it.transact({"Put": asks}), it.transact({"Put": it.put("TAKEN")})
    return ["Item" in told[0] if isinstance(told, list) else told for told in (asked, unasked)]


def shown_of_nothing(it: Desk) -> object:
    """A failed condition on what is not there has nothing to show."""
    update = it.update("SET won = :v", v=n(1))
    asks = {**update, "ConditionExpression": "won = :v", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    told = it.transact({"Update": asks})
    return ["Item" in one for one in told] if isinstance(told, list) else told


def checked(it: Desk) -> object:
    """A check writes nothing, and lets the others write while it holds."""
    check = {"TableName": it.table, "Key": it.key("OTHER"), "ConditionExpression": "attribute_not_exists(PK)"}
    told = it.transact({"Put": it.put("FREE")}, {"ConditionCheck": check})
    return told, it.item("FREE"), it.item("OTHER")


def adding(it: Desk, won: int) -> dict[str, Any]:
    """An update that counts."""
    return {"Update": it.update("ADD won :v", v=n(won))}


def under_one_token(it: Desk) -> object:
    """The same transaction twice, and another one, under one token."""
    token = f"token-{it.partition}"
    told = [it.transact(adding(it, won), token=token) for won in (5, 5, 7)]
    return told, it.item()


def by_no_token(it: Desk) -> object:
    """The same transaction twice."""
    return [it.transact(adding(it, 5)) for _ in range(2)], it.item()


@rows(
    Row("is made or not, as a whole", all_or_nothing, ([NONE, FAILED], None)),
    Row("shows what stands in the way to whoever asks", shown, [True, False]),
    Row("shows nothing where nothing stands", shown_of_nothing, [False]),
    Row("checks without writing", checked, (MADE, {}, None)),
    Row(
        "counts once under one token, which fits no other",
        under_one_token,
        ([MADE, MADE, "IdempotentParameterMismatchException"], {"won": n(5)}),
    ),
    Row("counts every time without one", by_no_token, ([MADE, MADE], {"won": n(10)})),
    Row(
        "writes one item once",
        lambda it: it.transact({"Put": it.put()}, adding(it, 1)),
        "ValidationException",
    ),
    Row(
        "says which part cannot be made of what stands there",
        lambda it: codes(
            it.having("A", won={"S": "x"}).transact(
                {"Put": it.put()}, {"Update": it.update("ADD won :v", "A", v=n(1))}
            )
        ),
        [NONE, "ValidationError"],
    ),
    Row(
        "refuses words that are wrong whatever stands there",
        lambda it: it.transact({"Put": it.put()}, {"Update": it.update("SET won = :v", "A")}),
        "ValidationException",
    ),
)
def test_a_transaction_keeps_its_promise(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)
