"""What DynamoDB promises of a single write: its condition, and what an update makes of what stands there."""

from __future__ import annotations

from typing import Final

from tests.contracts.desk import MADE, Desk, n, s
from tests.contracts.targets import Row, code_of, rows

CHECK_FAILED: Final = "ConditionalCheckFailedException"
INVALID: Final = "ValidationException"


@rows(
    Row("what is not there equals nothing", lambda it: it.on_condition("amount = :v", v=n(1)), CHECK_FAILED),
    Row(
        "what is not there is below nothing", lambda it: it.on_condition("amount < :v", v=n(1)), CHECK_FAILED
    ),
    Row("what is not there is not there", lambda it: it.on_condition("attribute_not_exists(PK)"), MADE),
    Row(
        "what is there is there",
        lambda it: it.having().on_condition("attribute_not_exists(PK)"),
        CHECK_FAILED,
    ),
    Row(
        "numbers are equal by worth",
        lambda it: it.having(amount=n("1.0")).on_condition("amount = :v", v=n(1)),
        MADE,
    ),
    Row(
        "numbers are ordered by worth",
        lambda it: it.having(amount=n(9)).on_condition("amount < :v", v=n(10)),
        MADE,
    ),
    Row(
        "texts are ordered by their bytes",
        lambda it: it.having(word=s("9")).on_condition("word < :v", v=s("10")),
        CHECK_FAILED,
    ),
    Row(
        "a text equals no number",
        lambda it: it.having(amount=s("1")).on_condition("amount = :v", v=n(1)),
        CHECK_FAILED,
    ),
    Row(
        "a text is below no number",
        lambda it: it.having(amount=s("1")).on_condition("amount < :v", v=n(2)),
        CHECK_FAILED,
    ),
    Row(
        "below a map that is not there is nothing",
        lambda it: it.on_condition("a0.tries = :v", v=n(1)),
        CHECK_FAILED,
    ),
    Row(
        "below a text is nothing",
        lambda it: it.having(a0=s("x")).on_condition("attribute_not_exists(a0.tries)"),
        MADE,
    ),
    Row(
        "AND binds before OR",
        lambda it: it.on_condition("attribute_not_exists(PK) OR a = :v AND b = :v", v=n(1)),
        MADE,
    ),
    Row(
        "parentheses bind first",
        lambda it: it.on_condition("(attribute_not_exists(PK) OR a = :v) AND b = :v", v=n(1)),
        CHECK_FAILED,
    ),
    Row("a reserved word is no name", lambda it: it.on_condition("attribute_not_exists(state)"), INVALID),
    Row("a value must be given", lambda it: it.on_condition("amount = :v"), INVALID),
    Row("a value must be used", lambda it: it.on_condition("attribute_not_exists(PK)", v=n(1)), INVALID),
    Row(
        "a name must be used",
        lambda it: it.on_condition("attribute_not_exists(PK)", ExpressionAttributeNames={"#a": "a"}),
        INVALID,
    ),
    Row("a name must be given", lambda it: it.on_condition("attribute_not_exists(#a)"), INVALID),
    Row("an expression must be one", lambda it: it.on_condition("amount ="), INVALID),
)
def test_a_condition_keeps_its_promise(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)


@rows(
    Row("makes the item that is not there", lambda it: it.updated("SET won = :v", v=n(1)), {"won": n(1)}),
    Row(
        "leaves its neighbours alone",
        lambda it: it.having(a=n(1)).updated("SET b = :v", v=n(2)),
        {"a": n(1), "b": n(2)},
    ),
    Row("removes what is there, and what is not", lambda it: it.having(a=n(1)).updated("REMOVE a, b"), {}),
    Row(
        "reads what stood there before",
        lambda it: it.having(a=n(1)).updated("SET a = :v, b = if_not_exists(a, :v)", v=n(2)),
        {"a": n(2), "b": n(1)},
    ),
    Row(
        "appends to a list",
        lambda it: it.having(a={"L": [n(1)]}).updated("SET a = list_append(a, :v)", v={"L": [n(2)]}),
        {"a": {"L": [n(1), n(2)]}},
    ),
    Row(
        "appends to no list that is not there",
        lambda it: it.updated("SET a = list_append(a, :v)", v={"L": []}),
        INVALID,
    ),
    Row("adds to a number", lambda it: it.having(a=n(5)).updated("ADD a :v", v=n(-2)), {"a": n(3)}),
    Row("adds to nothing as to zero", lambda it: it.updated("ADD a :v", v=n(3)), {"a": n(3)}),
    Row("adds to no text", lambda it: it.having(a=s("5")).updated("ADD a :v", v=n(1)), INVALID),
    Row("writes into no map that is not there", lambda it: it.updated("SET a0.tries = :v", v=n(1)), INVALID),
    Row(
        "writes into a map that is",
        lambda it: it.having(a0={"M": {"b": n(1)}}).updated("SET a0.c = :v", v=n(2)),
        {"a0": {"M": {"b": n(1), "c": n(2)}}},
    ),
    Row("writes one path once", lambda it: it.updated("SET a = :v, a.b = :v", v=n(1)), INVALID),
    Row("changes no key", lambda it: it.updated("SET SK = :v", v=s("OTHER")), INVALID),
    Row(
        "takes no text for a number of an index",
        lambda it: it.updated("SET open_bucket = :b, next_action_at_ms = :v", b=s("OPEN#0"), v=s("1")),
        INVALID,
    ),
    Row(
        "needs a key that is not empty",
        lambda it: code_of(
            lambda: it.client.update_item(
                TableName=it.table, Key={"PK": s(it.partition), "SK": s("")}, UpdateExpression="REMOVE a"
            )
        ),
        INVALID,
    ),
    Row(
        "needs the whole key",
        lambda it: code_of(
            lambda: it.client.update_item(
                TableName=it.table, Key={"PK": s(it.partition)}, UpdateExpression="REMOVE a"
            )
        ),
        INVALID,
    ),
)
def test_an_update_keeps_its_promise(desk: Desk, row: Row) -> None:
    assert row.does(desk) == row.expected(desk.target)
