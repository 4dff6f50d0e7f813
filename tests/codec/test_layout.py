"""A class whose rows do not add up is refused while its module is imported, and both lines are named."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from telegram_codec import LayoutError

_PREAMBLE = """\
from __future__ import annotations
from datetime import date
from telegram_codec import Telegram
from telegram_codec.fields import blank, constant, digits, nested, own_length, text, won, yyyymmdd

class Head(Telegram, size=8):
    length_bytes: int = own_length(0, 4)
    kind: str = digits(4, 4)

"""
_FIRST_LINE = _PREAMBLE.count("\n") + 1


Importing = Callable[[str], ModuleType]


@pytest.fixture
def importing(monkeypatch: pytest.MonkeyPatch) -> Importing:
    """Imports paper.py: the header class, then a body that starts on line _FIRST_LINE."""

    def import_paper(body: str) -> ModuleType:
        module = ModuleType("paper")
        monkeypatch.setitem(sys.modules, "paper", module)
        exec(compile(_PREAMBLE + body, "paper.py", "exec"), module.__dict__)  # noqa: S102 - the test's own text
        return module

    return import_paper


@pytest.mark.parametrize(
    ("body", "rule", "first", "second"),
    [
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 6)\n amount_won: int = won(15, 5)\n",
            "byte 14 belongs to no row",
            "paper.py:11 serial: bytes 8 to 13",
            "paper.py:12 amount_won: bytes 15 to 19",
            id="gap of one byte",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 6)\n amount_won: int = won(16, 4)\n",
            "bytes 14 to 15 belong to no row",
            "paper.py:11 serial: bytes 8 to 13",
            "paper.py:12 amount_won: bytes 16 to 19",
            id="gap",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 6)\n amount_won: int = won(12, 8)\n",
            "byte 12 belongs to two rows",
            "paper.py:11 serial: bytes 8 to 13",
            "paper.py:12 amount_won: bytes 12 to 19",
            id="overlap",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n amount_won: int = won(12, 8)\n serial: str = digits(8, 4)\n",
            "bytes 8 to 11 belong to no row",
            "paper.py:8 kind: bytes 4 to 7",
            "paper.py:11 amount_won: bytes 12 to 19",
            id="out of order",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 6)\n",
            "the rows sum to 14 bytes, the telegram has 20",
            "paper.py:11 serial: bytes 8 to 13",
            "paper.py:10 paper.Sale: size=20",
            id="wrong total",
        ),
        pytest.param(
            "class Sale(Head):\n serial: str = digits(8, 6)\n",
            "the rows sum to 14 bytes, the telegram has 8",
            "paper.py:11 serial: bytes 8 to 13",
            "paper.py:10 paper.Sale: size=8",
            id="total of the base",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 6)\n serial: str = digits(14, 6)\n",
            "two lines are called 'serial'",
            "paper.py:11 serial",
            "paper.py:12 serial",
            id="duplicate",
        ),
        pytest.param(
            "class Sale(Head, size=14):\n serial: str = digits(8, 6)\n serial = 4711\n",
            "two lines are called 'serial'",
            "paper.py:11 serial",
            "paper.py:12 serial",
            id="row overwritten",
        ),
        pytest.param(
            "class Sale(Head):\n kind: str = constant(4, 3, '110')\n",
            "'kind' is restated in another place or size",
            "paper.py:8 kind",
            "paper.py:11 kind",
            id="restated elsewhere",
        ),
        pytest.param(
            "class Sale(Head):\n kind: str = constant(4, 4, '11000')\n",
            "the constant '11000' takes 5 bytes",
            "paper.py:7 length_bytes: bytes 0 to 3",
            "paper.py:11 kind: bytes 4 to 7",
            id="constant too long",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 0)\n amount_won: int = won(8, 12)\n",
            "a row has no bytes",
            "paper.py:8 kind: bytes 4 to 7",
            "paper.py:11 serial: bytes 8 to 7",
            id="row without bytes",
        ),
        pytest.param(
            "class Sale(Head, size=16):\n day: date = yyyymmdd(8, 6)\n rest: str = text(14, 2)\n",
            "a calendar day as YYYYMMDD takes 8 bytes",
            "paper.py:8 kind: bytes 4 to 7",
            "paper.py:11 day: bytes 8 to 13",
            id="size against the form",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n encode: str = digits(8, 12)\n",
            "'encode' is a word of every telegram",
            "class Telegram",
            "paper.py:11 encode",
            id="reserved name",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial: str = digits(8, 12)\n remark: str = ''\n",
            "'remark' is not a row of the paper",
            "paper.py:10 paper.Sale",
            "remark",
            id="not a row",
        ),
        pytest.param(
            "class Sale(Head, size=20):\n serial = digits(8, 12)\n",
            "'serial' has no type",
            "paper.py:10 paper.Sale",
            "paper.py:11 serial",
            id="row without a type",
        ),
    ],
)
def test_a_paper_that_contradicts_itself_cannot_be_imported(
    importing: Importing, body: str, rule: str, first: str, second: str
) -> None:
    assert _FIRST_LINE == 10

    with pytest.raises(LayoutError) as refused:
        importing(body)

    assert (refused.value.rule, refused.value.first, refused.value.second) == (rule, first, second)
    assert refused.value.telegram == "paper.Sale"


def test_a_subclass_continues_its_base_and_the_length_counts_what_follows(importing: Importing) -> None:
    module = importing("class Sale(Head, size=20):\n serial: str = digits(8, 12)\n")

    assert module.Head(kind="0000").encode() == b"00040000"
    assert module.Sale(kind="1100", serial="000000000001").encode() == b"00161100000000000001"
    assert (module.Head.length_bytes, module.Sale.length_bytes) == (4, 16)


def test_a_blank_row_can_be_restated_as_one_that_must_be_filled(importing: Importing) -> None:
    module = importing(
        "class Any(Head, size=16):\n day: date | None = blank(8, 8)\n"
        "class Dated(Any):\n kind: str = constant(4, 4, '1100')\n day: date = yyyymmdd(8, 8)\n"
    )

    assert module.Any(kind="1000").encode() == b"00121000        "
    with pytest.raises(TypeError, match="day"):
        module.Dated()


def test_a_row_is_found_by_its_name(importing: Importing) -> None:
    layout = importing("").Head.layout

    assert (layout.row("kind").offset, layout.row("kind").size) == (4, 4)
    with pytest.raises(KeyError, match="amount_won"):
        layout.row("amount_won")


def test_a_secret_inside_another_telegram_would_be_shown(importing: Importing) -> None:
    with pytest.raises(LayoutError) as refused:
        importing(
            "class Card(Telegram, size=4):\n cvc: str = digits(0, 4, secret=True)\n"
            "class Sale(Head, size=12):\n card: Card = nested(8, 4, Card)\n"
        )

    assert refused.value.telegram == "paper.Card"
    assert refused.value.rule == "what is nested would be shown and may not be hidden"
    assert refused.value.first == "paper.py:11 cvc: bytes 0 to 3"


def test_only_a_telegram_can_be_continued(importing: Importing) -> None:
    with pytest.raises(TypeError, match="continues one telegram"):
        importing("class Mixed(Head, Telegram, size=8):\n pass\n")
